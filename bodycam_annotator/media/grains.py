"""Scrubbing: a short grain of sound wherever the hand is."""

import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.listening_filters import Hearing, Samples
from bodycam_annotator.media.playback import AS_IT_IS, PLAYBACK_RATE, Channels, PlaceReader

GRAIN_SAMPLES = PLAYBACK_RATE * 80 // 1000
"""Long enough to tell a voice from a bang, short enough to follow the hand."""

FADE = PLAYBACK_RATE * 8 // 1000
"""Samples over which a grain comes and goes, so that it does not click."""

FRAME_BYTES = 4


class GrainThread:
    """Gives sound without end: the grain of the place asked for last, and silence.

    It is used as a `SoundThread` is; a new grain takes the place of one that still sounds.
    """

    is_over = False

    def __init__(
        self,
        path: Path,
        track: AudioTrack,
        *,
        channels: Channels = "all",
        hearing: Hearing = AS_IT_IS,
    ) -> None:
        # A grain sounds as fast as it was recorded, however fast the footage is played.
        own = replace(hearing, speed=1.0)
        self._reader = PlaceReader(path, track, channels=channels, hearing=own)
        self._changed = threading.Condition()
        self._wanted: int | None = None
        self._fresh: Samples | None = None
        self._rest = np.zeros((0, 2), dtype=np.int16)
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="grains")
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the file may still be open."""
        return self._thread.is_alive()

    def ask(self, time_ns: int) -> None:
        """For the grain that begins then; the newest place wins."""
        with self._changed:
            self._wanted = time_ns
            self._changed.notify()

    def take(self, size: int) -> bytes:
        """Exactly `size` bytes, rounded down to whole samples, at once."""
        with self._changed:
            fresh, self._fresh = self._fresh, None
        if fresh is not None:
            self._rest = _over(self._rest, fresh)
        count = size // FRAME_BYTES
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken.tobytes() + bytes((count - len(taken)) * FRAME_BYTES)

    def stop(self) -> None:
        """Ends the thread soon."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def wait(self) -> None:
        """Returns when the thread has ended and the file is closed."""
        self._thread.join()

    def _run(self) -> None:
        with closing(self._reader):
            for time_ns in self._places():
                # A place that cannot be read is silent; the next one may be heard.
                with suppress(FootageError):
                    grain = faded(self._reader.read(time_ns, GRAIN_SAMPLES))
                    with self._changed:
                        self._fresh = grain

    def _places(self) -> Iterator[int]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._wanted is not None)
                if self._stopped or self._wanted is None:
                    return
                place, self._wanted = self._wanted, None
            yield place


def faded(sound: Samples) -> Samples:
    """`sound` (samples, 2) with a beginning and an end that rise from and fall to nothing."""
    shape = np.ones(len(sound))
    fade = min(FADE, len(sound) // 2)
    rise = (1 - np.cos(np.pi * (np.arange(fade) + 0.5) / max(fade, 1))) / 2
    shape[:fade] = rise
    shape[len(sound) - fade :] = rise[::-1]
    return np.rint(sound * shape[:, np.newaxis]).astype(np.int16)


def _over(rest: Samples, fresh: Samples) -> Samples:
    """`fresh`, under whose rise what is left of the grain before fades away."""
    count = min(len(rest), FADE, len(fresh))
    fall = (1 + np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))) / 2
    mixed = fresh.astype(np.int32)
    mixed[:count] += np.rint(rest[:count] * fall[:, np.newaxis]).astype(np.int32)
    return np.clip(mixed, -32768, 32767).astype(np.int16)
