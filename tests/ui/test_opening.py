"""What is on screen while footage is opened: a picture at once, and never an old or wrong one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.config import cache_folder
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.first_picture import first_picture
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.opening import Opener
from bodycam_annotator.ui.workers import Job
from tests.barcode import read_barcode
from tests.media_factory import Clip, make, steady
from tests.sounds import Sound
from tests.ui.hand import PATIENCE_MS, Hand, Key

FindFootage = Callable[[str], Path]


class Seen:
    """What the window shows each time when there is a first picture or all is known."""

    def __init__(self, window: MainWindow) -> None:
        self.first: list[int] = []
        self.said: list[str] = []
        self.can_step: list[bool] = []
        self.on_desk: list[bool] = []
        self.known = 0
        self._window = window
        window.opener.picture_ready.connect(self._take)
        window.opener.footage_ready.connect(self._count)

    def _take(self, picture: Picture) -> None:
        window = self._window
        self.first.append(read_barcode(picture.bgra))
        self.said.append(window.transport.frame.text() + window.transport.time.text())
        self.can_step.append(window.actions_["next_frame"].isEnabled())
        self.on_desk.append(window.picture.isVisible())

    def _count(self) -> None:
        self.known += 1


@pytest.fixture
def seen(window: MainWindow) -> Seen:
    return Seen(window)


def film(folder: Path, *, first: int, frames: int = 40, sound: Sound | None = None) -> Path:
    folder.mkdir()
    clip = Clip(pts=steady(frames), first_barcode=first, sound=sound)
    return make(clip, folder / "film.mp4").path


def test_a_picture_is_there_before_the_frames_are_known(
    hand: Hand, seen: Seen, footage: FindFootage
) -> None:
    hand.open(footage("steady.mp4"))
    assert seen.first == [0]
    assert seen.said == ["––"]
    assert seen.can_step == [False]
    assert seen.on_desk == [True]
    assert hand.window.actions_["next_frame"].isEnabled()
    assert hand.window.transport.frame.text() == "frame 0"


def test_the_first_picture_is_turned_as_the_footage_asks(
    hand: Hand, seen: Seen, footage: FindFootage
) -> None:
    hand.open(footage("turned_90.mp4"))
    assert seen.first == [0]


def test_footage_that_is_known_comes_at_once_on_the_frame_where_it_was_left(
    hand: Hand, seen: Seen, footage: FindFootage
) -> None:
    path = footage("steady.mp4")
    hand.open(path)
    hand.press(Key.Key_Right, times=3)
    assert hand.window.bridge is not None
    project = hand.window.bridge.session.path
    seen.first.clear()
    hand.open(project)
    hand.settle()
    assert not seen.first
    assert hand.window.transport.frame.text() == "frame 3"
    assert hand.barcode() == hand.painted_barcode() == 3


def test_a_damaged_stored_index_is_made_again(hand: Hand, seen: Seen, footage: FindFootage) -> None:
    path = footage("steady.mp4")
    hand.open(path)
    (entry,) = (cache_folder() / "indexes").glob("*.index")
    entry.write_bytes(entry.read_bytes()[:-1])
    hand.open(path)
    assert seen.first == [0, 0]
    hand.press(Key.Key_Right)
    assert hand.barcode() == 1
    hand.open(path)
    assert seen.first == [0, 0]


def test_an_overtaken_opening_never_shows_its_picture(
    window: MainWindow, hand: Hand, seen: Seen, tmp_path: Path
) -> None:
    old, new = film(tmp_path / "old", first=100), film(tmp_path / "new", first=200)
    window.open_path(old)
    for job in window.jobs.jobs:
        # Its picture is on its way to the window, which has not taken it yet.
        job.wait()
    window.open_path(new)
    hand.ready()
    assert seen.first == [200]
    assert seen.known == 1
    assert hand.barcode() == 200


def test_silence_that_was_found_is_known_when_opened_again(
    window: MainWindow, hand: Hand, tmp_path: Path
) -> None:
    sound = Sound(samples=76_800, silences=((0, 48_000),))
    path = film(tmp_path / "quiet", first=0, sound=sound)
    known: list[AudioTrack] = []
    window.sources.heard.connect(known.append)
    hand.open(path)
    hand.wait(lambda: known)
    assert window.shown is not None
    silent = window.shown.facts.unheard
    assert len(silent) == 1
    (entry,) = (cache_folder() / "sounds").iterdir()
    made = entry.stat().st_ino
    hand.open(path)
    hand.wait(lambda: len(known) == 2)
    assert window.shown.facts.unheard == silent
    assert entry.stat().st_ino == made, "it was decoded again"


def test_what_is_drawn_and_what_is_said_to_be_silent_are_of_one_decoding(
    window: MainWindow, hand: Hand, tmp_path: Path
) -> None:
    path = film(tmp_path / "loud", first=0, sound=Sound(samples=76_800, silences=((0, 48_000),)))
    hand.open(path)
    hand.wait(lambda: window.sources.shape is not None)
    assert window.shown is not None
    assert window.sources.shape is not None
    audio = window.shown.facts.audio
    assert audio is not None
    assert audio.silent_spans is window.sources.shape.silent
    assert audio.silent_spans == ((0, 1_000_000_000),)
    assert window.timeline.scene.sound.unheard == window.shown.facts.unheard


def test_what_is_no_footage_is_told_at_the_start(
    window: MainWindow, hand: Hand, seen: Seen, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no footage")
    window.open_path(bad)
    hand.wait(lambda: not window.jobs.jobs)
    assert not seen.first
    assert window.start_page.isVisible()
    assert "bad.mp4" in window.messages.text.text()


def test_a_job_that_was_stopped_is_told_of(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """Reading is stopped before it begins, so that it cannot be too quick."""
    path = film(tmp_path / "long", first=0, frames=600)
    started: list[Job] = []

    def start(job: Job) -> None:
        started.append(job)
        if len(started) == 2:
            job.cancel()
        job.start()

    opener = Opener(start, window)
    told: list[object] = []
    opener.footage_ready.connect(told.append)
    opener.failed.connect(told.append)
    signals = [opener.picture_ready, opener.stopped]
    with qtbot.waitSignals(signals, order="strict", timeout=PATIENCE_MS):
        opener.open(path)
    for job in started:
        job.wait()
    assert not told


def test_a_stopped_opening_leaves_no_picture_behind(
    window: MainWindow, footage: FindFootage
) -> None:
    picture = first_picture(footage("steady.mp4"))
    assert picture is not None
    window.opener.picture_ready.emit(picture)
    assert window.picture.isVisible()
    window.opener.stopped.emit()
    assert window.start_page.isVisible()


def test_a_failed_opening_leaves_no_picture_behind(
    window: MainWindow, footage: FindFootage
) -> None:
    picture = first_picture(footage("steady.mp4"))
    assert picture is not None
    window.opener.picture_ready.emit(picture)
    window.opener.failed.emit("steady.mp4 cannot be read to its end.")
    assert window.start_page.isVisible()
    assert "steady.mp4" in window.messages.text.text()


def test_stopping_what_comes_later_leaves_the_footage_on_screen(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("steady.mp4"))
    hand.window.opener.stopped.emit()
    assert hand.window.picture.isVisible()
    assert hand.painted_barcode() == 0
