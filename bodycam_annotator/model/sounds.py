"""Stretches of sound beside the tags: what has been listened to, and what cannot be assessed."""

from collections.abc import Iterable, Sequence

from bodycam_annotator.model.tag import Basis, Tag

Span = tuple[int, int]

SHORT_NS = 300_000_000
MARKED_NS = 1_000_000_000

_HEARD = (Basis.HEARD, Basis.BOTH)


def untagged_sound(sounding: Sequence[Span], tags: Iterable[Tag], after_ns: int) -> Span | None:
    """The first stretch of `sounding` that begins after `after_ns` and that no heard tag covers.

    What is left of a stretch beside tags counts too, unless it is shorter than `SHORT_NS`; a mark
    stands for the whole of a stretch no longer than `MARKED_NS`.
    """
    heard = [tag for tag in tags if tag.basis in _HEARD]
    marks = [tag.start_ns for tag in heard if tag.start_ns == tag.end_ns]
    spans = [(tag.start_ns, tag.end_ns) for tag in heard if tag.start_ns < tag.end_ns]
    for whole in sounding:
        if whole[1] - whole[0] <= MARKED_NS and any(whole[0] <= at < whole[1] for at in marks):
            continue
        for start, end in uncovered(whole, spans):
            if start > after_ns and ((start, end) == whole or end - start >= SHORT_NS):
                return start, end
    return None


def unassessed(unheard: Iterable[Span], tags: Iterable[Tag], *, code: str) -> list[Span]:
    """The parts of `unheard` that no tag of that code covers, in order."""
    covered = [(tag.start_ns, tag.end_ns) for tag in tags if tag.code == code]
    return [part for whole in unheard for part in uncovered(whole, covered)]


def uncovered(whole: Span, covered: Sequence[Span]) -> list[Span]:
    """The parts of `whole` that none of `covered` covers, in order."""
    at, end = whole
    left = []
    for begins, ends in sorted(covered):
        if begins >= end:
            break
        if ends <= at:
            continue
        if begins > at:
            left.append((at, begins))
        at = max(at, ends)
    return [*left, (at, end)] if at < end else left
