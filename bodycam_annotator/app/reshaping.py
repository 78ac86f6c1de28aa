"""Tags made of tags: split, merged, extended, made again elsewhere. Each is one edit."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bodycam_annotator.app.bounds import Bounds, Onsets
from bodycam_annotator.app.tagging import Span, make_tag
from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import Edit, add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Status, Tag, new_id, utc_now
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


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Where an edge goes to, and the frame that is meant by it, where one is."""

    time_ns: int
    frame: int | None = None


class Place:
    """Works out the fields of `PLACE` on one footage. `sound`: where its sound begins and ends;
    `late_ns` as of `Bounds`."""

    def __init__(
        self,
        project: Project,
        footage: Footage,
        index: "FrameIndex",
        *,
        sound: Span | None,
        late_ns: int = 0,
    ) -> None:
        self.index, self.footage_id = index, footage.id
        self.bounds = Bounds(index=index, late_ns=late_ns)
        self._project, self._footage, self._sound = project, footage, sound

    def of(
        self,
        tag: Tag,
        start_ns: int,
        end_ns: int,
        *,
        first: int | None = None,
        last: int | None = None,
        ends_as: Tag | None = None,
        onsets: Onsets | None = None,
        anew: bool = False,
    ) -> dict[str, Any]:
        """Of that tag, were it there.

        `first` and `last` are the frames that are meant, where they are known; `ends_as` is a tag
        that ends so. An edge that stays keeps its frame. `onsets`, where it may be put to the
        sound, and `anew` are as of `Bounds.moved`. Raises `EditError` where no tag can be.
        """
        made = make_tag(
            self._project,
            self._footage,
            self.index,
            code=tag.code,
            start_ns=start_ns,
            end_ns=None if start_ns == end_ns and tag.start_ns == tag.end_ns else end_ns,
            coder=tag.coder,
            sound=self._sound,
            on_frame=first,
            to_frame=last,
            codebook=tag.codebook,
        )
        values = {name: getattr(made, name) for name in PLACE}
        ends_as = ends_as or tag
        if made.start_ns == tag.start_ns:
            values |= {"start_frame": tag.start_frame, "start_pts": tag.start_pts}
        if made.end_ns == ends_as.end_ns:
            values |= {"end_frame": ends_as.end_frame, "end_pts": ends_as.end_pts}
        values["uncertainty_ns"] = tag.uncertainty_ns
        if (made.start_ns, made.end_ns) != (tag.start_ns, tag.end_ns):
            values["uncertainty_ns"] = self.bounds.moved(
                tag, made.start_ns, made.end_ns, onsets=onsets, anew=anew
            )
        return values


def moved_edges(
    tag: Tag, place: Place, *, start: Edge | None = None, end: Edge | None = None
) -> dict[str, Any]:
    """The fields of `PLACE` with those edges there; the other stays. A mark has its start only.
    Raises `EditError` where no tag can be."""
    if tag.start_ns == tag.end_ns:
        if start is None:
            raise EditError("A mark has no end that could be moved.")
        return place.of(tag, start.time_ns, start.time_ns, first=start.frame, anew=True)
    return place.of(
        tag,
        start.time_ns if start else tag.start_ns,
        end.time_ns if end else tag.end_ns,
        first=start.frame if start else tag.start_frame,
        last=end.frame if end else None,
    )


def split(
    tag: Tag,
    ordinal: int,
    place: Place,
    *,
    coder: str,
    texts: tuple[str, str] | None = None,
    over: Collection[str] = (),
) -> Edit:
    """In two, the second of which begins with that frame. The first keeps the id; the second is
    new and has the rest alike.

    The text stays with the first part, unless `texts` has one for each; `over` are the texts
    that those may have been made of. Raises `EditError` for a mark, where one part would be empty,
    and where the text is another by now.
    """
    if texts is not None and over and tag.text not in over:
        raise EditError("Not split: its text was changed meanwhile; look at it again.")
    at_ns = place.index.time_of(ordinal)
    # Of frames that are shown at one time the first begins the second part.
    while ordinal > 0 and place.index.time_of(ordinal - 1) == at_ns:
        ordinal -= 1
    if not tag.start_ns < at_ns < tag.end_ns:
        raise EditError("Go to a frame inside the span to split it, after its first.")
    before, after = texts if texts is not None else (tag.text, "")
    now = utc_now()
    first = change_tag(
        tag,
        label=f"Split {tag.code}",
        text=before.strip(),
        **place.of(tag, tag.start_ns, at_ns, first=tag.start_frame),
    )
    second = replace(
        tag,
        id=new_id(),
        text=after.strip(),
        coder=coder,
        created_utc=now,
        modified_utc=now,
        **place.of(tag, at_ns, tag.end_ns, first=ordinal),
    )
    return Edit(
        label=f"Split {tag.code}",
        changes=first.changes + add_tags((second,), label="").changes,
    )


