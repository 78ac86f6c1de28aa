"""What an entry of the audit log did, as one sentence.

As `field_words`: whatever the rows hold, nothing here raises.
"""

import re
from collections.abc import Iterator, Sequence

from bodycam_annotator.app.codebook_words import turn_of, turn_words
from bodycam_annotator.app.field_words import (
    FOUND_AT,
    MISSING,
    NAMES,
    SAME_CONTENT,
    Words,
    as_it_stands,
    changed_fields,
    is_number,
    same,
    short,
)
from bodycam_annotator.model.edits import Change, Entity, Row
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage.audit import AuditEntry

_IMPORT = re.compile(r"Import (?P<file>.+) \(SHA-256 (?P<sha256>[0-9a-f]{64})\)", re.DOTALL)
_OF_CODE = re.compile(
    r"(?P<did>Tag|Remove|Split|Extend|Merge \d+|Change .+ of) (?P<code>\S+)", re.DOTALL
)
_IN_QUOTES = re.compile("“([^“”]*)”")
_HASH_SHOWN = 12
_PHRASES = 3
_NAMES = 8

_PLACE = frozenset(
    ["start_ns", "end_ns", "start_frame", "end_frame", "start_pts", "end_pts", "uncertainty_ns"]
)


def deed_of(words: Words, entry: AuditEntry) -> str:
    """Without its subject and full stop: the coder did this."""
    if not entry.changes:
        return f"“{short(edit_words(entry.label, words.project))}”, which changed nothing"
    tags = [change for change in entry.changes if change.entity == "tag"]
    if entry.action == "create":
        return _made_project(words, entry.changes)
    imported = _IMPORT.fullmatch(entry.label)
    others = [one for one in entry.changes if one.entity != "tag"]
    if imported and tags:
        file, sha256 = short(imported["file"], most=60), imported["sha256"][:_HASH_SHOWN]
        rest = "".join(f"; {phrase}" for phrase in _about_the_rest(words, others, read=False))
        return f"imported {file} (SHA-256 {sha256}…): {_counts(tags)}{rest}"
    read = entry.label.startswith(FOUND_AT) or entry.label.endswith(SAME_CONTENT)
    phrases = list(_about_the_rest(words, others, read=read))
    reshaped = _reshaped(words, entry.label, tags)
    if reshaped:
        phrases.append(reshaped)
    elif len(tags) > 1:
        some = ", ".join(words.tag(tag.before or tag.after) for tag in tags[:_PHRASES])
        more = f" and {len(tags) - _PHRASES:,} more" if len(tags) > _PHRASES else ""
        phrases.append(f"{_verbs(tags)}: {some}{more}")
    elif tags:
        phrases.append(_about_tag(words, tags[0]))
    left = len(phrases) - _PHRASES
    more = f"; and {left:,} more" if left > 0 else ""
    return "; ".join(phrases[:_PHRASES]) + more


def _made_project(words: Words, changes: Sequence[Change]) -> str:
    incident = next((one.after for one in changes if one.entity == "incident"), {})
    name = short(as_it_stands(incident.get("name", "")))
    label = as_it_stands(incident.get("codebook", ""))
    return f"made the project “{name}” with the codebook {words.codebook(label)}"


def edit_words(label: str, project: Project) -> str:
    """An edit's label with the code's name for its id: `Change text of door_opened` becomes
    `Change text of Door opened`. Any other label stays as it is."""
    found = _OF_CODE.fullmatch(label)
    if found is None:
        return label
    books = (project.codebook, *project.codebooks.values())
    code = next((code for book in books if (code := book.find(found["code"]))), None)
    return f"{found['did']} {code.name}" if code else label


def sentence_words(sentence: str, project: Project) -> str:
    """A sentence that quotes edits by their labels, as why one was refused: with `edit_words`."""
    return _IN_QUOTES.sub(lambda quoted: f"“{edit_words(quoted[1], project)}”", sentence)


# Tags


def _verb(change: Change) -> str:
    if change.before is None:
        return "added"
    was, is_now = bool(change.before.get("withdrawn")), bool(change.after.get("withdrawn"))
    if was == is_now:
        return "changed"
    return "removed" if is_now else "brought back"


