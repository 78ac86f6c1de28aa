"""What is no project, or not as it was written: told by SQLite's own tables, and refused.

To be used within `storage.connection.explained`.
"""

import logging
import sqlite3
from pathlib import Path

from bodycam_annotator.errors import DamagedError, ProjectError
from bodycam_annotator.storage.schema import METADATA, SCHEMA_VERSION

_log = logging.getLogger(__name__)

APPLICATION_ID = int.from_bytes(b"BCAM")
"""What SQLite keeps in bytes 68 to 71 of every project file."""

DAMAGED = "{path} is damaged. Open a copy of it instead."
"""For people; what SQLite says of it is for the log."""

_COLUMNS = 'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)'
_STRICT = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 1"


def refuse_no_file(path: Path) -> None:
    """Also what is no file, or an empty one."""
    if not path.exists():
        raise ProjectError(f"There is no file {path}. Check the name, or make a new project.")
    if path.is_dir():
        raise ProjectError(f"{path} is a folder. Choose the .bodycam file within it.")
    if path.stat().st_size == 0:
        raise DamagedError(
            f"{path} is empty, so it is no project. Put a copy in its place, or delete it."
        )


def refuse_unfit(raw: sqlite3.Connection, path: Path, version: int) -> None:
    """What is no project, of a newer version than `version`, or not as it was written."""
    _refuse_foreign(raw, path, version)
    _refuse_hidden_logic(raw, path)
    if value(raw, "user_version") == SCHEMA_VERSION:
        _refuse_altered_tables(raw, path)
    _refuse_damaged_pages(raw, path)


def _refuse_foreign(raw: sqlite3.Connection, path: Path, version: int) -> None:
    if value(raw, "application_id") != APPLICATION_ID:
        raise ProjectError(
            f"{path} is another program's database, not a Bodycam Annotator project. "
            "Choose a .bodycam file."
        )
    found = value(raw, "user_version")
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
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    found = {name for (name,) in raw.execute(query) if not _is_internal(name)}
    strict = {name for (name,) in raw.execute(_STRICT)}
    for name in found ^ METADATA.tables.keys():
        why = "holds the table" if name in found else "lacks the table"
        raise _altered(path, f"it {why} {name!r}")
    for name, table in METADATA.tables.items():
        expected = [
            (column.name, str(column.type), int(not column.nullable), int(column.primary_key), 0)
            for column in table.columns
        ]
        if raw.execute(_COLUMNS, (name,)).fetchall() != expected:
            raise _altered(path, f"the columns of its table {name!r} are not a project's")
        if name not in strict:
            raise _altered(path, f"its table {name!r} is not strict about what it holds")


def _refuse_damaged_pages(raw: sqlite3.Connection, path: Path) -> None:
    # The file's own constraints are the work of whoever wrote it, and could run for ever.
    raw.execute("PRAGMA ignore_check_constraints = ON")
    found = str(value(raw, "quick_check(1)"))
    raw.execute("PRAGMA ignore_check_constraints = OFF")
    if found != "ok":
        _log.warning("%s is damaged: %s", path, found)
        raise DamagedError(DAMAGED.format(path=path))


def _is_internal(name: str) -> bool:
    """Tables of Alembic, and those that SQLite keeps for itself and lets nobody else make."""
    return name == "alembic_version" or name.startswith("sqlite_")


def _altered(path: Path, why: str) -> DamagedError:
    return DamagedError(
        f"{path} is damaged: {why}, so what it shows may not be what was tagged. Open a copy of "
        "it instead."
    )


def value(raw: sqlite3.Connection, pragma: str) -> object:
    row = raw.execute(f"PRAGMA {pragma}").fetchone()
    return row[0] if row else None
