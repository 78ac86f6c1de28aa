"""Measures on the picture: how many of its pixels lie between two of them."""

from dataclasses import dataclass
from math import hypot

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QPainter, QPen, QTransform

from bodycam_annotator.ui.theme import ON_PICTURE

_END = 5
"""Half of an end mark, in the view's pixels."""


@dataclass(frozen=True, kw_only=True)
class Ruler:
    """From one pixel, column and row, to another; y grows downward, as in the picture."""

    start: tuple[int, int]
    end: tuple[int, int]

    @property
    def words(self) -> str:
        across, down = self.end[0] - self.start[0], self.end[1] - self.start[1]
        return f"{hypot(across, down):.1f} px (Δx {_signed(across)}, Δy {_signed(down)})"

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """A dark and a bright line, one of which is seen on any picture, between pixel centres."""
        ends = [
            transform.map(QPointF(column + 0.5, row + 0.5))
            for column, row in (self.start, self.end)
        ]
        for color, width in ((QColor(0, 0, 0, 200), 4.0), (QColor(ON_PICTURE.warn), 1.5)):
            painter.setPen(QPen(color, width))
            painter.drawLine(ends[0], ends[1])
            for end in ends:
                painter.drawLine(end - QPointF(_END, 0), end + QPointF(_END, 0))
                painter.drawLine(end - QPointF(0, _END), end + QPointF(0, _END))


def _signed(number: int) -> str:
    return str(number).replace("-", "\N{MINUS SIGN}")
