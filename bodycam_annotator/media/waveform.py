"""The outline of a sound track: the least and the greatest sample of any channel in any stretch
of time.

Of every `BIN` samples the extremes and where they are is kept; of every `FANOUT` of those the
extremes again, and so on, so that a column of any width looks at a few dozen numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.media.sound_blocks import Samples
from bodycam_annotator.media.stretches import BIN, Runs, Stretch
from bodycam_annotator.timing import NS

FANOUT = 16

Exact = tuple[int, Samples]
"""As `samples_between` gives it: the time of the first sample, and (channels, n)."""

_Level = tuple[Samples, Samples]
"""Least and greatest."""


@dataclass(frozen=True, kw_only=True)
class Bins:
    """By bin: its extremes (full scale is ±1; NaN: no sound) and where in it they first are."""

    least: NDArray[np.float32]
    greatest: NDArray[np.float32]
    least_at: NDArray[np.uint8]
    greatest_at: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Waveform:
    """All of a track's channels, from `start_ns` to `end_ns` on the footage's own clock."""

    start_ns: int
    end_ns: int
    rate: int
    samples: int
    runs: Runs
    bins: Bins

    @property
    def clock(self) -> SampleClock:
        return SampleClock(start_ns=self.start_ns, rate=self.rate)

    def is_exact(self, start_ns: int, end_ns: int, columns: int) -> bool:
        """Whether columns of that width are wide enough for `peaks` without samples."""
        return (end_ns - start_ns) * self.rate >= 2 * BIN * columns * NS

    def peaks(
        self, start_ns: int, end_ns: int, columns: int, *, exact: Exact | None = None
    ) -> NDArray[np.float32]:
        """(columns, 2): least and greatest sample of each of `columns` equal parts of the time.

        NaN where there is no sound. A bin that two columns share gives its extremes to the column
        that they are in; so no column shows what is not in it, and what one may lack, at its very
        ends, is less than what is beside it. Where `is_exact` says no, a column shows the extremes
        of the bins that it touches, unless `exact` has the samples of all that time and of a
        little before: then each shows just its own, and one between two samples the earlier,
        which lasts until the next.
        """
        if columns <= 0 or end_ns <= start_ns:
            return np.full((max(0, columns), 2), np.nan, dtype=np.float32)
        bounds = self.clock.bounds(start_ns, end_ns, columns)
        if exact is not None:
            return _peaks_of(exact[1], bounds - self.clock.first_at(exact[0]))
        if self.is_exact(start_ns, end_ns, columns):
            return self._known(bounds)
        held = bounds[1:] == bounds[:-1]
        starts = np.clip(bounds[:-1] - held, 0, self.samples)
        ends = np.clip(bounds[1:], 0, self.samples)
        return self._whole(starts // BIN, np.where(ends > starts, -(-ends // BIN), 0))

    def _known(self, bounds: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of the bins that lie in one column, and the extremes of those that lie in two."""
        peaks = self._whole(-(-bounds[:-1] // BIN), bounds[1:] // BIN)
        (cut,) = np.nonzero((bounds % BIN != 0) & (bounds > 0) & (bounds <= self.samples))
        number = bounds[cut] // BIN
        place = self.runs.places(number)
        kept = self.runs.places(number + 1) > place
        cut, number, place = cut[kept], number[kept], place[kept]
        bins = self.bins
        for side, values, at, better in (
            (0, bins.least, bins.least_at, np.fmin),
            (1, bins.greatest, bins.greatest_at, np.fmax),
        ):
            column = cut - (number * BIN + at[place] < bounds[cut])
            inside = (column >= 0) & (column < len(peaks))
            better.at(peaks[:, side], column[inside], values[place[inside]])
        # At the edge of a gap only one of a bin's extremes may lie in the column.
        return np.where(np.isnan(peaks), peaks[:, ::-1], peaks)

    def _whole(self, first: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float32]:
        """(columns, 2): extremes of the bins with those numbers."""
        starts, ends = self.runs.places(first), self.runs.places(end)
        return _over(self._levels, starts, ends).T

    @cached_property
    def _levels(self) -> list[_Level]:
        return _pyramid(self.bins)


def bins_of(stretch: Stretch) -> Bins:
    """The bins of its own samples."""
    low, high = (one.reshape(-1, BIN) for one in _extremes(stretch.core))
    least, greatest = low, high
    nothing = np.isnan(low)
    if nothing.any():
        low, high = np.where(nothing, np.inf, low), np.where(nothing, -np.inf, high)
    # Quicker than the extremes themselves.
    least_at, greatest_at = low.argmin(axis=1), high.argmax(axis=1)
    rows = np.arange(len(least))
    return Bins(
        least=least[rows, least_at],
        greatest=greatest[rows, greatest_at],
        least_at=least_at.astype(np.uint8),
        greatest_at=greatest_at.astype(np.uint8),
    )


def _extremes(samples: Samples) -> _Level:
    """(n,) each: the least and the greatest of (channels, n), or (n,)."""
    samples = np.atleast_2d(samples)
    if len(samples) == 1:
        return samples[0], samples[0]
    return samples.min(axis=0), samples.max(axis=0)


def joined(parts: Iterable[Bins]) -> Bins:
    parts = list(parts)
    nothing = np.zeros(0, dtype=np.float32)
    return Bins(
        least=np.concatenate([nothing, *(one.least for one in parts)]),
        greatest=np.concatenate([nothing, *(one.greatest for one in parts)]),
        least_at=np.concatenate([nothing.astype(np.uint8), *(one.least_at for one in parts)]),
        greatest_at=np.concatenate([nothing.astype(np.uint8), *(one.greatest_at for one in parts)]),
    )


def _peaks_of(samples: Samples, bounds: NDArray[np.int64]) -> NDArray[np.float32]:
    """`bounds`: (columns + 1,) places in `samples`, which may lie outside."""
    extremes = _extremes(samples)
    count = len(extremes[0])
    held = bounds[1:] == bounds[:-1]
    starts = np.clip(bounds[:-1] - held, 0, count)
    ends = np.clip(bounds[1:], 0, count)
    between = np.stack([starts, ends], axis=1).reshape(-1)
    # One more, so that a column may begin behind the last sample.
    low, high = (np.append(one, np.float32(np.nan)) for one in extremes)
    least, greatest = np.fmin.reduceat(low, between), np.fmax.reduceat(high, between)
    peaks = np.stack([least[::2], greatest[::2]], axis=1)
    peaks[starts >= ends] = np.nan
    return np.asarray(peaks, dtype=np.float32)


def _pyramid(bins: Bins) -> list[_Level]:
    """The bins, the best of every `FANOUT` of them, and so on until few are left."""
    levels = [(bins.least, bins.greatest)]
    while len(levels[-1][0]) > FANOUT:
        whole = len(levels[-1][0]) // FANOUT * FANOUT
        least, greatest = (values[:whole].reshape(-1, FANOUT) for values in levels[-1])
        levels.append((np.fmin.reduce(least, axis=1), np.fmax.reduce(greatest, axis=1)))
    return levels


def _over(
    levels: list[_Level], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(2, columns): the best of `levels[0]` from start to end of each; NaN where that is none."""
    best = np.full((2, len(starts)), np.nan, dtype=np.float32)
    for level in levels:
        if level is levels[-1] or (ends - starts).max() <= FANOUT:
            _take(best, level, starts, ends)
            break
        left = np.minimum(-(-starts // FANOUT) * FANOUT, np.maximum(ends, starts))
        right = np.maximum(ends // FANOUT * FANOUT, left)
        _take(best, level, starts, left)
        _take(best, level, right, ends)
        starts, ends = left // FANOUT, right // FANOUT
    return best


def _take(
    best: NDArray[np.float32], level: _Level, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> None:
    """Betters it, (2, columns), by what lies from start to end of each: `FANOUT` or few more."""
    (some,) = np.nonzero(ends > starts)
    if not len(some):
        return
    first, last = starts[some], ends[some] - 1
    # The last stands for those behind it: twice the same changes no extreme.
    at = np.minimum(first + np.arange(int((last - first).max()) + 1)[:, np.newaxis], last)
    for row, values, better in zip(best, level, (np.fmin, np.fmax), strict=True):
        row[some] = better(row[some], better.reduce(values[at], axis=0))
