"""The selected tag's fields, edited where they stand; leaving a field saves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from PyQt6.QtCore import QStringListModel, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QApplication,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.model.transcript import people
from bodycam_annotator.timing import seconds_text
from bodycam_annotator.ui.many_tags import ManyTags
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ChoiceField, TextField
from bodycam_annotator.ui.theme import scaled


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What the editor does with a change: to a field, to an attribute, to the place in time.

    `text` gets the tag, a field, what was typed and what it was typed over; `move` the tag and what
    was typed as its start and its end; `many` the ids of tags, a field and its value for all.
    """

    field: Callable[[Tag, str, Any], None]
    text: Callable[[Tag, str, str, str], None]
    attribute: Callable[[Tag, str, str], None]
    move: Callable[[Tag, str, str], None]
    many: Callable[[Sequence[str], str, Any], None]
    leave: Callable[[], object]


class TagEditor(QWidget):
    """Text and speaker first: what is typed most. Only a line of words while no single tag is
    selected.

    Signals: `typing` says whether something is typed and not saved yet.
    """

    typing = pyqtSignal(bool)

    def __init__(self, edits: Edits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits = edits
        self._tag: Tag | None = None
        self._removing = ""
        # What is in the tag where a field shows it, or what was typed there.
        self._over: dict[str, str] = {}
        self.setProperty("dense", True)
        self._title = PlainLabel()
        self._title.setProperty("section", True)
        self._hint = PlainLabel()
        self._hint.setProperty("muted", True)
        self._hint.setWordWrap(True)
        self._fields = QWidget(self)
        self.many = ManyTags(edits.many, edits.leave, self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        for column in (0, 2):
            self._grid.setColumnMinimumWidth(column, scaled(64))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self.code = ChoiceField(self)
        self.start = self._time_line("Start")
        self.end = self._time_line("End")
        self.text = self._line("text", "Text", "What is said or seen", row=0, wide=True)
        self.speaker = self._line("speaker", "Speaker", "Who", row=1)
        self.target = self._line("target", "Target", "To or at whom", row=1, right=True)
        self.basis = self._choice("basis", "Basis", Basis, row=2)
        self.confidence = self._choice("confidence", "Sure", Confidence, row=2, right=True)
        self.status = self._choice("status", "Status", Status, row=3)
        self.note = self._line("note", "Note", "", row=3, right=True)
        # One list for both, as a completer that is replaced while a key is handled takes Qt down.
        self._names = QStringListModel(self)
        for line in (self.speaker, self.target):
            completer = QCompleter(self._names, line)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            line.setCompleter(completer)
        self._attributes: dict[str, TextField | ChoiceField] = {}
        self._attributes_are: dict[str, tuple[str, ...]] = {}
        self._attribute_words: list[QWidget] = []
        # Room for a row of attributes, so that the panels do not jump from tag to tag.
        self._grid.setRowMinimumHeight(4, self.note.sizeHint().height())
        self._lay_out()
        # A second click must find what the first one did, so the fields wait for it.
        self._rising = QTimer(self)
        self._rising.setSingleShot(True)
        self._rising.setInterval(QApplication.doubleClickInterval())
        self._rising.timeout.connect(self._show_fields)
        self.show_tag(None, None)

    def tell_removing(self, words: str) -> None:
        """How several tags are removed."""
        self._removing = words

    def show_tags(self, project: Project | None, tags: Sequence[Tag]) -> None:
        """The fields of the one that is selected, or what may be changed of several."""
        several = len(tags) > 1
        self.show_tag(project, tags[0] if len(tags) == 1 else None, count=len(tags))
        focus = QApplication.focusWidget()
        if not several and focus is not None and self.many.isAncestorOf(focus):
            self._edits.leave()
        self.many.setVisible(several)
        if several:
            self.many.show_tags(tags)

    def show_tag(self, project: Project | None, tag: Tag | None, *, count: int = 0) -> None:
        """`count` is how many tags are selected. What is typed into another is saved."""
        if self._tag is not None and (tag is None or tag.id != self._tag.id):
            self._save_fields()
        book = project.codebooks.get(tag.codebook) if project and tag else None
        code = book.find(tag.code) if book and tag else None
        self._say(project, tag, count=count)
        same = self._tag is not None and tag is not None and self._tag.id == tag.id
        self._tag = tag
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton and not self._fields.isVisible():
            self._rising.start()
        elif not self._rising.isActive() or tag is None:
            self._show_fields()
        for field, line in self._lines().items():
            text = str(getattr(tag, field, "") or "")
            if self._show_line(line, text, same=same):
                self._over[field] = text
        for field, box in self._boxes().items():
            box.setCurrentText(str(getattr(tag, field, "") or ""))
        self._offer(people(project) if project is not None else [])
        self._show_place(project, tag, code, same=same)
        self._show_attributes(code, tag, same=same)

    def _offer(self, names: list[str]) -> None:
        if names != self._names.stringList():
            # Not within the key event that brought the new name, which still uses the list.
            QTimer.singleShot(0, lambda: self._names.setStringList(names))

    def typed(self) -> dict[str, str]:
        """What is typed and not saved yet, by the tag's field; of an attribute the name follows
        a dot."""
        lines = self._lines() | {
            f"attributes.{name}": line
            for name, line in self._attributes.items()
            if isinstance(line, TextField)
        }
        return {name: line.text() for name, line in lines.items() if line.isModified()}

    def over(self, field: str) -> str:
        """What the tag had in it when typing began."""
        return self._over.get(field, "")

    def hand_over(self, tag: Tag, text: str) -> None:
        """The text typed for that tag is on its way to the project."""
        if self._tag is not None and self._tag.id == tag.id and self.text.text() == text:
            self.text.shown = text
            self.text.setModified(False)
            self.typing.emit(False)

    def take_back(self, tag: Tag, text: str) -> None:
        """It did not come there: it stands in its field again, to be saved as what is typed."""
        if self._tag is None or self._tag.id != tag.id:
            self._edits.field(tag, "text", text.strip())
        elif not self.text.isModified():
            self.text.setText(text)
            self.text.setModified(True)
            self.typing.emit(True)

    @property
    def tag(self) -> Tag | None:
        """The one that is edited."""
        return self._tag

    def begin(self) -> None:
        """Typing goes to the text of the tag."""
        self._show_fields()
        self.text.setFocus()
        self.text.selectAll()

    def begin_speaker(self) -> None:
        """Typing goes to who speaks, in the one tag or in all that are selected."""
        self._show_fields()
        field = self.speaker if self._tag is not None else self.many.speaker
        field.setFocus()
        field.selectAll()

    def save(self) -> None:
        """Commits what is typed in a field that has not been left."""
        self._save_fields()
        if self.many.isVisible():
            self.many.save()

    def _save_fields(self) -> None:
        for field, line in self._lines().items():
            self._save_line(field, line)
        for name, attribute in self._attributes.items():
            if isinstance(attribute, TextField):
                self._save_attribute(name, attribute)
        self._move()

    def _show_fields(self) -> None:
        self._rising.stop()
        focus = QApplication.focusWidget()
        if self._tag is None and focus is not None and self._fields.isAncestorOf(focus):
            # Else Qt would give the focus to any button, which Space would then press.
            self._edits.leave()
        self._fields.setVisible(self._tag is not None)

    def _say(self, project: Project | None, tag: Tag | None, *, count: int) -> None:
        """Who made it and when, or how to come by one."""
        title = hint = ""
        if tag is not None:
            made = tag.created_utc[:16].replace("T", " ")
            title = f"Tag by {tag.coder} · made {made} UTC"
        elif count > 1:
            hint = f"{count:,} tags are selected: what you choose goes into all; {self._removing}."
        elif project is not None and project.standing_tags:
            hint = "Select a tag (Shift+↑ ↓: several), or press a code’s key to make one."
        for label, text in ((self._title, title), (self._hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))

    def _lay_out(self) -> None:
        fields = QVBoxLayout(self._fields)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(4)
        fields.addLayout(self._heading())
        fields.addLayout(self._grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self._hint)
        layout.addWidget(self._title)
        layout.addWidget(self._fields)
        layout.addWidget(self.many)
        self.many.hide()

    def _heading(self) -> QHBoxLayout:
        self.code.setAccessibleName("Code")
        self.code.setMinimumWidth(scaled(112))
        self.code.textActivated.connect(self._choose_code)
        self.code.left.connect(self._edits.leave)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.code, 1)
        row.addWidget(self.start)
        row.addWidget(PlainLabel("to"))
        row.addWidget(self.end)
        return row

    def _time_line(self, label: str) -> TextField:
        line = TextField(self)
        line.setAccessibleName(label)
        line.setMinimumWidth(scaled(84))
        line.setMaximumWidth(scaled(128))
        line.setToolTip(
            f"{label}: a frame number, seconds or HH:MM:SS.mmm from the first frame.\n"
            "A frame as the end is the last one that belongs; a time is where it stops."
        )
        line.editingFinished.connect(self._move)
        line.left.connect(self._edits.leave)
        return line

    def _show_line(self, line: TextField, text: str, *, same: bool) -> bool:
        """Whether it is shown: a field being typed in is the coder's; a refresh must not take it
        from them."""
        typing = same and line.hasFocus() and line.isModified()
        if not typing:
            line.show_text(text)
        return not typing

    def _show_place(
        self, project: Project | None, tag: Tag | None, code: Code | None, *, same: bool
    ) -> None:
        self.code.clear()
        footage = project.footage.get(tag.footage_id) if project and tag else None
        if project is None or tag is None or footage is None:
            for line in (self.start, self.end):
                self._show_line(line, "", same=False)
            return
        book = project.codebooks[tag.codebook]
        for other in book.codes:
            if code is None or other.kind is code.kind:
                self.code.addItem(other.name, other.id)
        self.code.setCurrentIndex(self.code.findData(tag.code))
        is_mark = tag.end_ns == tag.start_ns
        self._show_line(self.start, _exact(tag.start_ns - footage.first_ns), same=same)
        end = "" if is_mark else _exact(tag.end_ns - footage.first_ns)
        self._show_line(self.end, end, same=same)
        self.end.setEnabled(not is_mark)

    def _choose_code(self) -> None:
        self._save("code", self.code.currentData())

    def _move(self) -> None:
        if self._tag is not None and (self.start.isModified() or self.end.isModified()):
            start = self.start.text() if self.start.isModified() else ""
            end = self.end.text() if self.end.isModified() else ""
            self.start.setModified(False)
            self.end.setModified(False)
            self._edits.move(self._tag, start, end)

    def _lines(self) -> dict[str, TextField]:
        return {
            "text": self.text,
            "speaker": self.speaker,
            "target": self.target,
            "note": self.note,
        }

    def _boxes(self) -> dict[str, ChoiceField]:
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
        line.textEdited.connect(lambda: self.typing.emit(True))
        line.left.connect(self._edits.leave)
        self._place(label, line, row=row, right=right, wide=wide)
        return line

    def _choice(
        self, field: str, label: str, choices: type[StrEnum], *, row: int, right: bool = False
    ) -> ChoiceField:
        box = ChoiceField(self)
        box.setAccessibleName(label)
        box.left.connect(self._edits.leave)
        box.addItems([str(choice) for choice in choices])
        if field != "status":
            box.insertItem(0, "")
        box.textActivated.connect(lambda text: self._save(field, choices(text) if text else None))
        self._place(label, box, row=row, right=right)
        return box

    def _place(
        self, label: str, field: QWidget, *, row: int, right: bool = False, wide: bool = False
    ) -> None:
        words = PlainLabel(label)
        words.setProperty("muted", True)
        words.setBuddy(field)
        column = 2 if right else 0
        self._grid.addWidget(words, row, column)
        self._grid.addWidget(field, row, column + 1, 1, 3 if wide else 1)

    def _show_attributes(self, code: Code | None, tag: Tag | None, *, same: bool) -> None:
        wanted = code.attributes if code is not None and tag is not None else {}
        # Made anew only when they are others, or a field that is being tabbed into would go.
        if dict(wanted) != self._attributes_are:
            self._make_attributes(wanted)
        for name, field in self._attributes.items():
            value = tag.attributes.get(name, "") if tag is not None else ""
            if isinstance(field, TextField):
                self._show_line(field, value, same=same)
            else:
                field.setCurrentText(value)

    def _make_attributes(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        for name, there in self._attributes.items():
            if isinstance(there, TextField):
                self._save_attribute(name, there)
        for widget in (*self._attributes.values(), *self._attribute_words):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._attributes, self._attribute_words = {}, []
        self._attributes_are = dict(wanted)
        for at, (name, values) in enumerate(wanted.items()):
            field = self._attribute_choice(name, values) if values else self._attribute_line(name)
            field.setAccessibleName(name)
            field.left.connect(self._edits.leave)
            words = PlainLabel(name.replace("_", " ").capitalize())
            words.setProperty("muted", True)
            row, column = 4 + at // 2, at % 2 * 2
            self._grid.addWidget(words, row, column)
            self._grid.addWidget(field, row, column + 1)
            self._attributes[name] = field
            self._attribute_words.append(words)
        self._order_tabs()

    def _attribute_choice(self, name: str, values: tuple[str, ...]) -> ChoiceField:
        box = ChoiceField(self)
        box.addItems(["", *values])
        box.textActivated.connect(lambda text: self._attribute(name, text))
        return box

    def _attribute_line(self, name: str) -> TextField:
        line = TextField(self)
        line.textEdited.connect(lambda: self.typing.emit(True))
        line.editingFinished.connect(lambda: self._save_attribute(name, line))
        return line

    def _save_attribute(self, name: str, line: TextField) -> None:
        typed = line.isModified() or line.text() != line.shown
        line.setModified(False)
        self.typing.emit(False)
        if typed:
            line.shown = line.text()
            self._attribute(name, line.text())

    def _order_tabs(self) -> None:
        fields: list[QWidget] = [
            *(self.text, self.speaker, self.target, self.basis, self.confidence, self.status),
            self.note,
            *self._attributes.values(),
            *(self.code, self.start, self.end),
        ]
        for before, after in pairwise(fields):
            QWidget.setTabOrder(before, after)

    def _attribute(self, name: str, value: str) -> None:
        if self._tag is not None:
            self._edits.attribute(self._tag, name, value.strip())

    def _save_line(self, field: str, line: TextField) -> None:
        """By what the line says, as what a completion puts in does not count as typed."""
        typed = line.isModified() or line.text() != line.shown
        line.setModified(False)
        self.typing.emit(False)
        if self._tag is None or not typed:
            return
        text, over = line.text().strip(), self.over(field)
        line.shown, self._over[field] = line.text(), text
        # Typed back to what was there first is an edit too, where it is another by now, which this
        # form may not show yet; where it is not, nothing is edited.
        self._edits.text(self._tag, field, text, over)

    def _save(self, field: str, value: Any) -> None:  # noqa: ANN401 - a Tag's field
        if self._tag is not None:
            self._edits.field(self._tag, field, value)


def _exact(time_ns: int) -> str:
    """Seconds with the decimals that are needed to say the time exactly, at least three."""
    whole, decimals = seconds_text(time_ns).split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(3, '0')}"
