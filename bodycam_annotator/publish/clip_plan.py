"""What a clip plays, frame by frame: which frame of the footage when, and which sound."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

import numpy as np

from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.publish.clip_forms import SLOWER, FormFacts
from bodycam_annotator.publish.clip_span import samples_of_span
from bodycam_annotator.timing import NS, ns_to_ticks, ticks_to_ns

LEAST_TICKS = 10_000
"""Ticks a second that FFmpeg's MP4 and QuickTime have at least; it doubles those that are fewer."""

MOST_TICKS = 10_000_000
"""Finer ones make a gap of minutes too long for the 32 bits that MP4 has for it."""

ROUNDED = Fraction(1, 1000)
"""Share of a sample that times rounded to the nanosecond can be off."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """The frames `first` to `last`, each shown `slower` times as long; sound only at 1."""

    first: int
    last: int
    slower: int = 1


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """One frame held, without sound."""

    ordinal: int
    lasts_ns: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Card:
    """A picture that is not of the footage. `draw` is given the clip's width and height and makes
    (height, width, 4) RGBA, in the thread that reads frames."""

    draw: Callable[[int, int], Pixels] = field(repr=False)
    lasts_ns: int


Segment = Run | Freeze | Card


@dataclass(frozen=True, kw_only=True)
class ClipFrame:
    """One picture of a clip.

    `pts` and `lasts` are in ticks of the clip. Of the footage: `ordinal`, `source_pts` as the file
    records it and `time_ns` on its own clock, all None for a card. `added`: ticks by which it is
    shown later than its time, as no two pictures of a clip can have the same.
    """

    number: int
    segment: int
    ordinal: int | None
    source_pts: int | None
    time_ns: int | None
    pts: int
    lasts: int
    added: int = 0


@dataclass(frozen=True, kw_only=True)
class SoundPart:
    """The track's samples `first` to before `end` begin at the clip's sample `at`."""

    at: int
    first: int
    end: int


@dataclass(frozen=True, kw_only=True)
class SoundPlan:
    """`samples`: how many the clip has; those in no part are silence."""

    rate: int
    samples: int
    parts: tuple[SoundPart, ...]


@dataclass(frozen=True, kw_only=True)
class ClipPlan:
    """`end`: ticks at which the last picture ends. `notes`: sentences on what is not as filmed."""

    segments: tuple[Segment, ...]
    time_base: Fraction
    frames: tuple[ClipFrame, ...]
    end: int
    sound: SoundPlan | None
    notes: tuple[str, ...]

    def starts_ns(self, frame: ClipFrame) -> int:
        """When the picture is shown, from the clip's beginning."""
        return ticks_to_ns(frame.pts, self.time_base)


def plan_clip(
    index: FrameIndex, segments: Sequence[Segment], form: FormFacts, track: AudioTrack | None
) -> ClipPlan:
    """The segments one after another, in the footage's own time base where the form can.

    Raises `FootageError` for a frame that there is not, `ExchangeError` where one would be shown
    for longer than the form can say, `ValueError` for segments that are none, or slow motion of
    frames that are not first shown at their own speed.
    """
    _check(index, segments)
    base, notes = _time_base(index.time_base, form)
    laid = _Laying(index, base)
    sounds = _SoundLaying(track)
    for number, segment in enumerate(segments):
        start = laid.end
        laid.lay(number, segment)
        if isinstance(segment, Run) and segment.slower == 1:
            sounds.lay(start, *laid.span_of(segment))
    frames, end = laid.finished()
    _refuse_longest(frames, base, form)
    return ClipPlan(
        segments=tuple(segments),
        time_base=base,
        frames=frames,
        end=end,
        sound=sounds.finished(laid.end, heard_to_end=_is_heard(segments[-1])),
        notes=(*notes, *_added(frames, base)),
    )


