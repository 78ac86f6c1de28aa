"""A decoded frame as it is displayed: rotated, in square pixels, in computer colours."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.errors import UserError
from bodycam_annotator.media.container import MAX_PIXELS

Pixels = NDArray[np.uint8]

_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}
"""By quarters of a circle clockwise."""

_MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}

WIDEST_ASPECT = 10
"""Pixels wider or higher than this are no camera's: taken for a damaged header."""

HD_HEIGHT = 720
"""From this height on, video that does not name its colour matrix has BT.709's, else BT.601's."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """`bgra`: (height, width, 4). `time_ns` is on the footage's own clock, `pts` in its ticks.

    `width` and `height` are those of the whole picture as displayed; `bgra` of a picture that is
    `reduced` has fewer pixels. `enhanced`, of the same shape as `bgra`, is what is shown instead
    when something is turned on to see more, and `enhanced_by` says what. `doubtful`: what it
    builds on is damaged, so parts of it may be wrong.
    """

    ordinal: int
    pts: int
    time_ns: int
    bgra: Pixels
    width: int
    height: int
    enhanced: Pixels | None = None
    enhanced_by: str = ""
    doubtful: bool = False

    @property
    def reduced(self) -> bool:
        return self.bgra.shape[:2] != (self.height, self.width)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A decoded frame, whole or reduced, with what it takes to display it.

    `size` is the stored width and height of the whole frame, `matrix` swscale's number for its
    colours, `turn` what `orientation` says of it.
    """

    frame: VideoFrame
    size: tuple[int, int]
    matrix: int
    color_range: int
    turn: tuple[int, bool]
    doubtful: bool

    @property
    def reduced(self) -> bool:
        return (self.frame.width, self.frame.height) != self.size

    @property
    def nbytes(self) -> int:
        return sum(plane.buffer_size for plane in self.frame.planes)


class Keeping:
    """Makes `Kept` of the frames of one footage."""

    def __init__(self) -> None:
        self._turns: dict[int, tuple[int, bool]] = {}

    def keep(self, frame: VideoFrame, *, doubtful: bool = False) -> Kept:
        # Looked at once for each rotation there is, as it costs time and a little memory.
        if frame.rotation not in self._turns:
            self._turns[frame.rotation] = orientation(frame)
        return Kept(
            frame=frame,
            size=(frame.width, frame.height),
            matrix=_matrix(frame),
            color_range=frame.color_range,
            turn=self._turns[frame.rotation],
            doubtful=doubtful,
        )


class Display:
    """Turns decoded frames of one footage into pixels. Not for use by two threads at once."""

    def __init__(self, aspect: Fraction | None) -> None:
        """`aspect` is the width of a stored pixel in heights."""
        self._aspect = aspect
        # What swscale has set up for one frame serves the next of its kind.
        self._reformatter = VideoReformatter()

    def pixels(self, kept: Kept) -> Pixels:
        """(height, width, 4) BGRA, rotation and mirroring applied.

        In square pixels: the side that would lose pixels stays as it is and the other grows.
        """
        frame = kept.frame
        if not (kept.reduced and frame.format.name == "bgra"):
            frame = self._reformatter.reformat(
                frame,
                format="bgra",
                src_colorspace=kept.matrix,
                src_color_range=kept.color_range,
                dst_color_range=ColorRange.JPEG,
                # More of them write past the end of rows that are no multiple of 16 pixels, over
                # the next one's first row (PyAV 18.1).
                threads=1,
            )
        (plane,) = frame.planes
        if plane.line_size == 4 * plane.width:
            bgra = plane_pixels(plane, channels=4)
        else:
            bgra = np.asarray(frame.to_ndarray(), dtype=np.uint8)
        return turn(_square(bgra, self._aspect), kept.turn)

    def picture(self, kept: Kept, *, ordinal: int, pts: int, time_ns: int) -> Picture:
        width, height = displayed_size(*kept.size, aspect=self._aspect, quarters=kept.turn[0])
        return Picture(
            ordinal=ordinal,
            pts=pts,
            time_ns=time_ns,
            bgra=self.pixels(kept),
            width=width,
            height=height,
            doubtful=kept.doubtful,
        )


