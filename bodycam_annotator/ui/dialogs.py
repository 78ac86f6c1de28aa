"""The few dialogs; each has an `ask` that returns what the person chose, or None."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.codebook import Codebook, Kind
from bodycam_annotator.timing import clock_text, parse_time, seconds_text
from bodycam_annotator.ui.actions import ACTIONS, SPARE_KEYS
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import scaled

_SHOWN_KEYS = {"Right": "→", "Left": "←", "Up": "↑", "Down": "↓", "Return": "Enter"}

SHOWN_AS_TYPED = 1_000_000
"""Times are shown in milliseconds: a typed one means the frame that is shown with it."""


def frame_for(text: str, index: FrameIndex) -> int:
    """The frame that `1086`, `36.2` or `00:00:36.203` names. Raises `ValueError` in words.

    A whole number is a frame. A time names the frame that is shown with just that time in
    milliseconds, else the one on screen then.
    """
    text = text.strip()
    if text.isdecimal():
        ordinal = int(text)
        if ordinal >= len(index):
            raise ValueError(f"The last frame is {len(index) - 1}.")
        return ordinal
    time_ns = parse_time(text)
    if not 0 <= time_ns <= index.end_ns - index.first_ns:
        raise ValueError(f"The footage ends at {clock_text(index.end_ns - index.first_ns)}.")
    near = index.nearest(index.first_ns + time_ns + SHOWN_AS_TYPED // 2)
    if clock_text(index.time_of(near) - index.first_ns) == clock_text(time_ns):
        return near
    return index.nearest(index.first_ns + time_ns)


class GoToDialog(QDialog):
    """Says while typing which frame it would go to."""

    def __init__(self, index: FrameIndex, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to")
        self._index = index
        self.ordinal: int | None = None
        self.entry = QLineEdit()
        self.entry.setPlaceholderText("1086  or  36.2  or  00:00:36.203")
        self.entry.setMinimumWidth(scaled(280))
        self._found = PlainLabel("A whole number is a frame, anything else a time.")
        self._found.setProperty("muted", True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(PlainLabel("Frame or time"))
        layout.addWidget(self.entry)
        layout.addWidget(self._found)
        layout.addWidget(self._buttons)
        self.entry.textChanged.connect(self._look)
        self._look("")

    @classmethod
    def ask(cls, index: FrameIndex, parent: QWidget | None) -> int | None:
        dialog = cls(index, parent)
        return dialog.ordinal if dialog.exec() == QDialog.DialogCode.Accepted else None

    def _look(self, text: str) -> None:
        self.ordinal = None
        if text.strip():
            try:
                self.ordinal = frame_for(text, self._index)
            except ValueError as error:
                self._found.setText(str(error))
        if self.ordinal is not None:
            time_ns = self._index.time_of(self.ordinal) - self._index.first_ns
            self._found.setText(f"Frame {self.ordinal}, at {seconds_text(time_ns)} s")
        button = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert button is not None
        button.setEnabled(self.ordinal is not None)


class ShortcutsDialog(QDialog):
    """The F1 sheet: every action with its key, the codes first."""

    def __init__(self, codebook: Codebook | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setSpacing(40)
        groups = _groups(codebook)
        third = sum(len(rows) + 2 for _, rows in groups) // 3
        column, filled = _column(columns), 0
        for name, rows in groups:
            if filled and filled + len(rows) / 2 > third:
                column, filled = _column(columns), 0
            _add_group(column, name, rows)
            filled += len(rows) + 2
        for at in range(columns.count()):
            item = columns.itemAt(at)
            layout = item.layout() if item else None
            if isinstance(layout, QVBoxLayout):
                layout.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(buttons)
        screen = self.screen()
        most = screen.availableSize() if screen is not None else QSize(1180, 720)
        wanted = page.sizeHint() + QSize(60, 80)
        self.resize(QSize(1180, 720).expandedTo(wanted).boundedTo(most - QSize(40, 60)))

    @classmethod
    def ask(cls, codebook: Codebook | None, parent: QWidget | None) -> None:
        cls(codebook, parent).exec()


def ask_coder(name: str, parent: QWidget | None) -> str | None:
    text, done = QInputDialog.getText(
        parent, "Coder’s name", "Your name, as exports will show it:", text=name
    )
    return text.strip() or None if done else None


def ask_to_close(unsaved: int, *, kept: bool, parent: QWidget | None) -> bool:
    """Whether to close although edits wait to be saved; `kept` whether they are kept aside."""
    answer = QMessageBox.question(
        parent,
        "Not saved",
        f"{not_saved(unsaved, kept=kept)} Close all the same?",
        QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel,
        QMessageBox.StandardButton.Cancel,
    )
    return answer == QMessageBox.StandardButton.Close


def not_saved(unsaved: int, *, kept: bool) -> str:
    what, they = ("1 edit is", "It is") if unsaved == 1 else (f"{unsaved} edits are", "They are")
    if kept:
        then = "kept on this computer and offered when the project is opened here again."
    else:
        then = "kept nowhere else either and lost once closed; save a copy of the project first."
    return f"{what} not saved in the project. {they} {then}"


def _groups(codebook: Codebook | None) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    if codebook is not None:
        groups["Codes"] = [
            (code.key, f"{code.name}{'' if code.kind is Kind.POINT else ' (begin, then end)'}")
            for code in codebook.codes
            if code.key
        ]
    for named in ACTIONS:
        keys = [key for key in named.keys if key not in SPARE_KEYS]
        if keys:
            shown = " or ".join(_words(key) for key in keys)
            groups.setdefault(named.group, []).append((shown, named.label))
    return list(groups.items())


def _words(key: str) -> str:
    for name, shown in _SHOWN_KEYS.items():
        key = key.replace(name, shown)
    return key


def _column(columns: QHBoxLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    columns.addLayout(column)
    return column


def _add_group(column: QVBoxLayout, name: str, rows: list[tuple[str, str]]) -> None:
    heading = PlainLabel(name)
    heading.setProperty("section", True)
    heading.setContentsMargins(0, 8, 0, 0)
    column.addWidget(heading)
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, (key, label) in enumerate(rows):
        words = PlainLabel(key)
        words.setProperty("key", True)
        grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(PlainLabel(label), row, 1)
    column.addLayout(grid)
