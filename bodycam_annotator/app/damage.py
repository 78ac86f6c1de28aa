"""In what way a project's file is damaged, looked at in a copy."""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from bodycam_annotator.errors import DamagedError, NotWrittenError, ProjectError
from bodycam_annotator.storage.carving import carve, copy_readable
from bodycam_annotator.storage.refusing import APPLICATION_ID
from bodycam_annotator.storage.schema import SCHEMA_VERSION
from bodycam_annotator.storage.verification import verify_chain

_SMALLEST = 512
"""No database has fewer bytes, though SQLite opens what begins as one."""


def damage_of(path: Path) -> str | None:
    """A sentence that says in what way the file is damaged; None when it is not, as far as this
    version can tell."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        if not copy_readable(path, copy):
            raise NotWrittenError(f"{path} cannot be read. Check its permissions and its disk.")
        if copy.stat().st_size == 0:
            return f"{path.name} is empty."
        try:
            report = verify_chain(copy)
        except NotWrittenError:
            raise
        except DamagedError as error:
            if error.__cause__ is not None:
                return f"{path.name} is damaged."
            said = str(error).replace(str(copy), path.name)
            return said.removesuffix(" Open a copy of it instead.")
        except ProjectError:
            return _header_damage(path, copy)
    return None if report.sound else f"{path.name} is damaged ({report.why.removesuffix('.')})."


def _header_damage(path: Path, copy: Path) -> str | None:
    """Of a file that opens as another program's, or as a newer version's: whether that is only
    because of what its header says."""
    with copy.open("rb") as file:
        is_ours = file.read(72)[68:] == APPLICATION_ID.to_bytes(4)
    if is_ours:
        is_fine = _is_newer(copy)
    else:
        is_fine = copy.stat().st_size >= _SMALLEST and not carve(copy).found
    return None if is_fine else f"{path.name} is damaged (its header)."


def _is_newer(copy: Path) -> bool:
    """By what a migration wrote into a table together with the version in the header."""
    with suppress(sqlite3.Error, ValueError), closing(sqlite3.connect(copy)) as raw:
        found = raw.execute("SELECT version_num FROM alembic_version").fetchone()
        return found is None or int(found[0]) > SCHEMA_VERSION
    return True
