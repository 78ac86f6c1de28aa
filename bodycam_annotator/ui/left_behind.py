"""What an earlier sitting left unsaved, in words, and taking it up again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bodycam_annotator.app.deed_words import edit_words
from bodycam_annotator.app.field_words import NAMES, Words, short
from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import Edit, change_tag, row_of
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.unsaved import Kept, Left
from bodycam_annotator.ui.asked import words_in
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.left_check import (
    is_of_removed,
    is_over_newer,
    is_so,
    stranded,
    text_in,
    values_of,
    why_not,
    with_text,
)

_TOLD = 3
"""Things that are named one by one; the others are counted."""

_LONGEST = 60


def in_words(
    lefts: Sequence[Left], project: Project, changers: Mapping[str, str] | None = None
) -> str:
    """One sentence on all of it: whose it is, and what it would change; and what may not be taken
    up. `changers` is as in `Drafts`."""
    coders = dict.fromkeys(left.coder for left in lefts if left.kept)
    of = f" (by {' and '.join(short(coder) for coder in coders)})" if coders else ""
    told, left_out = [], []
    for kept in _all_of(lefts):
        why = why_not(kept, project)
        if why:
            left_out.append(why)
        else:
            told.append(_words(kept, project, changers or {}))
    said = f"Not saved when the program last ended{of}: {_listed(told or ['nothing to take up'])}."
    return f"{said} Left out, as it cannot be put back: {_listed(left_out)}." if left_out else said


def take_up(
    left: Left,
    bridge: ProjectBridge,
    *,
    reopen: Callable[[Tag], bool],
    drop: Callable[[Left, list[str]], object],
) -> list[Tag]:
    """Edits are made, texts go into their tags, spans are open again: one edit each, which undo
    takes back. What is in the project already is not made again.

    `reopen` says whether it could open the span, which needs its footage on screen; what could not
    be stays, and is returned. `drop` is called when a thing is in the project or the window again,
    and for what may not be taken up. What is refused stays, and so does text of tags that were
    removed, and text over what somebody has changed since: see `stranded_words`.
    """
    drop_all = [key for key, kept in left.kept.items() if why_not(kept, bridge.project)]
    fit = {key: kept for key, kept in left.kept.items() if key not in drop_all}
    spans = {
        key: _with_texts(kept.span(), fit)
        for key, kept in fit.items()
        if kept.kind == "span" and not is_so(kept, bridge.project)
    }
    drop_all += [key for key, kept in fit.items() if kept.kind == "span" and key not in spans]
    begun = {span.id for span in spans.values()}
    asked = {change.id for one in bridge.unsaved() for change in one.edit.changes}
    edits = [kept.edit()[0] for kept in fit.values() if kept.kind == "edit"]
    asked |= {change.id for edit in edits for change in edit.changes}
    for key, kept in sorted(fit.items(), key=_order):
        if kept.kind == "span":
            continue
        then = partial(drop, left, [key])
        if kept.kind == "edit":
            edit, speed = kept.edit()
            bridge.do(partial(_as_it_was, kept, edit), speed=speed, then=then)
        elif kept.content["tag"] not in begun and not is_of_removed(kept, bridge.project):
            # Also where the tag is not there yet: an edit before it may be about to make it.
            if kept.content["tag"] not in asked and is_over_newer(kept, bridge.project):
                continue
            bridge.do(partial(_text_edit, kept), then=then)
    closed = []
    for key, span in spans.items():
        if reopen(span):
            drop_all += [key, *(one for one, _ in _texts_of(fit, span.id))]
        else:
            closed.append(span)
    if drop_all:
        drop(left, drop_all)
    return closed


def stranded_text(lefts: Sequence[Left], project: Project) -> str:
    """What was typed into tags that have been removed since, or over what somebody has changed
    since, whole, for the clipboard; empty when there is none."""
    return "\n".join(left.kept[key].content["text"] for left, key in stranded(lefts, project))


def stranded_words(
    lefts: Sequence[Left], project: Project, changers: Mapping[str, str] | None = None
) -> str:
    """A sentence on that text: why it is not put back. `changers` is as in `Drafts`."""
    every = [left.kept[key] for left, key in stranded(lefts, project)]
    told = _listed([_words(kept, project, changers or {}) for kept in every])
    return f"Not put back, but still kept: {told}." if told else ""


def camera_name(tag: Tag, project: Project) -> str:
    known = tag.footage_id in project.footage
    return project.camera_of(tag.footage_id).name if known else "a camera that is not there"


def _order(item: tuple[str, Kept]) -> tuple[bool, list[int], str]:
    """Edits as they followed each other. Then what was typed last before older text of the same
    field, which then stays."""
    key, kept = item
    return kept.kind == "text", [-ord(one) for one in key] if kept.kind == "text" else [], key


def _as_it_was(kept: Kept, edit: Edit, project: Project) -> Edit:
    return replace(edit, changes=()) if is_so(kept, project) else edit


def _text_edit(kept: Kept, project: Project) -> Edit:
    """One without changes, which is not written or logged, where the text is there already."""
    tag = project.tags.get(kept.content["tag"])
    if tag is None or tag.withdrawn:
        raise EditError(f"The tag into which {_quoted(kept)} was typed is not there.")
    if is_over_newer(kept, project):
        raise EditError(f"Not put back, but still kept: {_words(kept, project, {})}.")
    label = f"Change {_field(kept)} of {tag.code}"
    if is_so(kept, project):
        return Edit(label=label, changes=())
    return change_tag(tag, label=label, **values_of(tag, kept))


def _with_texts(span: Tag, every: dict[str, Kept]) -> Tag:
    for _, kept in _texts_of(every, span.id):
        span = with_text(span, kept)
    return span


def _texts_of(every: dict[str, Kept], tag_id: str) -> Iterator[tuple[str, Kept]]:
    for key, kept in every.items():
        if kept.kind == "text" and kept.content["tag"] == tag_id:
            yield key, kept


def _all_of(lefts: Sequence[Left]) -> Iterator[Kept]:
    for left in lefts:
        yield from left.kept.values()


# Words


def _words(kept: Kept, project: Project, changers: Mapping[str, str]) -> str:
    words = Words(project)
    if kept.kind == "edit":
        edit, _ = kept.edit()
        what = f"the edit “{short(edit_words(edit.label, project))}”"
        tags = [change.after for change in edit.changes]
        about = words.tag(tags[0]) if len(tags) == 1 else f"{len(tags):,} tags"
        text = words_in(edit)
        return f"{what} ({about}{f': {short(text, most=_LONGEST)}' if text else ''})"
    if kept.kind == "span":
        row = kept.content
        at = f"{words.time(row, 'start_ns')}{words.on_camera(row)}"
        return f"{words.code(row)}, begun at {at} and not ended"
    what = f"{_quoted(kept)}, typed as {_field(kept)}"
    tag = project.tags.get(kept.content["tag"])
    if tag is None:
        return what
    what = f"{what} of {words.tag(row_of(tag))}"
    if tag.withdrawn:
        return f"{what}, which has been removed"
    if not is_over_newer(kept, project):
        return what
    by = f" by {short(changers[tag.id])}" if tag.id in changers else ""
    now = text_in(tag, kept.content["field"])
    new = f"to “{short(now, most=_LONGEST)}”" if now else "and is empty now"
    return f"{what}, which was changed meanwhile{by} {new}"


def _quoted(kept: Kept) -> str:
    return f"“{short(kept.content['text'], most=_LONGEST)}”"


def _field(kept: Kept) -> str:
    field: str = kept.content["field"]
    return NAMES["tag"].get(field, field.removeprefix("attributes."))


def _listed(told: list[str]) -> str:
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return "; ".join(told[:_TOLD]) + more
