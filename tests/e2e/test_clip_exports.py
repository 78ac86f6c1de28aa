"""An export of clips that is followed, stopped, and has no room."""

import json
import os
import shutil
from collections import namedtuple
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import Drawing, DrawnOverlay, Enhance
from bodycam_annotator.app.clips.jobs import ClipJob, NotMade, Piece, piece_of
from bodycam_annotator.app.clips.outlook import look_ahead
from bodycam_annotator.app.clips.writing import STOPPED, ClipsReport, Follower, write_clips
from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.publish.clip_forms import ClipSettings, Form, Make
from bodycam_annotator.publish.clip_look import ClipFacts, ClipLook
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from tests.e2e.shell import Shell
from tests.media_factory import Clip, make
from tests.no_room import leave_no_room_for

ARCHIVE = ClipSettings(form=Form.FFV1)
Export = Callable[..., ClipsReport]

pytestmark = pytest.mark.usefixtures("qapp")


class Told(Follower):
    """Keeps what it was told; leaves out the jobs in `unwanted`."""

    def __init__(self, *unwanted: int) -> None:
        self.unwanted = unwanted
        self.said: list[tuple[str, int]] = []
        self.why: dict[int, str] = {}
        self.jobs: Sequence[ClipJob] = ()
        self.not_made: Sequence[NotMade] = ()

    def planned(self, jobs: Sequence[ClipJob], not_made: Sequence[NotMade]) -> None:
        self.jobs, self.not_made = jobs, not_made

    def begun(self, number: int) -> None:
        self.said.append(("begun", number))

    def ended(self, number: int, why_not: str = "", notes: Sequence[str] = ()) -> None:
        self.said.append(("ended", number))
        self.why[number] = why_not

    def skips(self, number: int) -> bool:
        return number in self.unwanted


@pytest.fixture
def export(shell: Shell, project: Path, tmp_path: Path) -> Export:
    for frame in ("0", "2", "4"):
        shell.good("tag", project, "shot", "--frame", frame)

    def run(
        choices: ClipChoices | None = None,
        *more: Piece,
        follower: Follower | None = None,
        cancelled: Callable[[], bool] | None = None,
        drawing: Drawing | None = None,
    ) -> ClipsReport:
        with app.open_project(project, coder="ada") as session:
            whole = session.project
            return write_clips(
                whole,
                project,
                [*map(piece_of, whole.standing_tags), *more],
                tmp_path / "out",
                choices or ClipChoices(settings=ARCHIVE),
                coder="ada",
                drawing=drawing,
                follower=follower,
                cancelled=cancelled,
            )

    return run


def test_an_export_tells_how_it_goes(export: Export) -> None:
    told = Told()
    done = export(follower=told)
    assert told.said == [(what, n) for n in range(3) for what in ("begun", "ended")]
    assert [job.out for job in told.jobs] == [path for path in done.paths if path.suffix == ".mkv"]
    assert (done.made, done.not_made) == (3, ())


@pytest.mark.parametrize("form", Form)
def test_what_is_made_again_is_the_same_to_the_byte(
    form: Form, export: Export, tmp_path: Path
) -> None:
    def made(again: str) -> dict[str, bytes]:
        export(
            ClipChoices(makes=tuple(Make), settings=ClipSettings(form=form), look=ClipLook()),
            drawing=ClipDrawings(),
        )
        folder = (tmp_path / "out").rename(tmp_path / again)
        files = (path for path in folder.iterdir() if path.suffix != ".json")
        return {path.name: path.read_bytes() for path in files}

    first = made("first")
    assert len(first) == 3 * len(Make)
    assert made("again") == first


def test_one_that_is_stopped_does_not_stop_the_others(export: Export, tmp_path: Path) -> None:
    told = Told(1)
    done = export(follower=told)
    assert told.why == {0: "", 1: STOPPED, 2: ""}
    assert done.made == 2
    manifest = json.loads((tmp_path / "out" / "clips.json").read_text(encoding="utf-8"))
    (why,) = manifest["not_made"]
    assert told.jobs[1].out.name in why
    assert not told.jobs[1].out.exists()


