"""The codes as buttons with their keys; an open span is shown on its button until it ends."""

from collections.abc import Mapping

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QGridLayout, QVBoxLayout, QWidget

from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.ui.colors import seen_color
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.theme import COLORS, scaled

COLUMNS = 3

_SIGN, _KEY, _AFTER_NAME = 17, 25, 2
"""Pixels that its sign, its key and the border take from a name; the key's with usual text."""


class CodeButton(QAbstractButton):
    """`[U] Utterance`, with a bar in the code's colour: a flag for points, a block for spans."""

    def __init__(self, code: Code, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = code
        self._open = False
        self.setText(code.name)
        font = self.font()
        font.setPixelSize(font.pixelSize() - 1)
        self.setFont(font)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{code.name}, key {code.key}" if code.key else code.name)
        self._explain()

    def set_open(self, since: str) -> None:
        """`since` is the time at which its span was begun; empty when none is open."""
        self._open = bool(since)
        # Without the hours: what fits beside the key.
        self.setText(f"▸ {since[3:]}" if since else self.code.name)
        self._explain()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(148), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(120), self._height())

    def _height(self) -> int:
        return max(28, self.fontMetrics().height() + 12)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        color = seen_color(self.code.color)
        tint = QColor(color)
        tint.setAlpha(70 if self._open else 0)
        ground = COLORS.accent_dim if self.isDown() else COLORS.raised
        border = color if self._open else QColor(COLORS.edge)
        if self.hasFocus():
            border = QColor(COLORS.accent)
        elif self.underMouse():
            border = QColor(COLORS.muted)
        painter.setPen(QPen(border, 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, 4, 4)
        painter.fillRect(box.adjusted(1, 1, -1, -1), tint)
        self._paint_sign(painter, color)
        painter.setPen(QColor(COLORS.text if self.isEnabled() else COLORS.faint))
        key = QRectF(_SIGN, 0, scaled(_KEY) - 1, self.height())
        painter.drawText(key, int(Qt.AlignmentFlag.AlignCenter), f"[{self.code.key or ' '}]")
        before = _SIGN + scaled(_KEY)
        words = QRectF(before, 0, self.width() - before - _AFTER_NAME, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, int(flags), text)

    def _paint_sign(self, painter: QPainter, color: QColor) -> None:
        """Points and spans differ in shape as well as in colour."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        if self.code.kind is Kind.POINT:
            painter.drawRect(QRectF(11, 7, 2, self.height() - 14))
            painter.drawEllipse(QRectF(8.5, 6, 7, 7))
        else:
            painter.drawRoundedRect(QRectF(7, self.height() / 2 - 4, 10, 8), 2, 2)

    def _explain(self) -> None:
        what = "tags at once" if self.code.kind is Kind.POINT else "begins a span"
        if self._open:
            what = "ends the span here; Esc drops it"
        example = f"\nFor example {self.code.example}" if self.code.example else ""
        first = f"{self.code.name} · {self.code.key}: {what}"
        self.setToolTip(plain_tip(f"{first}\n{self.code.description}{example}"))


class CodePanel(QWidget):
    """All codes of the codebook. Signals: `pressed` carries a code's id."""

    pressed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel("Codes")
        self._title.setProperty("section", True)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        self._buttons: dict[str, CodeButton] = {}

    def show_codebook(self, codebook: Codebook | None) -> None:
        for button in self._buttons.values():
            self._grid.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        if codebook is None:
            return
        self._title.setText(f"Codes · {codebook.name} (version {codebook.version})")
        for at, code in enumerate(codebook.codes):
            button = CodeButton(code, self)
            button.clicked.connect(lambda _=False, code_id=code.id: self.pressed.emit(code_id))
            self._grid.addWidget(button, at // COLUMNS, at % COLUMNS)
            self._buttons[code.id] = button

    def show_open(self, since: Mapping[str, str]) -> None:
        """`since`: by code id, when its open span was begun."""
        for code_id, button in self._buttons.items():
            button.set_open(since.get(code_id, ""))
