"""Verifying, the name of the coder, codebooks and the sample."""

import os
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.config import sample_folder
from bodycam_annotator.errors import (
    CodebookError,
    ProjectError,
    UserError,
)
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import rows_by_id


class TestVerify:
    def test_of_what_is_as_it_was(self, session: ProjectSession, exported: Path) -> None:
        assert exported.exists()
        report = app.verify(session.path, head=session.project.audit_head)
        assert report.sound
        assert report.problems == []
        assert report.chain.head == session.project.audit_head
        assert [(check.camera, check.why) for check in report.footage] == [("Camera 1", "")]

    def test_of_changed_footage(self, session: ProjectSession, released: Path) -> None:
        with released.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"\xff")
        (problem,) = app.verify(session.path).problems
        assert "is not the footage that was tagged" in problem
        released.unlink()
        (problem,) = app.verify(session.path).problems
        assert "is not at" in problem

    def test_of_an_audit_head_that_is_gone(self, session: ProjectSession) -> None:
        report = app.verify(session.path, head="0" * 63 + "1")
        assert not report.sound

    def test_of_no_project(self, tmp_path: Path) -> None:
        with pytest.raises(ProjectError, match="There is no project"):
            app.verify(tmp_path / "gone.bodycam")


class TestPeople:
    def test_a_name_that_was_set_is_kept(self) -> None:
        app.set_coder_name("  Ada   Lovelace ")
        assert app.coder_name() == "Ada Lovelace"

    def test_the_login_name_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOGNAME", "ben")
        assert app.coder_name() == "ben"

    @pytest.mark.parametrize("name", ["", " ", "x" * 300, "\udce9"])
    def test_what_is_no_name(self, name: str) -> None:
        with pytest.raises(UserError):
            app.set_coder_name(name)


class TestReadCodebook:
    def test_what_is_too_large_or_nested(self, tmp_path: Path) -> None:
        path = tmp_path / "book.toml"
        for text, said in (
            ("#" * (1024 * 1024 + 1), "is larger than 1 MiB"),
            ("a = " + "[" * 100_000, "nested too deeply"),
            ("a = " + "9" * 5000, "not valid TOML"),
        ):
            path.write_text(text, encoding="utf-8")
            with pytest.raises(CodebookError, match=f"book.toml: .*{said}"):
                app.read_codebook(path)

    def test_what_is_no_ordinary_file(self, tmp_path: Path) -> None:
        with pytest.raises(CodebookError, match="is no ordinary file"):
            app.read_codebook(tmp_path)
        if hasattr(os, "mkfifo"):
            os.mkfifo(tmp_path / "pipe.toml")
            with pytest.raises(CodebookError, match="is no ordinary file"):
                app.read_codebook(tmp_path / "pipe.toml")


class TestDemo:
    def test_its_truth_comes_back(self, tmp_path: Path) -> None:
        """Frames and PTS that the sample's script worked out are those that the footage has."""
        truth = sample_folder() / "truth.csv"
        with app.demo_project(tmp_path / "data") as session:
            assert [one.wearer for one in session.project.cameras.values()] == [
                "Officer 1",
                "Officer 2",
            ]
            wanted = rows_by_id(truth)
            assert app.import_file(session, truth).added == len(wanted)
            app.export(session, tmp_path / "out.csv")
        found = rows_by_id(tmp_path / "out.csv")
        assert found.keys() == wanted.keys()
        for tag_id, row in wanted.items():
            row.pop("app_version")
            clock = datetime.fromisoformat(row.pop("clock_start_utc"))
            written = datetime.fromisoformat(found[tag_id].pop("clock_start_utc"))
            assert abs(clock - written) <= timedelta(milliseconds=1)
            bound = row.pop("clock_uncertainty_s"), found[tag_id].pop("clock_uncertainty_s")
            assert Fraction(bound[0]) == Fraction(bound[1])
            assert {name: found[tag_id][name] for name in row} == row

    def test_is_reopened_with_its_tags(self, tmp_path: Path) -> None:
        with app.demo_project(tmp_path) as session:
            path = session.path
            app.import_file(session, sample_folder() / "truth.csv")
        with app.demo_project(tmp_path) as session:
            assert session.path == path
            assert session.project.standing_tags
