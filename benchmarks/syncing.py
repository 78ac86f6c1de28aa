"""Playing in the real window: is every frame shown, and is it shown when its sound is heard?

Flash-and-click footage. The picture's side is read from the pixels at the moment they are
painted, the sound's side from the monitor of a PulseAudio null sink. Run as
`python -m benchmarks.syncing`, on any platform Qt has, also offscreen.
"""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from benchmarks.flashes import Flashes, made
from benchmarks.listening import Ear
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.main_window import MainWindow
from tests.sound_server import sound_server

FULL_HD = Flashes(width=1920, height=1080, seconds=40)
FOUR_K = Flashes(width=3840, height=2160, seconds=12)

NEAR_NS = 500_000_000
"""A click belongs to a flash that is painted this near to it."""


@dataclass
class Seen:
    """What was painted while playing; times are nanoseconds of the monotonic clock."""

    painted: list[tuple[int, int, bool]] = field(default_factory=list)
    """Time, ordinal, whether it was white."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Between two rounds of the window's event loop, and when since the beginning."""


class Eye(QObject):
    """Notes every painting of the picture and every round of the event loop."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.seen = Seen()
        self._window = window
        self._last = self._begun = 0
        window.picture.installEventFilter(self)
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._round)

    def begin(self) -> None:
        self.seen = Seen()
        self._last = self._begun = time.monotonic_ns()
        self._beat.start(1)

    def end(self) -> Seen:
        self._beat.stop()
        return self.seen

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        picture = self._window.player.picture
        if event is not None and event.type() == QEvent.Type.Paint and picture is not None:
            middle = picture.bgra[picture.bgra.shape[0] // 2, ::64, :3]
            white = bool(middle.min() > 240)
            self.seen.painted.append((time.monotonic_ns(), picture.ordinal, white))
        return False

    def _round(self) -> None:
        now = time.monotonic_ns()
        self.seen.gaps.append((now - self._last, now - self._begun))
        self._last = now


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def until(done: Callable[[], object], *, seconds: float) -> bool:
    """Lets the window run until something is so; False when it did not become so in time."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.0005)
    return bool(done())


def play(flashes: Flashes, folder: Path, *, muted: bool) -> Seen:
    """Plays it once from beginning to end in a window of its own."""
    own = Path(tempfile.mkdtemp(dir=folder))
    path = Path(shutil.copy(made(flashes), own))
    window = MainWindow()
    window.resize(1280, 800)
    window.show()
    try:
        window.open_path(path)
        ready = until(
            lambda: window.bridge and window.player.ordinal == 0 and not window.jobs.jobs,
            seconds=60,
        )
        if not ready:
            raise TimeoutError(f"{path.name} did not open")
        eye = Eye(window)
        window.player.set_muted(muted)
        eye.begin()
        window.player.play()
        app = QApplication.instance()
        assert app is not None
        window.player.state_changed.connect(
            lambda: app.exit() if not window.player.direction else None
        )
        enough = QTimer(eye)
        enough.timeout.connect(app.exit)
        enough.start((flashes.seconds + 10) * 1000)
        app.exec()
        return eye.end()
    finally:
        window.close()
        window.deleteLater()


def report_picture(name: str, flashes: Flashes, seen: Seen) -> None:
    shown = {ordinal for _, ordinal, _ in seen.painted}
    missed = flashes.frames - len(shown)
    first, last = seen.painted[0], seen.painted[-1]
    ran = (last[0] - first[0]) / 1e9
    longest = [f"{gap / 1e6:.1f} (at {at / 1e9:.1f} s)" for gap, at in sorted(seen.gaps)[-3:]]
    say(
        f"{name}: {len(shown)} of {flashes.frames} frames painted, {missed} missed; "
        f"{ran:.2f} s for {float((last[1] - first[1]) / flashes.rate):.2f} s; longest rounds of "
        f"the event loop {', '.join(longest)} ms"
    )


def report_offsets(what: str, flashes: Flashes, offsets: Sequence[float]) -> None:
    """`offsets`: milliseconds by which the picture is late."""
    if not offsets:
        say(f"  {what}: nothing to compare")
        return
    frame = float(1000 / flashes.rate)
    worst = max(offsets, key=abs)
    say(
        f"  {what}: {len(offsets)} flashes, picture late by mean {statistics.fmean(offsets):+.1f} "
        f"ms, worst {worst:+.1f} ms = {worst / frame:+.2f} frames, spread "
        f"{statistics.pstdev(offsets):.1f} ms"
    )


def first_paintings(flashes: Flashes, seen: Seen) -> dict[int, int]:
    """By ordinal of each flash, when it was first painted white."""
    found: dict[int, int] = {}
    for at, ordinal, white in seen.painted:
        if white and ordinal in flashes.ordinals:
            found.setdefault(ordinal, at)
    return found


def against_clicks(flashes: Flashes, seen: Seen, clicks: Sequence[int]) -> list[float]:
    offsets = []
    for at in first_paintings(flashes, seen).values():
        near = min(clicks, key=lambda click: abs(click - at), default=None)
        if near is not None and abs(near - at) < NEAR_NS:
            offsets.append((at - near) / 1e6)
    return offsets


def against_clock(flashes: Flashes, seen: Seen) -> list[float]:
    """Against a clock that stands where the median flash was right."""
    painted = first_paintings(flashes, seen)
    behind = [at / 1e6 - float(ordinal / flashes.rate) * 1000 for ordinal, at in painted.items()]
    middle = statistics.median(behind) if behind else 0.0
    return [one - middle for one in behind]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with sound_server(folder) as there:
            application = make_application()
            if there is None:
                say("There is no PulseAudio here: the picture is held against the clock alone.")
            ear = None if there is None else Ear()
            try:
                for title, flashes in (("1080p30", FULL_HD), ("4K30", FOUR_K)):
                    measure(title, flashes, folder, ear)
            finally:
                if ear is not None:
                    ear.stop()
            application.quit()


def measure(title: str, flashes: Flashes, folder: Path, ear: Ear | None) -> None:
    for muted in (False, True) if ear is not None else (True,):
        if ear is not None:
            ear.clicks.clear()
        seen = play(flashes, folder, muted=muted)
        name = f"{title}, {'by the clock alone' if muted else 'with sound'}"
        report_picture(name, flashes, seen)
        if muted or ear is None:
            report_offsets("against the clock", flashes, against_clock(flashes, seen))
            continue
        steps = [b - a for a, b in pairwise(ear.clicks)]
        say(f"  {len(ear.clicks)} of {len(flashes.ordinals)} clicks heard, longest step "
            f"{max(steps, default=0) / 1e9:.3f} s")  # fmt: skip
        report_offsets("against the clicks", flashes, against_clicks(flashes, seen, ear.clicks))


if __name__ == "__main__":
    main()
