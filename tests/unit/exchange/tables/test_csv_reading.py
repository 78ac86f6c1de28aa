import hashlib
import json
import os
from pathlib import Path

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import MAX_BYTES
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from tests.pace import assert_grows_no_faster


def read(folder: Path, text: str | bytes, *, raw: bool | None = None) -> Timeline:
    path = folder / "in.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return formats.read(path, CSV, raw=raw)[1]


def test_code_and_start_are_enough(tmp_path: Path) -> None:
    read_back = read(tmp_path, "start_s,code\n1.5,shot\n")
    assert read_back.rows == (
        TimelineRow(number=2, code="shot", start_ns=1_500_000_000, end_ns=1_500_000_000),
    )
    assert read_back.columns == {"start_s", "code"}


def test_a_byte_order_mark_crlf_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    text = "\ufeffcode,start_s\r\nshot,1\r\n\r\n,\r\nshot,2\r\n"
    assert [row.number for row in read(tmp_path, text).rows] == [2, 5]


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    assert read(tmp_path, "code,weather,start_s\nshot,rain,1\n").ignored == ("weather",)


def test_end_from_the_duration(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "code,start_s,duration_s\nutterance,-1.5,2.25\n").rows
    assert (row.start_ns, row.end_ns) == (-1_500_000_000, 750_000_000)


@pytest.mark.parametrize(
    ("cell", "time_ns"),
    [
        ("36.203", 36_203_000_000),
        ("36", 36_000_000_000),
        ("-0.000000001", -1),
        ("1e-05", 10_000),
        (".5", 500_000_000),
        ("0.0000000015", 2),
        ("0.33333333333333331", 333_333_333),
    ],
)
def test_seconds(tmp_path: Path, cell: str, time_ns: int) -> None:
    assert read(tmp_path, f"code,start_s\nshot,{cell}\n").rows[0].start_ns == time_ns


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("start_s", "soon"),
        ("start_s", "nan"),
        ("start_s", "inf"),
        ("start_s", '"36,2"'),
        ("start_s", "1e99"),
        ("start_s", "9" * 40),
        ("start_s", "٣"),
        ("start_s", ""),
        ("code", ""),
        ("end_s", "0.5"),
        ("duration_s", "-1"),
        ("uncertainty_s", "-0.1"),
        ("start_frame", "1.5"),
        ("start_frame", "9" * 30),
        ("time_base", "1:90000"),
        ("kind", "state"),
        ("basis", "guessed"),
        ("confidence", "0.9"),
        ("status", "done"),
        ("media_sha256", "abc"),
        ("attributes", "act=command"),
        ("attributes", "[]"),
        ("attributes", '"{""shots"": 3}"'),
        ("attributes", '"{""a"": ""\\ud800""}"'),
        ("attributes", "[" * 100_000),
        ("created_utc", "yesterday"),
        ("modified_utc", "2026-01-02T03:04:05"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(tmp_path: Path, column: str, cell: str) -> None:
    cells = {"code": "shot", "start_s": "1", "text": '"two\nlines"'}
    good, bad = ",".join(cells.values()), ",".join({**cells, column: cell}.values())
    header = ",".join({**cells, column: cell})
    good += "," * (header.count(",") - good.count(","))
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, f"{header}\n{good}\n{bad}\n")
    where = "end_s" if column == "duration_s" else column
    assert str(caught.value).startswith(f"in.csv, row 3, column {where}: ")
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("code\nshot\n", "no column 'start_s'"),
        ("code,start_s,code\n", "two columns 'code'"),
        ("code,start_s\nshot\n", "row 2: there are 1 cells under 2"),
        ("code,start_s\nshot,1,2\n", "row 2: there are 3 cells under 2"),
        ('code,start_s\n"shot"x,1\n', "is not a CSV file"),
        ('code,start_s\n"shot,1\n', "is not a CSV file"),
        ("code,start_s,note\nshot,1,a\0b\n", "line 2: there is a NUL"),
        (b"code,start_s,note\nshot,1,\xe9\n", "is not UTF-8"),
        ("tag_id,code,start_s\na,shot,1\na,shot,2\n", "row 3, column tag_id: row 2 has the same"),
        ("code,start_s,end_s,duration_s\nshot,1,2,3\n", "duration_s: it is not end_s minus"),
    ],
)
def test_a_file_that_is_no_timeline(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="cannot be read"):
        formats.read(tmp_path / "gone.csv", CSV)
    with pytest.raises(ExchangeError, match="is no ordinary file"):
        formats.read(tmp_path, CSV)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_refused_before_it_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ExchangeError, match="is no ordinary file"):
        formats.read(tmp_path / "pipe.csv", CSV)


