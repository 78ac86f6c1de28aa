"""The sound's own track: waveform or spectrogram, and where nothing can be heard or it clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from bodycam_annotator.timing import NS
from bodycam_annotator.ui.colors import COLORS, seen_color
from bodycam_annotator.ui.timeline.rows import Band
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.sound_image import (
    height_of,
    image_of_colors,
    spectrogram_image,
    waveform_image,
)

if TYPE_CHECKING:
    from bodycam_annotator.media.sample_clock import SampleClock
    from bodycam_annotator.media.sound_shape import SoundShape

WAVE = "#7FB3A6"
UNHEARD = "no sound"
SAMPLE_PX = 2.0
"""From this width on, single samples are shown."""

DOT_PX = 6.0
NOTCH_PX = 12

QUIET_LEVEL = 0.1
"""-20 dB of full scale, for the lines that say so."""

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Samples:
    """The single samples of a stretch of time: (n,), full scale ±1, NaN where there is no sound.

    The first of them is at `first_ns`; before it and after the last there is no sound in
    `[start_ns, end_ns)`.
    """

    start_ns: int
    end_ns: int
    first_ns: int
    values: NDArray[np.float32]

    def covers(self, start_ns: int, end_ns: int) -> bool:
        return self.start_ns <= start_ns and end_ns <= self.end_ns


@dataclass(frozen=True, eq=False)
class Shades:
    """The spectrogram at one scale, computed from the samples: (rows, columns)."""

    scale: Scale
    levels: NDArray[np.uint8]


@dataclass(frozen=True)
class SoundShown:
    """What is known of the sound by now. `unheard`: where, while there is picture, there is none
    or only digital silence. `state` says what is missing and why, in a few words."""

    shape: "SoundShape | None" = None
    samples: Samples | None = None
    shades: Shades | None = None
    unheard: tuple[Span, ...] = ()
    spectrogram: bool = False
    state: str = ""

    def exact(self, scale: Scale) -> tuple[int, NDArray[np.float32]] | None:
        """The samples of all that is on screen, where they are there."""
        samples = self.samples
        if samples is None or not samples.covers(scale.start_ns, scale.end_ns):
            return None
        return samples.first_ns, samples.values


def paint_sound(painter: QPainter, shown: SoundShown, scale: Scale, band: Band) -> None:
    """All of the track but its name and its ground."""
    box = QRectF(scale.left, band.top, scale.width, band.height)
    if shown.spectrogram:
        _paint_spectrogram(painter, shown, scale, band)
        _hatch_unheard(painter, shown.unheard, scale, band)
    else:
        _paint_levels(painter, scale, band)
        _hatch_unheard(painter, shown.unheard, scale, band)
        _paint_waveform(painter, shown, scale, band)
    _name_unheard(painter, shown.unheard, scale, band)
    if shown.shape is not None:
        _paint_clipped(painter, shown.shape.clipped, scale, band)
    if shown.state:
        painter.setPen(QColor(COLORS.muted))
        painter.drawText(box.adjusted(8, 0, -8, 0), int(Qt.AlignmentFlag.AlignCenter), shown.state)
    painter.fillRect(scale.left, band.bottom - 1, scale.width, 1, QColor(COLORS.line))


def _inner(band: Band) -> Band:
    """Room above and below for what is marked there; an odd height, so that zero has a row."""
    height = band.height - 9
    return Band(band.top + 4, height - (height + 1) % 2)


def _paint_waveform(painter: QPainter, shown: SoundShown, scale: Scale, band: Band) -> None:
    inner = _inner(band)
    if shown.shape is None:
        return
    wave, exact = shown.shape.waveform, shown.exact(scale)
    if exact is not None and scale.pixels(NS) / wave.rate >= SAMPLE_PX:
        _paint_samples(painter, wave.clock, exact, scale, inner)
        return
    ratio = _ratio(painter)
    columns = round(scale.width * ratio)
    if wave.is_exact(scale.start_ns, scale.end_ns, columns):
        exact = None
    peaks = wave.peaks(scale.start_ns, scale.end_ns, columns, exact=exact)
    rows = round(inner.height * ratio)
    image = waveform_image(peaks, rows - (rows + 1) % 2, seen_color(WAVE), QColor(COLORS.bad))
    painter.drawImage(QRectF(scale.left, inner.top, scale.width, inner.height), image)


def _paint_samples(
    painter: QPainter,
    clock: "SampleClock",
    exact: tuple[int, NDArray[np.float32]],
    scale: Scale,
    inner: Band,
) -> None:
    """Each sample of each channel at its own time, joined by lines; dots where there is room."""
    begin = clock.first_at(exact[0])
    first = max(clock.first_at(scale.start_ns) - 1, begin)
    end = min(clock.first_at(scale.end_ns) + 1, begin + exact[1].shape[1])
    if end <= first:
        return
    middle = inner.top + inner.height / 2
    times = clock.times_of(np.arange(first, end, dtype=np.int64)).tolist()
    painter.save()
    painter.setClipRect(QRectF(scale.left, inner.top - 4, scale.width, inner.height + 8))
    for channel in exact[1]:
        values = channel[first - begin : end - begin]
        heights = height_of(np.nan_to_num(values)) * (inner.height / 2 - 1)
        points = [
            QPointF(scale.column(time) + 0.5, middle - height)
            for time, height in zip(times, heights.tolist(), strict=True)
        ]
        painter.setPen(QPen(seen_color(WAVE), 1.5))
        painter.drawPolyline(QPolygonF(points))
        if scale.pixels(NS) / clock.rate >= DOT_PX:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(COLORS.text))
            for point in points:
                painter.drawEllipse(point, 2, 2)
    painter.restore()


def _paint_levels(painter: QPainter, scale: Scale, band: Band) -> None:
    """Zero, and faint lines at -20 dB."""
    inner = _inner(band)
    middle = inner.top + inner.height / 2
    line = QColor(COLORS.line)
    painter.fillRect(scale.left, int(middle), scale.width, 1, line)
    line.setAlpha(110)
    quiet = level_height(band)
    for y in (middle - quiet, middle + quiet):
        painter.fillRect(scale.left, round(y), scale.width, 1, line)


def level_height(band: Band) -> float:
    """Pixels from the middle to -20 dB."""
    level = height_of(np.array([QUIET_LEVEL], dtype=np.float32))
    return float(level[0]) * _inner(band).height / 2


def _paint_spectrogram(painter: QPainter, shown: SoundShown, scale: Scale, band: Band) -> None:
    """What is kept, until it has been computed from the samples, which takes too long for here."""
    if shown.shape is None:
        return
    size = _spectrogram_size(scale, band, _ratio(painter))
    fine = shown.shades
    if fine is not None and fine.scale == scale and fine.levels.shape == size[::-1]:
        levels = fine.levels
    else:
        levels = shown.shape.spectrogram.image(scale.start_ns, scale.end_ns, *size)
    inner = _inner(band)
    painter.drawImage(
        QRectF(scale.left, inner.top, scale.width, inner.height), spectrogram_image(levels)
    )


def shades_lacking(
    shown: SoundShown, scale: Scale, band: Band, ratio: float
) -> tuple[int, int] | None:
    """Columns and rows in which the spectrogram is to be computed from the samples that are there;
    None where it is, or what is kept is as fine."""
    size, exact = _spectrogram_size(scale, band, ratio), shown.exact(scale)
    if not shown.spectrogram or shown.shape is None or exact is None:
        return None
    if shown.shape.waveform.is_exact(scale.start_ns, scale.end_ns, size[0]):
        return None
    fine = shown.shades
    there = fine is not None and fine.scale == scale and fine.levels.shape == size[::-1]
    return None if there else size


def _spectrogram_size(scale: Scale, band: Band, ratio: float) -> tuple[int, int]:
    return round(scale.width * ratio), round(_inner(band).height * ratio)


def _boxes(spans: Sequence[Span], scale: Scale, band: Band) -> Iterator[QRectF]:
    for start, end in spans:
        left, right = max(scale.x(start), scale.left), min(scale.x(end), scale.right)
        if right > left:
            yield QRectF(left, band.top, max(right - left, 1), band.height - 1)


def _hatch_unheard(painter: QPainter, spans: Sequence[Span], scale: Scale, band: Band) -> None:
    hatch = QBrush(QColor(COLORS.line), Qt.BrushStyle.BDiagPattern)
    for box in _boxes(spans, scale, band):
        painter.fillRect(box, hatch)


def _name_unheard(painter: QPainter, spans: Sequence[Span], scale: Scale, band: Band) -> None:
    metrics = painter.fontMetrics()
    text = QRectF(0, 0, metrics.horizontalAdvance(UNHEARD) + 12, metrics.height() + 2)
    for box in _boxes(spans, scale, band):
        if box.width() > text.width() + 4:
            text.moveCenter(box.center())
            painter.fillRect(text, QColor(COLORS.ground))
            painter.setPen(QColor(COLORS.muted))
            painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), UNHEARD)


def _paint_clipped(painter: QPainter, spans: tuple[Span, ...], scale: Scale, band: Band) -> None:
    """A bar along the top, with notches pointing at where it begins."""
    starts, ends = _edges(spans)
    shown = slice(
        int(np.searchsorted(ends, scale.start_ns, side="right")),
        int(np.searchsorted(starts, scale.end_ns)),
    )
    if shown.stop <= shown.start:
        return
    share = scale.width / scale.length
    first = ((starts[shown] - scale.start_ns) * share).astype(np.int64).clip(0, scale.width - 1)
    last = ((ends[shown] - scale.start_ns) * share).astype(np.int64).clip(0, scale.width - 1)
    color = QColor(COLORS.bad)
    # How many begin less how many have ended, column by column.
    change = np.zeros(scale.width + 1, dtype=np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last + 1, -1)
    row = np.where(change.cumsum()[:-1] > 0, color.rgba(), 0).astype(np.uint32)
    image = image_of_colors(row[np.newaxis], QImage.Format.Format_ARGB32)
    painter.drawImage(QRectF(scale.left, band.top, scale.width, 2), image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    notched = -NOTCH_PX
    for column in np.unique(first).tolist():
        if column - notched >= NOTCH_PX:
            notched, left = column, scale.left + column
            corners = [(left - 4, band.top), (left + 5, band.top), (left + 0.5, band.top + 5)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


@lru_cache(maxsize=4)
def _edges(spans: tuple[Span, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    both = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _ratio(painter: QPainter) -> float:
    device = painter.device()
    return device.devicePixelRatio() if device is not None else 1.0
