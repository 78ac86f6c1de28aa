"""The window and the hand of tests/ui for the main job end to end; a shell for the commands."""

from pathlib import Path

import pytest

from tests.e2e.shell import CLIP, Shell
from tests.media_factory import Made, make
from tests.ui.conftest import _own_folders, footage, hand, window

__all__ = ["_own_folders", "footage", "hand", "window"]


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """Of ada, who has set no name."""
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "ada")
    return Shell(capsys)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(CLIP, tmp_path_factory.mktemp("cli") / "X60A0001.mov")


@pytest.fixture
def clip(tmp_path: Path, made: Made) -> Path:
    path = tmp_path / "X60A0001.mov"
    path.write_bytes(made.path.read_bytes())
    return path


@pytest.fixture
def project(shell: Shell, tmp_path: Path, clip: Path) -> Path:
    path = tmp_path / "stop.bodycam"
    shell.good("new", path, clip)
    return path
