"""Frames kept reduced, in one block of memory, so that many fit and nothing is left over."""

from dataclasses import replace

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from bodycam_annotator.media.picture import Kept, Pixels, plane_pixels

PLANAR = frozenset({"yuv420p", "yuvj420p"})
"""What nearly all footage is in; frames in other formats are kept as BGRA."""


class SmallFrames:
    """Room for frames of one footage at one `divisor`-th of width and height.

    All but `fill` is for callers that hold the cache's lock; nobody else sees what is being
    filled.
    """

    def __init__(self, like: Kept, *, divisor: int, nbytes: int) -> None:
        self._divisor = divisor
        self._like = like.size, like.frame.format.name
        self._width, self._height = (max(2, side // divisor // 2 * 2) for side in like.size)
        planar = like.frame.format.name in PLANAR
        self._format = like.frame.format.name if planar else "bgra"
        rows = (self._height * 3 // 2, self._width) if planar else (self._height, self._width, 4)
        self.room = max(2, nbytes // int(np.prod(rows)))
        # Memory that has not been written to costs nothing yet.
        self._memory = np.empty((self.room, *rows), dtype=np.uint8)
        self._blank = VideoFrame(2, 2, "gray")
        self._free = list(range(self.room))
        self._places: dict[int, tuple[int, Kept]] = {}

    def __contains__(self, ordinal: int) -> bool:
        return ordinal in self._places

    def ends(self) -> tuple[int, int] | None:
        """The lowest and the highest ordinal; None when there is none."""
        return (min(self._places), max(self._places)) if self._places else None

    @property
    def is_full(self) -> bool:
        return not self._free

    def reserve(self, kept: Kept) -> int | None:
        """A place to `fill`; None when there is none, or none for such a frame."""
        if not self._free or (kept.size, kept.frame.format.name) != self._like:
            return None
        return self._free.pop()

    def fill(self, place: int, kept: Kept) -> None:
        rows = self._memory[place]
        if self._format == "bgra":
            rows[:] = kept.frame.reformat(
                self._width,
                self._height,
                "bgra",
                src_colorspace=kept.matrix,
                src_color_range=kept.color_range,
                dst_color_range=ColorRange.JPEG,
                threads=1,
            ).to_ndarray()
            return
        for source, target in zip(kept.frame.planes, self._planes(rows), strict=True):
            cv2.resize(
                plane_pixels(source),
                target.shape[::-1],
                dst=target,
                # The mean of each square is quick for 2 alone.
                interpolation=cv2.INTER_AREA if self._divisor == 2 else cv2.INTER_LINEAR,
            )

    def publish(self, place: int, ordinal: int, kept: Kept) -> None:
        self.drop(ordinal)
        self._places[ordinal] = place, replace(kept, frame=self._blank)

    def drop(self, ordinal: int) -> None:
        gone = self._places.pop(ordinal, None)
        if gone is not None:
            self._free.append(gone[0])

    def take(self, ordinal: int) -> Kept | None:
        """A copy: the place may be filled anew at any time."""
        found = self._places.get(ordinal)
        if found is None:
            return None
        place, kept = found
        return replace(kept, frame=VideoFrame.from_ndarray(self._memory[place], self._format))

    def _planes(self, rows: Pixels) -> list[Pixels]:
        whole = self._height * self._width
        half = self._height // 2, self._width // 2
        flat = rows.reshape(-1)
        return [
            flat[:whole].reshape(self._height, self._width),
            flat[whole : whole + whole // 4].reshape(half),
            flat[whole + whole // 4 :].reshape(half),
        ]
