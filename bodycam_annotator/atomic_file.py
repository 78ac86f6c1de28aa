"""Files that are there whole or not at all."""

import errno
import hashlib
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_HAS_LOCKS = sys.platform != "win32"
"""Windows needs none: nobody can remove a file that is open there."""

_ABANDONED_S = 24 * 3600.0
"""Where files cannot be locked: nobody writes one for longer."""


@contextmanager
def replacing(path: Path, *, anew: bool = False) -> Iterator[BinaryIO]:
    """A file to write; it takes the place of `path` when the block ends without an exception.

    `anew`: only where there is nothing of that name by then, else `FileExistsError`.

    Until then `path` is as it was, and afterwards it is on the disk. A symbolic link is never
    followed: the new file takes the link's own place, and what it pointed to stays untouched.
    The mode is that of the ordinary file that was there, else the usual one. What a program that
    was killed while it wrote the same `path` has left is removed. Raises `OSError`, also when
    `path` is no ordinary file and no link.
    """
    mode = _mode_for(path)
    _remove_abandoned(path)
    temporary, opened = _begin(path, mode)
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if _HAS_LOCKS:
                # While the lock still says that somebody is at work on it.
                _put(temporary, path, anew)
        if not _HAS_LOCKS:
            _put(temporary, path, anew)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_whole(path: Path, data: bytes, *, anew: bool = False) -> None:
    """As `replacing`, for what is already in memory."""
    with replacing(path, anew=anew) as file:
        file.write(data)


def _put(temporary: Path, path: Path, anew: bool) -> None:
    if not anew:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links, as on memory cards: there is an instant between the two.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.rename(temporary, path)
    else:
        temporary.unlink()


def _begin(path: Path, mode: int) -> tuple[Path, int]:
    """A new file, locked until it is closed, and its descriptor."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        temporary = path.with_name(f"{_prefix(path)}{secrets.token_hex(8)}.part")
        opened = os.open(temporary, flags, mode)
        # A file system without locks will do: there nothing is ever taken for abandoned.
        with suppress(OSError):
            _lock(opened, wait=True)
        # Somebody may have taken it for abandoned in the instant before.
        if temporary.exists():
            return temporary, opened
        os.close(opened)


def _lock(opened: int, *, wait: bool) -> None:
    """Until it is closed. Raises `OSError`."""
    if sys.platform != "win32":
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _prefix(path: Path) -> str:
    """Of all temporary files for this path; its own name would make theirs too long."""
    return f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}-"


def _remove_abandoned(path: Path) -> None:
    with suppress(OSError):
        for left in path.parent.glob(f"{_prefix(path)}{'[0-9a-f]' * 16}.part"):
            with suppress(OSError):
                if stat.S_ISREG(left.lstat().st_mode):
                    _remove_if_abandoned(left)


def _remove_if_abandoned(left: Path) -> None:
    """Raises `OSError` when somebody is at work on it."""
    if not _HAS_LOCKS:
        if time.time() - left.stat().st_mtime > _ABANDONED_S:
            left.unlink()
        return
    opened = os.open(left, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        _lock(opened, wait=False)
        left.unlink()
    finally:
        os.close(opened)


def _mode_for(path: Path) -> int:
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return 0o666
    if stat.S_ISREG(found):
        return stat.S_IMODE(found)
    if stat.S_ISLNK(found):
        return 0o666
    raise OSError(f"{path} is no ordinary file")


def _sync_folder(folder: Path) -> None:
    """The new name itself must survive a power cut; Windows does that without being asked."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
