"""Which of the things that earlier sittings left unsaved are still to be taken up, and which may.

What is kept aside is a file like any other: it can be older than the project, be there twice, or be
somebody else's work.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bodycam_annotator.model.edits import Change, Edit
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.unsaved import Kept, Left

TEXT_FIELDS = ("text", "speaker", "target", "note")
ATTRIBUTES = "attributes."


def settle(lefts: Sequence[Left], project: Project) -> list[Left]:
    """Drops what is in the project already, and what a later sitting has again; returns those that
    still hold something. `lefts` are oldest first."""
    edits: list[Edit] = []
    for number, left in enumerate(lefts):
        later = list(_all_of(lefts[number + 1 :]))
        done = [
            key
            for key, kept in left.kept.items()
            if is_so(kept, project) or _is_in(kept, edits) or _is_again(kept, later)
        ]
        edits += _edits_of(left.kept.values())
        left.drop(done)
    return [left for left in lefts if left.kept]


def covered(left: Left, edits: Sequence[Edit]) -> list[str]:
    """The keys of what `edits` would bring into the project."""
    return [key for key, kept in left.kept.items() if _is_in(kept, edits)]


def is_so(kept: Kept, project: Project) -> bool:
    """Whether the project is already as it would be with this taken up."""
    if kept.kind == "edit":
        return all(_is_made(change, project) for change in kept.edit()[0].changes)
    if kept.kind == "span":
        return kept.content["id"] in project.tags
    tag = project.tags.get(kept.content["tag"])
    if tag is None or tag.withdrawn or why_not(kept, project):
        return False
    return with_text(tag, kept) == tag


def stranded(lefts: Sequence[Left], project: Project) -> list[tuple[Left, str]]:
    """Text typed into tags that have been removed since, or over what somebody has changed since:
    where it is, and its key."""
    coming = {kept.content["id"] for kept in _all_of(lefts) if kept.kind == "span"}
    coming |= {change.id for edit in _edits_of(_all_of(lefts)) for change in edit.changes}
    return [
        (left, key)
        for left in lefts
        for key, kept in left.kept.items()
        if kept.kind == "text"
        and (
            is_of_removed(kept, project)
            or kept.content["tag"] not in {*project.tags, *coming}
            or (kept.content["tag"] not in coming and is_over_newer(kept, project))
        )
    ]


def is_of_removed(kept: Kept, project: Project) -> bool:
    tag = project.tags.get(kept.content["tag"])
    return tag is not None and tag.withdrawn


def is_over_newer(kept: Kept, project: Project) -> bool:
    """Whether the field holds neither what the text was typed over nor the text: somebody has
    changed it since. Older kept files do not say what it was typed over."""
    tag = project.tags.get(kept.content["tag"])
    if tag is None or "before" not in kept.content or why_not(kept, project):
        return False
    now = text_in(tag, kept.content["field"])
    return now not in (kept.content["before"], kept.content["text"].strip())


def texts_over_newer(lefts: Sequence[Left], project: Project) -> list[str]:
    """The ids of the tags that `is_over_newer` is about."""
    texts = (kept for kept in _all_of(lefts) if kept.kind == "text")
    return [kept.content["tag"] for kept in texts if is_over_newer(kept, project)]


def text_in(tag: Tag, field: str) -> str:
    """What the tag has in a field that text can be typed into; empty for any other field."""
    name = field.removeprefix(ATTRIBUTES)
    if name != field:
        return tag.attributes.get(name, "")
    return str(getattr(tag, field)) if field in TEXT_FIELDS else ""


def why_not(kept: Kept, project: Project) -> str:
    """Why this may not be taken up, in a few words; empty when it may."""
    if kept.kind == "text":
        return "" if _is_field(kept) else "text that is of no field"
    if kept.kind == "span":
        return _why_not_tag(kept.span(), project)
    for change in kept.edit()[0].changes:
        if change.entity != "tag":
            return f"an edit of the {change.entity}, to be made anew"
        for row in (change.before, change.after):
            why = "" if row is None else _why_not_tag(_tag(row), project)
            if why:
                return why
    return ""


def with_text(tag: Tag, kept: Kept) -> Tag:
    """The tag with what was being typed into it."""
    return replace(tag, **values_of(tag, kept))


def values_of(tag: Tag, kept: Kept) -> dict[str, Any]:
    """The field of the tag into which text was being typed, as it is with that."""
    field, text = kept.content["field"], kept.content["text"].strip()
    name = field.removeprefix(ATTRIBUTES)
    if name == field:
        return {field: text}
    others = {other: value for other, value in tag.attributes.items() if other != name}
    return {"attributes": others | ({name: text} if text else {})}


def _is_field(kept: Kept) -> bool:
    field = kept.content["field"]
    return field in TEXT_FIELDS or (field.startswith(ATTRIBUTES) and field != ATTRIBUTES)


def _why_not_tag(tag: Tag, project: Project) -> str:
    book = project.codebooks.get(tag.codebook)
    known = project.tags.get(tag.id)
    if tag.footage_id not in project.footage:
        return "a tag of footage that is not in this project"
    if known is not None and (known.code, known.codebook) == (tag.code, tag.codebook):
        return ""
    return "" if book and book.find(tag.code) else "a tag of a code that is not in this project"


def _is_made(change: Change, project: Project) -> bool:
    if change.entity != "tag":
        return False
    now = project.tags.get(change.id)
    # Nothing but this edit could have made a tag of that id; what it is by now is newer.
    return now is not None and (change.before is None or now == _tag(change.after))


def _is_in(kept: Kept, edits: Iterable[Edit]) -> bool:
    """Whether the edits hold the same edit, or one that writes the same text."""
    if kept.kind == "edit":
        changes = kept.edit()[0].changes
        return any(edit.changes == changes for edit in edits)
    if kept.kind != "text" or not _is_field(kept):
        return False
    rows = [
        change.after
        for edit in edits
        for change in edit.changes
        if change.entity == "tag" and change.id == kept.content["tag"]
    ]
    return bool(rows) and with_text(tag := _tag(rows[-1]), kept) == tag


def _is_again(kept: Kept, later: Sequence[Kept]) -> bool:
    """Whether it was put back once and is left behind again: then what came later is newer. Of an
    edit the older one stays, as those that follow build on it."""
    if kept.kind == "span":
        return any(one.kind == "span" and one.content["id"] == kept.content["id"] for one in later)
    if kept.kind != "text":
        return False
    return any(_same_text(kept, one) for one in later) or _is_in(kept, _edits_of(later))


def _same_text(kept: Kept, other: Kept) -> bool:
    names = ("tag", "field", "text")
    return other.kind == "text" and all(kept.content[one] == other.content[one] for one in names)


def _all_of(lefts: Iterable[Left]) -> Iterator[Kept]:
    for left in lefts:
        yield from left.kept.values()


def _edits_of(every: Iterable[Kept]) -> list[Edit]:
    return [kept.edit()[0] for kept in every if kept.kind == "edit"]


def _tag(row: Any) -> Tag:  # noqa: ANN401 - a tag's row
    return Kept(kind="span", content=row).span()
