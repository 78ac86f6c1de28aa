"""The packets of one video stream, in the order in which they are decoded."""

from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

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

_FIELDS = ("pts", "dts", "duration", "pos", "size", "is_keyframe", "is_discard")
_SAID = attrgetter(*_FIELDS)
_SIZE, _KEY = _FIELDS.index("size"), _FIELDS.index("is_keyframe")

_NONE = -(2**63)
"""What FFmpeg itself writes where there is no time (AV_NOPTS_VALUE), so no time is that."""


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
class _Columns:
    """What packets say, by packet number; `pts` and `dts` as read, `_NONE` where there is none.

    `entries` are packets whose bytes were read for whether decoding can begin there, and the
    answers.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    duration: NDArray[np.int64]
    position: NDArray[np.int64]
    size: NDArray[np.int64]
    key: NDArray[np.bool_]
    discard: NDArray[np.bool_]
    entries: list[tuple[int, bool | None]]


class _Reading:
    """Takes packets in one by one, and turns them into arrays some hundreds at a time.

    An hour has 100,000 packets: what is done for each is what opening costs, and what is done
    for all at once holds up the window.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._blocks: list[tuple[NDArray[np.int64], ...]] = []
        self._taken = 0
        self.entries: list[tuple[int, bool | None]] = []

    def __len__(self) -> int:
        return self._taken + len(self._rows)

    def take(self, row: tuple[Any, ...]) -> bool:
        """`row` is what `_SAID` reads; True when that made some hundreds."""
        self._rows.append(row)
        if len(self._rows) < REPORT_EVERY:
            return False
        self._pack()
        return True

    def columns(self) -> _Columns:
        if self._rows or not self._blocks:
            self._pack()
        pts, dts, duration, position, size, key, discard = map(
            np.concatenate, zip(*self._blocks, strict=True)
        )
        return _Columns(
            pts=pts,
            dts=dts,
            duration=np.where(duration == _NONE, 0, duration),
            position=np.where(position == _NONE, -1, position),
            size=size,
            key=key.astype(np.bool_),
            discard=discard.astype(np.bool_),
            entries=self.entries,
        )

    def _pack(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else [()] * len(_FIELDS)
        self._blocks.append(tuple(_ints(column) for column in columns))
        self._taken += len(self._rows)
        self._rows.clear()


def _ints(column: tuple[int | None, ...]) -> NDArray[np.int64]:
    """None becomes `_NONE`."""
    try:
        return np.array(column, dtype=np.int64)
    except TypeError:
        return np.array([_NONE if one is None else one for one in column], dtype=np.int64)


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
    derived = not WITHOUT_PTS.isdisjoint(names)
    readable = codec in READABLE
    reading = _Reading()
    b_pictures = False
    broken = ""
    try:
        for packet in packets_of(stream):
            row = _SAID(packet)
            if not row[_SIZE]:
                continue
            if readable and row[_KEY]:
                entry = starts_anew(codec, memoryview(packet), extradata=extradata)
                reading.entries.append((len(reading), entry))
            if derived and not b_pictures:
                b_pictures = has_b_picture(codec, bytes(packet), extradata=extradata)
            if reading.take(row):
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None and packet.pos is not None:
                    progress(min(packet.pos / total, 1.0))
    except av.FFmpegError as error:
        broken = f"Reading breaks off after packet {len(reading)}: {error.strerror}."
    packets = _packets(
        reading.columns(), reorders=stream.codec_context.has_b_frames, readable=readable
    )
    said = (broken, *packets.oddities) if broken else packets.oddities
    return replace(packets, oddities=said, derived=derived, b_pictures=b_pictures)


def _packets(read: _Columns, *, reorders: bool, readable: bool) -> Packets:
    without_pts = int((read.pts == _NONE).sum())
    # Where frames change places, a decoding time tells nothing of the presentation.
    pts = read.pts if reorders else np.where(read.pts == _NONE, read.dts, read.pts)
    timeless = pts == _NONE
    pts = _filled(pts, timeless)
    key, oddities = _keys(read, readable=readable)
    count = int(timeless.sum())
    if count:
        oddities.append(
            f"{count} frame{'s carry' if count > 1 else ' carries'} no time; "
            "the time of a neighbour is used."
        )
    elif without_pts:
        oddities.append(
            f"{without_pts} frames carry no presentation time; their decoding time is used."
        )
    return Packets(
        pts=pts,
        duration=read.duration,
        position=read.position,
        size=read.size,
        key=key,
        discard=read.discard,
        timeless=timeless,
        dts=np.where(read.dts == _NONE, pts, read.dts),
        oddities=tuple(oddities),
    )


def _filled(pts: NDArray[np.int64], timeless: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where there is no time, that of the last packet before that has one, else 0."""
    if not timeless.any():
        return pts
    last = np.maximum.accumulate(np.where(timeless, -1, np.arange(len(pts))))
    return np.where(last >= 0, pts[np.maximum(last, 0)], 0)


def _keys(read: _Columns, *, readable: bool) -> tuple[NDArray[np.bool_], list[str]]:
    """Where decoding can begin; what the packets' own bytes say goes before their flags."""
    key, oddities = read.key.copy(), []
    all_marked = len(key) > 1 and key.all() and readable
    for number, entry in read.entries:
        key[number] = entry is True if all_marked else entry is not False
    if all_marked and not key.all():
        oddities.append(
            f"The file marks all {len(key)} frames as keyframes; {int(key.sum())} really are."
        )
    if len(key) and not key.any():
        oddities.append("No frame is marked as a keyframe; each is decoded from the beginning.")
    return key, oddities
