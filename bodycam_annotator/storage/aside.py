"""Damaged projects, kept beside the recovered one under names of their own."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bodycam_annotator.storage.carving import SIDE_FILES
from bodycam_annotator.storage.publishing import sync_folder


def set_aside(path: Path, now: datetime) -> None:
    """Gives a damaged project the name `NAME damaged TIME.bodycam` in its folder, and with it what
    SQLite keeps beside it: a journal left there would be taken for the new file's.

    At every moment all of it is there together, under one name or the other. Raises `OSError`.
    """
    there = [ending for ending in ("", *SIDE_FILES) if os.path.lexists(_beside(path, ending))]
    if not there:
        return
    to = next(name for name in _damaged_names(path, now) if not _is_taken(name))
    try:
        for ending in there:
            os.link(_beside(path, ending), _beside(to, ending))
    except OSError:
        # A file system without hard links, such as FAT.
        for ending in there:
            _beside(to, ending).unlink(missing_ok=True)
        for ending in there:
            _beside(path, ending).rename(_beside(to, ending))
    else:
        sync_folder(path.parent)
        for ending in there:
            _beside(path, ending).unlink()
    sync_folder(path.parent)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _is_taken(path: Path) -> bool:
    return any(os.path.lexists(_beside(path, ending)) for ending in ("", *SIDE_FILES))


def _damaged_names(path: Path, now: datetime) -> Iterator[Path]:
    stem = f"{path.stem} damaged {now.strftime('%Y-%m-%d %H.%M.%S')}"
    yield path.with_name(f"{stem}{path.suffix}")
    number = 2
    while True:
        yield path.with_name(f"{stem} {number}{path.suffix}")
        number += 1


def set_aside_before(path: Path) -> list[Path]:
    """Files that recoveries set aside, newest first: one that was cut off leaves no other."""
    time = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}\.[0-9]{2}\.[0-9]{2}"
    name = re.compile(rf"{re.escape(path.stem)} damaged {time}(?: [0-9]+)?{re.escape(path.suffix)}")
    found: list[Path] = []
    with suppress(OSError):
        found = [one for one in path.parent.iterdir() if name.fullmatch(one.name)]
    return sorted(found, key=lambda one: one.name, reverse=True)
