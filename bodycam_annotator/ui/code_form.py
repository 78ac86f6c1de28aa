"""One code's fields, each with what is wrong about it in words below."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.model.codebook_draft import free_id, free_keys, id_from
from bodycam_annotator.model.tag import Basis
from bodycam_annotator.ui.attribute_rows import AttributeRows
from bodycam_annotator.ui.code_color import ColorChoice
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ChoiceField, TextField
from bodycam_annotator.ui.theme import COLORS

_KEYS_SHOWN = 8
_NO_BASIS = "not said"
_RADIO = f"""
QRadioButton::indicator {{ width: 12px; height: 12px; border-radius: 7px;
  border: 1px solid {COLORS.muted}; background: {COLORS.ground}; }}
QRadioButton::indicator:checked {{ border: 4px solid {COLORS.accent}; width: 6px; height: 6px;
  background: {COLORS.ground}; }}
QRadioButton:focus {{ color: {COLORS.accent}; }}
"""


class KeyField(TextField):
    """Takes one letter or digit as it is pressed; Backspace or Del takes it away."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        text = event.text().upper() if event is not None else ""
        control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if (
            event is not None
            and len(text) == 1
            and text.isalnum()
            and not event.modifiers() & control
        ):
            self.setText(text)
            self.textEdited.emit(text)
            return
        super().keyPressEvent(event)


