"""Decoded frames kept in memory: whole ones near the frame on screen, reduced ones farther off."""

from bodycam_annotator.media.picture import Kept
from bodycam_annotator.media.small_frames import SmallFrames

BEHIND = 40
"""Frames kept on the side one comes from, so that turning round shows a picture at once."""

FAR = 1 << 40

LEAST_WHOLE = 12
NARROWEST = 480
"""Pixels that the longer side of a reduced frame has at least."""


class FrameCache:
    """Keeps what lies nearest to the frame on screen, more of it in the direction of travel.

    Not for use by two threads at once: its owner holds a lock.

    Attributes:
        whole: frames as they were decoded, by ordinal.
        small: reduced ones, where whole ones alone would be too few.
    """

    def __init__(self, *, whole_bytes: int, small: SmallFrames | None = None) -> None:
        self.whole: dict[int, Kept] = {}
        self.small = small
        self.whole_room = 2
        self._whole_bytes = whole_bytes
        self._focus, self._direction = 0, 0

    @property
    def room(self) -> int:
        """How many frames can be kept, whole or reduced."""
        return self.whole_room if self.small is None else self.small.room

    def look_at(self, ordinal: int, direction: int = 0) -> None:
        """`direction`: 1 or -1 when frames are gone through that way, else 0."""
        self._focus, self._direction = ordinal, direction

    def best(self, ordinal: int) -> Kept | None:
        return self.whole.get(ordinal) or self.reduced(ordinal)

    def reduced(self, ordinal: int) -> Kept | None:
        return None if self.small is None else self.small.take(ordinal)

    def __contains__(self, ordinal: int) -> bool:
        return ordinal in self.whole or (self.small is not None and ordinal in self.small)

    def keep(self, ordinal: int, kept: Kept) -> list[tuple[int, Kept]]:
        """Keeps a whole frame; returns those that had to go for it."""
        self.whole[ordinal] = kept
        self.whole_room = max(2, self._whole_bytes // max(kept.nbytes, 1))
        gone = []
        while len(self.whole) > self.whole_room:
            farthest = self._farther(min(self.whole), max(self.whole))
            gone.append((farthest, self.whole.pop(farthest)))
        return gone

    def place_for(self, ordinal: int, kept: Kept) -> int | None:
        """Where the frame can be kept reduced; None when others are worth more."""
        if self.small is None or ordinal in self.small:
            return None
        ends = self.small.ends()
        if self.small.is_full and ends is not None:
            farthest = self._farther(*ends)
            if self._cost(ordinal) >= self._cost(farthest):
                return None
            self.small.drop(farthest)
        return self.small.reserve(kept)

    def _farther(self, one: int, other: int) -> int:
        return max(one, other, key=self._cost)

    def _cost(self, ordinal: int) -> int:
        """How little a frame is worth keeping: its distance, much more so behind.

        Of two as far off the earlier is worth more, as what moved is seen against it.
        """
        distance = ordinal - self._focus
        cost = 2 * abs(distance) + (distance > 0)
        if self._direction and distance * self._direction < -BEHIND:
            return cost + FAR
        return cost


def cache_for(kept: Kept, *, longest_group: int, nbytes: int) -> FrameCache:
    """A cache of `nbytes` for a footage of such frames, `longest_group` to a keyframe.

    Whole frames alone where a group and a half fit; else reduced ones too, as little as lets
    three fifths of a group fit.
    """
    if (longest_group * 3 // 2 + BEHIND) * kept.nbytes <= nbytes:
        return FrameCache(whole_bytes=nbytes)
    whole = min(max(LEAST_WHOLE * kept.nbytes, nbytes * 3 // 11), nbytes * 6 // 11)
    wanted = longest_group * 3 // 5 + BEHIND
    narrowest = max(2, max(kept.size) // NARROWEST)
    divisors = range(2, narrowest + 1)
    fits = [n for n in divisors if (nbytes - whole) * n * n >= wanted * kept.nbytes]
    divisor = fits[0] if fits else narrowest
    small = SmallFrames(kept, divisor=divisor, nbytes=nbytes - whole)
    return FrameCache(whole_bytes=whole, small=small)
