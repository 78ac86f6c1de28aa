"""A project looked at without touching it."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from bodycam_annotator.errors import NotWrittenError, ProjectError
from bodycam_annotator.storage.connection import bare, explained, open_raw, set_pragma
from bodycam_annotator.storage.refusing import refuse_no_file, refuse_unfit, value
from bodycam_annotator.storage.schema import SCHEMA_VERSION

_TRIES = 5


def connect_to_verify(path: Path) -> Connection:
    """What the project at `path` holds now, copied into memory: no byte of the file is changed,
    nor of what SQLite keeps beside it.

    A commit that was cut off is taken back in the copy only. Raises as `connect`, and for a project
    of an older version, too.
    """
    with explained(path):
        refuse_no_file(path)
        raw = _in_memory(path)
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


def _in_memory(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        for _ in range(_TRIES):
            try:
                _copy_into(raw, path, mode="ro")
                return raw
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                    raise
            # A commit was cut off, and nobody is at work on the file.
            if _copy_settled(raw, path):
                return raw
        raise NotWrittenError(f"{path} is opened by other programs all the time. Try again later.")
    except BaseException:
        raw.close()
        raise


def _copy_settled(raw: sqlite3.Connection, path: Path) -> bool:
    """False when somebody has opened the file meanwhile, and so taken back what was cut off."""
    with tempfile.TemporaryDirectory() as folder:
        copy, journal = Path(folder) / path.name, f"{path.name}-journal"
        shutil.copyfile(path, copy)
        try:
            shutil.copyfile(path.with_name(journal), copy.with_name(journal))
        except FileNotFoundError:
            return False
        _copy_into(raw, copy, mode="rw")
    return True


def _copy_into(raw: sqlite3.Connection, path: Path, *, mode: str) -> None:
    with closing(open_raw(path, mode=mode)) as source:
        # Without a transaction of its own, the copying would wait for another program for ever.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master")
        source.backup(raw)
