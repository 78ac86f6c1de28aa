"""Pictures from the threads that decode them to the window: only the newest, and in its thread."""

import threading
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.media.enhance import Look
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture_thread import Delivery, PictureThread


class PictureFeed(QObject):
    """The pictures of one footage at a time.

    Signals: `came` carries an ordinal and its `Delivery`.
    """

    came = pyqtSignal(int, object)
    _arrived = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures: PictureThread | None = None
        self._ending: list[PictureThread] = []
        self._look: Look | None = None
        self._lock = threading.Lock()
        self._newest: tuple[int, Delivery] | None = None
        self._arrived.connect(self._take)

    def load(self, path: Path, index: FrameIndex) -> None:
        """Another footage, where none is loaded."""
        self._pictures = PictureThread(path, index, self._deliver)
        self._pictures.set_look(self._look)

    def unload(self) -> None:
        """Closes the footage, without waiting for what is being decoded; see `wait`."""
        if self._pictures is not None:
            self._pictures.stop()
            self._ending = [one for one in self._ending if one.is_alive]
            self._ending.append(self._pictures)
        with self._lock:
            self._newest = None
        self._pictures = None

    def wait(self) -> None:
        """Returns when every file of what was unloaded is closed."""
        for pictures in self._ending:
            pictures.wait()
        self._ending.clear()

    def ask(self, ordinal: int, *, dragging: bool = False) -> None:
        if self._pictures is not None:
            self._pictures.ask(ordinal, dragging=dragging)

    def set_look(self, look: Look | None) -> None:
        self._look = look
        if self._pictures is not None:
            self._pictures.set_look(look)

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
        if newest is not None and self._pictures is not None:
            self.came.emit(*newest)
