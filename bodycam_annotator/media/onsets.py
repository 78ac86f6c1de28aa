"""Where sounds begin: shots, slamming doors, the first syllable after a pause.

Found by spectral flux, the rise of the logarithmic spectrum summed over its bands, with a median
as the adaptive threshold (Bello et al. 2005, "A tutorial on onset detection in music signals",
IEEE Trans. Speech Audio Proc. 13(5)). Each is then traced back in the samples themselves: to the
first that stands out from the loudest just before; and where none does, to where the variance
changes most likely (Maeda 1985, "A method for reading and checking phase times in autoprocessing
system of seismic wave data", Zisin 38). No chance is in it: the same sound has the same onsets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from bodycam_annotator.media.sound_blocks import Samples
from bodycam_annotator.media.spectrum import Spectrum
from bodycam_annotator.media.stretches import Grid, Stretch

LOWEST_HZ = 150.0
"""Below are wind, steps and the hand on the camera."""

BANDS = 24

QUIETEST = 1e-8
"""Power of a band (-80 dBFS) below which nothing counts as a sound."""

LAG = 2
"""Hops over which a rise is measured: a window and a half."""

RISE_DB = 5.0
"""How far the mean rise of all bands has to lie above what is usual around it; the chance rises of
noise stay below 4.5 for twenty minutes."""

USUAL_S = 0.5
"""How far on either side that is."""

APART_S = 0.05
"""Onsets closer than this are one: the stronger. A rapid weapon's shots are further apart."""

BEFORE_S = 0.05
"""How long before a rise it is listened for how loud it was."""

STANDS_OUT = 1.25
"""Times the loudest before, from which a sample is part of the sound."""

CLEARLY = 2.0
"""Times the loudest before, up to which a sound must come to be traced by its samples alone."""

FOOT = 0.2
"""Share of a sound's peak from which on it has begun: lossy codecs put less before it."""

PAUSE_S = 0.003
"""Quiet for longer than this before a sound is not the sound's: it rises without such a pause."""

MOST_MISSING = 0.25
"""Share of a window without sound from which on its rise says nothing."""


@dataclass(frozen=True, kw_only=True)
class Onsets:
    """`times_ns`: (n,), rising, of the first sample of each on the footage's own clock.

    strengths: (n,), by how many decibels the bands rose, in the mean, more than usual.
    """

    times_ns: NDArray[np.int64]
    strengths: NDArray[np.float32]

    def nearest(self, time_ns: int, *, within_ns: int) -> int | None:
        """The time of the nearest one, the earlier of two as near; None when it is further."""
        after = int(np.searchsorted(self.times_ns, time_ns))
        near = [int(one) for one in self.times_ns[max(0, after - 1) : after + 1]]
        found = min(near, key=lambda one: abs(one - time_ns), default=None)
        return None if found is None or abs(found - time_ns) > within_ns else found

    def between(self, start_ns: int, end_ns: int) -> NDArray[np.int64]:
        """The times at or after the start and before the end."""
        first, end = np.searchsorted(self.times_ns, [start_ns, end_ns])
        return self.times_ns[first:end]


