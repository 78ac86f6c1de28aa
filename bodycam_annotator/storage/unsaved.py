"""What is not in a project yet, kept in a file of this person's own until it is.

Text being typed, spans still open and edits that the project file cannot take now would otherwise
be gone if the program were killed. Each sitting has a file of its own, made with the first thing
there is to keep and removed with the last. It stays locked while the sitting lasts, so that what
another window is still typing is not taken for left behind.
"""

import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from bodycam_annotator.errors import NotWrittenError
from bodycam_annotator.model.tag import new_id, utc_now
from bodycam_annotator.storage.connection import connect_to_read
from bodycam_annotator.storage.kept import Kept, edit_content, read_kept
from bodycam_annotator.storage.own_folder import make_own, refuse_others

__all__ = ["ENDING", "Kept", "Left", "Unsaved", "edit_content", "left_behind"]

_log = logging.getLogger(__name__)

ENDING = ".unsaved"
_WAIT_MS = 200
_TABLES = """
    CREATE TABLE about (project TEXT, incident TEXT, coder TEXT) STRICT;
    CREATE TABLE kept (key TEXT PRIMARY KEY, kind TEXT, content TEXT, utc TEXT) STRICT;
"""


class Unsaved:
    """What one sitting keeps. Serves one call at a time, from any thread."""

    def __init__(
        self, project: Path, *, incident: str, coder: str, folders: Sequence[Path]
    ) -> None:
        """Nothing is written yet. `folders` are tried in turn, as the first may be full, too."""
        self._about = (str(project.absolute()), incident, coder)
        self._folders = folders
        self._kept: dict[str, tuple[Kept, str]] = {}
        self._file: sqlite3.Connection | None = None
        self._path: Path | None = None

    def update(self, changes: Mapping[str, Kept | None]) -> None:
        """Keeps things by their keys, None drops one; all of it is on the disk on return.

        Raises `NotWrittenError` when no folder can take it. It is then tried again with the next
        update.
        """
        for key, kept in changes.items():
            if kept is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = kept, utc_now()
        if not self._kept:
            self._remove()
            return
        if self._file is not None:
            try:
                _write(self._file, self._about, self._kept)
            except sqlite3.Error as error:
                _log.warning("%s cannot be written (%s)", self._path, error)
            else:
                return
        self._begin()

    def close(self) -> None:
        """What is still kept stays for the next sitting."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _begin(self) -> None:
        """In the first folder that takes it; what there was before goes only then."""
        why = "there is no folder for it"
        for folder in self._folders:
            path = folder / f"{new_id()}{ENDING}"
            file = None
            try:
                file = _make(path)
                _write(file, self._about, self._kept)
            except (OSError, sqlite3.Error) as error:
                why = str(error)
                if file is not None:
                    file.close()
                _unlink(path)
            else:
                self._remove()
                self._file, self._path = file, path
                return
        raise NotWrittenError(
            f"What is not saved yet cannot be kept aside either ({why}). Free some space or save "
            "a copy of the project elsewhere."
        )

    def _remove(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            _unlink(self._path)
        self._file = self._path = None


class Left:
    """What a sitting that ended left unsaved. Locked, so that no other window offers it as well.

    Attributes: `coder` whose it was; `kept` by key, in the order in which it was kept; `since` when
    the oldest of it was.
    """

    def __init__(self, path: Path, file: sqlite3.Connection, coder: str) -> None:
        self.coder = coder
        self._path = path
        self._file = file
        rows = file.execute("SELECT key, kind, content, utc FROM kept ORDER BY rowid").fetchall()
        self.since = min((str(utc) for *_, utc in rows), default="")
        self.kept = {
            str(key): kept
            for key, kind, content, _ in rows
            if (kept := read_kept(path, kind, content)) is not None
        }

    def drop(self, keys: Iterable[str]) -> None:
        """Forgets what is taken up or not wanted; the file goes with the last of it."""
        keys = set(keys)
        # Another thread may be going through what there was.
        self.kept = {key: kept for key, kept in self.kept.items() if key not in keys}
        for key in keys:
            try:
                self._file.execute("DELETE FROM kept WHERE key = ?", (key,))
            except sqlite3.Error as error:
                # It will be offered once more, which is better than losing it.
                _log.warning("%s still holds %s (%s)", self._path, key, error)
        if not self.kept:
            self.close()
            _unlink(self._path)

    def close(self) -> None:
        self._file.close()


def left_behind(project: Path, *, incident: str, folders: Sequence[Path]) -> list[Left]:
    """What earlier sittings left unsaved of the project that is at `project` now.

    Oldest first. Of a project that has been moved it is found by the incident, unless a file of
    that incident is still where it was then: that is another copy's. Folders that are not this
    person's alone are passed over.
    """
    found = [
        left
        for folder in folders
        for path in _files(folder)
        if (left := _left(path, project, incident)) is not None
    ]
    return sorted(found, key=lambda left: left.since)


def _files(folder: Path) -> list[Path]:
    try:
        refuse_others(folder)
        return [path for path in sorted(folder.glob(f"*{ENDING}")) if not path.is_symlink()]
    except FileNotFoundError:
        return []
    except OSError as error:
        _log.warning("%s is not looked into for what was left unsaved (%s)", folder, error)
        return []


def _left(path: Path, project: Path, incident: str) -> Left | None:
    """None also for what another window has open, and for what cannot be read."""
    try:
        file = _open(path, mode="rw")
    except sqlite3.Error as error:
        _log.warning("%s cannot be opened (%s)", path, error)
        return None
    try:
        file.execute("BEGIN EXCLUSIVE")
        file.execute("COMMIT")
        about = file.execute("SELECT project, incident, coder FROM about").fetchone()
        if about is not None and _is_of(about[0], about[1], project, incident):
            left = Left(path, file, str(about[2]))
            if left.kept:
                return left
    except (sqlite3.Error, ValueError, TypeError) as error:
        # Also that another window has it locked, which is as it should be.
        _log.info("%s is passed over (%s)", path, error)
    file.close()
    return None


def _is_of(path: str, incident_then: str, project: Path, incident: str) -> bool:
    if incident_then != incident:
        return False
    then = Path(path)
    with suppress(OSError):
        # Also through a link, or by another name of the same folder.
        if then.samefile(project):
            return True
    return then == project.absolute() or not _is_copy(then, incident)


def _is_copy(path: Path, incident: str) -> bool:
    """Whether the file holds the incident too, as far as can be seen now."""
    if not path.is_file():
        return False
    try:
        with closing(connect_to_read(path)) as raw:
            found = raw.execute("SELECT 1 FROM incident WHERE id = ?", (incident,)).fetchone()
        return found is not None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        return code not in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _make(path: Path) -> sqlite3.Connection:
    # What is typed is nobody else's business.
    make_own(path.parent)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    file = _open(path, mode="rw")
    file.executescript(f"BEGIN EXCLUSIVE; {_TABLES} COMMIT")
    return file


def _open(path: Path, *, mode: str) -> sqlite3.Connection:
    file = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    file.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
    file.execute("PRAGMA locking_mode = EXCLUSIVE")
    file.execute("PRAGMA synchronous = FULL")
    return file


def _write(
    file: sqlite3.Connection, about: tuple[str, str, str], kept: Mapping[str, tuple[Kept, str]]
) -> None:
    rows = [
        (key, one.kind, json.dumps(one.content, ensure_ascii=True), utc)
        for key, (one, utc) in kept.items()
    ]
    try:
        file.execute("BEGIN EXCLUSIVE")
        file.execute("DELETE FROM about")
        file.execute("INSERT INTO about VALUES (?, ?, ?)", about)
        file.execute("DELETE FROM kept")
        file.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", rows)
        file.execute("COMMIT")
    except BaseException:
        file.rollback()
        raise


def _unlink(path: Path) -> None:
    for name in (path, path.with_name(f"{path.name}-journal")):
        with suppress(OSError):
            name.unlink(missing_ok=True)
