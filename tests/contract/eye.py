"""The eye that judges a picture by itself, and the truth's own arithmetic."""

import zlib
from collections.abc import Callable
from fractions import Fraction

import pytest

from bodycam_annotator.errors import FrameError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from tests.barcode import picture_matches, read_barcode, read_camera
from tests.media_factory import Made

NS = 1_000_000_000

FindOdd = Callable[[str], Made]
FindIndex = Callable[[str], tuple[Made, FrameIndex]]


def ns(ticks: int, time_base: Fraction) -> int:
    """Nanoseconds of `ticks`, rounded once; deliberately not the code under test's."""
    return round(ticks * time_base * NS)


class Eye:
    """Judges what a reader gives by the picture itself.

    It remembers every picture, so that the same frame reached in another way must have the very
    same pixels.
    """

    def __init__(self) -> None:
        self._pixels: dict[tuple[str, int], int] = {}

    def check(self, reader: FrameReader, made: Made, ordinal: int) -> None:
        """Ask for `ordinal` and compare with the truth."""
        if ordinal in made.lost:
            with pytest.raises(FrameError, match=r"\S"):
                reader.frame(ordinal)
            return
        if ordinal in made.doubtful:
            self._check_doubtful(reader, made, ordinal)
            return
        picture = reader.frame(ordinal)
        bgra = picture.bgra
        assert picture.ordinal == ordinal
        assert read_barcode(bgra) == made.barcodes[ordinal], f"asked for {ordinal}"
        assert read_camera(bgra) == made.clip.camera
        assert picture_matches(bgra, made.barcodes[ordinal], camera=made.clip.camera), "smeared"
        if ordinal not in made.unrecorded:
            assert picture.pts == made.pts[ordinal]
        pixels = zlib.crc32(bgra.tobytes())
        first = self._pixels.setdefault((str(made.path), ordinal), pixels)
        assert pixels == first, f"frame {ordinal} has other pixels than when reached before"

    @staticmethod
    def _check_doubtful(reader: FrameReader, made: Made, ordinal: int) -> None:
        """What builds on a lost frame may be refused; if shown, it is at its own time."""
        try:
            picture = reader.frame(ordinal)
        except FrameError:
            return
        assert (picture.ordinal, picture.pts) == (ordinal, made.pts[ordinal])
