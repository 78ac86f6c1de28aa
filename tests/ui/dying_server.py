"""Plays with a sound server that dies in between. Exits with 77 where there is no PulseAudio."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from bodycam_annotator.media.probe import probe
from bodycam_annotator.ui.player import Player
from tests import sounds
from tests.media_factory import Clip, make, steady
from tests.sound_server import sound_server

NO_SERVER = 77
SECONDS = 12


def until(what: str, done: Callable[[], object], *, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(what)
        QApplication.processEvents()


def play_on(player: Player, server: "subprocess.Popen[str]", path: Path) -> None:
    facts = probe(path)
    assert facts.audio is not None
    player.load(path, facts.index, audio=facts.audio)
    until("the first frame", lambda: player.ordinal == 0)

    def is_heard() -> bool:
        """On a busy machine sound may be held up, to the end even; then all is played again."""
        if not player.direction:
            player.go_to(0)
            player.play()
        return player.is_heard and (player.ordinal or 0) > 25 and not player.sound_state

    until("sound", is_heard)
    server.terminate()
    server.wait()
    died_at = player.ordinal or 0
    until("hearing nothing", lambda: not player.is_heard)
    until("saying so", lambda: player.sound_state)
    assert died_at <= (player.ordinal or 0) < len(facts.index) - 1, "it did not play on"
    until("the last frame", lambda: player.ordinal == len(facts.index) - 1)
    until("the end", lambda: not player.direction)
    assert not player.is_heard


def main() -> int:
    with tempfile.TemporaryDirectory() as name, sound_server(Path(name)) as server:
        if server is None:
            return NO_SERVER
        clip = Clip(pts=steady(25 * SECONDS), sound=sounds.Sound(samples=48_000 * SECONDS))
        path = make(clip, Path(name) / "clip.mkv").path
        application = QApplication(sys.argv[:1])
        player = Player(application)
        try:
            play_on(player, server, path)
        finally:
            player.unload()
            player.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
