"""Files with damage: some frames lost, or no footage at all."""

import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests import mp4_surgery
from tests.media_factory import Clip, Made, gop, later, make, steady
from tests.sounds import Sound, make_sound


def _places(path: Path) -> list[tuple[int | None, int, int]]:
    """PTS, byte position and size of each video packet in decode order."""
    with av.open(str(path)) as source:
        packets = source.demux(source.streams.video[0])
        return [(packet.pts, packet.pos or 0, packet.size) for packet in packets if packet.size]


def unreadable_b_frame(path: Path) -> Made:
    """One B-frame that nothing refers to holds no slice any more: only that frame is lost."""
    made = make(Clip(options=gop(12, bframes=2, more="b-pyramid=none")), path)
    lost = 14
    _, at, _ = next(place for place in _places(path) if place[0] == made.pts[lost])

    def change(data: bytearray) -> None:
        assert data[at + 4] & 0x60 == 0, "a NAL unit nothing refers to"
        data[at + 4] = 12  # filler data, which a decoder passes over

    mp4_surgery.patch(path, change)
    return replace(
        made, lost=frozenset({lost}), plain_decode="FFmpeg passes over the lost frame in silence"
    )


def damaged_reference(path: Path) -> Made:
    """Half a P-frame is overwritten: it is lost, and what follows in its GOP may be smeared."""
    made = make(Clip(options=gop(12)), path)
    lost = 15
    _, at, size = next(place for place in _places(path) if place[0] == made.pts[lost])

    def change(data: bytearray) -> None:
        noise = np.random.default_rng(7).integers(0, 256, size // 2, dtype=np.uint8)
        data[at + size // 2 : at + size] = noise.tobytes()[: size - size // 2]

    mp4_surgery.patch(path, change)
    return replace(
        made,
        lost=frozenset({lost}),
        doubtful=frozenset(range(lost + 1, 24)),
        plain_decode="FFmpeg conceals the damage",
    )


def last_packet_cut(path: Path) -> Made:
    """The tables come first, and the file ends within its last frame."""
    made = make(Clip(format_options=(("movflags", "faststart"),)), path)
    _, at, size = _places(path)[-1]
    path.write_bytes(path.read_bytes()[: at + size // 2])
    return replace(
        made, lost=frozenset({39}), plain_decode="FFmpeg raises on the packet that is cut short"
    )


def last_packet_cut_ts(path: Path) -> Made:
    clip = Clip(
        pts=steady(40, 3600, 903_000),
        time_base=Fraction(1, 90000),
        format_options=(("mpegts_copyts", "1"), ("max_delay", "0")),
        height=360,
        width=640,
    )
    made = make(clip, path)
    path.write_bytes(path.read_bytes()[: -188 * 3])
    return replace(
        made, lost=frozenset({39}), plain_decode="FFmpeg conceals what is missing of the frame"
    )


def last_packet_cut_mkv(path: Path) -> Made:
    """A block that is cut short is as good as not there; the seek table is gone too."""
    made = make(Clip(pts=steady(40, 40), time_base=Fraction(1, 1000)), path)
    _, at, size = _places(path)[-1]
    path.write_bytes(path.read_bytes()[: at + size // 2])
    return replace(made, pts=made.pts[:-1], barcodes=made.barcodes[:-1], end=made.pts[-1])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("Footage 1 of 3, see the enclosed letter.\n" * 40)


def _list_of_other_files(path: Path) -> None:
    """FFmpeg would show the file that is named in the list."""
    make(Clip(pts=steady(3)), path.with_name("other.mp4"))
    path.write_text("ffconcat version 1.0\nfile 'other.mp4'\n")


def _playlist(path: Path) -> None:
    make(Clip(pts=steady(3), time_base=Fraction(1, 90000)), path.with_name("other.ts"))
    lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:1.0,", "other.ts", "#EXT-X-ENDLIST")
    path.write_text("\n".join(lines) + "\n")


def _without_tables(path: Path) -> None:
    """A recording that was broken off: the pictures are there, the table of them is not."""
    make(Clip(), path)
    data = path.read_bytes()
    path.write_bytes(data[: mp4_surgery.find(data, "moov")])


def _too_large(path: Path) -> None:
    """Every picture's own header claims 65000 by 65000 pixels."""
    clip = Clip(
        pts=steady(5, 1),
        time_base=Fraction(1, 25),
        codec="mjpeg",
        options=(),
        pixel_format="yuvj420p",
    )
    make(clip, path)
    small, large = struct.pack(">HH", 180, 320), struct.pack(">HH", 65000, 65000)
    data = path.read_bytes()
    assert data.count(b"\x08" + small) == 5, "one header a picture"
    data = data.replace(b"\x08" + small, b"\x08" + large)
    path.write_bytes(data.replace(struct.pack("<ii", 320, 180), struct.pack("<ii", 65000, 65000)))


def _too_many(path: Path) -> None:
    """A small file whose tables claim 2^31 - 1 frames."""
    make(Clip(pts=steady(3)), path)
    mp4_surgery.claim_frames(path, (1 << 31) - 1)


def _sound_only(path: Path) -> None:
    make_sound(Sound(codec="pcm_s16le" if path.suffix == ".wav" else "aac"), path)


BROKEN: dict[str, Callable[[Path], None]] = {
    "empty.mp4": _empty,
    "text.mp4": _text,
    "list_of_files.mp4": _list_of_other_files,
    "playlist.mp4": _playlist,
    "no_tables.mp4": _without_tables,
    "claims_65000_pixels.avi": _too_large,
    "claims_2_31_frames.mp4": _too_many,
    "sound_only.m4a": _sound_only,
    "sound_only.wav": _sound_only,
}


def claims_2_31_frames(path: Path) -> Made:
    """Every count in the AVI's header says 2^31 - 1."""
    made = later(make(Clip(pts=steady(40, 1), time_base=Fraction(1, 25)), path), 1)

    def change(data: bytearray) -> None:
        huge = (1 << 31) - 1
        struct.pack_into("<I", data, data.index(b"avih") + 8 + 16, huge)
        struct.pack_into("<I", data, data.index(b"strh") + 8 + 32, huge)

    mp4_surgery.patch(path, change)
    return replace(made, end=None)
