"""Captions beside the pictures: a track of text that players show or hide."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bodycam_annotator.publish.clip_plan import ClipPlan, Run
from bodycam_annotator.timing import ticks_to_ns

MS = 1_000_000

_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, and marks that turn the direction of whole lines round."""

_MARKUP = str.maketrans("{}<>\\", "\uff5b\uff5d\uff1c\uff1e\uff3c")
"""What players take for markup and do not show, and wider forms of it that they do."""


_TOLD = 60
"""Characters of a caption by which it is told which one is meant."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is said in `[start_ns, end_ns)` on the footage's own clock, as it is to be read."""

    start_ns: int
    end_ns: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Text that a clip shows, in milliseconds from its beginning; no two overlap."""

    start_ms: int
    end_ms: int
    text: str


def cues_of(plan: ClipPlan, captions: Sequence[Caption]) -> tuple[Cue, ...]:
    """The captions where the clip has their sound: in its runs at full speed.

    What is said at the same time stands in one cue, a line each.
    """
    placed = sorted(
        (cue for caption in captions if caption.text.strip() for cue in _placed(plan, caption)),
        key=lambda cue: (cue.start_ms, cue.end_ms),
    )
    edges = sorted({edge for cue in placed for edge in (cue.start_ms, cue.end_ms)})
    flat: list[Cue] = []
    for start, end in pairwise(edges):
        said = [cue.text for cue in placed if cue.start_ms <= start and end <= cue.end_ms]
        if not said:
            continue
        text = "\n".join(said)
        if flat and flat[-1].text == text and flat[-1].end_ms == start:
            start = flat.pop().start_ms
        flat.append(Cue(start_ms=start, end_ms=end, text=text))
    return tuple(flat)


def cut_to(cues: Sequence[Cue], most_bytes: int | None) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """The cues with at most so many bytes of UTF-8 each, and a sentence on each that was cut."""
    if most_bytes is None:
        return tuple(cues), ()
    kept = tuple(replace(cue, text=_cut(cue.text, most_bytes)) for cue in cues)
    notes = tuple(
        f"A caption is too long for the track of text and was cut there: “{cue.text[:_TOLD]}…”."
        for cue, short in zip(cues, kept, strict=True)
        if cue != short
    )
    return kept, notes


def _cut(text: str, most: int) -> str:
    whole = text.encode()
    if len(whole) <= most:
        return text
    return whole[: most - len("…".encode())].decode(errors="ignore") + "…"


def _placed(plan: ClipPlan, caption: Caption) -> Iterator[Cue]:
    for number, segment in enumerate(plan.segments):
        if not isinstance(segment, Run) or segment.slower != 1:
            continue
        frames = [frame for frame in plan.frames if frame.segment == number]
        began = frames[0].time_ns if frames else None
        if began is None:
            continue
        at = plan.starts_ns(frames[0])
        lasts = ticks_to_ns(frames[-1].pts + frames[-1].lasts, plan.time_base) - at
        start, end = max(0, caption.start_ns - began), min(lasts, caption.end_ns - began)
        start_ms, end_ms = round((at + start) / MS), round((at + end) / MS)
        if end_ms > start_ms:
            yield Cue(start_ms=start_ms, end_ms=end_ms, text=_lines(caption.text))


def _lines(text: str) -> str:
    """Without blank lines, which end a cue in some formats, markup and halves of characters."""
    kept = [line.strip() for line in text.splitlines() if line.strip()]
    whole = "\n".join(kept).encode(errors="ignore").decode()
    return _UNSEEN.sub("", whole).translate(_MARKUP)
