"""Cuts and patches in MPEG transport streams, by their 188-byte packets."""

from collections.abc import Callable

SIZE = 188
VIDEO = 0x100
"""The packet id FFmpeg's muxer gives the first stream."""


def packets(data: bytes) -> list[bytes]:
    return [data[at : at + SIZE] for at in range(0, len(data), SIZE)]


def pid(packet: bytes) -> int:
    return int.from_bytes(packet[1:3], "big") & 0x1FFF


def starts_picture(packet: bytes) -> bool:
    """Whether a coded picture (one PES packet) of the first stream begins here."""
    return pid(packet) == VIDEO and bool(packet[1] & 0x40)


def without_first_pictures(data: bytes, count: int) -> bytes:
    """The stream as if recording had begun `count` coded pictures later, tables kept."""
    kept, begun = [], 0
    for packet in packets(data):
        begun += starts_picture(packet)
        if pid(packet) != VIDEO or begun > count:
            kept.append(packet)
    return b"".join(kept)


def without_pts(data: bytes, missing: Callable[[int], bool]) -> bytes:
    """Stuff the PTS and DTS fields of the coded pictures (in decode order) that are `missing`."""
    changed, begun = [], -1
    for packet in packets(data):
        begun += starts_picture(packet)
        if starts_picture(packet) and missing(begun):
            packet = _stuffed(packet)
        changed.append(packet)
    return b"".join(changed)


def _stuffed(packet: bytes) -> bytes:
    header = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    assert packet[header : header + 3] == b"\0\0\1", "a PES header"
    length = packet[header + 8]
    changed = bytearray(packet)
    changed[header + 7] &= 0x3F
    changed[header + 9 : header + 9 + length] = b"\xff" * length
    return bytes(changed)
