"""Pixels that are shown and saved are those of the frame, the same every time."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from bodycam_annotator.media.picture import Display, Keeping
from bodycam_annotator.media.small_frames import SmallFrames


def noise(width: int, height: int, *, format_: str) -> VideoFrame:
    frame = VideoFrame(width, height, format_)
    chance = np.random.default_rng(width)
    for plane in frame.planes:
        plane.update(chance.integers(16, 236, plane.buffer_size, dtype=np.uint8).tobytes())
    return frame


@pytest.mark.parametrize(("width", "height"), [(854, 480), (568, 320), (1080, 720), (1920, 1080)])
def test_every_conversion_of_a_frame_gives_the_same_pixels(width: int, height: int) -> None:
    """With several threads swscale wrote over the beginnings of rows, other ones each time."""
    frame = noise(width, height, format_="yuv420p")
    kept = Keeping().keep(frame)
    meant = frame.reformat(
        format="bgra",
        src_colorspace=kept.matrix,
        src_color_range=kept.color_range,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    ).to_ndarray()
    display = Display(None)
    for _ in range(12):
        assert np.array_equal(display.pixels(kept), meant)


@pytest.mark.parametrize("format_", ["yuv420p", "yuv420p10le"])
def test_every_reduction_of_a_frame_gives_the_same_pixels(format_: str) -> None:
    kept = Keeping().keep(noise(854, 480, format_=format_))
    frames = SmallFrames(kept, divisor=2, nbytes=1 << 23)
    display, seen = Display(None), []
    for ordinal in range(6):
        place = frames.reserve(kept)
        assert place is not None
        frames.fill(place, kept)
        frames.publish(place, ordinal, kept)
        small = frames.take(ordinal)
        assert small is not None
        seen.append(display.pixels(small))
    assert all(np.array_equal(seen[0], other) for other in seen[1:])
