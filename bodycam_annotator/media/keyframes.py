"""Whether decoding can begin at a packet, read from its own bytes.

Needed where a container's keyframe flags are missing or set on every packet. Sources: ITU-T H.264
7.3.1 and D.1.8 (recovery point), H.265 7.4.2.2 (IRAP types 16 to 23), ISO/IEC 14496-2 6.2.5 (VOP
coding type), ISO/IEC 13818-2 6.2.3 (picture coding type).
"""

from collections.abc import Iterator
from typing import TypeAlias

READABLE = frozenset({"h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video"})
"""Codecs whose packets `starts_anew` can read."""

Data: TypeAlias = bytes | memoryview
"""A packet's bytes; a view spares copying a keyframe of which only the first bytes matter."""

_START = b"\x00\x00\x01"


def starts_anew(codec: str, data: Data, *, extradata: bytes) -> bool | None:
    """Whether decoding that begins at this packet gets it right; None when it does not say.

    `codec` is one of `READABLE`.
    """
    if codec == "h264":
        said = None
        for unit in _units(data, _length_size(extradata, at=4)):
            entry = _h264_entry(unit) if unit else None
            if entry:
                return True
            said = entry if said is None else said
        return said
    if codec == "hevc":
        units = _units(data, _length_size(extradata, at=21))
        return any(16 <= (unit[0] >> 1) & 0x3F <= 23 for unit in units if unit)
    data = bytes(data)
    if codec == "mpeg4":
        return _bits_after(data, _START + b"\xb6", shift=6, mask=3) == 0
    return _bits_after(data, _START + b"\x00", shift=3, mask=7, skip=1) == 1


def has_b_picture(codec: str, data: bytes, *, extradata: bytes) -> bool:
    """Whether the packet holds a picture that may be shown before an earlier one.

    Sources: ITU-T H.264 7.3.3 and table 7-6 (slice type), ISO/IEC 14496-2 6.2.5. True for codecs
    of which that cannot be read here but that do reorder (H.265).
    """
    if codec == "h264":
        units = _units(data, _length_size(extradata, at=4))
        return any(_is_b_slice(unit) for unit in units if unit and unit[0] & 0x1F in (1, 2))
    if codec == "mpeg4":
        return any(len(part) > 0 and part[0] >> 6 == 2 for part in data.split(_START + b"\xb6")[1:])
    return codec == "hevc"


def _is_b_slice(unit: bytes) -> bool:
    """From first_mb_in_slice and slice_type, both ue(v); long enough without emulation bytes."""
    head = unit[1:17].replace(b"\x00\x00\x03", b"\x00\x00")
    bits = "".join(f"{byte:08b}" for byte in head)
    _, at = _unsigned(bits, 0)
    kind, _ = _unsigned(bits, at)
    return kind % 5 == 1


def _unsigned(bits: str, at: int) -> tuple[int, int]:
    """An Exp-Golomb number (9.1) at `at`, and where it ends; 0 when the bits run out."""
    one = bits.find("1", at)
    end = 2 * one - at + 1
    if one < 0 or end > len(bits):
        return 0, len(bits)
    return int(bits[one:end], 2) - 1, end


def _length_size(extradata: bytes, *, at: int) -> int:
    """Bytes of a unit's length prefix; 0 when units follow start codes instead."""
    has_record = len(extradata) > at and extradata[0] == 1
    return (extradata[at] & 3) + 1 if has_record else 0


def _units(data: Data, length_size: int) -> Iterator[bytes]:
    """The first bytes of each NAL unit, enough to see what it is."""
    if length_size:
        at = 0
        while at + length_size < len(data):
            length = int.from_bytes(data[at : at + length_size], "big")
            at += length_size
            yield bytes(data[at : at + min(length, 64)])
            at += length
        return
    data = bytes(data)
    at = data.find(_START)
    while at >= 0:
        yield data[at + 3 : at + 67]
        at = data.find(_START, at + 3)


def _h264_entry(unit: bytes) -> bool | None:
    """False for a recovery point some frames ahead, as intra refresh sets them."""
    kind = unit[0] & 0x1F
    if kind == 6:
        return _recovers_at_once(unit[1:])
    return True if kind == 5 else None


def _recovers_at_once(sei: bytes) -> bool | None:
    """Walks the messages of an SEI unit (7.3.2.3.1) for payload type 6; None without one."""
    at = 0
    while at + 1 < len(sei) and sei[at] != 0x80:
        kind, at = _sei_number(sei, at)
        size, at = _sei_number(sei, at)
        if kind == 6 and at < len(sei):
            # recovery_frame_cnt is ue(v): a first bit of 1 is the number 0.
            return bool(sei[at] & 0x80)
        at += size
    return None


def _sei_number(sei: bytes, at: int) -> tuple[int, int]:
    number = 0
    while at < len(sei) and sei[at] == 0xFF:
        number += 255
        at += 1
    return number + (sei[at] if at < len(sei) else 0), at + 1


def _bits_after(data: bytes, code: bytes, *, shift: int, mask: int, skip: int = 0) -> int | None:
    at = data.find(code)
    place = at + len(code) + skip
    return (data[place] >> shift) & mask if at >= 0 and place < len(data) else None
