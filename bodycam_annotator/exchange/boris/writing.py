"""Tags as BORIS has events: what its project and its tables of events are written from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from heapq import heappop, heappush
from pathlib import Path, PurePosixPath

from bodycam_annotator.exchange.boris.observation import MS, NO_MODIFIER, OVERLAP
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag, utc_now
from bodycam_annotator.timing import NS

_FORBIDDEN = re.compile(r"[(|),`~\x00]")
_MOST_PLAYERS = 8
_LONGEST_PLAIN = 1000

LOSES = (
    "Who made a tag and when, its target, basis, confidence, status and uncertainty are not in it; "
    "nor is the note of a mark (that of a span is the comment on its stop).",
    "Only a file’s name and its average frame rate tell which footage a tag is of: two footage "
    "files of the same name cannot be told apart when it is read back.",
    "Times are from the first video frame. BORIS counts from the beginning of the file, which is "
    "earlier where sound begins before the first frame.",
    "Values of attributes are BORIS’s modifiers. Those that are blank or “None”, begin or end with "
    "a blank, have one of ( ) | , ` ~ in them or more than 1000 characters are left out, as are "
    "attributes with such names.",
    "Spans of one code and speaker that overlap or touch have a modifier more, “"
    + OVERLAP
    + "”, as BORIS could not say otherwise which stop is of which start.",
)


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A tag of one footage as BORIS has it; times are from the first video frame."""

    tag: Tag
    start_ns: int
    end_ns: int
    is_state: bool
    modifiers: tuple[str, ...]


@dataclass(frozen=True)
class Ethogram:
    """The codes of the codebook and those of all tags, and the names of their modifiers."""

    content: Content

    @cached_property
    def codes(self) -> dict[str, Code]:
        """By id; where a tag of a mark's code has a length, it is for spans."""
        codes = {code.id: code for code in self.content.project.codebook.codes}
        for tag in self.content.tags:
            if tag.code not in codes:
                codes[tag.code] = self._code_of(tag)
        return codes

    @cached_property
    def states(self) -> frozenset[str]:
        """Ids of the codes whose tags are states."""
        made = {tag.code for tag in self.content.tags if tag.end_ns > tag.start_ns}
        return frozenset(made | {c.id for c in self.codes.values() if c.kind is Kind.INTERVAL})

    @cached_property
    def modifiers(self) -> dict[str, dict[str, list[str]]]:
        """The values of each code's modifiers by their names."""
        sets = {
            code.id: {
                name: dict.fromkeys(filter(is_plain, values))
                for name, values in code.attributes.items()
                if is_plain(name)
            }
            for code in self.codes.values()
        }
        for tag in self.content.tags:
            for name, value in sorted(tag.attributes.items()):
                if is_plain(name) and is_plain(value):
                    sets[tag.code].setdefault(name, {})[value] = None
        found = {code: {name: list(v) for name, v in one.items()} for code, one in sets.items()}
        for code, lanes in self._lanes.items():
            if any(lanes.values()):
                most = max(lanes.values())
                found[code][OVERLAP] = [f"{OVERLAP} {n}" for n in range(1, most + 1)]
        return found

    def coded(self, tag: Tag, footage: Footage) -> Coded:
        names = self.modifiers[tag.code]
        values = {name: v for name, v in tag.attributes.items() if is_plain(v)}
        lane = self._lanes.get(tag.code, {}).get(tag.id, 0)
        if lane:
            values[OVERLAP] = f"{OVERLAP} {lane}"
        return Coded(
            tag=tag,
            start_ns=tag.start_ns - footage.first_ns,
            end_ns=tag.end_ns - footage.first_ns,
            is_state=tag.code in self.states,
            modifiers=tuple(values.get(name, NO_MODIFIER) for name in names),
        )

    @cached_property
    def _lanes(self) -> dict[str, dict[str, int]]:
        """By code and tag: 0, or another number where it overlaps or touches, to BORIS's
        millisecond, an earlier one of the same footage, speaker and attributes."""
        free: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        lanes: dict[str, dict[str, int]] = {}
        for tag in self.content.tags:
            if tag.code not in self.states:
                continue
            first_ns = self.content.project.footage[tag.footage_id].first_ns
            start, end = (_ms(time_ns - first_ns) for time_ns in (tag.start_ns, tag.end_ns))
            key = (tag.footage_id, tag.code, tag.speaker, *_plain_pairs(tag))
            waiting = free.setdefault(key, [])
            lane = len(waiting)
            if waiting and waiting[0][0] < start:
                lane = heappop(waiting)[1]
            heappush(waiting, (end, lane))
            lanes.setdefault(tag.code, {})[tag.id] = lane
        return lanes

    def _code_of(self, tag: Tag) -> Code:
        book = self.content.project.codebooks.get(tag.codebook)
        found = book.find(tag.code) if book else None
        return found or Code(id=tag.code, name=tag.code, kind=Kind.POINT, group="other")


