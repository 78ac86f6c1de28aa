"""One SQLite connection to a project: settings that lose nothing, problems told in words."""

import logging
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bodycam_annotator.errors import DamagedError, NotWrittenError, ProjectError
from bodycam_annotator.storage.schema import METADATA, SCHEMA_VERSION

APPLICATION_ID = int.from_bytes(b"BCAM")
"""What SQLite keeps in bytes 68 to 71 of every project file."""

BUSY_TIMEOUT_MS = 5000
"""How long a write waits for another program's before it gives up."""

MIGRATIONS = "bodycam_annotator.storage:migrations"

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration that runs in a module's globals."""

_DAMAGED = "{path} is damaged ({detail}). Open a copy of it instead."
_NO_DATABASE = "{path} is not a Bodycam Annotator project. Choose a .bodycam file."
_COLUMNS = 'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)'
_STRICT = re.compile(r"\)\s*STRICT\s*\Z", re.IGNORECASE)
_SIGNS_OF_DAMAGE = (
    *("no such table", "no such column", "has no column", "malformed JSON"),
    "unsupported file format",
)
"""What SQLite says of our statements when tables or entries are not as we made them."""
_SENTENCES = {
    sqlite3.SQLITE_BUSY: "{path} is in use by another program and nothing was written. "
    "Wait until it is done, or close it.",
    sqlite3.SQLITE_READONLY: "{path} cannot be written, so nothing was. Make the file and its "
    "folder writable, or copy the project elsewhere.",
    sqlite3.SQLITE_FULL: "The disk is full, so nothing was written to {path}. Free some space.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened or made. Check that its folder is there and "
    "that you may write to it.",
    sqlite3.SQLITE_PERM: "{path} cannot be opened: you may not read or write it.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written, so nothing was changed. Check "
    "that its disk or network folder is still there and lets files grow.",
}


def connect(
    path: Path, *, version: int = SCHEMA_VERSION, migrations: str = MIGRATIONS
) -> Connection:
    """The project at `path`, migrated to `version` when it is older.

    The connection may pass between threads but serves one at a time; closing it closes the file.
    Raises `ProjectError` that says what the file is when it is no project of ours,
    `DamagedError` when it is one that is not as it was written, as far as SQLite's own look at
    its pages tells.
    """
    with explained(path):
        if not path.exists():
            raise ProjectError(f"There is no file {path}. Check the name, or make a new project.")
        if path.is_dir():
            raise ProjectError(f"{path} is a folder. Choose the .bodycam file within it.")
        if path.stat().st_size == 0:
            raise DamagedError(
                f"{path} is empty, so it is no project. Put a copy in its place, or delete it."
            )
        raw = _open(path, mode="rw")
        try:
            _refuse_foreign(raw, path, version)
            _refuse_hidden_logic(raw, path)
            if _value(raw, "user_version") == SCHEMA_VERSION:
                _refuse_altered_tables(raw, path)
            _refuse_damaged_pages(raw, path)
            return _prepared(raw, path, version=version, migrations=migrations)
        except BaseException:
            raw.close()
            raise


def connect_new(path: Path) -> Connection:
    """An empty project in a new file at `path`, to be used within `explained`."""
    raw = _open(path, mode="rwc")
    try:
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return _prepared(raw, path, version=SCHEMA_VERSION, migrations=MIGRATIONS)
    except BaseException:
        raw.close()
        raise


