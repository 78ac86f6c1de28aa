"""The thread that feeds a player with pictures: it decodes the newest one asked for."""

import threading
from collections.abc import Callable

from bodycam_annotator.errors import Cancelled
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