@dataclass(frozen=True)
class Views:
    """The footage as players of BORIS: each in an observation of its own, where it is player 1."""

    content: Content

    @cached_property
    def names(self) -> dict[str, str]:
        """Each footage's observation, by its id."""
        project = self.content.project
        names: dict[str, str] = {}
        for footage in project.footage.values():
            wanted = f"{project.camera_of(footage.id).name} {PurePosixPath(footage.path).name}"
            wanted = " ".join(wanted.split()) or "footage"
            taken = set(names.values())
            tries = (wanted, *(f"{wanted} {n}" for n in range(2, len(project.footage) + 2)))
            names[footage.id] = next(name for name in tries if name not in taken)
        return names

    def path_of(self, footage: Footage) -> str:
        """From the folder of the project that is written, where the footage is below it; else only
        its name, so that no folders of this computer are told."""
        here = self.content.media.get(footage.id)
        if here is not None:
            try:
                return here.resolve().relative_to(self.content.folder.resolve()).as_posix()
            except ValueError:
                return here.name
        return Path(PurePosixPath(footage.path)).name

    def players(self, footage: Footage) -> list[tuple[Footage, int]]:
        """Footage and offset of each player: it is shown that many nanoseconds into player 1.

        Others than the first are those whose cameras are synced with it.
        """
        project = self.content.project
        here_ns = project.camera_of(footage.id).sync_offset_ns
        players = [(footage, 0)]
        for other in project.footage.values():
            there_ns = project.camera_of(other.id).sync_offset_ns
            if other.id != footage.id and None not in (here_ns, there_ns):
                players.append((other, (there_ns or 0) - (here_ns or 0)))
        return players[:_MOST_PLAYERS]


@lru_cache(maxsize=10_000)
def is_plain(text: str) -> bool:
    """Whether BORIS takes it for the name or value of a modifier, and gives it back."""
    return bool(
        0 < len(text) <= _LONGEST_PLAIN
        and text == text.strip()
        and text != NO_MODIFIER
        and not text.startswith(OVERLAP)
        and not _FORBIDDEN.search(text)
    )


def frame_rate(footage: Footage) -> str:
    """Frames a second on average, with three decimals as BORIS writes it."""
    length_ns = footage.end_ns - footage.first_ns
    if length_ns <= 0:
        return "0.000"
    return f"{float(Fraction(footage.frames * NS, length_ns)):.3f}"


def by_footage(content: Content) -> Iterator[tuple[Footage, Sequence[Tag]]]:
    """Each footage and its tags by their start."""
    tags: Mapping[str, list[Tag]] = {one: [] for one in content.project.footage}
    for tag in content.each_tag():
        tags[tag.footage_id].append(tag)
    for footage in content.project.footage.values():
        yield footage, tags[footage.id]


def observed(tags: Sequence[Tag]) -> str:
    """When the first of these was made, else now: `2026-01-02T03:04:05`."""
    return min((tag.created_utc for tag in tags), default=utc_now())[:19]


def _plain_pairs(tag: Tag) -> tuple[str, ...]:
    pairs = sorted(tag.attributes.items())
    return tuple(f"{n}\0{v}" for n, v in pairs if is_plain(n) and is_plain(v))


def _ms(time_ns: int) -> int:
    return round(Fraction(time_ns, MS))
