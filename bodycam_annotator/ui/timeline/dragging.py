"""Tags that are being moved: where they would go, until they are let go of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bodycam_annotator.model.snapping import Places, Snap, nearest, on_sample, snap
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import samples_to_ns
from bodycam_annotator.ui.timeline.tracks import Part

Span = tuple[int, int]


@dataclass(frozen=True)
class Held:
    """A tag that moves; `seen`: its edges belong on frames."""

    tag: Tag
    seen: bool


class Drag:
    """One edge, or whole tags, under the pointer. Nothing is changed until it is let go of.

    Attributes:
        preview: by tag id, where it would lie now.
        snapped: what the edge that is nearest to something has gone to; None while it goes freely.
        off_ns: how far from the edge that follows the pointer it was taken hold of.
        let_go: it has been put there, and the edit is under way.
    """

    def __init__(
        self, held: Held, part: Part, others: Sequence[Held], grabbed_ns: int, places: Places
    ) -> None:
        """`held` is the tag under the pointer at `grabbed_ns`; `others` move along with it."""
        self._held, self._part = held, part
        self._others = tuple(others) if part is Part.BODY else ()
        self._go_among(places)
        self.off_ns = grabbed_ns - (held.tag.end_ns if part is Part.END else held.tag.start_ns)
        self.preview: dict[str, Span] = {}
        self.snapped: Snap | None = None
        self.let_go = False

    @property
    def tag(self) -> Tag:
        """The one under the pointer."""
        return self._held.tag

    @property
    def part(self) -> Part:
        return self._part

    @property
    def held(self) -> tuple[Held, ...]:
        """All that move, the one under the pointer first."""
        return self._held, *self._others

    def renew(self, held: Sequence[Held], places: Places) -> None:
        """`held` are the same tags as they are now; see `why_not`. To be followed by `to`."""
        self._held, *others = held
        self._others = tuple(others)
        self._go_among(places)

    def _go_among(self, places: Places) -> None:
        self._places, self._starts, self._ends = places, places.of_starts, places.of_ends

    @property
    def moves(self) -> list[tuple[str, int, int]]:
        """Tag ids with the start and end they would get; only those that would change."""
        was = self.was
        return [(tag_id, *span) for tag_id, span in self.preview.items() if span != was[tag_id]]

    @property
    def was(self) -> dict[str, Span]:
        """By tag id, where it lay as far as is known here."""
        return {one.tag.id: (one.tag.start_ns, one.tag.end_ns) for one in self.held}

    def to(self, pointer_ns: int, *, within_ns: int, free: bool) -> None:
        """The pointer is there now. `free`: nothing is snapped to."""
        wanted_ns = pointer_ns - self.off_ns
        tag = self._held.tag
        if self._part is Part.BODY:
            self._move_body(wanted_ns, within_ns=within_ns, free=free)
            return
        first, end = self._bounds_of(self._held)
        if self._part is Part.START:
            latest = self._before(tag.end_ns)
            among = None if free else self._starts
            start = self._edge(wanted_ns, first, latest, among, within_ns)
            self.preview = {tag.id: (start, tag.end_ns)}
        else:
            earliest = self._after(tag.start_ns)
            among = None if free else self._ends
            stop = self._edge(wanted_ns, earliest, end, among, within_ns)
            self.preview = {tag.id: (tag.start_ns, stop)}

    def _edge(
        self, wanted_ns: int, earliest: int, latest: int, among: Places | None, within_ns: int
    ) -> int:
        """`among`: what it may go to; None where it goes freely."""
        wanted_ns = min(max(wanted_ns, earliest), max(earliest, latest))
        found = None if among is None else self._snap(wanted_ns, among, within_ns)
        if found is not None and not earliest <= found.time_ns <= latest:
            found = None
        self.snapped = found
        if found is not None:
            return found.time_ns
        time_ns = self._rest(wanted_ns, self._held)
        return time_ns if earliest <= time_ns <= latest else wanted_ns

    def _move_body(self, wanted_ns: int, *, within_ns: int, free: bool) -> None:
        tag = self._held.tag
        length = tag.end_ns - tag.start_ns
        start_ns = tag.start_ns + self._bounded(wanted_ns - tag.start_ns)
        found = None if free else self._snap(start_ns, self._starts, within_ns)
        by_ns = start_ns - tag.start_ns if found is None else found.time_ns - tag.start_ns
        if length and not free and not self._held.seen:
            # Of what is heard, either edge may find something near.
            last = self._snap(start_ns + length, self._ends, within_ns)
            if last is not None and (
                found is None
                or abs(last.time_ns - start_ns - length) < abs(found.time_ns - start_ns)
            ):
                found, by_ns = last, last.time_ns - tag.end_ns
        if self._bounded(by_ns) != by_ns:
            found, by_ns = None, self._bounded(by_ns)
        self.snapped = found
        self.preview = {
            one.tag.id: self._laid(one, by_ns, free=free, snapped=found is not None)
            for one in self.held
        }

    def _laid(self, held: Held, by_ns: int, *, free: bool, snapped: bool) -> Span:
        """Where it lies when moved by so much; its length stays, but for what is seen to the
        nearest frame."""
        tag = held.tag
        if by_ns == 0:
            return tag.start_ns, tag.end_ns
        start_ns, length = tag.start_ns + by_ns, tag.end_ns - tag.start_ns
        if held.seen and not free:
            start_ns = _on_frame(start_ns, self._starts)
            end_ns = _on_frame(start_ns + length, self._ends) if length else start_ns
            return start_ns, max(end_ns, self._after_frame(start_ns) if length else start_ns)
        if not snapped and not held.seen:
            start_ns = on_sample(start_ns, self._places.samples)
        return start_ns, start_ns + length

    def _bounded(self, by_ns: int) -> int:
        """So far that none of the tags would leave the footage."""
        bounds = [(one.tag, *self._bounds_of(one)) for one in self.held]
        least = min(max(first - tag.start_ns for tag, first, _ in bounds), 0)
        most = max(min(end - tag.end_ns for tag, _, end in bounds), 0)
        return min(max(by_ns, least), most)

    def _bounds_of(self, held: Held) -> Span:
        """What is seen stays where there are frames; a mark is on one, at the latest the last."""
        if not held.seen or not len(self._starts.frames):
            return self._places.bounds
        is_mark = held.tag.start_ns == held.tag.end_ns
        last = (self._starts if is_mark else self._places).frames[-1]
        return int(self._starts.frames[0]), int(last)

    def _snap(self, time_ns: int, among: Places, within_ns: int) -> Snap | None:
        return snap(time_ns, among, seen=self._held.seen, within_ns=within_ns)

    def _rest(self, time_ns: int, held: Held) -> int:
        """Where an edge lies that goes to nothing."""
        return time_ns if held.seen else on_sample(time_ns, self._places.samples)

    def _before(self, time_ns: int) -> int:
        """The latest that a span may start which ends then."""
        if self._held.seen:
            frames = self._starts.frames
            at = int(np.searchsorted(frames, time_ns)) - 1
            if at >= 0:
                return int(frames[at])
        return time_ns - self._least()

    def _after(self, time_ns: int) -> int:
        return self._after_frame(time_ns) if self._held.seen else time_ns + self._least()

    def _after_frame(self, time_ns: int) -> int:
        frames = self._ends.frames
        at = int(np.searchsorted(frames, time_ns, side="right"))
        return int(frames[at]) if at < len(frames) else time_ns + self._least()

    def _least(self) -> int:
        """The shortest span of what is heard: one sample."""
        samples = self._places.samples
        return 1 if samples is None else samples_to_ns(1, samples[1])


def _on_frame(time_ns: int, among: Places) -> int:
    near = nearest(among.frames, time_ns)
    return time_ns if near is None else near


def why_not(part: Part, before: Sequence[Tag], tags: Mapping[str, Tag]) -> str:
    """Why tags cannot be dragged on by that part, given as they were: a sentence, or nothing.

    `tags` are those of now. What is not dragged may change meanwhile: it is kept as it is now.
    """
    many = len(before) > 1
    if any(one.id not in tags for one in before):
        gone = "one of the tags is" if many else "the tag is"
        return f"Not moved: {gone} no longer there."
    edges = {Part.START: ("start_ns",), Part.END: ("end_ns",)}.get(part, ("start_ns", "end_ns"))
    for one in before:
        now = tags[one.id]
        was_mark, is_mark = one.start_ns == one.end_ns, now.start_ns == now.end_ns
        if was_mark != is_mark or any(getattr(one, at) != getattr(now, at) for at in edges):
            what = {Part.START: "its start", Part.END: "its end"}.get(part, "the tag")
            what = "one of the tags" if many else what
            return f"Not moved: {what} was changed meanwhile."
    return ""


def places_around(places: Places, held: Sequence[Held], tags: Iterable[Tag]) -> Places:
    """`places` with the edges of those `tags` that are not moved themselves."""
    moved = {one.tag.id for one in held}
    edges = {edge for tag in tags if tag.id not in moved for edge in (tag.start_ns, tag.end_ns)}
    return replace(places, edges=np.array(sorted(edges), dtype=np.int64))