def test_all_that_are_whole_stay_when_all_is_stopped(export: Export, tmp_path: Path) -> None:
    told = Told()
    with pytest.raises(Cancelled):
        export(follower=told, cancelled=lambda: ("ended", 0) in told.said)
    assert told.why == {0: "", 1: STOPPED, 2: STOPPED}
    manifest = json.loads((tmp_path / "out" / "clips.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in manifest["clips"]] == [told.jobs[0].out.name]
    assert len(manifest["not_made"]) == 2
    kept = {told.jobs[0].out.name, f"{told.jobs[0].out.name}.json", "clips.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == kept


def test_what_is_stopped_before_a_file_is_made_leaves_nothing(
    export: Export, tmp_path: Path
) -> None:
    told = Told()
    with pytest.raises(Cancelled):
        export(follower=told, cancelled=lambda: ("begun", 0) in told.said)
    assert told.why == {0: STOPPED, 1: STOPPED, 2: STOPPED}
    assert not list((tmp_path / "out").iterdir())
    one_by_one = export(follower=Told(0, 1, 2))
    assert (one_by_one.made, one_by_one.paths, len(one_by_one.not_made)) == (0, (), 3)
    assert not list((tmp_path / "out").iterdir())


def test_low_space_is_seen_before_anything_is_written(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(ExchangeError, match="has room for"):
        export()
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_is_none(export: Export, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(ExchangeError, match="cannot be used"):
        export()


def test_a_stretch_that_no_tag_is_of(export: Export, project: Path) -> None:
    with app.open_project(project, coder="ada") as session:
        (footage,) = session.project.footage.values()
    piece = Piece(footage_id=footage.id, start_ns=footage.first_ns, end_ns=footage.first_ns + 1)
    told = Told()
    export(None, piece, follower=told)
    assert "A to B" in told.jobs[-1].out.name
    about = json.loads(told.jobs[-1].out.with_name(f"{told.jobs[-1].out.name}.json").read_bytes())
    assert (about["span"]["first_frame"], about["span"]["last_frame"]) == (0, 0)
    assert about["codebook"]


def test_a_piece_without_picture_is_told_and_the_others_are_made(
    export: Export, project: Path
) -> None:
    with app.open_project(project, coder="ada") as session:
        (footage,) = session.project.footage.values()
    beyond = Piece(footage_id=footage.id, start_ns=10**15, end_ns=10**15)
    told = Told()
    done = export(None, beyond, follower=told)
    assert done.made == 3
    (why,) = done.not_made
    assert "no picture" in why
    assert [one.piece for one in told.not_made] == [beyond]


def test_sound_that_there_is_not_is_said_before_anything_is_made(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "silent.bodycam"
    shell.good("new", path, make(Clip(), tmp_path / "silent.mp4").path)
    shell.good("tag", path, "shot", "--frame", "3")
    with app.open_project(path, coder="ada") as session:
        pieces = [*map(piece_of, session.project.standing_tags)]
        choices = ClipChoices(makes=(Make.STILL, Make.SOUND))
        outlook = look_ahead(session.project, path, pieces, tmp_path / "out", choices)
    assert list(outlook.held) == [Make.STILL]
    assert [(one.make, one.why) for one in outlook.not_made] == [
        (Make.SOUND, "silent.mp4 has no sound.")
    ]


def test_sound_of_a_tag_is_its_own_samples_and_of_a_mark_its_frames(
    export: Export, project: Path, tmp_path: Path
) -> None:
    with app.open_project(project, coder="ada") as session:
        (footage,) = session.project.footage.values()
    first = footage.first_ns
    piece = Piece(footage_id=footage.id, start_ns=first + 1_000_000, end_ns=first + 11_000_000)
    told = Told()
    export(ClipChoices(makes=(Make.SOUND,)), piece, follower=told)
    lengths = []
    for job in told.jobs:
        about = json.loads(job.out.with_name(f"{job.out.name}.json").read_bytes())
        lengths.append(about["sound"]["samples"] / about["sound"]["rate"])
    assert lengths == pytest.approx([0.04, 0.08, 0.04, 0.01], abs=1 / 48_000)


def test_nothing_is_burned_in_by_nobody(export: Export) -> None:
    with pytest.raises(ValueError, match="without a drawing"):
        export(ClipChoices(look=ClipLook()))
    with pytest.raises(ExchangeError, match="nothing to make"):
        export(ClipChoices(makes=()))


class Meddling(Told):
    """Does something once all is planned."""

    def __init__(self, do: Callable[[Sequence[ClipJob]], object]) -> None:
        super().__init__()
        self._do = do

    def planned(self, jobs: Sequence[ClipJob], not_made: Sequence[NotMade]) -> None:
        super().planned(jobs, not_made)
        self._do(jobs)


def test_what_came_into_the_folder_meanwhile_is_not_replaced(
    export: Export, tmp_path: Path
) -> None:
    def put(jobs: Sequence[ClipJob]) -> None:
        (tmp_path / "out").mkdir()
        jobs[0].out.write_text("a clip", encoding="utf-8")
        jobs[1].out.with_name(f"{jobs[1].out.name}.json").write_text("an account", encoding="utf-8")

    told = Meddling(put)
    done = export(follower=told)
    assert done.made == 1
    assert told.why[2] == ""
    assert all("is there by now" in told.why[number] for number in (0, 1))
    assert told.jobs[0].out.read_text(encoding="utf-8") == "a clip"
    assert not told.jobs[1].out.exists(), "a clip without its own account"


def test_footage_that_is_changed_meanwhile_is_in_no_clip(
    export: Export, clip: Path, tmp_path: Path
) -> None:
    class Changing(Told):
        def begun(self, number: int) -> None:
            super().begun(number)
            if number == 1:
                before = clip.stat()
                with clip.open("r+b") as file:
                    file.seek(-1, os.SEEK_END)
                    file.write(b"\xff")
                os.utime(clip, ns=(before.st_atime_ns, before.st_mtime_ns))

    told = Changing()
    done = export(follower=told)
    assert done.made == 1
    assert all("is not the footage that was tagged" in told.why[number] for number in (1, 2))
    assert all(told.why[number].endswith("Nothing of it is made.") for number in (1, 2))
    kept = {told.jobs[0].out.name, f"{told.jobs[0].out.name}.json", "clips.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == kept


@pytest.mark.logs_errors
def test_a_fault_of_ours_stops_one_file_alone(
    export: Export, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Odd(ClipDrawings):
        """Fails at the second clip's overlay."""

        asked = 0

        def overlay(
            self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None
        ) -> DrawnOverlay:
            self.asked += 1
            if self.asked == 2:
                raise ZeroDivisionError
            return super().overlay(facts, look, enhance=enhance)

    done = export(ClipChoices(look=ClipLook(), settings=ARCHIVE), drawing=Odd())
    assert done.made == 2
    assert "a fault in this program" in done.not_made[0]
    assert "ZeroDivisionError" in caplog.text


def test_a_manifest_that_cannot_be_written_is_said_and_the_clips_stay(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_no_room_for("clips.json", monkeypatch)
    done = export()
    assert done.made == 3
    assert "clips.json cannot be written" in done.not_made[-1]
