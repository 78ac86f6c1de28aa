"""The history's fields besides its table: details, what waits, why there is nothing."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent, QTextOption

from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ReadField
from bodycam_annotator.ui.theme import set_tone


class _Details(ReadField):
    """Begins with its first line, however little room there is: Qt would show the next."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        bar = self.verticalScrollBar()
        assert bar is not None
        bar.setValue(0)


def details_field() -> ReadField:
    field = _Details()
    field.setPlaceholderText(
        "Select an entry to read all of it. A double click or Enter goes to its tag."
    )
    field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    field.setAccessibleName("Details of the entry")
    field.setMinimumHeight(64)
    return field


def waiting_label() -> PlainLabel:
    waiting = PlainLabel("")
    waiting.setWordWrap(True)
    set_tone(waiting, "warn")
    waiting.setContentsMargins(0, 4, 0, 4)
    waiting.hide()
    return waiting


def empty_label() -> PlainLabel:
    empty = PlainLabel("")
    empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
    empty.setWordWrap(True)
    empty.setProperty("muted", True)
    empty.setContentsMargins(24, 0, 24, 0)
    return empty
