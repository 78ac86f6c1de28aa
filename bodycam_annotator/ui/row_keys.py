"""Lists and tables that are walked through by rows: Home and End are the first and the last."""

from PyQt6.QtCore import QEvent, QModelIndex, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QTableView

_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


def takes_ends(event: QEvent | None) -> bool:
    """Whether it is Home or End, also with Shift, on its way to the window's actions, which then
    do not get it."""
    if (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.key() in _ENDS
        and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
    ):
        event.accept()
        return True
    return False


class RowsView(QTableView):
    """Takes Home and End while it has the focus."""

    def event(self, event: QEvent | None) -> bool:
        return takes_ends(event) or super().event(event)

    def moveCursor(
        self, action: QTableView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Qt would go along the row."""
        model, column = self.model(), max(self.currentIndex().column(), 0)
        if model is not None and action is QTableView.CursorAction.MoveHome:
            return model.index(0, column)
        if model is not None and action is QTableView.CursorAction.MoveEnd:
            return model.index(model.rowCount() - 1, column)
        return super().moveCursor(action, modifiers)