def test_too_large_a_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ExchangeError, match="is larger than"):
        formats.read(tmp_path / "big.csv", CSV)


@pytest.mark.parametrize(
    "when",
    [
        "2024-10-13",
        "2024-10-13T23:50:12",
        "2024-10-13T23:50:12+02:00",
        "2024-10-13 23:50:12Z",
        "2024-13-13T23:50:12Z",
        "2024-10-13T23:50:12.1234567Z",
        "20241013T235012Z",
        "yesterday",
    ],
)
def test_a_date_is_utc_in_one_form(tmp_path: Path, when: str) -> None:
    for column in ("created_utc", "modified_utc"):
        with pytest.raises(ExchangeError, match=rf"row 2, column {column}: .* is not like"):
            read(tmp_path, f"code,start_s,{column}\nshot,1,{when}\n")


def test_many_columns_take_no_more_than_their_number(tmp_path: Path) -> None:
    def taken(columns: int) -> None:
        names = ",".join(f"c{number}" for number in range(columns))
        assert len(read(tmp_path, f"code,start_s,{names}\n").ignored) == columns

    assert_grows_no_faster(taken, 15_000)


def test_a_long_cell_is_read_whole(tmp_path: Path) -> None:
    long = "word " * 200_000
    assert read(tmp_path, f"code,start_s,text\nshot,1,{long}\n").rows[0].text == long


def test_the_apostrophe_is_taken_off_unless_the_text_is_raw(tmp_path: Path) -> None:
    text = "code,start_s,text\nshot,1,'=1+1\n"
    assert read(tmp_path, text).rows[0].text == "=1+1"
    assert read(tmp_path, text, raw=True).rows[0].text == "'=1+1"
    account_of(tmp_path, text, raw=True)
    believed = read(tmp_path, text)
    assert (believed.rows[0].text, believed.notice) == ("'=1+1", "")


def account_of(folder: Path, text: str, *, raw: bool) -> None:
    """The sidecar of a file that holds `text`."""
    said = {"csv": {"raw": raw, "sha256": hashlib.sha256(text.encode()).hexdigest()}}
    (folder / "in.csv.json").write_text(json.dumps(said), encoding="utf-8")


def test_a_sidecar_of_other_content_is_not_believed(tmp_path: Path) -> None:
    """As after a kill between the two files of an export, or when the CSV was edited."""
    text = "code,start_s,text\nshot,1,'=1+1\n"
    account_of(tmp_path, f"{text} ", raw=False)
    taken = read(tmp_path, text)
    assert taken.rows[0].text == "=1+1"
    assert "in.csv was changed after in.csv.json was written" in taken.notice
    assert "were taken off" in taken.notice
    account_of(tmp_path, f"{text} ", raw=True)
    with pytest.raises(ExchangeError, match=r"is not certain: .* --raw .* or --defused"):
        read(tmp_path, text)
    for raw, wanted in ((True, "'=1+1"), (False, "=1+1")):
        assert read(tmp_path, text, raw=raw).rows[0].text == wanted


@pytest.mark.parametrize("raw", [True, False])
def test_a_sidecar_of_other_content_does_not_matter_where_no_text_hangs_on_it(
    tmp_path: Path, raw: bool
) -> None:
    text = "code,start_s,text\nshot,1,gun\n"
    account_of(tmp_path, f"{text} ", raw=raw)
    taken = read(tmp_path, text)
    assert taken.rows[0].text == "gun"
    assert "was changed after" in taken.notice
    assert "apostrophes" not in taken.notice.lower()


def test_a_sidecar_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ExchangeError, match=r"in\.csv\.json is not the account"):
        read(tmp_path, "code,start_s\nshot,1\n")


def test_semicolons_as_spreadsheets_of_some_languages_have_them(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "code;start_s\nshot;1.5\n").rows
    assert (row.code, row.start_ns) == ("shot", 1_500_000_000)
