"""What tests of stills, sheets and previews share."""

from collections.abc import Sequence

import numpy as np

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_writer import FrameInClip

SORTS = (
    "steady.mp4",
    "b_pyramid_long_gop.mp4",
    "variable_rate.mp4",
    "running_clock.ts",
    "same_pts.mkv",
    "open_gop.ts",
    "turned_90.mp4",
    "wide_pixels.mkv",
    "wide_pixels_turned.mp4",
    "ten_bit.mp4",
)


class Corner:
    """Lays a magenta square over the last corner of each picture, and keeps what it was asked."""

    def __init__(self, side: int = 8) -> None:
        self.side = side
        self.asked: list[FrameInClip] = []

    def patches(self, frame: FrameInClip) -> Sequence[Patch]:
        self.asked.append(frame)
        rgba = np.empty((self.side, self.side, 4), dtype=np.uint8)
        rgba[...] = (255, 0, 255, 255)
        return [Patch(x=frame.width - self.side, y=frame.height - self.side, rgba=rgba)]


def is_magenta(part: Pixels, *, within: int = 0) -> bool:
    return bool((np.abs(part[..., :3].astype(int) - (255, 0, 255)) <= within).all())
