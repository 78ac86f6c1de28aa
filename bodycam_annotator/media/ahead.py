"""What to decode next: the frame wanted, then those that will be wanted soon."""

from collections.abc import Callable, Container
from dataclasses import dataclass

import numpy as np

from bodycam_annotator.media.frame_cache import BEHIND, FrameCache
from bodycam_annotator.media.index import FrameIndex

LONGEST_STRIDE = 64
"""Frames between two asks up to which they are taken for going through the footage."""

KEPT_ON_THE_WAY = 40
"""Frames before the one that was jumped to which are kept of those decoded up to it."""

NEAR_KEYFRAME = 90
"""Frames to a keyframe that are run through sooner than a long group before it is decoded."""

MOST_FORWARD = 24
RESTING_FORWARD = 4


@dataclass(frozen=True, kw_only=True)
class Want:
    """The newest ask. `direction`: 1 or -1 when frames are gone through that way, else 0.

    `dragging`: any picture of about there will do until it rests. `before`: the frame before is
    needed too.
    """

    ordinal: int
    version: int
    asked_at: float = 0.0
    direction: int = 0
    dragging: bool = False
    before: bool = False


@dataclass(frozen=True, kw_only=True)
class Task:
    """Decode up to `target`; frames before `keep_from` are only passed through.

    `serves`: 0 what is wanted now, 1 or -1 what will be when it goes on that way.
    """

    target: int
    keep_from: int = 0
    serves: int = 0


def plan(
    want: Want,
    cache: FrameCache,
    index: FrameIndex,
    *,
    settled: bool,
    lost: Container[int],
    reaches: Callable[[int], bool] = lambda _: True,
) -> Task | None:
    """`settled`: nothing else has been asked for a while. `lost`: frames that cannot be had.

    `reaches`: whether decoding can go on to a frame from where it stands.
    """
    here = want.ordinal
    needed = [here, here - 1] if want.before and here > 0 else [here]
    for ordinal in needed:
        if ordinal not in cache and ordinal not in lost and (settled or not want.dragging):
            return _up_to(ordinal)
    if settled:
        for ordinal in needed:
            if ordinal not in cache.whole and ordinal not in lost:
                return _up_to(ordinal)
    direction = 0 if settled else want.direction
    if want.dragging and not settled:
        return None
    if direction < 0:
        return _backward(here, cache, index, lost)
    forward = _forward(here, cache, index, direction, lost)
    if forward is not None or not settled:
        return forward
    return _back_over_keyframe(here, cache, index, lost) or _ready(here, index, lost, reaches)


def _up_to(ordinal: int) -> Task:
    """Keeping more than the last of what is passed would make whoever waits wait longer."""
    return Task(target=ordinal, keep_from=max(0, ordinal - KEPT_ON_THE_WAY))


def _forward(
    here: int, cache: FrameCache, index: FrameIndex, direction: int, lost: Container[int]
) -> Task | None:
    ahead = min(MOST_FORWARD if direction else RESTING_FORWARD, (cache.whole_room - 1) // 2)
    target = min(here + ahead, len(index) - 1)
    missing = [one for one in range(here + 1, target + 1) if one not in cache.whole]
    wanted = next((one for one in missing if one not in lost), None)
    return None if wanted is None else Task(target=wanted, serves=1)


def _back_over_keyframe(
    here: int, cache: FrameCache, index: FrameIndex, lost: Container[int]
) -> Task | None:
    """While somebody looks at a frame soon after a keyframe: the stretch before that.

    Elsewhere there is time for it when somebody goes back.
    """
    first = group_start(index, here, farthest=max(0, here - NEAR_KEYFRAME))
    if first == 0 or index.start_of[first - 1] == index.start_of[here]:
        return None
    passed = (one in cache or one in lost for one in range(first - 1, here))
    return None if all(passed) else _backward(here, cache, index, lost)


def _ready(
    here: int, index: FrameIndex, lost: Container[int], reaches: Callable[[int], bool]
) -> Task | None:
    """So that playing on need not begin with decoding from the keyframe again."""
    last = min(here + RESTING_FORWARD, len(index) - 1)
    after = last + 1
    if after >= len(index) or reaches(after) or last in lost:
        return None
    return Task(target=last, keep_from=max(0, here - KEPT_ON_THE_WAY), serves=1)


def _backward(here: int, cache: FrameCache, index: FrameIndex, lost: Container[int]) -> Task | None:
    """The next stretch backward that is not there, once it fits, up to a keyframe's whole group.

    A stretch costs decoding from its keyframe on, so the fewer a group is cut into the better.
    """
    top = here - 1
    while top >= 0 and (top in cache or top in lost):
        top -= 1
    there = here - 1 - top
    if top < 0:
        return None
    room = cache.room - BEHIND
    free = room - there
    group = group_start(index, top, farthest=max(0, top - room))
    if there and free < min(top - group + 1, room // 2):
        return None
    return Task(target=top, keep_from=max(group, top - max(free, 1) + 1), serves=-1)


def group_start(index: FrameIndex, ordinal: int, *, farthest: int = 0) -> int:
    """The first frame from `farthest` on that is decoded from the same keyframe."""
    others = np.flatnonzero(index.start_of[farthest:ordinal] != index.start_of[ordinal])
    return farthest + (int(others[-1]) + 1 if len(others) else 0)
