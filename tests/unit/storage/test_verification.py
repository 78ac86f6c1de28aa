"""Tampering with the file, by somebody who knows SQL, is found and the entry named."""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bodycam_annotator.errors import NotWrittenError, ProjectError
from bodycam_annotator.model.edits import Change, Edit, add_tags, row_of
from bodycam_annotator.storage import connection
from bodycam_annotator.storage.canonical import canonical_json
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import ChainReport, examine, verify_chain
from tests.unit.storage.sample import copy_of, make_tag


@pytest.fixture
def tagged(history: Path, tmp_path: Path) -> Path:
    return copy_of(history, tmp_path)


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def chain(texts: list[bytes]) -> list[tuple[int, bytes, str]]:
    """Entries with numbers and hashes as the log's description has them, by other means."""
    previous, result = "0" * 64, []
    for seq, text in enumerate(texts, 1):
        previous = hashlib.sha256(previous.encode() + text).hexdigest()
        result.append((seq, text, previous))
    return result


def log(path: Path) -> list[tuple[int, bytes, str]]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT seq, CAST(entry AS BLOB), hash FROM audit ORDER BY seq"
        return connection.execute(query).fetchall()


def rewrite(path: Path, texts: list[bytes]) -> None:
    """Puts another log in place, with hashes that fit."""
    rows = [(seq, text.decode(), own_hash) for seq, text, own_hash in chain(texts)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM audit")
        connection.executemany("INSERT INTO audit VALUES (?, ?, ?)", rows)


def test_an_untouched_project_is_sound(tagged: Path) -> None:
    report = verify_chain(tagged)
    assert report == ChainReport(entries=7, head=log(tagged)[-1][2])
    assert report.sound


def test_entries_and_hashes_are_as_described(tagged: Path) -> None:
    found = log(tagged)
    assert found == chain([text for _, text, _ in found])
    for seq, text, _ in found:
        entry = json.loads(text)
        assert canonical_json(entry).encode() == text
        assert entry["seq"] == seq


SWAP = """UPDATE audit SET ({0}) = (SELECT {0} FROM (SELECT * FROM audit) AS other
          WHERE other.seq = 9 - audit.seq) WHERE seq IN (4, 5)"""

TAMPERINGS: dict[str, tuple[list[str], int | None, str]] = {
    "a tag is moved": (["UPDATE tag SET start_ns = start_ns - 1 WHERE id = 'a'"], 6, "start_ns"),
    "a text is changed": (["UPDATE tag SET text = 'Hello' WHERE id = 'c'"], 5, "text"),
    "an attribute is changed": (["UPDATE tag SET attributes = '{}' WHERE id = 'c'"], 5, "attrib"),
    "a tag is brought back": (["UPDATE tag SET withdrawn = 1 WHERE id = 'b'"], 7, "withdrawn"),
    "text is no UTF-8": (["UPDATE tag SET note = CAST(x'ff' AS TEXT) WHERE id = 'c'"], 5, "note"),
    "a tag is deleted": (["DELETE FROM tag WHERE id = 'b'"], 7, "gone"),
    "a tag is slipped in": (
        [
            "CREATE TEMP TABLE one AS SELECT * FROM tag WHERE id = 'a'",
            "UPDATE one SET id = 'd', added = 99",
            "INSERT INTO tag SELECT * FROM one",
        ],
        None,
        "no entry made it",
    ),
    "footage is renamed": (["UPDATE footage SET path = 'other.mp4'"], 2, "path"),
    "a sync is changed": (["UPDATE camera SET sync_offset_ns = NULL"], 2, "sync_offset_ns"),
    "the codebook is changed": (["UPDATE codebook SET source = '# ' || source"], 1, "source"),
    "the incident is renamed": (["UPDATE incident SET name = 'x'"], 1, "name"),
    "an entry's coder is changed": (
        ["UPDATE audit SET entry = replace(entry, 'Ann', 'Eve') WHERE seq = 4"],
        4,
        "hash of entry 4",
    ),
    "white space in an entry": (
        ["UPDATE audit SET entry = replace(entry, ',', ', ') WHERE seq = 1"],
        1,
        "hash of entry 1",
    ),
    "an entry is no UTF-8": (
        ["UPDATE audit SET entry = CAST(x'7bff' AS TEXT) WHERE seq = 2"],
        2,
        "hash of entry 2",
    ),
    "a hash is changed": (["UPDATE audit SET hash = lower(hex(hash)) WHERE seq = 3"], 3, "hash"),
    "the first entry is deleted": (["DELETE FROM audit WHERE seq = 1"], 1, "missing"),
    "an entry is deleted": (["DELETE FROM audit WHERE seq = 5"], 5, "missing"),
    "an entry is deleted, the rest moved up": (
        [
            "DELETE FROM audit WHERE seq = 5",
            "UPDATE audit SET seq = 5 WHERE seq = 6",
            "UPDATE audit SET seq = 6 WHERE seq = 7",
        ],
        5,
        "hash of entry 5",
    ),
    "entries are swapped": ([SWAP.format("entry, hash")], 4, "hash of entry 4"),
    "entries' texts are swapped": ([SWAP.format("entry")], 4, "hash of entry 4"),
    "the last entry is taken off": (["DELETE FROM audit WHERE seq = 7"], 4, "not as entry 4"),
    "all entries are deleted": (["DELETE FROM audit"], None, "empty"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(tagged: Path, name: str) -> None:
    statements, bad_entry, why = TAMPERINGS[name]
    tamper(tagged, *statements)
    report = verify_chain(tagged)
    assert not report.sound
    assert report.bad_entry == bad_entry
    assert why in report.why


def test_a_shortened_log_is_found_by_a_noted_head(tagged: Path) -> None:
    noted = verify_chain(tagged).head
    tamper(
        tagged,
        "DELETE FROM audit WHERE seq IN (6, 7)",
        "UPDATE tag SET note = '', modified_utc = created_utc WHERE id = 'a'",
        "UPDATE tag SET start_ns = end_ns, modified_utc = created_utc WHERE id = 'b'",
    )
    assert verify_chain(tagged).sound
    report = verify_chain(tagged, head=noted)
    assert noted in report.why
    assert report.bad_entry is None


def test_a_noted_head_is_found_again_after_more_edits(tagged: Path) -> None:
    noted = verify_chain(tagged).head
    with ProjectSession.open(tagged, coder="Ann") as session:
        session.do(add_tags((make_tag(),), label="Tag"))
    assert verify_chain(tagged, head=noted).sound


def forged(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    def forge(text: bytes) -> bytes:
        entry = json.loads(text)
        change(entry)
        return canonical_json(entry).encode()

    return forge


FORGERIES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not JSON": (lambda text: text[:-1], "cannot be read"),
    "not an object": (lambda text: b"[]", "cannot be read"),
    "a key too few": (forged(lambda entry: entry.pop("coder")), "cannot be read"),
    "another number": (forged(lambda entry: entry.update(seq=9)), "says that it is entry 9"),
    "a second making": (forged(lambda entry: entry.update(action="create")), "makes the project"),
    "another before": (
        lambda text: text.replace(b'"before":null', b'"before":{"id":"b"}'),
        "holds what is no tag",
    ),
    "of nothing known": (
        lambda text: text.replace(b'"tag"', b'"rag"'),
        "a change of nothing that projects have",
    ),
    "of another row": (lambda text: text.replace(b'"id":"b"', b'"id":"a"'), "entries before it"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_log_with_fitting_hashes_must_make_sense(tagged: Path, name: str) -> None:
    forge, why = FORGERIES[name]
    texts = [text for _, text, _ in log(tagged)]
    rewrite(tagged, [forge(text) if at == 3 else text for at, text in enumerate(texts)])
    report = verify_chain(tagged)
    assert why in report.why
    assert report.bad_entry == 4
    assert report.entries == 3


def test_rows_older_than_a_field_have_its_default(session: ProjectSession, path: Path) -> None:
    """As in a log from before the field was there; undo and verification still understand it."""
    tag = make_tag(id="old")
    old = {name: value for name, value in row_of(tag).items() if name not in {"note", "withdrawn"}}
    change = Change(entity="tag", id=tag.id, before=None, after=old)
    session.do(Edit(label="Tag", changes=(change,)))
    assert session.project.tags["old"] == tag
    session.undo()
    session.redo()
    assert session.project.tags["old"] == tag
    assert verify_chain(path).sound


def test_a_damaged_entry_is_told(tagged: Path) -> None:
    with ProjectSession.open(tagged, coder="Ann") as session:
        tamper(tagged, "UPDATE audit SET entry = 'x' || entry WHERE seq = 6")
        with pytest.raises(ProjectError, match="is damaged"):
            session.undo()
        with pytest.raises(ProjectError, match="Entry 6 of the audit log is damaged"):
            session.history()
    assert verify_chain(tagged).bad_entry == 6


def test_a_row_that_cannot_be_read_is_named_at_opening(tagged: Path) -> None:
    tamper(tagged, "UPDATE tag SET status = 'proven' WHERE id = 'b'")
    with pytest.raises(ProjectError, match=r"the tag b cannot be read .*proven"):
        ProjectSession.open(tagged, coder="Ann")
    assert "status" in verify_chain(tagged).why


def cut_off(tagged: Path, folder: Path) -> Path:
    """The project as a power cut leaves it in the middle of a COMMIT, with its journal."""
    with closing(sqlite3.connect(tagged, isolation_level=None)) as raw:
        raw.execute("PRAGMA cache_size = 1")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO audit VALUES (8, hex(zeroblob(9000)), '')")
        for _ in range(20):
            raw.execute("UPDATE tag SET note = note || hex(zeroblob(900))")
        for ending in ("", "-journal"):
            shutil.copy(f"{tagged}{ending}", folder)
        raw.execute("ROLLBACK")
    return folder / tagged.name


def test_verifying_changes_nothing_even_where_a_commit_was_cut_off(tagged: Path) -> None:
    folder = tagged.with_name("cut")
    folder.mkdir()
    cut = cut_off(tagged, folder)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert len(before) == 2
    assert before[cut.name] != tagged.read_bytes()
    report, project = examine(cut)
    assert (report.why, report.entries) == ("", 7)
    assert project is not None
    assert list(project.tags) == ["a", "b", "c"]
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_a_strict_that_is_a_comment_does_not_do(tagged: Path) -> None:
    tamper(
        tagged,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '--) STRICT') WHERE name = 'tag'",
        "PRAGMA writable_schema = OFF",
    )
    with pytest.raises(ProjectError, match="is not strict about what it holds"):
        ProjectSession.open(tagged, coder="Ann")


def test_a_project_that_others_keep_locked_is_told(
    tagged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 50)
    with closing(sqlite3.connect(tagged, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotWrittenError, match="in use by another program"):
            verify_chain(tagged)
    assert verify_chain(tagged).sound
