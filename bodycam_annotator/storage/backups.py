"""Copies of a project beside it, each proved before it gets its name.

`NAME.bodycam` has its backups in the folder `NAME.bodycam.backups`, called by the UTC time at
which they were made and the number of log entries they hold. A copy of a project that is not
sound is never kept, so it pushes out no good one. Whatever is done in the folder is done by one
program at a time.
"""

import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bodycam_annotator.errors import DamagedError, NotWrittenError, ProjectError
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.audit import Head
from bodycam_annotator.storage.connection import connect_to_read, explained, identity
from bodycam_annotator.storage.copying import copy_moment
from bodycam_annotator.storage.origins import note_origin, origin_of
from bodycam_annotator.storage.publishing import publish
from bodycam_annotator.storage.schema import SCHEMA_VERSION
from bodycam_annotator.storage.verification import verify_chain

NEWEST_KEPT = 5
DAYS_KEPT = 7
LOCK_WAIT_S = 10.0

_LOCK = ".lock"
_TIME = "%Y-%m-%d %H.%M.%S"
_NAME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}\.[0-9]{2}\.[0-9]{2}) entry ([0-9]{1,18})"
    r"(?: before format ([0-9]{1,9}))?\.bodycam"
)
_WORKSHOP = re.compile(r"\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part")


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One backup as its name tells it: when it was made (UTC) and how many entries its log has.

    `before_format` is the format that the project was then brought to, None for an ordinary one.
    """

    path: Path
    made: datetime
    entries: int
    before_format: int | None = None


def backups_folder(project: Path) -> Path:
    return project.with_name(f"{project.name}.backups")


def backups_of(project: Path) -> list[Backup]:
    """Newest first; files of other names are passed over. Raises `NotWrittenError` when the folder
    is there and cannot be read."""
    folder = backups_folder(project.absolute())
    with explained(folder):
        names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    found = [backup for name in names if (backup := _backup(folder / name)) is not None]
    return sorted(found, key=lambda backup: (backup.made, backup.entries), reverse=True)


def make_backup(
    project: Path, *, now: datetime, check: bool = False, cancelled: Asked | None = None
) -> Path | None:
    """Copies the project as it is after its latest commit, and returns the backup's path.

    Runs in any thread, on a connection of its own that only reads, while others commit. Nothing
    is made, and None returned, when a backup has the same log already; with `check` the project
    is copied and verified even then. Old backups are removed: what stays is the newest
    `NEWEST_KEPT`, the last of each of the `DAYS_KEPT` latest days, those before a change of
    format, those of another project of that name, and those with entries that the newest lacks.

    Raises `DamagedError` when the project is not sound: its backups stay as they are, and no more
    are made. Raises `NotWrittenError` when the disk or another program is in the way, `Cancelled`
    when asked to stop.
    """
    project = project.absolute()
    with _told(project):
        since = _head(project)
        with alone(project) as folder:
            if not check and _is_backed_up(project, since):
                return None
            with workshop(folder) as room:
                copy = room / project.name
                copy_moment(project, copy, cancelled=cancelled)
                head = _proved(copy, project, since)
                with explained(folder):
                    note_origin(folder, origin_of(copy))
                if _is_backed_up(project, head):
                    return None
                made = folder / f"{_stem(now, head)}.bodycam"
                _publish(copy, made)
            _remove_old(project, made)
    return made


def make_backup_before_migration(project: Path, *, now: datetime, version: int) -> Path:
    """A backup of a project of an older format, kept for good. One that there is, is returned.

    Rows of an older format cannot be compared with the log, so what is proved is that the copy is
    whole. Raises `ProjectError` when there can be none.
    """
    project = project.absolute()
    with _told(project):
        head = _head(project)
        with alone(project) as folder:
            for backup in backups_of(project):
                if backup.before_format == version and _has(backup, head):
                    return backup.path
            with workshop(folder) as room:
                copy = room / project.name
                copy_moment(project, copy)
                if look(copy) != head:
                    raise DamagedError(f"The copy of {project} is not whole.")
                made = folder / f"{_stem(now, head)} before format {version}.bodycam"
                _publish(copy, made)
    return made


def look(path: Path) -> Head:
    """The end of the log of a file whose pages are all in order.

    Raises `DamagedError` when they are not, `NotWrittenError` when it cannot be read now.
    """
    with explained(path), closing(connect_to_read(path)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        found = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise DamagedError(f"{path} is damaged ({found}).")
        return _head_of(raw)


def heads(path: Path) -> list[Head]:
    """Number and hash of all of a log's entries. Raises as `look`."""
    with explained(path), closing(connect_to_read(path)) as raw:
        return [Head(*row) for row in raw.execute("SELECT seq, hash FROM audit ORDER BY seq")]


