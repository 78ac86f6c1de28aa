"""Which of a table's columns is which, where the person has to say it."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.theme import scaled

_OURS = {
    "code": "Code",
    "start_s": "Start, in seconds or as HH:MM:SS.mmm",
    "start_ms": "Start, in milliseconds",
    "start_frame": "First frame, counted from 0",
    "end_s": "End, in seconds or as HH:MM:SS.mmm",
    "end_ms": "End, in milliseconds",
    "end_frame": "Last frame that belongs",
    "duration_s": "Length, in seconds",
    "duration_ms": "Length, in milliseconds",
    "text": "Text",
    "speaker": "Speaker",
    "target": "Target",
    "note": "Note",
    "coder": "Coder",
    "uncertainty_s": "Bound on the error, in seconds",
    "camera": "Camera",
    "media_file": "File name of the footage",
}
"""The columns of ours that another program's table may have."""

_NONE = "-"


class ColumnsInFile(QTableWidget):
    """A row for each column of ours. Signals: `changed` when the person chose one.

    Attributes: `chosen` are the file's columns by what they are called here; `code` is what all
    rows have for a code, None where that is a column.
    """

    changed = pyqtSignal()

    def __init__(self, book: Codebook, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.chosen: dict[str, str] = {}
        self.code: str | None = None
        self._book = book
        self._names: tuple[str, ...] = ()
        self.setAccessibleName("Columns of the file")
        self.setHorizontalHeaderLabels(["What is taken", "Column of the file"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        rows.setDefaultSectionSize(scaled(30))
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return QSize(scaled(600), scaled(180))

    def show_names(self, names: Sequence[str]) -> None:
        """Makes the rows anew where the file's columns are others than those shown."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        self.chosen.clear()
        self.code = None
        self.setRowCount(0)
        for row, (ours, words) in enumerate(_OURS.items()):
            self.insertRow(row)
            self.setItem(row, 0, QTableWidgetItem(words))
            self.setCellWidget(row, 1, self._choice(ours, words))

    def _choice(self, ours: str, words: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(words)
        box.addItem(_NONE, None)
        for name in dict.fromkeys(self._names):
            if name:
                box.addItem(name, name)
        if ours in self._names:
            box.setCurrentText(ours)
        if ours == "code":
            for code in self._book.codes:
                box.addItem(f"All rows: {code.name}", _Constant(code.id))
        box.activated.connect(lambda _: self._choose(ours, box.currentData()))
        return box

    def _choose(self, ours: str, data: "str | _Constant | None") -> None:
        self.chosen.pop(ours, None)
        if ours == "code":
            self.code = data.code if isinstance(data, _Constant) else None
        if isinstance(data, str) and data != ours:
            self.chosen[ours] = data
        elif data is None and ours in self._names:
            # Called as ours, and yet not meant.
            self.chosen[ours] = ""
        self.changed.emit()


class _Constant:
    def __init__(self, code: str) -> None:
        self.code = code
