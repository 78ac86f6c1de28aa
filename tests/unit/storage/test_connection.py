"""What a project file is, how it is opened, and what is said of a file that is none."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bodycam_annotator.errors import ProjectError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage import connection as under_test
from bodycam_annotator.storage.connection import connect, connect_new
from bodycam_annotator.storage.refusing import APPLICATION_ID
from bodycam_annotator.storage.schema import METADATA, SCHEMA_VERSION
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import Opened, make_tag

ADD_A_FIELD = '''
"""A synthetic second version: cameras get a model, by rebuilding the table."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade():
    with op.batch_alter_table("camera", recreate="always") as camera:
        camera.add_column(sa.Column("model", sa.Text, nullable=False, server_default="unknown"))
'''
BREAK_A_REFERENCE = ADD_A_FIELD + '    op.execute("DELETE FROM camera")\n'


@pytest.fixture
def connected(path: Path) -> Iterator[Connection]:
    connection = connect(path)
    yield connection
    connection.close()


def pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_a_connection_is_set_to_lose_nothing(connected: Connection) -> None:
    assert pragma(connected, "journal_mode") == "delete"
    assert pragma(connected, "synchronous") == 3
    assert pragma(connected, "foreign_keys") == 1
    assert pragma(connected, "busy_timeout") == 5000
    assert pragma(connected, "trusted_schema") == 0


def test_a_project_with_a_write_ahead_log_becomes_one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode = wal").fetchone() == ("wal",)
    connection = connect(path)
    assert pragma(connection, "journal_mode") == "delete"
    connection.close()
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name]


def test_the_file_says_what_it_is(connected: Connection, path: Path) -> None:
    assert path.read_bytes()[68:72] == b"BCAM"
    assert pragma(connected, "application_id") == APPLICATION_ID
    assert pragma(connected, "user_version") == SCHEMA_VERSION
    assert pragma(connected, "integrity_check") == "ok"


def test_migrations_make_the_tables_of_the_schema(connected: Connection, tmp_path: Path) -> None:
    assert compare_metadata(MigrationContext.configure(connected), METADATA) == []
    connected.rollback()
    at_once = connect_new(tmp_path / "at once")
    with at_once.begin():
        METADATA.drop_all(at_once)
        METADATA.create_all(at_once)
        expected = definitions(at_once)
    at_once.close()
    assert definitions(connected) == expected


def definitions(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    )
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_an_older_project_is_brought_up_to_date(
    path: Path, newer_migrations: Callable[[str], str]
) -> None:
    scripts = newer_migrations(ADD_A_FIELD)
    for _ in range(2):
        newer = connect(path, version=2, migrations=scripts)
        assert pragma(newer, "user_version") == 2
        assert pragma(newer, "foreign_keys") == 1
        rows = newer.exec_driver_sql("SELECT id, name, model FROM camera").all()
        assert [tuple(row) for row in rows] == [("camera-1", "Officer 1", "unknown")]
        newer.close()


def test_a_migration_that_fails_leaves_the_file(
    path: Path, newer_migrations: Callable[[str], str]
) -> None:
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="footage refers to a missing camera"):
        connect(path, version=2, migrations=newer_migrations(BREAK_A_REFERENCE))
    assert path.read_bytes() == before


def test_a_newer_project_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    before = path.read_bytes()
    sentence = r"newer Bodycam Annotator \(its format is 7, this one knows up to 1\).*Update"
    with pytest.raises(ProjectError, match=sentence):
        ProjectSession.open(path, coder="Ann")
    with pytest.raises(ProjectError, match=sentence):
        verify_chain(path)
    assert path.read_bytes() == before


def other_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)


NO_PROJECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "There is no file"),
    "empty": (lambda path: path.touch(), "is empty"),
    "folder": (lambda path: path.mkdir(), "is a folder"),
    "short text": (lambda path: path.write_text("tags"), "is not a Bodycam Annotator project"),
    "long text": (lambda path: path.write_text("tags\n" * 9999), "is not a Bodycam Annotator"),
    "other database": (
        lambda path: other_database(path, "CREATE TABLE tag (id)"),
        "another program's database",
    ),
    "no version": (
        lambda path: other_database(path, f"PRAGMA application_id = {APPLICATION_ID}"),
        "is damaged: its version is 0",
    ),
    "no tables": (
        lambda path: other_database(
            path, f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 1"
        ),
        "is damaged: it lacks the table",
    ),
}


@pytest.mark.parametrize("name", NO_PROJECTS)
def test_what_is_no_project_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    make, why = NO_PROJECTS[name]
    path = tmp_path / "stop?mode=memory#1%41.bodycam"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for read in (lambda: ProjectSession.open(path, coder="Ann"), lambda: verify_chain(path)):
        with pytest.raises(ProjectError, match=why) as caught:
            read()
        assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert list(tmp_path.iterdir()) == ([] if name == "missing" else [path])


def test_a_torn_project_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])
    with pytest.raises(ProjectError, match="is damaged"):
        ProjectSession.open(path, coder="Ann")


def test_a_project_in_use_is_told_and_nothing_is_lost(
    opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "BUSY_TIMEOUT_MS", 50)
    session = opened()
    edit = add_tags((make_tag(),), label="Tag")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ProjectError, match="in use by another program"):
            session.do(edit)
        assert session.project.tags == {}
    session.do(edit)
    assert len(session.history()) == 3


def test_a_reader_that_stays_delays_the_commit_but_never_halves_it(
    opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "BUSY_TIMEOUT_MS", 50)
    session = opened()
    edit = add_tags((make_tag(),), label="Tag")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM tag").fetchall()
        with pytest.raises(ProjectError, match="in use by another program"):
            session.do(edit)
        assert session.project.tags == {}
    session.do(edit)
    assert len(session.history()) == 3


ALTERED = {
    "a view": (["CREATE VIEW peek AS SELECT 1"], "it holds the view 'peek'"),
    "a view as a table": (
        ["ALTER TABLE tag RENAME TO real", "CREATE VIEW tag AS SELECT * FROM real"],
        "it holds the view 'tag'",
    ),
    "a trigger": (
        ["CREATE TRIGGER quiet AFTER INSERT ON tag BEGIN UPDATE tag SET note = 'x'; END"],
        "it holds the trigger 'quiet'",
    ),
    "a table": (["CREATE TABLE extra (a)"], "it holds the table 'extra'"),
    "a virtual table": (["CREATE VIRTUAL TABLE v USING rtree(a, b, c)"], "holds the table 'v"),
    "a column": (["ALTER TABLE tag ADD COLUMN lie TEXT"], "columns of its table 'tag'"),
    "a computed column": (
        ["ALTER TABLE camera ADD COLUMN lie TEXT AS (name || '!') VIRTUAL"],
        "columns of its table 'camera'",
    ),
    "a column gone": (["ALTER TABLE audit DROP COLUMN hash"], "columns of its table 'audit'"),
    "a table gone": (["DROP TABLE audit"], "it lacks the table 'audit'"),
    "a lax table": (
        ["DROP TABLE audit", "CREATE TABLE audit (seq INTEGER NOT NULL PRIMARY KEY, "
         "entry TEXT NOT NULL, hash TEXT NOT NULL)"],
        "its table 'audit' is not strict",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_what_the_schema_does_not_have_is_refused(path: Path, name: str) -> None:
    statements, why = ALTERED[name]
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    for attempt in (lambda: ProjectSession.open(path, coder="Ann"), lambda: verify_chain(path)):
        with pytest.raises(ProjectError, match=f"is damaged: .*{why}"):
            attempt()
