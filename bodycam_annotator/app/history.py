"""The audit log in words: who did what, when, to what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bodycam_annotator.app.codebook_words import codes_words
from bodycam_annotator.app.deed_words import deed_of, edit_words
from bodycam_annotator.app.field_words import (
    NAMES,
    Words,
    as_it_stands,
    changed_fields,
    is_number,
    short,
)
from bodycam_annotator.errors import Cancelled, DamagedError
from bodycam_annotator.model.edits import Change
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.audit import AuditEntry

_AT_ONCE = 500
"""Entries between two looks at whether they are still wanted."""

_THINGS = 200
"""Of how many changed things of one entry the fields are told."""


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One field of one thing, before and after; `before` is empty where the thing is new."""

    thing: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One entry of the audit log.

    Attributes:
        what: one sentence, without its subject and full stop: the coder did this.
        deed: `what` of the entry at the root; of an undo or redo, what it took back or did again.
        deed_seq: the number of that entry.
        tags: ids of the tags that were touched.
        footage: ids of the footage that was touched, or whose tags were.
    """

    seq: int
    utc: str
    coder: str
    action: str
    what: str
    details: tuple[Detail, ...]
    tags: frozenset[str]
    footage: frozenset[str]
    speed: str
    app_version: str
    hash: str
    refers_to: int | None
    deed: str
    deed_seq: int


def lines_of(
    entries: Iterable[AuditEntry],
    project: Project,
    *,
    earlier: Mapping[int, HistoryLine] | None = None,
    cancelled: Asked | None = None,
) -> list[HistoryLine]:
    """A line for each entry, in their order. `earlier` has the lines by number that undo and redo
    may refer to besides.

    Raises nothing, whatever the entries' rows hold, but `Cancelled` when asked to stop.
    """
    words = Words(project)
    made: list[HistoryLine] = []
    new: dict[int, HistoryLine] = {}
    for entry in entries:
        if cancelled is not None and len(made) % _AT_ONCE == 0 and cancelled():
            raise Cancelled
        referred = None
        if entry.refers_to is not None:
            referred = new.get(entry.refers_to) or (earlier or {}).get(entry.refers_to)
        line = _line(words, entry, referred)
        made.append(line)
        new[line.seq] = line
    return made


def refuse_gaps(entries: Iterable[AuditEntry], *, after: int) -> None:
    """Raises `DamagedError` unless they are numbered on from `after`: else what is asked for by
    number later would leave some out."""
    for number, entry in enumerate(entries, after + 1):
        if entry.seq != number:
            raise DamagedError(
                f"Entry {number} of the audit log is missing or has another’s number. Verify the "
                "project, then open a copy."
            )


def _line(words: Words, entry: AuditEntry, referred: HistoryLine | None) -> HistoryLine:
    tags = frozenset(change.id for change in entry.changes if change.entity == "tag")
    what, deed, deed_seq = _told(words, entry, referred, tags)
    return HistoryLine(
        seq=entry.seq,
        utc=entry.utc,
        coder=entry.coder,
        action=entry.action,
        what=what,
        details=tuple(_details(words, entry.changes)),
        tags=tags,
        footage=frozenset(_footage_ids(entry.changes)),
        speed=entry.speed,
        app_version=entry.app_version,
        hash=entry.hash,
        refers_to=entry.refers_to,
        deed=deed,
        deed_seq=deed_seq,
    )


def _told(
    words: Words, entry: AuditEntry, referred: HistoryLine | None, tags: frozenset[str]
) -> tuple[str, str, int]:
    """What was done, what at the root, and in which entry that was."""
    if entry.action not in ("undo", "redo"):
        deed = deed_of(words, entry)
        return deed, deed, entry.seq
    verb = "took back" if entry.action == "undo" else "did again"
    if referred is None:
        deed = f"“{short(edit_words(entry.label, words.project))}”"
        number = entry.refers_to if is_number(entry.refers_to) else 0
        return f"{verb} entry {number or 'of no number'}: {deed}", deed, number
    if referred.tags != tags:
        # No program of ours writes that, so nothing is said that the rows do not bear out.
        deed = deed_of(words, entry)
        return f"{verb} entry {referred.deed_seq} in name, but {deed}", deed, entry.seq
    deed, number = referred.deed, referred.deed_seq
    return f"{verb} entry {number}: {deed}", deed, number


def _footage_ids(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        found = change.id if change.entity == "footage" else change.after.get("footage_id")
        if isinstance(found, str):
            yield found


def _details(words: Words, changes: Sequence[Change]) -> Iterator[Detail]:
    for change in changes[:_THINGS]:
        yield from _details_of(words, change, changes)
    if len(changes) > _THINGS:
        left = f"and {len(changes) - _THINGS:,} more; an export or the project file has them all"
        yield Detail(thing="", name="", before="", after=left)


def _details_of(words: Words, change: Change, entry: Sequence[Change]) -> Iterator[Detail]:
    before, after = change.before, change.after
    told = None
    if change.entity == "codebook" and before is None:
        told = codes_words(words, change, entry)
    thing = _thing(words, change)
    names = NAMES[change.entity]
    fields = changed_fields(before or {}, after)
    known = [field for field in names if field in fields]
    for field in known + sorted(fields - names.keys()):
        if field == "source" and told is not None:
            yield Detail(thing=thing, name=told[0], before="", after=told[1])
            continue
        old, new = (before or {}).get(field), after.get(field)
        if field == "attributes" and isinstance(old or {}, dict) and isinstance(new, dict):
            yield from _attributes(thing, old or {}, new, is_new=before is None)
            continue
        yield Detail(
            thing=thing,
            name=names.get(field, field),
            before="" if before is None else words.value(change.entity, before, field),
            after=words.value(change.entity, after, field),
        )


def _attributes(
    thing: str, before: Mapping[str, object], after: Mapping[str, object], *, is_new: bool
) -> Iterator[Detail]:
    """One for each attribute, as each has a name of its own."""
    for name in sorted(changed_fields(before, after)):
        old, new = (_worded(row.get(name)) for row in (before, after))
        yield Detail(thing=thing, name=name, before="" if is_new else old, after=new)


def _worded(value: object) -> str:
    return "not given" if value in (None, "") else f"“{as_it_stands(value)}”"


def _thing(words: Words, change: Change) -> str:
    row = change.before or change.after
    if change.entity == "tag":
        return words.tag(row)
    if change.entity == "codebook":
        return f"codebook {words.codebook(change.id)}"
    name = row.get("path") if change.entity == "footage" else row.get("name")
    return f"{change.entity} {short(as_it_stands(name))}"
