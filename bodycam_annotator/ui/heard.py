"""What is heard of the footage on screen: which sound, how it is listened to, and why not."""

from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.listening_filters import Hearing, can_be_heard
from bodycam_annotator.media.playback import Channels
from bodycam_annotator.ui.sound import Sound
from bodycam_annotator.ui.sound_ask import Ask
from bodycam_annotator.ui.span_play import SpanPlay

SCRUB_REST_MS = 1500
"""The device is let go when the hand has rested for this long."""


class Heard(QObject):
    """The sound of a player.

    Attributes:
        track: what is listened to, or None.
        channels: which of its channels.
        muted: whether nothing is to be heard.
        hearing: gain and filter; its speed does not count.
        scrubs: whether `scrub_to` sounds.

    Signals: `changed` when a device has come or gone.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.track: AudioTrack | None = None
        self.channels: Channels = "all"
        self.muted = False
        self.hearing = Hearing()
        self.scrubs = True
        self._path: Path | None = None
        self._begun, self._speed = 0, 1.0
        self._grains: Ask | None = None
        self._sound = Sound(self)
        self._sound.changed.connect(self.changed)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SCRUB_REST_MS)
        self._rest.timeout.connect(self.stop)

    def load(self, path: Path | None, track: AudioTrack | None) -> None:
        """The sound of another file; nothing is heard of the one before."""
        self.stop()
        self._path = path
        self.listen(track, channels=self.channels)

    def listen(self, track: AudioTrack | None, *, channels: Channels) -> None:
        self.track, self.channels = track, channels
        if track is not None:
            self._sound.prepare()

    def start(self, time_ns: int, *, pace: float, span: SpanPlay | None) -> bool:
        """Plays from that time on, if it can be heard at that pace; whether sound may come."""
        self._begun, self._speed = time_ns, pace
        self._leave_grains()
        if self._path is None or self.track is None or self.muted or not can_be_heard(pace):
            self._sound.stop()
            return False
        ask = Ask(
            path=self._path,
            track=self.track,
            channels=self.channels,
            time_ns=time_ns,
            hearing=replace(self.hearing, speed=pace),
            span=None if span is None else (span.start_ns, span.end_ns),
            loops=span is not None and span.loops,
        )
        return self._sound.start(ask)

    def scrub_to(self, time_ns: int) -> None:
        """A grain of the sound at that time, while nothing plays; nothing where there is none."""
        if self._path is None or self.track is None or self.muted or not self.scrubs:
            return
        if self._grains is None:
            self._grains = Ask(
                path=self._path,
                track=self.track,
                channels=self.channels,
                time_ns=time_ns,
                hearing=self.hearing,
                scrubs=True,
            )
            self._sound.start(self._grains)
        self._sound.scrub_to(time_ns)
        self._rest.start()

    def stop(self) -> None:
        self._leave_grains()
        self._sound.stop()

    def wait(self) -> None:
        """Returns when every file and the device is closed."""
        self._sound.wait()

    @property
    def is_on(self) -> bool:
        """Whether sound is being played, or still may be."""
        return self._sound.is_on

    def time_ns(self) -> int | None:
        """The time of what is heard now, on a clock that never goes back; None while nothing is."""
        played = self._sound.played_ns()
        return None if played is None else self._begun + round(played * self._speed)

    def why_silent(self, pace: float) -> str:
        """Why there is no sound at that pace, in words; empty where there is."""
        if self.track is None:
            return "no sound in this file"
        if self.muted:
            return "sound off"
        if pace < 0:
            return "no sound backward"
        if not can_be_heard(pace):
            return f"no sound at {pace:g}×"
        return self._sound.trouble

    @property
    def has_trouble(self) -> bool:
        """Whether there is no device, or one that fails."""
        return bool(self._sound.trouble)

    def _leave_grains(self) -> None:
        self._rest.stop()
        self._grains = None
