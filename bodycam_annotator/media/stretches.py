"""Sound cut into long pieces on one grid, each with what lies around it, for what looks at more
than single samples."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.sound_blocks import Samples, of_channels, told_apart

BIN = 128
"""Samples of which a waveform keeps the least and the greatest."""

BINS_A_SECOND = 40
"""Columns a second that a spectrogram keeps, about."""

STRETCH_S = 16
AROUND_S = 1
"""Seconds of a stretch, and of what lies before and after it, about."""

LONGEST_S = 24 * 60 * 60
"""More sound than this is refused: what is kept of it would fill the memory."""


@dataclass(frozen=True)
class Grid:
    """How sound at `rate` samples a second is cut: the same for all that is made of it.

    column: samples of one column of the spectrogram, a multiple of `BIN`. hop: half of that.
    size, around: samples of a stretch, and of what comes with it on either side.
    """

    rate: int
    column: int = field(init=False)
    size: int = field(init=False)
    around: int = field(init=False)

    def __post_init__(self) -> None:
        column = BIN * max(1, round(self.rate / BINS_A_SECOND / BIN))
        object.__setattr__(self, "column", column)
        object.__setattr__(self, "size", column * max(1, round(STRETCH_S * self.rate / column)))
        object.__setattr__(self, "around", column * max(1, round(AROUND_S * self.rate / column)))

    @property
    def hop(self) -> int:
        return self.column // 2


@dataclass(frozen=True)
class Runs:
    """Which numbers of a grid are kept, where long gaps are not: runs of successive ones.

    first: each run's first number. place: where that lies among all that is kept, and at the end
    how many there are.
    """

    first: NDArray[np.int64]
    place: NDArray[np.int64]

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each number, how many are kept below it: its own place when it is kept."""
        if not len(self.first):
            return np.zeros(len(numbers), dtype=np.int64)
        run = np.searchsorted(self.first, numbers, side="right") - 1
        inside = np.maximum(run, 0)
        since = self.place[inside] + numbers - self.first[inside]
        return np.where(run < 0, 0, np.minimum(since, self.place[inside + 1]))

    def numbers(self) -> NDArray[np.int64]:
        """Of all that is kept, by place."""
        lengths = np.diff(self.place)
        return np.arange(self.place[-1]) + np.repeat(self.first - self.place[:-1], lengths)

    def finer(self, times: int) -> "Runs":
        """The same on a grid of which `times` numbers make one of this."""
        return Runs(self.first * times, self.place * times)


@dataclass(frozen=True)
class Stretch:
    """`wide`: (channels, around + n + around), NaN where there is no sound; `at`: the number of
    the sample behind the first `around`; n is a multiple of the grid's column, and so is `at`."""

    at: int
    wide: Samples
    grid: Grid

    @property
    def core(self) -> Samples:
        return self.wide[:, self.grid.around : -self.grid.around]


class Stretches:
    """Takes blocks as they come and gives stretches once all that belongs to them is there."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._wide = self._nothing()
        self._at: int | None = None
        self._end = 0
        self._total = 0
        self._first: list[int] = []
        self._count: list[int] = []

    def take(self, at: int, samples: Samples) -> Iterator[Stretch]:
        """`samples`: (channels, n), or (n,), from `at` on, behind all that came before.

        Raises `FootageError` for more sound than `LONGEST_S`.
        """
        grid = self._grid
        if self._at is not None and at - self._end > max(2 * grid.column, grid.rate // 4):
            yield from self.rest()
        if self._at is None:
            self._at = at // grid.column * grid.column
            self._first.append(self._at // grid.column)
            self._count.append(0)
        samples = np.atleast_2d(samples)
        while samples.shape[1]:
            place = at - self._at + grid.around
            room = self._wide.shape[1] - place
            if room <= 0:
                yield self._given(grid.size)
                continue
            channels = max(len(samples), len(self._wide))
            self._wide = of_channels(self._wide, channels)
            part = samples[:, :room]
            end = place + part.shape[1]
            self._wide[:, place:end] = of_channels(part, channels)
            at, samples = at + part.shape[1], samples[:, room:]
            self._end = at

    def rest(self) -> Iterator[Stretch]:
        """What is left of the run, to its end."""
        grid = self._grid
        while self._at is not None and self._at < self._end:
            left = -(-(self._end - self._at) // grid.column) * grid.column
            yield self._given(min(grid.size, left))
        self._at = None
        self._wide = self._nothing()

    def runs(self) -> Runs:
        """The grid's columns that there were sound for."""
        place = np.cumsum([0, *self._count], dtype=np.int64)
        return Runs(np.array(self._first, dtype=np.int64), place)

    def _given(self, size: int) -> Stretch:
        assert self._at is not None
        grid = self._grid
        given = Stretch(self._at, self._wide[:, : size + 2 * grid.around], grid)
        kept = told_apart(given.wide[:, size:]) if size == grid.size else given.wide[:1, :0]
        self._wide = of_channels(self._nothing(), len(kept))
        self._wide[:, : kept.shape[1]] = kept
        self._at += size
        self._count[-1] += size // grid.column
        self._total += size
        if self._total > LONGEST_S * grid.rate:
            raise FootageError("This file has more than 24 hours of sound, which is not drawn.")
        return given

    def _nothing(self) -> Samples:
        return np.full((1, self._grid.size + 2 * self._grid.around), np.nan, dtype=np.float32)
