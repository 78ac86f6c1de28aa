"""Threads that feed a player: one decodes the newest picture asked for, one reads sound ahead."""

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, Full, Queue

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.audio import AudioTrack, samples_from
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.picture import Picture

Delivery = Picture | Exception


class PictureThread:
    """Decodes the frame that was asked for last; asks overtaken by a newer one are dropped.

    `deliver(ordinal, result)` is called from the thread with a `Picture` or the exception that
    came instead; a `FootageError` is one the user can be told.
    """

    def __init__(
        self, open_reader: Callable[[], FrameReader], deliver: Callable[[int, Delivery], None]
    ) -> None:
        self._open_reader = open_reader
        self._deliver = deliver
        self._asked: int | None = None
        self._stopping = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="pictures")
        self._thread.start()

    def ask(self, ordinal: int) -> None:
        with self._wake:
            self._asked = ordinal
            self._wake.notify()

    def stop(self) -> None:
        """Ends the thread soon; nothing is delivered once this returns."""
        with self._wake:
            self._stopping = True
            self._wake.notify()

    def wait(self) -> None:
        """Returns when the thread has ended and the file is closed."""
        self._thread.join()

    def _is_stopping(self) -> bool:
        return self._stopping

    def _next(self) -> int | None:
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._asked is not None)
            asked, self._asked = self._asked, None
            return None if self._stopping else asked

    def _run(self) -> None:
        reader: FrameReader | None = None
        try:
            while (ordinal := self._next()) is not None:
                try:
                    reader = reader or self._open_reader()
                    result: Delivery = reader.frame(ordinal, cancelled=self._is_stopping)
                except Cancelled:
                    break
                except Exception as error:
                    result = error
                with self._wake:
                    if not self._stopping:
                        self._deliver(ordinal, result)
        finally:
            if reader is not None:
                reader.close()


class SoundThread:
    """Reads sound ahead from one time on, as 16-bit stereo at 48 kHz.

    Attributes:
        ended: set when the track is over or cannot be read further.
    """

    AHEAD = 24

    def __init__(self, path: Path, track: AudioTrack, *, time_ns: int) -> None:
        self.ended = threading.Event()
        self._blocks: Queue[bytes] = Queue(maxsize=self.AHEAD)
        self._rest = b""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(path, track, time_ns), name="sound")
        self._thread.start()

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

    def _run(self, path: Path, track: AudioTrack, time_ns: int) -> None:
        blocks = samples_from(path, track, time_ns=time_ns)
        # Sound that breaks off leaves the picture playing; `ended` says so.
        try:
            with suppress(FootageError), closing(blocks):
                for block in blocks:
                    if not self._put(block.tobytes()):
                        break
        finally:
            self.ended.set()

    def _put(self, data: bytes) -> bool:
        while not self._stopping.is_set():
            try:
                self._blocks.put(data, timeout=0.05)
            except Full:
                continue
            return True
        return False
