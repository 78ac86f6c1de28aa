"""The dialog of keys."""

from collections.abc import Iterator

import pytest

from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.main_window import MainWindow
from tests.ui.keys.dialog_hand import BOOK, show


@pytest.fixture
def dialog(window: MainWindow) -> Iterator[KeysDialog]:
    made = KeysDialog(window.keys, BOOK, window)
    show(made)
    yield made
    made.deleteLater()
