"""Giving a complete file its name: all of it on the disk, and never in the place of another."""

import os
from pathlib import Path


def publish(temporary: Path, path: Path) -> None:
    """Moves a closed file to `path`, in the same file system; both outlive a power cut then.

    Raises `FileExistsError` when something is at `path`, `OSError` when the disk refuses.
    """
    _sync(temporary, os.O_RDWR)
    move(temporary, path)
    sync_folder(path.parent)


def publish_over(temporary: Path, path: Path) -> None:
    """As `publish`, in the place of what is at `path`: one or the other is there at any moment."""
    _sync(temporary, os.O_RDWR)
    temporary.replace(path)
    sync_folder(path.parent)


def move(file: Path, to: Path) -> None:
    """Raises `FileExistsError` when something is there."""
    try:
        os.link(file, to)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links, such as FAT: two programs that take the same name in
        # the same instant are the only ones this could not keep apart.
        if os.path.lexists(to):
            raise FileExistsError(f"{to} is there already") from None
        file.rename(to)
    else:
        file.unlink()


def sync_folder(folder: Path) -> None:
    """A new name must survive a power cut, too; Windows does that without being asked."""
    if os.name != "nt":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    opened = os.open(path, flags)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
