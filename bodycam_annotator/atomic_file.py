"""Files that are there whole or not at all."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write; it takes the place of `path` when the block ends without an exception.

    Until then `path` is as it was, and afterwards it is on the disk. A symbolic link is never
    followed: the new file takes the link's own place, and what it pointed to stays untouched.
    The mode is that of the ordinary file that was there, else the usual one. Raises `OSError`,
    also when `path` is no ordinary file and no link.
    """
    mode = _mode_for(path)
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    opened = os.open(
        temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode
    )
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """As `replacing`, for what is already in memory."""
    with replacing(path) as file:
        file.write(data)


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