def orientation(frame: VideoFrame) -> tuple[int, bool]:
    """Quarter turns clockwise and then whether mirrored left to right, as the file asks.

    From the display matrix (ISO/IEC 14496-12 8.2.2, tkhd) `a b; c d` in 16.16 fixed point.
    """
    # PyAV never lets go of a frame whose side data were looked at, nor of the decoder's memory
    # behind it: a tiny copy is spent for it.
    data = frame.reformat(16, 16, "gray").side_data.get("DISPLAYMATRIX")
    if data is None:
        return 0, False
    a, b, _, c, d, *_ = np.frombuffer(cast(bytes, data), dtype="=i4").tolist()
    mirrored = a * d - b * c < 0
    if mirrored:
        a, c = -a, -c
    if abs(a) >= abs(b):
        return (0 if a >= 0 else 2), mirrored
    return (1 if b > 0 else 3), mirrored


def turn(pixels: Pixels, how: tuple[int, bool]) -> Pixels:
    quarters, mirrored = how
    turned = pixels if quarters % 4 == 0 else cv2.rotate(pixels, _TURNS[quarters % 4])
    return np.ascontiguousarray(cv2.flip(turned, 1) if mirrored else turned, dtype=np.uint8)


def displayed_size(
    width: int, height: int, *, aspect: Fraction | None, quarters: int
) -> tuple[int, int]:
    """Width and height of the picture on screen for a stored frame of that size.

    An aspect that `is_usable` refuses is not applied.
    """
    if aspect is not None and is_usable(aspect, width, height):
        width, height = _stretched(width, height, aspect)
    return (height, width) if quarters % 2 else (width, height)


def is_usable(aspect: Fraction, width: int, height: int) -> bool:
    """Whether pixels of that aspect can be shown: neither absurd nor more than is opened."""
    if not Fraction(1, WIDEST_ASPECT) <= aspect <= WIDEST_ASPECT:
        return False
    wide, high = _stretched(width, height, aspect)
    return wide * high <= MAX_PIXELS


def _stretched(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    if aspect > 1:
        return round(width * aspect), height
    return width, round(height / aspect)


def png_of(bgra: Pixels) -> bytes:
    """The picture without its alpha as PNG that holds nothing but its pixels.

    Raises `UserError` when PNG cannot hold it.
    """
    done, data = cv2.imencode(".png", np.ascontiguousarray(bgra[:, :, :3]))
    if not done:
        raise UserError(f"A picture of {bgra.shape[1]}×{bgra.shape[0]} cannot be encoded as PNG.")
    return data.tobytes()


def write_png(picture: Picture, path: Path) -> None:
    """Writes the picture whole or not at all. Raises `UserError` when it cannot."""
    try:
        write_whole(path, png_of(picture.bgra))
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror or error}. Choose another place."
        ) from error


def _square(pixels: Pixels, aspect: Fraction | None) -> Pixels:
    height, width = pixels.shape[:2]
    size = displayed_size(width, height, aspect=aspect, quarters=0)
    if size == (width, height):
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def plane_pixels(plane: VideoPlane, *, channels: int = 1) -> Pixels:
    """(height, width) of the plane's own memory; (height, width, channels) of several."""
    memory: Pixels = np.frombuffer(cast(memoryview, plane), dtype=np.uint8)
    rows = memory[: plane.line_size * plane.height].reshape(plane.height, plane.line_size)
    rows = rows[:, : plane.width * channels]
    return rows if channels == 1 else rows.reshape(plane.height, plane.width, channels)


def _matrix(frame: VideoFrame) -> int:
    """swscale's number for the frame's colour matrix (ITU-T H.273 table 4 names the frame's)."""
    if frame.colorspace in _MATRICES:
        return _MATRICES[frame.colorspace]
    return (Colorspace.ITU709 if frame.height >= HD_HEIGHT else Colorspace.ITU601).value
