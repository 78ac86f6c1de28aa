"""Small pictures of single frames, for the strip along a timeline."""

from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

from bodycam_annotator.errors import Cancelled, FrameError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Display, Kept, Pixels, displayed_size
from bodycam_annotator.progress import Asked


def thumbnails(
    path: Path,
    index: FrameIndex,
    ordinals: Iterable[int],
    *,
    height: int,
    cancelled: Asked | None = None,
) -> Generator[tuple[int, Pixels]]:
    """Exactly those frames in that order, each as displayed: (height, width, 4) BGRA.

    Frames that cannot be decoded are left out. Quick for frames that decoding can begin with
    (`keyframes_near`). Raises `FootageError` when there is no such frame or the file has changed,
    `Cancelled` when asked to stop. The file stays open until the iterator is exhausted or closed.
    """
    with FrameReader(path, index, one_at_a_time=True) as reader:
        reduced: _Reduced | None = None
        for ordinal in ordinals:
            if cancelled is not None and cancelled():
                raise Cancelled
            index.checked(ordinal)
            kept = _decoded(reader, ordinal, cancelled)
            if kept is not None:
                reduced = reduced or _Reduced(reader, height)
                yield ordinal, reduced.pixels(kept)


def keyframes_near(index: FrameIndex, ordinals: Iterable[int]) -> NDArray[np.int64]:
    """For each ordinal the frame nearest in time that decoding can begin with; (n,).

    Of two as near the earlier; where the footage has none, the ordinals themselves.
    """
    wanted = np.fromiter(ordinals, dtype=np.int64)
    keys = np.flatnonzero(index.start_of == index.packet_of)
    if not len(keys) or not len(wanted):
        return wanted
    times, keytimes = index.times[wanted], index.times[keys]
    after = np.minimum(np.searchsorted(keytimes, times), len(keys) - 1)
    before = np.maximum(after - 1, 0)
    later = np.abs(keytimes[after] - times) < np.abs(times - keytimes[before])
    return np.asarray(keys[np.where(later, after, before)], dtype=np.int64)


def _decoded(reader: FrameReader, ordinal: int, cancelled: Asked | None) -> Kept | None:
    with suppress(FrameError):
        for found, kept in reader.frames_to(ordinal, cancelled=cancelled):
            if found == ordinal:
                return kept
    return None


class _Reduced:
    """Makes decoded frames small before anything else is done with them."""

    def __init__(self, reader: FrameReader, height: int) -> None:
        self._aspect = reader.aspect
        self._height = height
        self._display = Display(reader.aspect)
        self._reformatter = VideoReformatter()

    def pixels(self, kept: Kept) -> Pixels:
        """(height, width, 4) BGRA; the width keeps the displayed picture's shape."""
        wide, high = displayed_size(*kept.size, aspect=self._aspect, quarters=kept.turn[0])
        size = max(1, round(wide * self._height / high)), self._height
        pixels = self._display.pixels(self._small(kept, high))
        if (pixels.shape[1], pixels.shape[0]) == size:
            return pixels
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _small(self, kept: Kept, high: int) -> Kept:
        """Of about twice the size that is wanted, so that the last step only has to halve it."""
        share = 2 * self._height / high
        if share >= 1:
            return kept
        width, height = (max(2, round(side * share)) for side in kept.size)
        frame = self._reformatter.reformat(
            kept.frame,
            width=width,
            height=height,
            format="bgra",
            src_colorspace=kept.matrix,
            src_color_range=kept.color_range,
            dst_color_range=ColorRange.JPEG,
            # More of them write past the end of rows (see picture.py).
            threads=1,
        )
        return replace(kept, frame=frame)
