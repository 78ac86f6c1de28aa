"""The packets of one video stream, in the order in which they are decoded."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bodycam_annotator.errors import Cancelled
from bodycam_annotator.media.container import opened, packets_of, read_only
from bodycam_annotator.media.keyframes import READABLE, has_b_picture, starts_anew
from bodycam_annotator.progress import Asked, Progress

REPORT_EVERY = 512

WITHOUT_PTS = frozenset({"avi", "asf", "mxf"})
"""Containers of decoding times only, from which FFmpeg makes up presentation times."""

VideoPacket: TypeAlias = "Packet[VideoStream]"


@dataclass(frozen=True, kw_only=True)
class Packets:
    """Arrays by packet number; `pts` and `duration` in ticks, `position` in bytes (-1: unknown).

    `pts` is filled from the decoding time where the file gives no presentation time; `timeless`
    marks packets that have neither. `discard` marks what an edit list hides. `key`: decoding can
    begin here. `derived`: the container has no presentation times, FFmpeg made these up.
    `b_pictures`: such a container was found to hold pictures that may be shown out of turn.
    """

    pts: NDArray[np.int64]
    duration: NDArray[np.int64]
    position: NDArray[np.int64]
    size: NDArray[np.int64]
    key: NDArray[np.bool_]
    discard: NDArray[np.bool_]
    timeless: NDArray[np.bool_]
    dts: NDArray[np.int64]
    oddities: tuple[str, ...] = ()
    derived: bool = False
    b_pictures: bool = False

    def __len__(self) -> int:
        return len(self.pts)

    def is_packet(self, number: int, packet: VideoPacket) -> bool:
        """Whether `packet`, just read, is the one with that number."""
        if packet.size != self.size[number]:
            return False
        place = self.position[number]
        return packet.pos is None or place < 0 or bool(packet.pos == place)

    def find(self, packet: VideoPacket) -> int | None:
        """The number of `packet`, just read after a seek; None when it cannot be told."""
        same = self.size == packet.size
        if packet.pos is not None and packet.pos >= 0:
            same &= self.position == packet.pos
        found = np.flatnonzero(same)
        if len(found) > 1 and packet.pts is not None:
            found = found[self.pts[found] == packet.pts]
        return int(found[0]) if len(found) == 1 else None


@dataclass
class _Reading:
    reorders: bool
    pts: list[int] = field(default_factory=list)
    duration: list[int] = field(default_factory=list)
    position: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    key: list[bool] = field(default_factory=list)
    entry: list[bool | None] = field(default_factory=list)
    discard: list[bool] = field(default_factory=list)
    timeless: list[bool] = field(default_factory=list)
    dts: list[int] = field(default_factory=list)
    without_pts: int = 0
    derived: bool = False
    b_pictures: bool = False

    def take(self, packet: VideoPacket, *, entry: bool | None) -> None:
        pts = packet.pts
        if pts is None:
            self.without_pts += 1
            # Where frames change places, a decoding time tells nothing of the presentation.
            pts = None if self.reorders else packet.dts
        self.timeless.append(pts is None)
        if pts is None:
            pts = self.pts[-1] if self.pts else 0
        self.pts.append(pts)
        self.dts.append(packet.dts if packet.dts is not None else pts)
        self.duration.append(packet.duration or 0)
        self.position.append(packet.pos if packet.pos is not None else -1)
        self.size.append(packet.size)
        self.key.append(packet.is_keyframe)
        self.entry.append(entry)
        self.discard.append(packet.is_discard)


def read_packets(
    stream: VideoStream,
    path: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Packets:
    """Reads the container from where it stands to its end, without decoding.

    A file that breaks off is read up to there, and an oddity says so. Raises `Cancelled`.
    """
    read_only(stream)
    codec = stream.codec_context.name
    extradata = bytes(stream.codec_context.extradata or b"")
    total = max(path.stat().st_size, 1)
    names = opened(stream).format.name.split(",")
    reading = _Reading(
        reorders=stream.codec_context.has_b_frames, derived=not WITHOUT_PTS.isdisjoint(names)
    )
    broken = ""
    try:
        for packet in packets_of(stream):
            if not packet.size:
                continue
            entry = None
            if packet.is_keyframe and codec in READABLE:
                entry = starts_anew(codec, bytes(packet), extradata=extradata)
            if reading.derived and not reading.b_pictures:
                reading.b_pictures = has_b_picture(codec, bytes(packet), extradata=extradata)
            reading.take(packet, entry=entry)
            if len(reading.pts) % REPORT_EVERY == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None and packet.pos is not None:
                    progress(min(packet.pos / total, 1.0))
    except av.FFmpegError as error:
        broken = f"Reading breaks off after packet {len(reading.pts)}: {error.strerror}."
    return _packets(reading, codec, broken)


def _packets(reading: _Reading, codec: str, broken: str) -> Packets:
    oddities = [broken] if broken else []
    key = np.array(reading.key, dtype=np.bool_)
    if len(key) > 1 and key.all() and codec in READABLE:
        key = np.array([entry is True for entry in reading.entry], dtype=np.bool_)
        if not key.all():
            oddities.append(
                f"The file marks all {len(key)} frames as keyframes; {int(key.sum())} really are."
            )
    else:
        key &= np.array([entry is not False for entry in reading.entry], dtype=np.bool_)
    if len(key) and not key.any():
        oddities.append("No frame is marked as a keyframe; each is decoded from the beginning.")
    timeless = sum(reading.timeless)
    if timeless:
        oddities.append(
            f"{timeless} frame{'s carry' if timeless > 1 else ' carries'} no time; "
            "the time of a neighbour is used."
        )
    elif reading.without_pts:
        oddities.append(
            f"{reading.without_pts} frames carry no presentation time; their decoding time is used."
        )
    return Packets(
        pts=np.array(reading.pts, dtype=np.int64),
        duration=np.array(reading.duration, dtype=np.int64),
        position=np.array(reading.position, dtype=np.int64),
        size=np.array(reading.size, dtype=np.int64),
        key=key,
        discard=np.array(reading.discard, dtype=np.bool_),
        timeless=np.array(reading.timeless, dtype=np.bool_),
        dts=np.array(reading.dts, dtype=np.int64),
        oddities=tuple(oddities),
        derived=reading.derived,
        b_pictures=reading.b_pictures,
    )
