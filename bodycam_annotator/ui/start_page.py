"""What the window shows before any footage is open: what to do, and what was open last."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.theme import icon, scaled

STEPS = (
    ("1", "Open footage or a project, or drop it on this window."),
    (
        "2",
        "Step with {previous_frame} and {next_frame}, play with {play}, go to a time with {go_to}.",
    ),
    (
        "3",
        "Press a code’s key where something happens: S a shot, U an utterance (again to end it).",
    ),
    ("4", "Press {edit_text} to type what was said. Every edit is saved as you make it."),
    ("5", "Export the CSV timeline with {export}. {shortcuts} shows all keys."),
)


class StartPage(QWidget):
    """Signals: `open_asked`, `demo_asked`; `recent_asked` carries a path; `filled` when there are
    other buttons than before."""

    open_asked = pyqtSignal()
    demo_asked = pyqtSignal()
    recent_asked = pyqtSignal(object)
    filled = pyqtSignal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout()
        column.setSpacing(16)
        title = PlainLabel("Bodycam Annotator")
        title.setProperty("heading", True)
        about = PlainLabel(
            "Step through body-camera footage to the frame, tag what happened, export."
        )
        about.setProperty("muted", True)
        column.addWidget(title)
        column.addWidget(about)
        column.addLayout(self._buttons())
        column.addLayout(_steps(actions))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        column.addLayout(self._recent)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(column)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(middle)
        layout.addStretch(3)

    def show_recent(self, paths: Sequence[Path]) -> None:
        while (item := self._recent.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        if not paths:
            return
        heading = PlainLabel("Recent")
        heading.setProperty("section", True)
        self._recent.addWidget(heading)
        for path in paths[:6]:
            link = QPushButton(f"{path.name}   in {path.parent}".replace("&", "&&"))
            link.setIcon(icon("history"))
            link.setProperty("link", True)
            link.setToolTip(plain_tip(str(path)))
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.clicked.connect(lambda _=False, path=path: self.recent_asked.emit(path))
            self._recent.addWidget(link)
        self.filled.emit()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        opening = QPushButton("Open footage or project…")
        opening.setProperty("primary", True)
        opening.setIcon(icon("folder-open-outline", color="on_accent"))
        opening.clicked.connect(self.open_asked)
        demo = QPushButton("Try the staged sample incident")
        demo.clicked.connect(self.demo_asked)
        row.addWidget(opening)
        row.addWidget(demo)
        row.addStretch(1)
        return row


def _steps(actions: Actions) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    for row, (number, text) in enumerate(STEPS):
        key = PlainLabel(number)
        key.setProperty("key", True)
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        key.setFixedWidth(scaled(26))
        grid.addWidget(key, row, 0)
        words = PlainLabel()
        actions.tell(words.setText, text)
        grid.addWidget(words, row, 1)
    grid.setColumnStretch(1, 1)
    return grid
