"""Tags on tiers, as in ELAN and Praat: one a code and speaker, and no two of its tags overlap.

A tier is called `code #2 | camera@speaker`: its number where there is more than one, the camera
where the project has several footage, with a backslash before `@` and backslashes in it, the
speaker where there is one. `tier@speaker` is how people name tiers in ELAN, so files of others are
read by the same rule.
"""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.labels import ONE_CODE
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag

_OURS = re.compile(
    r"(?P<code>[a-z][a-z0-9_]*)(?: #[0-9]+)?"
    r"(?: \| (?P<camera>(?:\\[\\@]|[^@])*+))?(?:@(?P<speaker>.*))?",
    re.S,
)
_ESCAPED = re.compile(r"\\([\\@])")


MOST_TAGS = 120_000
"""A file with more is refused, as reading it takes too long; projects have a tenth of that."""

MOST_TIERS = 10_000


@dataclass(frozen=True)
class Placed:
    """A tag and the room that it takes on its tier, `[start, end)` in the format's own units."""

    start: int
    end: int
    tag: Tag


@dataclass(frozen=True)
class Tier:
    """`name` is no other tier's. The tags are by start; they share footage, code, speaker and what
    else `tiers_of` was asked to keep apart."""

    name: str
    placed: tuple[Placed, ...]

    @property
    def tag(self) -> Tag:
        """The first, for what they share."""
        return self.placed[0].tag


@dataclass(frozen=True)
class TierName:
    """What a tier's name says; blank where it says nothing."""

    code: str
    speaker: str = ""
    camera: str = ""


def tiers_of(
    content: Content,
    room_of: Callable[[Tag], tuple[int, int]],
    *,
    apart: Callable[[Tag], Hashable],
) -> list[Tier]:
    """The content's tags on tiers, in the order of their first tags; those that overlap are on
    further tiers. `room_of` gives start and end; tags of which `apart` differs share none."""
    groups: dict[Hashable, list[Placed]] = {}
    for tag in content.each_tag():
        key = (tag.footage_id, tag.code, tag.speaker, apart(tag))
        groups.setdefault(key, []).append(Placed(*room_of(tag), tag))
    tiers = []
    counts: Counter[Hashable] = Counter()
    for group in groups.values():
        first = group[0].tag
        camera = _camera_shown(content.project, first)
        named = (first.code, first.speaker, camera)
        for placed in _without_overlaps(group):
            counts[named] += 1
            name = tier_name(first.code, counts[named], speaker=first.speaker, camera=camera)
            tiers.append(Tier(name, tuple(placed)))
    return tiers


def _without_overlaps(group: Iterable[Placed]) -> list[list[Placed]]:
    """As few lists as can be, each without overlaps."""
    lists: list[list[Placed]] = []
    free: list[tuple[int, int]] = []
    for one in sorted(group, key=lambda one: (one.start, one.end)):
        if free and free[0][0] <= one.start:
            _, number = heapq.heappop(free)
        else:
            number = len(lists)
            lists.append([])
        lists[number].append(one)
        heapq.heappush(free, (one.end, number))
    return lists


def file_span(project: Project, tag: Tag) -> tuple[int, int]:
    """Nanoseconds from the first frame of the tag's footage."""
    first_ns = project.footage[tag.footage_id].first_ns
    return tag.start_ns - first_ns, tag.end_ns - first_ns


def _camera_shown(project: Project, tag: Tag) -> str:
    """The camera as a tier's name has it: blank where there is only one footage."""
    return project.camera_of(tag.footage_id).name if len(project.footage) > 1 else ""


def tier_name(code: str, number: int, *, speaker: str, camera: str) -> str:
    """Read back by `read_tier_name`."""
    count = f" #{number}" if number > 1 else ""
    of = f" | {escaped_camera(camera)}" if camera else ""
    return code + count + of + (f"@{speaker}" if speaker else "")


def escaped_camera(camera: str) -> str:
    """As it is in a tier's name."""
    return re.sub(r"([\\@])", r"\\\1", camera)


def read_tier_name(name: str) -> TierName:
    """A name that is not as `tier_name` writes it is a code, and a speaker behind `@`."""
    ours = _OURS.fullmatch(name)
    if ours is not None:
        camera = _ESCAPED.sub(r"\1", ours["camera"] or "")
        return TierName(ours["code"], ours["speaker"] or "", camera)
    code, _, speaker = name.partition("@")
    return TierName(code.strip() or name.strip() or ONE_CODE, speaker)