def without(plan: ClipPlan, missing: frozenset[int]) -> ClipPlan:
    """The plan without the pictures of those numbers; the one before each is shown longer.

    Raises `FootageError` when the first of a segment is among them: the picture before belongs to
    another, which says something else of it.
    """
    begun = -1
    for frame in plan.frames:
        if frame.segment != begun and frame.number in missing:
            raise cannot_begin(frame, plan.segments[frame.segment])
        begun = frame.segment
    kept = [frame for frame in plan.frames if frame.number not in missing]
    ends = [frame.pts for frame in kept[1:]] + [plan.end]
    frames = tuple(
        replace(frame, number=number, lasts=end - frame.pts)
        for number, (frame, end) in enumerate(zip(kept, ends, strict=True))
    )
    return replace(plan, frames=frames)


def cannot_begin(frame: ClipFrame, segment: Segment) -> FootageError:
    """Why a clip cannot have a segment that begins with that frame, which is not decoded."""
    if isinstance(segment, Freeze):
        return FootageError(
            f"Frame {frame.ordinal} cannot be decoded, so it cannot be held. Leave that out."
        )
    return FootageError(
        f"Frame {frame.ordinal} cannot be decoded, so no clip can begin with it. Begin with "
        "another."
    )


class _Laying:
    """Lays pictures one after another; positions are exact seconds until they become ticks."""

    def __init__(self, index: FrameIndex, base: Fraction) -> None:
        self._index, self._base = index, base
        self._frames: list[ClipFrame] = []
        self.end = Fraction(0)

    def lay(self, number: int, segment: Segment) -> None:
        if isinstance(segment, Run):
            self._lay_run(number, segment)
            return
        self._add(number, segment.ordinal if isinstance(segment, Freeze) else None, self.end)
        ticks = max(1, ns_to_ticks(segment.lasts_ns, self._base))
        self.end = max(self.end, self._frames[-1].pts * self._base) + ticks * self._base

    def span_of(self, run: Run) -> tuple[int, int]:
        start, end = self._index.time_of(run.first), self._index.span_of(run.last)[1]
        return start, max(start, end)

    def finished(self) -> tuple[tuple[ClipFrame, ...], int]:
        end = max(round(self.end / self._base), self._frames[-1].pts + 1)
        ends = [frame.pts for frame in self._frames[1:]] + [end]
        pairs = zip(self._frames, ends, strict=True)
        return tuple(replace(frame, lasts=until - frame.pts) for frame, until in pairs), end

    def _lay_run(self, number: int, run: Run) -> None:
        source = self._index.time_base
        start_ns, end_ns = self.span_of(run)
        # The footage's own ticks, of its times and not of its PTS, which a reset clock sets back.
        first = ns_to_ticks(start_ns, source)
        begun = self.end
        for ordinal in range(run.first, run.last + 1):
            since = ns_to_ticks(int(self._index.times[ordinal]), source) - first
            self._add(number, ordinal, begun + since * source * run.slower)
        lasted = (ns_to_ticks(end_ns, source) - first) * source * run.slower
        self.end = max(begun + lasted, (self._frames[-1].pts + 1) * self._base)

    def _add(self, segment: int, ordinal: int | None, at: Fraction) -> None:
        meant = round(at / self._base)
        pts = max(meant, self._frames[-1].pts + 1) if self._frames else meant
        self._frames.append(
            ClipFrame(
                number=len(self._frames),
                segment=segment,
                ordinal=ordinal,
                source_pts=None if ordinal is None else self._index.pts_of(ordinal),
                time_ns=None if ordinal is None else self._index.time_of(ordinal),
                pts=pts,
                lasts=0,
                added=pts - meant,
            )
        )


class _SoundLaying:
    """Lays the sound of runs at full speed where their pictures are."""

    def __init__(self, track: AudioTrack | None) -> None:
        self._track = track
        self._parts: list[SoundPart] = []

    def lay(self, at: Fraction, start_ns: int, end_ns: int) -> None:
        if self._track is None:
            return
        rate = self._track.rate
        first, end = samples_of_span(self._track, start_ns, end_ns)
        clock = SampleClock(start_ns=self._track.start_ns, rate=rate)
        late = Fraction(clock.time_of(first) - start_ns, NS)
        place = floor((at + late) * rate + ROUNDED)
        before = self._parts[-1] if self._parts else None
        if before is not None:
            place = max(place, before.at + before.end - before.first)
        self._parts.append(SoundPart(at=place, first=first, end=end))

    def finished(self, end: Fraction, *, heard_to_end: bool) -> SoundPlan | None:
        if self._track is None:
            return None
        last = self._parts[-1] if self._parts else None
        heard = 0 if last is None else last.at + last.end - last.first
        samples = heard if heard_to_end else max(heard, round(end * self._track.rate))
        return SoundPlan(rate=self._track.rate, samples=samples, parts=tuple(self._parts))


