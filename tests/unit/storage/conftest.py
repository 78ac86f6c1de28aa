"""Project files to work on, and sessions that are closed when the test ends."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bodycam_annotator.storage.session import ProjectSession
from tests.unit.storage.sample import Opened, copy_of, make_project


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("template") / "template.bodycam")


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path)


@pytest.fixture
def opened(path: Path) -> Iterator[Opened]:
    """Opens the project for a coder, Ann unless told."""
    with ExitStack() as stack:
        yield lambda coder="Ann": stack.enter_context(ProjectSession.open(path, coder=coder))


@pytest.fixture
def session(opened: Opened) -> ProjectSession:
    return opened()
