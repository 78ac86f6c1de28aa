"""A project that is only looked at, as where a commit was cut off and cannot be taken back now."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bodycam_annotator.errors import NotWrittenError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.copying import copy_moment
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import copy_of, make_tag
from tests.unit.storage.test_verification import cut_off


@pytest.fixture
def cut(history: Path, tmp_path: Path) -> Path:
    """Of seven entries, and half of an eighth."""
    (tmp_path / "cut").mkdir()
    return cut_off(copy_of(history, tmp_path), tmp_path / "cut")


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Even for root, where the file system knows how."""
    if os.geteuid() != 0:
        path.chmod(0o444)
        yield
        path.chmod(0o644)
        return
    if subprocess.run(["chattr", "+i", path], capture_output=True, check=False).returncode:
        pytest.skip("root may write anywhere here")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", path], check=True)


def beside(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.parent.iterdir()}


def test_it_opens_to_be_read_and_takes_edits_once_it_can_be_written(cut: Path) -> None:
    before = beside(cut)
    edit = add_tags((make_tag(id="d"),), label="Tag d")
    with unwritable(cut):
        session = ProjectSession.open(cut, coder="Ann")
        assert list(session.project.tags) == ["a", "b", "c"]
        assert "was being saved when a program was ended" in session.why_read_only
        for _ in range(2):
            with pytest.raises(NotWrittenError, match="cannot be written now"):
                session.do(edit)
        assert len(session.history()) == 7
        assert beside(cut) == before
    session.do(edit)
    assert session.why_read_only == ""
    assert list(session.project.tags) == ["a", "b", "c", "d"]
    session.close()
    assert verify_chain(cut).entries == 8


def test_it_can_be_copied(cut: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.bodycam"
    copy_moment(cut, copy)
    assert verify_chain(copy).entries == 7


def test_it_is_found_through_a_link(cut: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.bodycam"
    link.parent.mkdir()
    link.symlink_to(cut)
    before = beside(cut)
    assert verify_chain(link).entries == 7
    assert beside(cut) == before


def test_a_write_ahead_log_is_read_and_left_alone(history: Path, tmp_path: Path) -> None:
    """As another program leaves it that is killed."""
    path = copy_of(history, tmp_path)
    (tmp_path / "killed").mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("UPDATE tag SET note = 'slipped in' WHERE id = 'c'")
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", tmp_path / "killed")
    killed = tmp_path / "killed" / path.name
    before = beside(killed)
    assert "note differ" in verify_chain(killed).why
    assert beside(killed) == before
