"""A project made anew from a backup and what can still be read of the log that followed it.

The log is the journal: entries that follow a backup's by number and hash are put into a copy of
it exactly as they were, and their rows are written as the log says.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bodycam_annotator.errors import CodebookError, DamagedError, EditError
from bodycam_annotator.storage import audit, repository
from bodycam_annotator.storage.audit import AuditEntry, Head
from bodycam_annotator.storage.carving import Carved, Carving
from bodycam_annotator.storage.connection import connect, explained, reading, writing
from bodycam_annotator.storage.verification import verify_chain


@dataclass(frozen=True, kw_only=True)
class LostEntry:
    """An entry that can be seen but not be put back, as far as its text can be read."""

    seq: int
    label: str
    coder: str
    utc: str


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What is missing after a log's end: at least `count` entries, exactly as many when `exact`.
    Of some it can still be read what they were."""

    count: int
    exact: bool
    readable: tuple[LostEntry, ...] = ()


class _Stopped(Exception):
    def __init__(self, fitting: int) -> None:
        super().__init__()
        self.fitting = fitting


def following(head: Head, sources: Sequence[Carving]) -> Iterator[Carved]:
    """The entries that follow `head` one by one, each from the first source that has it."""
    while True:
        found = (carving.following(head) for carving in sources)
        carved = next((one for one in found if one is not None), None)
        if carved is None:
            return
        yield carved
        head = Head(carved.seq, carved.hash)


def rebuild(backup: Path, copy: Path, *, sources: Sequence[Carving]) -> tuple[Head, list[Carved]]:
    """Makes `copy` from the backup and what follows it in `sources`.

    Returns the end of the backup's log and what was put after it. Raises `DamagedError` when the
    backup is not sound, `NotWrittenError` when the copy cannot be made.
    """
    with explained(copy):
        shutil.copy(backup, copy)
    connection = connect(copy)
    try:
        with explained(copy):
            with reading(connection):
                head = audit.head(connection)
            put = _put_all(connection, head, list(following(head, sources)))
    finally:
        connection.close()
    report = verify_chain(copy)
    if not report.sound:
        raise DamagedError(f"{backup} is damaged: {report.why}")
    return head, put


def lost_after(head: Head, carving: Carving) -> Lost:
    """What a damaged file shows of entries after `head`, which is as far as its log was saved.

    The count is exact when SQLite can still read the file's log to an end that lies there or
    later; a record out of place may be of any number, and is not counted.
    """
    last = carving.last
    exact = last is not None and (last == head or last.seq > head.seq)
    placed = [seq for seq, found in carving.found.items() if any(one.placed for one in found)]
    highest = last.seq if exact and last is not None else max(placed, default=0)
    readable = (
        entry
        for seq in sorted(carving.found)
        if head.seq < seq <= highest and (entry := _readable(carving.found[seq])) is not None
    )
    return Lost(count=max(0, highest - head.seq), exact=exact, readable=tuple(readable))


def _readable(found: Sequence[Carved]) -> LostEntry | None:
    for carved in found:
        try:
            entry = audit.parse(carved.text.decode(), previous="", own_hash=carved.hash)
        except ValueError:
            continue
        return LostEntry(seq=entry.seq, label=entry.label, coder=entry.coder, utc=entry.utc)
    return None


def _put_all(connection: Connection, head: Head, entries: list[Carved]) -> list[Carved]:
    """Those that could be put in: all of them, unless one could never have been written."""
    while entries:
        try:
            with writing(connection):
                _put(connection, head, entries)
        except _Stopped as stopped:
            entries = entries[: stopped.fitting]
        else:
            break
    return entries


def _put(connection: Connection, head: Head, entries: Sequence[Carved]) -> None:
    previous = head.hash
    for number, carved in enumerate(entries):
        try:
            text = carved.text.decode()
            entry = audit.parse(text, previous=previous, own_hash=carved.hash)
            _refuse_unfit(connection, entry, carved)
            repository.write(connection, entry.changes)
        except (ValueError, TypeError, KeyError, RecursionError, EditError, CodebookError) as error:
            raise _Stopped(number) from error
        audit.append(connection, entry, text=text)
        previous = carved.hash


def _refuse_unfit(connection: Connection, entry: AuditEntry, carved: Carved) -> None:
    """Hashes can be made by anybody: what no session wrote must not end up in the project."""
    if entry.seq != carved.seq or entry.action == "create":
        raise ValueError("an entry out of place")
    if repository.conflict(connection, entry.changes) is not None:
        raise ValueError("an entry that starts from other rows")
    for change in entry.changes:
        repository.thing(change.entity, repository.stored(change.entity, change.after))