class CodeForm(QWidget):
    """Signals: `changed` carries the code as it is after something was typed or chosen."""

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code: Code | None = None
        self._book: Codebook | None = None
        self._taken: Mapping[str, str] = {}
        # Of the code that was added last: what comes from its name until somebody types it.
        self._follow: set[str] = set()
        self._at = -1
        self._wrong: dict[str, PlainLabel] = {}
        self._make_fields()
        self._lay_out()
        self._connect()

    def show_code(
        self,
        book: Codebook,
        at: int,
        *,
        taken: Mapping[str, str],
        fixed_id: bool,
        wrong: Mapping[str, str],
    ) -> None:
        """`fixed_id`: a version that is stored has the code; `wrong`: sentences by field."""
        code = book.codes[at]
        self._book, self._at, self._code, self._taken = book, at, code, taken
        for line, text in (
            (self.name, code.name),
            (self.key, code.key),
            (self.id, code.id),
            (self.example, code.example),
        ):
            if line.text() != text:
                line.show_text(text)
        self.id.setEnabled(not fixed_id)
        self._id_hint.setText("Fixed: tags and exports name the code by it." if fixed_id else "")
        self.point.setChecked(code.kind is Kind.POINT)
        self.interval.setChecked(code.kind is Kind.INTERVAL)
        self._show_group(book, code)
        self.basis.setCurrentIndex(self.basis.findData(code.basis or ""))
        if self.description.toPlainText() != code.description:
            self.description.blockSignals(True)
            self.description.setPlainText(code.description)
            self.description.blockSignals(False)
        used = {one.color.upper(): one.name for n, one in enumerate(book.codes) if n != at}
        self.color.show_color(code.color, used=used)
        self.attributes.show_attributes(code.attributes)
        free = [key for key in free_keys(book, at, taken=taken) if key != code.key]
        shown = " ".join(free[:_KEYS_SHOWN]) + (" …" if len(free) > _KEYS_SHOWN else "")
        self._key_hint.setText(f"Free: {shown}" if free else "No key is free")
        self.show_wrong(wrong)

    def show_wrong(self, wrong: Mapping[str, str]) -> None:
        for field, label in self._wrong.items():
            label.setText(f"✗ {wrong[field]}" if field in wrong else "")
            label.setVisible(field in wrong)

    def follow_name(self, *fields: str) -> None:
        """These, of id and key, come from the shown code's name until somebody types them."""
        self._follow = set(fields)

    def focus_on(self, field: str) -> None:
        widgets: dict[str, QWidget] = {
            "name": self.name,
            "key": self.key,
            "kind": self.point if self.point.isChecked() else self.interval,
            "group": self.group,
            "color": self.color.code,
            "id": self.id,
            "attributes": self.attributes.rows[0][0] if self.attributes.rows else self.name,
        }
        widgets.get(field, self.name).setFocus()

    # How

    def _make_fields(self) -> None:
        self.name, self.id, self.example = TextField(), TextField(), TextField()
        self.name.setPlaceholderText("What it is called, such as Siren")
        self.example.setPlaceholderText("“Put your gun down”")
        self.key = KeyField()
        self.key.setFixedWidth(44)
        self.key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._key_hint, self._id_hint = PlainLabel(), PlainLabel()
        for hint in (self._key_hint, self._id_hint):
            hint.setProperty("muted", True)
        self.point = QRadioButton("Point: one key press marks one instant")
        self.interval = QRadioButton("Interval: the key begins it, and again ends it")
        kinds = QButtonGroup(self)
        for kind in (self.point, self.interval):
            kinds.addButton(kind)
            kind.setStyleSheet(_RADIO)
        self.group = QComboBox()
        self.group.setEditable(True)
        # It would replace what is typed by a group there is.
        self.group.setCompleter(None)
        self.group.setMinimumWidth(240)
        self.group.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.basis = ChoiceField()
        for basis in ("", *Basis):
            self.basis.addItem(str(basis) or _NO_BASIS, basis)
        self.description = QPlainTextEdit()
        self.description.setTabChangesFocus(True)
        self.description.setFixedHeight(64)
        self.description.setPlaceholderText("What counts and what does not, from when until when")
        self.color = ColorChoice()
        self.attributes = AttributeRows()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows: Sequence[tuple[str, str, tuple[QWidget, ...], int]] = (
            ("&Name", "name", (self.name,), 0),
            ("&Key", "key", (self.key, self._key_hint), 1),
            ("K&ind", "kind", (self.point, self.interval), 0),
            ("&Colour", "color", (self.color,), 0),
            ("&Group", "group", (self.group,), 1),
            ("Usual &basis", "basis", (self.basis,), 1),
            ("&Description", "description", (self.description,), 0),
            ("E&xample", "example", (self.example,), 0),
            ("A&ttributes", "attributes", (self.attributes,), 0),
            ("Id", "id", (self.id, self._id_hint), 1),
        )
        for row, (label, field, parts, stretch) in enumerate(rows):
            words = PlainLabel(label)
            words.setBuddy(parts[0])
            words.setMinimumHeight(30)
            if not parts[0].accessibleName():
                parts[0].setAccessibleName(label.replace("&", ""))
            grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
            grid.addLayout(self._cell(field, parts, stretch=stretch), row, 1)
        grid.setRowStretch(len(rows), 1)

    def _cell(self, field: str, parts: Sequence[QWidget], *, stretch: int) -> QVBoxLayout:
        wrong = PlainLabel()
        wrong.setStyleSheet(f"color: {COLORS.bad}")
        wrong.setWordWrap(True)
        wrong.hide()
        self._wrong[field] = wrong
        cell = QVBoxLayout()
        cell.setSpacing(4)
        if field == "kind":
            for part in parts:
                cell.addWidget(part)
        else:
            row = QHBoxLayout()
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part, 1 - stretch)
            if stretch:
                row.addStretch(1)
            cell.addLayout(row)
        # Attributes go on downward, out of sight.
        cell.insertWidget(0 if field == "attributes" else -1, wrong)
        return cell

    def _connect(self) -> None:
        self.name.textEdited.connect(self._rename)
        self.key.textEdited.connect(lambda text: self._type("key", text.strip().upper()))
        self.id.textEdited.connect(lambda text: self._type("id", text.strip()))
        self.example.textEdited.connect(lambda text: self._change(example=text))
        self.description.textChanged.connect(
            lambda: self._change(description=self.description.toPlainText())
        )
        self.group.editTextChanged.connect(lambda text: self._change(group=text))
        self.point.clicked.connect(lambda: self._change(kind=Kind.POINT))
        self.interval.clicked.connect(lambda: self._change(kind=Kind.INTERVAL))
        self.basis.activated.connect(lambda: self._change(basis=self.basis.currentData() or None))
        self.color.chosen.connect(lambda color: self._change(color=color))
        self.attributes.changed.connect(lambda attributes: self._change(attributes=attributes))

    def _show_group(self, book: Codebook, code: Code) -> None:
        self.group.blockSignals(True)
        typed = self.group.lineEdit()
        typing = typed is not None and typed.hasFocus()
        # Not while a name is typed, which would be a group of its own with every letter.
        if not typing and [self.group.itemText(n) for n in range(self.group.count())] != list(
            book.groups
        ):
            self.group.clear()
            self.group.addItems(book.groups)
        if self.group.currentText() != code.group:
            self.group.setEditText(code.group)
        self.group.blockSignals(False)

    def _rename(self, name: str) -> None:
        if self._book is None or self._code is None:
            return
        values: dict[str, Any] = {"name": name}
        if "id" in self._follow:
            others = (one.id for n, one in enumerate(self._book.codes) if n != self._at)
            values["id"] = free_id(id_from(name), taken=others)
        if "key" in self._follow:
            named = replace(self._code, name=name)
            codes = tuple(named if n == self._at else c for n, c in enumerate(self._book.codes))
            free = free_keys(replace(self._book, codes=codes), self._at, taken=self._taken)
            values["key"] = free[0] if free and name.strip() else ""
        self._change(**values)

    def _type(self, field: str, text: str) -> None:
        self._follow.discard(field)
        self._change(**{field: text})

    def _change(self, **values: Any) -> None:  # noqa: ANN401 - Code's fields
        if self._code is not None:
            self._code = replace(self._code, **values)
            self.changed.emit(self._code)
