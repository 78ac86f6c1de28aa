"""The strip along an edge of a clip: its span, its tags, and where it is now."""

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import ClipFacts, ShownTag
from bodycam_annotator.ui.clip_text import INK, PLATE, Sizes, painted, readable

LANES = 3
"""More spans at once lie on each other in the last; marks go through all."""


class Strip:
    """File time runs from left to right, so that slow motion goes over its part again."""

    def __init__(self, facts: ClipFacts, sizes: Sizes, *, width: int, top: int) -> None:
        self._facts, self._sizes, self._width, self._top = facts, sizes, width, top
        self._back = Patch(x=0, y=top, rgba=self._drawn())
        self._head = self._drawn_head()
        self._heads: dict[int, Patch] = {}

    def patches(self, time_ns: int) -> list[Patch]:
        x = round(self._x(time_ns)) - self._head.shape[1] // 2
        if x not in self._heads:
            self._heads[x] = Patch(x=x, y=self._top, rgba=self._head)
        return [self._back, self._heads[x]]

    def _x(self, time_ns: int) -> float:
        start, end = self._facts.start_ns, max(self._facts.end_ns, self._facts.start_ns + 1)
        share = (min(max(time_ns, start), end) - start) / (end - start)
        return self._sizes.margin + share * (self._width - 2 * self._sizes.margin)

    def _drawn(self) -> Pixels:
        high, line = self._sizes.strip, self._sizes.line
        inside = sorted(filter(self._is_inside, self._facts.tags), key=lambda tag: tag.start_ns)
        spans = [tag for tag in inside if not tag.is_mark]
        lanes = _lanes(spans)
        count = max(lanes, default=0) + 1
        free = high - 2 * line
        lane = (free - (count - 1)) / count

        def paint(painter: QPainter) -> None:
            painter.fillRect(QRectF(0, 0, self._width, high), PLATE)
            track = QRectF(self._x(self._facts.start_ns), line, 0, free)
            track.setRight(self._x(self._facts.end_ns))
            painter.fillRect(track, QColor(255, 255, 255, 40))
            for tag, number in zip(spans, lanes, strict=True):
                left, right = self._x(tag.start_ns), self._x(tag.end_ns)
                bar = QRectF(left, line + number * (lane + 1), max(right - left, line), lane)
                painter.fillRect(bar, readable(tag.color))
            for tag in (tag for tag in inside if tag.is_mark):
                self._paint_mark(painter, round(self._x(tag.start_ns)), readable(tag.color))

        return painted(self._width, high, paint)

    def _paint_mark(self, painter: QPainter, x: int, color: QColor) -> None:
        """A line with a head at the top, so wide that it is seen behind where the clip is."""
        line, high = self._sizes.line, self._sizes.strip
        half, deep = high * 0.5, high * 0.55
        head = QPolygonF([QPointF(x - half, 0), QPointF(x + half, 0), QPointF(x, deep)])
        painter.fillRect(QRectF(x - 1.5 * line, 0, 3 * line, high), QColor(0, 0, 0))
        pen = QPen(QColor(0, 0, 0), line)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.strokePath(_path(head), pen)
        painter.fillPath(_path(head), color)
        painter.fillRect(QRectF(x - line / 2, 0, line, high), color)

    def _is_inside(self, tag: ShownTag) -> bool:
        return tag.start_ns < self._facts.end_ns and tag.end_ns >= self._facts.start_ns

    def _drawn_head(self) -> Pixels:
        """Thin where the heads of marks are, thick below."""
        line, high = self._sizes.line, self._sizes.strip
        foot = round(high * 0.45)

        def paint(painter: QPainter) -> None:
            painter.fillRect(QRectF(0, high - foot, 5 * line, foot), QColor(0, 0, 0))
            painter.fillRect(QRectF(line, high - foot + line, 3 * line, foot), INK)
            painter.fillRect(QRectF(2 * line, 0, line, high), INK)

        return painted(5 * line, high, paint)


def _path(outline: QPolygonF) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(outline)
    path.closeSubpath()
    return path


def _lanes(tags: Sequence[ShownTag]) -> list[int]:
    """The first lane that is free, for each; the last one where none is."""
    ends: list[int] = []
    lanes = []
    for tag in tags:
        free = next((at for at, end in enumerate(ends) if end <= tag.start_ns), None)
        if free is None:
            free = min(len(ends), LANES - 1)
            ends.extend([0] * (free + 1 - len(ends)))
        ends[free] = max(ends[free], tag.end_ns, tag.start_ns + 1)
        lanes.append(free)
    return lanes
