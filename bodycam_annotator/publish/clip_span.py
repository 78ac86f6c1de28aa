"""Which frames and which samples of sound a clip holds."""

from dataclasses import dataclass

import numpy as np

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.timing import seconds_text


@dataclass(frozen=True, kw_only=True)
class ClipSpan:
    """The frames `first` to `last`, both of which belong, by ordinal.

    `[start_ns, end_ns)` is when they are on screen, on the footage's own clock.
    """

    first: int
    last: int
    start_ns: int
    end_ns: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def clip_span(
    index: FrameIndex,
    start_ns: int,
    end_ns: int,
    *,
    first: int | None = None,
    last: int | None = None,
    before_ns: int = 0,
    after_ns: int = 0,
) -> ClipSpan:
    """The frames of a mark (`end_ns == start_ns`) or span `[start_ns, end_ns)` with handles.

    From the frame on screen `before_ns` before the start to the last that begins before the end
    and `after_ns` more; handles end where the footage does. `first` and `last` are the ordinals
    that were meant, which times alone do not tell where frames share one; those that do not fit
    the times are not used. Raises `FootageError` when the mark or
    span has no frame, `ValueError` for an end before the start or a negative handle.
    """
    if end_ns < start_ns or before_ns < 0 or after_ns < 0:
        raise ValueError("a clip ends before it starts, or has a handle below 0")
    beyond = start_ns >= max(index.end_ns, int(index.times[-1]) + 1)
    if beyond or max(end_ns, start_ns + 1) <= index.first_ns:
        raise FootageError(
            f"There is no picture from {seconds_text(start_ns - index.first_ns)} s to "
            f"{seconds_text(end_ns - index.first_ns)} s, so no clip of it can be made."
        )
    begun = _meant(index, first, index.nearest(start_ns))
    # The frame on screen at a mark belongs to it, though it begins no later than the mark.
    by_time = max(begun, _last_before(index, end_ns))
    ended = begun if end_ns == start_ns else max(begun, _meant(index, last, by_time))
    if before_ns:
        begun = min(begun, index.nearest(start_ns - before_ns))
    if after_ns:
        ended = max(ended, _last_before(index, end_ns + after_ns))
    return of_frames(index, begun, ended)


def of_frames(index: FrameIndex, first: int, last: int) -> ClipSpan:
    """Those frames. Raises `FootageError` when there is no such frame or the last is before the
    first."""
    index.checked(first)
    index.checked(last)
    if last < first:
        raise FootageError(f"A clip cannot end with frame {last}, before its first, {first}.")
    return ClipSpan(
        first=first,
        last=last,
        start_ns=index.time_of(first),
        end_ns=max(index.span_of(last)[1], index.time_of(last)),
    )


def samples_of_span(track: AudioTrack, start_ns: int, end_ns: int) -> tuple[int, int]:
    """The first sample whose time lies in `[start_ns, end_ns)`, and the first behind it.

    Counted from the track's first one, so below 0 before it sounds; the track may end earlier.
    """
    clock = SampleClock(start_ns=track.start_ns, rate=track.rate)
    return clock.first_at(start_ns), clock.first_at(end_ns)


def _meant(index: FrameIndex, meant: int | None, found: int) -> int:
    """`meant` where it has the time of the frame that was found."""
    if meant is None or not 0 <= meant < len(index):
        return found
    return meant if index.time_of(meant) == index.time_of(found) else found


def _last_before(index: FrameIndex, time_ns: int) -> int:
    return max(0, int(np.searchsorted(index.times, time_ns, side="left")) - 1)
