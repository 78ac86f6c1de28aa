"""What is known of a footage as bytes, and back: nothing but numbers and text, and all checked.

One digest over all of it notices any damage. What a digest cannot vouch for, that somebody wrote
the file by hand, the types of the fields and the ranges of the arrays do: a wrong file can be
refused, but can never run code, use up the memory or send a reader outside its arrays.

Layout: `MAGIC`, the digest of the rest, the length of the JSON as 8 bytes little-endian, the JSON
(padded with blanks), then the arrays in the order in which the JSON counts them, each padded to 8
bytes, so that they can be used where they lie. (NumPy's own .npz reads as fast, but its checksums
leave out the directory of the file, and damage there raises a dozen kinds of exceptions.)
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

import numpy as np

from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.container import MAX_PIXELS
from bodycam_annotator.media.index import LATEST, FrameIndex
from bodycam_annotator.media.probe import FootageFacts

MAGIC = b"BodycamAnnotator index 1\n"
"""With the number of this layout; another layout, or another meaning of a field, has another."""

Piece: TypeAlias = bytes | memoryview

_DIGEST_BYTES = 32
_STORED: dict[np.dtype[Any], np.dtype[Any]] = {
    np.dtype(np.int64): np.dtype("<i8"),
    np.dtype(np.bool_): np.dtype("u1"),
    np.dtype(np.uint8): np.dtype("u1"),
    np.dtype(np.float32): np.dtype("<f4"),
}
_LARGEST = 2**62


def to_bytes(facts: FootageFacts, about: dict[str, Any]) -> bytes:
    """`about` is what else is to be known of it, as JSON has it. The path is left out."""
    return b"".join(to_pieces(facts, about))


def to_pieces(facts: FootageFacts, about: dict[str, Any]) -> list[Piece]:
    """As `to_bytes`, to be written one after another: joining megabytes holds up the window."""
    return packed(MAGIC, replace(facts, path=Path()), about)


def from_bytes(data: bytes, path: Path) -> tuple[FootageFacts, Any]:
    """The facts, as of the footage at `path`, and what was given as `about`.

    Raises `ValueError` for anything that `to_bytes` did not write.
    """
    facts, about = unpacked(MAGIC, FootageFacts, memoryview(data), _refuse_what_misleads)
    return replace(facts, path=path), about


def packed(magic: bytes, facts: object, about: dict[str, Any]) -> list[Piece]:
    """`facts`, a dataclass of numbers, text, arrays (n,) and the like, behind that `magic`."""
    arrays: list[Piece] = []
    tree = {"about": about, "facts": _plain(facts, arrays)}
    text = json.dumps(tree, ensure_ascii=True, separators=(",", ":")).encode()
    text += b" " * (-(len(magic) + _DIGEST_BYTES + 8 + len(text)) % 8)
    body = [len(text).to_bytes(8, "little"), text, *arrays]
    return [magic, _digest(*body), *body]


def unpacked(
    magic: bytes, kind: type, data: memoryview, refuse: Callable[[Any], None]
) -> tuple[Any, Any]:
    """The `kind` of dataclass and the `about` that `packed` was given; the arrays stay in `data`.

    `refuse` raises `ValueError` for facts that do not fit each other. Raises `ValueError` for
    these, and for anything that `packed` did not write.
    """
    start = len(magic) + _DIGEST_BYTES
    body = data[start:]
    if data[: len(magic)] != magic or data[len(magic) : start] != _digest(body):
        raise ValueError("it is damaged or no stored index")
    length = int.from_bytes(body[:8], "little")
    try:
        tree = json.loads(bytes(body[8 : 8 + length]))
        arrays = _Arrays(body[8 + length :])
        facts, about = _typed(kind, tree["facts"], arrays), tree["about"]
        refuse(facts)
    except (LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"it is not what this program writes: {error!r}") from error
    return facts, about


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """A dataclass without arrays as JSON has it."""
    return _plain(value, [])


def typed(kind: type, value: object) -> Any:  # noqa: ANN401 - a `kind`
    """What `plain` made of a dataclass of that kind. Raises `ValueError`."""
    try:
        return _typed(kind, value, _Arrays(memoryview(b"")))
    except (LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"it is not what this program writes: {error!r}") from error


class _Arrays:
    """Deals out the arrays that follow the JSON."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def next(self, kind: "np.dtype[Any]", count: int) -> "np.ndarray[Any, Any]":
        """(count,), not to be written to."""
        stored = _STORED[kind]
        size = stored.itemsize * count
        if count < 0 or self._at + size > len(self._data):
            raise ValueError("an array is shorter than it says")
        array: np.ndarray[Any, Any] = np.frombuffer(
            self._data, dtype=stored, count=count, offset=self._at
        )
        self._at += size + -size % 8
        if kind == np.bool_:
            if count and array.max() > 1:
                raise ValueError("a truth is neither 0 nor 1")
            return array.view(np.bool_)
        return np.asarray(array, dtype=kind)


