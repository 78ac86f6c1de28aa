"""A project looked at without touching it."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from bodycam_annotator.errors import NotWrittenError, ProjectError
from bodycam_annotator.storage.connection import (
    bare,
    connect,
    driver_connection,
    explained,
    is_cut_off,
    open_raw,
    set_pragma,
)
from bodycam_annotator.storage.refusing import refuse_no_file, refuse_unfit, value
from bodycam_annotator.storage.schema import SCHEMA_VERSION

_TRIES = 5
_BESIDE = ("-journal", "-wal")
_WAL_MODE = b"\2\2"
"""Bytes 18 and 19 of a database with a write-ahead log (sqlite.org/fileformat, 1.3.3)."""


def connect_to_verify(path: Path) -> Connection:
    """What the project at `path` holds now, copied into memory: no byte of the file is changed,
    nor of what SQLite keeps beside it.

    A commit that was cut off is taken back in the copy only. Raises as `connect`, and for a project
    of an older version, too.
    """
    with explained(path):
        refuse_no_file(path)
        raw = in_memory(path)
        try:
            refuse_unfit(raw, path, SCHEMA_VERSION)
            found = value(raw, "user_version")
            if found != SCHEMA_VERSION:
                raise ProjectError(f"{path} is of the older format {found}. Open it first.")
            set_pragma(raw, "trusted_schema", "OFF", 0, path=path)
        except BaseException:
            raw.close()
            raise
        return bare(raw)


def connect_or_look(path: Path) -> Connection:
    """As `connect`; where a commit was cut off and the file cannot be written, what it held before
    that, copied into memory, where SQLite refuses every edit."""
    try:
        return connect(path)
    except NotWrittenError as error:
        if not is_cut_off(error.__cause__):
            raise
        try:
            connection = connect_to_verify(path)
        except ProjectError:
            raise error from None
    set_pragma(driver_connection(connection), "query_only", "ON", 1, path=path)
    return connection


def why_only_looked_at(connection: Connection, path: Path) -> str:
    """A sentence where the connection is to what `connect_or_look` copied; empty otherwise."""
    if not value(driver_connection(connection), "query_only"):
        return ""
    return (
        f"{path} was being saved when a program was ended, and cannot be written now: what was "
        "saved before that is shown. Make the file and its folder writable to go on."
    )


def in_memory(path: Path) -> sqlite3.Connection:
    """The driver's own connection to a copy. To be used within `explained`."""
    # SQLite keeps its own files beside what a link leads to.
    path = path.resolve()
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        for _ in range(_TRIES):
            if not _has_write_ahead_log(path):
                try:
                    _copy_into(raw, path, mode="ro")
                    return raw
                except sqlite3.OperationalError as error:
                    if not is_cut_off(error):
                        raise
            if _copy_settled(raw, path):
                return raw
        raise NotWrittenError(f"{path} is opened by other programs all the time. Try again later.")
    except BaseException:
        raw.close()
        raise


def _has_write_ahead_log(path: Path) -> bool:
    """SQLite would make files beside it, were it only read."""
    if path.with_name(f"{path.name}-wal").exists():
        return True
    with path.open("rb") as file:
        return file.read(20)[18:] == _WAL_MODE


def _copy_settled(raw: sqlite3.Connection, path: Path) -> bool:
    """With what was not finished taken back in a copy of it all; False when somebody was at work
    on the file meanwhile."""
    every = [path, *(path.with_name(f"{path.name}{end}") for end in _BESIDE)]
    before = [_stamp(one) for one in every]
    with tempfile.TemporaryDirectory() as folder:
        for one, stamp in zip(every, before, strict=True):
            if stamp is not None:
                try:
                    shutil.copyfile(one, Path(folder) / one.name)
                except FileNotFoundError:
                    return False
        if [_stamp(one) for one in every] != before:
            return False
        _copy_into(raw, Path(folder) / path.name, mode="rw")
    return True


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _copy_into(raw: sqlite3.Connection, path: Path, *, mode: str) -> None:
    with closing(open_raw(path, mode=mode)) as source:
        # Without a transaction of its own, the copying would wait for another program for ever.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master")
        source.backup(raw)
