"""The time between tags: exact, with the bound that follows from those of the tags' own edges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order


class Edge(StrEnum):
    """Where a tag begins, or where it ends; a mark does both at one instant."""

    START = "start"
    END = "end"


class Rule(StrEnum):
    """Which tags are paired. What is before and next goes by where tags start, so that a span
    which still lasts at the other tag counts as before it and makes the length negative."""

    LAST_BEFORE_FIRST = "last A before first B"
    NEXT = "each A to next B"
    FIRST_TO_FIRST = "first A to first B"
    SUCCESSIVE = "each A to next A"
    SELECTED = "selected tags, one to the next"


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A kind of tag: a code, and if given who speaks and one attribute with its value."""

    code: str
    speaker: str = ""
    attribute: tuple[str, str] | None = None

    def takes(self, tag: Tag) -> bool:
        name, value = self.attribute or ("", None)
        return (
            tag.code == self.code
            and self.speaker in ("", tag.speaker)
            and (value is None or tag.attributes.get(name) == value)
        )


@dataclass(frozen=True, kw_only=True)
class Side:
    """Tags of one kind on one footage, measured at one edge."""

    pick: Pick
    footage_id: str
    edge: Edge


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is measured. `SUCCESSIVE` takes kind and footage of `start` for both sides, `SELECTED`
    only the edges, of the tags whose ids are `tags`."""

    rule: Rule
    start: Side
    end: Side
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Interval:
    """From an edge of one tag to an edge of another; negative when the other is earlier.

    `length_ns` None: the tags are on cameras that are not synchronised. `uncertainty_ns` bounds
    how far the length may be off either way, `sync_uncertainty_ns` is the part of it that comes
    from the cameras' sync, 0 on one footage. None is unknown.
    """

    from_tag: Tag
    from_edge: Edge
    to_tag: Tag
    to_edge: Edge
    length_ns: int | None
    uncertainty_ns: int | None
    sync_uncertainty_ns: int | None

    @property
    def is_across(self) -> bool:
        """Whether it goes from one footage to another."""
        return self.from_tag.footage_id != self.to_tag.footage_id


def edge_ns(tag: Tag, edge: Edge) -> int:
    """On the footage's own clock."""
    return tag.start_ns if edge is Edge.START else tag.end_ns


def edge_frame(tag: Tag, edge: Edge) -> int | None:
    """The frame on screen at the start, or the last that belongs; None where there is none."""
    return tag.start_frame if edge is Edge.START else tag.end_frame


def added(*bounds: int | None) -> int | None:
    """The bound of a sum or difference of times that may each be off by so much, either way.

    One may be early while the other is late, so bounds add up; this needs no assumption on how
    they come about. Unknown with anything is unknown.
    """
    total = 0
    for bound in bounds:
        if bound is None:
            return None
        total += bound
    return total


def between(
    project: Project,
    from_tag: Tag,
    to_tag: Tag,
    *,
    from_edge: Edge = Edge.START,
    to_edge: Edge = Edge.START,
) -> Interval:
    """The interval between two edges; on different footage by the cameras' sync."""
    across = from_tag.footage_id != to_tag.footage_id
    syncs = [project.camera_of(tag.footage_id) for tag in (from_tag, to_tag)] if across else []
    sync_ns = added(*(camera.sync_uncertainty_ns for camera in syncs))
    begins = common_ns(project, from_tag, from_edge, across=across)
    ends = common_ns(project, to_tag, to_edge, across=across)
    length_ns = None if begins is None or ends is None else ends - begins
    bound = added(from_tag.uncertainty_ns, to_tag.uncertainty_ns, sync_ns)
    if from_tag.id == to_tag.id and length_ns == 0:
        # One instant, however far off it is.
        bound = 0
    return Interval(
        from_tag=from_tag,
        from_edge=from_edge,
        to_tag=to_tag,
        to_edge=to_edge,
        length_ns=length_ns,
        uncertainty_ns=None if length_ns is None else bound,
        sync_uncertainty_ns=sync_ns,
    )


