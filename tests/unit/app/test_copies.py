"""A copy of a project elsewhere: whole, under the name that was asked for, over nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import NotWrittenError, ProjectError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.audit import Head
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.app.clips import MakeTag


def copied(session: ProjectSession, out: Path, *, replace: bool = False) -> Path:
    return app.copy_project(session.path, out, coder="Ada", replace=replace)


def entries(path: Path) -> int:
    report = verify_chain(path)
    assert report.sound
    return report.entries


def test_it_gets_the_ending(session: ProjectSession, tmp_path: Path) -> None:
    copy = copied(session, tmp_path / "St. Mary v1.2")
    assert copy == tmp_path / "St. Mary v1.2.bodycam"
    assert entries(copy) == 2


def test_what_is_there_stays_unless_asked(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    out = copied(session, tmp_path / "copy.bodycam")
    session.do(add_tags((tag_at("shot", 0),), label="Tag shot"))
    with pytest.raises(ProjectError, match=r"“copy.bodycam” is in .* already; choose"):
        copied(session, out)
    assert entries(out) == 2
    assert copied(session, out, replace=True) == out
    assert entries(out) == 3
    # The person was asked about a file of another name.
    with pytest.raises(ProjectError, match="already"):
        copied(session, out.with_suffix(""), replace=True)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_never_over_the_project_footage_or_a_folder(
    session: ProjectSession, released: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.bodycam"
    link.symlink_to(session.path)
    odd = tmp_path / "footage.bodycam"
    odd.hardlink_to(released)
    folder = tmp_path / "folder.bodycam"
    folder.mkdir()
    before = session.path.read_bytes(), released.read_bytes()
    for out, why in [
        (session.path, "the project itself"),
        (link, "the project itself"),
        (odd, "footage of the project"),
        (folder, "a folder"),
    ]:
        with pytest.raises(ProjectError, match=why):
            copied(session, out, replace=True)
    assert (session.path.read_bytes(), released.read_bytes()) == before
    assert link.is_symlink()


def test_not_over_what_has_a_journal(session: ProjectSession, tmp_path: Path) -> None:
    """SQLite would take the journal for the copy's."""
    out = copied(session, tmp_path / "copy.bodycam")
    Path(f"{out}-journal").write_bytes(b"x")
    with pytest.raises(ProjectError, match="was not closed properly"):
        copied(session, out, replace=True)


def test_not_of_another_file_than_was_open(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    older = Path(shutil.copy(session.path, tmp_path / "older"))
    session.do(add_tags((tag_at("shot", 0),), label="Tag shot"))
    known = Head(session.project.audit_entries, session.project.audit_head)
    out = app.copy_project(session.path, tmp_path / "a.bodycam", coder="Ada", known=known)
    assert entries(out) == 3
    shutil.copy(older, session.path)
    with pytest.raises(NotWrittenError, match="lacks what was saved up to entry 3"):
        app.copy_project(session.path, tmp_path / "b.bodycam", coder="Ada", known=known)
    assert not (tmp_path / "b.bodycam").exists()


def test_an_export_says_what_is_left_out(session: ProjectSession, tmp_path: Path) -> None:
    left_out = ["13 edits are not saved yet: not in it."]
    with_it = app.export(session, tmp_path / "a.csv", left_out=left_out)
    without = app.export(session, tmp_path / "b.csv")
    assert [json.loads(one.paths[1].read_text())["warnings"] for one in (with_it, without)] == [
        left_out,
        [],
    ]
    assert with_it.paths[0].read_bytes() == without.paths[0].read_bytes()
