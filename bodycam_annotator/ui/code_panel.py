"""The codes as buttons with their keys; an open span is shown on its button until it ends."""

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.ui.colors import seen_color
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.theme import COLORS, scaled

COLUMNS = 3

_SIGN, _KEY, _GAP, _AFTER_NAME = 17, 17, 4, 2
"""Pixels that its sign, its key, the gaps and the border take from a name; the key's with usual
text."""


class CodeButton(QAbstractButton):
    """`[U] Utterance`, with a sign in the code's colour: a flag for points, a block for spans.

    Signals: `pointed` carries the code's id while the pointer or the focus is on it, else "".
    """

    pointed = pyqtSignal(str)

    def __init__(self, code: Code, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = code
        self._open = False
        self._dropping = ""
        self.setText(code.name)
        font = self.font()
        font.setPixelSize(font.pixelSize() - 1)
        self.setFont(font)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{code.name}, key {code.key}" if code.key else code.name)
        self._explain()

    def set_open(self, since: str) -> None:
        """`since` is the time at which its span was begun; empty when none is open."""
        self._open = bool(since)
        # Without the hours: what fits beside the key.
        self.setText(f"▸ {since[3:]}" if since else self.code.name)
        self._explain()
        self.update()

    def tell_dropping(self, words: str) -> None:
        self._dropping = words
        self._explain()

    def enterEvent(self, event: QEnterEvent | None) -> None:
        super().enterEvent(event)
        self.pointed.emit(self.code.id)

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self.pointed.emit("")

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.pointed.emit(self.code.id)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.pointed.emit("")

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
        if self.code.key:
            self._paint_key(painter, QRectF(_SIGN + _GAP, 0, scaled(_KEY), self.height()))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self._words_place(), int(flags), self.shown)

    @property
    def shown(self) -> str:
        """Its words, as far as there is room for them."""
        room = int(self._words_place().width())
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _words_place(self) -> QRectF:
        before = _SIGN + _GAP + (scaled(_KEY) + _GAP if self.code.key else 0)
        return QRectF(before, 0, self.width() - before - _AFTER_NAME, self.height())

    def _paint_key(self, painter: QPainter, place: QRectF) -> None:
        """In a cap of one width, so that names stand below each other whatever the letter is."""
        side = place.width()
        cap = QRectF(place.left() + 0.5, (self.height() - side) // 2 + 0.5, side - 1, side - 1)
        words = painter.pen()
        painter.setPen(QPen(QColor(COLORS.edge), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 3, 3)
        painter.setPen(words)
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self.code.key)

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
            what = f"ends the span here; {self._dropping}"
        example = f"\nFor example {self.code.example}" if self.code.example else ""
        key = self.code.key or "No key"
        first = f"{self.code.name} · {key}: {what}"
        self.setToolTip(plain_tip(f"{first}\n{self.code.description}{example}"))


class CodePanel(QWidget):
    """All codes of the codebook. Signals: `pressed` carries a code's id."""

    pressed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel("Codes")
        self._title.setProperty("section", True)
        # However long the words, the panel can be as narrow as its buttons.
        self._title.setMinimumWidth(1)
        self._named = self._open = ""
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        self._codebook: Codebook | None = None
        self._buttons: dict[str, CodeButton] = {}
        self._dropping = ""

    def begin(self) -> None:
        """The first button has the keyboard from now on; Tab goes on to the next."""
        for button in list(self._buttons.values())[:1]:
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def tell_dropping(self, words: str) -> None:
        """How an open span is dropped, for the buttons' tips."""
        self._dropping = words
        for button in self._buttons.values():
            button.tell_dropping(words)

    def tell_editing(self, words: str) -> None:
        """How the codes are edited, as a tip."""
        self._title.setToolTip(plain_tip(words))

    def show_codebook(self, codebook: Codebook | None) -> None:
        """The buttons stay, and with them the focus, while the codebook is the same."""
        if codebook == self._codebook:
            return
        self._codebook = codebook
        for button in self._buttons.values():
            self._grid.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        if codebook is None:
            return
        self._named = f"Codes · {codebook.name} (version {codebook.version})"
        self._explain("")
        for at, code in enumerate(codebook.codes):
            button = CodeButton(code, self)
            button.tell_dropping(self._dropping)
            button.clicked.connect(lambda _=False, code_id=code.id: self.pressed.emit(code_id))
            button.pointed.connect(self._explain)
            self._grid.addWidget(button, at // COLUMNS, at % COLUMNS)
            # The layout would show it only soon, and until then a key could not go to it.
            button.show()
            self._buttons[code.id] = button

    def show_open(self, since: Mapping[str, str]) -> None:
        """`since`: by code id, when its open span was begun."""
        for code_id, button in self._buttons.items():
            button.set_open(since.get(code_id, ""))
        self._open = next(reversed(list(since)), "")
        self._explain("")

    def _explain(self, code_id: str) -> None:
        """In the heading: the code pointed at, else that of the span begun last. One line, as the
        panels must not jump under the pointer; the button's tooltip has all of it."""
        button = self._buttons.get(code_id) or self._buttons.get(self._open)
        said = self._named
        if button is not None and button.code.description:
            said = f"{button.code.name}: {button.code.description}"
        words = self._title.fontMetrics().elidedText(
            said, Qt.TextElideMode.ElideRight, max(self.width() - 20, 200)
        )
        self._title.setText(words)