def _check(index: FrameIndex, segments: Sequence[Segment]) -> None:
    if not segments:
        raise ValueError("a clip needs at least one segment")
    shown: list[Run] = []
    for segment in segments:
        if isinstance(segment, Run):
            index.checked(segment.first)
            index.checked(segment.last)
            if segment.last < segment.first or segment.slower not in SLOWER:
                raise ValueError(f"no run of frames: {segment}")
            if segment.slower == 1:
                shown.append(segment)
            elif not any(_holds(one, segment) for one in shown):
                raise ValueError("slow motion has to follow its frames at their own speed")
        elif segment.lasts_ns <= 0:
            raise ValueError("a card or a freeze has to last")
        elif isinstance(segment, Freeze):
            index.checked(segment.ordinal)


def _holds(one: Run, other: Run) -> bool:
    return one.first <= other.first and other.last <= one.last


def _is_heard(segment: Segment) -> bool:
    return isinstance(segment, Run) and segment.slower == 1


def _time_base(own: Fraction, form: FormFacts) -> tuple[Fraction, list[str]]:
    if form.ticks is not None:
        base = Fraction(1, form.ticks)
        if (own / base).denominator == 1:
            return base, []
        return base, [
            f"{form.container.capitalize()} keeps times to 1/{form.ticks} s; those of the "
            "pictures are rounded to that, each from the beginning."
        ]
    ticks = own.denominator
    if ticks > MOST_TICKS:
        note = f"The footage counts 1/{ticks} s; the pictures' times are rounded to 1/1000000 s."
        return Fraction(1, 1_000_000), [note]
    while ticks < LEAST_TICKS:
        ticks *= 2
    return Fraction(1, ticks), []


def _refuse_longest(frames: Sequence[ClipFrame], base: Fraction, form: FormFacts) -> None:
    longest = max(frames, key=lambda frame: frame.lasts)
    if form.longest is None or longest.lasts <= form.longest:
        return
    shown, most = (int(ticks * base / 60) for ticks in (longest.lasts, form.longest))
    which = "The card" if longest.ordinal is None else f"Frame {longest.ordinal}"
    raise ExchangeError(
        f"{which} would be shown for {shown} minutes on end; of this footage "
        f"{form.container.upper()} can show one for {most} at most. Show it shorter or without "
        "slow motion, or choose ffv1."
    )


def _added(frames: Sequence[ClipFrame], base: Fraction) -> Iterator[str]:
    moved = [frame for frame in frames if frame.added]
    if moved:
        most = max(frame.added for frame in moved)
        several = len(moved) > 1
        yield (
            f"{len(moved)} picture{'s' * several} with a time that another has already "
            f"{'are' if several else 'is'} shown up to {most} tick{'s' * (most > 1)} of {base} s "
            f"later (first: frame {moved[0].ordinal})."
        )


def frame_at(plan: ClipPlan, time_ns: int) -> ClipFrame:
    """The picture that the clip shows at that time from its beginning."""
    starts = [frame.pts for frame in plan.frames]
    place = bisect_right(starts, floor(Fraction(time_ns, NS) / plan.time_base)) - 1
    return plan.frames[max(0, place)]


def usual_rate(plan: ClipPlan) -> Fraction:
    """Pictures a second as most of them are spaced, for the encoder's estimates only."""
    ticks = int(np.median([frame.lasts for frame in plan.frames]))
    return min(Fraction(1000), 1 / (max(1, ticks) * plan.time_base)).limit_denominator(100_000)
