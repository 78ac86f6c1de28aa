"""An iterator that runs in a thread of its own, a few items ahead of who takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

_WAIT_S = 0.1
"""How long a thread that nobody takes from goes on unawares."""


@contextmanager
def ahead_of(items: Iterator[T], *, depth: int, name: str) -> Iterator[Iterator[T]]:
    """The items, of which `depth` may wait; what `items` raises is raised where they are taken.

    At the end of the block the thread has ended too, whether or not all was taken.
    """
    reading = _Reading(items, depth)
    thread = Thread(target=reading.run, name=name)
    thread.start()
    try:
        yield reading.taken()
    finally:
        reading.stop.set()
        thread.join()


class _Reading(Generic[T]):
    def __init__(self, items: Iterator[T], depth: int) -> None:
        self._items = items
        self._queue: Queue[tuple[T] | BaseException | None] = Queue(depth)
        self.stop = Event()

    def run(self) -> None:
        try:
            for item in self._items:
                if not self._put((item,)):
                    return
            self._put(None)
        except BaseException as error:
            self._put(error)

    def taken(self) -> Iterator[T]:
        while True:
            try:
                item = self._queue.get(timeout=_WAIT_S)
            except Empty:
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item[0]

    def _put(self, item: tuple[T] | BaseException | None) -> bool:
        while not self.stop.is_set():
            try:
                self._queue.put(item, timeout=_WAIT_S)
            except Full:
                continue
            return True
        return False
