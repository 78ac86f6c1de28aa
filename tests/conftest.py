"""What holds for every test: no ERROR in the log, no thread left behind; and the odd files."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.media_factory import Made
from tests.odd_files import BROKEN, build

# CI machines stall now and then: a deadline would fail tests that are right.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: the test may log at ERROR, and looks at it")


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_error_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that logs at ERROR, unless it is marked `logs_errors`.

    FFmpeg's own complaints about a damaged file are not ours, and PyAV does not hand them on
    unless asked to.
    """
    handler = _Errors()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    if request.node.get_closest_marker("logs_errors") is None:
        assert not handler.messages, f"logged errors: {handler.messages}"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored indexes stay out of the tester's own cache folder, and are of one test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _no_thread_leaked() -> Iterator[None]:
    """Fails a test that leaves a Python thread of its own running, daemon or not.

    Threads that are about to end get ten seconds to do so, as a backup on a busy disk takes a
    while; the interpreter's and pytest's own threads were there before.
    """
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(timeout=10)
    names = [thread.name for thread in left if thread.is_alive()]
    assert not names, f"left threads running: {names}"


@pytest.fixture(scope="session")
def odd_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Makes a good file of tests/odd_files.py by name, once in a worker."""
    # Each worker of pytest-xdist has a base folder of its own, so none waits for another.
    folder = tmp_path_factory.mktemp("odd")
    made: dict[str, Made] = {}

    def find(name: str) -> Made:
        if name not in made:
            made[name] = build(name, folder)
        return made[name]

    return find


@pytest.fixture(scope="session")
def broken_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a broken file of tests/odd_files.py by name, in a folder of its own."""

    def find(name: str) -> Path:
        path = tmp_path_factory.mktemp("broken") / name
        BROKEN[name](path)
        return path

    return find