def _by_verb(tags: Sequence[Change]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for tag in tags:
        verb = _verb(tag)
        counts[verb] = counts.get(verb, 0) + 1
    return counts


def _counts(tags: Sequence[Change]) -> str:
    """`12 tags added, 3 changed`"""
    first, *others = _by_verb(tags).items()
    noun = "tag" if first[1] == 1 else "tags"
    return ", ".join([f"{first[1]:,} {noun} {first[0]}", *(f"{n:,} {v}" for v, n in others)])


def _verbs(tags: Sequence[Change]) -> str:
    """`removed 3 tags`"""
    return " and ".join(
        f"{verb} {count:,} tag{'s' * (count != 1)}" for verb, count in _by_verb(tags).items()
    )


def _reshaped(words: Words, label: str, tags: Sequence[Change]) -> str:
    """`split Utterance at 00:00:36.203 into two, at 00:00:37.100`, where label and rows both say
    so; else empty."""
    kept = [tag for tag in tags if _verb(tag) == "changed"]
    others = [tag for tag in tags if _verb(tag) != "changed"]
    if len(kept) != 1 or not others:
        return ""
    first, before = kept[0], kept[0].before or {}
    if any(_kind(tag.after) != _kind(first.after) for tag in others):
        return ""
    if label.startswith("Split ") and len(others) == 1 and _verb(others[0]) == "added":
        second = others[0].after
        meet = same(first.after.get("end_ns"), second.get("start_ns"))
        whole = same(first.after.get("start_ns"), before.get("start_ns")) and same(
            second.get("end_ns"), before.get("end_ns")
        )
        if not (meet and whole):
            return ""
        parted = f"split {words.tag(before)} into two, at {words.time(second, 'start_ns')}"
        return parted + _texts_of_parts(before, first.after, second)
    if label.startswith("Merge ") and all(_verb(tag) == "removed" for tag in others):
        count = {2: "two"}.get(len(tags), f"{len(tags):,}")
        return f"merged {count} tags into {_placed(words, first.after)}"
    return ""


def _texts_of_parts(before: Row, first: Row, second: Row) -> str:
    """Empty where the text stayed with the first part as it was."""
    if same(first.get("text"), before.get("text")) and not second.get("text"):
        return ""
    old, one, two = (_text(row) for row in (before, first, second))
    return f", and its text {old} into {one} and {two}"


def _text(row: Row) -> str:
    return _quoted(row["text"]) if row.get("text") else "(empty)"


def _kind(row: Row) -> tuple[str, str]:
    return as_it_stands(row.get("code")), as_it_stands(row.get("footage_id"))


def _about_tag(words: Words, change: Change) -> str:
    before, after = change.before, change.after
    if before is None:
        return f"tagged {_placed(words, after)}"
    fields = changed_fields(before, after) - {"modified_utc"}
    if fields == {"withdrawn"} and _verb(change) != "changed":
        return f"{_verb(change)} {_placed(words, before)}"
    thing = words.tag(before)
    if fields & {"start_ns", "end_ns"}:
        moved, others = _moved(words, before, after, fields), fields - _PLACE
        if not others:
            return moved
        if len(others) > 1:
            return f"{moved}, and changed its {_listed('tag', others)}"
        (other,) = others
        return f"{moved}, and changed its {_from_to(words, change, before, other)}"
    if fields == {"code"}:
        return f"changed {thing} to {words.code(after)}"
    if fields == {"attributes"}:
        return _attributes(before, after, thing)
    return _fields(words, change, thing, fields)


def _placed(words: Words, row: Row) -> str:
    """`Shot at 00:00:48.114 (frame 1442)`, `Utterance from ... to ... (frames 5 to 9)`"""
    start, end = row.get("start_ns"), row.get("end_ns")
    first, last = row.get("start_frame"), row.get("end_frame")
    frames = f" (frame {first})" if is_number(first) else ""
    if same(start, end):
        return f"{words.code(row)} at {words.time(row, 'start_ns')}{frames}{words.on_camera(row)}"
    if is_number(first) and is_number(last) and first != last:
        frames = f" (frames {first} to {last})"
    span = f"from {words.time(row, 'start_ns')} to {words.time(row, 'end_ns')}"
    return f"{words.code(row)} {span}{frames}{words.on_camera(row)}"


def _moved(words: Words, before: Row, after: Row, fields: frozenset[str]) -> str:
    code, camera = words.code(before), words.on_camera(before)

    def edge(field: str) -> str:
        old, new = (words.time(row, field) for row in (before, after))
        if old == new:
            # What differs is finer than milliseconds.
            old, new = (words.value("tag", row, field) for row in (before, after))
        return f"from {old} to {new}{camera}"

    is_mark = all(same(row.get("start_ns"), row.get("end_ns")) for row in (before, after))
    starts, ends = "start_ns" in fields, "end_ns" in fields
    if is_mark and starts:
        return f"moved {code} {edge('start_ns')}"
    if starts and ends:
        return f"moved {code}: its start {edge('start_ns')}, its end {edge('end_ns')}"
    which = "start" if starts else "end"
    return f"moved the {which} of {code} {edge(f'{which}_ns')}"


def _attributes(before: Row, after: Row, thing: str) -> str:
    """`changed the shooter of Shot at ...: “Officer 1” → “Officer 2”`"""
    old, new = before.get("attributes", {}), after.get("attributes", {})
    if not isinstance(old, dict) or not isinstance(new, dict):
        return f"changed the attributes of {thing}"
    names = sorted(changed_fields(old, new))
    if len(names) != 1:
        told = _and([short(name, most=40) for name in names]) or "attributes"
        return f"changed the {told} of {thing}"
    values = [row.get(names[0], MISSING) for row in (old, new)]
    words = ["not given" if value in (MISSING, "") else _quoted(value) for value in values]
    return f"changed the {short(names[0], most=40)} of {thing}: {words[0]} → {words[1]}"


# Everything else


def _about_the_rest(words: Words, changes: Sequence[Change], *, read: bool) -> Iterator[str]:
    """A camera that came with its footage is told with that. `read`: by its label, the entry was
    made because the footage had been read and had its SHA-256."""
    cameras = {
        change.id: change.after
        for change in changes
        if change.entity == "camera" and change.before is None
    }
    told = set()
    for change in changes:
        camera_id = change.after.get("camera_id")
        if change.entity == "footage" and change.before is None and isinstance(camera_id, str):
            told.add(camera_id)
            name = cameras[camera_id].get("name") if camera_id in cameras else None
            camera = words.camera(camera_id) if name is None else as_it_stands(name)
            yield f"added footage {_footage(change.after)} as {short(camera)}"
    turn = turn_of(changes)
    if turn is not None:
        yield turn_words(words, turn, changes)
    for change in changes:
        if turn is not None and (change.entity == "incident" or change.id == turn[1]):
            continue
        if change.before is not None:
            yield _about_row(words, change, change.before, read=read)
        elif change.entity == "camera" and change.id not in told:
            yield f"added the camera {short(as_it_stands(change.after.get('name')))}"
        elif change.entity == "codebook":
            yield f"added the codebook {words.codebook(change.id)}"
        elif change.entity == "incident":
            yield f"added the incident {short(as_it_stands(change.after.get('name')))}"
        elif change.entity == "footage" and not isinstance(change.after.get("camera_id"), str):
            yield f"added footage {_footage(change.after)}"


def _about_row(words: Words, change: Change, before: Row, *, read: bool) -> str:
    fields = changed_fields(before, change.after)
    if change.entity == "footage":
        thing = f"footage {_file(before)}"
        if read and fields and fields <= {"path", "modified_ns"} and before.get("sha256"):
            return _read_again(words, change, before, fields)
        if fields == {"path"}:
            was, now = (_quoted(row.get("path")) for row in (before, change.after))
            return f"{thing} is now at {now}; it was at {was}"
    elif change.entity == "camera":
        thing = f"the camera {short(as_it_stands(before.get('name')))}"
    else:
        thing = f"the {change.entity}"
    return _fields(words, change, thing, fields)


def _read_again(words: Words, change: Change, before: Row, fields: frozenset[str]) -> str:
    """`found footage bwc.mp4 at “b/bwc.mp4”: same SHA-256; it was at “a/bwc.mp4”"""
    date = words.value("footage", change.after, "modified_ns")
    if "path" not in fields:
        was = words.value("footage", before, "modified_ns")
        return (
            f"read footage {_file(before)} again: same content, new file date {short(date)}; it "
            f"was {short(was)}"
        )
    old, new = (_quoted(row.get("path")) for row in (before, change.after))
    dated = f" and new file date {short(date)}" if "modified_ns" in fields else ""
    return f"found footage {_file(before)} at {new}: same SHA-256{dated}; it was at {old}"


def _fields(words: Words, change: Change, thing: str, fields: frozenset[str]) -> str:
    before = change.before or {}
    if not fields:
        return f"saved {thing} as it was"
    if len(fields) > 1:
        return f"changed the {_listed(change.entity, fields)} of {thing}"
    (field,) = fields
    name = NAMES[change.entity].get(field, short(field))
    old_new = _from_to(words, change, before, field).removeprefix(f"{name}: ")
    return f"changed the {name} of {thing}: {old_new}"


def _from_to(words: Words, change: Change, before: Row, field: str) -> str:
    """`basis: not given → heard`"""
    old, new = (
        short(words.value(change.entity, row, field), most=120) for row in (before, change.after)
    )
    return f"{NAMES[change.entity].get(field, short(field))}: {old} → {new}"


def _listed(entity: Entity, fields: frozenset[str]) -> str:
    names = NAMES[entity]
    known = [name for field, name in names.items() if field in fields]
    return _and(known + sorted(short(field, most=40) for field in fields - names.keys()))


def _and(names: Sequence[str]) -> str:
    told = [*names[:_NAMES], f"{len(names) - _NAMES} more"] if len(names) > _NAMES else [*names]
    return " and ".join(part for part in (", ".join(told[:-1]), *told[-1:]) if part)


def _quoted(value: object) -> str:
    return f"“{short(as_it_stands(value))}”"


def _file(row: Row) -> str:
    return short(as_it_stands(row.get("path", "")).rpartition("/")[2])


def _footage(row: Row) -> str:
    sha256 = row.get("sha256")
    if not isinstance(sha256, str) or not sha256:
        return _file(row)
    return f"{_file(row)} (SHA-256 {short(sha256[:_HASH_SHOWN])}…)"