def common_ns(project: Project, tag: Tag, edge: Edge, *, across: bool) -> int | None:
    """Where the edge is on the footage's own clock, or `across` cameras in incident time."""
    if not across:
        return edge_ns(tag, edge)
    offset = project.camera_of(tag.footage_id).sync_offset_ns
    first_ns = project.footage[tag.footage_id].first_ns
    return None if offset is None else edge_ns(tag, edge) - first_ns + offset


def are_comparable(project: Project, one: str, other: str) -> bool:
    """Whether times on the two footage can be compared: they are one, or both are synchronised."""
    cameras = (project.camera_of(one), project.camera_of(other))
    return one == other or all(camera.sync_offset_ns is not None for camera in cameras)


def answer(project: Project, question: Question) -> list[Interval]:
    """The intervals in the order of time; none where the cameras are not synchronised."""
    start, end, rule = question.start, question.end, question.rule
    if rule is Rule.SELECTED:
        chosen = [tag for tag in project.standing_tags if tag.id in question.tags]
        pairs = list(pairwise(in_order(chosen)))
    elif rule is Rule.SUCCESSIVE:
        pairs = list(pairwise(_taken(project, start)))
    elif are_comparable(project, start.footage_id, end.footage_id):
        pairs = _paired(project, question)
    else:
        pairs = []
    return [
        between(project, one, other, from_edge=start.edge, to_edge=end.edge) for one, other in pairs
    ]


def picks_of(project: Project) -> list[Pick]:
    """The kinds of tag that there are, in the codebook's order: each code, then by who speaks and
    by the attributes that have fixed values."""
    tags = in_order(project.standing_tags)
    known = [code.id for code in project.codebook.codes]
    codes = dict.fromkeys([*known, *(tag.code for tag in tags)])
    return [
        pick
        for code in codes
        for pick in _picks(project, code, [tag for tag in tags if tag.code == code])
    ]


def _picks(project: Project, code: str, tags: Sequence[Tag]) -> Iterable[Pick]:
    if not tags:
        return []
    book = {entry.id: entry for known in project.codebooks.values() for entry in known.codes}
    offered = book[code].attributes if code in book else {}
    valued = [(name, value) for name, values in offered.items() for value in values]
    speakers = sorted({tag.speaker for tag in tags} - {""})
    wanted = [
        Pick(code=code),
        *(Pick(code=code, speaker=speaker) for speaker in speakers),
        *(
            Pick(code=code, speaker=speaker, attribute=attribute)
            for attribute in valued
            for speaker in ["", *speakers]
        ),
    ]
    return [pick for pick in wanted if any(map(pick.takes, tags))]


def _taken(project: Project, side: Side) -> list[Tag]:
    tags = [tag for tag in project.standing_tags if tag.footage_id == side.footage_id]
    return in_order(filter(side.pick.takes, tags))


def _paired(project: Project, question: Question) -> list[tuple[Tag, Tag]]:
    start, end = question.start, question.end
    ones, others = _taken(project, start), _taken(project, end)
    if not ones or not others:
        return []
    if question.rule is Rule.FIRST_TO_FIRST:
        return [(ones[0], others[0])] if ones[0] is not others[0] else []
    place = _places(project, [*ones, *others], across=start.footage_id != end.footage_id)
    if question.rule is Rule.LAST_BEFORE_FIRST:
        before = [one for one in ones if place[one.id] < place[others[0].id]]
        return [(before[-1], others[0])] if before else []
    following: list[tuple[Tag, Tag]] = []
    at = 0
    for one in ones:
        while at < len(others) and place[others[at].id] <= place[one.id]:
            at += 1
        if at < len(others):
            following.append((one, others[at]))
    return following


def _places(project: Project, tags: Sequence[Tag], *, across: bool) -> dict[str, int]:
    """Each tag's place in the order of starts, by its id."""
    unique = {tag.id: tag for tag in tags}.values()

    def key(tag: Tag) -> tuple[int, int, str, str]:
        begins = common_ns(project, tag, Edge.START, across=across)
        ends = common_ns(project, tag, Edge.END, across=across)
        assert begins is not None
        assert ends is not None
        return begins, ends, tag.created_utc, tag.id

    return {tag.id: at for at, tag in enumerate(sorted(unique, key=key))}
