"""A field that waits for one key, whichever it is."""

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.ui.key_names import pressed_key
from bodycam_annotator.ui.plain import PlainLabel

_STAYS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class KeyField(PlainLabel):
    """While it has the focus every key is taken, also Tab, Enter, Escape and the arrows, which
    Qt's own field for keys leaves to the window.

    Signals: `pressed` carries the key in the spelling of `canonical`; `left` comes when the focus
    goes elsewhere.
    """

    pressed = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Press the new key", parent)
        self.setProperty("waiting", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(160, 32))

    def event(self, event: QEvent | None) -> bool:
        """Before Qt moves the focus by Tab or a shortcut takes the key."""
        if not isinstance(event, QKeyEvent):
            return super().event(event)
        event.accept()
        # A key that is still held has brought somebody here and is not meant.
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            key = pressed_key(event)
            if key:
                self.pressed.emit(key)
        return True

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        if event is not None and event.reason() not in _STAYS:
            self.left.emit()
