"""Whether a project's audit log is unbroken and its rows are what the log says they are.

`docs/verify_project.py` says the same without this program and must agree with it.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, cast, select

from bodycam_annotator.errors import ProjectError
from bodycam_annotator.model.edits import Entity
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage import repository, snapshot
from bodycam_annotator.storage.audit import BEFORE_FIRST, AuditEntry, Head, entry_hash, parse
from bodycam_annotator.storage.canonical import canonical_json
from bodycam_annotator.storage.connection import driver_connection, explained, reading
from bodycam_annotator.storage.looking import connect_to_verify
from bodycam_annotator.storage.repository import StoredRow, stored
from bodycam_annotator.storage.schema import ENTITIES, METADATA, audit, key_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What `verify_chain` found.

    `entries` is how many entries there are, up to the first bad one when there is one, and `head`
    the hash of the last of them. `why` is a sentence, empty when all is well; `bad_entry` the
    number of the entry it is about, or for a row that differs of the entry that wrote it last (of
    several such rows, the one with the lowest number). `bad_entry` is None when no entry is to be
    named: a row that the log never made, rows in another order, tables that are not a project's,
    an empty log, a head that is not there.
    """

    entries: int
    head: str
    bad_entry: int | None = None
    why: str = ""

    @property
    def sound(self) -> bool:
        return not self.why


class _Broken(Exception):
    def __init__(self, why: str, *, entry: int | None) -> None:
        super().__init__(why)
        self.entry = entry


@dataclass
class _Replay:
    """The log followed from its start: where it is, and the rows as it leaves them."""

    seq: int
    head: str
    heads: set[str]
    rows: dict[Entity, dict[str, StoredRow]]
    written_by: dict[tuple[Entity, str], int]


def verify_chain(path: Path, *, head: str | None = None) -> ChainReport:
    """Checks every entry's number, hash and place, then the rows against the log.

    Each entry's hash must be that of its text and the hash before it, its number the next one,
    its text canonical, and its changes must start from the rows as the entries before it left
    them. Afterwards the tables must hold what the whole log leaves, no more and no less, in the
    order in which the log made it, and SQLite must find its own pages in order.

    `head` is a hash noted earlier, as exports do. A log that was shortened or rewritten since,
    rows and all, cannot be told from a sound one by itself; it lacks that hash. Nothing is
    written. Raises `ProjectError` when the file cannot be read as a project at all.
    """
    connection = connect_to_verify(path)
    try:
        return _report(connection, path, head)
    finally:
        connection.close()


def examine(path: Path, *, head: str | None = None) -> tuple[ChainReport, Project | None]:
    """As `verify_chain`, and the project that the tables hold, None where they hold none."""
    connection = connect_to_verify(path)
    try:
        report = _report(connection, path, head)
        driver_connection(connection).text_factory = str
        try:
            with explained(path), reading(connection):
                end = Head(report.entries, report.head)
                return report, snapshot.load(connection, path=path, head=end)
        except ProjectError:
            if report.sound:
                raise
            return report, None
    finally:
        connection.close()


def _report(connection: Connection, path: Path, head: str | None) -> ChainReport:
    replay = _Replay(
        seq=BEFORE_FIRST.seq,
        head=BEFORE_FIRST.hash,
        heads=set(),
        rows={entity: {} for entity in ENTITIES},
        written_by={},
    )
    # Text that is not UTF-8 must be compared, not choked on.
    driver_connection(connection).text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        with explained(path), reading(connection):
            _refuse_other_readings(connection)
            _check_pages(connection)
            _follow(connection, replay)
            _compare_rows(connection, replay)
            _compare_order(connection, replay)
        if head is not None and head not in replay.heads:
            raise _Broken(
                f"The log has no entry with the hash {head}: it was shortened or rewritten "
                "after that hash was noted.",
                entry=None,
            )
    except _Broken as found:
        why = str(found).encode(errors="backslashreplace").decode()
        return ChainReport(entries=replay.seq, head=replay.head, bad_entry=found.entry, why=why)
    return ChainReport(entries=replay.seq, head=replay.head)


def _refuse_other_readings(connection: Connection) -> None:
    """Refuses what lets one query read something else than another: tables that keep any type,
    and indexes, which SQLite may read in the place of their table. A project has only those that
    its tables' own constraints make."""
    strict = {
        name
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 1"
        )
    }
    for name in METADATA.tables.keys() - strict:
        raise _Broken(f"The table {name} is not strict about what it holds.", entry=None)
    index = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).first()
    if index is not None:
        raise _Broken(f"It holds the index {index[0]}, and no project has one.", entry=None)


