"""What is kept aside: whole after every update, found again once, and by nobody else."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bodycam_annotator.errors import NotWrittenError
from bodycam_annotator.model.edits import add_tags, row_of
from bodycam_annotator.storage.unsaved import ENDING, Kept, Unsaved, edit_content, left_behind
from tests.unit.storage.sample import INCIDENT, make_tag

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
    project: Path, folders: tuple[Path, ...], tmp_path: Path, template: Path
) -> None:
    sitting = unsaved(project, folders, incident=INCIDENT.id)
    sitting.update({"t": TEXT})
    sitting.close()
    elsewhere = Path(shutil.copy(template, tmp_path / "elsewhere.bodycam"))
    shutil.copy(template, project)
    assert left_behind(elsewhere, incident=INCIDENT.id, folders=folders) == []
    assert left_behind(project, incident="other", folders=folders) == []
    project.unlink()
    (left,) = left_behind(elsewhere, incident=INCIDENT.id, folders=folders)
    left.close()


@pytest.mark.parametrize("what", ["text", "nothing", "folder", "project"])
def test_of_a_moved_project_it_is_found_whatever_has_its_name_now(
    project: Path, folders: tuple[Path, ...], tmp_path: Path, template: Path, what: str
) -> None:
    sitting = unsaved(project, folders, incident="i")
    sitting.update({"t": TEXT})
    sitting.close()
    elsewhere = project.rename(tmp_path / "elsewhere.bodycam")
    if what == "project":
        shutil.copy(template, project)
    elif what == "folder":
        project.mkdir()
    else:
        project.write_bytes(b"Dear Sir" * 999 if what == "text" else b"")
    (left,) = left_behind(elsewhere, incident="i", folders=folders)
    left.close()


def test_it_is_found_through_a_link(
    project: Path, folders: tuple[Path, ...], tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(project.parent, target_is_directory=True)
    sitting = unsaved(tmp_path / "link" / project.name, folders)
    sitting.update({"t": TEXT})
    sitting.close()
    (left,) = left_behind(project, incident="i", folders=folders)
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


@pytest.mark.skipif(os.name == "nt", reason="temporary folders are a person's own there")
@pytest.mark.parametrize("how", ["link", "open", "another's"])
def test_a_folder_that_others_may_have_filled_is_not_used(
    project: Path, folders: tuple[Path, ...], tmp_path: Path, how: str
) -> None:
    sitting = unsaved(project, folders[1:])
    sitting.update({"t": TEXT})
    sitting.close()
    folder = folders[1]
    if how == "link":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    elif how == "another's":
        if os.getuid() != 0:
            pytest.skip("only root may give files away")
        os.chown(folder, 12345, -1)
    else:
        folder.chmod(0o777)
    found = left_behind(project, incident="i", folders=folders)
    if how == "open":
        (left,) = found
        left.close()
        assert folder.stat().st_mode & 0o777 == 0o700
        return
    assert found == []
    sitting = unsaved(project, folders[1:])
    with pytest.raises(NotWrittenError, match="cannot be kept aside"):
        sitting.update({"t": TEXT})


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_the_folder_is_made_for_one_person(project: Path, folders: tuple[Path, ...]) -> None:
    sitting = unsaved(project, folders)
    sitting.update({"t": TEXT})
    assert folders[0].stat().st_mode & 0o777 == 0o700
    sitting.close()


def test_the_oldest_comes_first(project: Path, folders: tuple[Path, ...]) -> None:
    for number in range(8):
        sitting = unsaved(project, folders)
        sitting.update({str(number): TEXT})
        sitting.close()
    found = left_behind(project, incident="i", folders=folders)
    assert [key for left in found for key in left.kept] == list("01234567")
    for left in found:
        left.close()


def test_what_is_passed_over_is_logged(
    project: Path, folders: tuple[Path, ...], caplog: pytest.LogCaptureFixture
) -> None:
    sitting = unsaved(project, folders)
    odd = Kept(kind="span", content={"id": "x"})
    sitting.update({"t": TEXT, "odd": odd})
    sitting.close()
    (folders[0] / f"other{ENDING}").write_bytes(b"no database" * 400)
    with caplog.at_level("INFO"):
        (left,) = left_behind(project, incident="i", folders=folders)
    left.close()
    assert "holds what is no span" in caplog.text
    assert f"other{ENDING} cannot be opened" in caplog.text


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
