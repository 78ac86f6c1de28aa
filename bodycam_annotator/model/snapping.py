"""What an edge that is moved goes to: frames, onsets of sound, edges of other tags."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.timing import ns_to_samples, samples_to_ns

Times = NDArray[np.int64]
"""Nanoseconds on the footage's own clock, rising."""

_NONE: Times = np.empty(0, dtype=np.int64)


class SnapTo(StrEnum):
    FRAME = "frame"
    ONSET = "onset"
    EDGE = "edge"


@dataclass(frozen=True, kw_only=True)
class Snap:
    time_ns: int
    to: SnapTo


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where edges may go to.

    `frames`: where frames begin, and where the last one ends; `onsets` of sound; `edges` of other
    tags. `samples` is where the sound begins and its samples a second; None where there is none.
    `bounds`: no edge goes beyond.
    """

    bounds: tuple[int, int]
    frames: Times = field(default_factory=_NONE.copy)
    onsets: Times = field(default_factory=_NONE.copy)
    edges: Times = field(default_factory=_NONE.copy)
    samples: tuple[int, int] | None = None

    @property
    def of_starts(self) -> "Places":
        """Those of a mark or of a span's start: where the last frame ends nothing is seen."""
        return replace(self, frames=self.frames[:-1])

    @property
    def of_ends(self) -> "Places":
        """Those of a span's end: where the first frame begins nothing has been seen yet."""
        return replace(self, frames=self.frames[1:])


def nearest(times: Times, time_ns: int) -> int | None:
    """The one nearest to `time_ns`, the earlier of two; None when there is none."""
    if not len(times):
        return None
    after = int(np.searchsorted(times, time_ns))
    around = [int(times[at]) for at in (after - 1, after) if 0 <= at < len(times)]
    return min(around, key=lambda one: abs(one - time_ns))


def is_seen(tag: Tag, usual: Basis | None) -> bool:
    """Whether its edges belong on frames. `usual` is its code's basis, for tags without one."""
    return (tag.basis or usual) not in (Basis.HEARD, Basis.BOTH)


def snap(time_ns: int, places: Places, *, seen: bool, within_ns: int) -> Snap | None:
    """What an edge at `time_ns` goes to.

    What is seen goes to the nearest frame, however far, as between frames nothing is seen. What
    is heard goes to the nearest onset or other tag's edge within `within_ns`, the onset where both
    are as near; else it stays: None.
    """
    if seen:
        frame = nearest(places.frames, time_ns)
        if frame is None:
            return None
        is_edge = nearest(places.edges, frame) == frame
        return Snap(time_ns=frame, to=SnapTo.EDGE if is_edge else SnapTo.FRAME)
    found = [
        Snap(time_ns=near, to=to)
        for to, times in ((SnapTo.ONSET, places.onsets), (SnapTo.EDGE, places.edges))
        if (near := nearest(times, time_ns)) is not None and abs(near - time_ns) <= within_ns
    ]
    return min(found, key=lambda one: abs(one.time_ns - time_ns), default=None)


def on_sample(time_ns: int, samples: tuple[int, int] | None) -> int:
    """The nearest sample's time; as it is where there is no sound."""
    if samples is None:
        return time_ns
    start_ns, rate = samples
    return start_ns + samples_to_ns(ns_to_samples(time_ns - start_ns, rate), rate)
