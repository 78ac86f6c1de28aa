"""Sound in the window: the clock that follows it, the menu, and playing where nothing is heard."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic_ns

import av
import pytest
from PyQt6.QtMultimedia import QMediaDevices
from pytestqt.qtbot import QtBot

from bodycam_annotator.media.audio import AudioTrack, Sound
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.listening_filters import stretched_length
from bodycam_annotator.media.playback import Channels
from bodycam_annotator.media.probe import FootageFacts, probe
from bodycam_annotator.ui.play_clock import APART_NS, LONGEST_WAIT_NS, PlayClock
from bodycam_annotator.ui.player import SPEEDS, Player
from bodycam_annotator.ui.sound_menu import SoundMenu, describe
from bodycam_annotator.ui.span_play import SpanPlay
from tests import sounds
from tests.media_factory import Clip, add_video, encode, make, mux, steady
from tests.sounds import AnyPacket, add_sound
from tests.ui.hand import PATIENCE_MS, Hand

SECOND = 1_000_000_000
MS = 1_000_000
RATE = 48_000

TRACK = AudioTrack(
    stream=1, codec="aac", rate=48_000, channels=2, start_ns=0, end_ns=SECOND, silent_spans=None
)


class Time:
    def __init__(self) -> None:
        self.now = 7 * SECOND

    def __call__(self) -> int:
        return self.now


# The clock


def test_without_sound_the_clock_is_the_monotonic_one() -> None:
    time = Time()
    clock = PlayClock(time)
    for pace in (1.0, 0.5, -2.0):
        clock.run_from(10 * SECOND, pace=pace, waits=False)
        time.now += SECOND
        clock.hear(None, coming=False)
        assert clock.now() == 10 * SECOND + round(pace * SECOND)
        assert not clock.is_unheard


def test_the_clock_waits_for_sound_and_then_stands_where_it_is() -> None:
    time = Time()
    clock = PlayClock(time)
    clock.run_from(10 * SECOND, pace=1.0, waits=True)
    for _ in range(10):
        time.now += 100 * MS
        clock.hear(None, coming=True)
        assert clock.waits
        assert clock.now() == 10 * SECOND
    clock.hear(10 * SECOND + 3 * MS, coming=True)
    assert not clock.waits
    assert clock.now() == 10 * SECOND + 3 * MS
    time.now += 5 * MS
    assert clock.now() == 10 * SECOND + 8 * MS


def test_the_clock_does_not_wait_for_long() -> None:
    time = Time()
    clock = PlayClock(time)
    clock.run_from(0, pace=1.0, waits=True)
    time.now += LONGEST_WAIT_NS
    clock.hear(None, coming=True)
    assert clock.waits
    time.now += 1
    clock.hear(None, coming=True)
    assert (clock.waits, clock.is_unheard) == (False, True)
    time.now += SECOND
    assert clock.now() == SECOND
    # A device that wakes up so late is a second behind: sound has to begin anew.
    clock.hear(1 * MS, coming=True)
    assert (clock.is_apart, clock.is_unheard) == (True, False)
    assert clock.now() == SECOND


def test_the_clock_goes_on_at_once_where_no_sound_comes_any_more() -> None:
    time = Time()
    clock = PlayClock(time)
    clock.run_from(5, pace=1.0, waits=True)
    time.now += 40 * MS
    clock.hear(None, coming=False)
    assert not clock.waits
    assert not clock.is_unheard
    time.now += 40 * MS
    assert clock.now() == 5 + 40 * MS


def test_the_clock_comes_up_with_sound_gently_and_ends_on_it() -> None:
    time = Time()
    clock = PlayClock(time)
    clock.run_from(0, pace=1.0, waits=True)
    clock.hear(1, coming=True)
    off, last = APART_NS - MS, 0
    heard_ahead = off
    for _ in range(400):
        time.now += 4 * MS
        heard = time.now - 7 * SECOND + heard_ahead
        before = clock.now()
        clock.hear(heard, coming=True)
        assert not clock.is_apart
        assert last < clock.now() <= heard
        assert clock.now() - before <= off // 20 + 1
        last = clock.now()
    assert heard - clock.now() < MS


def test_the_clock_keeps_with_a_device_that_runs_slow_and_never_goes_back() -> None:
    time = Time()
    clock = PlayClock(time)
    clock.run_from(0, pace=1.0, waits=True)
    clock.hear(1, coming=True)
    last = 0
    for tick in range(1, 20_000):
        time.now += 4 * MS
        heard = tick * 4 * MS * 9_990 // 10_000
        clock.hear(heard, coming=True)
        assert last <= clock.now()
        last = clock.now()
        assert abs(clock.now() - heard) < MS


def test_how_far_apart_sound_may_be_counts_as_it_is_heard() -> None:
    time = Time()
    clock = PlayClock(time)
    for pace, apart in ((4.0, False), (1.0, True), (0.5, True)):
        clock.run_from(0, pace=pace, waits=True)
        clock.hear(1, coming=True)
        clock.hear(2 * APART_NS, coming=True)
        assert clock.is_apart is apart


# Spans


def test_a_span_ends_and_a_loop_comes_round_to_the_sample() -> None:
    start, end = 10 * SECOND, 10 * SECOND + 333_333_333
    once = SpanPlay(start_ns=start, end_ns=end, loops=False, back_to=3)
    loop = SpanPlay(start_ns=start, end_ns=end, loops=True)
    for speed in (0.1, 0.5, 1.0, 4.0, 8.0):
        heard = stretched_length(16_000, speed)
        round_ns = heard * speed * SECOND / RATE
        assert once.place(start, begun_ns=start, speed=speed) == start
        assert once.place(start + round(round_ns) + 1, begun_ns=start, speed=speed) is None
        for rounds in (1, 2, 1000):
            into = loop.place(start + round(rounds * round_ns) + MS, begun_ns=start, speed=speed)
            assert into is not None
            assert abs(into - start - MS) <= rounds


def test_a_loop_taken_up_midway_comes_round_at_its_end() -> None:
    start, end, begun = SECOND, 2 * SECOND, SECOND + 600 * MS
    loop = SpanPlay(start_ns=start, end_ns=end, loops=True)
    assert loop.place(begun + 399 * MS, begun_ns=begun, speed=1.0) == begun + 399 * MS
    assert loop.place(begun + 400 * MS, begun_ns=begun, speed=1.0) == start
    assert loop.place(begun + 1500 * MS, begun_ns=begun, speed=1.0) == start + 100 * MS
    # What came before the loop is played up to its end.
    assert loop.place(1200 * MS, begun_ns=0, speed=1.0) == 1200 * MS
    assert loop.place(2000 * MS, begun_ns=0, speed=1.0) == start


# Playing without a device


def _is_at(player: Player, ordinal: int) -> bool:
    return player.ordinal == ordinal


@pytest.fixture
def deaf() -> None:
    if not QMediaDevices.defaultAudioOutput().isNull():
        pytest.skip("a sound device is there")


def loaded(
    path: Path, qtbot: QtBot, *, monotonic: Callable[[], int] = monotonic_ns
) -> tuple[Player, FrameIndex]:
    facts = probe(path)
    player = Player(monotonic=monotonic)
    player.load(path, facts.index, audio=facts.audio)
    qtbot.waitUntil(lambda: player.ordinal == 0, timeout=PATIENCE_MS)
    return player, facts.index


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize(
    "sound",
    [
        sounds.Sound(samples=RATE * 2),
        sounds.Sound(samples=RATE, start=RATE),
        sounds.Sound(samples=RATE // 2),
        None,
    ],
    ids=["whole", "late", "early end", "absent"],
)
def test_without_a_device_it_plays_to_the_end(
    tmp_path: Path, qtbot: QtBot, sound: sounds.Sound | None
) -> None:
    time = Time()
    path = make(Clip(pts=steady(50), sound=sound), tmp_path / "clip.mkv").path
    player, index = loaded(path, qtbot, monotonic=time)
    expected = "no sound in this file" if sound is None else "no sound device"
    qtbot.waitUntil(lambda: player.sound_state == expected, timeout=PATIENCE_MS)
    player.play()
    began = time.now
    for ordinal in (10, 30, 45):
        time.now = began + index.time_of(ordinal) - index.first_ns + 1
        qtbot.waitUntil(partial(_is_at, player, ordinal), timeout=PATIENCE_MS)
    time.now = began + 3 * SECOND
    qtbot.waitUntil(lambda: player.direction == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: player.ordinal == 49, timeout=PATIENCE_MS)
    player.unload()
    player.wait()


def test_sound_state_says_why_nothing_is_heard(tmp_path: Path, qtbot: QtBot) -> None:
    path = make(Clip(pts=steady(50), sound=sounds.Sound()), tmp_path / "clip.mkv").path
    player, _ = loaded(path, qtbot)
    player.set_muted(True)
    assert player.sound_state == "sound off"
    player.set_muted(False)
    for speed in SPEEDS[:-1]:
        player.set_speed(speed)
        assert player.sound_state in ("", "no sound device")
    player.set_speed(8.0)
    assert player.sound_state == "no sound at 8×"
    player.set_speed(2.0)
    player.play(-1)
    assert player.sound_state == "no sound backward"
    player.pause()
    player.listen(None)
    assert player.sound_state == "no sound in this file"
    player.unload()
    player.wait()


def test_closing_in_the_middle_of_playing_leaves_no_thread(hand: Hand, tmp_path: Path) -> None:
    sound = sounds.Sound(samples=RATE * 20)
    path = make(Clip(pts=steady(200), sound=sound), tmp_path / "clip.mkv").path
    hand.open(path)
    hand.window.player.play()
    hand.wait(lambda: hand.window.player.ordinal)
    hand.window.close()
    assert hand.window.player.direction == 0


# The menu


def texts(menu: SoundMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def checked(menu: SoundMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isChecked()]


def test_the_menu_says_what_each_track_is_as_plain_text(qtbot: QtBot) -> None:
    menu = SoundMenu()
    qtbot.addWidget(menu)
    other = replace(TRACK, stream=2, channels=1, language="en&g", title="<b>Car</b>\tF1\n")
    menu.show_sound(
        Sound(track=TRACK, streams=(1, 2, 3), undecodable=(3,), tracks=(TRACK, other)), "all"
    )
    assert texts(menu) == [
        "Sound: stream 1 (aac, 2 channels, 48 kHz)",
        "Sound: stream 2 (aac, 1 channel, 48 kHz, en&&g, “<b>Car</b>F1”)",
        "Sound: stream 3 cannot be decoded",
        "Both channels",
        "Left channel only",
        "Right channel only",
        "Both mixed into one",
    ]
    assert checked(menu) == ["Sound: stream 1 (aac, 2 channels, 48 kHz)", "Both channels"]
    menu.show_sound(Sound(track=other, streams=(2,), tracks=(other,)), "all")
    assert texts(menu) == [describe(other).replace("\t", "").replace("\n", "").replace("&", "&&")]


def test_the_menu_offers_each_of_many_channels(qtbot: QtBot) -> None:
    menu = SoundMenu()
    qtbot.addWidget(menu)
    asked: list[Channels] = []
    menu.channels_asked.connect(asked.append)
    quad = replace(TRACK, channels=3, layout=("front left", "front right"))
    menu.show_sound(Sound(track=quad, streams=(1,), tracks=(quad,)), 1)
    assert texts(menu)[1:] == [
        "All channels",
        "Channel 1 only (front left)",
        "Channel 2 only (front right)",
        "Channel 3 only",
        "All mixed into one",
    ]
    assert checked(menu)[1:] == ["Channel 2 only (front right)"]
    for action in menu.actions()[2:]:
        action.trigger()
    assert asked == ["all", 0, 1, 2, "mix"]


def test_the_menu_says_when_there_is_nothing_to_choose(qtbot: QtBot) -> None:
    menu = SoundMenu()
    qtbot.addWidget(menu)
    assert texts(menu) == ["No sound in this file"]
    menu.show_sound(Sound(streams=(1,), undecodable=(1,)), "all")
    assert texts(menu) == ["No sound that can be decoded"]


def two_tracks(folder: Path) -> Path:
    """Stream 1 is heard throughout, stream 2 is silent for its second second."""
    path = folder / "two.mkv"
    clip = Clip(pts=steady(50))
    with av.open(str(path), "w") as output:
        packets: list[AnyPacket] = [*encode(clip, add_video(output, clip))]
        packets += add_sound(output, sounds.Sound())
        packets += add_sound(output, sounds.Sound(silences=((RATE, 2 * RATE),)))
        mux(output, packets)
    return path


def facts_of(hand: Hand) -> FootageFacts:
    assert hand.window.shown is not None
    return hand.window.shown.facts


def silence_of(hand: Hand) -> tuple[tuple[int, int], ...] | None:
    audio = facts_of(hand).audio
    assert audio is not None
    return audio.silent_spans


def stream_of(hand: Hand) -> int:
    audio = facts_of(hand).audio
    assert audio is not None
    return audio.stream


def test_another_track_is_listened_to_and_its_silence_found(hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "incident"
    folder.mkdir()
    hand.open(two_tracks(folder))
    hand.wait(lambda: silence_of(hand) is not None)
    menu = hand.window.transport.sound_menu
    menu.actions()[1].trigger()
    assert stream_of(hand) == 2
    hand.wait(lambda: silence_of(hand) is not None)
    assert silence_of(hand) == ((SECOND, 2 * SECOND),)
    assert any("this is stream 2" in said for said in facts_of(hand).oddities)
    assert any("No sound on this audio track" in said for said in facts_of(hand).oddities)
    assert checked(menu)[0].startswith("Sound: stream 2")
    menu.actions()[0].trigger()
    assert stream_of(hand) == 1
    assert silence_of(hand) == ()
    assert not any("No sound on this audio track" in said for said in facts_of(hand).oddities)


def test_the_choice_is_kept_while_the_window_is_open(hand: Hand, tmp_path: Path) -> None:
    folder = tmp_path / "incident"
    folder.mkdir()
    window = hand.window
    path = two_tracks(folder)
    other = make(Clip(pts=steady(30)), folder / "other.mkv").path
    hand.open(path)
    window.transport.sound_menu.track_asked.emit(2)
    hand.open(other)
    assert texts(window.transport.sound_menu) == ["No sound in this file"]
    hand.open(path)
    assert stream_of(hand) == 2


def test_channels_are_chosen_in_the_menu(hand: Hand, tmp_path: Path) -> None:
    path = tmp_path / "stereo.mkv"
    clip = Clip(pts=steady(25))
    with av.open(str(path), "w") as output:
        video = add_video(output, clip)
        stream = output.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        packets: list[AnyPacket] = [*encode(clip, video)]
        frame = av.AudioFrame(format="s16", layout="stereo", samples=RATE)
        frame.sample_rate, frame.pts = RATE, 0
        mux(output, [*packets, *stream.encode(frame), *stream.encode(None)])
    hand.open(path)
    menu = hand.window.transport.sound_menu
    wanted = [action for action in menu.actions() if action.text() == "Right channel only"]
    wanted[0].trigger()
    assert hand.window.player.channels == 1
    assert checked(menu)[-1] == "Right channel only"


# With a sound server, where one is installed: in a process of its own, as Qt looks for it once.


@pytest.mark.parametrize("program", ["dying_server.py", "sound_under_hand.py"])
def test_with_a_sound_server(program: str) -> None:
    """A server that dies leaves the picture playing; every change of what is heard is heard."""
    path = Path(__file__).parent / program
    root = Path(__file__).parents[2]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}
    done = subprocess.run(
        (sys.executable, str(path)),
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("PulseAudio is not installed")
    assert done.returncode == 0, done.stdout + done.stderr