@contextmanager
def alone(project: Path) -> Iterator[Path]:
    """The project's backup folder, made when missing, with no other program at work in it.

    What programs that were killed left half done in it is removed. Raises `NotWrittenError`.
    """
    folder = backups_folder(project)
    with explained(folder):
        folder.mkdir(exist_ok=True)
        _refuse_odd_lock(folder / _LOCK, project)
        # SQLite's locks work on every system and end with the program that holds them.
        lock = sqlite3.connect(folder / _LOCK, isolation_level=None, timeout=LOCK_WAIT_S)
    try:
        with explained(folder):
            lock.execute("BEGIN EXCLUSIVE")
            for left in folder.iterdir():
                if _WORKSHOP.fullmatch(left.name):
                    shutil.rmtree(left, ignore_errors=True)
        yield folder
    finally:
        lock.close()


def _refuse_odd_lock(lock: Path, project: Path) -> None:
    """A link would have whatever it leads to locked, were it the project itself."""
    try:
        found = lock.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode) or (found.st_dev, found.st_ino) == identity(project):
        raise NotWrittenError(f"{lock} is no file of Bodycam Annotator’s but a link. Remove it.")


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A folder for what is not complete yet, removed with all that is in it."""
    room = folder / f".{new_id()}.part"
    with explained(folder):
        room.mkdir()
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _told(project: Path) -> Iterator[None]:
    try:
        yield
    except ProjectError as error:
        raise type(error)(f"{project.name} could not be backed up. {error}") from error


def _backup(path: Path) -> Backup | None:
    named = _NAME.fullmatch(path.name)
    # A pipe of that name would never come to an end.
    if named is None or path.is_symlink() or not path.is_file():
        return None
    try:
        made = datetime.strptime(named[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    version = None if named[3] is None else int(named[3])
    return Backup(path=path, made=made, entries=int(named[2]), before_format=version)


def _stem(now: datetime, head: Head) -> str:
    return f"{now.astimezone(UTC).strftime(_TIME)} entry {head.seq}"


def _head_of(raw: sqlite3.Connection) -> Head:
    found = raw.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    if found is None:
        raise DamagedError("Its audit log is empty.")
    return Head(*found)


def _head(project: Path) -> Head:
    with explained(project):
        if not project.exists():
            raise NotWrittenError(f"{project} is not there any more.")
        with closing(connect_to_read(project)) as raw:
            return _head_of(raw)


def _has(backup: Backup, head: Head) -> bool:
    try:
        return backup.entries == head.seq and look(backup.path) == head
    except ProjectError:
        return False


def _is_backed_up(project: Path, head: Head) -> bool:
    ordinary = (one for one in backups_of(project) if one.before_format is None)
    return any(_has(backup, head) for backup in ordinary)


def _proved(copy: Path, project: Path, since: Head) -> Head:
    """The end of the copy's log, when all of it is sound and reaches beyond `since`."""
    with explained(project), closing(connect_to_read(copy)) as raw:
        version = raw.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise ProjectError(f"{project} is of format {version}. Open it first.")
    try:
        report = verify_chain(copy, head=since.hash)
    except ProjectError as error:
        raise type(error)(str(error).replace(str(copy), str(project))) from error
    if not report.sound:
        raise DamagedError(
            f"{project} is damaged ({report.why.removesuffix('.')}). The backups it has stay as "
            "they are."
        )
    return Head(report.entries, report.head)


def _publish(copy: Path, made: Path) -> None:
    with explained(made):
        publish(copy, made)


def _remove_old(project: Path, made: Path) -> None:
    """Only what is known to be of this project; `made` stays whatever the clock says."""
    ours = origin_of(made)
    ordinary = [one for one in backups_of(project) if one.before_format is None]
    same = [one for one in ordinary if origin_of(one.path) == ours]
    outdated = [one for one in _outdated(same) if one.path != made]
    for backup in _held_elsewhere(outdated, heads(made)):
        with explained(backup.path):
            backup.path.unlink(missing_ok=True)


def _held_elsewhere(backups: Sequence[Backup], newest: Sequence[Head]) -> Iterator[Backup]:
    """Those whose entries are all in the log `newest`, or in another backup that stays."""
    held = set(newest)
    for backup in sorted(backups, key=lambda one: one.entries, reverse=True):
        try:
            if look(backup.path) in held:
                yield backup
            else:
                held.update(heads(backup.path))
        except ProjectError:
            # Damaged: whether its entries are elsewhere is only known by their number.
            if backup.entries <= len(newest):
                yield backup


def _outdated(backups: Sequence[Backup]) -> list[Backup]:
    """Of backups newest first, those that need not be kept."""
    last_of_day: dict[object, Backup] = {}
    for backup in backups:
        last_of_day.setdefault(backup.made.date(), backup)
    kept = [*backups[:NEWEST_KEPT], *list(last_of_day.values())[:DAYS_KEPT]]
    return [backup for backup in backups if backup not in kept]
