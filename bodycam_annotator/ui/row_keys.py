"""Lists and tables that are walked through by rows: Home and End are the first and the last."""

from PyQt6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSignalBlocker, Qt
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QAbstractItemView, QTableView

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


def begin_at_first(view: QAbstractItemView) -> None:
    """Gives the keys a row to begin at where there is none, and tells nobody: Qt would, when the
    focus comes, and the picture would jump there."""
    model, selection = view.model(), view.selectionModel()
    if model is None or selection is None or selection.currentIndex().isValid():
        return
    with QSignalBlocker(selection):
        selection.setCurrentIndex(model.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    viewport = view.viewport()
    if viewport is not None:
        viewport.update()


class RowsView(QTableView):
    """Takes Home and End while it has the focus."""

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        begin_at_first(self)
        super().focusInEvent(event)

    def keyboardSearch(self, search: str | None) -> None:
        """Letters are the window's."""

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
