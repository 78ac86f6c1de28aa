"""Pixels of waveform and spectrogram from the numbers they show."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor, QImage

Peaks = NDArray[np.float32]
"""(columns, 2): the least and the greatest sample in each column, NaN where there is none."""

FULL = 0.999
"""A sample from here on is at full scale."""

_MAGMA = (
    "#000004 #0B0924 #20114B #3B0F70 #57157E #721F81 #8C2981 #A8327D #C43C75 #DE4968 #F1605D "
    "#FA7F5E #FE9F6D #FEBF84 #FDDE9F #FCFDBF"
)
"""matplotlib's colour map "magma" (van der Walt and Smith 2015, CC0): as bright as it is loud,
also for the colour-blind and in grey."""


def height_of(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of the half height: the root of the level, so that speech shows beside shots."""
    return np.asarray(np.sign(values) * np.sqrt(np.minimum(np.abs(values), 1)), dtype=np.float32)


def waveform_image(peaks: Peaks, rows: int, color: QColor, loud: QColor) -> QImage:
    """(rows, columns), transparent but for the wave; columns at full scale in `loud`."""
    there = ~np.isnan(peaks[:, 0])
    low, high = _joined(peaks)
    middle = (rows - 1) / 2
    top = np.rint(middle - height_of(high) * middle)
    bottom = np.rint(middle - height_of(low) * middle)
    at = np.arange(rows, dtype=np.float32)[:, None]
    inside = (at >= top) & (at <= bottom) & there
    is_loud = there & (np.maximum(-np.nan_to_num(peaks[:, 0]), np.nan_to_num(peaks[:, 1])) >= FULL)
    ink = np.where(is_loud, np.uint32(loud.rgba()), np.uint32(color.rgba())).astype(np.uint32)
    pixels = np.where(inside, ink, np.uint32(0)).astype(np.uint32)
    return image_of_colors(pixels, QImage.Format.Format_ARGB32)


def _joined(peaks: Peaks) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """From where to where each column is painted: one line without gaps, also where neighbours do
    not reach each other. They meet on the way to zero, so that none looks louder than it is and a
    single loud sample stays in its own column."""
    least, greatest = np.nan_to_num(peaks[:, 0]), np.nan_to_num(peaks[:, 1])
    low, high = least.copy(), greatest.copy()
    joined = ~np.isnan(peaks[1:, 0]) & ~np.isnan(peaks[:-1, 0])
    for upper, lower in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        apart = joined & (least[upper] > greatest[lower])
        meeting = np.clip(np.float32(0), greatest[lower], np.maximum(least[upper], greatest[lower]))
        low[upper] = np.where(apart, np.minimum(low[upper], meeting), low[upper])
        high[lower] = np.where(apart, np.maximum(high[lower], meeting), high[lower])
    return low, high


def spectrogram_image(levels: NDArray[np.uint8]) -> QImage:
    """(rows, columns) of loudness, the highest row first."""
    return image_of_colors(_table()[levels], QImage.Format.Format_RGB32)


def _table() -> NDArray[np.uint32]:
    if not _TABLE:
        anchors = [QColor(name).getRgb()[:3] for name in _MAGMA.split()]
        at = np.linspace(0, 255, len(anchors))
        red, green, blue = (
            np.rint(np.interp(np.arange(256), at, [anchor[c] or 0 for anchor in anchors])).astype(
                np.uint32
            )
            for c in range(3)
        )
        _TABLE.append((0xFF000000 | red << 16 | green << 8 | blue).astype(np.uint32))
    return _TABLE[0]


_TABLE: list[NDArray[np.uint32]] = []


def image_of_colors(pixels: NDArray[np.uint32], form: QImage.Format) -> QImage:
    """(rows, columns) of 0xAARRGGBB."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    image = QImage(pixels.tobytes(), width, height, 4 * width, form)
    # The bytes above live no longer than this function.
    return image.copy()
