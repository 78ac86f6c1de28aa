"""The thread that decodes: what is wanted now, and ahead of it what will be wanted soon."""

import logging
import threading
import time
from pathlib import Path

import numpy as np

from bodycam_annotator.errors import Cancelled, FrameError
from bodycam_annotator.media.ahead import Task, Want, plan
from bodycam_annotator.media.frame_cache import FrameCache, cache_for
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.memory import give_back
from bodycam_annotator.media.picture import Kept

_log = logging.getLogger(__name__)

CACHE_BYTES = 208 * 1024 * 1024

SETTLED_S = 0.12
"""Longer than a held key takes to repeat: whoever waits so long looks at the picture."""


TIDY_UP = Task(target=-1)
"""Once there is nothing else to do."""


class DecodeThread:
    """Fills a cache around the frame that was wanted last.

    All but `wait` are for a caller that holds `changed`, which is notified when something that is
    wanted has come or cannot be had.

    Attributes:
        cache: the frames there are.
        failures: by ordinal, why the frame cannot be had.
        reached: the frame for which decoding went all the way last, though a newer one may be
            wanted by now.
        reader: open from the first ask on.
    """

    def __init__(
        self,
        path: Path,
        index: FrameIndex,
        changed: threading.Condition,
        *,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.cache = FrameCache(whole_bytes=cache_bytes)
        self.failures: dict[int, Exception] = {}
        self.reached: int | None = None
        self.reader = FrameReader(path, index)
        self._index = index
        self._cache_bytes = cache_bytes
        self._sized = False
        self._changed = changed
        self._want: Want | None = None
        self._stopping = False
        self._newest = -1
        self._untidy = False
        self._vain: tuple[int, Task] | None = None
        self._thread = threading.Thread(target=self._run, name="decoding")

    def start(self) -> None:
        self._thread.start()

    def want(self, want: Want) -> None:
        newer = self._want is None or want.ordinal != self._want.ordinal
        self._want = want
        if newer and not isinstance(self.failures.get(want.ordinal), FrameError):
            # A drive that was away may be back; damaged data stay damaged.
            self.failures.pop(want.ordinal, None)
        self.cache.look_at(want.ordinal, want.direction)

    def stop(self) -> None:
        self._stopping = True
        # At once: the next footage is being opened already.
        self.cache = FrameCache(whole_bytes=0)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> None:
        """Returns when the thread has ended and the file is closed."""
        self._thread.join()

    def _run(self) -> None:
        try:
            while (task := self._next()) is not None:
                if task is TIDY_UP:
                    give_back()
                    continue
                try:
                    self._do(task)
                except Cancelled:
                    continue
                except Exception as error:
                    self._give_up(task, error)
        finally:
            self.reader.close()
            give_back()

    def _next(self) -> Task | None:
        """What to do, as soon as there is something; None to end."""
        with self._changed:
            while not self._stopping:
                want = self._want
                rest = None
                if want is not None:
                    rest = want.asked_at + SETTLED_S - time.monotonic()
                    task = plan(
                        want,
                        self.cache,
                        self._index,
                        settled=rest <= 0,
                        lost=self.failures,
                        reaches=self.reader.reaches,
                    )
                    if task is not None and self._vain != (want.version, task):
                        self._vain = want.version, task
                        self._untidy = True
                        return task
                    if rest <= 0 and self._untidy:
                        self._untidy = False
                        return TIDY_UP
                self._changed.wait(rest if rest is not None and rest > 0 else None)
            return None

    def _do(self, task: Task) -> None:
        self._newest = -1
        for found, kept in self.reader.frames_to(
            task.target, cancelled=lambda: self._is_over(task)
        ):
            self._newest = max(self._newest, found)
            if found >= task.keep_from:
                self._keep(found, kept)
        if not task.serves:
            with self._changed:
                self.reached = task.target
                self._changed.notify_all()

    def _keep(self, ordinal: int, kept: Kept) -> None:
        with self._changed:
            if self._stopping:
                return
            if not self._sized:
                self._sized = True
                longest = int(np.unique(self._index.start_of, return_counts=True)[1].max())
                self.cache = cache_for(kept, longest_group=longest, nbytes=self._cache_bytes)
                if self._want is not None:
                    self.cache.look_at(self._want.ordinal, self._want.direction)
            gone = self.cache.keep(ordinal, kept)
            want = self._want
            if want is not None and 0 <= want.ordinal - ordinal <= 1:
                self._changed.notify_all()
            # Who goes forward as fast as is decoded should not wait for what lies behind.
            waits = want is not None and want.direction > 0 and want.ordinal not in self.cache
        for one, whole in gone if not waits else ():
            self._keep_reduced(one, whole)

    def _keep_reduced(self, ordinal: int, kept: Kept) -> None:
        with self._changed:
            small = self.cache.small
            place = self.cache.place_for(ordinal, kept)
        if small is None or place is None:
            return
        small.fill(place, kept)
        with self._changed:
            small.publish(place, ordinal, kept)

    def _give_up(self, task: Task, error: Exception) -> None:
        with self._changed:
            if not task.serves or isinstance(error, FrameError):
                self.failures[task.target] = error
                self._changed.notify_all()
            else:
                _log.info("not decoded ahead to frame %d: %r", task.target, error)

    def _is_over(self, task: Task) -> bool:
        """Whether something else is needed sooner than the rest of this."""
        want = self._want
        if self._stopping or want is None:
            return True
        if want.ordinal in self.cache or want.ordinal in self.failures:
            if task.serves:
                rests = time.monotonic() - want.asked_at > SETTLED_S
                blurred = want.ordinal not in self.cache.whole
                return want.direction == -task.serves or (rests and blurred)
            return want.ordinal != task.target and not want.before
        if max(self._newest + 1, task.keep_from) <= want.ordinal <= task.target:
            return False
        # In a run through the footage each picture comes, late rather than never; a jump elsewhere
        # makes what was wanted before it worthless.
        return bool(task.serves) or not want.direction
