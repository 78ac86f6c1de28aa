"""Patches in the boxes of an MP4 file: what no muxer would write but bodycams and editors do."""

import struct
from collections.abc import Callable
from pathlib import Path

_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts")


def find(data: bytes, *names: str, after: int = 0) -> int:
    """Offset of the first box reached along `names`, from box start."""
    at, end = after, len(data)
    for depth, name in enumerate(names):
        while True:
            if at >= end:
                raise ValueError(f"no box {'/'.join(names)}")
            size = struct.unpack_from(">I", data, at)[0]
            if data[at + 4 : at + 8] == name.encode():
                break
            at += size
        if depth < len(names) - 1:
            end = at + size
            at += 8
    return at


def patch(path: Path, change: Callable[[bytearray], None]) -> None:
    """Rewrite the file's bytes by `change`, which keeps their number."""
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)


def rename_box(path: Path, *names: str, to: str = "free") -> None:
    """Make readers skip a box."""

    def change(data: bytearray) -> None:
        at = find(bytes(data), *names)
        data[at + 4 : at + 8] = to.encode()

    patch(path, change)


def empty_sync_table(path: Path) -> None:
    """Leave the table of keyframes in place with no entry in it."""

    def change(data: bytearray) -> None:
        at = find(bytes(data), "moov", "trak", "mdia", "minf", "stbl", "stss")
        struct.pack_into(">I", data, at + 12, 0)

    patch(path, change)


def claim_frames(path: Path, count: int) -> None:
    """Let every table say that there are `count` samples of 1000 bytes, all in one chunk."""
    table = ("moov", "trak", "mdia", "minf", "stbl")

    def change(data: bytearray) -> None:
        sizes, times, chunks = (
            find(bytes(data), *table, name) for name in ("stsz", "stts", "stsc")
        )
        struct.pack_into(">II", data, sizes + 12, 1000, count)
        struct.pack_into(">I", data, times + 16, count)
        struct.pack_into(">I", data, chunks + 20, count)

    patch(path, change)


def set_display_matrix(
    path: Path, *, clockwise: int, mirrored: bool, width: int, height: int
) -> None:
    """Write the first track's display matrix: mirror left to right, then turn clockwise."""
    a, b, c, d, x, y = {
        0: (1, 0, 0, 1, 0, 0),
        90: (0, 1, -1, 0, height, 0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0, width),
    }[clockwise]
    if mirrored:
        # x' = width - x before the turn
        x, y = x + a * width, y + b * width
        a, b = -a, -b
    one = 1 << 16
    matrix = (a * one, b * one, 0, c * one, d * one, 0, x * one, y * one, 1 << 30)

    def change(data: bytearray) -> None:
        at = find(bytes(data), "moov", "trak", "tkhd")
        assert data[at + 8] == 0, "a version 0 header"
        struct.pack_into(">9i", data, at + 8 + 40, *matrix)

    patch(path, change)


def user_data_first(path: Path) -> None:
    """Move the movie's user data, with the cover, before its tracks; no other byte moves."""
    data = path.read_bytes()
    moov = find(data, "moov")
    end = moov + struct.unpack_from(">I", data, moov)[0]
    boxes, at = [], moov + 8
    while at < end:
        size = struct.unpack_from(">I", data, at)[0]
        boxes.append(data[at : at + size])
        at += size
    boxes.sort(key=lambda box: {b"mvhd": 0, b"udta": 1}.get(box[4:8], 2))
    path.write_bytes(data[: moov + 8] + b"".join(boxes) + data[end:])
