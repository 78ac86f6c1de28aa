"""Sliders for the numbers of a look, each with its name and value."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QGridLayout, QSlider, QStyle, QWidget

from bodycam_annotator.media.enhance import Look
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import keeps
from bodycam_annotator.ui.theme import restyle

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_RESET = Qt.Key.Key_Backspace
_LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_NEUTRAL = Look()
_KEPT = (*_ARROWS, *_LEAVING, _RESET, Qt.Key.Key_Home, Qt.Key.Key_End)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One number of a look: its field there, what it is called, and its places on a slider.

    `label` has an ampersand before the letter that reaches it with Alt.
    """

    field: str
    label: str
    tip: str
    places: tuple[int, int]
    value: Callable[[int], float]
    place: Callable[[float], int]

    @property
    def name(self) -> str:
        return self.label.replace("&", "")


def _linear(field: str, label: str, tip: str, *, last: int, step: float, first: int = 0) -> Level:
    return Level(
        field=field,
        label=label,
        tip=tip,
        places=(first, last),
        # A whole step gives whole numbers, which is what those fields of a look are.
        value=lambda at: at * step if isinstance(step, int) else round(at * step, 2),
        place=lambda value: round(value / step),
    )


def _factor(field: str, label: str, tip: str) -> Level:
    """A quarter to four times, 1 in the middle."""
    return Level(
        field=field,
        label=label,
        tip=tip,
        places=(-40, 40),
        value=lambda at: float(round(2 ** (at / 20), 2)),
        place=lambda value: round(log2(value) * 20),
    )


LEVELS = (
    _linear(
        "brightness",
        "&Brightness",
        "Adds the same light everywhere.",
        first=-100,
        last=100,
        step=1,
    ),
    _factor("contrast", "&Contrast", "Drives light and dark apart, about middle grey."),
    _factor("gamma", "&Gamma", "Above 1 brightens dark parts, below 1 darkens bright parts."),
    _linear(
        "local_contrast",
        "&Local contrast",
        "Evens out light from place to place (CLAHE): detail in shadow and glare. Noise grows too.",
        last=20,
        step=0.5,
    ),
    _linear(
        "denoise",
        "De&noise",
        "Smooths differences between neighbouring pixels up to so many grey levels.",
        last=100,
        step=1,
    ),
    _linear("sharpen", "&Sharpen", "Strengthens edges; too much draws halos.", last=40, step=0.1),
)


class LevelSlider(QSlider):
    """Left and right change it, double-click or Backspace resets it, Enter and Escape leave it.

    Signals: `reset`; `left`; `next_asked` with 1 or -1 for down and up.
    """

    reset = pyqtSignal()
    left = pyqtSignal()
    next_asked = pyqtSignal(int)

    def __init__(self, level: Level) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.level = level
        self.setRange(*level.places)
        self.setPageStep(max(1, (level.places[1] - level.places[0]) // 10))
        # Not by click: the keys go on stepping through the footage after the mouse was here.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(level.name)
        self.setToolTip(f"{level.tip}\nDouble-click resets it.")

    def event(self, event: QEvent | None) -> bool:
        """Takes its keys before the window's actions can."""
        if keeps(event) and isinstance(event, QKeyEvent) and event.key() in _KEPT:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        key = event.key() if event is not None else 0
        if key in _LEAVING:
            self.left.emit()
        elif key == _RESET:
            self.reset.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.next_asked.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Scrolls the panel: nobody means to change a value by it."""
        if event is not None:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """The handle comes under the pointer, and can be dragged on from there."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            share = int(event.position().x())
            first, last = self.level.places
            self.setValue(QStyle.sliderValueFromPosition(first, last, share, self.width()))
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.reset.emit()


class Levels(QWidget):
    """All numbers of a look, one below the other.

    Signals: `changed` carries a field of `Look` and its new value; `left`.
    """

    changed = pyqtSignal(str, object)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders = {level.field: LevelSlider(level) for level in LEVELS}
        self._numbers = {level.field: PlainLabel() for level in LEVELS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for row, level in enumerate(LEVELS):
            self._add(grid, row, level)

    def show_look(self, look: Look) -> None:
        for field, slider in self.sliders.items():
            value, number = getattr(look, field), self._numbers[field]
            slider.blockSignals(True)
            slider.setValue(slider.level.place(value))
            slider.blockSignals(False)
            number.setText(f"{value:g}")
            number.setProperty("muted", value == getattr(_NEUTRAL, field))
            restyle(number)

    def begin(self) -> None:
        """Gives the keys to the first."""
        next(iter(self.sliders.values())).setFocus()

    def _add(self, grid: QGridLayout, row: int, level: Level) -> None:
        slider, number, label = self.sliders[level.field], self._numbers[level.field], PlainLabel()
        label.setText(level.label)
        label.setBuddy(slider)
        number.setMinimumWidth(number.fontMetrics().horizontalAdvance("-1000"))
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, part in enumerate((label, slider, number)):
            grid.addWidget(part, row, column)
        neutral = getattr(_NEUTRAL, level.field)
        slider.valueChanged.connect(lambda at: self.changed.emit(level.field, level.value(at)))
        slider.reset.connect(lambda: self.changed.emit(level.field, neutral))
        slider.left.connect(self.left)
        slider.next_asked.connect(lambda by: self._go(slider, by))

    def _go(self, slider: LevelSlider, by: int) -> None:
        every = list(self.sliders.values())
        every[(every.index(slider) + by) % len(every)].setFocus()
