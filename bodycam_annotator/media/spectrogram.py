"""The spectrogram of a sound track, kept small enough to have two hours of it at hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.media.spectrum import Spectrum
from bodycam_annotator.media.stretches import Grid, Runs
from bodycam_annotator.media.waveform import Exact
from bodycam_annotator.timing import samples_to_ns

ROWS = 128
"""Frequencies that are kept, from 0 to `top_hz`."""

FLOOR_DB = -100.0

FANOUT = 4
"""Columns of which the next coarser level has one: the loudest of each row."""

LEVELS = 6

Shades = NDArray[np.uint8]
"""0 to 255 for -100 to 0 dBFS; 0 also where there is no sound."""


@dataclass(frozen=True, kw_only=True)
class Spectrogram:
    """Of the mean power of a track's channels; how it is computed: `spectrum`.

    levels: from fine to coarse, each column after column, rows from low to high frequency. Column
    k of the finest stands for the samples from k times `Grid.column` on.
    """

    start_ns: int
    rate: int
    runs: Runs
    levels: tuple[Shades, ...]

    @property
    def top_hz(self) -> float:
        return Spectrum(self.rate).top_hz

    @property
    def column_ns(self) -> int:
        """How long one kept column lasts."""
        return samples_to_ns(Grid(self.rate).column, self.rate)

    @property
    def margin_ns(self) -> int:
        """How much more than the time shown `exact` should have on either side."""
        return samples_to_ns(Spectrum(self.rate).window, self.rate)

    def image(
        self,
        start_ns: int,
        end_ns: int,
        columns: int,
        rows: int,
        *,
        exact: Exact | None = None,
    ) -> Shades:
        """(rows, columns), row 0 the highest frequency.

        Each column shows the loudest of what is kept whose middle lies in its time, to a quarter
        of its width; one that is narrower shows what it lies in. `exact`, the samples of all that
        time and some `margin_ns` around, has each computed around its own middle instead.
        """
        if columns <= 0 or rows <= 0 or end_ns <= start_ns:
            return np.zeros((max(0, rows), max(0, columns)), dtype=np.uint8)
        clock = SampleClock(start_ns=self.start_ns, rate=self.rate)
        bounds = clock.bounds(start_ns, end_ns, columns)
        if exact is None:
            shown = self._kept(bounds)
        else:
            shown = self._of_samples(exact, bounds - clock.first_at(exact[0]))
        return np.ascontiguousarray(_at_height(shown, rows).T[::-1])

    def _kept(self, bounds: NDArray[np.int64]) -> Shades:
        """(columns, ROWS)."""
        column = Grid(self.rate).column
        numbers = -(-(bounds - column // 2) // column)
        narrow = numbers[1:] == numbers[:-1]
        first = np.where(narrow, bounds[:-1] // column, numbers[:-1])
        starts = self.runs.places(first)
        ends = self.runs.places(np.where(narrow, first + 1, numbers[1:]))
        wide = (int(bounds[-1]) - int(bounds[0])) // (len(bounds) - 1) // column
        # At least four to a column, so that what is loud is not drawn beside where it is.
        level = min(len(self.levels) - 1, max(0, (max(1, wide).bit_length() - 3) // 2))
        scale = FANOUT**level
        kept = self.levels[level].reshape(-1, ROWS)
        begin, end = (-(-(at - scale // 2) // scale) for at in (starts, ends))
        begin = np.where(begin < end, begin, starts // scale)
        return _loudest(kept, begin, np.where(ends > starts, np.maximum(end, begin + 1), begin))

    def _of_samples(self, exact: Exact, bounds: NDArray[np.int64]) -> Shades:
        """(columns, ROWS), each around its middle."""
        spectrum = Spectrum(self.rate)
        half = spectrum.window // 2
        middles = (bounds[:-1] + bounds[1:]) // 2
        samples = np.atleast_2d(exact[1])
        inside = (middles >= 0) & (middles < samples.shape[1])
        padded = np.pad(samples, ((0, 0), (half, half)), constant_values=np.nan)
        shown = np.zeros((len(middles), ROWS), dtype=np.uint8)
        # Columns that lie closer than samples would all cost the same transform.
        unique, back = np.unique(middles[inside], return_inverse=True)
        if len(unique):
            every = np.lib.stride_tricks.sliding_window_view(padded, spectrum.window, axis=1)
            frames = every[:, unique].reshape(len(samples), -1)
            power = spectrum.power(frames, hop=spectrum.window)
            shown[inside] = shades(power)[back]
        return shown


def shades(power: NDArray[np.float32]) -> Shades:
    """(n, bins) of `Spectrum.power` as (n, ROWS); a row has the loudest of its bins."""
    bins = power.shape[1]
    edges = np.arange(ROWS) * bins // ROWS
    by_row = np.maximum.reduceat(power, edges, axis=1)
    decibels = 10 * np.log10(np.maximum(by_row, np.float32(1e-12)))
    scaled = (decibels - FLOOR_DB) * (255 / -FLOOR_DB)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def columns_of(power: NDArray[np.float32]) -> Shades:
    """(n, ROWS), a column for every two hops of `power`."""
    return shades(np.maximum(power[::2], power[1::2]))


def levels_of(finest: Shades) -> tuple[Shades, ...]:
    """The pyramid over (n, ROWS), each level flat."""
    levels = [finest]
    while len(levels) < LEVELS and len(levels[-1]) > FANOUT:
        last = levels[-1]
        starts = np.arange(0, len(last), FANOUT)
        levels.append(np.maximum.reduceat(last, starts, axis=0))
    return tuple(level.reshape(-1) for level in levels)


def _loudest(kept: Shades, first: NDArray[np.int64], end: NDArray[np.int64]) -> Shades:
    """(columns, ROWS): the loudest of those from first to end of each, 0 where that is none."""
    loudest = np.zeros((len(first), ROWS), dtype=np.uint8)
    for step in range(int((end - first).max(initial=0))):
        (has,) = np.nonzero(first + step < np.minimum(end, len(kept)))
        loudest[has] = np.maximum(loudest[has], kept[first[has] + step])
    return loudest


def _at_height(shown: Shades, rows: int) -> Shades:
    """(columns, rows): the loudest of those that fall together, or each as often as it takes."""
    edges = np.arange(rows) * ROWS // rows
    if rows >= ROWS:
        return shown[:, edges]
    return np.maximum.reduceat(shown, edges, axis=1)
