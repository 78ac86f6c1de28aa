"""A thread that does one thing after another."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

from bodycam_annotator.errors import Cancelled

T = TypeVar("T")


class Owner:
    """As an executor of one thread, but one that never keeps the program from ending: a network
    folder may not answer for hours."""

    def __init__(self, name: str) -> None:
        self._stopped = False
        self._lock = threading.Lock()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Fails with `Cancelled` once it is stopped."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                result = work()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._lock:
            if self._stopped:
                future.set_exception(Cancelled())
            else:
                self._work.put(run)
        return future

    def stop(self, *, seconds: float) -> bool:
        """Whether all that was asked is done; waits so long for it."""
        with self._lock:
            self._stopped = True
            self._work.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            del work
