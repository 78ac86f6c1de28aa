"""Short sentences on the picture that must not be taken for part of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter

from bodycam_annotator.ui.theme import ON_PICTURE, UNIT

GAP = 2 * UNIT
_SIDE = 10
_GROUND = QColor(11, 12, 14, 225)
"""Dark enough that every colour used has 4.5 to 1 on it over a white picture."""


@dataclass(frozen=True, kw_only=True)
class Chip:
    text: str
    color: str = ON_PICTURE.text


def width_of(text: str, metrics: QFontMetrics) -> int:
    return metrics.horizontalAdvance(text) + 2 * _SIDE


def height_of(metrics: QFontMetrics) -> int:
    return max(6 * UNIT, metrics.height() + 2 * UNIT)


def lay_out(
    chips: Sequence[Chip], metrics: QFontMetrics, room: QRectF
) -> list[tuple[Chip, QRectF]]:
    """From the lower left of `room`, row upon row."""
    placed: list[tuple[Chip, QRectF]] = []
    left, bottom, height = room.left(), room.bottom(), height_of(metrics)
    for chip in chips:
        width = min(float(width_of(chip.text, metrics)), room.width())
        if left > room.left() and left + width > room.right():
            left, bottom = room.left(), bottom - height - GAP
        placed.append((chip, QRectF(left, bottom - height, width, height)))
        left += width + GAP
    return placed


def box_beside(boxes: Sequence[QRectF], size: QSizeF, room: QRectF) -> QRectF:
    """The lowest place at the right of `room` that is `GAP` away from all `boxes`."""
    box = QRectF(QPointF(room.right() - size.width(), room.bottom() - size.height()), size)
    while any(box.adjusted(-GAP, 0, 0, 0).intersects(other) for other in boxes):
        box.translate(0, -size.height() - GAP)
    return box


def paint_chip(painter: QPainter, chip: Chip, box: QRectF) -> None:
    """Text that is too long for the box ends in an ellipsis."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(box, UNIT, UNIT)
    painter.setPen(QColor(chip.color))
    room = int(box.width()) - 2 * _SIDE + 1
    text = painter.fontMetrics().elidedText(chip.text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def box_at(corner: QPointF, text: str, metrics: QFontMetrics) -> QRectF:
    """A chip's box by its upper left corner."""
    return QRectF(corner, QSizeF(width_of(text, metrics), height_of(metrics)))
