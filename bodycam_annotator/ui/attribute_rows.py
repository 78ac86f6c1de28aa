"""A code's attributes, one a line: a name, and the values it may have."""

import csv
import io
from collections.abc import Mapping

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import icon

Attributes = Mapping[str, tuple[str, ...]]


def values_text(values: tuple[str, ...]) -> str:
    """`command, warning`; a value with a comma or a quote is put in quotes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return (
        line.getvalue().replace(",", ", ") if not any("," in v for v in values) else line.getvalue()
    )


def values_in(text: str) -> tuple[str, ...]:
    """Each value once, without the spaces around it."""
    try:
        cells = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error:
        cells = text.split(",")
    return tuple(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))


class AttributeRows(QWidget):
    """Signals: `changed` carries the attributes whenever something is typed. A name that is there
    already gets a number, as a code has each name once."""

    changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[TextField, TextField]] = []
        self._values: list[tuple[str, ...]] = []
        self._last: QToolButton | None = None
        self._shown: list[tuple[str, tuple[str, ...]]] | None = None
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 2)
        self.add = QPushButton("Add an attribute")
        self.add.setIcon(icon("plus"))
        self.add.clicked.connect(self._add)
        self._hint = PlainLabel(
            "Values with commas between, such as yes, no; none: any text may be typed."
        )
        self._hint.setProperty("muted", True)
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.add)
        head.addWidget(self._hint, 1)
        layout.addLayout(head)
        layout.addLayout(self._grid)

    def show_attributes(self, attributes: Attributes) -> None:
        """Leaves the rows alone that say this already, so that what is being typed stays."""
        if self._shown == list(attributes.items()):
            return
        self._shown = list(attributes.items())
        self._clear()
        for name, values in attributes.items():
            self._append(name, values)
        self._hint.setVisible(bool(self.rows))

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows, self._values, self._last = [], [], None

    def _append(self, name: str, values: tuple[str, ...]) -> None:
        at = len(self.rows)
        called, allowed = TextField(), TextField()
        called.show_text(name)
        called.setPlaceholderText("Name")
        called.setAccessibleName(f"Attribute {at + 1}: name")
        allowed.show_text(values_text(values))
        allowed.setPlaceholderText("any text")
        allowed.setAccessibleName(f"Attribute {at + 1}: values")
        remove = QToolButton()
        remove.setIcon(icon("close"))
        remove.setToolTip("Remove this attribute")
        remove.setAccessibleName(f"Remove attribute {at + 1}")
        called.textEdited.connect(self._tell)
        allowed.textEdited.connect(lambda text: self._type_values(allowed, text))
        remove.clicked.connect(lambda: self._remove(called))
        for column, part in enumerate((called, allowed, remove)):
            self._grid.addWidget(part, at, column)
            # Only what is shown can have the focus, and the layout would show it later.
            part.show()
        before: QWidget = self._last or self.add
        for part in (called, allowed, remove):
            # Rows come late; Tab would go to them last of all.
            QWidget.setTabOrder(before, part)
            before = part
        self._last = remove
        self.rows.append((called, allowed))
        self._values.append(values)

    def _add(self) -> None:
        empty = next((row for row in self.rows if not row[0].text().strip()), None)
        if empty is None:
            self._append("", ())
            self._hint.setVisible(True)
            self._tell()
            empty = self.rows[-1]
        empty[0].setFocus()

    def _type_values(self, line: TextField, text: str) -> None:
        at = next(n for n, row in enumerate(self.rows) if row[1] is line)
        self._values[at] = values_in(text)
        self._tell()

    def _remove(self, called: TextField) -> None:
        at = next(n for n, row in enumerate(self.rows) if row[0] is called)
        left = [item for n, item in enumerate(self._attributes().items()) if n != at]
        self.show_attributes(dict(left))
        self.add.setFocus()
        self.changed.emit(dict(left))

    def _attributes(self) -> dict[str, tuple[str, ...]]:
        made: dict[str, tuple[str, ...]] = {}
        for (called, _), values in zip(self.rows, self._values, strict=True):
            name = called.text().strip()
            if name in made:
                name = next(f"{name} {n}" for n in range(2, 10**6) if f"{name} {n}" not in made)
            made[name] = values
        return made

    def _tell(self) -> None:
        attributes = self._attributes()
        self._shown = list(attributes.items())
        self.changed.emit(attributes)