def _digest(*pieces: Piece) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def _plain(value: Any, arrays: list[Piece]) -> Any:  # noqa: ANN401 - any field's value
    if isinstance(value, np.ndarray):
        stored = np.ascontiguousarray(value, dtype=_STORED[value.dtype]).view(np.uint8)
        arrays += [stored.data, bytes(-stored.nbytes % 8)]
        return len(value)
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), arrays) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one, arrays) for one in value]
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    if isinstance(value, Path):
        return ""
    if value is None or type(value) in (bool, int, str):
        return value
    raise TypeError(f"{type(value)} cannot be stored")


def _typed(kind: Any, value: Any, arrays: _Arrays) -> Any:  # noqa: ANN401 - any field's value
    """`value` from JSON as the `kind` that a field is declared to be."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        (item,) = get_args(inner[1])
        return arrays.next(np.dtype(item), _typed(int, value, arrays))
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**dict(_fields(kind, value, arrays)))
    if origin in (Union, UnionType):
        (only,) = [one for one in inner if one is not NoneType]
        return None if value is None else _typed(only, value, arrays)
    if origin is tuple:
        items = _typed_list(value)
        kinds = [inner[0]] * len(items) if inner[-1] is Ellipsis else inner
        return tuple(_typed(*one, arrays) for one in zip(kinds, items, strict=True))
    if kind is Fraction:
        top, bottom = (_typed(int, one, arrays) for one in _typed_list(value))
        return Fraction(top, bottom)
    if kind is Path:
        return Path()
    if type(value) is not kind or (kind is int and abs(value) > _LARGEST):
        raise ValueError(f"{value!r:.40} is no {kind}")
    return value


def _typed_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r:.40} is no list")
    return value


def _fields(kind: type, value: Any, arrays: _Arrays) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    hints = get_type_hints(kind)
    names = [one.name for one in fields(kind)]
    if not isinstance(value, dict) or list(value) != names:
        raise ValueError(f"those are not the fields of {kind.__name__}")
    for name in names:
        yield name, _typed(hints[name], value[name], arrays)


def _refuse_what_misleads(facts: FootageFacts) -> None:
    index, packets = facts.index, facts.index.packets
    count = len(packets)
    by_packet = (
        packets.duration,
        packets.position,
        packets.size,
        packets.key,
        packets.discard,
        packets.timeless,
        packets.dts,
    )
    by_frame = (index.times, index.packet_of, index.start_of)
    sound = (
        count > 0
        and 0 < len(index) <= count
        and all(len(array) == count for array in by_packet)
        and all(len(array) == len(index) for array in by_frame)
        and bool((packets.size > 0).all())
        and _are_numbers_of_packets(index)
        and _are_times(index)
        and facts.width > 0
        and facts.height > 0
        and facts.width * facts.height <= MAX_PIXELS
        and facts.rotation in (0, 90, 180, 270)
        and facts.duration_ns == index.end_ns - index.first_ns
        and index.stream >= 0
        and index.time_base > 0
        and all(_is_track(track) for track in (facts.audio, facts.sound.track) if track)
    )
    if not sound:
        raise ValueError("its numbers do not fit each other")


def _is_track(track: AudioTrack) -> bool:
    return track.stream >= 0 and track.rate > 0 and track.channels > 0


def _are_numbers_of_packets(index: FrameIndex) -> bool:
    count = len(index.packets)
    for array in (index.packet_of, index.start_of):
        if array.min() < 0 or array.max() >= count:
            return False
    return bool(np.bincount(index.packet_of, minlength=count).max() == 1)


def _are_times(index: FrameIndex) -> bool:
    first, last = int(index.times[0]), int(index.times[-1])
    rising = bool((index.times[1:] >= index.times[:-1]).all())
    return rising and max(abs(first), abs(last), abs(index.end_ns)) < 2 * LATEST
