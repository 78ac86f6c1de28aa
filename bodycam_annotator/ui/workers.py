"""Jobs: long work off the window's thread, with progress, and stopped when asked."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.errors import Cancelled, UserError
from bodycam_annotator.media.memory import give_back

_log = logging.getLogger(__name__)

Work = Callable[[Callable[[float], None], Callable[[], bool]], Any]
"""Work gets `progress(share)` and `cancelled()`, and returns what `done` carries."""


class Job(QObject):
    """One piece of work in a thread of its own. Signals arrive in the window's thread.

    Attributes:
        label: what is being done, for people.
        opens: shows more of it, where there is more.
    """

    progressed = pyqtSignal(float)
    done = pyqtSignal(object)
    failed = pyqtSignal(str)
    ended = pyqtSignal()

    def __init__(
        self,
        label: str,
        work: Work,
        *,
        parent: QObject,
        opens: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.label, self.opens = label, opens
        self._work = work
        self._cancelled = threading.Event()
        self._shown = -1
        self._thread = threading.Thread(target=self._run, name=f"job: {label}")

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        self._cancelled.set()

    def wait(self) -> None:
        """Returns when the work has ended."""
        self._thread.join()

    def _progress(self, share: float) -> None:
        percent = int(share * 100)
        if percent != self._shown:
            self._shown = percent
            self.progressed.emit(share)

    def _run(self) -> None:
        try:
            result = self._work(self._progress, self._cancelled.is_set)
        except Cancelled:
            _log.info("stopped: %s", self.label)
        except UserError as error:
            self.failed.emit(str(error))
        except Exception as error:
            _log.exception("a bug of ours in the job %r", self.label)
            self.failed.emit(f"{self.label} failed because of a fault in this program: {error!r}")
        else:
            self.done.emit(result)
        finally:
            self.ended.emit()
            give_back()
