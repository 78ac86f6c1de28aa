"""The ruler: file time from the first frame, finer the further in; and the grid of frames."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.timing import NS, clock_text
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.timeline.rows import RULER, Band
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.sound_image import image_of_colors

_US, _MS = 1_000, 1_000_000
_POWERS = (_US, 10 * _US, 100 * _US, _MS, 10 * _MS, 100 * _MS)
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400)
STEPS = (
    *(factor * power for power in _POWERS for factor in (1, 2, 5)),
    *(seconds * NS for seconds in _SECONDS),
)
"""Nanoseconds between labels: what people count in."""

LABEL_PX = 96
FRAME_PX = 7
"""From this width on, single frames are shown."""

_NUMBER_PX = 44


def step_for(scale: Scale) -> int:
    """The least step whose labels do not touch."""
    # Finer times have more digits.
    room = LABEL_PX if scale.ns(LABEL_PX) > _MS else LABEL_PX + 40
    return next((step for step in STEPS if scale.pixels(step) >= room), STEPS[-1])


def ticks(scale: Scale, step: int, zero_ns: int) -> Iterator[int]:
    """The times on screen that are whole steps from `zero_ns`, and the one before."""
    at = zero_ns + (scale.start_ns - zero_ns) // step * step
    while at < scale.end_ns:
        yield at
        at += step


def label(time_ns: int, step: int) -> str:
    """`00:00:36`, with as many decimals as the step has; `time_ns` from the first frame."""
    if step % NS == 0:
        return clock_text(time_ns)[:-4]
    if step % _MS == 0:
        return clock_text(time_ns)
    whole, rest = divmod(abs(time_ns), _MS)
    return f"{'-' if time_ns < 0 else ''}{clock_text(whole * _MS)} {rest // _US:03d}"


def frames_on(scale: Scale, index: FrameIndex | None) -> NDArray[np.int64] | None:
    """The ordinals on screen, where they are wide enough to be told apart; else None."""
    if index is None:
        return None
    first = index.nearest(scale.start_ns)
    after = int(np.searchsorted(index.times, scale.end_ns))
    if scale.start_ns >= index.end_ns or after <= first:
        return None
    shown = min(scale.end_ns, index.end_ns) - max(scale.start_ns, index.first_ns)
    if scale.pixels(shown) / (after - first) < FRAME_PX:
        return None
    return np.arange(first, after)


def paint_ruler(painter: QPainter, scale: Scale, zero_ns: int, font: QFont) -> None:
    step = step_for(scale)
    minor = step // (5 if step % 5 == 0 else 2)
    painter.fillRect(QRectF(scale.left, 0, scale.width, RULER), QColor(COLORS.panel))
    line, muted = QColor(COLORS.line), QColor(COLORS.muted)
    for at in ticks(scale, minor, zero_ns):
        painter.fillRect(scale.column(at), RULER - 4, 1, 4, line)
    painter.setFont(font)
    painter.setPen(muted)
    for at in ticks(scale, step, zero_ns):
        x = scale.column(at)
        painter.fillRect(x, RULER - 9, 1, 9, muted)
        text = label(at - zero_ns, step)
        if x >= scale.left and x + 5 + painter.fontMetrics().horizontalAdvance(text) <= scale.right:
            painter.drawText(QPointF(x + 5, RULER - 9), text)
    painter.fillRect(scale.left, RULER - 1, scale.width, 1, line)


def paint_time_grid(painter: QPainter, scale: Scale, zero_ns: int, top: int, bottom: int) -> None:
    grid = QColor(COLORS.line)
    grid.setAlpha(110)
    for at in ticks(scale, step_for(scale), zero_ns):
        painter.fillRect(scale.column(at), top, 1, bottom - top, grid)


def paint_frame_grid(
    painter: QPainter,
    scale: Scale,
    index: FrameIndex,
    ordinals: NDArray[np.int64],
    top: int,
    bottom: int,
) -> None:
    """A line where each begins, and every other one lighter."""
    band, edge = QColor(COLORS.text), QColor(COLORS.line)
    band.setAlpha(10)
    # One row of pixels for all of them, drawn as high as it takes.
    row = np.zeros((1, scale.width), dtype=np.uint32)
    starts = [scale.column(index.time_of(one)) - scale.left for one in ordinals.tolist()]
    ends = [*starts[1:], scale.column(index.span_of(int(ordinals[-1]))[1]) - scale.left]
    for ordinal, start, end in zip(ordinals.tolist(), starts, ends, strict=True):
        if ordinal % 2:
            row[0, max(start, 0) : max(end, 0)] = band.rgba()
        if 0 <= start < scale.width:
            row[0, start] = edge.rgba()
    image = image_of_colors(row, QImage.Format.Format_ARGB32)
    painter.drawImage(QRectF(scale.left, top, scale.width, bottom - top), image)


def paint_frame_numbers(
    painter: QPainter,
    scale: Scale,
    index: FrameIndex,
    ordinals: NDArray[np.int64],
    band: Band,
) -> None:
    """`band`: where they stand."""
    every = max(1, math.ceil(_NUMBER_PX * len(ordinals) / scale.width))
    painter.setPen(QColor(COLORS.text))
    ground, edge = QColor(COLORS.panel), QColor(COLORS.line)
    for ordinal in ordinals.tolist():
        if ordinal % every:
            continue
        left = max(scale.x(index.time_of(ordinal)), scale.left)
        wide = painter.fontMetrics().horizontalAdvance(f"{ordinal}") + 6
        room = QRectF(left + 1, band.top, wide, band.height)
        # It may stand on the sound.
        painter.fillRect(room, ground)
        painter.fillRect(QRectF(left, band.top, 1, band.height), edge)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), f"{ordinal}")
