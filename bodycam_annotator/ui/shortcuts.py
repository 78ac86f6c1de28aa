"""The F1 sheet: every code and action with the key that it has now."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QFont, QKeyEvent
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.codebook import Codebook, Kind
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.key_names import shown_keys
from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.own_keys import OwnKeys
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import scaled

Rows = list[tuple[str, str]]

_KEY_WIDTH = 116
_COLUMN_WIDTH = 408
_LEAST_COLUMNS, _MOST_COLUMNS = 3, 4
_AROUND = QSize(40, 60)
"""What of the screen is left to the system and to the window's own frame."""

_IN_FIELDS = (
    ("Tab", "Fields and buttons: on to the next"),
    ("Esc", "Buttons: back to the picture"),
    ("Enter, Esc", "Fields: leave, what is typed stands"),
    ("Ctrl, Alt, F…", "Fields: keys with these do what they do elsewhere"),
    ("Esc", "A loop, measuring: end it"),
    ("Esc", "Fields to find in: empty them too"),
    ("Enter", "Lists: go to what is chosen, or edit it"),
    ("Tab", "Transcript, while typing: who speaks, what, who next"),
    ("Shift+Enter", "Transcript: play it; intervals: show the end"),
    ("Shift+↑ ↓", "Tags, transcript: select several in a row"),
    ("Ctrl+click", "Tags, transcript, timeline: select one more"),
    ("Shift+click", "Tags, transcript, timeline: select up to there"),
    ("Shift or Alt", "Timeline, while a tag is dragged: without snapping"),
    ("Wheel", "Picture: closer, further. Timeline: along it"),
    ("Ctrl+Wheel", "Timeline: closer, further"),
    ("Shift+Wheel", "Timeline: along it in large steps"),
    ("Home, End", "Lists: the first, the last; Shift selects"),
    ("Ctrl+C", "Lists: copy what is chosen"),
)
"""What is not re-assigned, as these are everybody's habits."""

_IN_CODEBOOK = (
    ("Ctrl+N", "Add a code"),
    ("Ctrl+D", "Duplicate the code"),
    ("Ctrl+Del", "Remove the code"),
    ("Alt+↑ ↓", "Move the code; with Shift its group"),
    ("Alt+letter", "Go to the field, press the button underlined so"),
    ("Ctrl+S", "Save as a new version (also Ctrl+Enter)"),
)
"""The keys of the codebook editor."""

_SCROLLS = (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Down, Qt.Key.Key_Up)


