"""Tags in the order of time: which comes next, and which need a lane of their own."""

from collections.abc import Iterable, Sequence

from bodycam_annotator.model.tag import Tag


def in_order(tags: Iterable[Tag]) -> list[Tag]:
    """By start, then end, then when they were made."""
    return sorted(tags, key=lambda tag: (tag.start_ns, tag.end_ns, tag.created_utc, tag.id))


def next_tag(tags: Iterable[Tag], time_ns: int) -> Tag | None:
    """The first tag that starts after `time_ns`."""
    return next((tag for tag in in_order(tags) if tag.start_ns > time_ns), None)


def previous_tag(tags: Iterable[Tag], time_ns: int) -> Tag | None:
    """The last tag that starts before `time_ns`."""
    return next((tag for tag in reversed(in_order(tags)) if tag.start_ns < time_ns), None)


def lanes(tags: Sequence[Tag], *, point_ns: int) -> dict[str, int]:
    """A lane number per tag id such that no two tags of one lane overlap.

    A mark takes `point_ns` of room, so that neighbouring flags stay apart.
    """
    free_from: list[int] = []
    result: dict[str, int] = {}
    for tag in in_order(tags):
        lane = next(
            (number for number, free in enumerate(free_from) if free <= tag.start_ns),
            len(free_from),
        )
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = max(tag.end_ns, tag.start_ns + point_ns)
        result[tag.id] = lane
    return result
