"""Tags made of tags: split, merged, extended, made again elsewhere. Each is one edit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bodycam_annotator.app.tagging import Span, make_tag, spacing
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


class Place:
    """Works out the fields of `PLACE` on one footage. `sound`: where its sound begins and ends."""

    def __init__(
        self, project: Project, footage: Footage, index: "FrameIndex", *, sound: Span | None
    ) -> None:
        self.index, self.footage_id = index, footage.id
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
    ) -> dict[str, Any]:
        """Of that tag, were it there.

        `first` and `last` are the frames that are meant, where they are known; `ends_as` is a tag
        that ends so. An edge that stays keeps its frame, and a bound that somebody has given is
        not made smaller. Raises `EditError` where no tag can be.
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
        return self.kept(tag, made, ends_as=ends_as or tag)

    def kept(self, tag: Tag, made: Tag, *, ends_as: Tag) -> dict[str, Any]:
        """The fields of `made`, less what `tag` knows better of an edge that is the same."""
        values = {name: getattr(made, name) for name in PLACE}
        if made.start_ns == tag.start_ns:
            values |= {"start_frame": tag.start_frame, "start_pts": tag.start_pts}
        if made.end_ns == ends_as.end_ns:
            values |= {"end_frame": ends_as.end_frame, "end_pts": ends_as.end_pts}
        if (made.start_ns, made.end_ns) == (tag.start_ns, tag.end_ns):
            values["uncertainty_ns"] = tag.uncertainty_ns
        else:
            values["uncertainty_ns"] = self._bound(tag, made)
        return values

    def _bound(self, tag: Tag, made: Tag) -> int | None:
        given, usual = tag.uncertainty_ns, made.uncertainty_ns
        if given is None:
            return usual
        if usual is not None:
            own = given != spacing(self.index, tag.start_ns, tag.end_ns)
            return max(given, usual) if own else usual
        # Refined within its bound, it is bound by that and by how far it was moved.
        moved = _moved(tag, made)
        return given + moved if moved <= given else None


def _moved(tag: Tag, made: Tag) -> int:
    return max(abs(made.start_ns - tag.start_ns), abs(made.end_ns - tag.end_ns))


def split(
    tag: Tag, ordinal: int, place: Place, *, coder: str, texts: tuple[str, str] | None = None
) -> Edit:
    """In two, the second of which begins with that frame. The first keeps the id; the second is
    new and has the rest alike.

    The text stays with the first part, unless `texts` has one for each. Raises `EditError` for a
    mark, and where one part would be empty.
    """
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
    """What bounds all of them; unknown where it is of one."""
    first = ordered[0]
    values = place.of(first, first.start_ns, last.end_ns, first=first.start_frame, ends_as=last)
    usual = spacing(place.index, first.start_ns, last.end_ns)
    made = replace(first, **values | {"uncertainty_ns": usual})
    bounds = [place.kept(tag, made, ends_as=tag)["uncertainty_ns"] for tag in ordered]
    known = [bound for bound in bounds if bound is not None]
    return values | {"uncertainty_ns": max(known) if len(known) == len(bounds) else None}


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