def onsets_in(
    stretch: Stretch, power: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Numbers of the samples with which sounds begin, and strengths, of a stretch's own hops.

    `power`: `Spectrum.power` of all of `stretch.wide`, a row each hop. What is found does not
    depend on where stretches are cut.
    """
    grid = stretch.grid
    flux = _flux(stretch, power)
    reach = max(1, round(USUAL_S * grid.rate / grid.hop))
    usual = np.median(sliding_window_view(np.pad(flux, reach), 2 * reach + 1), axis=1)
    above = flux - usual
    apart = max(1, round(APART_S * grid.rate / grid.hop))
    around = sliding_window_view(np.pad(above, apart, constant_values=-np.inf), 2 * apart + 1)
    highest = (around.argmax(axis=1) == apart) & (above > RISE_DB)
    own = grid.around // grid.hop
    highest[:own] = False
    highest[len(flux) - own :] = False
    (hops,) = np.nonzero(highest)
    traced = [_traced(stretch.wide, int(hop), grid) for hop in hops]
    samples = np.array(traced, dtype=np.int64) + stretch.at - grid.around
    return samples, above[hops].astype(np.float32)


def in_order(
    samples: NDArray[np.int64], strengths: NDArray[np.float32], *, rate: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rising, and of those that are too close only the stronger."""
    order = np.argsort(samples, kind="stable")
    kept: list[int] = []
    for one in order.tolist():
        if kept and samples[one] - samples[kept[-1]] < APART_S * rate / 2:
            if strengths[one] > strengths[kept[-1]]:
                kept[-1] = one
        else:
            kept.append(one)
    return samples[kept], strengths[kept]


def band_power(power: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """(n, BANDS or fewer): power in bands that are equally wide on a logarithmic scale."""
    spectrum = Spectrum(rate)
    step = spectrum.top_hz / spectrum.bins
    edges_hz = np.geomspace(min(LOWEST_HZ, spectrum.top_hz / 4), spectrum.top_hz, BANDS + 1)
    edges = np.unique(np.clip(np.rint(edges_hz / step).astype(np.int64), 1, spectrum.bins))
    edges = edges[edges < spectrum.bins]
    if not len(edges):
        return power
    return np.asarray(np.add.reduceat(power, edges, axis=1), dtype=np.float32)


def _flux(stretch: Stretch, power: NDArray[np.float32]) -> NDArray[np.float32]:
    """(hops,): decibels by which the bands rose, in the mean; 0 next to sound that is missing."""
    grid = stretch.grid
    level = 10 * np.log10(band_power(power, grid.rate) + np.float32(QUIETEST))
    flux = np.zeros(len(level), dtype=np.float32)
    flux[LAG:] = np.maximum(0, level[LAG:] - level[:-LAG]).mean(axis=1)
    missing = np.isnan(stretch.wide[0]).reshape(-1, grid.hop).mean(axis=1)
    # A window reaches about a hop beyond its own, so this looks at one more on either side.
    lacks = np.pad(missing, (LAG + 1, 1), constant_values=1.0)
    flux[sliding_window_view(lacks, LAG + 3).max(axis=1) > MOST_MISSING] = 0
    return flux


def _traced(wide: Samples, hop: int, grid: Grid) -> int:
    """The place in `wide` of the first sample of the sound that rises most up to that hop."""
    window = Spectrum(grid.rate).window
    middle = hop * grid.hop + grid.hop // 2
    begin = max(0, middle - LAG * grid.hop - window // 2)
    before = max(0, begin - round(BEFORE_S * grid.rate))
    loud = np.abs(np.nan_to_num(wide[:, before : middle + window // 2])).max(axis=0)
    rising = loud[begin - before :]
    loudest_before = float(loud[: begin - before].max(initial=0))
    peak = float(rising.max())
    if peak > CLEARLY * loudest_before:
        limit = max(STANDS_OUT * loudest_before, FOOT * peak)
        attack = int(np.argmax(rising > max(limit, peak / 2)))
        return begin + _foot(rising, limit, attack, grid.rate)
    return before + _change(loud)


def _foot(rising: Samples, limit: float, attack: int, rate: int) -> int:
    """The first sample above `limit` from which on there is no pause until `attack`."""
    over = np.flatnonzero(rising[: attack + 1] > limit)
    pauses = np.flatnonzero(np.diff(over) > PAUSE_S * rate)
    return int(over[pauses[-1] + 1] if len(pauses) else over[0])


def _change(loud: Samples) -> int:
    """Where in it the variance changes most likely (minimum of Akaike's criterion)."""
    count = len(loud)
    energy = np.cumsum(np.square(loud, dtype=np.float64))
    at = np.arange(1, count)
    left = energy[:-1] / at
    right = (energy[-1] - energy[:-1]) / (count - at)
    least = 1e-12
    aic = at * np.log(left + least) + (count - at) * np.log(np.maximum(right, 0) + least)
    # The ends say nothing: the variance of a few samples is anything.
    edge = min(count // 8, 64)
    return edge + int(np.argmin(aic[edge : count - 1 - edge])) + 1
