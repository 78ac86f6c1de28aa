"""Import and export of a project's tags."""

import errno
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import (
    Cancelled,
    ExchangeError,
)
from bodycam_annotator.model.edits import withdraw_tags
from bodycam_annotator.model.tag import Basis, Status
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import BOOK, MS


class TestImport:
    def test_what_was_exported_changes_nothing(
        self, session: ProjectSession, exported: Path
    ) -> None:
        before = session.project
        report = app.import_file(session, exported)
        assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
        assert session.project == before

    def test_into_an_empty_project_restores_every_tag(
        self, session: ProjectSession, exported: Path, tmp_path: Path, released: Path
    ) -> None:
        with app.new_project(
            tmp_path / "copy.bodycam", [released], coder="Ben", codebook=BOOK
        ) as copy:
            assert app.import_file(copy, exported).added == 3
            (footage,) = copy.project.footage
            wanted = {
                name: replace(tag, footage_id=footage, origin="out.csv")
                for name, tag in session.project.tags.items()
            }
            assert copy.project.tags == wanted
            app.export(copy, tmp_path / "again.csv")
            again = (tmp_path / "again.csv").read_bytes()
            assert again.replace(b",copy,", b",stop,") == exported.read_bytes()
            copy.undo()
            assert copy.project.standing_tags == []

    def test_a_changed_row_changes_its_tag(self, session: ProjectSession, exported: Path) -> None:
        exported.write_bytes(exported.read_bytes().replace(b"disputed", b"checked"))
        before = {tag.code: tag for tag in session.project.standing_tags}
        report = app.import_file(session, exported)
        assert (report.added, report.changed, report.unchanged) == (0, 1, 2)
        after = {tag.code: tag for tag in session.project.standing_tags}
        changed = after.pop("door_opened")
        assert changed.status is Status.CHECKED
        assert changed.modified_utc > before["door_opened"].modified_utc
        assert changed.created_utc == before.pop("door_opened").created_utc
        assert after == before
        session.undo()
        assert len(session.project.standing_tags) == 3
        assert session.undo_label == "Tag"

    def test_columns_that_are_missing_leave_their_values(
        self, session: ProjectSession, exported: Path
    ) -> None:
        shot = next(tag for tag in session.project.standing_tags if tag.code == "shot")
        exported.write_text(
            f"tag_id,code,start_s,speaker\n{shot.id},shot,0.16,Officer 2\n", encoding="utf-8"
        )
        assert app.import_file(session, exported).changed == 1
        after = session.project.tags[shot.id]
        assert after == replace(shot, speaker="Officer 2", modified_utc=after.modified_utc)

    def test_a_withdrawn_tag_stands_again(self, session: ProjectSession, exported: Path) -> None:
        session.do(withdraw_tags(tuple(session.project.standing_tags), label="Remove"))
        assert app.import_file(session, exported).changed == 3
        assert len(session.project.standing_tags) == 3

    def test_a_bare_file_gets_what_new_tags_get(
        self, session: ProjectSession, tmp_path: Path
    ) -> None:
        (tmp_path / "bare.csv").write_text("code,start_s\nshot,0.08\n", encoding="utf-8")
        app.import_file(session, tmp_path / "bare.csv")
        (tag,) = session.project.standing_tags
        assert (tag.start_frame, tag.uncertainty_ns, tag.basis) == (2, 80 * MS, Basis.HEARD)
        assert (tag.coder, tag.origin, tag.codebook) == ("Ada", "bare.csv", BOOK.label)

    @pytest.mark.parametrize(
        ("header", "row", "said"),
        [
            ("start_frame", "shot,0.08,3", "start_frame: the footage has 2 .* the file says 3"),
            ("start_pts", "shot,0.08,9", "start_pts: the footage has 13824 .* the file says 9"),
            ("start_frame", "shot,-0.02,0", "start_frame: the footage has none"),
            ("start_frame", "shot,0.08,99999", "the file says 99999"),
            ("time_base", "shot,0.08,1/25", "time_base: the footage has 1/12800"),
            ("kind", "shot,0.08,interval", "kind: shot is a code of kind point"),
            ("end_s", "shot,0.08,0.1", "shot marks one instant"),
            ("end_s", "utterance,0.08,0.08", "must end after its start"),
            ("media_sha256", f"shot,0,{'0' * 64}", "media_sha256: there is no footage"),
            ("media_file", "shot,0,b.mp4", "media_file: there is no footage b.mp4"),
            ("camera", "shot,0,Camera 9", "camera: there is no footage .*Camera 9"),
            ("text", "shot,99,", "outside the footage"),
        ],
    )
    def test_one_wrong_row_and_nothing_is_taken(
        self, session: ProjectSession, tmp_path: Path, header: str, row: str, said: str
    ) -> None:
        path = tmp_path / "in.csv"
        path.write_text(f"code,start_s,{header}\nshot,0,\n{row}\n", encoding="utf-8")
        with pytest.raises(ExchangeError, match=rf"in\.csv, row 3.*{said}"):
            app.import_file(session, path)
        assert session.project.standing_tags == []

    def test_the_footage_by_its_camera(self, two_cameras: ProjectSession, tmp_path: Path) -> None:
        path = tmp_path / "in.csv"
        path.write_text("code,start_s,camera\nshot,0,Camera 2\n", encoding="utf-8")
        app.import_file(two_cameras, path)
        (tag,) = two_cameras.project.standing_tags
        assert two_cameras.project.camera_of(tag.footage_id).name == "Camera 2"
        path.write_text("code,start_s\nshot,0\n", encoding="utf-8")
        with pytest.raises(ExchangeError, match="does not say which camera it is of"):
            app.import_file(two_cameras, path)

    def test_a_tag_stays_with_its_camera(self, two_cameras: ProjectSession, tmp_path: Path) -> None:
        path = tmp_path / "in.csv"
        path.write_text("tag_id,code,start_s,camera\nx,shot,0,Camera 1\n", encoding="utf-8")
        app.import_file(two_cameras, path)
        before = two_cameras.project
        path.write_text("tag_id,code,start_s,camera\nx,shot,0,Camera 2\n", encoding="utf-8")
        said = r"row 2, column tag_id: that tag is of 'Camera 1', .* of 'Camera 2'"
        with pytest.raises(ExchangeError, match=said):
            app.import_file(two_cameras, path)
        assert two_cameras.project == before

    def test_the_log_says_which_file_it_was(self, session: ProjectSession, exported: Path) -> None:
        exported.write_bytes(exported.read_bytes().replace(b",Ada,", b",Mallory,"))
        digest = hashlib.sha256(exported.read_bytes()).hexdigest()
        app.import_file(session, exported)
        assert session.history()[-1].label == f"Import out.csv (SHA-256 {digest})"

    def test_stopping_takes_nothing(self, session: ProjectSession, exported: Path) -> None:
        head = session.project.audit_head
        with pytest.raises(Cancelled):
            app.import_file(session, exported, cancelled=lambda: True)
        assert session.project.audit_head == head


