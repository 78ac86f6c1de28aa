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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bodycam_annotator.errors import NotWrittenError, UserError
from bodycam_annotator.model.edits import Change, Edit
from bodycam_annotator.model.tag import Tag, new_id, utc_now
from bodycam_annotator.storage import repository
from bodycam_annotator.storage.audit import change_as_json

_log = logging.getLogger(__name__)

Kind = Literal["edit", "text", "span"]
ENDING = ".unsaved"
_WAIT_MS = 200
_TABLES = """
    CREATE TABLE about (project TEXT, incident TEXT, coder TEXT) STRICT;
    CREATE TABLE kept (key TEXT PRIMARY KEY, kind TEXT, content TEXT, utc TEXT) STRICT;
"""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing kept: an `edit` (`edit_content`), a `text` (`tag`, `field` and `text` typed into
    it) or an open `span` (a tag's row)."""

    kind: Kind
    content: Mapping[str, Any]

    def edit(self) -> tuple[Edit, str]:
        """The edit and the playback speed it was made at. Raises `ValueError` for what is none."""
        try:
            changes = tuple(Change(**change) for change in self.content["changes"])
            return Edit(label=self.content["label"], changes=changes), self.content["speed"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"no edit: {error}") from error

    def span(self) -> Tag:
        """Raises `ValueError` for what is no tag."""
        try:
            thing = repository.thing("tag", repository.stored("tag", self.content))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no tag: {error}") from error
        assert isinstance(thing, Tag)
        return thing


def edit_content(edit: Edit, *, speed: str) -> dict[str, Any]:
    changes = [change_as_json(change) for change in edit.changes]
    return {"label": edit.label, "changes": changes, "speed": speed}


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

    Attributes: `coder` whose it was; `kept` by key, in the order in which it was kept.
    """

    def __init__(self, path: Path, file: sqlite3.Connection, coder: str) -> None:
        self.coder = coder
        self._path = path
        self._file = file
        rows = file.execute("SELECT key, kind, content FROM kept ORDER BY rowid")
        self.kept = {
            str(key): kept
            for key, kind, content in rows
            if (kept := _kept(kind, content)) is not None
        }

    def drop(self, keys: Iterable[str]) -> None:
        """Forgets what is taken up or not wanted; the file goes with the last of it."""
        for key in list(keys):
            self.kept.pop(key, None)
            with suppress(sqlite3.Error):
                self._file.execute("DELETE FROM kept WHERE key = ?", (key,))
        if not self.kept:
            self.close()
            _unlink(self._path)

    def close(self) -> None:
        self._file.close()


def left_behind(project: Path, *, incident: str, folders: Sequence[Path]) -> list[Left]:
    """What earlier sittings left unsaved of the project that is at `project` now.

    Of a project that has been moved it is found by the incident, unless the file is still where
    it was then: that is another copy's.
    """
    found = []
    for folder in folders:
        for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
            left = _left(path, project, incident)
            if left is not None:
                found.append(left)
    return found


def _left(path: Path, project: Path, incident: str) -> Left | None:
    """None also for what another window has open, and for what cannot be read."""
    try:
        file = _open(path, mode="rw")
    except sqlite3.Error:
        return None
    try:
        file.execute("BEGIN EXCLUSIVE")
        file.execute("COMMIT")
        about = file.execute("SELECT project, incident, coder FROM about").fetchone()
        if about is not None and _is_of(about[0], about[1], project, incident):
            left = Left(path, file, about[2])
            if left.kept:
                return left
    except (sqlite3.Error, ValueError):
        pass
    file.close()
    return None


def _kept(kind: object, text: object) -> Kept | None:
    """None for what this program did not write: the file may be anybody's."""
    try:
        content = json.loads(str(text))
        if kind == "text":
            wanted = {"tag", "field", "text"}
            fits = set(content) == wanted and all(isinstance(content[one], str) for one in wanted)
            return Kept(kind="text", content=content) if fits else None
        if kind == "edit":
            kept = Kept(kind="edit", content=content)
            edit, _ = kept.edit()
            for change in edit.changes:
                repository.thing(change.entity, repository.stored(change.entity, change.after))
            return kept
        if kind == "span":
            kept = Kept(kind="span", content=content)
            kept.span()
            return kept
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UserError):
        pass
    return None


def _is_of(path: str, incident_then: str, project: Path, incident: str) -> bool:
    then = Path(path)
    return incident_then == incident and (then == project.absolute() or not then.exists())


def _make(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # What is typed is nobody else's business.
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
