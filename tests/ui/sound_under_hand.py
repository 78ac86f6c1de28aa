"""Spans, speeds and scrubbing with a sound device. Exits with 77 where there is no PulseAudio."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from bodycam_annotator.media.probe import probe
from bodycam_annotator.ui.player import Player
from tests import sounds
from tests.media_factory import Clip, make, steady
from tests.sound_server import RATE, sound_server
from tests.ui.dying_server import NO_SERVER, until

SECOND = 1_000_000_000
SECONDS = 30


def play_spans(player: Player) -> None:
    """At every speed each is heard to its end, and the place comes back."""
    for speed in (1.0, 0.5, 4.0):
        player.set_speed(speed)
        player.play_span(2 * SECOND, 3 * SECOND)
        until(f"a span at {speed}", lambda: player.is_heard)
        until("pictures of it", lambda: 50 <= (player.ordinal or 0) < 75)
        until("its end", lambda: not player.direction)
        until("the place", lambda: player.ordinal == 10)
        assert not player.sound_state, player.sound_state


def change_while_playing(player: Player) -> None:
    """Again and again, as a device that is opened anew sometimes stayed silent."""
    player.set_speed(1.0)
    player.play_span(SECOND, 2 * SECOND, loop=True)
    until("pictures of it", lambda: 25 <= (player.ordinal or 0) < 50)
    for turn in range(30):
        player.set_speed((0.5, 2.0, 1.0)[turn % 3])
        until("another speed", lambda: player.is_heard)
        player.set_gain(3.0 * (turn % 3))
        until("another gain", lambda: player.is_heard)
        assert 24 <= (player.ordinal or 0) <= 50, player.ordinal
        assert not player.sound_state, player.sound_state
    player.leave_span()
    until("the place", lambda: player.ordinal == 10)


def is_heard(player: Player) -> bool:
    return player.heard.is_on


def scrub(player: Player) -> None:
    """Stepping takes the device, and lets it go when the hand rests."""
    player.step(1)
    assert is_heard(player)
    until("the frame", lambda: player.ordinal == 11)
    until("rest", lambda: not is_heard(player))
    player.set_scrubs(False)
    player.step(-1)
    assert not is_heard(player)
    player.set_scrubs(True)
    player.drag_to(20)
    assert is_heard(player)
    player.play()
    until("playing", lambda: player.is_heard)
    player.pause()
    assert not is_heard(player)


def main() -> int:
    with tempfile.TemporaryDirectory() as name, sound_server(Path(name)) as server:
        if server is None:
            return NO_SERVER
        # Without a listener the null sink sleeps for seconds, which no real device does.
        ear = subprocess.Popen(
            ("parec", "--device=nowhere.monitor", "--latency-msec=10", f"--rate={RATE}"),
            stdout=subprocess.DEVNULL,
        )
        clip = Clip(pts=steady(25 * SECONDS), sound=sounds.Sound(samples=RATE * SECONDS))
        path = make(clip, Path(name) / "clip.mkv").path
        application = QApplication(sys.argv[:1])
        player = Player(application)
        try:
            facts = probe(path)
            player.load(path, facts.index, audio=facts.audio, ordinal=10)
            until("the first frame", lambda: player.ordinal == 10)
            play_spans(player)
            change_while_playing(player)
            scrub(player)
        finally:
            player.unload()
            player.wait()
            ear.terminate()
            ear.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
