"""The window and a hand that works it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.main_window import MainWindow
from tests.media_factory import Made
from tests.ui.hand import Hand


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, recent files and fallback projects stay out of the tester's own folders."""
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "home" / "documents"))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    make_application()
    shown = MainWindow()
    shown.resize(1280, 800)
    shown.show()
    yield shown
    # Or closing would ask about edits that wait, and wait for an answer.
    shown.close_project()
    shown.close()
    shown.deleteLater()


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> Hand:
    return Hand(window, qtbot)


@pytest.fixture
def footage(odd_file: Callable[[str], Made], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of an odd file in a folder of its own, so that its project lies beside it."""

    def copy(name: str) -> Path:
        folder = tmp_path / "footage"
        folder.mkdir(exist_ok=True)
        return Path(shutil.copy(odd_file(name).path, folder))

    return copy
