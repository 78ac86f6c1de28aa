"""Project files to work on, and sessions that are closed when the test ends."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bodycam_annotator.model.edits import add_tags, change_tag
from bodycam_annotator.storage import migrations
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.storage.sample import Opened, copy_of, make_project, make_tag


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


@pytest.fixture
def newer_migrations(tmp_path: Path) -> Callable[[str], str]:
    """Makes a copy of the migrations with one more, and returns its folder."""

    def make(second: str) -> str:
        folder = tmp_path / "100% migrations"
        shutil.copytree(Path(str(migrations.__file__)).parent, folder)
        (folder / "versions" / "v0002_synthetic.py").write_text(second)
        return str(folder)

    return make


@pytest.fixture(scope="session")
def history(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Entries 3 to 7: three tags `a`, `b` and `c` are made, `a` gets a note, Bob moves `b`."""
    path = copy_of(template, tmp_path_factory.mktemp("history"))
    with ProjectSession.open(path, coder="Ann") as session:
        for tag_id in "abc":
            tag = make_tag(id=tag_id, text="Put your gun down")
            session.do(add_tags((tag,), label=f"Tag {tag_id}"))
        session.do(change_tag(session.project.tags["a"], label="Note", note="loud"))
    with ProjectSession.open(path, coder="Bob") as session:
        session.do(change_tag(session.project.tags["b"], label="Move", start_ns=0))
    return path
