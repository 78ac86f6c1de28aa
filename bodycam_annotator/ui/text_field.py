"""Fields that keep the keys they need while the window has a key for everything."""

import sys

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
"""They leave every field of the window, and what is typed stands: Undo takes it back. A field to
find in is emptied by Escape as well."""

_CONTROL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_LEVELS = Qt.KeyboardModifier.GroupSwitchModifier
_OPTION_TYPES = sys.platform == "darwin"


def types(event: QKeyEvent) -> bool:
    """Whether the key with Alt or AltGr writes a character, as AltGr+Q an @, which some systems
    call Ctrl+Alt+Q, and Option on a Mac."""
    text, keys = event.text(), event.modifiers()
    if not text or not text.isprintable():
        return False
    if keys & _LEVELS or (_OPTION_TYPES and keys & _ALT):
        return True
    # The key that says its own letter writes nothing else by Ctrl+Alt.
    own = text.isascii() and event.key() == ord(text.upper())
    return bool(keys & _ALT and keys & _CONTROL) and not own


def is_alt(event: QEvent | None) -> bool:
    """Whether it is a key with Alt by which actions are started, as it types nothing."""
    return isinstance(event, QKeyEvent) and bool(event.modifiers() & _ALT) and not types(event)


def keeps(event: QEvent | None) -> bool:
    """Whether a field with the focus takes the key before the window's actions can."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    if types(event):
        return True
    function_key = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
    return not function_key and not event.modifiers() & (_CONTROL | _ALT)


def takes(event: QEvent | None) -> bool:
    """As `keeps`, and says so to Qt."""
    if event is None or not keeps(event):
        return False
    event.accept()
    return True


_EDITING = frozenset(
    (
        *(Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_Z, Qt.Key.Key_Y),
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
        *(Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Insert),
    )
)


def leaves_to_window(event: QEvent | None) -> bool:
    """Whether a key with Ctrl or Alt is the window's although Qt knows something to edit by it, as
    Ctrl+U, which would delete the line."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and bool(event.modifiers() & (_CONTROL | _ALT))
        and event.key() not in _EDITING
    )


LONGEST = 2**30
"""Qt would cut longer texts off, at 32,767 characters unless told."""


class TextField(QLineEdit):
    """Signals: `left` when Enter or Escape leaves it, its text stands either way; before that
    `escaped` when it was Escape.

    Attributes: `shown` is what it showed before anybody typed.
    """

    left = pyqtSignal()
    escaped = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST)
        self.shown = ""

    def show_text(self, text: str) -> None:
        self.setText(text)
        self.setCursorPosition(0)
        self.setModified(False)
        self.shown = self.text()

    def event(self, event: QEvent | None) -> bool:
        if takes(event):
            return True
        if event is not None and leaves_to_window(event):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and is_alt(event) and event.text():
            # No action has it; Qt would type its letter.
            event.ignore()
            return
        super().keyPressEvent(event)
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        if event is not None and event.key() in LEAVING:
            self.left.emit()


_OPENS = (Qt.Key.Key_Down, Qt.Key.Key_Up)


class ChoiceField(QComboBox):
    """Letters choose an entry, Alt+↓ shows all. Signals: `left` when Enter or Escape leaves it."""

    left = pyqtSignal()

    def event(self, event: QEvent | None) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.modifiers() == _ALT
            and event.key() in _OPENS
        ):
            event.accept()
            return True
        return takes(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and is_alt(event) and event.key() not in _OPENS:
            event.ignore()
            return
        if event is not None and event.key() in LEAVING:
            self.left.emit()
            return
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self.activated.emit(self.currentIndex())
            self.textActivated.emit(self.currentText())


class TickField(QCheckBox):
    """Space ticks it. Signals: `left` when Enter or Escape leaves it."""

    left = pyqtSignal()

    def event(self, event: QEvent | None) -> bool:
        return takes(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        super().keyPressEvent(event)
        if event is not None and event.key() in LEAVING:
            self.left.emit()


_ARROWS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Home, Qt.Key.Key_End),
)
_SCROLLING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ReadField(QPlainTextEdit):
    """Text to read, select (Shift and arrows) and copy; Tab goes on to the next field.

    Signals: `left` when Enter or Escape leaves it.
    """

    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        # Else read-only text could not be walked through and selected by keys.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def event(self, event: QEvent | None) -> bool:
        """As nothing can be typed, letters and plain arrows stay the window's."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().event(event)
        marks = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and event.key() in _ARROWS
        copies = event.matches(QKeySequence.StandardKey.Copy) or event.matches(
            QKeySequence.StandardKey.SelectAll
        )
        if marks or copies or event.key() in (*LEAVING, *_SCROLLING):
            event.accept()
        else:
            event.ignore()
        return True

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        super().keyPressEvent(event)
        if event is not None and event.key() in LEAVING:
            self.left.emit()
