"""A copy of a project as it was at one moment, made while others write to it."""

import os
import sqlite3
import stat
import time
from pathlib import Path

from bodycam_annotator.errors import Cancelled, NotWrittenError
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.connection import connect_to_read, explained, is_cut_off
from bodycam_annotator.storage.looking import in_memory

COPY_WAIT_S = 60.0
"""How long a copy is tried for, while others keep writing or stay alone with the file."""

PAGES_AT_ONCE = 512
"""A commit waits while these are copied: 2 MiB at first."""

_HELD_S = 0.5
"""The longest that a commit may wait where others write so often that smaller steps get nowhere."""

_PAUSE_S = 0.002


class _Overtaken(Exception):
    """Somebody wrote, and SQLite began the copy anew."""


class _Pace:
    """What is done between two steps of a copy: whoever waits to commit, or for Python, comes
    first."""

    def __init__(self, project: Path, cancelled: Asked | None) -> None:
        self._project = project
        self._cancelled = cancelled
        self._gives_up = time.monotonic() + COPY_WAIT_S
        self.pages = PAGES_AT_ONCE
        self._fastest = 0.0
        self.begin()

    def begin(self) -> None:
        self._remaining: int | None = None
        self._since = time.monotonic()

    def __call__(self, status: int, remaining: int, total: int) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if status == sqlite3.SQLITE_DONE:
            return
        if time.monotonic() > self._gives_up:
            raise NotWrittenError(
                f"{self._project} is written all the time by another program. Try again later."
            )
        if status == sqlite3.SQLITE_OK:
            self._step(remaining)
        time.sleep(_PAUSE_S)
        self._since = time.monotonic()

    def _step(self, remaining: int) -> None:
        took = max(time.monotonic() - self._since, 1e-6)
        self._fastest = max(self._fastest, self.pages / took)
        if self._remaining is not None and remaining >= self._remaining:
            # In larger steps it may be done before the next edit, which must not wait for long.
            most = max(PAGES_AT_ONCE, int(self._fastest * _HELD_S))
            self.pages = min(self.pages * 4, most)
            raise _Overtaken
        self._remaining = remaining


def copy_moment(project: Path, copy: Path, *, cancelled: Asked | None = None) -> None:
    """Makes `copy`, which only those may read who may read the project.

    Raises `DamagedError` when the project's pages cannot be read, `NotWrittenError` when the disk
    or other programs are in the way, `Cancelled` when asked to stop.
    """
    with explained(project):
        mode = stat.S_IMODE(project.stat().st_mode)
        source = _to_copy(project)
    try:
        with explained(copy.parent):
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
            target = sqlite3.connect(copy, isolation_level=None)
        try:
            _copy_pages(source, target, _Pace(project, cancelled))
        except sqlite3.Error as error:
            full = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
            with explained(copy.parent if full else project):
                raise
        finally:
            target.close()
    finally:
        source.close()


def _to_copy(project: Path) -> sqlite3.Connection:
    source = connect_to_read(project)
    try:
        source.execute("SELECT count(*) FROM sqlite_master").close()
    except sqlite3.Error as error:
        source.close()
        if not is_cut_off(error):
            raise
        return in_memory(project)
    return source


def _copy_pages(source: sqlite3.Connection, target: sqlite3.Connection, pace: _Pace) -> None:
    while True:
        try:
            pace.begin()
            source.backup(target, pages=pace.pages, progress=pace, sleep=_PAUSE_S)
        except _Overtaken:
            continue
        return
