"""Hashes of files, and which files were hashed in this process and are unchanged since."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from bodycam_annotator.errors import FootageError
from bodycam_annotator.model.tag import utc_now
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.timing import NS

SETTLED_NS = 2 * NS
"""The coarsest that file systems keep times (FAT). What was changed less long before its hash may
be changed again at the same time as it reads, so such a hash is not relied upon later."""

_Mark = tuple[str, int, int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Hashed:
    """The SHA-256 of a file's bytes, when they had been read, and the file's date then."""

    sha256: str
    utc: str
    size: int
    modified_ns: int


_known: dict[_Mark, Hashed] = {}


def hashed(
    path: Path, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> Hashed:
    """Reads all of the file.

    Raises `FootageError` when it cannot be read or changes meanwhile, `Cancelled` when asked to
    stop.
    """
    from bodycam_annotator.media.probe import sha256_of

    begun_ns = time.time_ns()
    before = _stat(path)
    sha256 = sha256_of(path, progress=progress, cancelled=cancelled)
    after = _stat(path)
    if _mark(path, before) != _mark(path, after):
        raise FootageError(f"{path} changed while it was read; wait until it is complete.")
    read = Hashed(sha256=sha256, utc=utc_now(), size=after.st_size, modified_ns=after.st_mtime_ns)
    if max(after.st_mtime_ns, after.st_ctime_ns) < begun_ns - SETTLED_NS:
        _known[_mark(path, after)] = read
    return read


def known(path: Path, found: os.stat_result) -> Hashed | None:
    """The file's hash if it was read in this process and nobody touched it since.

    `found` is the file's status now. The time of change, which no program can set back, tells;
    Windows does not keep it, so there nothing is known.
    """
    return None if os.name == "nt" else _known.get(_mark(path, found))


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise FootageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _mark(path: Path, found: os.stat_result) -> _Mark:
    return (
        str(path),
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    )
