"""A folder that is one person's alone, also where everybody may make folders."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def make_own(folder: Path) -> None:
    """Makes the folder when there is none. Raises `OSError`, also as `refuse_others`."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    refuse_others(folder)


def refuse_others(folder: Path) -> None:
    """Raises `OSError` when it is a link, no folder or another person's: what is in it may be
    anybody's. Others are shut out of one's own."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(f"{folder} is no folder")
    # Windows gives each person a temporary folder of their own, and has no such numbers.
    if hasattr(os, "getuid"):
        if found.st_uid != os.getuid():
            raise PermissionError(f"{folder} is another person’s")
        if stat.S_IMODE(found.st_mode) & 0o077:
            folder.chmod(0o700)
