"""Buttons that have the focus keep the keys by which they are pressed and left."""

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QAbstractButton, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PRESSING = (Qt.Key.Key_Space, *_ENTER)
_KEPT = (*_PRESSING, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
_ONLY_SHIFT = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class ButtonKeys(QObject):
    """Space and Enter press the button, Tab goes on, Escape leaves it; without this the window's
    actions on these keys would come first."""

    def __init__(self, leave: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._leave = leave

    def guard(self, part: QWidget) -> None:
        """All buttons in it that can have the focus, and itself if it is one."""
        for button in (part, *part.findChildren(QAbstractButton)):
            if isinstance(button, QAbstractButton):
                # Only once, however often it is guarded.
                button.removeEventFilter(self)
                button.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or event.modifiers() & ~_ONLY_SHIFT:
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _KEPT:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress or not isinstance(watched, QAbstractButton):
            return False
        if event.key() in _ENTER:
            if not event.isAutoRepeat():
                watched.click()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            return True
        return False
