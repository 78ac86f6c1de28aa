"""The player behind the picture: where it stands, stepping, seeking, playing both ways."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from bodycam_annotator.errors import FootageError, UserError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.picture_thread import Delivery, PictureThread
from bodycam_annotator.ui.sound import Sound

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0)

TICK_MS = 4

LONGEST_WAIT_NS = 1_500_000_000
"""A sound device that has not begun by then is done without."""

CATCH_UP = 0.05
"""Share of the distance between picture clock and sound by which a tick brings them together."""


class Player(QObject):
    """One footage on screen.

    Attributes:
        ordinal: the frame on screen, or the one that should be and cannot be decoded; None
            before the first.
        picture: the frame on screen, if it could be decoded.
        speed: how fast `play` goes, 1.0 is real time.
    """

    shown = pyqtSignal(object)
    broken = pyqtSignal(int, str)
    state_changed = pyqtSignal()
    failed = pyqtSignal(str)
    _arrived = pyqtSignal()

    def __init__(
        self, parent: QObject | None = None, *, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        super().__init__(parent)
        self.ordinal: int | None = None
        self.picture: Picture | None = None
        self.speed = 1.0
        self.muted = False
        self._monotonic = monotonic
        self._path: Path | None = None
        self._index: FrameIndex | None = None
        self._audio: AudioTrack | None = None
        self._pictures: PictureThread | None = None
        self._ending: list[PictureThread] = []
        self._wanted: int | None = None
        self._settled: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._newest: tuple[int, Delivery] | None = None
        self._direction = 0
        self._clock_ns = 0
        self._clock_at = 0
        self._heard_from = 0
        self._waits = False
        self._sound = Sound(self)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._arrived.connect(self._take)

    # What is loaded

    @property
    def index(self) -> FrameIndex | None:
        return self._index

    def load(self, path: Path, index: FrameIndex, *, audio: AudioTrack | None) -> None:
        """Shows the first frame of another footage."""
        self.unload()
        self._path, self._index, self._audio = path, index, audio
        self._pictures = PictureThread(lambda: FrameReader(path, index), self._deliver)
        self.go_to(0)

    def unload(self) -> None:
        """Closes the footage, without waiting for what is being decoded; see `wait`."""
        self.pause()
        if self._pictures is not None:
            self._pictures.stop()
            self._ending.append(self._pictures)
        with self._lock:
            self._newest = None
        self._pictures = self._path = self._index = self._audio = None
        self.ordinal = self.picture = self._wanted = None
        self._settled.clear()

    def wait(self) -> None:
        """Returns when every file of what was unloaded is closed."""
        for pictures in self._ending:
            pictures.wait()
        self._ending.clear()
        self._sound.wait()

    # Moving

    def go_to(self, ordinal: int) -> None:
        """The nearest frame there is."""
        if self._index is None or self._pictures is None:
            return
        ordinal = min(max(ordinal, 0), len(self._index) - 1)
        if ordinal != self._wanted:
            self._wanted = ordinal
            self._pictures.ask(ordinal)

    def go_to_time(self, time_ns: int) -> None:
        """The frame on screen at that time on the footage's own clock."""
        if self._index is not None:
            self.go_to(self._index.nearest(time_ns))

    def seek(self, ordinal: int) -> None:
        """As `go_to`, playing on from there when playing."""
        self.go_to(ordinal)
        if self._direction and self._index is not None and self._wanted is not None:
            self._run_from(int(self._index.times[self._wanted]))

    def step(self, frames: int) -> None:
        self.pause()
        self.go_to((self._wanted or 0) + frames)

    def step_time(self, by_ns: int) -> None:
        """To the frame on screen that much later or earlier; at least one frame on."""
        self.pause()
        if self._index is None or self._wanted is None:
            return
        target = self._index.nearest(int(self._index.times[self._wanted]) + by_ns)
        if target == self._wanted:
            target += 1 if by_ns > 0 else -1
        self.go_to(target)

    def when_settled(self, call: Callable[[], object]) -> None:
        """Calls at once, or when stopped and on the way to a frame, as soon as it is shown."""
        if self._direction or self._wanted == self.ordinal:
            call()
        else:
            self._settled.append(call)

    # Playing

    @property
    def direction(self) -> int:
        """1 playing, -1 playing backward, 0 stopped."""
        return self._direction

    def toggle(self) -> None:
        if self._direction:
            self.pause()
        else:
            self.play()

    def play(self, direction: int = 1) -> None:
        if self._index is None or self._wanted is None:
            return
        at_end = self._wanted >= len(self._index) - 1
        if direction > 0 and at_end:
            self.go_to(0)
        self._direction = direction
        self._run_from(int(self._index.times[self._wanted]))
        self._timer.start()
        self.state_changed.emit()

    def pause(self) -> None:
        self._timer.stop()
        self._sound.stop()
        if not self._direction:
            return
        self._direction = 0
        # What the eye last saw is where the coder wanted to stop.
        if self.ordinal is not None:
            self.go_to(self.ordinal)
        self.state_changed.emit()

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        if self._direction:
            self._run_from(self._now())
        self.state_changed.emit()

    def change_speed(self, steps: int) -> None:
        """To the next slower or faster of `SPEEDS`."""
        nearest = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - self.speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def shuttle(self, direction: int) -> None:
        """J and L: plays that way; again, twice as fast; the other way, from the start."""
        if self._direction == direction:
            faster = min(self.speed * 2, SPEEDS[-1])
            self.set_speed(max(faster, 1.0))
        else:
            self.pause()
            self.speed = 1.0
            self.play(direction)

    def set_muted(self, muted: bool) -> None:
        self.muted = muted
        if self._direction:
            self._run_from(self._now())
        self.state_changed.emit()

    @property
    def sound_state(self) -> str:
        """Why there is no sound now, in words; empty when there is or nothing plays."""
        if self._audio is None:
            return "no sound in this file"
        if self.muted:
            return "sound off"
        if self.speed != 1.0 or self._direction < 0:
            return "sound only at 1×"
        return "" if Sound.has_device() else "no sound device"

    def _run_from(self, time_ns: int) -> None:
        self._clock_ns, self._clock_at = time_ns, self._monotonic()
        self._heard_from = time_ns
        self._sound.stop()
        self._waits = False
        if self._path is not None and self._audio is not None and not self.sound_state:
            self._waits = self._sound.start(self._path, self._audio, time_ns=time_ns)

    def _now(self) -> int:
        if self._waits:
            return self._clock_ns
        passed = self._monotonic() - self._clock_at
        return self._clock_ns + round(passed * self.speed) * self._direction

    def _tick(self) -> None:
        index = self._index
        if index is None:
            return
        if self._sound.is_on and not self._keep_with_sound():
            return
        now = self._now()
        if now >= index.end_ns or now < index.first_ns:
            self.go_to(0 if self._direction < 0 else len(index) - 1)
            self._stop_at_end()
        else:
            self.go_to(index.nearest(now))

    def _keep_with_sound(self) -> bool:
        """False while the sound has not begun: the picture waits for it, but not for long."""
        heard = self._sound.played_ns()
        if heard is not None:
            at = self._heard_from + heard
            if self._waits:
                self._waits = False
                self._clock_ns, self._clock_at = at, self._monotonic()
            else:
                self._clock_ns += round((at - self._now()) * CATCH_UP)
        elif self._waits and self._monotonic() - self._clock_at > LONGEST_WAIT_NS:
            self._waits = False
            self._sound.stop()
            self._clock_at = self._monotonic()
        return not self._waits

    def _stop_at_end(self) -> None:
        self._timer.stop()
        self._sound.stop()
        self._direction = 0
        self.state_changed.emit()

    # Pictures coming in

    def _deliver(self, ordinal: int, result: Delivery) -> None:
        """Called in the picture thread. Only the newest waits: the window is never queued up."""
        with self._lock:
            waiting = self._newest is not None
            self._newest = (ordinal, result)
        if not waiting:
            self._arrived.emit()

    def _take(self) -> None:
        with self._lock:
            newest, self._newest = self._newest, None
        if newest is None or self._index is None:
            return
        ordinal, result = newest
        self.ordinal = ordinal
        if isinstance(result, Picture):
            self.picture = result
            self.shown.emit(result)
        else:
            self.picture = None
            self._say(ordinal, result)
        if self.ordinal == self._wanted:
            calls, self._settled = self._settled, []
            for call in calls:
                call()

    def _say(self, ordinal: int, error: Exception) -> None:
        if isinstance(error, FootageError):
            self.broken.emit(ordinal, str(error))
        elif isinstance(error, UserError):
            self.failed.emit(str(error))
        else:
            raise error
