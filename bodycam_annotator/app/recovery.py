"""A damaged project made whole from its last good backup, and honest words about what is lost."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bodycam_annotator.app.damage import damage_of
from bodycam_annotator.errors import DamagedError, NotWrittenError, ProjectError
from bodycam_annotator.storage.aside import set_aside, set_aside_before
from bodycam_annotator.storage.audit import Head
from bodycam_annotator.storage.backups import (
    Backup,
    alone,
    backups_folder,
    backups_of,
    heads,
    look,
    workshop,
)
from bodycam_annotator.storage.carving import (
    NOTHING,
    Carved,
    Carving,
    carve,
)
from bodycam_annotator.storage.connection import explained
from bodycam_annotator.storage.origins import noted_origin, origin_of
from bodycam_annotator.storage.publishing import publish
from bodycam_annotator.storage.salvage import Lost, LostEntry, lost_after, rebuild
from bodycam_annotator.storage.session import ProjectSession

_TOLD = 3
"""Lost entries that a sentence names."""

_CLOCKS_DIFFER = timedelta(minutes=10)
"""A backup may be dated so much ahead by another computer whose clock is not wrong."""

_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """What can be had back of a project that is damaged or gone.

    `why` is a sentence; `backup` and `made` (UTC) the backup it starts from, whose log ends with
    `backup_head`; `salvaged` are the later entries that could be read, and `lost` those that could
    not. `of_another` says that the backup is known to be of an earlier project of that name.
    `stamp` tells the damaged file from another one; None when the project is gone.
    """

    path: Path
    why: str
    backup: Path
    made: datetime
    backup_head: Head
    salvaged: tuple[Carved, ...]
    lost: Lost
    stamp: _Stamp | None
    of_another: bool = False

    @property
    def head(self) -> Head:
        """The end of the recovered log."""
        if not self.salvaged:
            return self.backup_head
        return Head(self.salvaged[-1].seq, self.salvaged[-1].hash)

    @property
    def nothing_lost(self) -> bool:
        """Only when it is known."""
        return self.lost.exact and self.lost.count == 0 and not self.of_another

    @property
    def backup_words(self) -> str:
        return f"backup of {self.made.strftime('%Y-%m-%d %H:%M')} UTC"

    @property
    def sentence(self) -> str:
        count = self.backup_head.seq
        entries = f"{count:,} log {'entry' if count == 1 else 'entries'}"
        if self.of_another:
            return (
                f"{self.why} It has no backup of its own. The {self.backup_words} that is kept "
                f"there is of an earlier project of the same name, and has {entries}; nothing of "
                "the project that was here last is in it."
            )
        sentence = f"{self.why} Its {self.backup_words} has {entries}"
        found = len(self.salvaged)
        if found:
            sentence += f"; {found:,} later {'one' if found == 1 else 'ones'} could still be read"
        return sentence + self._what_is_missing(found)

    def _what_is_missing(self, found: int) -> str:
        if self.nothing_lost and found:
            return ", so nothing that was saved is missing."
        if self.nothing_lost:
            return ", and nothing was saved after it, so nothing is missing."
        after = "it" if found == 0 else "them"
        if not self.lost.count:
            return f". Whether more was saved after {after} cannot be known."
        number = f"{self.lost.count:,} {'entry' if self.lost.count == 1 else 'entries'}"
        is_ = "is" if self.lost.count == 1 else "are"
        how_many = number if self.lost.exact else f"At least {number}"
        return f". {how_many} after {after} {is_} missing{self._which()}."

    def _which(self) -> str:
        told = [self._told(entry) for entry in self.lost.readable[:_TOLD]]
        if not told:
            return ""
        more = self.lost.count - len(told)
        return f": {', '.join(told)}" + (f" and {more:,} more" if more else "")

    def _told(self, entry: LostEntry) -> str:
        day, time = entry.utc[:10], entry.utc[11:19]
        when = time if day == self.made.strftime("%Y-%m-%d") else f"{day} {time}"
        return f"{entry.label} ({entry.coder}, {when})"


def find_recovery(path: Path) -> Recovery | None:
    """What can be had back of the project at `path`, when it is damaged or gone and has a backup.

    Reads and writes nothing at `path` but a copy of it; all of the log is verified, so it takes a
    while. No session of this process may have the file open. None when the file is sound, is of a
    newer version, or has no backup that is. Raises `NotWrittenError` when it cannot be said now.
    """
    path = path.absolute()
    backups = backups_of(path)
    if not backups or path.is_dir():
        return None
    stamp = _stamp(path)
    why = f"{path.name} is gone." if stamp is None else damage_of(path)
    if why is None:
        return None
    files = set_aside_before(path) if stamp is None else [path]
    logs = [carve(file) for file in files]
    now = None if stamp is None else logs[0]
    ours = noted_origin(backups_folder(path))
    for backup in _in_order(backups, ours):
        found = _from_backup(backup, backups, logs, now, ours)
        if found is None:
            continue
        head, salvaged = found
        end = Head(salvaged[-1].seq, salvaged[-1].hash) if salvaged else head
        return Recovery(
            path=path,
            why=why,
            backup=backup.path,
            made=backup.made,
            backup_head=head,
            salvaged=tuple(salvaged),
            lost=_lost(end, logs, gone=stamp is None),
            stamp=stamp,
            of_another=ours not in (None, origin_of(backup.path)),
        )
    return None


def recover(recovery: Recovery, *, coder: str) -> ProjectSession:
    """The recovered project under its old name, opened. Its log is what it was: nothing is added.

    The damaged file stays, as `NAME damaged TIME.bodycam` in its folder. Raises `NotWrittenError`
    when the file is not the one looked at any more, as when another window has recovered it, or
    when the disk is in the way.
    """
    path = recovery.path
    with alone(path) as folder, workshop(folder) as room:
        _refuse_changed(recovery)
        copy = room / path.name
        try:
            head, put = rebuild(recovery.backup, copy, sources=[_as_carving(recovery.salvaged)])
        except DamagedError as error:
            raise _changed(recovery) from error
        if (head, tuple(put)) != (recovery.backup_head, recovery.salvaged):
            raise _changed(recovery)
        with explained(path):
            _refuse_changed(recovery)
            set_aside(path, datetime.now(UTC))
            publish(copy, path)
    return ProjectSession.open(path, coder=coder)


def damaged_file(recovery: Recovery) -> Path | None:
    """Where the damaged file is after `recover`; None when there was none."""
    if recovery.stamp is None:
        return None
    beside = set_aside_before(recovery.path)
    return next((one for one in beside if _stamp(one) == recovery.stamp), None)


def recovered_words(recovery: Recovery) -> str:
    """A sentence on what `recover` has done."""
    found = len(recovery.salvaged)
    entries = f"{found:,} later log {'entry' if found == 1 else 'entries'}"
    salvaged = f" with {entries} that could still be read" if found else ""
    kept = damaged_file(recovery)
    backup = f"its {recovery.backup_words}{salvaged}"
    if recovery.of_another:
        backup = f"the {recovery.backup_words}{salvaged}, of an earlier project of that name"
    return f"{recovery.path.name} is opened from {backup}." + (
        f" The damaged file is kept as {kept.name}." if kept is not None else ""
    )


def _in_order(backups: Sequence[Backup], ours: str | None) -> list[Backup]:
    """Those of the project that was here last before others, and those that a wrong clock dates
    in the future last."""
    now = datetime.now(UTC) + _CLOCKS_DIFFER
    of = {backup.path: origin_of(backup.path) for backup in backups if ours is not None}
    return sorted(backups, key=lambda one: (of.get(one.path) != ours, one.made > now))


def _from_backup(
    backup: Backup,
    backups: Sequence[Backup],
    logs: Sequence[Carving],
    now: Carving | None,
    ours: str | None,
) -> tuple[Head, list[Carved]] | None:
    """The end of its log and what follows it; None when the backup is not sound, or not of the
    file that is there `now`."""
    try:
        head = look(backup.path)
    except ProjectError:
        return None
    if now is not None and not _is_of(now, backup.path, head, ours):
        return None
    # Damaged backups, and those made while the clock was wrong, may reach further.
    longer = [carve(other.path) for other in backups if other.entries > head.seq]
    with tempfile.TemporaryDirectory() as folder:
        try:
            return rebuild(backup.path, Path(folder) / backup.path.name, sources=[*logs, *longer])
        except DamagedError:
            return None


def _is_of(now: Carving, backup: Path, head: Head, ours: str | None) -> bool:
    """Whether the file's log went through the backup's, as far as it can be read; where nothing
    of the backup's is in it, whether the backup is of the project that was known to be here.
    Another project may have had the name, or the file may have been put back to an older state."""
    if any(carved.hash == head.hash for carved in now.found.get(head.seq, ())):
        return True
    every = heads(backup)
    if any(now.contradicts(one) for one in every):
        return False
    of_the_backup = {one.hash for one in every}
    if any(one.hash in of_the_backup for same in now.found.values() for one in same):
        return True
    return ours in (None, every[0].hash)


def _lost(end: Head, logs: Sequence[Carving], *, gone: bool) -> Lost:
    found = [lost_after(end, log) for log in logs] or [lost_after(end, NOTHING)]
    most = max(found, key=lambda lost: lost.count)
    # What was set aside once says nothing about how far the project had come since.
    return Lost(count=most.count, exact=most.exact and not gone, readable=most.readable)


def _as_carving(salvaged: Sequence[Carved]) -> Carving:
    return Carving(found={carved.seq: (carved,) for carved in salvaged})


def _stamp(path: Path) -> _Stamp | None:
    with explained(path):
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _refuse_changed(recovery: Recovery) -> None:
    if _stamp(recovery.path) != recovery.stamp:
        raise _changed(recovery)


def _changed(recovery: Recovery) -> NotWrittenError:
    return NotWrittenError(
        f"{recovery.path} or its backup has changed since it was looked at, so nothing was done: "
        "another window may have recovered it. Open it again."
    )