def merge(tags: Sequence[Tag], place: Place) -> Edit:
    """Into the first of them, from the earliest start to the latest end; the others are removed.

    Texts and notes are joined in the order of time. What differs in basis and confidence is left
    open, but heard and seen make both; what is disputed of one is of all. Raises `EditError` for
    tags that differ in code, footage, speaker, target or an attribute, and for marks.
    """
    ordered = in_order(tags)
    if len(ordered) < 2:
        raise EditError("Select two or more spans to merge them.")
    first, others = ordered[0], ordered[1:]
    _refuse_unlike(ordered)
    last = max(ordered, key=lambda tag: tag.end_ns)
    label = f"Merge {len(ordered)} {first.code}"
    merged = change_tag(
        first,
        label=label,
        text=_joined(ordered, lambda tag: tag.text),
        note=" ".join(dict.fromkeys(note for tag in ordered if (note := tag.note.strip()))),
        speaker=next((tag.speaker for tag in ordered if tag.speaker), ""),
        target=next((tag.target for tag in ordered if tag.target), ""),
        attributes={
            name: value for tag in reversed(ordered) for name, value in tag.attributes.items()
        },
        basis=_basis({tag.basis for tag in ordered}),
        confidence=first.confidence if len({tag.confidence for tag in ordered}) == 1 else None,
        status=_status({tag.status for tag in ordered}),
        **_merged_place(ordered, place, last),
    )
    gone = withdraw_tags(tuple(others), label="")
    return Edit(label=label, changes=merged.changes + gone.changes)


def extend(tag: Tag, ordinal: int, place: Place) -> Edit:
    """A span to that frame: its end where the frame lies behind it, its start where before.
    Raises `EditError` for a mark, and for a frame inside the span."""
    if tag.start_ns == tag.end_ns:
        raise EditError("A mark cannot be extended; I moves it here.")
    here_ns, after_ns = place.index.time_of(ordinal), place.index.end_of(ordinal)
    if after_ns > tag.end_ns:
        values = place.of(tag, tag.start_ns, after_ns, first=tag.start_frame, last=ordinal)
    elif here_ns < tag.start_ns:
        values = place.of(tag, here_ns, tag.end_ns, first=ordinal)
    else:
        raise EditError("This frame is inside the span already; I and O move its edges here.")
    return change_tag(tag, label=f"Extend {tag.code}", **values)


def again(tag: Tag) -> dict[str, Any]:
    """The fields with which a tag is made again elsewhere: who and how, not what was said."""
    return {
        "speaker": tag.speaker,
        "target": tag.target,
        "attributes": dict(tag.attributes),
    }


def _merged_place(ordered: Sequence[Tag], place: Place, last: Tag) -> dict[str, Any]:
    first = ordered[0]
    values = place.of(first, first.start_ns, last.end_ns, first=first.start_frame, ends_as=last)
    return values | {"uncertainty_ns": place.bounds.merged(first, last, [*ordered])}


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


def _status(found: set[Status]) -> Status:
    if Status.DISPUTED in found:
        return Status.DISPUTED
    return next(iter(found)) if len(found) == 1 else Status.DRAFT


def _basis(found: set[Basis | None]) -> Basis | None:
    if len(found) == 1:
        return next(iter(found))
    return Basis.BOTH if found <= {Basis.SEEN, Basis.HEARD, Basis.BOTH} else None
