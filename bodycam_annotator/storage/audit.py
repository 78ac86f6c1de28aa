"""The audit log: every change there ever was, chained by hashes.

Entries are numbered from 1; entry 1 is the project's making, with the codebook and the incident
as its changes. The table keeps an entry as text: a JSON object with the keys action, app_version,
changes, coder, label, refers_to, seq, speed and utc, where each of `changes` has after, before,
entity and id. The text is canonical (`storage.canonical`). What is hashed is exactly

    sha256(the previous entry's hash, as 64 ASCII hex digits || the entry's text in UTF-8)

and entry 1 follows 64 zeros. The hash is kept as 64 lower-case hex digits.

The log is tamper-evident. Somebody who rewrites all of it, hashes and rows alike, or takes off
its end, is found out by a head hash that was noted elsewhere: exports carry it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import Connection, func, insert, select

from bodycam_annotator import __version__
from bodycam_annotator.errors import DamagedError, EditError
from bodycam_annotator.model.edits import Change, Edit, Entity
from bodycam_annotator.model.tag import utc_now
from bodycam_annotator.storage.canonical import canonical_json
from bodycam_annotator.storage.schema import ENTITIES, audit

Action = Literal["create", "do", "undo", "redo"]
_ACTIONS = frozenset(get_args(Action))


class Head(NamedTuple):
    """The newest entry's number and hash."""

    seq: int
    hash: str


BEFORE_FIRST = Head(seq=0, hash="0" * 64)

_earlier = audit.alias()
_ENTRIES = select(
    audit.c.seq,
    audit.c.entry,
    audit.c.hash,
    func.coalesce(
        select(_earlier.c.hash).where(_earlier.c.seq == audit.c.seq - 1).scalar_subquery(),
        BEFORE_FIRST.hash,
    ),
)


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One change of the project.

    An undo or redo refers to the entry whose inverse it applied: an undo to a do or redo, a redo
    to an undo. `speed` is the playback speed in use when a tag was made, or empty.
    """

    seq: int
    utc: str
    coder: str
    action: Action
    label: str
    refers_to: int | None
    changes: tuple[Change, ...]
    speed: str
    app_version: str
    previous: str
    hash: str

    @property
    def head(self) -> Head:
        return Head(self.seq, self.hash)


def entry_hash(previous: str, text: bytes) -> str:
    """As the module's docstring has it."""
    return hashlib.sha256(previous.encode("ascii") + text).hexdigest()


def compose(
    after: Head,
    *,
    coder: str,
    action: Action,
    edit: Edit,
    refers_to: int | None = None,
    speed: str = "",
) -> tuple[AuditEntry, str]:
    """The entry that follows `after`, and its text. Its changes are read back from the text, so
    that what is then written to the tables is what the log says.

    Raises `EditError` when the edit holds text that is not Unicode.
    """
    text = canonical_json(
        {
            "seq": after.seq + 1,
            "utc": utc_now(),
            "coder": coder,
            "action": action,
            "label": edit.label,
            "refers_to": refers_to,
            "changes": [change_as_json(change) for change in edit.changes],
            "speed": speed,
            "app_version": __version__,
        }
    )
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise EditError(
            f"“{edit.label}” cannot be recorded: it holds a name or text that is not Unicode. "
            "Rename the file or retype the text."
        ) from error
    return parse(text, previous=after.hash, own_hash=entry_hash(after.hash, encoded)), text


def change_as_json(change: Change) -> dict[str, object]:
    return {
        "entity": change.entity,
        "id": change.id,
        "before": None if change.before is None else dict(change.before),
        "after": dict(change.after),
    }


def append(connection: Connection, entry: AuditEntry, *, text: str) -> None:
    """Within the transaction that writes the entry's changes."""
    connection.execute(insert(audit).values(seq=entry.seq, entry=text, hash=entry.hash))


