"""Tags made of tags: split, merged, extended, made again elsewhere. Each is one edit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bodycam_annotator.app.tagging import Span, make_tag
from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import Edit, add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag, new_id, utc_now
from bodycam_annotator.model.timeline import in_order

if TYPE_CHECKING:
    from bodycam_annotator.media.index import FrameIndex

PLACE = (
    "start_ns",
    "end_ns",
    "start_frame",
    "end_frame",
    "start_pts",
    "end_pts",
    "uncertainty_ns",
)
"""The fields that say where on the footage a tag lies."""

_SAID = ("speaker", "target")


class Place:
    """Works out the fields of `PLACE` on one footage. `sound`: where its sound begins and ends."""

    def __init__(
        self, project: Project, footage: Footage, index: "FrameIndex", *, sound: Span | None
    ) -> None:
        self._project, self._footage, self._index, self._sound = project, footage, index, sound

    def of(
        self,
        tag: Tag,
        start_ns: int,
        end_ns: int,
        *,
        first: int | None = None,
        end_of: Tag | None = None,
    ) -> dict[str, Any]:
        """Of that tag, were it there. `first` is the frame that is meant where several begin then;
        `end_of` a tag that ends so, with the frame that was meant. Raises `EditError` where no tag
        can be."""
        made = make_tag(
            self._project,
            self._footage,
            self._index,
            code=tag.code,
            start_ns=start_ns,
            end_ns=None if start_ns == end_ns and tag.start_ns == tag.end_ns else end_ns,
            coder=tag.coder,
            sound=self._sound,
            on_frame=first,
            codebook=tag.codebook,
        )
        if end_of is not None:
            made = replace(made, end_frame=end_of.end_frame, end_pts=end_of.end_pts)
        return {name: getattr(made, name) for name in PLACE}


def split(tag: Tag, at_ns: int, place: Place, *, coder: str, text_at: int | None = None) -> Edit:
    """In two at that time: the first part keeps the id, the second is new and has the rest alike.

    The text stays with the first part; given `text_at` what comes after that many characters goes
    to the second. Raises `EditError` for a mark, and where one part would be empty.
    """
    if not tag.start_ns < at_ns < tag.end_ns:
        raise EditError("Go to a frame inside the span to split it, after its first.")
    cut = len(tag.text) if text_at is None else text_at
    now = utc_now()
    first = change_tag(
        tag,
        label=f"Split {tag.code}",
        text=tag.text[:cut].rstrip(),
        **place.of(tag, tag.start_ns, at_ns, first=tag.start_frame),
    )
    second = replace(
        tag,
        id=new_id(),
        text=tag.text[cut:].lstrip(),
        coder=coder,
        created_utc=now,
        modified_utc=now,
        **place.of(tag, at_ns, tag.end_ns, end_of=tag),
    )
    return Edit(
        label=f"Split {tag.code}",
        changes=first.changes + add_tags((second,), label="").changes,
    )


def merge(tags: Sequence[Tag], place: Place) -> Edit:
    """Into the first of them, from the earliest start to the latest end; the others are removed.

    Texts and notes are joined in the order of time. What differs in basis and confidence is left
    open, but heard and seen make both. Raises `EditError` for tags that differ in code, footage,
    speaker, target or an attribute, and for marks.
    """
    ordered = in_order(tags)
    if len(ordered) < 2:
        raise EditError("Select two or more spans to merge them.")
    first, others = ordered[0], ordered[1:]
    _refuse_unlike(ordered)
    last = max(ordered, key=lambda tag: tag.end_ns)
    attributes = {
        name: value for tag in reversed(ordered) for name, value in tag.attributes.items()
    }
    merged = change_tag(
        first,
        label=f"Merge {len(ordered)} {first.code}",
        text=_joined(ordered, lambda tag: tag.text),
        note=_joined(ordered, lambda tag: tag.note),
        speaker=next((tag.speaker for tag in ordered if tag.speaker), ""),
        target=next((tag.target for tag in ordered if tag.target), ""),
        attributes=attributes,
        basis=_basis({tag.basis for tag in ordered}),
        confidence=first.confidence if len({tag.confidence for tag in ordered}) == 1 else None,
        **place.of(
            first,
            first.start_ns,
            last.end_ns,
            first=first.start_frame,
            end_of=last,
        ),
    )
    gone = withdraw_tags(tuple(others), label="")
    return Edit(label=f"Merge {len(ordered)} {first.code}", changes=merged.changes + gone.changes)


def extend(tag: Tag, here_ns: int, after_ns: int, place: Place) -> Edit:
    """A span to the frame from `here_ns` to `after_ns`: its end where that lies behind it, its
    start where before. Raises `EditError` for a mark, and for a frame inside the span."""
    if tag.start_ns == tag.end_ns:
        raise EditError("A mark cannot be extended; I moves it here.")
    if after_ns > tag.end_ns:
        start_ns, end_ns = tag.start_ns, after_ns
    elif here_ns < tag.start_ns:
        start_ns, end_ns = here_ns, tag.end_ns
    else:
        raise EditError("This frame is inside the span already; I and O move its edges here.")
    return change_tag(tag, label=f"Extend {tag.code}", **place.of(tag, start_ns, end_ns))


def again(tag: Tag) -> dict[str, Any]:
    """The fields with which a tag is made again elsewhere: who and how, not what was said."""
    return {
        "speaker": tag.speaker,
        "target": tag.target,
        "attributes": dict(tag.attributes),
    }


def _refuse_unlike(tags: Sequence[Tag]) -> None:
    if any(tag.start_ns == tag.end_ns for tag in tags):
        raise EditError("Marks cannot be merged, only spans.")
    for what, values in (
        ("code", {tag.code for tag in tags}),
        ("camera", {tag.footage_id for tag in tags}),
        ("codebook version", {tag.codebook for tag in tags}),
        *((name, {getattr(tag, name) for tag in tags} - {""}) for name in _SAID),
    ):
        if len(values) > 1:
            raise EditError(f"They differ in {what}, so they cannot be merged.")
    for name in {name for tag in tags for name in tag.attributes}:
        if len({tag.attributes[name] for tag in tags if tag.attributes.get(name)}) > 1:
            raise EditError(f"They differ in {name}, so they cannot be merged.")


def _joined(tags: Sequence[Tag], of: Callable[[Tag], str]) -> str:
    return " ".join(text for tag in tags if (text := of(tag).strip()))


def _basis(found: set[Basis | None]) -> Basis | None:
    if len(found) == 1:
        return next(iter(found))
    return Basis.BOTH if found <= {Basis.SEEN, Basis.HEARD, Basis.BOTH} else None
