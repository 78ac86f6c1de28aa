"""A table of things, each with a choice that keys reach by Tab."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from bodycam_annotator.ui.theme import scaled


class Choice(QComboBox):
    """Signals: `reached` when it gets the focus."""

    reached = pyqtSignal()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.reached.emit()


class ChoiceTable(QTableWidget):
    """Only the choices, in the last column, take the focus; the one that has it is in view."""

    def __init__(self, titles: Sequence[str], *, height: int, parent: QWidget | None) -> None:
        super().__init__(0, len(titles), parent)
        self._height = height
        self.setHorizontalHeaderLabels(list(titles))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        rows.setDefaultSectionSize(scaled(30))
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return QSize(scaled(600), scaled(self._height))

    def order_from(self, before: QWidget) -> QWidget:
        """Puts its choices behind `before` in the order of Tab; returns the last one."""
        for row in range(self.rowCount()):
            choice = self.cellWidget(row, self.columnCount() - 1)
            if choice is not None:
                QWidget.setTabOrder(before, choice)
                before = choice
        return before

    def add(self, cells: Sequence[str], choice: Choice) -> None:
        """A row; texts stand to the left, whole numbers to the right."""
        row = self.rowCount()
        self.insertRow(row)
        for at, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if text.isdecimal():
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, at, item)
        self.setCellWidget(row, len(cells), choice)
        choice.reached.connect(lambda: self.scrollToItem(self.item(row, 0)))
