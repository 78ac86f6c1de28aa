"""One SQLite connection to a project: settings that lose nothing, problems told in words."""

import logging
import os
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
from bodycam_annotator.storage.refusing import (
    APPLICATION_ID,
    DAMAGED,
    refuse_no_file,
    refuse_unfit,
    value,
)
from bodycam_annotator.storage.schema import SCHEMA_VERSION

_log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 5000
"""How long a write waits for another program's before it gives up."""

MIGRATIONS = "bodycam_annotator.storage:migrations"

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration that runs in a module's globals."""

_NO_DATABASE = "{path} is not a Bodycam Annotator project. Choose a .bodycam file."
_SIGNS_OF_DAMAGE = (
    *("no such table", "no such column", "has no column", "malformed JSON"),
    "unsupported file format",
)
"""What SQLite says of our statements when tables or entries are not as we made them."""
_SENTENCES = {
    sqlite3.SQLITE_BUSY: "{path} is in use by another program and nothing was written. "
    "Wait until it is done, or close it.",
    sqlite3.SQLITE_READONLY: "{path} cannot be written now. Make the file and its folder "
    "writable, or save a copy of the project elsewhere.",
    sqlite3.SQLITE_FULL: "The disk is full, so nothing was written to {path}. Free some space.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened or made. Check that its folder is there and "
    "that you may write to it.",
    sqlite3.SQLITE_PERM: "{path} cannot be opened: you may not read or write it.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written, so nothing was changed. Check "
    "that its disk or network folder is still there and lets files grow.",
}

_CUT_OFF = (
    "{path} was being saved when a program was ended, and cannot be written now to settle that. "
    "Make the file and its folder writable, or open a copy of it and of {name}-journal beside it. "
    "What was not saved yet is kept aside, and offered when the project is open."
)


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
        refuse_no_file(path)
        raw = open_raw(path, mode="rw")
        try:
            refuse_unfit(raw, path, version)
            return _prepared(raw, path, version=version, migrations=migrations)
        except BaseException:
            raw.close()
            raise


def connect_new(path: Path) -> Connection:
    """An empty project in a new file at `path`, to be used within `explained`."""
    raw = open_raw(path, mode="rwc")
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
    return open_raw(path, mode="ro")


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
            _log.warning("%s is damaged: %s", path, cause)
            raise DamagedError(DAMAGED.format(path=path)) from error
        if code == sqlite3.SQLITE_NOTADB:
            raise DamagedError(_NO_DATABASE.format(path=path)) from error
        if is_cut_off(cause):
            raise NotWrittenError(_CUT_OFF.format(path=path, name=path.name)) from error
        if code not in _SENTENCES:
            raise
        raise NotWrittenError(_SENTENCES[code].format(path=path)) from error
    except UnicodeDecodeError as error:
        # SQLite's message quotes a name in the file that is no text.
        _log.warning("%s is damaged: %r", path, error)
        raise DamagedError(DAMAGED.format(path=path)) from error
    except OSError as error:
        raise NotWrittenError(f"{path} cannot be used: {error.strerror or error}.") from error


def is_cut_off(error: BaseException | None) -> bool:
    """Whether SQLite could not read because a commit was cut off and cannot be taken back."""
    code = getattr(error, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_READONLY_ROLLBACK


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


def open_raw(path: Path, *, mode: str) -> sqlite3.Connection:
    """With the driver's own BEGIN off. `mode` rw never makes a file, rwc does."""
    # Never read the file by other means: closing it would drop the locks that SQLite holds in
    # this process (sqlite.org/howtocorrupt.html, 2.2).
    name = quote(path.absolute().as_posix())
    uri = f"file://{name if name.startswith('/') else '/' + name}?mode={mode}"
    raw = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return raw


def _prepared(raw: sqlite3.Connection, path: Path, *, version: int, migrations: str) -> Connection:
    # Not WAL: see docs/adr/0006.
    set_pragma(raw, "journal_mode", "delete", path=path)
    set_pragma(raw, "synchronous", "EXTRA", 3, path=path)
    set_pragma(raw, "busy_timeout", BUSY_TIMEOUT_MS, path=path)
    set_pragma(raw, "trusted_schema", "OFF", 0, path=path)
    # A migration that rebuilds a table must not trip over rows that refer to it.
    set_pragma(raw, "foreign_keys", "OFF", 0, path=path)
    connection = bare(raw)
    try:
        if value(raw, "user_version") != version:
            _migrate(connection, path, version=version, migrations=migrations)
        set_pragma(raw, "foreign_keys", "ON", 1, path=path)
    except BaseException:
        connection.close()
        raise
    return connection


def bare(raw: sqlite3.Connection) -> Connection:
    """SQLAlchemy's connection around the driver's own, without settings; closing it closes both."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine.connect()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def set_pragma(
    raw: sqlite3.Connection,
    pragma: str,
    wanted: str | int,
    reads: int | None = None,
    *,
    path: Path,
) -> None:
    """Sets a pragma and checks what it then reads: `reads`, or `wanted` itself."""
    raw.execute(f"PRAGMA {pragma} = {wanted}").close()
    expected = wanted if reads is None else reads
    found = value(raw, pragma)
    if found != expected:
        raise ProjectError(
            f"{path} cannot be opened safely: SQLite {sqlite3.sqlite_version} keeps {pragma} at "
            f"{found}, not {expected}. Close other programs that use the file and try again."
        )


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
        if value(raw, "user_version") == version:
            return  # Another window has done it meanwhile.
        if value(raw, "user_version") != 0:
            # Within the lock, so that nothing is written between the two.
            _back_up(path, version)
        command.upgrade(config, f"{version:04d}")
        orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if orphan is not None:
            raise ProjectError(
                f"{path} is of an older format and could not be brought up to date, so it was "
                f"left as it is: row {orphan[1]} of {orphan[0]} refers to a missing {orphan[2]}."
            )