def parse(text: str, *, previous: str, own_hash: str) -> AuditEntry:
    """The entry of its text. Raises `ValueError` when the text is no entry's."""
    try:
        values: dict[str, Any] = json.loads(text)
        values["changes"] = tuple(Change(**change) for change in values["changes"])
        entry = AuditEntry(**values, previous=previous, hash=own_hash)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no audit entry: {error}") from error
    except RecursionError as error:
        raise ValueError("no audit entry: it is nested too deeply") from error
    _refuse_odd(entry)
    return entry


def _refuse_odd(entry: AuditEntry) -> None:
    """JSON can hold anything in any place."""
    texts = (entry.utc, entry.coder, entry.action, entry.label, entry.speed, entry.app_version)
    numbers = [entry.seq] if entry.refers_to is None else [entry.seq, entry.refers_to]
    if not all(isinstance(text, str) for text in texts) or entry.action not in _ACTIONS:
        raise ValueError("no audit entry: a text or the action is none")
    if not all(type(number) is int for number in numbers):
        raise ValueError("no audit entry: a number is none")
    for change in entry.changes:
        if not isinstance(change.entity, str) or change.entity not in ENTITIES:
            raise ValueError("no audit entry: a change of nothing that projects have")
        if not isinstance(change.id, str) or not isinstance(change.after, dict):
            raise ValueError("no audit entry: a change without an id or a row")
        if change.before is not None and not isinstance(change.before, dict):
            raise ValueError("no audit entry: a change of what is no row")


def head(connection: Connection) -> Head:
    row = connection.execute(
        select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    return Head(*row) if row else BEFORE_FIRST


def hash_of(connection: Connection, seq: int) -> str | None:
    """The hash of entry `seq`, None when there is none; that of no entry is of zeros."""
    if seq == BEFORE_FIRST.seq:
        return BEFORE_FIRST.hash
    found = connection.execute(select(audit.c.hash).where(audit.c.seq == seq)).scalar()
    return None if found is None else str(found)


def entries(connection: Connection, *, after: int = 0) -> list[AuditEntry]:
    """Those with a number above `after`, oldest first. Raises `DamagedError` when one cannot be
    read."""
    newer = _ENTRIES.where(audit.c.seq > after).order_by(audit.c.seq)
    return [_entry(row) for row in connection.execute(newer)]


def entry(connection: Connection, seq: int) -> AuditEntry:
    """Raises `DamagedError` when there is no such entry or it cannot be read."""
    row = connection.execute(_ENTRIES.where(audit.c.seq == seq)).first()
    if row is None:
        raise DamagedError(f"The audit log has no entry {seq}. Verify the project.")
    return _entry(row)


def last_change(connection: Connection, entity: Entity, row_id: str) -> AuditEntry | None:
    """The newest entry that changed this row."""
    mentions = func.instr(audit.c.entry, canonical_json(row_id)) > 0
    newest_first = _ENTRIES.where(mentions).order_by(audit.c.seq.desc())
    for row in connection.execute(newest_first):
        found = _entry(row)
        if any((change.entity, change.id) == (entity, row_id) for change in found.changes):
            return found
    return None


def _entry(row: tuple[int, str, str, str]) -> AuditEntry:
    seq, text, own_hash, previous = row
    try:
        return parse(text, previous=previous, own_hash=own_hash)
    except ValueError as error:
        raise DamagedError(
            f"Entry {seq} of the audit log is damaged. Verify the project, then open a copy."
        ) from error


def steps(connection: Connection, *, coder: str) -> Iterator[tuple[int, str, int | None]]:
    """Number, action and what it refers to, of each of a coder's entries, oldest first."""
    text = audit.c.entry
    query = (
        select(
            audit.c.seq,
            func.json_extract(text, "$.action"),
            func.json_extract(text, "$.refers_to"),
        )
        .where(func.json_extract(text, "$.coder") == coder)
        .order_by(audit.c.seq)
    )
    yield from connection.execute(query)
