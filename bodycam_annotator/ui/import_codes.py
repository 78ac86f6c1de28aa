"""What a file has for codes, and which code each becomes."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHeaderView, QWidget

from bodycam_annotator.app.imported_codes import CodeInFile
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.choice_table import Choice, ChoiceTable
from bodycam_annotator.ui.theme import scaled

_MOST = 200
"""More could not be looked through; those beyond become what they would."""


class CodesInFile(ChoiceTable):
    """A row for each, in the file's order. Signals: `changed` when the person chose a code.

    Attributes: `chosen` are ids of codes by what the file calls them, where the person chose.
    """

    changed = pyqtSignal()

    def __init__(self, book: Codebook, parent: QWidget | None = None) -> None:
        super().__init__(["In the file", "Tags", "Becomes"], height=150, parent=parent)
        self.chosen: dict[str, str] = {}
        self._book = book
        self._shown: list[CodeInFile] = []
        self.setAccessibleName("Codes in the file")
        columns = self.horizontalHeader()
        assert columns is not None
        columns.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        columns.resizeSection(1, scaled(64))

    def show_codes(self, codes: Sequence[CodeInFile], chosen: Mapping[str, str]) -> None:
        """Makes the rows anew only where the file's codes are others than those shown."""
        self.chosen = dict(chosen)
        if [one.said for one in codes] == [one.said for one in self._shown]:
            self._shown = list(codes)
            return
        self._shown = list(codes)
        self.setRowCount(0)
        for one in self._shown[:_MOST]:
            self.add((one.said or "(blank)", str(one.tags)), self._choice(one))

    def _choice(self, one: CodeInFile) -> Choice:
        box = Choice()
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
