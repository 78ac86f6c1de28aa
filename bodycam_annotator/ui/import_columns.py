"""Which of a table's columns is which, where the person has to say it."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.choice_table import Choice, ChoiceTable

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


class ColumnsInFile(ChoiceTable):
    """A row for each column of ours. Signals: `changed` when the person chose one.

    Attributes: `chosen` are the file's columns by what they are called here; `code` is what all
    rows have for a code, None where that is a column.
    """

    changed = pyqtSignal()

    def __init__(self, book: Codebook, parent: QWidget | None = None) -> None:
        super().__init__(["What is taken", "Column of the file"], height=180, parent=parent)
        self.chosen: dict[str, str] = {}
        self.code: str | None = None
        self._book = book
        self._names: tuple[str, ...] = ()
        self._numbered = False
        self.setAccessibleName("Columns of the file")

    def show_names(self, names: Sequence[str], *, numbered: bool) -> None:
        """Makes the rows anew where the file's columns are others than those shown. `numbered`
        tables begin with a tag and not with names; columns are then called `#1`, `#2` and so on."""
        if (tuple(names), numbered) == (self._names, self._numbered):
            return
        self._names, self._numbered = tuple(names), numbered
        self.chosen.clear()
        self.code = None
        self.setRowCount(0)
        for ours, words in _OURS.items():
            self.add((words,), self._choice(ours, words))

    def _offered(self) -> dict[str, str]:
        """What can be chosen, by how it is shown."""
        if self._numbered:
            return {f"#{n}: {cell}": f"#{n}" for n, cell in enumerate(self._names, 1)}
        return {name: name for name in self._names if name}

    def _choice(self, ours: str, words: str) -> Choice:
        box = Choice()
        box.setAccessibleName(words)
        box.addItem(_NONE, None)
        for shown, name in self._offered().items():
            box.addItem(shown, name)
        if ours in self._names and not self._numbered:
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
        elif data is None and ours in self._names and not self._numbered:
            # Called as ours, and yet not meant.
            self.chosen[ours] = ""
        self.changed.emit()


class _Constant:
    def __init__(self, code: str) -> None:
        self.code = code
