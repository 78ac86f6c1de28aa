"""Exactly the frame that was asked for, and those that are decoded on the way to it."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import numpy as np

from bodycam_annotator.errors import Cancelled, FrameError
from bodycam_annotator.media.decoder import Decoded, Decoder
from bodycam_annotator.media.frame_cache import FrameCache
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Display, Keeping, Kept, Picture
from bodycam_annotator.progress import Asked

CACHE_BYTES = 320 * 1024 * 1024

PATIENCE = 40
"""Packets read past a frame's own before it is given up: reordering (16) and threads (16) delay."""

EARLIER_TRIES = 3
"""Keyframes further back that are tried for a frame that does not come out of its own."""


class FrameReader:
    """Frames of one footage by ordinal. Not for use by two threads at once; `close` it.

    Attributes:
        index: the frames there are.
        damaged: ordinals of frames that were found not to come out of the decoder.
    """

    def __init__(
        self,
        path: Path,
        index: FrameIndex,
        *,
        cache_bytes: int = CACHE_BYTES,
        one_at_a_time: bool = False,
    ) -> None:
        """`one_at_a_time`: slower at frames in a row, quicker at a single one."""
        self.index = index
        self.damaged: set[int] = set()
        self._path = path
        self._decoder = Decoder(
            path, index.packets, stream=index.stream, one_at_a_time=one_at_a_time
        )
        self._ordinal_of = np.full(len(index.packets), -1, dtype=np.int64)
        self._ordinal_of[index.packet_of] = np.arange(len(index))
        self._cache = FrameCache(whole_bytes=cache_bytes)
        self._keeping = Keeping()
        self._display: Display | None = None
        self._doubtful: set[int] = set()
        self._run_start: int | None = None
        self._run_newest = -1
        self._run_broken: int | None = None

    def __enter__(self) -> "FrameReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._decoder.close()
        self._cache.whole.clear()
        self._run_start = None

    def frame(self, ordinal: int, *, cancelled: Asked | None = None) -> Picture:
        """The picture of that frame, as displayed; frames decoded on the way are kept.

        Raises as `kept` does.
        """
        return self.picture(ordinal, self.kept(ordinal, cancelled=cancelled))

    def kept(self, ordinal: int, *, cancelled: Asked | None = None) -> Kept:
        """That frame as it came out of the decoder.

        Raises `FootageError` when there is no such frame or the file has changed, `FrameError`
        when the frame cannot be decoded, `Cancelled` when asked to stop.
        """
        self.index.checked(ordinal)
        self._cache.look_at(ordinal)
        kept = self._cache.best(ordinal)
        if kept is None:
            for found, one in self.frames_to(ordinal, cancelled=cancelled):
                self._cache.keep(found, one)
                kept = one if found == ordinal else kept
        assert kept is not None
        return kept

    def frame_at(self, time_ns: int) -> Picture:
        """The picture on screen at that time on the footage's own clock."""
        return self.frame(self.index.ordinal_at(time_ns))

    def picture(self, ordinal: int, kept: Kept) -> Picture:
        """What `frames_to` gave for that ordinal, as displayed."""
        if self._display is None:
            self._display = Display(self.aspect)
        return self._display.picture(
            kept,
            ordinal=ordinal,
            pts=int(self.index.pts[ordinal]),
            time_ns=int(self.index.times[ordinal]),
        )

    @property
    def aspect(self) -> Fraction | None:
        """The width of a stored pixel in heights, once a frame has been decoded."""
        return self._decoder.aspect

    def frames_to(
        self, ordinal: int, *, cancelled: Asked | None = None
    ) -> Iterator[tuple[int, Kept]]:
        """Every frame that is decoded on the way to that one, and what comes with it.

        Goes on from where the decoder stands where that is sooner than from the frame's keyframe.
        May be left off. Raises as `kept` does.
        """
        if ordinal not in self.damaged:
            starts = self._starts(ordinal)
            for start in [None, *starts] if self.reaches(ordinal) else starts:
                if start is not None:
                    self._begin(start)
                for good in self._read_to(ordinal, cancelled):
                    yield from good
                    if any(found == ordinal for found, _ in good):
                        return
            self.damaged.add(ordinal)
        raise FrameError(
            f"Frame {ordinal} of {self._path.name} cannot be decoded: its data are damaged. "
            "Step on to the next frame; tags and times are not affected."
        )

    def reaches(self, ordinal: int) -> bool:
        """Whether reading on from where the decoder stands gets there, and sooner than a seek."""
        start = int(self.index.start_of[ordinal])
        return (
            self._run_start is not None
            and ordinal > self._run_newest
            and self._run_start <= start <= self._decoder.fed
        )

    def _starts(self, ordinal: int) -> list[int]:
        """Packets to begin at: the frame's own keyframe, then earlier ones, at last the first."""
        own = int(self.index.start_of[ordinal])
        keys = np.flatnonzero(self.index.packets.key[:own])[::-1][:EARLIER_TRIES]
        return list(dict.fromkeys([own, *(int(key) for key in keys)]))

    def _begin(self, start: int) -> None:
        # Forgotten first, so that a failing seek is never taken for a place to read on from.
        self._run_start = None
        self._decoder.begin_at(start)
        self._run_start = start
        self._run_newest = -1
        self._run_broken = None

    def _read_to(self, ordinal: int, cancelled: Asked | None) -> Iterator[list[tuple[int, Kept]]]:
        """What each packet brings out until the frame has come, or should have but did not."""
        assert self._run_start is not None
        run_first = int(self._ordinal_of[self._run_start])
        give_up = int(self.index.packet_of[ordinal]) + PATIENCE
        while self._decoder.fed <= give_up:
            if cancelled is not None and cancelled():
                raise Cancelled
            # Forgotten meanwhile, so that a failing read is never taken for a place to go on from.
            start, self._run_start = self._run_start, None
            decoded = self._decoder.read()
            if decoded is None:
                return
            self._run_start = start
            yield self._good(decoded, run_first)

    def _good(self, decoded: list[Decoded], run_first: int) -> list[tuple[int, Kept]]:
        good = []
        for one in decoded:
            found = int(self._ordinal_of[one.packet])
            self._run_newest = max(self._run_newest, found)
            # Pictures shown before the keyframe that decoding began at may lack what they build
            # on; those of hidden packets have no ordinal.
            if found < 0 or found < run_first or self._is_damaged(one, found):
                continue
            good.append((found, self._keeping.keep(one.frame, doubtful=found in self._doubtful)))
        return good

    def _is_damaged(self, one: Decoded, ordinal: int) -> bool:
        """Notes what a damaged picture casts doubt on: all that is decoded later, to a keyframe."""
        if self._decoder.broken is not None:
            self._run_broken = max(self._decoder.broken, self._run_broken or 0)
        if one.frame.is_corrupt:
            self._run_broken = max(one.packet, self._run_broken or 0)
            return True
        since = self._run_broken
        if since is not None and one.packet > since:
            if self.index.packets.key[since + 1 : one.packet + 1].any():
                self._doubtful.discard(ordinal)
            else:
                self._doubtful.add(ordinal)
        return False
