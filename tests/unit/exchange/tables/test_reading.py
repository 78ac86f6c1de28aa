"""Tables of other programs, their columns named by the person."""

from pathlib import Path

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.exchange.timeline import Timeline
from tests.pace import assert_grows_no_faster

MS = 1_000_000
NS = 1_000_000_000


def read(
    folder: Path,
    text: str | bytes,
    *,
    code: str | None = None,
    encoding: str | None = None,
    **columns: str,
) -> Timeline:
    path = folder / "in.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return formats.read(path, CSV, columns=columns, code=code, encoding=encoding)[1]


def spans(timeline: Timeline) -> list[tuple[str, int, int]]:
    return [(row.code, row.start_ns // MS, row.end_ns // MS) for row in timeline.rows]


@pytest.mark.parametrize(
    ("cell", "start_ms"),
    [
        ("36.203", 36_203),
        ('"36,203"', 36_203),
        ("00:01:36.2", 96_200),
        ('"1:36,2"', 96_200),
        ("-00:00:00.021", -21),
        ("02:00:00", 7_200_000),
    ],
)
def test_clock_texts_and_decimal_commas(tmp_path: Path, cell: str, start_ms: int) -> None:
    found = read(tmp_path, f"When,What\n{cell},shot\n", start_s="When", code="shot")
    assert spans(found) == [("shot", start_ms, start_ms)]
    assert found.foreign


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_milliseconds_whatever_stands_between_the_cells(tmp_path: Path, comma: str) -> None:
    text = "What\tFrom\tTo\ncry\t1500\t2000.5\n".replace("\t", comma)
    found = formats.read(
        _file(tmp_path, text),
        CSV,
        columns={"code": "What", "start_ms": "From", "end_ms": "To"},
    )[1]
    assert (found.rows[0].start_ns, found.rows[0].end_ns) == (1_500_000_000, 2_000_500_000)
    assert found.rows[0].resolution_ns == MS


def _file(folder: Path, text: str) -> Path:
    path = folder / "in.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_comma_in_every_cell_does_not_mislead(tmp_path: Path) -> None:
    text = "What;At, in s\ncry;1,5\nshot;2,25\n"
    found = formats.read(
        _file(tmp_path, text), CSV, columns={"code": "What", "start_s": "At, in s"}
    )[1]
    assert spans(found) == [("cry", 1500, 1500), ("shot", 2250, 2250)]


def test_durations_and_one_column_for_two(tmp_path: Path) -> None:
    text = "Behavior,Start,Length\nrun,2,500\n"
    found = formats.read(
        _file(tmp_path, text),
        CSV,
        columns={
            "code": "Behavior",
            "text": "Behavior",
            "start_s": "Start",
            "duration_ms": "Length",
        },
    )[1]
    assert spans(found) == [("run", 2000, 2500)]
    assert found.rows[0].text == "run"
    assert found.rows[0].resolution_ns == NS


@pytest.mark.parametrize(
    ("cells", "resolution_ns"),
    [
        ("1,,", NS),
        ("2.50,,", NS // 100),
        ("1.123456789,,", 0),
        ("0:01,,", NS),
        ("0:01.25,,", NS // 100),
        ("1.50,2.5,", NS // 10),
        ("1.5,2.500,", NS // 10),
        ("1.50,,0.123", NS // 100),
        ("1.50,2.623,1.123000", NS // 100),
        ("1.500,,2", NS),
        ("0e-9,,", NS),
        ("5e-1,,", NS),
        ("1.2345e1,,", NS // 1000),
    ],
)
def test_how_finely_each_row_is_given(tmp_path: Path, cells: str, resolution_ns: int) -> None:
    text = f"from,to,long,uncertainty_s\n0.123456789,1.123456789,,0.001\n{cells},0.001\n"
    columns = {"start_s": "from", "end_s": "to", "duration_s": "long"}
    found = formats.read(_file(tmp_path, text), CSV, columns=columns, code="x")[1]
    assert [row.resolution_ns for row in found.rows] == [0, resolution_ns]


def test_one_code_for_all_rows(tmp_path: Path) -> None:
    found = read(tmp_path, "start_s,code\n1,loud\n2,\n", code="shot")
    assert [row.code for row in found.rows] == ["shot", "shot"]


def test_frames_without_times(tmp_path: Path) -> None:
    found = read(tmp_path, "f,g\n3,\n4,7\n", start_frame="f", end_frame="g", code="shot")
    assert [(row.by_frames, row.start_frame, row.end_frame) for row in found.rows] == [
        (True, 3, None),
        (True, 4, 7),
    ]
    assert [row.is_span for row in found.rows] == [False, True]
    assert {row.resolution_ns for row in found.rows} == {None}


def test_a_table_without_names_by_number(tmp_path: Path) -> None:
    columns = {"start_s": "#2", "code": "#1"}
    path = _file(tmp_path, "shot;1;x\ncry;2;y\n")
    found = formats.read(path, CSV, columns=columns)[1]
    assert spans(found) == [("shot", 1000, 1000), ("cry", 2000, 2000)]
    assert [row.number for row in found.rows] == [1, 2]
    assert found.ignored == ("#3",)


def test_a_column_that_happens_to_have_a_name_of_ours_is_left_out(tmp_path: Path) -> None:
    text = "at,status\n1,ok\n"
    with pytest.raises(ExchangeError, match="column status: 'ok' is none of draft"):
        read(tmp_path, text, start_s="at", code="shot")
    assert read(tmp_path, text, start_s="at", code="shot", status="").ignored == ("status",)


def test_short_rows_and_doubled_names_of_no_matter(tmp_path: Path) -> None:
    found = read(tmp_path, "at,x,x\n1\n2,a,b\n", start_s="at", code="shot")
    assert [row.start_ns for row in found.rows] == [10**9, 2 * 10**9]


def test_another_time_column_is_not_read_beside_the_named_one(tmp_path: Path) -> None:
    text = "start_s,ms\nsoon,1500\n"
    assert spans(read(tmp_path, text, start_ms="ms", code="shot")) == [("shot", 1500, 1500)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_says_itself_what_it_is(tmp_path: Path, encoding: str) -> None:
    data = "\ufeffcode,start_s,text\nshot,1,\u00e9\U0001f600\n".encode(encoding)
    assert read(tmp_path, data).rows[0].text == "\u00e9\U0001f600"


def test_windows_1252_where_the_person_says_so(tmp_path: Path) -> None:
    data = "code,start_s,text\nshot,1,café\n".encode("windows-1252")
    with pytest.raises(ExchangeError, match=r"is not UTF-8 \(byte .* as windows-1252 "):
        read(tmp_path, data)
    assert read(tmp_path, data, encoding="windows-1252").rows[0].text == "café"
    with pytest.raises(ExchangeError, match=r"is not windows-1252 \(byte"):
        read(tmp_path, data + b"\x81", encoding="windows-1252")
    with pytest.raises(ExchangeError, match="no encoding 'rot13' for tables; there is utf-8"):
        read(tmp_path, data, encoding="rot13")


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("at\n1\n", {"start_s": "when"}, "no column 'when' for start_s; it has at"),
        ("at\n1\n", {"begin": "at"}, "There is no column 'begin'; there is tag_id, "),
        ("at,at\n1,2\n", {"start_s": "at"}, "two columns 'at'"),
        ("at,ms\n1,2\n", {"start_s": "at", "start_ms": "ms"}, "start_s or for start_ms, not for"),
        ("at\n00:00:01:12\n", {"start_s": "at"}, "give the frames, counted from 0, as start_frame"),
        ("at\n1:75\n", {"start_s": "at"}, "row 2, column start_s: .* is not a time"),
        ('at\n"1,000,5"\n', {"start_s": "at"}, "row 2, column start_s: .* is not a number"),
        ("at\nnan\n", {"start_ms": "at"}, "row 2, column start_ms: .* number of milliseconds"),
        ("at\n1e90\n", {"start_ms": "at"}, "longer than any footage"),
        ("at\n\n-\n", {"start_ms": "at"}, "row 3, column start_ms"),
        ("f,end_s\n1,2\n", {"start_frame": "f"}, "row 2, column start_s: it is blank"),
        ("a,b\n1,2,3\n", {"start_s": "a"}, "row 2: there are 3 cells under 2"),
        ("1\nx\n", {"start_s": "#1"}, "row 2, column start_s"),
        ("1\n", {"start_s": "#2"}, "no column '#2'"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, text: str, columns: dict[str, str], said: str
) -> None:
    with pytest.raises(ExchangeError, match=said):
        read(tmp_path, text, code="shot", **columns)


@pytest.mark.parametrize("piece", ["1", ":", "1:"])
def test_a_long_line_takes_no_more_than_its_length(tmp_path: Path, piece: str) -> None:
    def refused(length: int) -> None:
        cell = piece * (length // len(piece))
        with pytest.raises(ExchangeError, match="column start_s") as caught:
            read(tmp_path, f"at\n{cell}\n", start_s="at", code="shot")
        assert len(str(caught.value)) < 250

    assert_grows_no_faster(refused, 2_500_000)


def test_a_value_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=r"'32\.297' is no name: .* call its columns #1, #2"):
        read(tmp_path, "shot,32.297\nshot,33\n", code="shot", start_s="32.297")
