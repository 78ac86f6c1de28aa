"""Decoding one video stream from any packet on, each picture known by its packet's number."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bodycam_annotator.errors import OutdatedError
from bodycam_annotator.media.container import (
    MAX_PIXELS,
    choose_video,
    open_container,
    packets_of,
    read_only,
)
from bodycam_annotator.media.packets import Packets, VideoPacket

SEEK_TRIES = 3
TS_MARGIN_S = 1
"""MPEG-TS is searched by time and lands on any packet near; begin that much earlier."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A picture and the number of the packet it came from."""

    packet: int
    frame: VideoFrame


class Decoder:
    """Feeds packets in decoding order, from a chosen one to the end of the stream.

    Pictures are matched to packets by a mark that the decoder hands through, never by counting
    or by time. Not for use by two threads at once; `close` it.

    Attributes:
        fed: number of the next packet to be decoded.
        aspect: width of a stored pixel in heights; None when the file does not say.
        broken: the last packet that could not be decoded; None when all could.
    """

    def __init__(
        self, path: Path, packets: Packets, *, stream: int, one_at_a_time: bool = False
    ) -> None:
        """`one_at_a_time`: threads share the work on one picture, and none is held back."""
        self._path = path
        self._packets = packets
        self._stream_number = stream
        self._threads: Literal["SLICE", "AUTO"] = "SLICE" if one_at_a_time else "AUTO"
        self._container: InputContainer | None = None
        self._incoming: Iterator[VideoPacket] = iter(())
        self.fed = 0
        self.aspect: Fraction | None = None
        self.broken: int | None = None
        self._state = _state_of(path)

    def begin_at(self, number: int) -> None:
        """Makes packet `number` the next to be decoded, with a decoder that knows nothing else.

        Raises `FootageError` when the file is no longer what was indexed.
        """
        self.broken = None
        now = _state_of(self._path)
        if self._state is not None and now is not None and now != self._state:
            raise OutdatedError(f"{self._path} has changed since it was opened; open it again.")
        if self._container is None:
            self._reopen()
            if number == 0:
                return
        if not self._seek(number):
            self._reopen()
            self._skip_to(number)

    def read(self) -> list[Decoded] | None:
        """The pictures that one more packet brings out, in presentation order; None at the end.

        A packet that cannot be decoded brings out nothing.
        """
        packet = next(self._incoming, None)
        if packet is None:
            return None
        if packet.size:
            self._check(packet)
            # A new object each time: PyAV keeps marks by id(), and numbers share theirs.
            packet.opaque = (self.fed,)
            self.fed += 1
        try:
            frames = packet.decode()
        except av.FFmpegError:
            self.broken = self.fed - 1
            return []
        return [
            Decoded(packet=frame.opaque[0], frame=frame)
            for frame in frames
            if isinstance(frame.opaque, tuple)
        ]

    def close(self) -> None:
        self._incoming = iter(())
        if self._container is None:
            return
        stream = self._container.streams[self._stream_number]
        if isinstance(stream, VideoStream) and getattr(stream, "codec_context", None):
            # Closing waits for the decoder's threads and holds the interpreter's lock; a thread
            # that lets go of a marked packet needs that lock. Flushing waits without holding it.
            stream.codec_context.flush_buffers()
        self._container.close()
        self._container = None

    def _reopen(self) -> VideoStream:
        self.close()
        self._container = open_container(self._path)
        stream = choose_video(self._container, self._path, stream=self._stream_number)
        read_only(stream)
        self.aspect = stream.sample_aspect_ratio
        stream.thread_type = self._threads
        stream.codec_context.copy_opaque = True
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        self._incoming = self._demux(stream)
        self.fed = 0
        return stream

    def _demux(self, stream: VideoStream) -> Iterator[VideoPacket]:
        """A file that breaks off ends there, as it did when it was indexed."""
        try:
            yield from packets_of(stream)
        except av.FFmpegError:
            return

    def _seek(self, number: int) -> bool:
        """Whether the packet could be reached; after False the decoder must be reopened."""
        assert self._container is not None
        stream = choose_video(self._container, self._path, stream=self._stream_number)
        keys = np.flatnonzero(self._packets.key[: number + 1])
        for target in [number, *keys[-2 : -SEEK_TRIES - 1 : -1]]:
            try:
                self._container.seek(self._seek_time(int(target)), stream=stream)
            except (av.FFmpegError, OSError):
                return False
            self._incoming = self._demux(stream)
            if self._catch_up(number):
                return True
        return False

    def _seek_time(self, number: int) -> int:
        assert self._container is not None
        if "matroska" in self._container.format.name:
            return int(self._packets.pts[number])
        if "mpegts" in self._container.format.name:
            base = self._container.streams[self._stream_number].time_base
            assert base is not None
            return int(self._packets.dts[number] - TS_MARGIN_S / base)
        return int(self._packets.dts[number])

    def _catch_up(self, number: int) -> bool:
        """Reads on, undecoded, until packet `number` is next; False when it lies behind."""
        for packet in self._incoming:
            found = self._packets.find(packet) if packet.size else None
            if found is None:
                continue
            if found > number:
                return False
            self.fed = found
            self._incoming = _with_first(packet, self._incoming)
            self._skip_to(number)
            return True
        return False

    def _skip_to(self, number: int) -> None:
        for packet in self._incoming:
            if not packet.size:
                continue
            self._check(packet)
            if self.fed == number:
                self._incoming = _with_first(packet, self._incoming)
                return
            self.fed += 1
        raise OutdatedError(f"{self._path} is shorter than when it was opened; open it again.")

    def _check(self, packet: VideoPacket) -> None:
        if self.fed >= len(self._packets) or not self._packets.is_packet(self.fed, packet):
            raise OutdatedError(f"{self._path} has changed since it was opened; open it again.")


def _state_of(path: Path) -> tuple[int, int] | None:
    """Size and time of change; None when the file cannot be looked at: opening it says why."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _with_first(packet: VideoPacket, rest: Iterator[VideoPacket]) -> Iterator[VideoPacket]:
    yield packet
    yield from rest
