"""What is kept aside: whole after every update, found again once, and by nobody else."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bodycam_annotator.errors import NotWrittenError
from bodycam_annotator.model.edits import add_tags, row_of
from bodycam_annotator.storage.unsaved import ENDING, Kept, Unsaved, edit_content, left_behind
from tests.unit.storage.sample import make_tag

TEXT = Kept(kind="text", content={"tag": "t", "field": "text", "text": "Put your gu"})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "night stop.bodycam"
    path.touch()
    return path


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, ...]:
    return tmp_path / "state" / "unsaved", tmp_path / "temporary"


def unsaved(project: Path, folders: tuple[Path, ...], *, incident: str = "i") -> Unsaved:
    return Unsaved(project, incident=incident, coder="Ann", folders=folders)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{ENDING}"))


def test_what_is_kept_is_found_in_the_next_sitting(
    project: Path, folders: tuple[Path, ...]
) -> None:
    tag = make_tag(text="Don’t move")
    edit = add_tags((tag,), label="Tag shot")
    sitting = unsaved(project, folders)
    edits = Kept(kind="edit", content=edit_content(edit, speed="0.5x"))
    sitting.update({"e": edits, "s": Kept(kind="span", content=row_of(tag)), "t": TEXT})
    sitting.close()
    (left,) = left_behind(project, incident="i", folders=folders)
    assert left.coder == "Ann"
    assert list(left.kept) == ["e", "s", "t"]
    assert left.kept["e"].edit() == (edit, "0.5x")
    assert left.kept["s"].span() == tag
    assert left.kept["t"] == TEXT
    left.drop(["e"])
    left.close()
    (left,) = left_behind(project, incident="i", folders=folders)
    assert list(left.kept) == ["s", "t"]
    left.drop(["s", "t"])
    assert files(folders[0]) == []


def test_a_file_is_there_only_while_there_is_something_to_keep(
    project: Path, folders: tuple[Path, ...]
) -> None:
    sitting = unsaved(project, folders)
    assert not folders[0].exists()
    sitting.update({"t": TEXT})
    assert len(files(folders[0])) == 1
    sitting.update({"t": None})
    assert list(folders[0].iterdir()) == []
    sitting.close()


def test_what_another_window_is_typing_is_not_left_behind(
    project: Path, folders: tuple[Path, ...]
) -> None:
    sitting = unsaved(project, folders)
    sitting.update({"t": TEXT})
    assert left_behind(project, incident="i", folders=folders) == []
    sitting.close()
    (left,) = left_behind(project, incident="i", folders=folders)
    assert left_behind(project, incident="i", folders=folders) == []
    left.close()


def test_of_a_moved_project_it_is_found_and_of_a_copy_not(
    project: Path, folders: tuple[Path, ...], tmp_path: Path
) -> None:
    sitting = unsaved(project, folders)
    sitting.update({"t": TEXT})
    sitting.close()
    elsewhere = tmp_path / "elsewhere.bodycam"
    assert left_behind(elsewhere, incident="i", folders=folders) == []
    assert left_behind(project, incident="other", folders=folders) == []
    project.rename(elsewhere)
    (left,) = left_behind(elsewhere, incident="i", folders=folders)
    left.close()


def test_where_the_first_folder_is_none_the_second_is_taken(
    project: Path, folders: tuple[Path, ...]
) -> None:
    folders[0].parent.mkdir()
    folders[0].write_text("in the way")
    sitting = unsaved(project, folders)
    sitting.update({"t": TEXT})
    assert len(files(folders[1])) == 1
    sitting.close()


def test_where_there_is_no_folder_it_is_told_and_tried_again(
    project: Path, folders: tuple[Path, ...]
) -> None:
    for folder in folders:
        folder.parent.mkdir(exist_ok=True)
        folder.write_text("in the way")
    sitting = unsaved(project, folders)
    with pytest.raises(NotWrittenError, match="cannot be kept aside"):
        sitting.update({"t": TEXT})
    folders[1].unlink()
    sitting.update({"u": TEXT})
    sitting.close()
    (left,) = left_behind(project, incident="i", folders=folders[1:])
    assert set(left.kept) == {"t", "u"}
    left.close()


def test_nobody_else_may_read_it(project: Path, folders: tuple[Path, ...]) -> None:
    sitting = unsaved(project, folders)
    sitting.update({"t": TEXT})
    if os.name != "nt":
        assert files(folders[0])[0].stat().st_mode & 0o077 == 0
    sitting.close()


HOSTILE = ["x", "[]", "{}", '{"changes": 3}', '{"tag": [], "field": 1, "text": null}', "1e999"]


@pytest.mark.parametrize("content", HOSTILE)
@pytest.mark.parametrize("kind", ["edit", "text", "span", "other"])
def test_what_cannot_be_read_is_passed_over(
    project: Path, folders: tuple[Path, ...], kind: str, content: str
) -> None:
    sitting = unsaved(project, folders)
    sitting.update({"t": TEXT, "u": TEXT})
    sitting.close()
    with closing(sqlite3.connect(files(folders[0])[0])) as file, file:
        file.execute("UPDATE kept SET kind = ?, content = ? WHERE key = 't'", (kind, content))
    (left,) = left_behind(project, incident="i", folders=folders)
    assert left.kept == {"u": TEXT}
    left.close()


def test_a_file_that_is_no_database_stays(project: Path, folders: tuple[Path, ...]) -> None:
    folders[0].mkdir(parents=True)
    other = folders[0] / f"other{ENDING}"
    other.write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    assert left_behind(project, incident="i", folders=folders) == []
    assert other.exists()