class TestExport:
    def test_never_replaces_the_project_or_its_footage(
        self, session: ProjectSession, released: Path
    ) -> None:
        for path, said in ((session.path, "the ending of a project"), (released, "is footage")):
            before = path.read_bytes()
            with pytest.raises(ExchangeError, match=said):
                app.export(session, path, format="csv")
            assert path.read_bytes() == before

    def test_never_replaces_other_footage_or_projects(
        self, session: ProjectSession, tmp_path: Path
    ) -> None:
        database = session.path.read_bytes()
        for name, content, said in (
            ("other.MP4", b"x", "other.MP4 is there and has the ending of footage"),
            ("copy.csv", database, "copy.csv holds a project"),
            ("out.csv.json", database, r"out\.csv\.json holds a project"),
        ):
            path = tmp_path / name
            path.write_bytes(content)
            out = tmp_path / "out.csv" if path.suffix == ".json" else path
            with pytest.raises(ExchangeError, match=said):
                app.export(session, out, format="csv")
            assert path.read_bytes() == content
        assert not (tmp_path / "out.csv").exists()

    @pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
    def test_through_a_link_touches_nothing_else(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "notes"
        other.write_bytes(b"notes")
        for name, target in (("a.csv", other), ("b.csv.json", other), ("c.csv", released)):
            (tmp_path / name).symlink_to(target)
        before = released.read_bytes()
        app.export(session, tmp_path / "a.csv")
        app.export(session, tmp_path / "b.csv")
        with pytest.raises(ExchangeError, match="is footage of the project"):
            app.export(session, tmp_path / "c.csv")
        assert (other.read_bytes(), released.read_bytes()) == (b"notes", before)

    def test_says_what_is_odd_about_the_footage(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        warnings: list[str] = []

        def account() -> dict[str, Any]:
            exported = app.export(session, tmp_path / "out.csv", quick=True)
            warnings[:] = exported.warnings
            _, sidecar = exported.paths
            found: dict[str, Any] = json.loads(sidecar.read_text(encoding="utf-8"))
            return found

        assert account()["warnings"] == warnings == []
        about = account()
        (footage,) = about["footage"]
        assert "size and date are as they were" in footage["state"]
        assert footage["first_frame_own_clock_s"] == "1.000000000"
        assert footage["end_own_clock_s"] == "1.280000000"
        assert footage.keys() == about["footage_keys"].keys()
        with released.open("ab") as file:
            file.write(b"x")
        (warning,) = account()["warnings"]
        assert "has changed" in warning
        assert account()["footage"][0]["state"] == warning
        released.unlink()
        account()
        assert "is not at" in warnings[0]

    def test_of_an_unknown_format(self, session: ProjectSession, tmp_path: Path) -> None:
        with pytest.raises(ExchangeError, match="does not say what format"):
            app.export(session, tmp_path / "out.doc")
        with pytest.raises(ExchangeError, match="format 'xml' is not known"):
            app.export(session, tmp_path / "out.csv", format="xml")
        with pytest.raises(ExchangeError, match="is a folder"):
            app.export(session, tmp_path, format="csv")

    def test_on_a_full_disk_says_to_free_some_space(
        self, session: ProjectSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            with pytest.raises(ExchangeError, match=r"No space left.*Free some space"):
                app.export(session, tmp_path / "out.csv", quick=True)
        assert list(tmp_path.glob("*out*")) == []
