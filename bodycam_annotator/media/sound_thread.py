"""The thread that feeds a player with sound: it reads ahead of what is played."""

import threading
from collections.abc import Generator
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, Full, Queue

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack, Span
from bodycam_annotator.media.listening_filters import Hearing, Samples
from bodycam_annotator.media.playback import (
    AS_IT_IS,
    Channels,
    samples_from,
    samples_of_span,
)


class SoundThread:
    """Reads sound ahead from one time on, as 16-bit stereo at 48 kHz.

    With `span` only to its end, and with `loops` from its start again and again.
    """

    AHEAD = 24

    def __init__(
        self,
        path: Path,
        track: AudioTrack,
        *,
        time_ns: int,
        span: Span | None = None,
        loops: bool = False,
        channels: Channels = "all",
        hearing: Hearing = AS_IT_IS,
    ) -> None:
        self._ended = threading.Event()
        self._blocks: Queue[bytes] = Queue(maxsize=self.AHEAD)
        self._rest = b""
        self._stopping = threading.Event()
        if span is None:
            blocks = samples_from(path, track, time_ns=time_ns, channels=channels, hearing=hearing)
        else:
            blocks = samples_of_span(
                path,
                track,
                span,
                channels=channels,
                hearing=hearing,
                loops=loops,
                from_ns=time_ns,
            )
        self._thread = threading.Thread(target=self._run, args=(blocks,), name="sound")
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the track is over, or cannot be read further, and all of it was taken."""
        return self._ended.is_set() and not self._rest and self._blocks.empty()

    @property
    def is_alive(self) -> bool:
        """Whether the file may still be open."""
        return self._thread.is_alive()

    def take(self, size: int) -> bytes:
        """Up to `size` bytes, at once; fewer when no more has been read yet."""
        while len(self._rest) < size:
            try:
                self._rest += self._blocks.get_nowait()
            except Empty:
                break
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def stop(self) -> None:
        """Ends the thread soon."""
        self._stopping.set()

    def wait(self) -> None:
        """Returns when the thread has ended and the file is closed."""
        self._thread.join()

    def _run(self, blocks: Generator[Samples]) -> None:
        # Sound that breaks off leaves the picture playing; `is_over` says so.
        try:
            with suppress(FootageError), closing(blocks):
                for block in blocks:
                    if not self._put(block.tobytes()):
                        break
        finally:
            self._ended.set()

    def _put(self, data: bytes) -> bool:
        while not self._stopping.is_set():
            try:
                self._blocks.put(data, timeout=0.05)
            except Full:
                continue
            return True
        return False
