"""Asks a picture thread as a player does, and judges every picture that it delivers."""

import threading
from types import TracebackType

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.picture_thread import Delivery, PictureThread
from tests.barcode import read_barcode
from tests.media_factory import Made

PATIENCE_S = 30


class Asker:
    """Remembers what came: `delivered` in order, and as `wrong` what shows another frame."""

    def __init__(
        self, made: Made, index: FrameIndex, *, cache_bytes: int, damaged: bool = False
    ) -> None:
        """`damaged`: what pictures show is not known, nor whether there are any."""
        self._made, self._damaged = made, damaged
        self._came = threading.Condition()
        self.delivered: list[tuple[int, Delivery]] = []
        self.wrong: list[str] = []
        self._asked = -1
        self.thread = PictureThread(made.path, index, self._take, cache_bytes=cache_bytes)

    def __enter__(self) -> "Asker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.thread.stop()
        self.thread.wait()

    def ask(self, ordinal: int, *, whole: bool = False, dragging: bool = False) -> Delivery:
        """The first answer about that frame; with `whole`, the first with all its pixels."""
        with self._came:
            since, self._asked = len(self.delivered), ordinal
            self.thread.ask(ordinal, dragging=dragging)
            return self._wait(since, ordinal, whole=whole)

    def ask_enhanced(self, ordinal: int) -> Picture:
        """The whole picture with what is done to see more."""
        with self._came:
            since = len(self.delivered)
            self.thread.ask(ordinal)

            def found() -> Picture | None:
                for _, one in self.delivered[since:]:
                    if isinstance(one, Picture) and one.enhanced is not None and not one.reduced:
                        return one
                return None

            result = self._came.wait_for(found, PATIENCE_S)
            assert result is not None, f"frame {ordinal} never came enhanced"
            assert result.ordinal == ordinal
            return result

    def nearby(self, ordinal: int) -> Delivery:
        """The first answer while the seek bar is dragged there, but for what still comes of the
        frame that was asked for before."""
        with self._came:
            since, before, self._asked = len(self.delivered), self._asked, ordinal
            self.thread.ask(ordinal, dragging=True)

            def found() -> Delivery | None:
                came = self.delivered[since:]
                return next((one for about, one in came if about != before), None)

            result = self._came.wait_for(found, PATIENCE_S)
            assert result is not None, f"nothing came near frame {ordinal}"
            return result

    def wait_for(self, ordinal: int) -> Delivery:
        """The whole picture of what was asked for before."""
        with self._came:
            return self._wait(0, ordinal, whole=True)

    def _wait(self, since: int, ordinal: int, *, whole: bool) -> Delivery:
        def found() -> Delivery | None:
            for about, result in self.delivered[since:]:
                if about == ordinal and not (
                    whole and isinstance(result, Picture) and result.reduced
                ):
                    return result
            return None

        result = self._came.wait_for(found, PATIENCE_S)
        assert result is not None, f"frame {ordinal} never came"
        return result

    def _take(self, ordinal: int, result: Delivery) -> None:
        with self._came:
            self.wrong += self._faults(ordinal, result)
            self.delivered.append((ordinal, result))
            self._came.notify_all()

    def _faults(self, ordinal: int, result: Delivery) -> list[str]:
        made = self._made
        if isinstance(result, Exception):
            excused = self._damaged or ordinal in made.lost or ordinal in made.doubtful
            return [] if excused and isinstance(result, FootageError) else [f"{result!r}"]
        faults = []
        if result.ordinal != ordinal:
            faults.append(f"{ordinal} came as {result.ordinal}")
        if self._damaged:
            return faults
        if ordinal not in made.unrecorded and result.pts != made.pts[ordinal]:
            faults.append(f"{ordinal} has PTS {result.pts}")
        if ordinal not in made.doubtful:
            try:
                seen = read_barcode(result.bgra)
            except AssertionError as error:
                return [*faults, f"{ordinal}: {error}"]
            if seen != made.barcodes[ordinal]:
                faults.append(f"{ordinal} shows {seen}")
        return faults