class ShortcutsDialog(QDialog):
    """Codes first; typing looks for an action or a key."""

    def __init__(
        self,
        actions: Actions,
        keys: OwnKeys,
        codebook: Codebook | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._actions, self._keys, self._codebook = actions, keys, codebook
        self.search = TextField()
        self.search.setPlaceholderText("Find an action or a key")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find an action or a key")
        self.search.setMaximumWidth(320)
        self.search.installEventFilter(self)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        change, close = QPushButton("Change keys…"), QPushButton("Close")
        change.clicked.connect(self._change)
        close.clicked.connect(self.reject)
        for button in (change, close):
            button.setAutoDefault(False)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addStretch(1)
        top.addWidget(change)
        top.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 8, 8)
        layout.addLayout(top)
        layout.addWidget(self.area)
        self.search.textChanged.connect(self._fill)
        screen = self.screen()
        room = (screen.availableSize() if screen is not None else QSize(1280, 800)) - _AROUND
        self.columns = room.width() // scaled(_COLUMN_WIDTH)
        self.columns = min(max(self.columns, _LEAST_COLUMNS), _MOST_COLUMNS)
        self._fill("")
        page, width = self.area.widget(), self.columns * scaled(_COLUMN_WIDTH) + 16
        height = page.heightForWidth(width) if page is not None else 0
        self.resize(QSize(width, height + 80).boundedTo(room))
        self.search.setFocus()

    @classmethod
    def ask(
        cls, actions: Actions, keys: OwnKeys, codebook: Codebook | None, parent: QWidget | None
    ) -> None:
        cls(actions, keys, codebook, parent).exec()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """The field has the focus, but arrows and pages are meant for the sheet."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _SCROLLS
        ):
            QApplication.sendEvent(self.area.verticalScrollBar(), event)
            return True
        return super().eventFilter(watched, event)

    def _change(self) -> None:
        KeysDialog.ask(self._keys, self._codebook, self)
        self._fill(self.search.text())

    def _fill(self, text: str) -> None:
        wanted = text.casefold().split()
        groups = [
            (name, [row for row in rows if _has(f"{name} {' '.join(row)}", wanted)])
            for name, rows in self._groups()
        ]
        found = [(name, rows) for name, rows in groups if rows]
        self.area.setWidget(_page(found, self.columns))

    def _groups(self) -> list[tuple[str, Rows]]:
        groups: dict[str, Rows] = {}
        if self._codebook is not None:
            groups["Codes"] = [
                (code.key, f"{code.name}{'' if code.kind is Kind.POINT else ' (begin, then end)'}")
                for code in self._codebook.codes
                if code.key
            ]
        for named in ACTIONS:
            words = shown_keys(self._actions.keys(named.id)) or "–"
            groups.setdefault(named.group, []).append((words, named.label))
        groups["Fields and lists"] = list(_IN_FIELDS)
        groups["Codebook editor"] = list(_IN_CODEBOOK)
        return list(groups.items())


def _has(line: str, wanted: Sequence[str]) -> bool:
    line = f" {line.casefold()}"
    return all(f" {word}" in line for word in wanted)


def _page(groups: list[tuple[str, Rows]], count: int) -> QWidget:
    """Groups one below the other in columns of about one height."""
    page = QWidget()
    columns = QHBoxLayout(page)
    columns.setContentsMargins(0, 0, 8, 0)
    columns.setSpacing(24)
    if not groups:
        nothing = PlainLabel("No action or key is like that.")
        nothing.setProperty("muted", True)
        columns.addWidget(nothing, 0, Qt.AlignmentFlag.AlignTop)
        return page
    for column in _parted(groups, count):
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, _KEY_WIDTH)
        grid.setColumnStretch(1, 1)
        for name, rows in column:
            _add_group(grid, name, rows)
        grid.setRowStretch(grid.rowCount(), 1)
        columns.addLayout(grid, 1)
    return page


def _parted(groups: list[tuple[str, Rows]], count: int) -> list[list[tuple[str, Rows]]]:
    """In their order, so that the longest of the columns is as short as can be."""
    heights = [len(rows) + 2 for _, rows in groups]
    most = next(
        height
        for height in range(max(heights), sum(heights) + 1)
        if _columns_of(heights, height) <= count
    )
    columns: list[list[tuple[str, Rows]]] = [[] for _ in range(count)]
    at, filled = 0, 0
    for group, height in zip(groups, heights, strict=True):
        if filled + height > most:
            at, filled = at + 1, 0
        columns[at].append(group)
        filled += height
    return columns


def _columns_of(heights: Sequence[int], most: int) -> int:
    """How many columns of at most that height they fill."""
    columns, filled = 1, 0
    for height in heights:
        if filled + height > most:
            columns, filled = columns + 1, 0
        filled += height
    return columns


def _add_group(grid: QGridLayout, name: str, rows: Rows) -> None:
    heading = PlainLabel(name)
    heading.setProperty("section", True)
    heading.setContentsMargins(0, 6, 0, 0)
    grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
    small = QFont(heading.font())
    small.setPixelSize(12)
    for key, label in rows:
        at = grid.rowCount()
        words, what = PlainLabel(key), PlainLabel(label)
        words.setProperty("key", key != "–")
        what.setWordWrap(True)
        for part in (words, what):
            part.setFont(small)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(words, at, 0, right)
        grid.addWidget(what, at, 1)
