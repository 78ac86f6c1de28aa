"""The thread that feeds a player with pictures: of the frame asked for last, the best there is."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial
from pathlib import Path

from bodycam_annotator.errors import Cancelled, UserError
from bodycam_annotator.media.ahead import LONGEST_STRIDE, Want, group_start
from bodycam_annotator.media.decode_thread import CACHE_BYTES, DecodeThread
from bodycam_annotator.media.enhance import Look, enhance, enhanced_by
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.memory import give_back
from bodycam_annotator.media.picture import Display, Picture

Delivery = Picture | Exception

GLANCE_BYTES = 8 * 1024 * 1024


class Worth(IntEnum):
    """How good an answer to an ask is; a better one replaces it."""

    NOTHING = 0
    NEARBY = 1
    SMALL = 2
    WHOLE = 3
    SMALL_ENHANCED = 4
    WHOLE_ENHANCED = 5
    FAILURE = 6


class PictureThread:
    """Shows the frame that was asked for last; asks overtaken by a newer one are dropped.

    `deliver(ordinal, result)` is called from the thread with a `Picture` or the exception that
    came instead; a `FootageError` is one the user can be told. While frames are run through, a
    picture may be `reduced` at first; once asks rest, the whole one follows.
    """

    def __init__(
        self,
        path: Path,
        index: FrameIndex,
        deliver: Callable[[int, Delivery], None],
        *,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._path, self._index = path, index
        self._deliver = deliver
        self._changed = threading.Condition()
        self._decoding = DecodeThread(path, index, self._changed, cache_bytes=cache_bytes)
        self._want: Want | None = None
        self._look: Look | None = None
        self._given = Worth.NOTHING
        self._late: int | None = None
        self._stopping = False
        self._display: Display | None = None
        self._glancing: FrameReader | None = None
        self._thread = threading.Thread(target=self._run, name="pictures")
        self._decoding.start()
        self._thread.start()

    def ask(self, ordinal: int, *, dragging: bool = False) -> None:
        """`dragging`: a picture of about there comes first, the frame itself once asks rest."""
        with self._changed:
            last = self._want
            stride = ordinal - last.ordinal if last is not None else 0
            direction = last.direction if last is not None and not stride else 0
            if 0 < abs(stride) <= LONGEST_STRIDE and not dragging:
                direction = 1 if stride > 0 else -1
            self._ask(ordinal, direction=direction, dragging=dragging)

    def set_look(self, look: Look | None) -> None:
        """What is done to see more, from the picture on screen on."""
        with self._changed:
            self._look = look
            if self._want is not None:
                self._ask(self._want.ordinal, direction=0, dragging=False)

    def stop(self) -> None:
        """Ends the threads soon; nothing is delivered once this returns."""
        with self._changed:
            self._stopping = True
            self._decoding.stop()
            self._changed.notify_all()

    @property
    def is_alive(self) -> bool:
        """Whether anything is still to be waited for."""
        return self._thread.is_alive() or self._decoding.is_alive

    def wait(self) -> None:
        """Returns when the threads have ended and the file is closed."""
        self._decoding.wait()
        self._thread.join()

    def _ask(self, ordinal: int, *, direction: int, dragging: bool) -> None:
        self._want = Want(
            ordinal=ordinal,
            version=self._want.version + 1 if self._want is not None else 0,
            asked_at=time.monotonic(),
            direction=direction,
            dragging=dragging,
            before=self._look is not None and self._look.needs_before,
        )
        self._given = Worth.NOTHING
        self._decoding.want(self._want)
        self._changed.notify_all()

    def _run(self) -> None:
        try:
            while (work := self._next()) is not None:
                try:
                    result: Delivery | None = work.make()
                except Exception as error:
                    result = error
                with self._changed:
                    if self._stopping:
                        break
                    asked = self._want is not None and self._want.version == work.version
                    if asked and (result is not None or work.worth is Worth.NEARBY):
                        self._given = max(self._given, work.worth)
                    if result is not None:
                        self._deliver(work.ordinal, result)
        finally:
            if self._glancing is not None:
                self._glancing.close()
                give_back()

    def _next(self) -> "_Work | None":
        with self._changed:
            while not self._stopping:
                work = self._work()
                if work is not None:
                    return work
                self._changed.wait()
            return None

    def _work(self) -> "_Work | None":
        """What is better than what was given already."""
        want = self._want
        if want is None:
            return None
        ordinal = want.ordinal
        if ordinal in self._decoding.cache:
            whole, look = self._best_form(ordinal)
            worth = Worth.WHOLE if whole else Worth.SMALL
            if look is not None:
                worth = Worth.WHOLE_ENHANCED if whole else Worth.SMALL_ENHANCED
            return self._if_better(worth, ordinal, partial(self._best, ordinal, whole, look))
        failure = self._decoding.failures.get(ordinal)
        if failure is not None:
            return self._if_better(Worth.FAILURE, ordinal, partial(_return, failure))
        reached = self._decoding.reached
        if want.direction and reached is not None and reached != self._late:
            self._late = reached
            return _Work(want.version, Worth.NOTHING, reached, partial(self._late_one, reached))
        if want.dragging:
            nearby = group_start(self._index, ordinal)
            return self._if_better(Worth.NEARBY, nearby, partial(self._glance, nearby))
        return None

    def _if_better(
        self, worth: Worth, ordinal: int, make: Callable[[], Delivery | None]
    ) -> "_Work | None":
        assert self._want is not None
        return _Work(self._want.version, worth, ordinal, make) if worth > self._given else None

    def _best_form(self, ordinal: int) -> tuple[bool, Look | None]:
        """Whether the frame is to be shown whole, and with which look.

        A difference needs the frame before too, both whole or both reduced.
        """
        cache, look = self._decoding.cache, self._look
        whole, before = ordinal in cache.whole, ordinal - 1
        if look is None or not look.needs_before or ordinal == 0:
            return whole, look
        if before in self._decoding.failures or (whole and before in cache.whole):
            return whole, look
        small = cache.small
        if small is not None and ordinal in small and before in small:
            return False, look
        return whole, None

    def _late_one(self, ordinal: int) -> Picture | None:
        return self._best(ordinal, ordinal in self._decoding.cache.whole, None)

    def _best(self, ordinal: int, whole: bool, look: Look | None) -> Picture | None:
        """None when it has had to go meanwhile."""
        before = None
        with self._changed:
            cache = self._decoding.cache
            find = cache.whole.get if whole else cache.reduced
            kept = find(ordinal)
            if look is not None and look.needs_before:
                before = find(ordinal - 1)
            aspect = self._decoding.reader.aspect
        if kept is None:
            return None
        if self._display is None:
            self._display = Display(aspect)
        picture = self._display.picture(
            kept,
            ordinal=ordinal,
            pts=int(self._index.pts[ordinal]),
            time_ns=int(self._index.times[ordinal]),
        )
        if look is None:
            return picture
        old = None if before is None else self._display.pixels(before)
        return replace(
            picture,
            enhanced=enhance(picture.bgra, look, before=old),
            enhanced_by=enhanced_by(picture.bgra, look, before=old),
        )

    def _glance(self, ordinal: int) -> Picture | None:
        """What cannot be glanced at is told of when the frame itself is decoded."""
        if self._glancing is None:
            self._glancing = FrameReader(
                self._path, self._index, cache_bytes=GLANCE_BYTES, one_at_a_time=True
            )
        try:
            return self._glancing.frame(ordinal, cancelled=lambda: self._stopping)
        except (Cancelled, UserError):
            return None


@dataclass(frozen=True)
class _Work:
    version: int
    worth: Worth
    ordinal: int
    make: Callable[[], Delivery | None]


def _return(failure: Exception) -> Exception:
    return failure
