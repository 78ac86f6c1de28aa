"""How a code will look while tagging: in the code panel and on the timeline, dark and light."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from bodycam_annotator.model.codebook import COLOR_FORM, Code, Kind
from bodycam_annotator.model.palette import ink_on
from bodycam_annotator.ui.colors import DARK, LIGHT, Colors, contrast, seen_in

_HEIGHT = 88
_UNKNOWN = "#727272"


def contrast_words(color: str) -> str:
    """`3.8 to 1 on dark, 3.5 to 1 on light`: as it is shown there."""
    return ", ".join(
        f"{contrast(seen_in(theme, color).name(), theme.raised):.1f} to 1 on {name}"
        for name, theme in (("dark", DARK), ("light", LIGHT))
    )


def draw_sign(painter: QPainter, color: QColor, kind: Kind, middle: QPointF) -> None:
    """Points and spans differ in shape as well as in colour. About 10 by 16 pixels."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    x, y = middle.x(), middle.y()
    if kind is Kind.POINT:
        painter.drawRect(QRectF(x - 1, y - 7, 2, 14))
        painter.drawEllipse(QRectF(x - 3.5, y - 8, 7, 7))
    else:
        painter.drawRoundedRect(QRectF(x - 5, y - 4, 10, 8), 2, 2)


class CodePreview(QWidget):
    """The code twice, as either theme shows it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code: Code | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Preview")

    def show_code(self, code: Code | None) -> None:
        self._code = code
        color = code.color if code and COLOR_FORM.fullmatch(code.color) else ""
        self.setAccessibleDescription(contrast_words(color) if color else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, _HEIGHT)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._code is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self.width() / 2 - 4
        _paint(painter, self._code, QRectF(0, 0, half, _HEIGHT), theme=DARK)
        _paint(painter, self._code, QRectF(half + 8, 0, half, _HEIGHT), theme=LIGHT)


def _paint(painter: QPainter, code: Code, box: QRectF, *, theme: Colors) -> None:
    known = COLOR_FORM.fullmatch(code.color) is not None
    ground = theme.raised
    color = seen_in(theme, code.color if known else _UNKNOWN)
    ink = QColor(ink_on(ground))
    quiet = QColor(ink)
    quiet.setAlpha(150)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 4, 4)
    draw_sign(painter, color, code.kind, QPointF(box.left() + 16, box.top() + 20))
    painter.setPen(ink)
    middle = int(Qt.AlignmentFlag.AlignVCenter)
    top = QRectF(box.left() + 30, box.top() + 8, 30, 24)
    painter.drawText(top, middle, f"[{code.key or ' '}]")
    top.setLeft(top.left() + 30)
    top.setRight(box.right() - 8)
    elided = painter.fontMetrics().elidedText
    name = code.name or "…"
    painter.drawText(top, middle, elided(name, Qt.TextElideMode.ElideRight, int(top.width())))
    painter.setPen(quiet)
    left = QRectF(box.left() + 8, box.top() + 40, 84, 40)
    words = elided(code.group, Qt.TextElideMode.ElideRight, int(left.width()))
    painter.drawText(left, middle, words)
    track = QRectF(box.left() + 96, box.top() + 40, box.width() - 104, 40)
    painter.setPen(QPen(quiet, 1))
    painter.drawLine(track.bottomLeft(), track.bottomRight())
    if code.kind is Kind.POINT:
        _paint_flags(painter, color, track)
    else:
        _paint_span(painter, color, track, code.example or name)


def _paint_flags(painter: QPainter, color: QColor, track: QRectF) -> None:
    painter.setPen(QPen(color, 1.5))
    painter.setBrush(color)
    for share in (0.1, 0.18, 0.55):
        x = track.left() + share * track.width()
        painter.drawLine(QPointF(x, track.top() + 8), QPointF(x, track.bottom() - 2))
        pennant = [QPointF(x, track.top() + 8), QPointF(x + 10, track.top() + 13)]
        painter.drawPolygon(QPolygonF([*pennant, QPointF(x, track.top() + 18)]))


def _paint_span(painter: QPainter, color: QColor, track: QRectF, text: str) -> None:
    span = QRectF(track.left() + 0.1 * track.width(), track.top() + 10, 0.7 * track.width(), 22)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(span, 3, 3)
    painter.setPen(QColor(ink_on(color.name())))
    inner = span.adjusted(6, 0, -6, 0)
    line = " ".join(text.split())
    words = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(inner.width()))
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), words)