@contextmanager
def reading(connection: Connection) -> Iterator[None]:
    """One unchanging view of the file until the block ends."""
    connection.execution_options(immediate=False)
    with _transaction(connection):
        yield


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Alone with the file until the block ends: then all is committed, or on an exception nothing.

    The lock is taken at the start, so that what is read here cannot have changed by the COMMIT.
    """
    connection.execution_options(immediate=True)
    with _transaction(connection):
        yield


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    try:
        with connection.begin():
            yield
    except BaseException:
        # SQLAlchemy forgets a transaction whose COMMIT failed; SQLite keeps it open.
        driver_connection(connection).rollback()
        raise


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection beneath."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def connect_to_read(path: Path) -> sqlite3.Connection:
    """The driver's own connection to a database of any kind, which can write nothing. To be used
    within `explained`."""
    return _open(path, mode="ro")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what SQLite and the disk refuse of `path` into `NotWrittenError` or `DamagedError`.

    Errors that can only be our own pass as they are.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # No code: the driver could not read what SQLite gave it, such as text that is not UTF-8.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code == sqlite3.SQLITE_CORRUPT or any(sign in str(cause) for sign in _SIGNS_OF_DAMAGE):
            raise DamagedError(_DAMAGED.format(path=path, detail=cause)) from error
        if code == sqlite3.SQLITE_NOTADB:
            raise DamagedError(_NO_DATABASE.format(path=path)) from error
        if code not in _SENTENCES:
            raise
        raise NotWrittenError(_SENTENCES[code].format(path=path)) from error
    except UnicodeDecodeError as error:
        # SQLite's message quotes a name in the file that is no text.
        detail = "its tables cannot be read"
        raise DamagedError(_DAMAGED.format(path=path, detail=detail)) from error
    except OSError as error:
        raise NotWrittenError(f"{path} cannot be used: {error.strerror or error}.") from error


def identity(path: Path) -> tuple[int, int] | None:
    """Which file is at `path`, as the system numbers it; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def why_read_only(path: Path) -> str:
    """A sentence where the file can be read but not written; empty when it can.

    By permissions alone; what else keeps a disk from being written shows when it is.
    """
    if not os.access(path, os.W_OK):
        return f"{path} cannot be written, only read."
    if not os.access(path.parent, os.W_OK):
        return f"The folder {path.parent} cannot be written, so {path.name} can only be read."
    return ""


def _open(path: Path, *, mode: str) -> sqlite3.Connection:
    """With the driver's own BEGIN off. `mode` rw never makes a file, rwc does."""
    # Never read the file by other means: closing it would drop the locks that SQLite holds in
    # this process (sqlite.org/howtocorrupt.html, 2.2).
    name = quote(path.absolute().as_posix())
    uri = f"file://{name if name.startswith('/') else '/' + name}?mode={mode}"
    raw = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return raw


def _refuse_foreign(raw: sqlite3.Connection, path: Path, version: int) -> None:
    if _value(raw, "application_id") != APPLICATION_ID:
        raise ProjectError(
            f"{path} is another program's database, not a Bodycam Annotator project. "
            "Choose a .bodycam file."
        )
    found = _value(raw, "user_version")
    if not isinstance(found, int) or found < 1:
        raise DamagedError(f"{path} is damaged: its version is {found}. Open a copy of it instead.")
    if found > version:
        raise ProjectError(
            f"{path} was made by a newer Bodycam Annotator (its format is {found}, this one "
            f"knows up to {version}). Update Bodycam Annotator to open it."
        )


def _refuse_hidden_logic(raw: sqlite3.Connection, path: Path) -> None:
    """Views and triggers would show or write something else than what the audit log says."""
    query = "SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index') ORDER BY 2"
    for kind, name in raw.execute(query):
        raise _altered(path, f"it holds the {kind} {name!r}, and no project has one")


