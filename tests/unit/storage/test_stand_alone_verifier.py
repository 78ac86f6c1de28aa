"""The verifier in docs: of one file, of the standard library, and of one mind with the program."""

import ast
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.storage.sample import copy_of, make_tag
from tests.unit.storage.stand_alone import SCRIPT, SOUND, blamed, verdict
from tests.unit.storage.test_hostile_rows import ENTRIES, SET
from tests.unit.storage.test_verification import (
    FORGERIES,
    TAMPERINGS,
    cut_off,
    log,
    rewrite,
    tamper,
)


@pytest.fixture
def path(history: Path, tmp_path: Path) -> Path:
    return copy_of(history, tmp_path)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """As somebody would who has no more than the one file."""
    return subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_can_be_read_and_run_anywhere() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    assert source.isascii()
    assert len(source.splitlines()) <= 150
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported
    assert imported <= sys.stdlib_module_names


def test_a_sound_project_is_told_with_its_head(path: Path) -> None:
    head = log(path)[-1][2]
    done = run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Sound: 7 entries, head {head}\n"
    assert run(path, "--head", log(path)[2][2]).stdout == done.stdout


def test_what_is_wrong_is_said_in_a_line(path: Path) -> None:
    assert "cut short" in refused(path, "--head", "0" * 64)
    assert "cut short" in refused(path, "--head", "")
    tamper(path, "UPDATE audit SET entry = replace(entry, 'Ann', 'Eve') WHERE seq = 4")
    assert "entry 4: " in refused(path)


