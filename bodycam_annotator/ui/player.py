"""The player behind the picture: where it stands, stepping, seeking, playing both ways."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

from bodycam_annotator.errors import FootageError, OutdatedError, UserError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.enhance import Look
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.listening_filters import LEAST_GAIN_DB, MOST_GAIN_DB
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.picture_thread import Delivery
from bodycam_annotator.media.playback import Channels
from bodycam_annotator.ui.heard import Heard
from bodycam_annotator.ui.picture_feed import PictureFeed
from bodycam_annotator.ui.play_clock import PlayClock
from bodycam_annotator.ui.span_play import SpanPlay

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0)

TICK_MS = 4

LAST_SOUND_NS = 250_000_000
"""A span's picture waits at most this long for its last sound to be heard."""


class Player(QObject):
    """One footage on screen.

    Attributes:
        ordinal: the frame on screen, or the one that should be and cannot be decoded; None
            before the first.
        picture: the frame on screen, if it could be decoded.
        speed: how fast `play` goes, 1.0 is real time.
        touched: whether the person has moved since the footage was loaded.
        heard: its sound; what is changed there while playing is heard by `listen` and its like.
    """

    shown = pyqtSignal(object)
    broken = pyqtSignal(int, str)
    state_changed = pyqtSignal()
    failed = pyqtSignal(str)
    overtaken = pyqtSignal()

    def __init__(
        self, parent: QObject | None = None, *, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        super().__init__(parent)
        self.ordinal: int | None = None
        self.picture: Picture | None = None
        self.speed = 1.0
        self.touched = False
        self._index: FrameIndex | None = None
        self._pictures = PictureFeed(self)
        self._pictures.came.connect(self._take)
        self._wanted: int | None = None
        self._dragged = False
        self._plays_on = 0
        self._shuttles = False
        self._whole: list[Callable[[], object]] = []
        self._settled: list[Callable[[], object]] = []
        self._direction = 0
        self._loop: tuple[int, int] | None = None
        self._span: SpanPlay | None = None
        self._clock = PlayClock(monotonic)
        self._begun = 0
        self.heard = Heard(self)
        self.heard.changed.connect(self._heed_device)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    # What is loaded

    @property
    def index(self) -> FrameIndex | None:
        return self._index

    def load(
        self, path: Path, index: FrameIndex, *, audio: AudioTrack | None, ordinal: int = 0
    ) -> None:
        """Shows that frame of another footage."""
        self.unload()
        self._index = index
        self.touched = False
        self.heard.load(path, audio)
        self._pictures.load(path, index)
        self.go_to(ordinal)

    def unload(self) -> None:
        """Closes the footage, without waiting for what is being decoded; see `wait`."""
        self.pause()
        self._drop_calls(unless=None)
        self._pictures.unload()
        self.heard.load(None, None)
        self._index = None
        self.ordinal = self.picture = self._wanted = self._loop = None
        self._dragged, self._plays_on = False, 0
        self.outdated = False
        self.speed, self._shuttles = 1.0, False

    def wait(self) -> None:
        """Returns when every file of what was unloaded is closed."""
        self._pictures.wait()
        self.heard.wait()

    # Moving

    def go_to(self, ordinal: int) -> None:
        """The nearest frame there is; a span that `play_span` plays is left."""
        if self._span is not None:
            self.pause()
        self._go_to(ordinal)

    def _go_to(self, ordinal: int) -> None:
        if self._index is None:
            return
        ordinal = min(max(ordinal, 0), len(self._index) - 1)
        if ordinal != self._wanted or self._dragged:
            self._drop_calls(unless=ordinal)
            self._wanted, self._dragged = ordinal, False
            self._pictures.ask(ordinal)

    def go_to_time(self, time_ns: int) -> None:
        """The frame on screen at that time on the footage's own clock."""
        if self._index is not None:
            self.go_to(self._index.nearest(time_ns))

    def seek(self, ordinal: int) -> None:
        """As `go_to`, playing on from there when playing, or when it was before a drag."""
        self.touched = True
        self.go_to(ordinal)
        if self._plays_on:
            self.play(self._plays_on)
        elif self._direction and self._index is not None and self._wanted is not None:
            self._run_from(int(self._index.times[self._wanted]))

    def drag_to(self, ordinal: int) -> None:
        """A picture of about there at once, by its own number; the frame itself when it rests.

        A drag ends with `seek`.
        """
        plays_on = self._plays_on or (self._direction if self._span is None else 0)
        self.touched = True
        self.pause()
        if self._index is None:
            return
        self._plays_on = plays_on
        self._drop_calls(unless=ordinal)
        self._wanted, self._dragged = min(max(ordinal, 0), len(self._index) - 1), True
        self._pictures.ask(self._wanted, dragging=True)
        self.scrub_to(int(self._index.times[self._wanted]))

    def step(self, frames: int) -> None:
        self.touched = True
        self.pause()
        self.go_to((self._wanted or 0) + frames)
        self._scrub_here()

    def step_time(self, by_ns: int) -> None:
        """To the frame whose time is nearest to that much later or earlier; at least one on."""
        self.touched = True
        self.pause()
        if self._index is None or self._wanted is None:
            return
        wanted_ns = int(self._index.times[self._wanted]) + by_ns
        target = self._index.nearest(wanted_ns)
        after = min(target + 1, len(self._index) - 1)
        times = self._index.times
        if abs(int(times[after]) - wanted_ns) < abs(int(times[target]) - wanted_ns):
            target = after
        if target == self._wanted:
            target += 1 if by_ns > 0 else -1
        self.go_to(target)
        self._scrub_here()

    def scrub_to(self, time_ns: int) -> None:
        """A grain of the sound at that time, faded, while stopped and scrubbing is on."""
        if not self._direction:
            self.heard.scrub_to(time_ns)

    def _scrub_here(self) -> None:
        if self._index is not None and self._wanted is not None:
            self.scrub_to(int(self._index.times[self._wanted]))

    def when_settled(self, call: Callable[[], object]) -> None:
        """Calls at once, or when stopped and on the way to a frame, as soon as it is shown.

        Never for another frame than the one meant now: when something else is asked for before
        it is shown, the call is dropped and `overtaken` emitted.
        """
        if self._direction or self._wanted == self.ordinal:
            call()
        else:
            self._settled.append(call)

    def _drop_calls(self, *, unless: int | None) -> None:
        dropped = unless != self._wanted and bool(self._settled or self._whole)
        if dropped:
            self._settled.clear()
            self._whole.clear()
            self.overtaken.emit()

    def when_whole(self, call: Callable[[], object]) -> None:
        """As `when_settled`, and with every pixel of the picture there."""
        if self.picture is not None and not self.picture.reduced and self._wanted == self.ordinal:
            call()
        else:
            self._whole.append(call)

    def set_look(self, look: Look | None) -> None:
        """What is done to pictures to see more, from the one on screen on."""
        self._pictures.set_look(look)

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
        self._span = None
        at_end = self._wanted >= len(self._index) - 1
        if self._loop is not None:
            if not self._loop[0] <= self._wanted <= self._loop[1]:
                self.go_to(self._loop[0 if direction > 0 else 1])
        elif direction > 0 and at_end:
            self.go_to(0)
        self._begin(direction, int(self._index.times[self._wanted]))

    def play_span(self, start_ns: int, end_ns: int, *, loop: bool = False) -> None:
        """Plays exactly that span of sound and picture, at the speed that is set; silent above 4×.

        Played to its end, the frame from which it was asked for is shown again, as playing a
        selection must not lose the place. Paused before, it stays where it is; so does every other
        move. `loop` plays it until then.
        """
        if self._index is None or self._wanted is None or end_ns <= start_ns:
            return
        if self._span is None:
            self.pause()
            back_to = self._wanted
        else:
            back_to = self._span.back_to or 0
        self._span = SpanPlay(start_ns=start_ns, end_ns=end_ns, loops=loop, back_to=back_to)
        self._begin(1, start_ns)

    @property
    def span(self) -> SpanPlay | None:
        """What `play_span` plays now."""
        return self._span

    @property
    def loops_span(self) -> bool:
        return self._span is not None and self._span.loops

    def leave_span(self) -> None:
        """Ends `play_span` as if it had been played to its end."""
        if self._span is not None:
            back_to, self._span = self._span.back_to, None
            self._go_to(back_to or 0)
            self._stop_at_end()

    def _begin(self, direction: int, time_ns: int) -> None:
        self._plays_on = 0
        self.touched = True
        self._direction = direction
        self._run_from(time_ns)
        self._timer.start()
        self.state_changed.emit()

    def pause(self) -> None:
        self._plays_on = 0
        self._timer.stop()
        if not self._direction:
            return
        self.heard.stop()
        self._direction, self._span = 0, None
        # What the eye last saw is where the coder wanted to stop.
        if self.ordinal is not None:
            self.go_to(self.ordinal)
        self.state_changed.emit()

    @property
    def loop(self) -> tuple[int, int] | None:
        """The first and the last frame that are played again and again, or None."""
        return self._loop

    @loop.setter
    def loop(self, loop: tuple[int, int] | None) -> None:
        if loop == self._loop:
            return
        here = self._place()
        self._loop = loop
        course = self._course
        if self._direction and self._span is None:
            beyond = course is not None and here >= course.end_ns
            self._run_from(course.start_ns if course is not None and beyond else here)

    def set_speed(self, speed: float) -> None:
        here = self._place()
        self.speed = speed
        if self._direction:
            self._run_from(here)
        self.state_changed.emit()

    def change_speed(self, steps: int) -> None:
        """To the next slower or faster of `SPEEDS`."""
        nearest = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - self.speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def shuttle(self, direction: int) -> None:
        """J and L: plays that way; again, twice as fast; the other way, from the start."""
        if self._direction == direction:
            faster = min(self.speed * 2, SPEEDS[-1])
            self._shuttles = True
            self.set_speed(max(faster, 1.0))
        else:
            self.pause()
            self.speed = 1.0
            self.play(direction)

    def stop_shuttle(self) -> None:
        """Pauses; a speed that the shuttle raised is real time again."""
        self.pause()
        if self._shuttles:
            self._shuttles = False
            self.set_speed(1.0)

    # Sound

    @property
    def muted(self) -> bool:
        return self.heard.muted

    @property
    def channels(self) -> Channels:
        """Which channels of the sound are played."""
        return self.heard.channels

    @channels.setter
    def channels(self, channels: Channels) -> None:
        self.heard.channels = channels

    def set_muted(self, muted: bool) -> None:
        self.heard.muted = muted
        self._listen_anew()

    def set_gain(self, gain_db: float) -> None:
        """For listening only: from -20 to +30 dB; what gets too loud is bent, and never wraps."""
        gain_db = min(max(gain_db, LEAST_GAIN_DB), MOST_GAIN_DB)
        self.heard.hearing = replace(self.heard.hearing, gain_db=gain_db)
        self._listen_anew()

    def set_speech_band(self, on: bool) -> None:
        """For listening only: whether nothing but the frequencies of speech is let through."""
        self.heard.hearing = replace(self.heard.hearing, speech_band=on)
        self._listen_anew()

    def set_scrubs(self, on: bool) -> None:
        """Whether stepping and dragging are heard."""
        self.heard.scrubs = on
        self.state_changed.emit()

    def listen(self, audio: AudioTrack | None, *, channels: Channels = "all") -> None:
        """To another track of the footage, or to other channels, from now on."""
        self.heard.listen(audio, channels=channels)
        self._listen_anew()

    @property
    def is_heard(self) -> bool:
        """Whether sound comes out of a device now, and the picture keeps with it."""
        return bool(self._direction) and self.heard.time_ns() is not None

    @property
    def sound_state(self) -> str:
        """Why there is no sound now, in words; empty when there is or nothing plays."""
        silent = self.heard.why_silent(self.speed * (self._direction or 1))
        if not silent and self._direction and self._clock.is_unheard:
            return "sound is held up"
        return silent

    def _listen_anew(self) -> None:
        if self._direction:
            self._run_from(self._place())
        else:
            self.heard.stop()
        self.state_changed.emit()

    def _heed_device(self) -> None:
        """A device that has come plays from here; one that has gone is done without."""
        if self._direction and not self.heard.has_trouble and not self.heard.is_on:
            self._run_from(self._place())
        self.state_changed.emit()

    # The clock

    @property
    def _course(self) -> SpanPlay | None:
        """The span that is being played forward, once or in a loop."""
        if self._span is not None or self._loop is None or self._index is None:
            return self._span
        first, last = self._loop
        start_ns, end_ns = int(self._index.times[first]), self._index.end_of(last)
        course = SpanPlay(start_ns=start_ns, end_ns=end_ns, loops=True)
        return course if self._direction > 0 else None

    def _run_from(self, time_ns: int) -> None:
        pace = self.speed * self._direction
        self._begun = time_ns
        waits = self.heard.start(time_ns, pace=pace, span=self._course)
        self._clock.run_from(time_ns, pace=pace, waits=waits)

    def _place(self) -> int:
        """The time in the footage that is played now."""
        now, course = self._clock.now(), self._course
        if course is None:
            return now
        place = course.place(now, begun_ns=self._begun, speed=self.speed)
        return course.end_ns if place is None else place

    def _tick(self) -> None:
        index = self._index
        if index is None:
            return
        self._follow_sound()
        if self._clock.waits:
            return
        now, course = self._place(), self._course
        if course is not None and now >= course.end_ns:
            self._rest_at_end(course, index)
        elif course is None and self._loop is not None and now < int(index.times[self._loop[0]]):
            self.go_to(self._loop[1])
            self._run_from(int(index.times[self._loop[1]]))
        elif course is None and (now >= index.end_ns or now < index.first_ns):
            self.go_to(0 if self._direction < 0 else len(index) - 1)
            self._stop_at_end()
        else:
            self._go_to(index.nearest(now))

    def _rest_at_end(self, span: SpanPlay, index: FrameIndex) -> None:
        """The last sample is heard before the place comes back."""
        late = (self._clock.now() - span.end_ns) / self.speed
        if self.heard.is_on and late < LAST_SOUND_NS:
            self._go_to(index.nearest(span.end_ns - 1))
        else:
            self.leave_span()

    def _follow_sound(self) -> None:
        """The picture waits for sound to begin, but not for long, and then keeps with it."""
        unheard = self._clock.is_unheard
        self._clock.hear(self.heard.time_ns(), coming=self.heard.is_on)
        if self._clock.is_apart:
            self._run_from(self._place())
        if self._clock.is_unheard != unheard:
            self.state_changed.emit()

    def _stop_at_end(self) -> None:
        self._timer.stop()
        self.heard.stop()
        self._direction = 0
        self.state_changed.emit()

    # Pictures coming in

    def _take(self, ordinal: int, result: Delivery) -> None:
        self.ordinal = ordinal
        if isinstance(result, Picture):
            self.picture, self.outdated = result, False
            self.shown.emit(result)
        else:
            self.picture = None
            self._say(ordinal, result)
        if self.ordinal == self._wanted:
            calls, self._settled = self._settled, []
            if self.picture is not None and not self.picture.reduced:
                calls, self._whole = calls + self._whole, []
            for call in calls:
                call()

    def _say(self, ordinal: int, error: Exception) -> None:
        if isinstance(error, FootageError):
            self.outdated = isinstance(error, OutdatedError)
            self.broken.emit(ordinal, str(error))
        elif isinstance(error, UserError):
            self.failed.emit(str(error))
        else:
            raise error
