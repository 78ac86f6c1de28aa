"""The movable line between original and enhanced."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from bodycam_annotator.ui.picture_chips import GAP, Chip, box_at, paint_chip, width_of
from bodycam_annotator.ui.theme import ON_PICTURE

NEAR = 8
"""Pixels to either side from where the pointer takes hold of it."""

STEP = 0.05
LEFTMOST, RIGHTMOST = 0.02, 0.98
_RADIUS = 9.0


class Divider:
    """Lies at a share of what it divides: `compared`, the part of the view with the picture.

    Attributes:
        is_on: whether somebody wants to compare.
        is_held: whether the pointer has it.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.is_held = False
        self.share = 0.5

    def move(self, steps: int) -> None:
        self._set(self.share + steps * STEP)

    def is_near(self, point: QPointF, compared: QRectF | None) -> bool:
        return compared is not None and abs(point.x() - self._x(compared)) <= NEAR

    def grab(self, point: QPointF, compared: QRectF | None) -> None:
        self.is_held = self.is_near(point, compared)

    def drag_to(self, point: QPointF, compared: QRectF | None) -> None:
        if compared is not None and compared.width() > 0:
            self._set((point.x() - compared.left()) / compared.width())

    def let_go(self) -> None:
        self.is_held = False

    def left_of(self, compared: QRectF) -> QRectF:
        """The part that shows the original."""
        left = QRectF(compared)
        left.setRight(self._x(compared))
        return left

    def paint(self, painter: QPainter, compared: QRectF) -> None:
        x, middle = self._x(compared), compared.center().y()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((QColor(0, 0, 0, 160), 4.0), (QColor(ON_PICTURE.text), 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x, compared.top()), QPointF(x, compared.bottom()))
        painter.setBrush(QColor(ON_PICTURE.text))
        painter.setPen(QPen(QColor(0, 0, 0, 160), 1.0))
        painter.drawEllipse(QPointF(x, middle), _RADIUS, _RADIUS)
        pen = QPen(QColor(ON_PICTURE.ground), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for side in (-1, 1):
            tip = QPointF(x + side * 5.5, middle)
            painter.drawLine(tip, tip + QPointF(-side * 3, -3))
            painter.drawLine(tip, tip + QPointF(-side * 3, 3))
        self._paint_words(painter, compared, x)
        painter.restore()

    def _paint_words(self, painter: QPainter, compared: QRectF, x: float) -> None:
        """Each on its side, where there is room for it."""
        metrics, top = painter.fontMetrics(), compared.top() + GAP
        width = width_of("original", metrics)
        if x - GAP - width >= compared.left():
            corner = QPointF(x - GAP - width, top)
            paint_chip(painter, Chip(text="original"), box_at(corner, "original", metrics))
        if x + GAP + width_of("enhanced", metrics) <= compared.right():
            corner = QPointF(x + GAP, top)
            chip = Chip(text="enhanced", color=ON_PICTURE.accent)
            paint_chip(painter, chip, box_at(corner, "enhanced", metrics))

    def _x(self, compared: QRectF) -> float:
        return float(round(compared.left() + self.share * compared.width()))

    def _set(self, share: float) -> None:
        self.share = min(max(share, LEFTMOST), RIGHTMOST)
