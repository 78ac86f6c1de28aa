"""What an earlier sitting left unsaved, in words, and taking it up again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import Edit, change_tag
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.unsaved import Kept, Left
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.bridge import ProjectBridge

_TOLD = 3
"""Things that are named one by one; the others are counted."""

_LONGEST = 60


def in_words(lefts: Sequence[Left], project: Project) -> str:
    """One sentence on all of it."""
    told = [
        words for left in lefts for kept in left.kept.values() for words in _words(kept, project)
    ]
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return f"Not saved when the program last ended: {'; '.join(told[:_TOLD])}{more}."


def take_up(
    left: Left,
    bridge: ProjectBridge,
    *,
    reopen: Callable[[Tag], bool],
    drop: Callable[[Left, list[str]], object],
) -> list[Tag]:
    """Edits are made, texts go into their tags, spans are open again: one edit each, which undo
    takes back.

    `reopen` says whether it could open the span, which needs its footage on screen; what could not
    be stays, and is returned. `drop` is called when a thing is in the project or the window again.
    """
    spans = {
        key: _with_text(kept.span(), left) for key, kept in left.kept.items() if kept.kind == "span"
    }
    begun = {span.id for span in spans.values()}
    for key, kept in sorted(left.kept.items()):
        then = partial(drop, left, [key])
        if kept.kind == "edit":
            edit, speed = kept.edit()
            bridge.do(partial(_as_it_was, edit), speed=speed, then=then)
        elif kept.kind == "text" and kept.content["tag"] not in begun:
            bridge.do(partial(_text_edit, kept), then=then)
    closed = []
    for key, span in spans.items():
        if reopen(span):
            drop(left, [key, *(one for one, _ in _texts_of(left, span.id))])
        else:
            closed.append(span)
    return closed


def _as_it_was(edit: Edit, project: Project) -> Edit:
    del project
    return edit


def _texts_of(left: Left, tag_id: str) -> Iterator[tuple[str, Kept]]:
    for key, kept in left.kept.items():
        if kept.kind == "text" and kept.content["tag"] == tag_id:
            yield key, kept


def _with_text(span: Tag, left: Left) -> Tag:
    """The span with what was being typed into it."""
    for _, kept in _texts_of(left, span.id):
        span = replace(span, **_values(span, kept))
    return span


def _text_edit(kept: Kept, project: Project) -> Edit:
    tag = project.tags.get(kept.content["tag"])
    if tag is None or tag.withdrawn:
        raise EditError(f"The tag into which “{kept.content['text']}” was typed is not there.")
    field = kept.content["field"].removeprefix("attributes.")
    return change_tag(tag, label=f"Change {field} of {tag.code}", **_values(tag, kept))


def _values(tag: Tag, kept: Kept) -> dict[str, Any]:
    field, text = kept.content["field"], kept.content["text"].strip()
    attribute = field.removeprefix("attributes.")
    if attribute == field:
        return {field: text}
    others = {name: value for name, value in tag.attributes.items() if name != attribute}
    return {"attributes": others | ({attribute: text} if text else {})}


def _words(kept: Kept, project: Project) -> Iterator[str]:
    if kept.kind == "edit":
        yield f"the edit “{kept.content['label']}”"
    elif kept.kind == "span":
        span = kept.span()
        yield f"{_code(span, project)}, begun at {_at(span, project)} and not ended"
    else:
        tag = project.tags.get(kept.content["tag"])
        text = kept.content["text"]
        text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        where = f" of {_code(tag, project)} at {_at(tag, project)}" if tag else ""
        yield f"“{text}”, typed as {kept.content['field'].removeprefix('attributes.')}{where}"


def _code(tag: Tag, project: Project) -> str:
    book = project.codebooks.get(tag.codebook)
    code = book.find(tag.code) if book else None
    return code.name if code else tag.code


def _at(tag: Tag, project: Project) -> str:
    footage = project.footage.get(tag.footage_id)
    at = clock_text(tag.start_ns - (footage.first_ns if footage else 0))
    return f"{at} on {camera_name(tag, project)}" if len(project.footage) > 1 else at


def camera_name(tag: Tag, project: Project) -> str:
    known = tag.footage_id in project.footage
    return project.camera_of(tag.footage_id).name if known else "a camera that is not there"
