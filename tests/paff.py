"""H.264 whose frames are pairs of field pictures (PAFF), as old recorders write it.

No encoder at hand makes these, so this is a tiny one: every macroblock is I_PCM, that is, holds
its samples as they are (ITU-T H.264 7.3.2.1, 7.3.2.2, 7.3.3, 7.3.5).
"""

from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tests.media_factory import Clip, Made, coded_picture, steady, truth

_WIDTH, _HEIGHT = 192, 96
_SLICE, _IDR_SLICE, _SPS, _PPS = 0x61, 0x65, 0x67, 0x68


class _Bits:
    """Bits in writing order; `ue` and `se` are Exp-Golomb codes (9.1)."""

    def __init__(self) -> None:
        self.text = ""

    def u(self, value: int, width: int) -> "_Bits":
        self.text += f"{value:0{width}b}"
        return self

    def ue(self, *values: int) -> "_Bits":
        for value in values:
            code = f"{value + 1:b}"
            self.text += "0" * (len(code) - 1) + code
        return self

    def bytes(self, *, last: str) -> bytes:
        text = self.text + last
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


def paff_clip(path: Path) -> Made:
    """24 frames; in a transport stream each field is a packet of its own, in Matroska a frame."""
    ts = path.suffix == ".ts"
    time_base = Fraction(1, 90000) if ts else Fraction(1, 1000)
    step = 3600 if ts else 40
    clip = Clip(
        pts=steady(24, step, 903_000 if ts else 0),
        time_base=time_base,
        width=_WIDTH,
        height=_HEIGHT,
        format_options=(("mpegts_copyts", "1"), ("max_delay", "0")) if ts else (),
    )
    frames = [_fields(clip, ordinal) for ordinal in range(len(clip.pts))]
    with (
        av.open(BytesIO(b"".join(frames[0] + frames[1])), format="h264") as raw,
        av.open(str(path), "w", options=dict(clip.format_options)) as output,
    ):
        # The muxer learns the parameter sets from a raw stream, as nothing encodes here.
        stream = output.add_stream_from_template(raw.streams.video[0])
        stream.time_base = time_base
        for pts, fields in zip(clip.pts, frames, strict=True):
            for number, data in enumerate(fields if ts else [b"".join(fields)]):
                packet = Packet(data)
                packet.stream, packet.time_base = stream, time_base
                packet.pts = packet.dts = pts + number * step // 2
                packet.duration = step // 2 if ts else step
                packet.is_keyframe = number == 0
                output.mux_one(packet)
    plain = "FFmpeg delivers each field as a packet" if ts else ""
    return replace(truth(clip, path), end=None if ts else clip.pts[-1] + step, plain_decode=plain)


def _headers() -> bytes:
    sps = _Bits().u(77, 8).u(0, 8).u(30, 8).ue(0, 0, 0, 4, 1).u(0, 1)
    # 16-pixel columns; rows of macroblock pairs, because pictures may be fields
    sps.ue(_WIDTH // 16 - 1, _HEIGHT // 32 - 1).u(0b0010, 4)
    # no cropping; then VUI: only the timing, 50 fields a second
    sps.u(1, 1).u(0b00001, 5).u(1, 32).u(50, 32).u(1, 1).u(0b0000, 4)
    pps = _Bits().ue(0, 0).u(0b00, 2).ue(0, 0, 0).u(0b000, 3).ue(0, 0, 0).u(0b100, 3)
    return _unit(_SPS, sps.bytes(last="1")) + _unit(_PPS, pps.bytes(last="1"))


def _fields(clip: Clip, ordinal: int) -> list[bytes]:
    frame = VideoFrame.from_ndarray(coded_picture(clip, ordinal), format="bgra")
    planes = np.asarray(frame.reformat(format="yuv420p").to_ndarray(), np.uint8)
    luma = planes[:_HEIGHT]
    chroma = planes[_HEIGHT:].reshape(2, _HEIGHT // 2, _WIDTH // 2)
    return [
        (b"" if bottom else _headers())
        + _field(luma[bottom::2], chroma[:, bottom::2], ordinal=ordinal, bottom=bottom)
        for bottom in (0, 1)
    ]


def _field(
    luma: NDArray[np.uint8], chroma: NDArray[np.uint8], *, ordinal: int, bottom: int
) -> bytes:
    head = _Bits().ue(0, 7, 0).u(0, 4).u(1, 1).u(bottom, 1)
    if not bottom:
        head.ue(ordinal % 2)
    # Picture order, reference marking (two bits in an IDR picture), QP change, no deblocking.
    head.u(bottom, 8).u(0, 1 if bottom else 2).ue(0, 1)
    # Macroblock type 25 and padding: 0D 00 wherever it begins on a whole byte.
    parts = [head.ue(25).bytes(last="")]
    for row in range(luma.shape[0] // 16):
        for column in range(luma.shape[1] // 16):
            y, x = row * 16, column * 16
            samples = [luma[y : y + 16, x : x + 16]]
            samples += list(chroma[:, y // 2 : y // 2 + 8, x // 2 : x // 2 + 8])
            parts += [b"\x0d\x00" if row or column else b""]
            parts += [np.ascontiguousarray(part).tobytes() for part in samples]
    return _unit(_SLICE if bottom else _IDR_SLICE, b"".join(parts) + b"\x80")


def _unit(header: int, data: bytes) -> bytes:
    """A NAL unit behind a start code, with emulation prevention (7.4.1)."""
    out = bytearray([0, 0, 0, 1, header])
    zeros = 0
    for byte in data:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        zeros = zeros + 1 if byte == 0 else 0
        out.append(byte)
    return bytes(out)
