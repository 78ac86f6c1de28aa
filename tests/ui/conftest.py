"""The window, a hand that works it, and what it has open."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.app import demo_project, import_file
from bodycam_annotator.config import sample_folder
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


@pytest.fixture
def another(qtbot: QtBot) -> Iterator[Callable[..., Hand]]:
    """Another window of the same person, at another time."""
    windows = []

    def make(width: int = 1280, height: int = 800) -> Hand:
        window = MainWindow()
        windows.append(window)
        window.resize(width, height)
        window.show()
        return Hand(window, qtbot)

    yield make
    for window in windows:
        window.close_project()
        window.close()
        window.deleteLater()


@pytest.fixture(scope="session")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's project with all that its truth says."""
    with demo_project(tmp_path_factory.mktemp("sample")) as session:
        import_file(session, sample_folder() / "truth.csv")
        return session.path


@pytest.fixture
def sample(tagged: Path, hand: Hand, tmp_path: Path) -> Iterator[Hand]:
    # Beside the other, as footage is found by a relative path.
    copy = tagged.with_name(f"{tmp_path.name}.bodycam")
    shutil.copy(tagged, copy)
    hand.open(copy)
    yield hand
    hand.window.close_project()
    copy.unlink()
