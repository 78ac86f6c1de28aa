"""Sound out of the speakers, and how far it has got.

The device is looked for, opened, fed and closed in a thread of its own: a sound server can take
its time over any of these, and the window must not wait for it.
"""

import time
from dataclasses import dataclass

from PyQt6 import sip
from PyQt6.QtCore import QIODevice, QObject, Qt, QThread, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtMultimedia import QAudio, QAudioFormat, QAudioSink, QMediaDevices

from bodycam_annotator.media.grains import GrainThread
from bodycam_annotator.media.playback import PLAYBACK_CHANNELS, PLAYBACK_RATE
from bodycam_annotator.media.sound_thread import SoundThread
from bodycam_annotator.ui.sound_ask import Ask, reader_of

BYTES_A_SECOND = PLAYBACK_RATE * PLAYBACK_CHANNELS * 2

BUFFER_BYTES = BYTES_A_SECOND // 2
"""Half a second outlasts a busy machine; what is left of it when stopped is thrown away."""

SCRUB_BUFFER_BYTES = BYTES_A_SECOND // 32
"""Under the hand, sound must come soon; a gap on a busy machine does no harm there."""

TAIL = bytes(BYTES_A_SECOND // 25)
"""Silence behind the last sample, as stopping throws away what the sound server still holds."""

REFILL_MS = 10

LAG_NS = 14_000_000
"""What Qt has handed to the sound server but is not heard yet. Qt tells nothing of it; it lets
PulseAudio hold 1024 samples, and this is what was measured of it (benchmarks/syncing.py)."""

STALLED_NS = 300_000_000
"""A device that has taken nothing for this long plays nothing."""

_LOST = (QAudio.Error.OpenError, QAudio.Error.IOError, QAudio.Error.FatalError)
_STOPPED = QAudio.State.StoppedState


@dataclass(frozen=True, kw_only=True)
class _Told:
    """How far the device had got with `ask`; `at_ns` and `moved_ns` are of the monotonic clock.

    `moved_ns`: when it was last seen to take something. `over`: nothing more will be heard.
    """

    ask: Ask
    processed_ns: int
    at_ns: int
    moved_ns: int
    over: bool


class Sound(QObject):
    """Plays one track from a time on. Without a sound device it does nothing, silently.

    Nothing here waits for the device, except `wait`.
    """

    changed = pyqtSignal()
    _asked = pyqtSignal()
    _scrubbed = pyqtSignal(object)
    _ending = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: QThread | None = None
        self._speaker: _Speaker | None = None
        self._ask: Ask | None = None

    def prepare(self) -> None:
        """Looks for a device, so that it is known by when it is needed."""
        if self._thread is not None:
            return
        self._thread, self._speaker = QThread(), _Speaker()
        self._thread.setObjectName("sound")
        self._speaker.moveToThread(self._thread)
        self._thread.started.connect(self._speaker.begin)
        self._asked.connect(self._speaker.obey)
        self._scrubbed.connect(self._speaker.scrub_to)
        self._ending.connect(self._speaker.end)
        self._speaker.changed.connect(self.changed)
        self._thread.start()

    @property
    def trouble(self) -> str:
        """Why nothing can be heard, in words; empty when it can, as far as is known by now."""
        return "" if self._speaker is None else self._speaker.trouble

    def start(self, ask: Ask) -> bool:
        """Whether sound may come of it; in place of what was asked for before."""
        self.prepare()
        self._say(ask)
        return self._speaker is not None and self._speaker.has_device is not False

    @property
    def is_on(self) -> bool:
        """Whether sound is being played, or still may be."""
        told = self._told()
        return self._ask is not None and (told is None or not told.over)

    def played_ns(self) -> int | None:
        """Nanoseconds heard since `start`; None while nothing is being heard."""
        told = self._told()
        if told is None or told.over:
            return None
        now = time.monotonic_ns()
        if now - told.moved_ns > STALLED_NS:
            return None
        # The device goes on between two looks at it.
        heard = told.processed_ns + min(now - told.at_ns, 2 * REFILL_MS * 1_000_000) - LAG_NS
        return heard if told.processed_ns and heard > 0 else None

    def scrub_to(self, time_ns: int) -> None:
        """A grain of that time, while an ask that scrubs is played."""
        self._scrubbed.emit(time_ns)

    def stop(self) -> None:
        self._say(None)

    def wait(self) -> None:
        """Returns when the device is closed and every thread has ended."""
        if self._thread is None or self._speaker is None:
            return
        self._say(None)
        self._ending.emit()
        self._thread.wait()
        self._speaker.wait()
        self._thread = self._speaker = None

    def _told(self) -> _Told | None:
        told = None if self._speaker is None else self._speaker.told
        return told if told is not None and told.ask is self._ask else None

    def _say(self, ask: Ask | None) -> None:
        if self._speaker is not None and ask is not self._ask:
            self._ask = self._speaker.wanted = ask
            self._asked.emit()


class _Speaker(QObject):
    """Lives in the sound thread. What other threads read of it is replaced, never changed.

    Attributes:
        wanted: what is to be played; set by the window before it emits `Sound._asked`.
        told: how far the device has got.
        has_device: None before it was looked for.
        trouble: why nothing can be heard, in words.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.wanted: Ask | None = None
        self.told: _Told | None = None
        self.has_device: bool | None = None
        self.trouble = ""
        self._devices: QMediaDevices | None = None
        self._timer: QTimer | None = None
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._reader: SoundThread | GrainThread | None = None
        self._readers: list[SoundThread | GrainThread] = []
        self._left = self._tail = b""
        self._written = 0

    @pyqtSlot()
    def begin(self) -> None:
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self.look)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(REFILL_MS)
        self._timer.timeout.connect(self.refill)
        self.look()

    @pyqtSlot()
    def look(self) -> None:
        self.has_device = not QMediaDevices.defaultAudioOutput().isNull()
        self._say("" if self.has_device else "no sound device")

    @pyqtSlot()
    def obey(self) -> None:
        """Plays what is wanted by now; what was asked for in between is passed over."""
        ask = self.wanted
        if self.told is not None and self.told.ask is ask:
            return
        self._close()
        if ask is None:
            self.told = None
            return
        self._tell(ask, over=not self._open(ask))

    @pyqtSlot()
    def refill(self) -> None:
        told, sink, device, reader = self.told, self._sink, self._device, self._reader
        if told is None or sink is None or device is None or reader is None:
            return
        # A sink that failed stops by itself, and deletes what is written to.
        if sink.error() in _LOST or sink.state() == _STOPPED:
            self._close()
            self._tell(told.ask, over=True)
            self._say("the sound device failed")
            return
        # Now and then PyQt takes a device at the address of one before for that one, and for
        # deleted with it.
        if sip.isdeleted(device):
            self._close()
            self._tell(told.ask, over=not self._open(told.ask))
            return
        data = self._left or reader.take(sink.bytesFree())
        if not data and reader.is_over:
            data, self._tail = self._tail, b""
        accepted = max(device.write(data), 0) if data else 0
        self._left = data[accepted:]
        self._written += accepted
        heard_all = sink.processedUSecs() >= self._written * 1_000_000 // BYTES_A_SECOND
        given_all = reader.is_over and not self._left and not self._tail
        self._tell(told.ask, over=given_all and heard_all)

    @pyqtSlot(object)
    def scrub_to(self, time_ns: int) -> None:
        if isinstance(self._reader, GrainThread):
            self._reader.ask(time_ns)

    @pyqtSlot()
    def end(self) -> None:
        self._close()
        if self._timer is not None:
            self._timer.stop()
        thread = self.thread()
        assert thread is not None
        thread.quit()

    def wait(self) -> None:
        """Returns when every file is closed; called when the thread has ended."""
        for reader in self._readers:
            reader.wait()
        self._readers.clear()

    def _open(self, ask: Ask) -> bool:
        output = QMediaDevices.defaultAudioOutput()
        self.has_device = not output.isNull()
        if output.isNull():
            self._say("no sound device")
            return False
        audio_format = QAudioFormat()
        audio_format.setSampleRate(PLAYBACK_RATE)
        audio_format.setChannelCount(PLAYBACK_CHANNELS)
        audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(output, audio_format, self)
        self._sink.setBufferSize(SCRUB_BUFFER_BYTES if ask.scrubs else BUFFER_BYTES)
        self._device = self._sink.start()
        if self._device is None or self._sink.error() in _LOST:
            self._close()
            self._say("the sound device cannot be opened")
            return False
        self._say("")
        self._left, self._tail, self._written = b"", TAIL, 0
        self._readers = [reader for reader in self._readers if reader.is_alive]
        self._reader = reader_of(ask)
        self._readers.append(self._reader)
        if self._timer is not None:
            self._timer.start()
        return True

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._sink is not None:
            self._sink.reset()
            self._sink.deleteLater()
        if self._reader is not None:
            # Not waited for: reading may be in the middle of a slow disk.
            self._reader.stop()
        self._sink, self._device, self._reader = None, None, None

    def _tell(self, ask: Ask, *, over: bool) -> None:
        now = time.monotonic_ns()
        processed = self._sink.processedUSecs() * 1000 if self._sink is not None else 0
        last = self.told if self.told is not None and self.told.ask is ask else None
        moved = now if last is None or processed != last.processed_ns else last.moved_ns
        self.told = _Told(ask=ask, processed_ns=processed, at_ns=now, moved_ns=moved, over=over)

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self.changed.emit()
