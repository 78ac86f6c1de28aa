"""How much earlier keys count while footage plays."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.settings import LONGEST_REACTION_MS
from bodycam_annotator.ui.theme import icon, scaled

STEP_MS = 10
"""A third of a frame of most footage; Page Up and Page Down go by ten of them."""


class ReactionDialog(QDialog):
    """Enter takes what stands in the field, Escape leaves it as it was."""

    def __init__(self, reaction_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Reaction time")
        self.field = QSpinBox()
        self.field.setRange(0, LONGEST_REACTION_MS)
        self.field.setSingleStep(STEP_MS)
        self.field.setSuffix(" ms")
        self.field.setAccessibleName("Reaction time in milliseconds")
        # Qt's own arrows are those of another style.
        self.field.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.field.setMinimumWidth(scaled(96))
        self.field.setValue(reaction_ms)
        self.field.selectAll()
        words = PlainLabel(
            "How long you take to press a key. While footage plays, what you mark is put so much "
            "earlier, and its bound (±) grows by as much; 0 ms is the frame on screen. "
            f"↑ ↓ change it by {STEP_MS} ms."
        )
        words.setWordWrap(True)
        words.setMinimumWidth(scaled(320))
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.field)
        for name, words_of, step in (
            ("minus", f"{STEP_MS} ms less", -1),
            ("plus", f"{STEP_MS} ms more", 1),
        ):
            row.addWidget(self._button(name, words_of, step))
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addLayout(row)
        layout.addWidget(self._buttons)
        self.field.setFocus()

    @classmethod
    def ask(cls, reaction_ms: int, parent: QWidget | None) -> int | None:
        """Milliseconds, or None when it is to stay as it is."""
        dialog = cls(reaction_ms, parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        return dialog.field.value() if accepted else None

    def _button(self, name: str, words: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.field.stepBy(step))
        return button
