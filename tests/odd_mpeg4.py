"""AVI as DivX 5 wrote it: a P- and a B-picture packed in one chunk, then a stand-in chunk."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet

from tests.media_factory import Clip, Made, add_video, encode, later, steady, truth

_USER_DATA = b"\0\0\1\xb2"


def divx_packed_bitstream(path: Path) -> Made:
    """Chunks I0 [P2 B1] N [P4 B3] N ...; N says "not coded": the picture is in the chunk before."""
    clip = Clip(
        pts=steady(41, 1),
        time_base=Fraction(1, 25),
        codec="mpeg4",
        options=(("qscale", "3"), ("g", "13"), ("bf", "1"), ("sc_threshold", "1000000000")),
    )
    with av.open(str(path), "w") as output:
        stream = add_video(output, clip)
        chunks = _packed([(bytes(one), one.is_keyframe) for one in encode(clip, stream)])
        for number, (data, keyframe) in enumerate(chunks):
            packet = Packet(data)
            packet.stream, packet.time_base = stream, clip.time_base
            packet.pts = packet.dts = number
            packet.duration, packet.is_keyframe = 1, keyframe
            output.mux_one(packet)
    return replace(
        later(truth(clip, path), 1),
        end=None,
        plain_decode="FFmpeg deals out PTS by chunk, so they are on the wrong frames",
    )


def _packed(pictures: list[tuple[bytes, bool]]) -> list[tuple[bytes, bool]]:
    chunks: list[tuple[bytes, bool]] = []
    at = 0
    while at < len(pictures):
        data, keyframe = pictures[at]
        if not at:
            data = _signed_by_divx(data)
        if at + 1 < len(pictures) and _is_b(pictures[at + 1][0]):
            chunks += [(data + pictures[at + 1][0], keyframe), (_not_coded(), False)]
            at += 2
        else:
            chunks.append((data, keyframe))
            at += 1
    return chunks


def _is_b(data: bytes) -> bool:
    return data[data.index(b"\0\0\1\xb6") + 4] >> 6 == 2


def _signed_by_divx(data: bytes) -> bytes:
    """Readers take the bitstream for packed when DivX says so with a trailing "p"."""
    begin = data.index(_USER_DATA) + 4
    end = data.index(b"\0\0\1", begin)
    return data[:begin] + b"DivX503b1393p" + data[end:]


def _not_coded() -> bytes:
    """A P-picture of 5 clock bits at 25 Hz with vop_coded = 0 (ISO/IEC 14496-2 6.2.5)."""
    bits = "01" + "0" + "1" + "00000" + "1" + "0" + "01111"
    return b"\0\0\1\xb6" + int(bits, 2).to_bytes(2, "big")
