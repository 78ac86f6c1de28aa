"""The selected tag's fields, edited where they stand; leaving a field saves it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QCompleter, QGridLayout, QLabel, QVBoxLayout, QWidget

from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.ui.text_field import TextField

Change = Callable[[Tag, str, Any], None]


class TagEditor(QWidget):
    """Text and speaker first: what is typed most. Disabled while no single tag is selected."""

    def __init__(
        self,
        change: Change,
        change_attribute: Callable[[Tag, str, str], None],
        leave: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._change = change
        self._change_attribute = change_attribute
        self._tag: Tag | None = None
        self._title = QLabel()
        self._title.setProperty("section", True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self.text = self._line("text", "Text", "What is said or seen", row=0, wide=True)
        self.speaker = self._line("speaker", "Speaker", "Who", row=1)
        self.target = self._line("target", "Target", "To or at whom", row=1, right=True)
        self.basis = self._choice("basis", "Basis", Basis, row=2)
        self.confidence = self._choice("confidence", "Sure", Confidence, row=2, right=True)
        self.status = self._choice("status", "Status", Status, row=3)
        self.note = self._line("note", "Note", "", row=3, right=True)
        self._attributes: list[QWidget] = []
        # Room for a row of attributes, so that the panels do not jump from tag to tag.
        self._grid.setRowMinimumHeight(4, self.note.sizeHint().height())
        for line in (self.text, self.speaker, self.target, self.note):
            line.left.connect(leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addLayout(self._grid)
        self.show_tag(None, None)

    def show_tag(self, project: Project | None, tag: Tag | None, *, count: int = 0) -> None:
        """`count` is how many tags are selected."""
        book = project.codebooks.get(tag.codebook) if project and tag else None
        code = book.find(tag.code) if book and tag else None
        if tag is None:
            self._title.setText(f"{count} tags selected" if count > 1 else "No tag selected")
        else:
            self._title.setText(f"{code.name if code else tag.code} · by {tag.coder}")
        same = self._tag is not None and tag is not None and self._tag.id == tag.id
        self._tag = tag
        self.setEnabled(tag is not None)
        for field, line in self._lines().items():
            # A field being typed in is the coder's; a refresh must not take it from them.
            if not (same and line.hasFocus() and line.isModified()):
                line.setText(str(getattr(tag, field, "") or ""))
                line.setCursorPosition(0)
                line.setModified(False)
        for field, box in self._boxes().items():
            box.setCurrentText(str(getattr(tag, field, "") or ""))
        names = _speakers(project)
        for line in (self.speaker, self.target):
            line.setCompleter(_completer(names, line))
        self._show_attributes(code, tag)

    def save(self) -> None:
        """Commits what is typed in a field that has not been left."""
        for field, line in self._lines().items():
            self._save_line(field, line)

    def _lines(self) -> dict[str, TextField]:
        return {
            "text": self.text,
            "speaker": self.speaker,
            "target": self.target,
            "note": self.note,
        }

    def _boxes(self) -> dict[str, QComboBox]:
        return {"basis": self.basis, "confidence": self.confidence, "status": self.status}

    def _line(
        self,
        field: str,
        label: str,
        hint: str,
        *,
        row: int,
        right: bool = False,
        wide: bool = False,
    ) -> TextField:
        line = TextField(self)
        line.setPlaceholderText(hint)
        line.setAccessibleName(label)
        line.editingFinished.connect(lambda: self._save_line(field, line))
        self._place(label, line, row=row, right=right, wide=wide)
        return line

    def _choice(
        self, field: str, label: str, choices: type[StrEnum], *, row: int, right: bool = False
    ) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(label)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.addItems([str(choice) for choice in choices])
        if field != "status":
            box.insertItem(0, "")
        box.textActivated.connect(lambda text: self._save(field, choices(text) if text else None))
        self._place(label, box, row=row, right=right)
        return box

    def _place(
        self, label: str, field: QWidget, *, row: int, right: bool = False, wide: bool = False
    ) -> None:
        words = QLabel(label)
        words.setProperty("muted", True)
        words.setBuddy(field)
        column = 2 if right else 0
        self._grid.addWidget(words, row, column)
        self._grid.addWidget(field, row, column + 1, 1, 3 if wide else 1)

    def _show_attributes(self, code: Code | None, tag: Tag | None) -> None:
        for widget in self._attributes:
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self._attributes = []
        if code is None or tag is None:
            return
        for at, (name, values) in enumerate(code.attributes.items()):
            box = QComboBox(self)
            box.setEditable(not values)
            box.setAccessibleName(name)
            box.addItems(["", *values])
            box.setCurrentText(tag.attributes.get(name, ""))
            if values:
                box.textActivated.connect(lambda text, name=name: self._attribute(name, text))
            else:
                line = TextField(box)
                line.setAccessibleName(name)
                box.setLineEdit(line)
                line.setText(tag.attributes.get(name, ""))
                line.editingFinished.connect(
                    lambda name=name, line=line: self._attribute(name, line.text())
                )
            words = QLabel(name.capitalize())
            words.setProperty("muted", True)
            row, column = 4 + at // 2, at % 2 * 2
            self._grid.addWidget(words, row, column)
            self._grid.addWidget(box, row, column + 1)
            self._attributes += [words, box]

    def _attribute(self, name: str, value: str) -> None:
        if self._tag is not None:
            self._change_attribute(self._tag, name, value.strip())

    def _save_line(self, field: str, line: TextField) -> None:
        if line.isModified():
            line.setModified(False)
            self._save(field, line.text().strip())

    def _save(self, field: str, value: Any) -> None:  # noqa: ANN401 - a Tag's field
        if self._tag is not None:
            self._change(self._tag, field, value)


def _speakers(project: Project | None) -> list[str]:
    if project is None:
        return []
    tags = project.standing_tags
    wearers = {camera.wearer for camera in project.cameras.values()}
    return sorted(({tag.speaker for tag in tags} | {tag.target for tag in tags} | wearers) - {""})


def _completer(names: list[str], parent: QWidget) -> QCompleter:
    completer = QCompleter(names, parent)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return completer
