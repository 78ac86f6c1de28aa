"""The list of utterances, and the keys that are meant for it while it has the focus."""

from PyQt6.QtCore import QEvent, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QListView

from bodycam_annotator.ui.row_keys import begin_at_first, takes_ends

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class UtteranceList(QListView):
    """`released_at` is where the mouse was last. Signals: `edit_asked` by Enter, `play_asked` by
    Shift+Enter, `copy_asked` by Ctrl+C."""

    edit_asked = pyqtSignal()
    play_asked = pyqtSignal()
    copy_asked = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.released_at = QPoint(-1, -1)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        # A double click edits what it is on, which only `released_at` tells.
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Transcript")
        self.setTabKeyNavigation(False)
        self.setFrameShape(QListView.Shape.NoFrame)
        viewport = self.viewport()
        assert viewport is not None
        viewport.setBackgroundRole(QPalette.ColorRole.Window)

    def event(self, event: QEvent | None) -> bool:
        """Enter and copy are meant for the list while it has the focus."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and (event.key() in _RETURN or event.matches(QKeySequence.StandardKey.Copy))
        ):
            event.accept()
            return True
        return takes_ends(event) or super().event(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        begin_at_first(self)
        super().focusInEvent(event)

    def keyboardSearch(self, search: str | None) -> None:
        """Letters are the window's."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in _RETURN:
            playing = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.play_asked if playing else self.edit_asked).emit()
        elif event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self.released_at = event.position().toPoint()
        super().mouseReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lines break elsewhere in another width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
