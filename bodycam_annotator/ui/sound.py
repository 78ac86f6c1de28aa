"""Sound out of the speakers, and how far it has got."""

from pathlib import Path

from PyQt6.QtCore import QIODevice, QObject, QTimer
from PyQt6.QtMultimedia import QAudio, QAudioFormat, QAudioSink, QMediaDevices

from bodycam_annotator.media.audio import PLAYBACK_CHANNELS, PLAYBACK_RATE, AudioTrack
from bodycam_annotator.media.sound_thread import SoundThread

BUFFER_BYTES = PLAYBACK_RATE * PLAYBACK_CHANNELS * 2 // 5
"""A fifth of a second: outlasts a busy window, and stops soon after the key."""

REFILL_MS = 20


class Sound(QObject):
    """Plays one track from a time on. Without a sound device it does nothing, silently."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._thread: SoundThread | None = None
        self._ending: list[SoundThread] = []
        self._refill = QTimer(self)
        self._refill.setInterval(REFILL_MS)
        self._refill.timeout.connect(self._write)

    @staticmethod
    def has_device() -> bool:
        return not QMediaDevices.defaultAudioOutput().isNull()

    def start(self, path: Path, track: AudioTrack, *, time_ns: int) -> bool:
        """False when there is nothing to play it on."""
        self.stop()
        output = QMediaDevices.defaultAudioOutput()
        if output.isNull():
            return False
        audio_format = QAudioFormat()
        audio_format.setSampleRate(PLAYBACK_RATE)
        audio_format.setChannelCount(PLAYBACK_CHANNELS)
        audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        sink = QAudioSink(output, audio_format, self)
        sink.setBufferSize(BUFFER_BYTES)
        device = sink.start()
        if device is None or sink.error() == QAudio.Error.OpenError:
            sink.deleteLater()
            return False
        self._sink, self._device = sink, device
        self._thread = SoundThread(path, track, time_ns=time_ns)
        self._refill.start()
        return True

    @property
    def is_on(self) -> bool:
        """Whether sound is being read and played."""
        return self._thread is not None and not self._thread.ended.is_set()

    def played_ns(self) -> int | None:
        """Nanoseconds heard since `start`; None while nothing is being played."""
        if self._sink is None or self._sink.error() != QAudio.Error.NoError:
            return None
        if not self.is_on:
            return None
        return self._sink.processedUSecs() * 1000 or None

    def stop(self) -> None:
        self._refill.stop()
        if self._sink is not None:
            self._sink.reset()
            self._sink.deleteLater()
        if self._thread is not None:
            # Not waited for: reading may be in the middle of a slow disk, and keys must not be.
            self._thread.stop()
            self._ending.append(self._thread)
        self._sink, self._device, self._thread = None, None, None

    def wait(self) -> None:
        """Returns when every thread of sounds stopped so far has ended."""
        for thread in self._ending:
            thread.wait()
        self._ending.clear()

    def _write(self) -> None:
        if self._sink is None or self._device is None or self._thread is None:
            return
        data = self._thread.take(self._sink.bytesFree())
        if data:
            self._device.write(data)
