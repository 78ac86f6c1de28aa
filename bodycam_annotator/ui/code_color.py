"""A code's colour: one of the palette, or any, with what each theme makes of it."""

from PyQt6.QtCore import QPointF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF
from PyQt6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.codebook import COLOR_FORM
from bodycam_annotator.model.palette import PALETTE, ink_on, readable_on
from bodycam_annotator.ui.code_preview import contrast_words
from bodycam_annotator.ui.colors import DARK, LIGHT, seen_in
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.text_field import TextField

_SWATCH = 24
_IN_A_ROW = 6


class ColorChoice(QWidget):
    """Signals: `chosen` carries what the person chose or typed, allowed or not."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = TextField()
        self.code.setFixedWidth(92)
        self.code.setAccessibleName("Colour as # and six digits")
        self.code.textEdited.connect(lambda text: self._choose(text.strip()))
        self.swatches = {swatch.color: _button(swatch.name, swatch.color) for swatch in PALETTE}
        self._group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(2)
        for at, (color, button) in enumerate(self.swatches.items()):
            self._group.addButton(button)
            grid.addWidget(button, at // _IN_A_ROW, at % _IN_A_ROW)
            button.clicked.connect(lambda _=False, color=color: self._choose(color))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(grid)
        row.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        self.says = PlainLabel()
        self.says.setProperty("muted", True)
        self.says.setWordWrap(True)
        self.mend = QPushButton()
        self.mend.clicked.connect(self._mend)
        below = QHBoxLayout()
        below.addWidget(self.says, 1)
        below.addWidget(self.mend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addLayout(below)

    def show_color(self, color: str, *, used: dict[str, str]) -> None:
        """`used`: by colour in capitals, the name of another code that has it."""
        if self.code.text().strip().upper() != color.upper():
            self.code.show_text(color)
        self._group.setExclusive(False)
        for of, button in self.swatches.items():
            button.setChecked(of == color.upper())
            button.setIcon(_icon(of, chosen=button.isChecked(), used=of in used))
            also = f"\nalso of {used[of]}" if of in used else ""
            name = f"{button.accessibleName()} {of}"
            button.setToolTip(plain_tip(f"{name}: {contrast_words(of)}{also}"))
        self._group.setExclusive(True)
        self._say(color)

    def _say(self, color: str) -> None:
        """Every colour can be read, as each theme shows it so; it is said what it is made there."""
        known = COLOR_FORM.fullmatch(color) is not None
        shown = [
            (name, how, seen_in(theme, color).name().upper())
            for name, how, theme in (("dark", "lighter", DARK), ("light", "darker", LIGHT))
            if known
        ]
        others = [
            f"on {name} it is shown {how}, as {seen}"
            for name, how, seen in shown
            if seen != color.upper()
        ]
        self.mend.setVisible(bool(others))
        if not known:
            self.says.setText("")
        elif others:
            self.says.setText(f"✓ Can be read: {'; '.join(others)}.")
            self.mend.setText(f"Use {_on_both(color)} for both")
        else:
            self.says.setText(f"✓ Shown as it is: {contrast_words(color)}.")

    def _mend(self) -> None:
        self._choose(_on_both(self.code.text().strip()))

    def _choose(self, color: str) -> None:
        self.chosen.emit(color.upper() if COLOR_FORM.fullmatch(color) else color)


def _on_both(color: str) -> str:
    """The nearest that is shown as it is, dark and light."""
    return readable_on(color, *DARK.grounds, *LIGHT.grounds)


def _button(name: str, color: str) -> QToolButton:
    button = QToolButton()
    button.setCheckable(True)
    button.setAccessibleName(name)
    button.setIcon(_icon(color, chosen=False, used=False))
    button.setIconSize(QSize(_SWATCH, _SWATCH))
    button.setStyleSheet("QToolButton { padding: 1px; }")
    return button


def _icon(color: str, *, chosen: bool, used: bool) -> QIcon:
    """Chosen with a tick, used by another code with a dot."""
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(QColor(color))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor(ink_on(color))
    if chosen:
        pen = painter.pen()
        pen.setColor(ink)
        pen.setWidthF(2.5)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(6, 12), QPointF(10, 17), QPointF(18, 7)]))
    elif used:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(QPointF(_SWATCH / 2, _SWATCH / 2), 2.5, 2.5)
    painter.end()
    return QIcon(pixmap)
