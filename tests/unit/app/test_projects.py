"""Making and opening projects, on small footage that is made here."""

import os
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import (
    Cancelled,
    FootageError,
    ProjectError,
)
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.storage.session import ProjectSession
from tests.media_factory import Made
from tests.unit.app.clips import BOOK


class TestNewProject:
    def test_takes_up_what_the_footage_is(self, session: ProjectSession, released: Path) -> None:
        (footage,) = session.project.footage.values()
        assert footage.path == "released/X60A0001.mov"
        assert (footage.frames, footage.time_base) == (6, Fraction(1, 12_800))
        assert (footage.first_ns, footage.end_ns) == (1_000_000_000, 1_280_000_000)
        assert footage.size == released.stat().st_size
        assert len(footage.sha256) == 64
        assert [camera.name for camera in session.project.cameras.values()] == ["Camera 1"]
        assert session.project.incident.name == "stop"
        assert session.project.codebook.label == BOOK.label

    def test_reports_progress_to_the_end(
        self, tmp_path: Path, released: Path, other_clip: Made
    ) -> None:
        parts: list[float] = []
        app.new_project(
            tmp_path / "a.bodycam",
            [released, other_clip.path],
            coder="Ada",
            codebook=BOOK,
            camera_names=["Left", "Right"],
            progress=parts.append,
        ).close()
        assert parts == sorted(parts)
        assert (parts[-1], 0.5 in parts) == (1.0, True)

    def test_stopping_makes_nothing(self, tmp_path: Path, released: Path) -> None:
        with pytest.raises(Cancelled):
            app.new_project(
                tmp_path / "a.bodycam",
                [released],
                coder="Ada",
                codebook=BOOK,
                cancelled=lambda: True,
            )
        assert not list(tmp_path.glob("*.bodycam*"))

    @pytest.mark.parametrize("at", ["the index", "the hash"])
    def test_refuses_footage_that_grows_while_it_is_read(
        self, tmp_path: Path, released: Path, at: str
    ) -> None:
        grown = False

        def grow(part: float) -> None:
            nonlocal grown
            if not grown and (at == "the index" or part > 0.3):
                grown = True
                with released.open("ab") as file:
                    file.write(b"\0")

        with pytest.raises(FootageError, match="changed while it was read"):
            app.new_project(
                tmp_path / "a.bodycam", [released], coder="Ada", codebook=BOOK, progress=grow
            )
        assert grown
        assert not (tmp_path / "a.bodycam").exists()

    def test_refuses_the_same_footage_twice(self, tmp_path: Path, released: Path) -> None:
        copy = released.with_name("copy.mov")
        copy.write_bytes(released.read_bytes())
        with pytest.raises(FootageError, match=r"copy\.mov and .* are the same footage"):
            app.new_project(tmp_path / "a.bodycam", [released, copy], coder="Ada", codebook=BOOK)
        assert not (tmp_path / "a.bodycam").exists()

    @pytest.mark.parametrize(
        ("name", "cameras", "said"),
        [
            ("a.sqlite", ["1"], "ends in .bodycam"),
            ("gone/a.bodycam", ["1"], "There is no folder"),
            ("a.bodycam", ["1", "2"], "2 cameras' names for 1 footage"),
            ("a.bodycam", [" "], "A camera needs a name"),
        ],
    )
    def test_refuses(
        self, tmp_path: Path, released: Path, name: str, cameras: list[str], said: str
    ) -> None:
        with pytest.raises(ProjectError, match=said):
            app.new_project(
                tmp_path / name, [released], coder="Ada", codebook=BOOK, camera_names=cameras
            )

    def test_refuses_a_project_that_is_there(self, session: ProjectSession, released: Path) -> None:
        with pytest.raises(ProjectError, match="is there already"):
            app.new_project(session.path, [released], coder="Ada", codebook=BOOK)

    def test_footage_elsewhere_is_referred_to_by_a_relative_path(
        self, tmp_path: Path, released: Path
    ) -> None:
        folder = tmp_path / "work" / "deep"
        folder.mkdir(parents=True)
        with app.new_project(folder / "a.bodycam", [released], coder="Ada", codebook=BOOK) as made:
            (footage,) = made.project.footage.values()
            assert footage.path == "../../released/X60A0001.mov"
            assert app.footage_path(made, footage) == released


