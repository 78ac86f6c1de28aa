"""Tags as blocks and flags with their text."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from bodycam_annotator.model.palette import ink_on
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.colors import COLORS, seen_color
from bodycam_annotator.ui.timeline.rows import Band
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.tracks import FLAG_PX, block_color

LEAST_WORDS_PX = 22
LEAST_WORDS_HEIGHT = 13
"""Rooms narrower or lower than this get no text."""

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True)
class _Ink:
    """What a colour's tags are painted with; made once, as there are thousands of them."""

    color: QColor
    fill: QColor
    edge: QPen
    chosen_edge: QPen
    chosen: QColor
    text: QColor
    inside: QColor


def _ink(name: str) -> _Ink:
    return _ink_of(name, COLORS.text)


@lru_cache(maxsize=256)
def _ink_of(name: str, text: str) -> _Ink:
    """`text` tells the theme of now."""
    color = seen_color(name)
    fill = block_color(name)
    return _Ink(
        color=color,
        fill=fill,
        edge=QPen(color.darker(190), 1),
        chosen_edge=QPen(QColor(text), 1.5),
        chosen=QColor(text),
        text=QColor(text),
        inside=QColor(ink_on(fill.name())),
    )


def block_box(start_ns: int, end_ns: int, scale: Scale, band: Band) -> QRectF:
    left = scale.x(start_ns)
    return QRectF(left, band.top + 2, max(scale.x(end_ns) - left, 2.0), band.height - 3)


def paint_block(
    painter: QPainter,
    box: QRectF,
    color: str,
    words: str,
    scale: Scale,
    *,
    chosen: bool,
    disputed: bool = False,
    room: float = 0.0,
) -> None:
    """`room`: the x up to which words may stand beside a block that is too narrow for them."""
    ink = _ink(color)
    # Nothing is drawn far outside the view, where numbers grow too large to be drawn well.
    left, right = max(box.left(), scale.left - 8.0), min(box.right(), scale.right + 8.0)
    if right <= left:
        return
    if right - left < 5:
        inner = QRectF(left, box.top(), right - left, box.height())
        painter.fillRect(inner, ink.chosen if chosen else ink.color)
        return
    painter.setPen(ink.chosen_edge if chosen else ink.edge)
    painter.setBrush(ink.color if chosen else ink.fill)
    inner = QRectF(left + 0.5, box.top() + 0.5, right - left - 1, box.height() - 1)
    painter.drawRoundedRect(inner, 3, 3)
    if disputed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.BDiagPattern)
        painter.drawRoundedRect(inner, 3, 3)
    if box.height() < LEAST_WORDS_HEIGHT:
        return
    left, right = max(left, scale.left) + 5, min(right, scale.right) - 4
    beside = room - box.right() - 4
    if right - left < beside and not _fits(painter.font(), words, right - left):
        where = QRectF(box.right() + 4, box.top(), beside, box.height())
        _paint_words(painter, where, words, ink.text)
    elif right - left >= LEAST_WORDS_PX:
        where = QRectF(left, box.top(), right - left, box.height())
        _paint_words(painter, where, words, ink.inside)


def paint_flag(
    painter: QPainter,
    column: int,
    band: Band,
    color: str,
    words: str,
    *,
    chosen: bool,
    room: float,
) -> None:
    """A pole in the column of the mark's time, a pennant to its right, its words beside that.

    The pennant shrinks where the next mark is near.
    """
    ink = _ink(color)
    pole, top, long = column + 0.5, band.top + 2, band.height - 3
    wide, height = min(max(room - column, 3.0), FLAG_PX - 2.0), min(long, 11)
    painter.fillRect(column, top, 1, long, ink.chosen if chosen else ink.color)
    painter.setPen(ink.chosen_edge if chosen else Qt.PenStyle.NoPen)
    painter.setBrush(ink.color)
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(pole, top),
                QPointF(pole + wide, top + height / 2),
                QPointF(pole, top + height),
            ]
        )
    )
    left = column + FLAG_PX + 1
    if band.height >= LEAST_WORDS_HEIGHT and room - left >= LEAST_WORDS_PX:
        box = QRectF(left, band.top, room - left, band.height)
        _paint_words(painter, box, words, ink.chosen if chosen else ink.text)


def paint_uncertainty(painter: QPainter, tag: Tag, scale: Scale, band: Band) -> None:
    """A whisker about each edge as far as it may be off, where that can be seen."""
    bound = tag.uncertainty_ns or 0
    if scale.pixels(bound) < 3:
        return
    painter.setPen(QPen(QColor(COLORS.text), 1))
    y = band.bottom - 2.5
    for edge in {tag.start_ns, tag.end_ns}:
        left, right = scale.x(edge - bound), scale.x(edge + bound)
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 2))


def _paint_words(painter: QPainter, box: QRectF, words: str, color: QColor) -> None:
    if box.width() >= LEAST_WORDS_PX:
        painter.setPen(color)
        painter.drawText(box, _LEFT, fitting(painter.font(), words, int(box.width())))


def _fits(font: QFont, words: str, width: float) -> bool:
    return not fitting(font, words, int(width)).endswith("…") or words.endswith("…")


def fitting(font: QFont, words: str, width: int) -> str:
    """`words` on one line, cut with an ellipsis where they are wider than that."""
    return _cutter(font.key())(font, words, width)


@lru_cache(maxsize=8)
def _cutter(_key: str) -> Callable[[QFont, str, int], str]:
    """For one font, and remembering what it cut: measuring words is what takes time."""
    widths: dict[str, int] = {}

    @lru_cache(maxsize=4096)
    def cut(font: QFont, words: str, width: int) -> str:
        metrics = QFontMetrics(font)
        line = " ".join(words.split())
        if line not in widths:
            widths[line] = metrics.horizontalAdvance(line)
        if widths[line] <= width:
            return line
        return metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)

    return cut
