"""What a file has for codes, and which code each becomes."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from bodycam_annotator.app.imported_codes import CodeInFile
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.theme import scaled

_MOST = 200
"""More could not be looked through; those beyond become what they would."""


class CodesInFile(QTableWidget):
    """A row for each, in the file's order. Signals: `changed` when the person chose a code.

    Attributes: `chosen` are ids of codes by what the file calls them, where the person chose.
    """

    changed = pyqtSignal()

    def __init__(self, book: Codebook, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.chosen: dict[str, str] = {}
        self._book = book
        self._shown: list[CodeInFile] = []
        self.setAccessibleName("Codes in the file")
        self.setHorizontalHeaderLabels(["In the file", "Tags", "Becomes"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        rows.setDefaultSectionSize(scaled(30))
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        columns.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        columns.resizeSection(1, scaled(64))
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        return QSize(scaled(600), scaled(150))

    def show_codes(self, codes: Sequence[CodeInFile], chosen: Mapping[str, str]) -> None:
        """Makes the rows anew only where the file's codes are others than those shown."""
        self.chosen = dict(chosen)
        if [one.said for one in codes] == [one.said for one in self._shown]:
            self._shown = list(codes)
            return
        self._shown = list(codes)
        self.setRowCount(0)
        for row, one in enumerate(self._shown[:_MOST]):
            self.insertRow(row)
            self.setItem(row, 0, QTableWidgetItem(one.said or "(blank)"))
            count = QTableWidgetItem(str(one.tags))
            count.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, 1, count)
            self.setCellWidget(row, 2, self._choice(one))

    def _choice(self, one: CodeInFile) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"What {one.said} becomes")
        if one.is_new:
            box.addItem(f"New code: {one.code.name} ({one.code.kind})", None)
        for code in self._book.codes:
            box.addItem(f"{code.name} ({code.kind})", code.id)
        at = 0 if one.is_new else box.findData(one.code.id)
        box.setCurrentIndex(at)
        box.activated.connect(lambda _: self._choose(one.said, box.currentData()))
        return box

    def _choose(self, said: str, code_id: str | None) -> None:
        if code_id is None:
            self.chosen.pop(said, None)
        else:
            self.chosen[said] = code_id
        self.changed.emit()