class TestFootagePath:
    @pytest.mark.parametrize(
        "stored", ["", "//server/share/a.mp4", "\\\\server\\share\\a.mp4", "a\0.mp4"]
    )
    def test_what_is_no_path_of_a_file_here(self, session: ProjectSession, stored: str) -> None:
        (footage,) = session.project.footage.values()
        with pytest.raises(FootageError, match="no path of a file here"):
            app.footage_path(session, replace(footage, path=stored))

    @pytest.mark.parametrize("stored", ["http://host/a.mp4", "released/gone.mp4", "a" * 5000])
    def test_what_is_not_there(self, session: ProjectSession, stored: str) -> None:
        (footage,) = session.project.footage.values()
        with pytest.raises(FootageError, match="is not at"):
            app.footage_path(session, replace(footage, path=stored))

    @pytest.mark.parametrize("stored", ["released", "/dev/zero"])
    def test_what_is_no_ordinary_file(self, session: ProjectSession, stored: str) -> None:
        if stored.startswith("/dev") and not Path(stored).exists():
            pytest.skip("this machine has no such device")
        (footage,) = session.project.footage.values()
        with pytest.raises(FootageError, match="is no ordinary file"):
            app.footage_path(session, replace(footage, path=stored))

    def test_a_changed_file_is_said(self, session: ProjectSession, released: Path) -> None:
        (footage,) = session.project.footage.values()
        assert app.footage_state(released, footage) is None
        os.utime(released, ns=(0, footage.modified_ns + 1))
        assert "another date" in str(app.footage_state(released, footage))
        with released.open("ab") as file:
            file.write(b"x")
        assert "has changed" in str(app.footage_state(released, footage))
        released.unlink()
        assert "not there" in str(app.footage_state(released, footage))

    def test_another_file_in_its_place_is_refused(
        self, session: ProjectSession, released: Path, other_clip: Made
    ) -> None:
        released.write_bytes(other_clip.path.read_bytes())
        with pytest.raises(FootageError, match="is not the file that the project was made with"):
            app.open_footage(session, app.find_footage(session, camera=None))


class TestProjectForFootage:
    def test_is_made_beside_it_and_reopened(self, released: Path) -> None:
        made, notice = app.project_for_footage(released, coder="Ada")
        made.close()
        assert (made.path, notice) == (released.with_suffix(".bodycam"), None)
        again, notice = app.project_for_footage(released, coder="Ben")
        with again:
            assert (again.path, notice) == (made.path, None)
            assert list(again.project.footage) == list(made.project.footage)

    def test_of_the_same_name_but_other_footage_is_left_alone(
        self, released: Path, other_clip: Made
    ) -> None:
        app.project_for_footage(released, coder="Ada")[0].close()
        namesake = released.with_suffix(".mp4")
        namesake.write_bytes(other_clip.path.read_bytes())
        for _ in range(2):
            made, notice = app.project_for_footage(namesake, coder="Ada")
            made.close()
            assert made.path == released.with_name("X60A0001 2.bodycam")
        assert notice is None or "is of other footage" in notice

    def test_of_footage_that_is_elsewhere_now_follows_it(
        self, tmp_path: Path, released: Path
    ) -> None:
        with app.new_project(
            released.with_suffix(".bodycam"), [released], coder="Ada", codebook=BOOK
        ):
            pass
        moved = tmp_path / "moved"
        moved.mkdir()
        released.with_suffix(".bodycam").rename(moved / "X60A0002.bodycam")
        released = released.rename(moved / "X60A0002.mov")
        found, _ = app.project_for_footage(released, coder="Ada")
        with found:
            assert found.path == moved / "X60A0002.bodycam"
            (footage,) = found.project.footage.values()
            assert app.footage_path(found, footage) == released

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc cannot be written to")
    def test_in_the_documents_folder_where_its_own_is_read_only(self, home: Path) -> None:
        path, notice = app.project_path_for(Path("/proc/clip.mp4"))
        assert path == home / "Bodycam Annotator" / "clip.bodycam"
        assert "/proc cannot be written to" in str(notice)

    @pytest.mark.parametrize(
        ("name", "said"), [("gone.mp4", "There is no file"), (".", "is a folder")]
    )
    def test_of_what_is_no_file(self, tmp_path: Path, name: str, said: str) -> None:
        with pytest.raises(FootageError, match=said):
            app.project_for_footage(tmp_path / name, coder="Ada")

    def test_a_file_of_that_name_that_is_no_project_is_said(self, released: Path) -> None:
        released.with_suffix(".bodycam").write_text("notes", encoding="utf-8")
        with pytest.raises(ProjectError, match="X60A0001"):
            app.project_for_footage(released, coder="Ada")


def test_a_project_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="There is no project"):
        app.open_project(tmp_path / "gone.bodycam", coder="Ada")
    with pytest.raises(ProjectError, match="is a folder"):
        app.open_project(tmp_path, coder="Ada")


def test_the_footage_of_a_camera(session: ProjectSession) -> None:
    with pytest.raises(ProjectError, match="no camera 'X' in the project; it has Camera 1"):
        app.find_footage(session, camera="X")
    camera = next(iter(session.project.cameras.values()))
    named = replace(camera, name="Officer 1")
    change = Change(entity="camera", id=camera.id, before=row_of(camera), after=row_of(named))
    session.do(Edit(label="Rename the camera", changes=(change,)))
    assert app.find_footage(session, camera="Officer 1").camera_id == camera.id
