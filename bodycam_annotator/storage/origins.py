"""Which project a folder of backups is of now, as another may have had its name before."""

import re
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.storage.connection import connect_to_read

_NOTE = ".project"
_HASH = re.compile(rb"[0-9a-f]{64}")
_LENGTH = 64


def origin_of(path: Path) -> str | None:
    """The hash of entry 1, which no two projects share; None when it cannot be read."""
    try:
        with closing(connect_to_read(path)) as raw:
            found = raw.execute("SELECT hash FROM audit WHERE seq = 1").fetchone()
    except sqlite3.Error:
        return None
    return None if found is None else str(found[0])


def noted_origin(folder: Path) -> str | None:
    """The origin of the project that was last known to have this folder of backups."""
    note = folder / _NOTE
    with suppress(OSError):
        found = note.lstat()
        # A pipe of that name would never come to an end.
        if stat.S_ISREG(found.st_mode) and found.st_size == _LENGTH:
            text = note.read_bytes()
            return text.decode() if _HASH.fullmatch(text) else None
    return None


def note_origin(folder: Path, origin: str | None) -> None:
    """Raises `OSError`."""
    if origin is not None and noted_origin(folder) != origin:
        write_whole(folder / _NOTE, origin.encode())
