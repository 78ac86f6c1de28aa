"""Tags that are being moved: where they would go, until they are let go of."""

from collections.abc import Iterable, Sequence
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
        self._held, self._part, self._places = held, part, places
        self._others = others if part is Part.BODY else ()
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
    def moves(self) -> list[tuple[str, int, int]]:
        """Tag ids with the start and end they would get; only those that would change."""
        tags = {one.tag.id: one.tag for one in (self._held, *self._others)}
        return [
            (tag_id, *span)
            for tag_id, span in self.preview.items()
            if span != (tags[tag_id].start_ns, tags[tag_id].end_ns)
        ]

    def to(self, pointer_ns: int, *, within_ns: int, free: bool) -> None:
        """The pointer is there now. `free`: nothing is snapped to."""
        wanted_ns = pointer_ns - self.off_ns
        tag = self._held.tag
        if self._part is Part.BODY:
            self._move_body(wanted_ns, within_ns=within_ns, free=free)
            return
        first, end = self._places.bounds
        if self._part is Part.START:
            latest = self._before(tag.end_ns)
            start = self._edge(wanted_ns, first, latest, within_ns=within_ns, free=free)
            self.preview = {tag.id: (start, tag.end_ns)}
        else:
            earliest = self._after(tag.start_ns)
            stop = self._edge(wanted_ns, earliest, end, within_ns=within_ns, free=free)
            self.preview = {tag.id: (tag.start_ns, stop)}

    def _edge(
        self, wanted_ns: int, earliest: int, latest: int, *, within_ns: int, free: bool
    ) -> int:
        wanted_ns = min(max(wanted_ns, earliest), max(earliest, latest))
        found = None if free else self._snap(wanted_ns, self._held, within_ns)
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
        found = None if free else self._snap(start_ns, self._held, within_ns)
        by_ns = start_ns - tag.start_ns if found is None else found.time_ns - tag.start_ns
        if length and not free and not self._held.seen:
            # Of what is heard, either edge may find something near.
            last = self._snap(start_ns + length, self._held, within_ns)
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
            for one in (self._held, *self._others)
        }

    def _laid(self, held: Held, by_ns: int, *, free: bool, snapped: bool) -> Span:
        """Where it lies when moved by so much; its length stays, but for what is seen to the
        nearest frame."""
        tag = held.tag
        if by_ns == 0:
            return tag.start_ns, tag.end_ns
        start_ns, length = tag.start_ns + by_ns, tag.end_ns - tag.start_ns
        if held.seen and not free:
            start_ns = self._on_frame(start_ns)
            end_ns = self._on_frame(start_ns + length) if length else start_ns
            return start_ns, max(end_ns, self._after_frame(start_ns) if length else start_ns)
        if not snapped and not held.seen:
            start_ns = on_sample(start_ns, self._places.samples)
        return start_ns, start_ns + length

    def _bounded(self, by_ns: int) -> int:
        """So far that none of the tags would leave the footage."""
        tags = [one.tag for one in (self._held, *self._others)]
        first, end = self._places.bounds
        least = min(first - min(tag.start_ns for tag in tags), 0)
        most = max(end - max(tag.end_ns for tag in tags), 0)
        return min(max(by_ns, least), most)

    def _snap(self, time_ns: int, held: Held, within_ns: int) -> Snap | None:
        return snap(time_ns, self._places, seen=held.seen, within_ns=within_ns)

    def _rest(self, time_ns: int, held: Held) -> int:
        """Where an edge lies that goes to nothing."""
        return time_ns if held.seen else on_sample(time_ns, self._places.samples)

    def _on_frame(self, time_ns: int) -> int:
        near = nearest(self._places.frames, time_ns)
        return time_ns if near is None else near

    def _before(self, time_ns: int) -> int:
        """The latest that a span may start which ends then."""
        if self._held.seen:
            frames = self._places.frames
            at = int(np.searchsorted(frames, time_ns)) - 1
            if at >= 0:
                return int(frames[at])
        return time_ns - self._least()

    def _after(self, time_ns: int) -> int:
        return self._after_frame(time_ns) if self._held.seen else time_ns + self._least()

    def _after_frame(self, time_ns: int) -> int:
        frames = self._places.frames
        at = int(np.searchsorted(frames, time_ns, side="right"))
        return int(frames[at]) if at < len(frames) else time_ns + self._least()

    def _least(self) -> int:
        """The shortest span of what is heard: one sample."""
        samples = self._places.samples
        return 1 if samples is None else samples_to_ns(1, samples[1])


def places_around(places: Places, held: Sequence[Held], tags: Iterable[Tag]) -> Places:
    """`places` with the edges of those `tags` that are not moved themselves."""
    moved = {one.tag.id for one in held}
    edges = {edge for tag in tags if tag.id not in moved for edge in (tag.start_ns, tag.end_ns)}
    return replace(places, edges=np.array(sorted(edges), dtype=np.int64))
