"""The thread that feeds a player with sound: it reads ahead of what is played."""

import threading
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, Full, Queue

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack, samples_from


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
