"""Makes small, odd media files with a known truth.

`make(Clip(...), path)` writes one file whose frames carry their ordinal as a barcode
(tests/barcode.py); `tests/odd_files.py` names all the odd ones. What a file should show is in
`Made`, which never comes from the code under test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias, cast

import av
import cv2
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tests import mp4_surgery
from tests.barcode import Image, draw
from tests.sounds import AnyPacket, Sound, add_sound

VideoPacket: TypeAlias = "Packet[VideoStream]"

Options = tuple[tuple[str, str], ...]
"""Names and values for an encoder or a muxer; a tuple, so that a Clip is frozen all through."""


def x264(params: str) -> Options:
    """x264 on one thread, so that every run writes the same bytes, with `params` added."""
    # With its macroblock tree x264 writes other bytes on every run.
    fixed = "threads=1:scenecut=0:weightp=0:b-adapt=0:no-mbtree=1"
    return (("preset", "veryfast"), ("crf", "18"), ("x264-params", f"{fixed}:{params}"))


def gop(length: int, *, bframes: int = 0, more: str = "") -> Options:
    """x264 with a keyframe every `length` frames."""
    return x264(f"keyint={length}:min-keyint={length}:bframes={bframes}:{more}".rstrip(":"))


SHORT_GOP = gop(12)


def steady(count: int, step: int = 512, first: int = 0) -> tuple[int, ...]:
    """`count` PTS that are `step` ticks apart."""
    return tuple(range(first, first + count * step, step))


def rounded(count: int, *, rate: Fraction, time_base: Fraction, first: int = 0) -> tuple[int, ...]:
    """PTS of a constant `rate` rounded half up to `time_base`, as a muxer stores them."""
    return tuple(first + int(Fraction(k) / rate / time_base + Fraction(1, 2)) for k in range(count))


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What is to be written; the container is the path's ending.

    `pts` are the ticks per ordinal which the file shall record. `width` and `height` are of the
    coded picture, before rotation and sample aspect. `rotation` is clockwise degrees a player has
    to turn the coded picture by, after mirroring it left to right when `mirrored`.
    `first_barcode` is the number in ordinal 0's picture.
    """

    pts: tuple[int, ...] = steady(40)
    time_base: Fraction = Fraction(1, 12800)
    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    options: Options = SHORT_GOP
    format_options: Options = ()
    width: int = 320
    height: int = 180
    pixel_format: str = "yuv420p"
    interlaced: bool = False
    rotation: int = 0
    mirrored: bool = False
    sample_aspect: Fraction = Fraction(1)
    camera: int = 0
    first_barcode: int = 0
    sound: Sound | None = None
    keyframes: str = "as coded"
    """Or "all" or "none": what the container is made to claim."""
    oddities: tuple[str, ...] = ()
    variable_rate: bool = False

    @property
    def last_duration(self) -> int:
        """Ticks the last frame lasts: one nominal frame, cut to whole ticks as by a muxer."""
        return int(1 / self.rate / self.time_base)

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height as shown: the sample aspect widens, then the rotation turns."""
        width, height = round(self.width * self.sample_aspect), self.height
        return (height, width) if self.rotation % 180 else (width, height)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One file and the truth about its (first) video stream.

    Per ordinal: `pts` in ticks of `time_base` as the file records them, and `barcodes`, what the
    picture shows. `lost` are ordinals that can not be decoded, `doubtful` those that build on a
    lost one, `unrecorded` those the file gives no PTS for (`pts` then holds what was meant).
    `jumps` are ordinals at which the file's clock goes back; `glitches` those whose PTS alone is
    wrong. Each of `oddities` is a regular expression which one of the reader's sentences must
    contain, whatever its case. `plain_decode` says why FFmpeg's own linear decode shows something
    else, blank where it does not. `others` are further video streams, by stream index.
    """

    path: Path
    clip: Clip
    time_base: Fraction
    pts: tuple[int, ...]
    barcodes: tuple[int, ...]
    end: int | None
    """Ticks at which the last frame ends; None where the file does not say."""
    lost: frozenset[int] = frozenset()
    doubtful: frozenset[int] = frozenset()
    unrecorded: frozenset[int] = frozenset()
    oddities: tuple[str, ...] = ()
    variable_rate: bool = False
    jumps: tuple[int, ...] = ()
    glitches: tuple[int, ...] = ()
    plain_decode: str = ""
    others: dict[int, "Made"] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.pts)


@dataclass(frozen=True)
class Coded:
    """One coded picture: its ordinal, bytes and whether it is a keyframe."""

    ordinal: int
    data: bytes
    keyframe: bool