def refused(*arguments: str | Path) -> str:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("NOT SOUND: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_wrong_usage_is_told_apart(path: Path) -> None:
    for arguments in [(), (path, path), (path, "--head"), (path, "--tail", "x")]:
        assert run(*arguments).returncode == 2


FOREIGN: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "text": b"Dear Sir,\n",
    "noise": random.Random(1).randbytes(9000),
    "only a header": b"SQLite format 3\0" + bytes(84),
    "zeros": bytes(4096),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_project_is_said_in_a_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / "l’été \x1b.bodycam"
    content = FOREIGN[name]
    if content is not None:
        path.write_bytes(content)
        assert verdict(path) == blamed(None)
    assert "\x1b" not in refused(path)
    assert "directory" in refused(tmp_path)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_agreement_on_tamperings(path: Path, name: str) -> None:
    statements, bad_entry, _ = TAMPERINGS[name]
    tamper(path, *statements)
    assert verdict(path) == blamed(bad_entry)


@pytest.mark.parametrize("name", FORGERIES)
def test_agreement_on_forgeries(path: Path, name: str) -> None:
    forge, _ = FORGERIES[name]
    texts = [text for _, text, _ in log(path)]
    rewrite(path, [forge(text) if at == 3 else text for at, text in enumerate(texts)])
    assert verdict(path) == blamed(4)


@pytest.mark.parametrize("name", SET)
def test_agreement_on_rows_that_make_no_sense(path: Path, name: str) -> None:
    table, column, value = SET[name]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
    assert verdict(path) == blamed({"codebook": 1, "incident": 1, "tag": 5}.get(table, 2))


def with_key_twice(text: str) -> str:
    """SQLite's JSON functions read the first of them, most others the last."""
    return text.replace('"coder":', '"coder":"Eve","coder":')


def put(name: str, value: str) -> Callable[[str], str]:
    """Into the tag that the entry makes, without a look at what JSON allows."""
    begin, end = f'"{name}":', ',"'

    def change(text: str) -> str:
        at = text.index(begin) + len(begin)
        stop = text.index(end, at)
        return text[:at] + value + text[stop:]

    return change


NOT_AS_WRITTEN: dict[str, Callable[[str], str]] = {
    **ENTRIES,
    "a key twice": with_key_twice,
    "white space": lambda text: text + "\n",
    "keys in another order": lambda text: json.dumps(
        dict(reversed(json.loads(text).items())), ensure_ascii=False, separators=(",", ":")
    ),
    "an escape that need not be": lambda text: text.replace("Put", "\\u0050ut"),
    "half a character": lambda text: text.replace("Put", "\\udcff"),
    "no changes, as an object": lambda _: json.dumps({"changes": {}}),
    "deep, but JSON": lambda text: put("note", "[" * 900 + "]" * 900)(text),
    "not a number": put("uncertainty_ns", "NaN"),
    "infinite": put("start_ns", "1e999"),
    "infinitely withdrawn": lambda text: text.replace("false", "1e999"),
    "of thousands of digits": put("start_ns", "9" * 5000),
    "another's id": lambda text: text.replace('"id":"c"', '"id":"z"', 1),
    "an id that is a number": lambda text: text.replace('"id":"c"', '"id":5'),
    "a field too many": put("note", '"","more":""'),
}


@pytest.mark.parametrize("name", NOT_AS_WRITTEN)
def test_an_entry_must_be_written_as_entries_are(path: Path, name: str) -> None:
    """Its hash and those after it fit, as do the rows where they can."""
    texts = [text for _, text, _ in log(path)]
    forged = NOT_AS_WRITTEN[name](texts[4].decode()).encode()
    assert forged != texts[4]
    rewrite(path, [*texts[:4], forged, *texts[5:]])
    assert verdict(path) == blamed(5)


RESHAPED: dict[str, list[str]] = {
    "a view": ["CREATE VIEW v AS SELECT * FROM tag"],
    "a trigger": ["CREATE TRIGGER t AFTER INSERT ON tag BEGIN SELECT 1; END"],
    "a table": ["CREATE TABLE notes (id)"],
    "a virtual table": ["CREATE VIRTUAL TABLE notes USING fts5(id)"],
    "a table less": ["DROP TABLE tag"],
    "an index": ["CREATE INDEX i ON tag (code, id)"],
    "an index of what was": ["CREATE INDEX i ON tag (upper(code))"],
    "a column": ["ALTER TABLE tag ADD COLUMN more TEXT"],
    "a computed column": ["ALTER TABLE tag ADD COLUMN more TEXT AS (code || 'x')"],
    "a column's name": ["ALTER TABLE tag RENAME COLUMN note TO notes"],
    "another program's": ["PRAGMA application_id = 1"],
    "a newer format": ["PRAGMA user_version = 2"],
    "no format": ["PRAGMA user_version = 0"],
    "rows in another order": ["UPDATE tag SET added = -added WHERE id = 'c'"],
}


@pytest.mark.parametrize("name", RESHAPED)
def test_tables_must_be_a_project_s(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in RESHAPED[name]:
            connection.execute(statement)
    assert verdict(path) == blamed(None)


def reshape(path: Path, table: str, old: str, new: str, *statements: str) -> None:
    """Runs statements while SQLite takes the table's definition to be another; without any the
    definition stays as `new` has it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
        was = sql.fetchone()[0]
        assert old in was
    for text, then in ((was.replace(old, new), statements), (was, ())):
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            change = "UPDATE sqlite_master SET sql = ? WHERE name = ?"
            connection.execute(change, (text, table))
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in then:
                connection.execute(statement)
        if not statements:
            return


def test_a_table_that_is_strict_in_a_remark_only(path: Path) -> None:
    reshape(path, "tag", "\n STRICT", "\n /* ) STRICT")
    assert verdict(path) == blamed(None)


def test_a_number_kept_as_another_type(path: Path) -> None:
    """To Python the two are equal; a query would show `1442.0`."""
    column = "start_frame INTEGER"
    made = "UPDATE tag SET start_frame = 1442.0 WHERE id = 'c'"
    reshape(path, "tag", column, column.replace("INTEGER", "ANY"), made)
    with closing(sqlite3.connect(path)) as connection:
        kinds = connection.execute("SELECT typeof(start_frame) FROM tag WHERE id = 'c'")
        kept = kinds.fetchone()[0]
    assert (kept, verdict(path)) == ("real", blamed(None))


def test_an_entry_kept_as_nothing(path: Path) -> None:
    made = "UPDATE audit SET entry = NULL WHERE seq = 4"
    reshape(path, "audit", "entry TEXT NOT NULL", "entry TEXT", made)
    assert verdict(path) == blamed(None)


def test_an_index_that_differs_from_its_table(path: Path) -> None:
    """Whoever asks for the tag `a` by its id gets nothing, or a row that is not its own."""
    content = path.read_bytes()
    pages = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_tag_1'"
        ).fetchone()[0]
    page = pages[root - 1]
    assert page.count(b"a", 4000) == 1
    pages[root - 1] = page[:4000] + page[4000:].replace(b"a", b"A")
    path.write_bytes(b"".join(pages))
    assert verdict(path) == blamed(None)


def test_a_project_in_another_journal_mode_is_read_without_writing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert path.read_bytes()[18:20] == b"\2\2"
    assert verdict(path) == SOUND


def test_a_change_that_was_not_finished_is_not_read_as_half_of_it(
    path: Path, tmp_path: Path
) -> None:
    """SQLite would have to write to the file to take it back."""
    (tmp_path / "cut").mkdir()
    cut = cut_off(path, tmp_path / "cut")
    (tmp_path / "link.bodycam").symlink_to(cut)
    for one in (cut, tmp_path / "link.bodycam"):
        said = refused(one)
        assert "a change was not finished: open a copy, with its -journal" in said
    Path(f"{cut}-journal").unlink()
    assert run(path).returncode == 0


@pytest.mark.parametrize("wal", [False, True], ids=["journal", "wal"])
@pytest.mark.parametrize("content", [b"", bytes(4096), b"garbage " * 512])
@pytest.mark.parametrize("ending", ["-journal", "-wal"])
def test_what_is_beside_it_and_no_journal_says_nothing(
    path: Path, ending: str, content: bytes, wal: bool
) -> None:
    if wal:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    Path(f"{path}{ending}").write_bytes(content)
    assert verdict(path) == SOUND
    assert Path(f"{path}{ending}").read_bytes() == content


def test_rows_older_than_a_field_have_its_default(path: Path) -> None:
    young = ("note", "withdrawn", "attributes", "basis", "status", "uncertainty_ns")
    old = {name: value for name, value in row_of(make_tag(id="old")).items() if name not in young}
    with ProjectSession.open(path, coder="Ann") as session:
        change = Change(entity="tag", id="old", before=None, after=old)
        session.do(Edit(label="Tag", changes=(change,)))
        session.undo()
    assert verdict(path) == SOUND


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_no_surprise(path: Path, seed: int) -> None:
    """A byte changed anywhere, or the file cut off: whatever comes of it, both say the same."""
    chance = random.Random(f"damage {seed}")
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 20])):
        content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.3:
        del content[chance.randrange(len(content)) :]
    path.write_bytes(content)
    verdict(path)


def test_a_copy_that_may_not_be_written_is_read(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    copy = Path(shutil.copy(path, folder))
    copy.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert run(copy).returncode == 0
    finally:
        folder.chmod(0o755)
        copy.chmod(0o644)
