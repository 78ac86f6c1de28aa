"""Datavyu's projects and cells.

The cells are as SaveDatabaseFileC.java and StringUtils.java of databrary/datavyu write them, the
project as DatavyuProjectRepresenter.java does, and the settings of a video as StreamViewer does.
"""

import io
import zipfile
from pathlib import Path

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.datavyu import CELLS, PROJECT
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.codebook import Kind
from tests.unit.exchange.projects import TAG, project

MS = 1_000_000
CELLS_TEXT = r"""#4
speech (MATRIX,true,)-who|NOMINAL,what|NOMINAL,loud|NOMINAL
00:00:01:250,00:00:02:000,(officer,Hands up\, now\! \(twice\),)
00:01:00:000,00:01:00:000,(driver,a\|b\-c\\d,y)
door opens (NOMINAL,false,)
00:00:03:000,00:00:00:000,left
comments (TEXT,true,)
01:00:00:007,01:00:01:007,one line\
and another
empty (TEXT,true,)
"""


def project_text(*feeds: str) -> str:
    """As SnakeYAML writes it: keys in order, long names folded."""
    viewers = "".join(
        f"- !vs\n  classifier: datavyu.video\n  feed: {feed}\n  plugin: 1-2-3\n"
        f"  settingsId: '{number}'\n  trackSettings: !ts\n    bookmark: '-1'\n    bookmarks: []\n"
        "    locked: false\n    version: 2\n  version: 3\n"
        for number, feed in enumerate(feeds, 1)
    )
    return (
        "!project\ndbFile: stop.csv\nname: stop\norigpath: /home/ada\nversion: 5\n"
        f"viewerSettings:\n{viewers}"
    )


def settings_text(offset: int, name: str = "offset") -> str:
    return f"#Thu Mar 07 12:00:00 EST 2019\nvolume=1.0\n{name}={offset}\nvisible=true\nheight=480\n"


