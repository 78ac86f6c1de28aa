"""Fields in which it is chosen what clips are like."""

from enum import StrEnum
from typing import Any, TypeVar

from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from bodycam_annotator.errors import UserError
from bodycam_annotator.timing import parse_time, seconds_text
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import scaled

_Chosen = TypeVar("_Chosen", bound=StrEnum)

_OWN_TIP = "own_tip"


class WrongEntryError(UserError):
    """What stands in `field` cannot be."""

    def __init__(self, field: QWidget, message: str) -> None:
        super().__init__(message)
        self.field = field


class SecondsField(TextField):
    """A length of time, to the nanosecond."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}, in seconds")
        self.setFixedWidth(scaled(64))
        self._name = name

    def show_ns(self, time_ns: int) -> None:
        self.show_text(seconds_text(time_ns).rstrip("0").removesuffix("."))

    def ns(self) -> int:
        """Raises `WrongEntryError`."""
        try:
            time_ns = parse_time(self.text())
        except ValueError as error:
            raise WrongEntryError(self, f"{self._name}: {error}.") from error
        if time_ns < 0:
            raise WrongEntryError(self, f"{self._name}: it cannot last less than nothing.")
        return time_ns


class NumbersField(TextField):
    """So many whole numbers with commas between them, or none."""

    def __init__(self, name: str, parts: tuple[str, ...]) -> None:
        super().__init__()
        self.setAccessibleName(f"{name}: {', '.join(parts)}")
        self._name, self._parts = name, parts

    def show_numbers(self, numbers: tuple[int, ...]) -> None:
        self.show_text(", ".join(map(str, numbers)))

    def numbers(self) -> tuple[int, ...]:
        """Empty when nothing is entered. Raises `WrongEntryError`."""
        text = self.text().strip()
        if not text:
            return ()
        try:
            numbers = tuple(int(part) for part in text.split(","))
        except ValueError:
            numbers = ()
        if len(numbers) != len(self._parts):
            several = "numbers" if len(self._parts) > 1 else "a number"
            raise WrongEntryError(
                self, f"{self._name}: write {several} ({', '.join(self._parts)}), not {text!r}."
            )
        return numbers


class Choice(QComboBox):
    """The wheel scrolls what it lies in, so that no choice is changed by the way."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()

    def choose(self, data: Any) -> None:  # noqa: ANN401 - whatever an entry stands for
        data = data.value if isinstance(data, StrEnum) else data
        self.setCurrentIndex(max(0, self.findData(data)))

    def chosen(self, kind: type[_Chosen]) -> _Chosen:
        return kind(self.currentData())


def tick(text: str, tip: str = "") -> QCheckBox:
    made = QCheckBox(text)
    made.setToolTip(tip)
    return made


def allow(why_not: str, *parts: QWidget) -> None:
    """On where `why_not` is empty; else off, with a tip that says it below what the part is."""
    for part in parts:
        own = part.property(_OWN_TIP)
        if own is None:
            own = part.toolTip()
            part.setProperty(_OWN_TIP, own)
        part.setEnabled(not why_not)
        part.setToolTip("\n".join(words for words in (own, why_not) if words))


def row(*parts: QWidget | str | int) -> QHBoxLayout:
    """Side by side; a number is what stretches there."""
    made = QHBoxLayout()
    made.setSpacing(8)
    for part in parts:
        if isinstance(part, int):
            made.addStretch(part)
        else:
            made.addWidget(PlainLabel(part) if isinstance(part, str) else part)
    return made


def section(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setProperty("section", True)
    return label
