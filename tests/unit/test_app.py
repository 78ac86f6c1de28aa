"""Projects, footage, tags and exchange together, on small footage that is made here."""

import csv
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator import app
from bodycam_annotator.config import default_codebook, sample_folder
from bodycam_annotator.errors import (
    Cancelled,
    CodebookError,
    EditError,
    ExchangeError,
    FootageError,
    ProjectError,
    UserError,
)
from bodycam_annotator.model.edits import Change, Edit, add_tags, row_of, withdraw_tags
from bodycam_annotator.model.tag import Basis, Status, Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.media_factory import Clip, Made, make
from tests.sounds import Sound

MS = 1_000_000
BOOK = app.read_codebook(default_codebook())
FIRST = 12_800
CLIP = Clip(
    pts=(FIRST, FIRST + 512, FIRST + 1024, FIRST + 2048, FIRST + 2560, FIRST + 3072),
    sound=Sound(start=45_600, samples=24_000, codec="pcm_s16le"),
)
"""Frames at 0, 40, 80, 160, 200, 240 ms from the first, which is at 1 s; it lasts 40 ms. Sound
from 50 ms before the first frame to 450 ms after it."""


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(CLIP, tmp_path_factory.mktemp("clip") / "X60A0001.mov")


@pytest.fixture(scope="session")
def other_clip(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(Clip(pts=(0, 512), camera=2), tmp_path_factory.mktemp("clip") / "other.mp4")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and documents of nobody."""
    folder = tmp_path / "home"
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DOCUMENTS_DIR", "APPDATA"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def released(tmp_path: Path, clip: Made) -> Path:
    """The clip as it was released, in a folder of its own."""
    path = tmp_path / "released" / clip.path.name
    path.parent.mkdir()
    path.write_bytes(clip.path.read_bytes())
    return path


@pytest.fixture
def session(tmp_path: Path, released: Path) -> Iterator[ProjectSession]:
    with app.new_project(tmp_path / "stop.bodycam", [released], coder="Ada", codebook=BOOK) as made:
        yield made


@pytest.fixture
def opened(session: ProjectSession) -> app.OpenedFootage:
    return app.open_footage(session, app.find_footage(session, camera=None))


MakeTag = Callable[..., Tag]


@pytest.fixture
def tag_at(session: ProjectSession, opened: app.OpenedFootage) -> MakeTag:
    """Makes a tag by times in milliseconds from the first frame."""

    def made(code: str, start: float, end: float | None = None, **fields: object) -> Tag:
        first_ns = opened.index.first_ns
        return app.make_tag(
            session.project,
            opened.footage,
            opened.index,
            code=code,
            start_ns=first_ns + round(start * MS),
            end_ns=None if end is None else first_ns + round(end * MS),
            coder="Ada",
            sound=opened.sound,
            **fields,  # type: ignore[arg-type]
        )

    return made


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


class TestMakeTag:
    def test_a_mark_on_a_frame(self, tag_at: MakeTag, opened: app.OpenedFootage) -> None:
        tag = tag_at("door_opened", 160)
        assert (tag.start_frame, tag.end_frame) == (3, 3)
        assert (tag.start_pts, tag.end_pts) == (FIRST + 2048, FIRST + 2048)
        assert tag.end_ns == tag.start_ns == opened.index.first_ns + 160 * MS
        assert (tag.basis, tag.codebook, tag.coder) == (Basis.SEEN, BOOK.label, "Ada")
        assert tag.created_utc == tag.modified_utc

    @pytest.mark.parametrize(
        ("start", "end", "frames"),
        [
            (40, 160, (1, 2)),
            (40, 160.000001, (1, 3)),
            (41, 42, (1, 1)),
            (80, 280, (2, 5)),
            (-20, 40, (None, 0)),
            (-20, -10, (None, None)),
            (-20, 0, (None, None)),
            (100, 450, (2, 5)),
        ],
    )
    def test_a_spans_frames(
        self, tag_at: MakeTag, start: float, end: float, frames: tuple[int | None, int | None]
    ) -> None:
        tag = tag_at("utterance", start, end)
        assert (tag.start_frame, tag.end_frame) == frames
        pts = [None if frame is None else CLIP.pts[frame] for frame in frames]
        assert [tag.start_pts, tag.end_pts] == pts

    def test_nothing_is_heard_where_there_is_no_sound(
        self, tag_at: MakeTag, opened: app.OpenedFootage
    ) -> None:
        assert tag_at("shot", 100).basis is Basis.HEARD
        assert tag_at("shot", 450).basis is None
        assert tag_at("shot", 450, basis=Basis.HEARD).basis is Basis.HEARD
        assert tag_at("door_opened", 100).basis is Basis.SEEN

    def test_a_heard_mark_between_frames(self, tag_at: MakeTag) -> None:
        tag = tag_at("shot", 100)
        assert (tag.start_frame, tag.start_pts) == (2, FIRST + 1024)
        assert tag.uncertainty_ns is None

    @pytest.mark.parametrize(
        ("start", "end", "bound"),
        [
            (160, None, 80),
            (40, None, 40),
            (0, None, 40),
            (200, 240, 40),
            (40, 160, 80),
            (160, 200, 80),
            (240, 280, 40),
            (40, 161, None),
            (41, 80, None),
            (-20, 40, None),
        ],
    )
    def test_uncertainty_is_the_time_since_the_frame_before(
        self, tag_at: MakeTag, start: float, end: float | None, bound: int | None
    ) -> None:
        code = "shot" if end is None else "utterance"
        wanted = None if bound is None else bound * MS
        assert tag_at(code, start, end).uncertainty_ns == wanted

    def test_what_is_given_goes_before(self, tag_at: MakeTag) -> None:
        tag = tag_at("shot", 40, uncertainty_ns=5, basis=None, status=Status.CHECKED)
        assert (tag.uncertainty_ns, tag.basis, tag.status) == (5, None, Status.CHECKED)
        assert tag_at("shot", 40, uncertainty_ns=None).uncertainty_ns is None

    def test_the_frame_that_is_meant_where_two_have_one_time(self, tmp_path: Path) -> None:
        made = make(Clip(pts=(0, 512, 512, 1024), codec="mpeg4", options=()), tmp_path / "t.mkv")
        with app.new_project(
            tmp_path / "t.bodycam", [made.path], coder="Ada", codebook=BOOK
        ) as session:
            opened = app.open_footage(session, app.find_footage(session, camera=None))
            tags = [
                app.make_tag(
                    session.project,
                    opened.footage,
                    opened.index,
                    code="shot",
                    start_ns=opened.index.time_of(1),
                    coder="Ada",
                    on_frame=meant,
                )
                for meant in (1, 2, None)
            ]
            assert [tag.start_frame for tag in tags] == [1, 2, 2]
            session.do(add_tags(tuple(tags), label="Tag"))
            app.export(session, tmp_path / "t.csv")
            report = app.import_file(session, tmp_path / "t.csv")
            assert (report.changed, report.unchanged) == (0, 3)

    def test_the_last_frame_as_named_where_two_have_one_time(self, tmp_path: Path) -> None:
        made = make(Clip(pts=(0, 512, 512, 1024), codec="mpeg4", options=()), tmp_path / "t.mkv")
        with app.new_project(
            tmp_path / "t.bodycam", [made.path], coder="Ada", codebook=BOOK
        ) as session:
            opened = app.open_footage(session, app.find_footage(session, camera=None))
            index = opened.index

            def span(first: int, last: int) -> Tag:
                return app.make_tag(
                    session.project,
                    opened.footage,
                    index,
                    code="utterance",
                    start_ns=index.time_of(first),
                    coder="Ada",
                    on_frame=first,
                    to_frame=last,
                )

            tags = [span(*ends) for ends in ((0, 0), (0, 1), (0, 2), (1, 1), (2, 2), (1, 3))]
            assert [tag.end_frame for tag in tags] == [0, 1, 2, 1, 2, 3]
            assert [tag.end_pts for tag in tags] == [index.pts_of(n) for n in (0, 1, 2, 1, 2, 3)]
            times = [index.time_of(1), *[index.time_of(3)] * 4, index.end_ns]
            assert [tag.end_ns for tag in tags] == times
            with pytest.raises(EditError, match="cannot end with frame 1, before frame 2"):
                span(2, 1)
            session.do(add_tags(tuple(tags), label="Tag"))
            app.export(session, tmp_path / "t.csv")
            report = app.import_file(session, tmp_path / "t.csv")
            assert (report.changed, report.unchanged) == (0, len(tags))

    @pytest.mark.parametrize(
        ("code", "start", "end", "said"),
        [
            ("shot", 0, 40, "so it can have no end"),
            ("utterance", 0, None, "so it needs an end"),
            ("utterance", 40, 40, "must end after its start, not at it"),
            ("utterance", 40, 0, "not 0.040 s before it"),
            ("shot", -51, None, "would start at -0.051 s, outside .* from -0.050 to 0.450 s"),
            ("shot", 451, None, "would start at 0.451 s"),
            ("utterance", 0, 451, "would end at 0.451 s"),
        ],
    )
    def test_what_cannot_be(
        self, tag_at: MakeTag, code: str, start: float, end: float | None, said: str
    ) -> None:
        with pytest.raises(EditError, match=said):
            tag_at(code, start, end)

    def test_without_sound_a_tag_reaches_one_frame_beyond_the_picture(
        self, session: ProjectSession, opened: app.OpenedFootage
    ) -> None:
        def made(start: int) -> Tag:
            return app.make_tag(
                session.project,
                opened.footage,
                opened.index,
                code="shot",
                start_ns=opened.index.first_ns + start * MS,
                coder="Ada",
            )

        assert made(320).start_frame == 5
        assert made(40).basis is None
        for outside in (321, -1):
            with pytest.raises(EditError, match=r"from 0\.000 to 0\.280 s"):
                made(outside)

    def test_a_code_or_codebook_that_is_not_there(self, tag_at: MakeTag) -> None:
        with pytest.raises(CodebookError, match="no code 'gun'"):
            tag_at("gun", 0)
        with pytest.raises(CodebookError, match="no codebook 'mine@7'"):
            tag_at("shot", 0, codebook="mine@7")

    @pytest.mark.parametrize("text", ["a\0b", "\udce9"])
    def test_text_that_is_none(self, tag_at: MakeTag, text: str) -> None:
        with pytest.raises(EditError, match="note holds a character that is no text"):
            tag_at("shot", 0, note=text)
        with pytest.raises(EditError, match="attribute 'act' holds"):
            tag_at("shot", 0, attributes={"act": text})

    def test_attributes_are_the_codebooks(self) -> None:
        code = BOOK.code("utterance")
        app.check_attributes(code, {"act": "plea", "addressee": "driver"})
        with pytest.raises(EditError, match="has no attribute 'mood'; it has act, addressee"):
            app.check_attributes(code, {"mood": "calm"})
        with pytest.raises(EditError, match="act of utterance cannot be 'order'"):
            app.check_attributes(code, {"act": "order"})


@pytest.fixture
def exported(session: ProjectSession, tag_at: MakeTag, tmp_path: Path) -> Path:
    """Three tags in the project and, as CSV, in a file."""
    tags = (
        tag_at("utterance", -20, 100, text='=say "no"\r\n', speaker="Officer 1"),
        tag_at("shot", 160, note="'@", attributes={"attributed": "no"}),
        tag_at("door_opened", 40, status=Status.DISPUTED, uncertainty_ns=None, basis=None),
    )
    session.do(add_tags(tags, label="Tag"))
    app.export(session, tmp_path / "out.csv")
    return tmp_path / "out.csv"


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
            ("codebook", "shot,0,mine@2", "no codebook 'mine@2'"),
            ("text", "gun,0,", "no code 'gun'"),
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

    def test_the_footage_by_its_camera(
        self, tmp_path: Path, released: Path, other_clip: Made
    ) -> None:
        path = tmp_path / "in.csv"
        with app.new_project(
            tmp_path / "two.bodycam", [released, other_clip.path], coder="Ada", codebook=BOOK
        ) as session:
            path.write_text("code,start_s,camera\nshot,0,Camera 2\n", encoding="utf-8")
            app.import_file(session, path)
            (tag,) = session.project.standing_tags
            assert session.project.camera_of(tag.footage_id).name == "Camera 2"
            path.write_text("code,start_s\nshot,0\n", encoding="utf-8")
            with pytest.raises(ExchangeError, match="is more than one footage"):
                app.import_file(session, path)

    def test_a_tag_stays_with_its_camera(
        self, tmp_path: Path, released: Path, other_clip: Made
    ) -> None:
        path = tmp_path / "in.csv"
        with app.new_project(
            tmp_path / "two.bodycam", [released, other_clip.path], coder="Ada", codebook=BOOK
        ) as session:
            path.write_text("tag_id,code,start_s,camera\nx,shot,0,Camera 1\n", encoding="utf-8")
            app.import_file(session, path)
            before = session.project
            path.write_text("tag_id,code,start_s,camera\nx,shot,0,Camera 2\n", encoding="utf-8")
            said = r"row 2, column tag_id: that tag is of 'Camera 1', .* of 'Camera 2'"
            with pytest.raises(ExchangeError, match=said):
                app.import_file(session, path)
            assert session.project == before

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
            app.export(session, tmp_path / "out.txt")
        with pytest.raises(ExchangeError, match="no format 'xml'"):
            app.export(session, tmp_path / "out.csv", format="xml")
        with pytest.raises(ExchangeError, match="is a folder"):
            app.export(session, tmp_path, format="csv")


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


def rows_by_id(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["tag_id"]: row for row in csv.DictReader(file)}
