"""The few dialogs; each has an `ask` that returns what the person chose, or None."""

from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.timing import clock_text, parse_time, seconds_text
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import scaled

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


def ask_coder(name: str, parent: QWidget | None) -> str | None:
    text, done = QInputDialog.getText(
        parent, "Coder’s name", "Your name, as exports will show it:", text=name
    )
    return text.strip() or None if done else None


def ask_to_close(bridge: ProjectBridge, *, kept: bool, parent: QWidget | None) -> bool:
    """Whether to close although edits are not saved, or because all have been meanwhile; `kept`
    whether they are kept aside."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(parent)
    box.setWindowTitle("Not saved")
    box.setIcon(QMessageBox.Icon.Question)
    box.setStandardButtons(buttons.Close | buttons.Cancel)
    box.setDefaultButton(buttons.Cancel)

    def tell() -> None:
        if bridge.unfinished:
            box.setText(f"{not_saved(bridge.unfinished, kept=kept)} Close all the same?")
        else:
            box.done(buttons.Close)

    bridge.pending.connect(tell)
    tell()
    answer = box.exec()
    bridge.pending.disconnect(tell)
    return answer == buttons.Close


def not_saved(unsaved: int, *, kept: bool) -> str:
    what, they = ("1 edit is", "It is") if unsaved == 1 else (f"{unsaved} edits are", "They are")
    if kept:
        then = "kept on this computer and offered when the project is opened here again."
    else:
        then = "kept nowhere else either and lost once closed; save a copy of the project first."
    return f"{what} not saved in the project. {they} {then}"
