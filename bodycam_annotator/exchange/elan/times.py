"""When annotations of an EAF document are, also those that have no times of their own.

Reference annotations are when their parents are. A time slot without a time lies somewhere between
those of the annotations beside it; ELAN shows such slots spread evenly, which nobody measured.
Here an annotation reaches from the last time known before it to the first one known after it.
"""

import re
from collections.abc import Iterator, Mapping

from bodycam_annotator.exchange.elan.document import Annotation, EafDocument, EafTier, place
from bodycam_annotator.exchange.format import Source

_MS = re.compile(r"[0-9]{1,12}")

_DEEPEST = 100
"""Hierarchies of tiers are 3 or 4 deep."""

Span = tuple[int, int]


class AnnotationTimes:
    """Milliseconds by annotation. `open_slots` are the slots met so far that have no time.

    Everything raises `ExchangeError` that names the annotation or slot.
    """

    def __init__(self, source: Source, document: EafDocument) -> None:
        self.open_slots: dict[str, None] = {}
        self._source = source
        self._values = {name: self._value(name, text) for name, text in document.slots.items()}
        every = [(tier, one) for tier in document.tiers for one in tier.annotations]
        self._found = {one.id: (tier, one) for tier, one in every}
        timed = [one for _, one in every if not one.parent]
        self._before = self._first_known({one.end: one.begin for one in timed})
        self._after = self._first_known({one.begin: one.end for one in timed})
        self._spans: dict[str, Span] = {}

    def span(self, tier: EafTier, annotation: Annotation) -> Span:
        """Its own, else that of its nearest parent which has one."""
        path: list[str] = []
        at, one = tier, annotation
        while one.id not in self._spans and one.parent:
            path.append(one.id)
            if one.parent not in self._found:
                self._source.refuse(
                    f"its parent {one.parent[:60]} is not in the file", where=place(at, one)
                )
            if len(path) > _DEEPEST:
                self._source.refuse(
                    f"it has more than {_DEEPEST} parents above it, or is its own",
                    where=place(tier, annotation),
                )
            at, one = self._found[one.parent]
        span = self._spans.get(one.id) or self._timed(at, one)
        self._spans.update(dict.fromkeys((*path, one.id), span))
        return span

    def parents(self, annotation: Annotation) -> Iterator[EafTier]:
        """The tiers of its parents, nearest first. Ask for its span before."""
        while annotation.parent:
            tier, annotation = self._found[annotation.parent]
            yield tier

    def _timed(self, tier: EafTier, one: Annotation) -> Span:
        for slot in (one.begin, one.end):
            if slot not in self._values:
                self._source.refuse(f"there is no time slot {slot[:60]}", where=place(tier, one))
            if self._values[slot] is None:
                self.open_slots[slot] = None
        start, end = self._values[one.begin], self._values[one.end]
        if start is None:
            start = self._before.get(one.begin)
        if end is None:
            end = self._after.get(one.end)
        if start is None or end is None:
            slot = one.begin if start is None else one.end
            self._source.refuse(
                f"its time slot {slot[:60]} has no time, nor has any on that side of it; give it "
                "one in ELAN",
                where=place(tier, one),
            )
        if end < start:
            self._source.refuse("it ends before it starts", where=place(tier, one))
        return start, end

    def _first_known(self, neighbours: Mapping[str, str]) -> dict[str, int | None]:
        """For slots without a time, the first one met from neighbour to neighbour."""
        found: dict[str, int | None] = {}
        for slot in neighbours:
            path: dict[str, None] = {}
            at: str | None = slot
            while at is not None and at not in found and at not in path:
                if self._values.get(at) is not None:
                    break
                path[at] = None
                at = neighbours.get(at)
            known = found.get(at, self._values.get(at)) if at is not None else None
            found.update(dict.fromkeys(path, known))
        return found

    def _value(self, name: str, text: str | None) -> int | None:
        if text is None:
            return None
        if not _MS.fullmatch(text.strip()):
            self._source.refuse(
                f"{text[:60]!r} is no whole number of milliseconds", where=f"time slot {name[:60]}"
            )
        return int(text)
