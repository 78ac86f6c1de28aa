"""A new project is there whole under its name, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from bodycam_annotator.errors import EditError, ProjectError
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import CODEBOOK, INCIDENT


def test_only_the_project_is_left_in_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "Ünïted 100% #2?.bodycam"
    with ProjectSession.create(path, incident=INCIDENT, codebook=CODEBOOK, coder="Ann") as session:
        assert session.path == path
        assert (session.undo_label, session.redo_label) == (None, None)
    assert list(tmp_path.iterdir()) == [path]
    assert verify_chain(path).entries == 1


def test_a_relative_path_is_meant_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = Path("stop.bodycam")
    with ProjectSession.create(name, incident=INCIDENT, codebook=CODEBOOK, coder="Ann") as session:
        assert session.path == tmp_path / name


def test_an_existing_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "stop.bodycam"
    path.write_text("mine")
    with pytest.raises(ProjectError, match="already exists"):
        ProjectSession.create(path, incident=INCIDENT, codebook=CODEBOOK, coder="Ann")
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_making_that_fails_leaves_nothing(tmp_path: Path) -> None:
    incident = replace(INCIDENT, codebook="other@1")
    with pytest.raises(EditError, match="FOREIGN KEY"):
        ProjectSession.create(
            tmp_path / "stop.bodycam", incident=incident, codebook=CODEBOOK, coder="Ann"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "stop.bodycam"
    with pytest.raises(ProjectError, match=r"nowhere/stop\.bodycam cannot be opened"):
        ProjectSession.create(path, incident=INCIDENT, codebook=CODEBOOK, coder="Ann")
