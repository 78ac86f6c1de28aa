"""What can be read of a log whatever its file is like, and what is put back of it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bodycam_annotator.errors import DamagedError
from bodycam_annotator.model.edits import add_tags, change_tag
from bodycam_annotator.storage.audit import BEFORE_FIRST, Head, entry_hash
from bodycam_annotator.storage.canonical import canonical_json
from bodycam_annotator.storage.carving import NOTHING, Carved, Carving, carve
from bodycam_annotator.storage.salvage import following, lost_after, rebuild
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import make_tag

PAGE = 4096


@pytest.fixture
def tagged(path: Path) -> Path:
    """42 entries, one of them over many of SQLite's pages."""
    with ProjectSession.open(path, coder="Ann") as session:
        for number in range(19):
            tag = make_tag(note=f"note {number}")
            session.do(add_tags((tag,), label=f"Tag {number}"))
            session.do(change_tag(tag, label="Text", text="“Hands!” " * number))
        many = tuple(make_tag(text="Zeichen äöü " * 10) for _ in range(40))
        session.do(add_tags(many, label="Import"))
        session.undo()
    return path


def entries(path: Path) -> list[tuple[int, bytes, str]]:
    with closing(sqlite3.connect(path)) as raw:
        query = "SELECT seq, CAST(entry AS BLOB), hash FROM audit ORDER BY seq"
        return raw.execute(query).fetchall()


def read(carving: Carving) -> list[tuple[int, bytes, str]]:
    return [(one.seq, one.text, one.hash) for one in following(BEFORE_FIRST, [carving])]


def test_a_whole_file_is_read_to_its_end(tagged: Path) -> None:
    before = tagged.read_bytes(), tagged.stat().st_mtime_ns
    carving = carve(tagged)
    whole = entries(tagged)
    assert read(carving) == whole
    assert len(whole) == 42
    assert carving.last == Head(42, whole[-1][2])
    assert (tagged.read_bytes(), tagged.stat().st_mtime_ns) == before
    assert [one.name for one in tagged.parent.iterdir()] == [tagged.name]


@pytest.mark.parametrize("size", [512, 1024, 65536])
def test_pages_of_any_size_are_read(tagged: Path, size: int) -> None:
    with closing(sqlite3.connect(tagged, isolation_level=None)) as raw:
        raw.execute(f"PRAGMA page_size = {size}")
        raw.execute("VACUUM")
    assert read(carve(tagged)) == entries(tagged)


def test_a_lost_header_does_not_hide_the_log(tagged: Path) -> None:
    whole = entries(tagged)
    tagged.write_bytes(bytes(PAGE) + tagged.read_bytes()[PAGE:])
    carving = carve(tagged)
    assert read(carving) == whole
    assert carving.last is None


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "empty": empty,
    "gone": Path.unlink,
    "a folder": folder,
    "a pipe": pipe,
    "zeros": lambda path: path.write_bytes(bytes(100_000)),
    "noise": lambda path: path.write_bytes(os.urandom(100_000)),
    "short": lambda path: path.write_bytes(path.read_bytes()[:90]),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_nothing_is_read_where_nothing_is(tagged: Path, name: str) -> None:
    UNREADABLE[name](tagged)
    assert carve(tagged) == NOTHING


def test_what_was_never_committed_is_no_entry(tagged: Path) -> None:
    """A commit that was cut off is in the file; the journal beside it takes it back."""
    whole = entries(tagged)
    cut = tagged.with_name("cut.bodycam")
    with closing(sqlite3.connect(tagged, isolation_level=None)) as raw:
        raw.execute("PRAGMA cache_size = 1")
        raw.execute("BEGIN IMMEDIATE")
        text = canonical_json({"action": "do", "seq": 43, "utc": "", "label": "x" * 9000})
        own = entry_hash(whole[-1][2], text.encode())
        raw.execute("INSERT INTO audit VALUES (43, ?, ?)", (text, own))
        for _ in range(20):
            raw.execute("UPDATE tag SET note = note || hex(zeroblob(900))")
        for ending in ("", "-journal"):
            shutil.copy(f"{tagged}{ending}", f"{cut}{ending}")
        raw.execute("ROLLBACK")
    without = tagged.with_name("without.bodycam")
    shutil.copy(cut, without)
    assert len(read(carve(without))) == 43
    before = cut.read_bytes()
    carving = carve(cut)
    assert read(carving) == whole
    assert carving.last == Head(42, whole[-1][2])
    assert cut.read_bytes() == before


