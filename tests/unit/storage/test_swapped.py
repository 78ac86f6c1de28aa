"""Another file in the place of the open project: nothing is written to it, nothing is lost."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bodycam_annotator.errors import NotWrittenError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import make_project, make_tag


def in_place(file: Path, path: Path) -> None:
    """As `cat file > path`."""
    path.write_bytes(file.read_bytes())


def by_name(file: Path, path: Path) -> None:
    Path(shutil.copy(file, path.with_name("new"))).replace(path)


HOW = (in_place, by_name)


def tag(session: ProjectSession, name: str) -> None:
    session.do(add_tags((make_tag(id=name),), label=f"Tag {name}"))


@pytest.mark.parametrize("put", HOW, ids=lambda put: put.__name__)
def test_an_older_state_is_not_taken_up(
    session: ProjectSession, path: Path, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    older, right = tmp_path / "older", tmp_path / "right"
    tag(session, "a")
    shutil.copy(path, older)
    tag(session, "b")
    tag(session, "c")
    shutil.copy(path, right)
    put(older, path)
    for attempt in (lambda: tag(session, "d"), session.refresh, session.undo, session.history):
        with pytest.raises(NotWrittenError, match="lacks what was saved up to entry 5"):
            attempt()
        assert path.read_bytes() == older.read_bytes()
        assert list(session.project.tags) == ["a", "b", "c"]
    put(right, path)
    tag(session, "d")
    assert list(session.project.tags) == ["a", "b", "c", "d"]
    assert verify_chain(path).entries == 6


@pytest.mark.parametrize("put", HOW, ids=lambda put: put.__name__)
def test_another_project_of_that_name_is_not_taken_up(
    session: ProjectSession, path: Path, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    tag(session, "a")
    other = make_project(tmp_path / "other.bodycam")
    with ProjectSession.open(other, coder="Ann") as theirs:
        for name in "vwxyz":
            tag(theirs, name)
    put(other, path)
    for attempt in (lambda: tag(session, "b"), session.history):
        with pytest.raises(NotWrittenError, match="another file than the one that was open"):
            attempt()
    assert path.read_bytes() == other.read_bytes()
    assert list(session.project.tags) == ["a"]


def test_a_newer_state_of_the_same_project_is_taken_up(
    session: ProjectSession, path: Path, tmp_path: Path
) -> None:
    tag(session, "a")
    newer = Path(shutil.copy(path, tmp_path / "newer"))
    with ProjectSession.open(newer, coder="Bob") as theirs:
        tag(theirs, "b")
    in_place(newer, path)
    tag(session, "c")
    assert list(session.project.tags) == ["a", "b", "c"]
    assert verify_chain(path).sound