def make(clip: Clip, path: Path) -> Made:
    """Write `clip` to `path`."""
    with av.open(str(path), "w", options=dict(clip.format_options)) as output:
        stream = add_video(output, clip)
        packets: list[AnyPacket] = [*encode(clip, stream)]
        if clip.sound is not None:
            packets += add_sound(output, clip.sound)
        mux(output, packets)
    if clip.rotation or clip.mirrored:
        mp4_surgery.set_display_matrix(
            path,
            clockwise=clip.rotation,
            mirrored=clip.mirrored,
            width=clip.width,
            height=clip.height,
        )
    return truth(clip, path)


def truth(clip: Clip, path: Path) -> Made:
    """What a faithful file of `clip` shows."""
    return Made(
        path=path,
        clip=clip,
        time_base=clip.time_base,
        pts=clip.pts,
        barcodes=tuple(range(clip.first_barcode, clip.first_barcode + len(clip.pts))),
        end=clip.pts[-1] + clip.last_duration,
        oddities=clip.oddities,
        variable_rate=clip.variable_rate,
    )


def later(made: Made, ticks: int) -> Made:
    """The same file where it records every PTS `ticks` later than it was written with."""
    end = None if made.end is None else made.end + ticks
    return replace(made, pts=tuple(pts + ticks for pts in made.pts), end=end)


def add_video(output: av.container.OutputContainer, clip: Clip) -> VideoStream:
    """A stream whose encoder counts in ordinals; `encode` gives packets the clip's own PTS."""
    stream = cast(VideoStream, output.add_stream(clip.codec, rate=clip.rate))
    stream.width, stream.height = clip.width, clip.height
    stream.pix_fmt = clip.pixel_format
    stream.options = dict(clip.options)
    stream.codec_context.time_base = 1 / clip.rate
    stream.codec_context.thread_count = 1
    stream.time_base = clip.time_base
    if clip.sample_aspect != 1:
        stream.codec_context.sample_aspect_ratio = clip.sample_aspect
    return stream


def coded_picture(clip: Clip, ordinal: int) -> Image:
    """The picture as it lies in the file: turned the other way."""
    across = clip.rotation % 180 != 0
    width, height = (clip.height, clip.width) if across else (clip.width, clip.height)
    upright = draw(clip.first_barcode + ordinal, width=width, height=height, camera=clip.camera)
    coded = np.rot90(upright, clip.rotation // 90)
    return np.ascontiguousarray(cv2.flip(coded, 1) if clip.mirrored else coded)


def encode(clip: Clip, stream: VideoStream) -> list[VideoPacket]:
    """The clip's packets in decode order, with PTS and DTS in its time base."""
    packets: list[VideoPacket] = []
    for ordinal in range(len(clip.pts)):
        frame = VideoFrame.from_ndarray(coded_picture(clip, ordinal), format="bgra")
        frame = frame.reformat(format=clip.pixel_format)
        frame.pts, frame.time_base = ordinal, 1 / clip.rate
        packets += stream.encode(frame)
    packets += stream.encode(None)
    ordinals = [round(cast(int, packet.pts) * packet.time_base * clip.rate) for packet in packets]
    assert sorted(ordinals) == list(range(len(clip.pts))), "the encoder lost frames"
    ends = (*clip.pts[1:], clip.pts[-1] + clip.last_duration)
    stamps = decode_stamps([clip.pts[k] for k in ordinals])
    for packet, ordinal, dts in zip(packets, ordinals, stamps, strict=True):
        packet.time_base = clip.time_base
        packet.pts, packet.dts = clip.pts[ordinal], dts
        packet.duration = max(0, ends[ordinal] - clip.pts[ordinal])
        if clip.keyframes != "as coded":
            packet.is_keyframe = clip.keyframes == "all"
    return packets


def decode_stamps(pts: Sequence[int]) -> list[int]:
    """Strictly rising DTS, none above its PTS, for PTS in decode order."""
    ordered = sorted(pts)
    rank = sorted(range(len(pts)), key=lambda i: (pts[i], i))
    delay = max(place - shown for shown, place in enumerate(rank))
    step = max(1, (ordered[-1] - ordered[0]) // max(1, len(pts) - 1))
    stamps = [
        ordered[i - delay] if i >= delay else ordered[0] - (delay - i) * step
        for i in range(len(pts))
    ]
    for i in reversed(range(len(stamps))):
        later = stamps[i + 1] - 1 if i + 1 < len(stamps) else stamps[i]
        stamps[i] = min(stamps[i], later, pts[i])
    return stamps


def mux(output: av.container.OutputContainer, packets: Sequence[AnyPacket]) -> None:
    """Write `packets` of any number of streams, interleaved by their DTS."""
    for packet in sorted(packets, key=lambda packet: cast(int, packet.dts) * packet.time_base):
        output.mux_one(packet)