def _check_pages(connection: Connection) -> None:
    """An index that differs from its table shows and changes other rows than those compared, and
    to Python 1.0 is 1: here SQLite refuses both."""
    # The file's own constraints are the work of whoever wrote it, and could run for ever.
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        _log.warning("SQLite finds: %s", found)
        raise _Broken("SQLite finds the pages of the file damaged.", entry=None)


def _follow(connection: Connection, replay: _Replay) -> None:
    # As bytes: a tampered text need not be UTF-8.
    query = select(audit.c.seq, cast(audit.c.entry, LargeBinary), audit.c.hash).order_by(
        audit.c.seq
    )
    for seq, text, own_hash in connection.execute(query):
        expected = replay.seq + 1
        if seq != expected:
            raise _Broken(f"Entry {expected} is missing.", entry=expected)
        if entry_hash(replay.head, text) != own_hash:
            raise _Broken(
                f"The hash of entry {seq} is not that of its text and of the entry before it: "
                "one of them was changed.",
                entry=seq,
            )
        try:
            entry = parse(text.decode(), previous=replay.head, own_hash=own_hash)
        except ValueError as error:
            raise _Broken(f"Entry {seq} cannot be read ({error}).", entry=seq) from error
        if not _is_as_written(text.decode()):
            raise _Broken(f"Entry {seq} is not written as entries are.", entry=seq)
        if entry.seq != seq:
            raise _Broken(f"Entry {seq} says that it is entry {entry.seq}.", entry=seq)
        _replay_entry(replay, entry)
        replay.seq, replay.head = seq, own_hash
        replay.heads.add(own_hash)
    if replay.seq == 0:
        raise _Broken("The log is empty; it should begin with the project's making.", entry=None)


def _is_as_written(text: str) -> bool:
    """Canonical: otherwise a key could be there twice, and each reader take another one."""
    try:
        values = json.loads(text)
        return canonical_json(values) == text and isinstance(values["changes"], list)
    except (ValueError, RecursionError):
        return False


def _replay_entry(replay: _Replay, entry: AuditEntry) -> None:
    if (entry.action == "create") != (entry.seq == 1):
        raise _Broken("Entry 1, and no other, makes the project.", entry=entry.seq)
    for change in entry.changes:
        rows = replay.rows[change.entity]
        try:
            before = None if change.before is None else stored(change.entity, change.before)
            after = stored(change.entity, change.after)
            follows = rows.get(change.id) == before
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _Broken(
                f"Entry {entry.seq} holds what is no {change.entity} ({error}).", entry=entry.seq
            ) from error
        if not follows:
            raise _Broken(
                f"Entry {entry.seq} starts from a {change.entity} {change.id} that is not what "
                "the entries before it left.",
                entry=entry.seq,
            )
        if after[key_of(change.entity)] != change.id:
            raise _Broken(
                f"Entry {entry.seq} writes the {change.entity} {change.id} as another one.",
                entry=entry.seq,
            )
        rows[change.id] = after
        replay.written_by[change.entity, change.id] = entry.seq


def _compare_rows(connection: Connection, replay: _Replay) -> None:
    """Tells of the differing row that the lowest entry wrote, and of slipped-in rows last."""
    worst: tuple[float, str] | None = None
    for entity, expected in replay.rows.items():
        found = repository.rows(connection, entity)
        for row_id in [*expected, *(found.keys() - expected.keys())]:
            if found.get(row_id) == expected.get(row_id):
                continue
            seq = replay.written_by.get((entity, row_id))
            rank = float("inf") if seq is None else seq
            if worst is None or rank < worst[0]:
                why = _difference(entity, row_id, found.get(row_id), expected.get(row_id), seq)
                worst = rank, why
    if worst is not None:
        rank, why = worst
        raise _Broken(why, entry=None if rank == float("inf") else int(rank))


def _difference(
    entity: Entity,
    row_id: str,
    found: StoredRow | None,
    expected: StoredRow | None,
    seq: int | None,
) -> str:
    if expected is None:
        return f"The {entity} {row_id} is in the project, but no entry made it."
    if found is None:
        return f"The {entity} {row_id} is gone; entry {seq} was the last to write it."
    names = [name for name in expected if found[name] != expected[name]]
    return f"The {entity} {row_id} is not as entry {seq} left it: {', '.join(names)} differ."


def _compare_order(connection: Connection, replay: _Replay) -> None:
    """`added` is no part of a row, but footage is listed in its order. Finds doubles too, which
    a table whose key was made to be no key can hold."""
    for entity, expected in replay.rows.items():
        table = ENTITIES[entity]
        query = select(table.c[key_of(entity)]).order_by(table.c.added)
        if list(connection.scalars(query)) != list(expected):
            raise _Broken(
                f"The rows of {entity} are not in the order in which the log made them, or one is "
                "there twice.",
                entry=None,
            )
