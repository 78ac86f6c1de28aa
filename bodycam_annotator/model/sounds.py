"""Stretches of sound beside the tags: what has been listened to, and what cannot be assessed."""

from collections.abc import Iterable, Sequence

from bodycam_annotator.model.tag import Basis, Tag

Span = tuple[int, int]

_HEARD = (Basis.HEARD, Basis.BOTH)


def untagged_sound(sounding: Sequence[Span], tags: Iterable[Tag], after_ns: int) -> Span | None:
    """The first of `sounding` that begins after `after_ns` and that no heard tag lies in."""
    heard = [(tag.start_ns, tag.end_ns) for tag in tags if tag.basis in _HEARD]
    for start, end in sounding:
        if start > after_ns and not any(_meets(one, (start, end)) for one in heard):
            return start, end
    return None


def unassessed(unheard: Iterable[Span], tags: Iterable[Tag], *, code: str) -> list[Span]:
    """The parts of `unheard` that no tag of that code covers, in order."""
    covered = sorted((tag.start_ns, tag.end_ns) for tag in tags if tag.code == code)
    left = []
    for start, end in unheard:
        at = start
        for begins, ends in covered:
            if begins >= end:
                break
            if ends <= at:
                continue
            if begins > at:
                left.append((at, begins))
            at = max(at, ends)
        if at < end:
            left.append((at, end))
    return left


def _meets(tag: Span, span: Span) -> bool:
    """A mark lies in it, or a span shares a stretch with it."""
    start, end = tag
    return span[0] <= start < span[1] if start == end else start < span[1] and end > span[0]