def backup_of(path: Path, count: int) -> Path:
    """The project as it was after `count` entries."""
    backup = path.with_name("backup.bodycam")
    shutil.copy(path, backup)
    whole = entries(path)
    empty_again = path.with_name("first.bodycam")
    first = Carving(found={seq: (_carved(seq, text, own),) for seq, text, own in whole[:count]})
    shutil.copy(path.parent / "start.bodycam", empty_again)
    rebuild(empty_again, backup, sources=[first])
    return backup


def _carved(seq: int, text: bytes, own: str) -> Carved:
    return Carved(seq=seq, text=text, hash=own, placed=True)


@pytest.fixture
def started(path: Path) -> Path:
    shutil.copy(path, path.parent / "start.bodycam")
    return path


def test_entries_are_put_back_exactly(started: Path, tagged: Path, tmp_path: Path) -> None:
    backup = backup_of(tagged, 20)
    assert entries(backup) == entries(tagged)[:20]
    copy = tmp_path / "copy.bodycam"
    head, put = rebuild(backup, copy, sources=[carve(tagged)])
    assert head.seq == 20
    assert [one.seq for one in put] == list(range(21, 43))
    assert entries(copy) == entries(tagged)
    assert verify_chain(copy).sound
    with ProjectSession.open(copy, coder="Ann") as a, ProjectSession.open(tagged, coder="Ann") as b:
        assert a.project == b.project
        assert (a.undo_label, a.redo_label) == (b.undo_label, b.redo_label)


def test_a_broken_entry_ends_what_can_be_put_back(
    started: Path, tagged: Path, tmp_path: Path
) -> None:
    backup = backup_of(tagged, 20)
    data = tagged.read_bytes()
    label = entries(tagged)[30][1].index(b'"label":"Tag 14"')
    at = data.index(entries(tagged)[30][1]) + label + len('"label":"Tag ')
    tagged.write_bytes(data[:at] + b"9" + data[at + 1 :])
    carving = carve(tagged)
    _, put = rebuild(backup, tmp_path / "copy.bodycam", sources=[carving])
    assert [one.seq for one in put] == list(range(21, 31))
    lost = lost_after(Head(put[-1].seq, put[-1].hash), carving)
    assert (lost.count, lost.exact) == (12, True)
    assert [one.seq for one in lost.readable] == list(range(31, 43))
    assert (lost.readable[-1].label, lost.readable[-1].coder) == ("Import", "Ann")


FORGED = {
    "rows that were never so": '"before":{"added":1}',
    "no JSON": "nonsense",
}


@pytest.mark.parametrize("name", FORGED)
def test_what_no_session_wrote_is_not_put_in(
    started: Path, tagged: Path, tmp_path: Path, name: str
) -> None:
    """Its hash follows, which anybody can make."""
    backup = backup_of(tagged, 20)
    seq, text, _ = entries(tagged)[20]
    previous = entries(tagged)[19][2]
    forged = text.replace(b'"before":null', FORGED[name].encode())
    forged = forged.replace(b'"before":{', b'"before":{"added":1,')
    assert forged != text
    carved = _carved(seq, forged, entry_hash(previous, forged))
    copy = tmp_path / "copy.bodycam"
    head, put = rebuild(backup, copy, sources=[Carving(found={seq: (carved,)})])
    assert (head.seq, put) == (20, [])
    assert verify_chain(copy).entries == 20


def test_a_backup_that_is_not_sound_is_refused(tagged: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tagged, isolation_level=None)) as raw:
        raw.execute("UPDATE tag SET note = 'another'")
    with pytest.raises(DamagedError, match="not as entry"):
        rebuild(tagged, tmp_path / "copy.bodycam", sources=[NOTHING])
