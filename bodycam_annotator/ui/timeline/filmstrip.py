"""The filmstrip: pictures of the footage, each with its left edge on the time of its frame."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPixmap

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.ui.picture_painting import image_of
from bodycam_annotator.ui.theme import COLORS, icon
from bodycam_annotator.ui.timeline.rows import STRIP, Band
from bodycam_annotator.ui.timeline.scale import Scale

_AROUND_PX = 6
PICTURE_PX = STRIP - _AROUND_PX
_SIGN_PX = 16
"""Of what stands for a picture that is not there."""

MOST_KEPT = 600

_LEAST_STEP_NS = 1_000_000


class Filmstrip:
    """Which frames are shown at a scale, and their pictures as far as they are there."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[int, QPixmap] = OrderedDict()
        self._index: FrameIndex | None = None
        self._keys: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._aspect = 16 / 9

    def show_footage(self, index: FrameIndex | None, aspect: float) -> None:
        """`aspect`: width of a picture in heights."""
        self._pictures.clear()
        self._index, self._aspect = index, aspect
        if index is not None:
            self._keys = np.flatnonzero(index.start_of == index.packet_of)

    def take(self, ordinal: int, pixels: Pixels) -> None:
        self._pictures[ordinal] = QPixmap.fromImage(image_of(pixels).copy())
        self._pictures.move_to_end(ordinal)
        while len(self._pictures) > MOST_KEPT:
            self._pictures.popitem(last=False)

    def missing(self, scale: Scale) -> list[int]:
        """Ordinals whose pictures are shown at that scale and not there yet."""
        return [ordinal for ordinal in self.shown(scale) if ordinal not in self._pictures]

    def shown(self, scale: Scale) -> list[int]:
        """One frame for each stretch of time that is as wide as a picture, or little more.

        Where the stretches begin depends on nothing but their length, which doubles from one to
        the next, so that moving and zooming show the same frames again. Of each it is a keyframe,
        which is there soonest, in its first half, else the first frame.
        """
        index = self._index
        if index is None or not len(index):
            return []
        step = _LEAST_STEP_NS
        while scale.pixels(step) < PICTURE_PX * self._aspect:
            step *= 2
        first = (scale.start_ns - index.first_ns) // step
        found: dict[int, None] = {}
        at_left = index.nearest(scale.start_ns)
        if index.end_of(at_left) - index.time_of(at_left) > step:
            # Its own stretch may be left of the view; it is on screen all the same.
            found[at_left] = None
        last = min(scale.end_ns, int(index.times[-1]) + 1)
        for number in range(max(first - 1, 0), -(-(last - index.first_ns) // step)):
            start = index.first_ns + number * step
            ordinal = self._first_in(index, start, start + step)
            if ordinal is not None:
                found[ordinal] = None
        return sorted(found)

    def paint(self, painter: QPainter, scale: Scale, band: Band) -> None:
        """Where `band` is lower than pictures are, they are cut above and below."""
        painter.fillRect(
            QRectF(scale.left, band.top, scale.width, band.height), QColor(COLORS.ground)
        )
        painter.save()
        painter.setClipRect(QRectF(scale.left, band.top, scale.width, band.height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shown = self.shown(scale)
        lefts = [scale.column(self._index.time_of(one)) for one in shown] if self._index else []
        wide = round(PICTURE_PX * self._aspect)
        for at, ordinal in enumerate(shown):
            after = lefts[at + 1] if at + 1 < len(shown) else scale.right + 999
            # Of a frame that is on screen for long, the picture stays in view.
            left = max(lefts[at], min(scale.left, after - wide - 1))
            self._paint_one(painter, ordinal, left, after, band)
        painter.restore()
        painter.fillRect(scale.left, band.bottom - 1, scale.width, 1, QColor(COLORS.line))

    def _paint_one(
        self, painter: QPainter, ordinal: int, left: int, after: int, band: Band
    ) -> None:
        height = band.height - _AROUND_PX
        width = min(round(PICTURE_PX * self._aspect), after - left - 1)
        box = QRectF(left, band.top + 2, width, height)
        picture = self._pictures.get(ordinal)
        if picture is None:
            painter.fillRect(box, QColor(COLORS.raised))
            if width >= _SIGN_PX:
                sign = QRect(0, 0, _SIGN_PX, _SIGN_PX)
                sign.moveCenter(box.center().toPoint())
                icon("image-outline", color="faint").paint(painter, sign)
        else:
            self._pictures.move_to_end(ordinal)
            across = picture.width() * width / max(PICTURE_PX * self._aspect, 1)
            down = picture.height() * height / PICTURE_PX
            part = QRectF(0, (picture.height() - down) / 2, across, down)
            painter.drawPixmap(box, picture, part)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(left, band.top + 2, 1, height), QColor(COLORS.muted))

    def _first_in(self, index: FrameIndex, start_ns: int, end_ns: int) -> int | None:
        first = int(np.searchsorted(index.times, start_ns))
        key = int(np.searchsorted(self._keys, first))
        # A keyframe further on would leave too wide a gap before it.
        soon = (start_ns + end_ns) // 2
        keys = [(int(one), soon) for one in self._keys[key : key + 1]]
        for ordinal, before in (*keys, (first, end_ns)):
            if ordinal < len(index) and int(index.times[ordinal]) < before:
                return ordinal
        return None