def _refuse_altered_tables(raw: sqlite3.Connection, path: Path) -> None:
    """Every table must be one of the schema's, with just its columns, none of them computed."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    found = {name: sql for name, sql in raw.execute(query) if not _is_internal(name)}
    for name in found.keys() ^ METADATA.tables.keys():
        why = "holds the table" if name in found else "lacks the table"
        raise _altered(path, f"it {why} {name!r}")
    for name, table in METADATA.tables.items():
        expected = [
            (column.name, str(column.type), int(not column.nullable), int(column.primary_key), 0)
            for column in table.columns
        ]
        if raw.execute(_COLUMNS, (name,)).fetchall() != expected:
            raise _altered(path, f"the columns of its table {name!r} are not a project's")
        if not _STRICT.search(found[name] or ""):
            raise _altered(path, f"its table {name!r} is not strict about what it holds")


def _refuse_damaged_pages(raw: sqlite3.Connection, path: Path) -> None:
    # The file's own constraints are the work of whoever wrote it, and could run for ever.
    raw.execute("PRAGMA ignore_check_constraints = ON")
    found = str(_value(raw, "quick_check(1)"))
    raw.execute("PRAGMA ignore_check_constraints = OFF")
    if found != "ok":
        detail = found.removeprefix("*** in database main ***").strip()
        raise DamagedError(_DAMAGED.format(path=path, detail=detail))


def _is_internal(name: str) -> bool:
    """Tables of Alembic, and those that SQLite keeps for itself and lets nobody else make."""
    return name == "alembic_version" or name.startswith("sqlite_")


def _altered(path: Path, why: str) -> DamagedError:
    return DamagedError(
        f"{path} is damaged: {why}, so what it shows may not be what was tagged. Open a copy of "
        "it instead."
    )


def _prepared(raw: sqlite3.Connection, path: Path, *, version: int, migrations: str) -> Connection:
    # Not WAL: see docs/adr/0006.
    _set(raw, "journal_mode", "delete", path=path)
    _set(raw, "synchronous", "EXTRA", 3, path=path)
    _set(raw, "busy_timeout", BUSY_TIMEOUT_MS, path=path)
    _set(raw, "trusted_schema", "OFF", 0, path=path)
    # A migration that rebuilds a table must not trip over rows that refer to it.
    _set(raw, "foreign_keys", "OFF", 0, path=path)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    connection = engine.connect()
    try:
        if _value(raw, "user_version") != version:
            _migrate(connection, path, version=version, migrations=migrations)
        _set(raw, "foreign_keys", "ON", 1, path=path)
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _set(
    raw: sqlite3.Connection,
    pragma: str,
    value: str | int,
    reads: int | None = None,
    *,
    path: Path,
) -> None:
    """Sets a pragma and checks what it then reads: `reads`, or `value` itself."""
    raw.execute(f"PRAGMA {pragma} = {value}").close()
    expected = value if reads is None else reads
    found = _value(raw, pragma)
    if found != expected:
        raise ProjectError(
            f"{path} cannot be opened safely: SQLite {sqlite3.sqlite_version} keeps {pragma} at "
            f"{found}, not {expected}. Close other programs that use the file and try again."
        )


def _value(raw: sqlite3.Connection, pragma: str) -> object:
    row = raw.execute(f"PRAGMA {pragma}").fetchone()
    return row[0] if row else None


def _back_up(path: Path, version: int) -> None:
    # Backups are verified, for which they are connected to: neither module can come first.
    from bodycam_annotator.storage.backups import make_backup_before_migration

    try:
        make_backup_before_migration(path, now=datetime.now(UTC), version=version)
    except ProjectError as error:
        raise type(error)(
            f"{path} is of an older format and was left as it is, because it could not be backed "
            f"up before it is changed. {error}"
        ) from error


def _migrate(connection: Connection, path: Path, *, version: int, migrations: str) -> None:
    """In one transaction: a migration that fails leaves the file as it was."""
    # Slow to import and needed only for new and old files.
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", migrations.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME, writing(connection):
        raw = driver_connection(connection)
        if _value(raw, "user_version") == version:
            return  # Another window has done it meanwhile.
        if _value(raw, "user_version") != 0:
            # Within the lock, so that nothing is written between the two.
            _back_up(path, version)
        command.upgrade(config, f"{version:04d}")
        orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if orphan is not None:
            raise ProjectError(
                f"{path} is of an older format and could not be brought up to date, so it was "
                f"left as it is: row {orphan[1]} of {orphan[0]} refers to a missing {orphan[2]}."
            )
