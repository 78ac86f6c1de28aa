"""The track strip: a ruler in file time, one track per code group, the playhead."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QBrush,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order, lanes
from bodycam_annotator.timing import NS, clock_text
from bodycam_annotator.ui.colors import seen_color
from bodycam_annotator.ui.plain import plain_tip
from bodycam_annotator.ui.theme import COLORS

GUTTER = 92
RULER = 24
LANE = 20
MOST_LANES = 8
"""Lanes that get their full height; more share it."""

FLAG_PX = 14
ZOOM_STEP = 1.6
SHORTEST_VIEW_NS = 200_000_000
TICKS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


class TimelineView(QWidget):
    """Times are nanoseconds on the footage's own clock; the ruler counts from the first frame.

    Signals: `seek` carries a time, as `dragged` does while the button is down; `chosen` a tag that
    was clicked.
    """

    seek = pyqtSignal(object)
    dragged = pyqtSignal(object)
    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(RULER + 4 * LANE)
        self.setMouseTracking(True)
        self.setAccessibleName("Timeline")
        self._project: Project | None = None
        self._tags: list[Tag] = []
        self._selected: frozenset[str] = frozenset()
        self._open: Mapping[str, int] = {}
        self._silent: Sequence[tuple[int, int]] = ()
        self._first = self._end = 0
        self._from = self._to = 0
        self._now = 0
        self._is_dragged = False
        self._lanes: dict[str, int] = {}
        self._rows: dict[str, tuple[int, int]] = {}

    # What is shown

    def show_footage(self, first_ns: int, end_ns: int) -> None:
        self._first, self._end = first_ns, max(end_ns, first_ns + 1)
        self._now = first_ns
        self._silent = ()
        self.show_all()

    def show_silence(self, spans: Sequence[tuple[int, int]]) -> None:
        self._silent = spans
        self.update()

    def show_tags(self, project: Project | None, tags: Sequence[Tag]) -> None:
        self._project, self._tags = project, in_order(tags)
        self._lay_out()

    def show_selected(self, ids: Sequence[str]) -> None:
        self._selected = frozenset(ids)
        self.update()

    def show_open(self, since: Mapping[str, int]) -> None:
        """`since`: by code id, the time at which its open span was begun."""
        self._open = since
        self.update()

    def show_now(self, time_ns: int) -> None:
        self._now = time_ns
        if not self._from <= time_ns <= self._to:
            length = self._to - self._from
            self._view(time_ns - length // 10, length)
        self.update()

    # Zoom

    def show_all(self) -> None:
        self._from, self._to = self._first, self._end
        self._lay_out()

    def zoom(self, steps: float, *, about_ns: int | None = None) -> None:
        """Positive steps show less time, about a place that stays where it is."""
        if self._end <= self._first:
            return
        about = self._now if about_ns is None else about_ns
        old = self._to - self._from
        length = int(min(max(old / ZOOM_STEP**steps, SHORTEST_VIEW_NS), self._end - self._first))
        share = (about - self._from) / old
        self._view(round(about - share * length), length)
        self._lay_out()

    # Qt

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._lay_out()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(COLORS.ground))
        if self._project is None or self._end <= self._first:
            return
        self._paint_rows(painter)
        painter.setClipRect(GUTTER, 0, self.width() - GUTTER, self.height())
        self._paint_ruler(painter)
        self._paint_silence(painter)
        for tag in self._tags:
            self._paint_tag(painter, tag)
        self._paint_open(painter)
        self._paint_now(painter)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._project is None or event.button() != Qt.MouseButton.LeftButton:
            return
        tag = self._tag_at(event.position())
        if tag is not None:
            self.chosen.emit(tag)
        elif event.position().x() >= GUTTER:
            self.seek.emit(self._time_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._project is None:
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._is_dragged = True
            self.dragged.emit(self._time_at(event.position().x()))
            return
        tag = self._tag_at(event.position())
        self.setToolTip("" if tag is None else plain_tip(self._tip(tag)))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        dragged, self._is_dragged = self._is_dragged, False
        if dragged and event is not None and self._project is not None:
            self.seek.emit(self._time_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._project is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            self.zoom(steps, about_ns=self._time_at(event.position().x()))
        else:
            delta = event.angleDelta().x() or event.angleDelta().y()
            length = self._to - self._from
            self._view(self._from - round(delta / 120 * length / 8), length)
            self.update()
        event.accept()

    # Places

    def _view(self, start_ns: int, length: int) -> None:
        length = min(max(length, 1), self._end - self._first)
        self._from = min(max(start_ns, self._first), self._end - length)
        self._to = self._from + length

    def _x(self, time_ns: int) -> float:
        share = (time_ns - self._from) / max(self._to - self._from, 1)
        return GUTTER + share * (self.width() - GUTTER)

    def _time_at(self, x: float) -> int:
        share = (x - GUTTER) / max(self.width() - GUTTER, 1)
        time_ns = self._from + round(share * (self._to - self._from))
        return min(max(time_ns, self._first), self._end - 1)

    def _lay_out(self) -> None:
        """Lanes by group, and where each group's row begins, in lanes from the ruler."""
        self._rows, self._lanes = {}, {}
        if self._project is None:
            self.update()
            return
        length = self._to - self._from
        flag_ns = round(length * FLAG_PX / max(self.width() - GUTTER, 1))
        top = 0
        for group in self._project.codebook.groups:
            of_group = [tag for tag in self._tags if self._group(tag) == group]
            laid = lanes(of_group, point_ns=flag_ns)
            count = max(laid.values(), default=0) + 1
            self._lanes.update(laid)
            self._rows[group] = (top, count)
            top += count
        self.setMinimumHeight(RULER + min(top, MOST_LANES) * LANE + 4)
        self.update()

    def _code(self, tag: Tag) -> Code | None:
        assert self._project is not None
        book = self._project.codebooks.get(tag.codebook)
        return book.find(tag.code) if book else None

    def _group(self, tag: Tag) -> str:
        code = self._code(tag)
        groups = self._project.codebook.groups if self._project else ()
        return code.group if code and code.group in groups else groups[-1]

    def _box(self, tag: Tag) -> QRectF:
        top, _ = self._rows[self._group(tag)]
        y = RULER + (top + self._lanes[tag.id]) * self._lane()
        left = self._x(tag.start_ns)
        width = max(self._x(tag.end_ns) - left, 3.0) if tag.end_ns > tag.start_ns else FLAG_PX
        return QRectF(left, y + 2, width, self._lane() - 4)

    def _lane(self) -> float:
        """Lanes share the height there is, no higher than looks calm."""
        count = sum(count for _, count in self._rows.values()) or 1
        return min((self.height() - RULER) / count, 1.6 * LANE)

    def _tag_at(self, place: QPointF) -> Tag | None:
        if place.x() < GUTTER:
            return None
        for tag in reversed(self._tags):
            if tag.id in self._lanes and self._box(tag).adjusted(-2, 0, 2, 0).contains(place):
                return tag
        return None

    def _tip(self, tag: Tag) -> str:
        code = self._code(tag)
        start = clock_text(tag.start_ns - self._first)
        words = f"\n“{tag.text}”" if tag.text else ""
        return f"{code.name if code else tag.code} at {start}{words}"

    # Painting

    def _paint_rows(self, painter: QPainter) -> None:
        for at, (group, (top, count)) in enumerate(self._rows.items()):
            y = RULER + top * self._lane()
            row = QRectF(0, y, self.width(), count * self._lane())
            painter.fillRect(row, QColor(COLORS.panel if at % 2 == 0 else COLORS.stripe))
            painter.setPen(QColor(COLORS.muted))
            words = QRectF(12, y, GUTTER - 16, self._lane())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(words, int(flags), group)

    def _paint_ruler(self, painter: QPainter) -> None:
        seconds = (self._to - self._from) / NS
        room = (self.width() - GUTTER) / 90
        step = next((tick for tick in TICKS_S if seconds / tick <= room), TICKS_S[-1])
        step_ns = round(step * NS)
        time_ns = self._first + (self._from - self._first + step_ns - 1) // step_ns * step_ns
        while time_ns <= self._to:
            x = self._x(time_ns)
            painter.setPen(QColor(COLORS.line))
            painter.drawLine(QPointF(x, RULER - 6), QPointF(x, self.height()))
            painter.setPen(QColor(COLORS.muted))
            text = clock_text(time_ns - self._first)
            text = text if step < 1 else text[:-4]
            if x + 4 + painter.fontMetrics().horizontalAdvance(text) <= self.width():
                painter.drawText(QPointF(x + 4, RULER - 8), text)
            time_ns += step_ns

    def _paint_silence(self, painter: QPainter) -> None:
        """Hatched behind the first row: nothing can be heard there."""
        hatch = QBrush(QColor(COLORS.line), Qt.BrushStyle.BDiagPattern)
        for start, end in self._silent:
            left, right = self._x(start), self._x(end)
            if right < GUTTER or left > self.width():
                continue
            _, count = next(iter(self._rows.values()))
            painter.fillRect(QRectF(left, RULER, right - left, count * self._lane()), hatch)
            painter.setPen(QColor(COLORS.muted))
            box = QRectF(max(left, GUTTER) + 6, RULER, right - max(left, GUTTER), self._lane())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), "no sound")

    def _paint_tag(self, painter: QPainter, tag: Tag) -> None:
        code = self._code(tag)
        box = self._box(tag)
        if box.right() < GUTTER or box.left() > self.width():
            return
        color = QColor(code.color if code else COLORS.muted)
        chosen = tag.id in self._selected
        if tag.end_ns == tag.start_ns:
            _flag(painter, box, color, chosen=chosen)
            return
        # Opaque, so that nothing written behind it shines through its text.
        fill = color if chosen or not COLORS.is_dark else color.darker(130)
        edge = QColor(COLORS.text) if chosen else seen_color(color.name())
        painter.setPen(QPen(edge, 1.5 if chosen else 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 3, 3)
        words = tag.text or (code.name if code else tag.code)
        inner = box.adjusted(5, 0, -3, 0)
        inner.setLeft(max(inner.left(), GUTTER + 4))
        if inner.width() > 24:
            painter.setPen(QColor("#0B0C0E"))
            text = self.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideRight, int(inner.width())
            )
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_open(self, painter: QPainter) -> None:
        assert self._project is not None
        for code_id, since in self._open.items():
            code = self._project.codebook.find(code_id)
            if code is None:
                continue
            top, _ = self._rows[code.group]
            left, right = sorted((self._x(since), self._x(self._now)))
            box = QRectF(left, RULER + top * self._lane() + 2, right - left, self._lane() - 4)
            color = seen_color(code.color)
            painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
            color.setAlpha(70)
            painter.setBrush(color)
            painter.drawRoundedRect(box, 3, 3)

    def _paint_now(self, painter: QPainter) -> None:
        x = self._x(self._now)
        painter.setPen(QPen(QColor(COLORS.accent), 1.5))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setBrush(QColor(COLORS.accent))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 7)]))


def _flag(painter: QPainter, box: QRectF, color: QColor, *, chosen: bool) -> None:
    """A pole on the mark's exact time with a pennant to its right."""
    seen = seen_color(color.name())
    painter.setPen(QPen(QColor(COLORS.text) if chosen else seen, 1.5))
    painter.setBrush(seen)
    painter.drawLine(box.topLeft(), box.bottomLeft())
    painter.drawPolygon(
        QPolygonF(
            [
                box.topLeft(),
                QPointF(box.left() + 10, box.top() + box.height() / 4),
                QPointF(box.left(), box.top() + box.height() / 2),
            ]
        )
    )
