"""Exactly the frame that was asked for; frames decoded on the way are kept for the next."""

from collections import OrderedDict
from pathlib import Path
from types import TracebackType

import numpy as np
from av.video.frame import VideoFrame

from bodycam_annotator.errors import Cancelled, FrameError
from bodycam_annotator.media.decoder import Decoded, Decoder
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture, display_pixels
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
    """

    def __init__(self, path: Path, index: FrameIndex, *, cache_bytes: int = CACHE_BYTES) -> None:
        self.index = index
        self._path = path
        self._decoder = Decoder(path, index.packets, stream=index.stream)
        self._ordinal_of = np.full(len(index.packets), -1, dtype=np.int64)
        self._ordinal_of[index.packet_of] = np.arange(len(index))
        self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
        self._cache_bytes = cache_bytes
        self._damaged: set[int] = set()
        self._doubtful: set[int] = set()
        self._run_start: int | None = None
        self._run_newest = -1
        self._run_broken: int | None = None
        self._cancelled: Asked | None = None

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
        self._cache.clear()
        self._run_start = None

    def frame(self, ordinal: int, *, cancelled: Asked | None = None) -> Picture:
        """The picture of that frame, as displayed.

        Raises `FootageError` when there is no such frame or the file has changed, `FrameError`
        when the frame cannot be decoded, `Cancelled` when asked to stop.
        """
        self._cancelled = cancelled
        index = self.index
        index.checked(ordinal)
        frame = self._cache.get(ordinal)
        if frame is None:
            frame = self._decoded(ordinal)
        else:
            self._cache.move_to_end(ordinal)
        bgra = display_pixels(frame, aspect=self._decoder.aspect)
        return Picture(
            ordinal=ordinal,
            pts=int(index.pts[ordinal]),
            time_ns=int(index.times[ordinal]),
            bgra=bgra,
            width=bgra.shape[1],
            height=bgra.shape[0],
            doubtful=ordinal in self._doubtful,
        )

    def frame_at(self, time_ns: int) -> Picture:
        """The picture on screen at that time on the footage's own clock."""
        return self.frame(self.index.ordinal_at(time_ns))

    def _decoded(self, ordinal: int) -> VideoFrame:
        if ordinal not in self._damaged:
            if self._reaches(ordinal):
                frame = self._read_to(ordinal)
                if frame is not None:
                    return frame
            for start in self._starts(ordinal):
                self._begin(start)
                frame = self._read_to(ordinal)
                if frame is not None:
                    return frame
            self._damaged.add(ordinal)
        raise FrameError(
            f"Frame {ordinal} of {self._path.name} cannot be decoded: its data are damaged. "
            "Step on to the next frame; tags and times are not affected."
        )

    def _reaches(self, ordinal: int) -> bool:
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

    def _read_to(self, ordinal: int) -> VideoFrame | None:
        """Keeps what comes out until the frame does; None when it should have come but did not."""
        assert self._run_start is not None
        run_first = int(self._ordinal_of[self._run_start])
        give_up = int(self.index.packet_of[ordinal]) + PATIENCE
        wanted: VideoFrame | None = None
        while wanted is None and self._decoder.fed <= give_up:
            if self._cancelled is not None and self._cancelled():
                raise Cancelled
            start, self._run_start = self._run_start, None
            decoded = self._decoder.read()
            if decoded is None:
                break
            self._run_start = start
            for one in decoded:
                found = int(self._ordinal_of[one.packet])
                self._run_newest = max(self._run_newest, found)
                # Pictures shown before the keyframe that decoding began at may lack what they
                # build on; those of hidden packets have no ordinal.
                if found < 0 or found < run_first or self._is_damaged(one, found):
                    continue
                self._keep(found, one.frame)
                if found == ordinal:
                    wanted = one.frame
        return wanted

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

    def _keep(self, ordinal: int, frame: VideoFrame) -> None:
        self._cache[ordinal] = frame
        self._cache.move_to_end(ordinal)
        room = max(2, self._cache_bytes // max(frame_bytes(frame), 1))
        while len(self._cache) > room:
            self._cache.popitem(last=False)


def frame_bytes(frame: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)
