"""One track per code group, its tags in lanes so that none lies on another."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor

from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order, lanes
from bodycam_annotator.ui.colors import COLORS, seen_color
from bodycam_annotator.ui.timeline.scale import Scale

FLAG_PX = 12
"""Width of a mark's flag."""

BLOCK_SHADE = 118
"""Blocks are so many percent as dark as their code's colour."""

GRIP_PX = 4
"""How near an edge must be to be taken hold of."""

_LEAST_BODY_PX = 3 * GRIP_PX


class Part(Enum):
    """What of a tag is under the pointer."""

    START = auto()
    END = auto()
    BODY = auto()


@dataclass(frozen=True)
class Hit:
    tag: Tag
    part: Part


class Lane:
    """Tags in the order of time, of which none overlaps another.

    Attributes:
        starts, ends: nanoseconds; inks: colours as 0xAARRGGBB; all (n,), as `tags`.
    """

    def __init__(self, tags: Sequence[Tag], inks: Sequence[int]) -> None:
        self.tags = tuple(tags)
        self.inks: NDArray[np.uint32] = np.array(inks, dtype=np.uint32)
        self.starts: NDArray[np.int64] = np.array([tag.start_ns for tag in tags], dtype=np.int64)
        self.ends: NDArray[np.int64] = np.array([tag.end_ns for tag in tags], dtype=np.int64)

    def between(self, start_ns: int, end_ns: int) -> range:
        """Those of which something lies there; a mark on `end_ns` does not."""
        first = int(np.searchsorted(self.ends, start_ns))
        return range(first, max(first, int(np.searchsorted(self.starts, end_ns))))

    def is_free_from(self, time_ns: int) -> bool:
        return not len(self.ends) or int(self.ends[-1]) <= time_ns

    def hit(self, x: float, scale: Scale, selected: frozenset[str]) -> Hit | None:
        """What is at that place; of two, the edge of a selected tag, else the later one."""
        reach = scale.ns(FLAG_PX + GRIP_PX)
        time_ns = scale.time(x)
        found = [
            hit
            for at in self.between(time_ns - reach, time_ns + reach + 1)
            if (hit := _hit(self.tags[at], x, scale)) is not None
        ]
        return max(found, key=lambda hit: _weight(hit, x, scale, selected), default=None)


@dataclass(frozen=True)
class Track:
    group: str
    lanes: tuple[Lane, ...]


class Tracks:
    """All tracks, in the codebook's order.

    Attributes:
        place: by tag id, the number of its track and of its lane in that.
    """

    def __init__(self, project: Project | None, tags: Sequence[Tag]) -> None:
        self._project = project
        self._books = project.codebooks if project else {}
        self._groups = project.codebook.groups if project else ()
        self._own = project.codebook if project else None
        self._codes: dict[tuple[str, str], Code | None] = {}
        self.tags: Mapping[str, Tag] = {tag.id: tag for tag in in_order(tags)}
        self.place: dict[str, tuple[int, int]] = {}
        by_group: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.tags.values():
            by_group[self.group_of(tag)].append(tag)
        self.tracks = tuple(
            self._track(number, group, by_group[group]) for number, group in enumerate(self._groups)
        )

    def painted_anew(self) -> "Tracks":
        """In the colours of now."""
        return Tracks(self._project, list(self.tags.values()))

    def code_of(self, tag: Tag) -> Code | None:
        key = (tag.codebook, tag.code)
        if key not in self._codes:
            book = self._books.get(tag.codebook)
            self._codes[key] = book.find(tag.code) if book else None
        return self._codes[key]

    def name_of(self, tag: Tag) -> str:
        code = self.code_of(tag)
        return code.name if code else tag.code

    def own_code(self, code_id: str) -> Code | None:
        """Of the codebook that new tags are made under."""
        return self._own.find(code_id) if self._own else None

    def group_of(self, tag: Tag) -> str:
        """That of its code; of codes that the codebook has no group for, the last."""
        code = self.code_of(tag)
        return code.group if code and code.group in self._groups else self._groups[-1]

    def number_of(self, group: str) -> int:
        return self._groups.index(group)

    def all_lanes(self) -> Iterator[Lane]:
        for track in self.tracks:
            yield from track.lanes

    def _track(self, number: int, group: str, tags: Sequence[Tag]) -> Track:
        # A nanosecond for a mark: marks of one instant lie below each other, all others beside.
        laid = lanes(tags, point_ns=1)
        count = max(laid.values(), default=0) + 1
        filled: list[list[Tag]] = [[] for _ in range(count)]
        for tag in tags:
            filled[laid[tag.id]].append(tag)
            self.place[tag.id] = (number, laid[tag.id])
        return Track(group, tuple(Lane(lane, [self._ink(tag) for tag in lane]) for lane in filled))

    def _ink(self, tag: Tag) -> int:
        code = self.code_of(tag)
        name = code.color if code else COLORS.muted
        return _ink(name, tag.start_ns == tag.end_ns, COLORS.is_dark)


def block_color(name: str) -> QColor:
    """Blocks are a little darker than flags where the ground is dark."""
    color = seen_color(name)
    return color.darker(BLOCK_SHADE) if COLORS.is_dark else color


@lru_cache(maxsize=256)
def _ink(name: str, is_mark: bool, is_dark: bool) -> int:
    """As when each is painted by itself."""
    del is_dark
    return (seen_color(name) if is_mark else block_color(name)).rgba()


def _hit(tag: Tag, x: float, scale: Scale) -> Hit | None:
    left = scale.x(tag.start_ns)
    if tag.end_ns == tag.start_ns:
        return Hit(tag, Part.BODY) if left - GRIP_PX <= x <= left + FLAG_PX else None
    right = max(scale.x(tag.end_ns), left + GRIP_PX)
    if not left - GRIP_PX <= x <= right + GRIP_PX:
        return None
    # A narrow block can be moved by what there is of it, and its edges be taken from outside.
    inward = GRIP_PX if right - left >= _LEAST_BODY_PX else 0
    if x < left + inward:
        return Hit(tag, Part.START)
    return Hit(tag, Part.END if x > right - inward else Part.BODY)


def _weight(hit: Hit, x: float, scale: Scale, selected: frozenset[str]) -> tuple[bool, bool, int]:
    left, right = scale.x(hit.tag.start_ns), scale.x(hit.tag.end_ns)
    inside = left <= x < max(right, left + FLAG_PX if hit.tag.end_ns == hit.tag.start_ns else right)
    return hit.tag.id in selected, inside, hit.tag.start_ns