def zipped(**entries: str | bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def taken(folder: Path, data: bytes | str, name: str = "stop.opf") -> Timeline:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return formats.read(path, formats.format_to_read(path))[1]


def test_columns_are_codes_and_arguments_attributes(tmp_path: Path) -> None:
    read = taken(tmp_path, CELLS_TEXT, "cells.csv")
    first, mark, door, comment = read.rows
    assert (first.code, first.start_ns, first.end_ns) == ("speech", 1250 * MS, 2000 * MS)
    assert first.attributes == {"who": "officer", "what": r"Hands up, now\! (twice)"}
    assert (first.kind, first.text) == (Kind.INTERVAL, None)
    assert first.where == "column speech, cell 1 (line 3)"
    assert (mark.start_ns, mark.end_ns, mark.kind) == (60_000 * MS, 60_000 * MS, Kind.POINT)
    assert mark.attributes == {"who": "driver", "what": r"a|b-c\d", "loud": "y"}
    assert (door.code, door.text, door.attributes) == ("door opens", "left", None)
    assert (door.start_ns, door.end_ns, door.kind) == (3000 * MS, 3000 * MS, Kind.POINT)
    assert (comment.start_ns, comment.text) == (3_600_007 * MS, "one line\nand another")
    assert comment.where == "column comments, cell 1 (line 8)"
    assert read.notice == "Columns without cells, which are not taken over: empty."
    assert (read.resolution_ns, read.foreign) == (MS, True)


def test_line_ends_of_windows(tmp_path: Path) -> None:
    """There a line end within a text is CR and LF, each behind a backslash."""
    text = CELLS_TEXT.replace("\\\nand", "\\\r\\\nand").replace("\n", "\r\n")
    text = text.replace("\\\r\\\r\nand", "\\\r\\\nand")
    unix = taken(tmp_path, CELLS_TEXT, "cells.csv")
    assert [(row.code, row.text, row.attributes) for row in unix.rows] == [
        (row.code, row.text, row.attributes) for row in taken(tmp_path, text, "cells.csv").rows
    ]


def test_the_oldest_files_have_no_version_and_no_backslashes(tmp_path: Path) -> None:
    """As parseVariable in OpenDatabaseFileC.java takes them."""
    text = (
        "note (TEXT)\n00:00:01:000,00:00:02:000,C:\\video, old\n"
        "move (MATRIX)-dir|NOMINAL,n|INTEGER\n00:00:03:000,00:00:04:000,(up,<n>)\n"
    )
    note, move = taken(tmp_path, text, "old.csv").rows
    assert (note.text, note.end_ns) == ("C:\\video, old", 2000 * MS)
    assert move.attributes == {"dir": "up"}


def test_definitions_and_queries_are_passed_over(tmp_path: Path) -> None:
    text = (
        "#2\n0:predicate-a|NOMINAL\nnote (TEXT)\n00:00:01:000,00:00:02:000,yes\n"
        "###QueryVar### (PREDICATE)\n00:00:00:000,00:00:00:000,find()\n"
    )
    assert [row.code for row in taken(tmp_path, text, "cells.csv").rows] == ["note"]


def test_times_of_a_project_are_those_of_its_video(tmp_path: Path) -> None:
    feed = (
        "/home/ada/a folder with a very long name that the writer of YAML folds\n    here/one.mp4"
    )
    entries = {"project": project_text(feed), "db": CELLS_TEXT, "1": settings_text(1000)}
    read = taken(tmp_path, zipped(**entries))
    assert [(row.start_ns, row.end_ns) for row in read.rows][:2] == [
        (250 * MS, 1000 * MS),
        (59_000 * MS, 59_000 * MS),
    ]
    assert {row.media_file for row in read.rows} == {"one.mp4"}
    newer = zipped(**{**entries, "1": settings_text(-500, "startTime")})
    assert taken(tmp_path, newer).rows[0].start_ns == 1750 * MS


def test_a_project_may_have_no_video_and_several(tmp_path: Path) -> None:
    none = taken(tmp_path, zipped(db=CELLS_TEXT))
    assert (none.rows[0].media_file, none.rows[0].start_ns) == (None, 1250 * MS)
    two = {"project": project_text("'C:\\v\\one.mp4'", "two.mp4"), "db": CELLS_TEXT}
    same = taken(tmp_path, zipped(**two))
    assert same.notice.startswith("It has 2 videos, and no cell says which one it is of.")
    assert same.rows[0].media_file is None
    with pytest.raises(
        ExchangeError, match=r"begin at different times \(one\.mp4 at 0 ms, two\.mp4 at 40 ms\)"
    ):
        taken(tmp_path, zipped(**two, **{"2": settings_text(40)}))


def test_cells_are_told_from_our_own_by_their_first_bytes(tmp_path: Path) -> None:
    ours = tmp_path / "ours.csv"
    formats.write(Content(project=project(TAG)), ours, CSV)
    assert formats.format_to_read(ours) is CSV
    (tmp_path / "theirs.csv").write_text(CELLS_TEXT, encoding="utf-8")
    assert formats.format_to_read(tmp_path / "theirs.csv") is CELLS


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("a (TEXT,true,)\n00:00:02:000,00:00:01:000,x", "line 3 .*offset 00:00:01:000 is before"),
        ("a (TEXT,true,)\n00:00:02:000,00:00:01,x", "line 3 .*00:00:01 is not a time like"),
        ("a (TEXT,true,)\n00:00:0x:000,00:00:01:000,x", "line 3 .*neither a column nor a cell"),
        ("a (TEXT,true,)\n999999:00:00:000,00:00:01:000,x", "line 3 .*longer than any footage"),
        ("00:00:00:000,00:00:01:000,x", "line 2 .*before the first column"),
        (" (TEXT,true,)", "line 2 .*column has no name"),
        ("a (MATRIX,true,)-b|NOMINAL\n00:00:00:000,00:00:01:000,x", "line 3 .*not in parentheses"),
        (
            "a (MATRIX,true,)-b|NOMINAL,c|NOMINAL\n00:00:00:000,00:00:01:000,(x,y,z)",
            "line 3 .*3 values for the 2 arguments of a",
        ),
        ("", "no columns of Datavyu"),
        ("a (TEXT,true,)\n" * 250_000, "more than 250000 lines"),
        ("x (TEXT," * 20_000, "neither a column nor a cell"),
        ("a" * 1_000_000, "neither a column nor a cell"),
        ("a (TEXT,true,)\n00:00:00:000,00:00:01:000,\0", "NUL"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, cells: str, why: str) -> None:
    for name, data in (("cells.csv", f"#4\n{cells}"), ("stop.opf", zipped(db=f"#4\n{cells}"))):
        with pytest.raises(ExchangeError, match=rf"^{name}.*{why}"):
            taken(tmp_path, data, name)


@pytest.mark.parametrize("name", ["../db2", "/etc/passwd", "a\\..\\b", "C:\\x"])
def test_files_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExchangeError, match="leads out of its folder"):
        taken(tmp_path, zipped(db=CELLS_TEXT, **{name: "x"}))
    assert [one.name for one in tmp_path.iterdir()] == ["stop.opf"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cannot be unpacked"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be unpacked"),
        (zipped(project="x"), "no file “db”"),
        (zipped(db=b"\0" * (40 * 1024 * 1024)), "more than 32 MB"),
        (zipped(db="#4\n", **{str(n): b" " * 4_000_000 for n in range(10)}), "more than 32 MB"),
        (zipped(**{f"f{n}": "" for n in range(1200)}), "more than 1000 files"),
        (zipped(db=b"\xff\xfe"), "not UTF-8"),
    ],
)
def test_what_is_no_project_is_refused_in_words(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "stop.opf"
    path.write_bytes(data)
    with pytest.raises(ExchangeError, match=why):
        formats.read(path, PROJECT)
