"""The frames of a footage in presentation order, learned from its packets without decoding."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.packets import Packets, read_packets
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.timing import NS, ticks_to_ns

CLOCK_RESET = NS
"""A keyframe this much earlier than what came before it means that the file's clock was reset."""

LONGEST_REORDER = 32
"""Pictures change places over at most so many packets: 16 frames of H.264 or H.265, as fields."""

RATE_TOLERANCE = 0.1
"""Frames whose durations differ by less than this share, or by two ticks, keep a constant rate."""

LATEST = 2**61
"""Nanoseconds (73 years): times further from 0 are damage, and sums of two still fit 64 bits."""

MANY_ASTRAY = 0.1
"""From this share on, times that contradict the decoder's order are not single glitches."""


@dataclass(frozen=True, kw_only=True)
class FrameIndex:
    """Every frame that can be shown, by ordinal (its zero-based place in presentation order).

    pts: ticks of `time_base` as the file records them.
    times: the same in nanoseconds on the footage's own clock, never decreasing; they differ from
        `pts` only behind a clock reset, where time goes on from the frame before.
    packet_of: per ordinal, the number of its packet in decoding order.
    start_of: per ordinal, the number of the packet at which decoding must begin to get it right.
    packets: every packet of the stream in decoding order.
    end_ns: where the last frame's span ends.
    oddities: what a reader of times should know, as sentences.
    astray: how many of the file's times contradict the order of the frames.
    """

    stream: int
    time_base: Fraction
    pts: NDArray[np.int64]
    times: NDArray[np.int64]
    packet_of: NDArray[np.int64]
    start_of: NDArray[np.int64]
    packets: Packets = field(repr=False)
    end_ns: int
    variable_rate: bool
    oddities: tuple[str, ...]
    astray: int = 0

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def first_ns(self) -> int:
        return int(self.times[0])

    def time_of(self, ordinal: int) -> int:
        """Nanoseconds on the footage's own clock. Raises `FootageError` outside the footage."""
        return int(self.times[self.checked(ordinal)])

    def pts_of(self, ordinal: int) -> int:
        return int(self.pts[self.checked(ordinal)])

    def checked(self, ordinal: int) -> int:
        """`ordinal` itself. Raises `FootageError` when the footage has no such frame."""
        if not 0 <= ordinal < len(self):
            raise FootageError(
                f"There is no frame {ordinal}; the footage has frames 0 to {len(self) - 1}."
            )
        return ordinal

    def ordinal_at(self, time_ns: int) -> int:
        """The last frame whose time is at or before `time_ns`.

        Raises `FootageError` before the first frame and after the last one's span.
        """
        if time_ns < self.first_ns or time_ns > max(self.end_ns, int(self.times[-1])):
            raise FootageError(
                f"There is no picture at {_seconds(time_ns - self.first_ns)}; the footage shows "
                f"0 to {_seconds(self.end_ns - self.first_ns)}."
            )
        return int(np.searchsorted(self.times, time_ns, side="right")) - 1

    def nearest(self, time_ns: int) -> int:
        """As `ordinal_at`, with times outside the footage taken as its first or last frame."""
        return max(0, int(np.searchsorted(self.times, time_ns, side="right")) - 1)

    def end_of(self, ordinal: int) -> int:
        """Where the frame's showing ends in nanoseconds, with all frames that share its time."""
        after = int(np.searchsorted(self.times, self.time_of(ordinal), side="right"))
        return self.end_ns if after == len(self) else int(self.times[after])

    def span_of(self, ordinal: int) -> tuple[int, int]:
        """`[start, end)` in nanoseconds: a frame lasts until the next one begins."""
        self.checked(ordinal)
        last = ordinal == len(self) - 1
        end = self.end_ns if last else int(self.times[ordinal + 1])
        return int(self.times[ordinal]), end


