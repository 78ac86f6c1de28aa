"""Fields of several selected tags at once: what is chosen goes into all of them, as one edit."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from PyQt6.QtWidgets import QGridLayout, QWidget

from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ChoiceField, TextField
from bodycam_annotator.ui.theme import scaled

DIFFERENT = "(different)"

Change = Callable[[Sequence[str], str, Any], object]
"""Takes the ids of the tags, a field of `Tag` and its value for all."""


class ManyTags(QWidget):
    """Shows what the tags have in common. Nothing is changed that is not touched."""

    def __init__(self, change: Change, leave: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._change, self._leave = change, leave
        self._ids: list[str] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        for column in (0, 2):
            self._grid.setColumnMinimumWidth(column, scaled(64))
            self._grid.setColumnStretch(column + 1, 1)
        self.speaker = self._line("speaker", "Speaker", 0, 0)
        self.target = self._line("target", "Target", 0, 2)
        self.basis = self._choice("basis", "Basis", Basis, 1, 0)
        self.confidence = self._choice("confidence", "Sure", Confidence, 1, 2)
        self.status = self._choice("status", "Status", Status, 2, 0)
        self.note = self._line("note", "Note", 2, 2)

    def show_tags(self, tags: Sequence[Tag]) -> None:
        """What is typed for others is saved first."""
        ids = [tag.id for tag in tags]
        if set(ids) != set(self._ids):
            self.save()
            self._ids = ids
        for field, line in self._lines().items():
            if line.isModified() and line.hasFocus():
                continue
            same = {getattr(tag, field) for tag in tags}
            line.show_text(same.pop() if len(same) == 1 else "")
            line.setPlaceholderText(DIFFERENT if same else "")
        for field, box in self._boxes().items():
            values = {str(getattr(tag, field) or "") for tag in tags}
            box.setCurrentIndex(box.findText(values.pop()) if len(values) == 1 else -1)
            box.setPlaceholderText(DIFFERENT)

    def save(self) -> None:
        """Makes an edit of what is typed in a field that has not been left."""
        for field, line in self._lines().items():
            self._save(field, line)

    def _lines(self) -> dict[str, TextField]:
        return {"speaker": self.speaker, "target": self.target, "note": self.note}

    def _boxes(self) -> dict[str, ChoiceField]:
        return {"basis": self.basis, "confidence": self.confidence, "status": self.status}

    def _line(self, field: str, label: str, row: int, column: int) -> TextField:
        line = TextField(self)
        line.editingFinished.connect(lambda: self._save(field, line))
        line.left.connect(self._leave)
        self._place(label, line, row, column)
        return line

    def _choice(
        self, field: str, label: str, choices: type[StrEnum], row: int, column: int
    ) -> ChoiceField:
        box = ChoiceField(self)
        box.addItems([*([""] if field != "status" else []), *(str(one) for one in choices)])
        box.textActivated.connect(
            lambda text: self._change(self._ids, field, choices(text) if text else None)
        )
        box.left.connect(self._leave)
        self._place(label, box, row, column)
        return box

    def _place(self, label: str, field: QWidget, row: int, column: int) -> None:
        field.setAccessibleName(f"{label} of all selected tags")
        words = PlainLabel(label)
        words.setProperty("muted", True)
        words.setBuddy(field)
        self._grid.addWidget(words, row, column)
        self._grid.addWidget(field, row, column + 1)

    def _save(self, field: str, line: TextField) -> None:
        if line.isModified() and line.text() != line.shown:
            line.setModified(False)
            line.shown = line.text()
            self._change(self._ids, field, line.text().strip())
