"""The dialog of keys, and a hand that works it."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from bodycam_annotator.config import default_codebook
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.keys_dialog import KeysDialog
from tests.ui.hand import NONE, Key

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier
BOOK = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))


def press(widget: QWidget, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]


def show(widget: QWidget) -> None:
    """With the keyboard in it, as a window manager would."""
    widget.show()
    widget.activateWindow()
    QApplication.processEvents()


def begin(dialog: KeysDialog, action_id: str) -> None:
    """As a person does: looks for it and presses Enter on it."""
    label = next(named.label for named in ACTIONS if named.id == action_id)
    dialog.search.setText(label)
    press(dialog.search, Key.Key_Down)
    dialog.list.choose(action_id)
    press(dialog.list, Key.Key_Return)
    assert dialog.field.hasFocus()
