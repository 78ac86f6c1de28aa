"""How far the edges of tags may be off, either way, after somebody has moved them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.app.tagging import spacing
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import NS

if TYPE_CHECKING:
    from bodycam_annotator.media.index import FrameIndex

LOSSY_ONSET_NS = 5_000_000
"""Bound of an onset in sound that was encoded with losses, which smear what begins: the tests
measure 2 ms at most."""

_LOSSLESS = ("pcm_", "flac", "alac")


@dataclass(frozen=True, kw_only=True)
class Onsets:
    """`times_ns`: (n,), rising, where sounds begin on the footage's own clock; each may be off by
    `bound_ns` either way."""

    times_ns: NDArray[np.int64]
    bound_ns: int

    def has(self, time_ns: int) -> bool:
        at = int(np.searchsorted(self.times_ns, time_ns))
        return at < len(self.times_ns) and int(self.times_ns[at]) == time_ns


def onset_bound(codec: str, rate: int) -> int:
    """One sample where the codec, named as FFmpeg does, keeps each; else `LOSSY_ONSET_NS`."""
    return -(-NS // rate) if codec.startswith(_LOSSLESS) else LOSSY_ONSET_NS


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Of one footage. `late_ns`: how much earlier than the picture the frames are that edges are
    moved to, for the time that a person takes to react."""

    index: "FrameIndex"
    late_ns: int = 0

    def moved(
        self, tag: Tag, start_ns: int, end_ns: int, *, onsets: Onsets | None, anew: bool
    ) -> int | None:
        """Of `tag` once it is from `start_ns` to `end_ns`: the larger of both edges'; None where
        one is not known.

        An edge that stays keeps the tag's own bound; unknown stays unknown with it. One that goes
        to an onset has the onset's, one that goes to a frame the frame's, but not less than
        somebody has given the tag, unless it is placed `anew`. Anywhere else it was refined within
        its bound: it has that and as much as it was moved, or none where it was moved further.
        """
        given, own = tag.uncertainty_ns, self._is_own(tag, onsets)
        found = []
        for old, new in ((tag.start_ns, start_ns), (tag.end_ns, end_ns)):
            if new == old:
                bound = given if own else self._edge(new, onsets)
            elif onsets is not None and onsets.has(new):
                bound = onsets.bound_ns
            elif (frames := self._edge(new, None)) is not None:
                bound = max(frames + self.late_ns, (given or 0) if own and not anew else 0)
            else:
                by = abs(new - old)
                bound = given + by if given is not None and by <= given else None
            found.append(bound)
        return largest(found)

    def merged(self, first: Tag, last: Tag, others: list[Tag]) -> int | None:
        """From the start of `first` to the end of `last`; unknown where it is of one of them."""
        found = [
            tag.uncertainty_ns if self._is_own(tag, None) else self._edge(edge, None)
            for tag, edge in ((first, first.start_ns), (last, last.end_ns))
        ]
        return largest([*found, *(t.uncertainty_ns for t in others if self._is_own(t, None))])

    def _is_own(self, tag: Tag, onsets: Onsets | None) -> bool:
        """Whether the tag's bound is another than its place says, or unknown."""
        usual = largest([self._edge(one, onsets) for one in (tag.start_ns, tag.end_ns)])
        return tag.uncertainty_ns is None or tag.uncertainty_ns != usual

    def _edge(self, time_ns: int, onsets: Onsets | None) -> int | None:
        if onsets is not None and onsets.has(time_ns):
            return onsets.bound_ns
        return spacing(self.index, time_ns, time_ns)


def largest(bounds: list[int | None]) -> int | None:
    """None, unknown, where one of them is."""
    known = [bound for bound in bounds if bound is not None]
    return max(known) if len(known) == len(bounds) else None