def index_stream(
    stream: VideoStream,
    path: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> FrameIndex:
    """Demuxes the stream's container from where it stands (its beginning) to its end.

    Raises `FootageError` when no packet holds a frame, `Cancelled` when asked to stop.
    """
    packets = read_packets(stream, path, progress=progress, cancelled=cancelled)
    index = in_time_order(
        packets,
        stream=stream.index,
        time_base=Fraction(stream.time_base or Fraction(1, 1000)),
        reorders=stream.codec_context.has_b_frames,
    )
    if not len(index):
        raise FootageError(f"{path} has a video stream without a single frame.")
    return index


def in_time_order(
    packets: Packets, *, stream: int, time_base: Fraction, reorders: bool
) -> FrameIndex:
    """Frames ordered by presentation time, ties in decoding order, clock resets one by one.

    Where the codec does not reorder, decoding order is presentation order, and single times that
    contradict it are held between their neighbours; `astray` counts those. Where there are any,
    the codec may after all reorder, later than its header says: only the decoder can tell.
    """
    stretch, offsets = _stretches(packets, time_base)
    ticks = packets.pts + offsets[stretch]
    said = _resets(packets, stretch, offsets, time_base)
    astray = 0
    if reorders:
        order = np.lexsort((np.arange(len(packets)), packets.pts, stretch))
    else:
        order = np.arange(len(packets))
        ticks, astray = _rising(ticks, packets.timeless)
        said += _contradictions(astray)
    index = _index(packets, order, ticks, stream=stream, time_base=time_base, oddities=said)
    return replace(index, astray=astray)


def _resets(
    packets: Packets, stretch: NDArray[np.int64], offsets: NDArray[np.int64], time_base: Fraction
) -> list[str]:
    said = []
    for number in range(1, len(offsets)):
        at = int(np.argmax(stretch[~packets.discard] == number))
        added = _seconds(ticks_to_ns(int(offsets[number] - offsets[number - 1]), time_base))
        said.append(
            f"The file’s clock is reset at frame {at}; file time goes on from the frame before "
            f"({added} added)."
        )
    return said


def _contradictions(astray: int) -> list[str]:
    if not astray:
        return []
    return [
        f"{astray} frame{'s' * (astray > 1)} with a time that contradicts the order of "
        "the frames; the time of the frame before is used."
    ]


def _rising(ticks: NDArray[np.int64], timeless: NDArray[np.bool_]) -> tuple[NDArray[np.int64], int]:
    """`ticks` with the fewest changed so that they never fall, and how many known ones were.

    Those kept are a longest non-decreasing subsequence (patience sorting: Fredman 1975).
    """
    known = np.flatnonzero(~timeless)
    if not len(known):
        return ticks, 0
    if np.all(np.diff(ticks[known]) >= 0):
        kept = known
    else:
        kept = known[_longest_rising(ticks[known].tolist())]
    place = np.searchsorted(kept, np.arange(len(ticks)), side="right") - 1
    return ticks[kept[np.maximum(place, 0)]], len(known) - len(kept)


def _longest_rising(values: list[int]) -> list[int]:
    """Places of a longest non-decreasing subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        pile = bisect_right(tails, value)
        if pile == len(tails):
            tails.append(value)
            ends.append(at)
        else:
            tails[pile], ends[pile] = value, at
        before.append(ends[pile - 1] if pile else -1)
    places = [ends[-1]]
    while before[places[-1]] >= 0:
        places.append(before[places[-1]])
    return places[::-1]


def in_decoded_order(index: FrameIndex, decoded: list[int], *, why: str) -> FrameIndex:
    """Frames in the order in which the decoder shows packets, for files whose times are wrong.

    `decoded` holds packet numbers. Each frame keeps its own time where that does not contradict
    the order. Where many do, or the container's times were made up, all of the file's times are
    dealt out in rising order.
    """
    # A decoder that is set up anew midway may give its last picture twice.
    order = np.array(list(dict.fromkeys(decoded)), dtype=np.int64)
    packets = index.packets
    stretch, offsets = _stretches(packets, index.time_base)
    ticks = packets.pts + offsets[stretch]
    said = [why, *_resets(packets, stretch, offsets, index.time_base)]
    risen, astray = _rising(ticks[order], packets.timeless[order])
    if astray and (packets.derived or astray >= MANY_ASTRAY * len(order)):
        dealt, pts = order[np.argsort(ticks[order], kind="stable")], packets.pts.copy()
        pts[order], ticks[order] = packets.pts[dealt], ticks[dealt]
        packets = replace(packets, pts=pts)
        said.append("The file's times are dealt out in that order.")
    else:
        ticks[order] = risen
        said += _contradictions(astray)
    settled = _index(
        packets, order, ticks, stream=index.stream, time_base=index.time_base, oddities=said
    )
    return replace(settled, astray=astray)


def without_head(index: FrameIndex, dropped: int) -> FrameIndex:
    """The index without its first `dropped` frames, which cannot be decoded."""
    kept = slice(dropped, None)
    sentence = (
        f"The first {dropped} frame{'s' * (dropped > 1)} of the file cannot be decoded, because "
        "what they build on is missing; frame 0 is the first that can be shown."
    )
    return replace(
        index,
        pts=index.pts[kept],
        times=index.times[kept],
        packet_of=index.packet_of[kept],
        start_of=index.start_of[kept],
        oddities=(*index.oddities, sentence),
    )


def _index(
    packets: Packets,
    order: NDArray[np.int64],
    ticks: NDArray[np.int64],
    *,
    stream: int,
    time_base: Fraction,
    oddities: list[str],
) -> FrameIndex:
    """`order`: packet numbers as presented, hidden ones too. `ticks`: per packet, never reset."""
    place = np.arange(len(order))
    last_key = np.maximum.accumulate(np.where(packets.key[order], place, -1))
    starts = np.where(last_key >= 0, order[np.maximum(last_key, 0)], 0)
    shown = ~packets.discard[order]
    packet_of = order[shown]
    times = _to_ns(ticks[packet_of], time_base)
    gaps = np.diff(times)
    variable = _is_variable(gaps, time_base)
    hidden = int(packets.discard.sum())
    if hidden:
        oddities.append(
            f"{hidden} frame{'s' * (hidden > 1)} in the file {'are' if hidden > 1 else 'is'} "
            "hidden by its edit list and not shown, counted or timed."
        )
    return FrameIndex(
        stream=stream,
        time_base=time_base,
        pts=packets.pts[packet_of],
        times=times,
        packet_of=packet_of,
        start_of=starts[shown],
        packets=packets,
        end_ns=_end(packets, packet_of, ticks, times, time_base),
        variable_rate=variable,
        oddities=(*packets.oddities, *oddities, *_time_oddities(times, gaps, variable=variable)),
    )


def _stretches(
    packets: Packets, time_base: Fraction
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per packet, how often the file's clock was reset before it; per stretch, ticks to add."""
    stretch = np.zeros(len(packets), dtype=np.int64)
    offsets = [0]
    if not len(packets):
        return stretch, np.array(offsets, dtype=np.int64)
    _refuse_absurd([int(packets.pts.min()), int(packets.pts.max())], time_base)
    back = round(Fraction(CLOCK_RESET, NS) / time_base)
    highest = np.maximum.accumulate(packets.pts)
    suspects = np.flatnonzero(packets.key[1:] & (packets.pts[1:] < highest[:-1] - back)) + 1
    begun = 0
    for number, at in enumerate(suspects):
        top = begun + int(packets.pts[begun:at].argmax())
        if packets.pts[at] >= packets.pts[top] - back:
            continue
        until = int(suspects[number + 1]) if number + 1 < len(suspects) else len(packets)
        first = packets.pts[at : min(until, at + LONGEST_REORDER)].min()
        step = max(int(packets.duration[top]), 1)
        offsets.append(offsets[-1] + int(packets.pts[top] + step - first))
        stretch[at:] += 1
        begun = int(at)
    _refuse_absurd([offsets[-1], offsets[-1] + int(packets.pts.max())], time_base)
    return stretch, np.array(offsets, dtype=np.int64)


def _refuse_absurd(ticks: list[int], time_base: Fraction) -> None:
    if any(abs(one) >= LATEST or abs(one * time_base * NS) >= LATEST for one in ticks):
        raise FootageError(
            "The file claims times that no footage has (decades from 0); it is damaged. Open "
            "another copy, or one remuxed with FFmpeg."
        )


def _to_ns(ticks: NDArray[np.int64], time_base: Fraction) -> NDArray[np.int64]:
    """As `ticks_to_ns`, for an array: exact, rounded half to even."""
    factor = time_base * NS
    if len(ticks) and int(np.abs(ticks).max()) * factor.numerator >= 2**62:
        return np.array([ticks_to_ns(int(tick), time_base) for tick in ticks], dtype=np.int64)
    whole, rest = np.divmod(ticks * factor.numerator, factor.denominator)
    double = 2 * rest
    up = (double > factor.denominator) | ((double == factor.denominator) & (whole % 2 == 1))
    return np.asarray(whole + up, dtype=np.int64)


def _end(
    packets: Packets,
    packet_of: NDArray[np.int64],
    ticks: NDArray[np.int64],
    times: NDArray[np.int64],
    time_base: Fraction,
) -> int:
    if not len(times):
        return 0
    lasts = int(packets.duration[packet_of[-1]])
    if 0 < lasts * time_base * NS < LATEST:
        return ticks_to_ns(int(ticks[packet_of[-1]]) + lasts, time_base)
    # A file that does not say how long its last frame lasts: as long as the one before.
    return int(times[-1] + (times[-1] - times[-2] if len(times) > 1 else 0))


def _is_variable(gaps: NDArray[np.int64], time_base: Fraction) -> bool:
    if len(gaps) < 2:
        return False
    allowed = max(2 * ticks_to_ns(1, time_base), RATE_TOLERANCE * float(np.median(gaps)))
    return bool(gaps.max() - gaps.min() > allowed)


def _time_oddities(
    times: NDArray[np.int64], gaps: NDArray[np.int64], *, variable: bool
) -> list[str]:
    said = []
    if len(times) and times[0]:
        said.append(f"The first frame's time in the file is {_seconds(int(times[0]))}, not 0.")
    if variable:
        said.append(
            f"Variable frame rate: frames last from {gaps.min() / 1e6:.1f} to "
            f"{gaps.max() / 1e6:.1f} ms."
        )
    doubles = np.flatnonzero(gaps == 0) + 1
    if len(doubles):
        said.append(
            f"{len(doubles)} frame{'s' * (len(doubles) > 1)} with the same time as the frame "
            f"before (first: frame {doubles[0]})."
        )
    return said


def _seconds(time_ns: int) -> str:
    return f"{time_ns / NS:.3f} s"
