"""The outline of a sound against looking at every sample of it."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.media.stretches import BIN, Grid, Stretches
from bodycam_annotator.media.waveform import Waveform, bins_of, joined
from bodycam_annotator.timing import NS, samples_to_ns

Samples = NDArray[np.float32]
RATES = st.sampled_from([8_000, 11_025, 16_000, 44_100, 48_000, 96_000, 384_000])


def outline(
    samples: Samples, *, rate: int, start_ns: int = 0, blocks: tuple[int, ...] = ()
) -> Waveform:
    """Of sound that comes in blocks cut at those places; where `samples` is NaN nothing comes."""
    grid = Grid(rate)
    stretches = Stretches(grid)
    there = np.flatnonzero(np.diff(np.isnan(samples))) + 1
    edges = sorted(
        {0, *there.tolist(), *(one for one in blocks if one < len(samples)), len(samples)}
    )
    found = []
    for begin, end in itertools.pairwise(edges):
        if not np.isnan(samples[begin]):
            found += [bins_of(one) for one in stretches.take(begin, samples[begin:end])]
    found += [bins_of(one) for one in stretches.rest()]
    clock = SampleClock(start_ns=start_ns, rate=rate)
    return Waveform(
        start_ns=start_ns,
        end_ns=clock.time_of(len(samples)),
        rate=rate,
        samples=len(samples),
        runs=stretches.runs().finer(grid.column // BIN),
        bins=joined(found),
    )


def columns_by_hand(
    samples: Samples, *, rate: int, start_ns: int, window: tuple[int, int], columns: int
) -> list[Samples]:
    """The samples of each column, sorted one by one by the time that timing.py gives them."""
    begin, end = window
    sorted_by_hand: list[list[float]] = [[] for _ in range(columns)]
    for number, value in enumerate(samples.tolist()):
        at = start_ns + samples_to_ns(number, rate)
        if begin <= at < end and value == value:
            sorted_by_hand[(at - begin) * columns // (end - begin)].append(value)
    return [np.array(one, dtype=np.float32) for one in sorted_by_hand]


@st.composite
def sounds(draw: st.DrawFn) -> tuple[Samples, int, int]:
    """Samples, some missing; their rate; and when the first sounds."""
    rate = draw(RATES)
    chance = np.random.default_rng(draw(st.integers(0, 999)))
    samples = chance.uniform(-1, 1, draw(st.integers(1, 6_000))).astype(np.float32)
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(1, max(1, len(samples) - 1)))
        samples[begin : begin + draw(st.integers(1, 3_000))] = np.nan
    samples[0] = samples[-1] = 0.25
    start_ns = draw(st.one_of(st.just(0), st.integers(-(10**12), 10**15)))
    return samples, rate, start_ns


@given(sounds(), st.floats(-0.2, 1.1), st.floats(0.001, 1.5), st.integers(1, 12))
def test_no_column_shows_what_is_not_in_it_or_hides_what_is(
    sound: tuple[Samples, int, int], begin: float, width: float, columns: int
) -> None:
    samples, rate, start_ns = sound
    lasts = samples_to_ns(len(samples), rate)
    window = start_ns + int(begin * lasts), start_ns + int((begin + width) * lasts) + 1
    shape = outline(samples, rate=rate, start_ns=start_ns, blocks=(700, 1500))
    by_hand = columns_by_hand(samples, rate=rate, start_ns=start_ns, window=window, columns=columns)
    peaks = shape.peaks(*window, columns)
    assert peaks.shape == (columns, 2)
    exact = shape.is_exact(*window, columns)
    for (low, high), inside in zip(peaks, by_hand, strict=True):
        if len(inside):
            # What is in a column that holds whole bins is known but for its two ends.
            middle = inside[BIN:-BIN]
            if len(middle) or not exact:
                assert low <= middle.min(initial=high)
                assert high >= middle.max(initial=low)
            if exact and not np.isnan(low):
                assert inside.min() <= low <= high <= inside.max()
        elif exact:
            assert np.isnan(low)
            assert np.isnan(high)


@given(sounds(), st.floats(-0.2, 1.1), st.floats(0.00001, 1.5), st.integers(1, 40))
def test_with_the_samples_every_column_is_exact(
    sound: tuple[Samples, int, int], begin: float, width: float, columns: int
) -> None:
    samples, rate, start_ns = sound
    lasts = samples_to_ns(len(samples), rate)
    window = start_ns + int(begin * lasts), start_ns + int((begin + width) * lasts) + 1
    peaks = outline(samples, rate=rate, start_ns=start_ns).peaks(
        *window, columns, exact=(start_ns, samples)
    )
    by_hand = columns_by_hand(samples, rate=rate, start_ns=start_ns, window=window, columns=columns)
    for number, inside in enumerate(by_hand):
        if len(inside):
            assert peaks[number].tolist() == [inside.min(), inside.max()]
        elif not np.isnan(peaks[number, 0]):
            # Narrower than a sample: the one that still sounds.
            assert peaks[number, 0] == peaks[number, 1]
            at = window[0] + -((window[0] - window[1]) * number // columns)
            sounds_still = min(len(samples) - 1, (at - start_ns) * rate // NS)
            near = samples[max(0, sounds_still - 1) : sounds_still + 2]
            assert peaks[number, 0] in near


@example(at=199_936, rate=8_000, columns=1, zoom=1.0, place=0.0, start_ns=0)
@given(
    at=st.integers(0, 199_999),
    rate=RATES,
    columns=st.integers(1, 300),
    zoom=st.floats(0.02, 1.0),
    place=st.floats(0, 1),
    start_ns=st.integers(0, 10**12),
)
def test_a_click_is_in_the_column_that_contains_it_and_no_other(
    at: int, rate: int, columns: int, zoom: float, place: float, start_ns: int
) -> None:
    samples = np.full(200_000, 0.01, dtype=np.float32)
    samples[at] = 1.0
    clock = SampleClock(start_ns=start_ns, rate=rate)
    lasts = samples_to_ns(len(samples), rate)
    begin = start_ns + int((lasts - lasts * zoom) * place)
    window = begin, begin + max(columns, int(lasts * zoom))
    shape = outline(samples, rate=rate, start_ns=start_ns)
    coarse = shape.is_exact(*window, columns)
    peaks = shape.peaks(*window, columns, exact=None if coarse else (start_ns, samples))
    loud = np.flatnonzero(peaks[:, 1] == 1.0).tolist()
    inside = window[0] <= clock.time_of(at) < window[1]
    column = (clock.time_of(at) - window[0]) * columns // (window[1] - window[0])
    if coarse:
        assert loud == ([column] if inside else [])
    elif inside:
        assert loud[0] == column
        # Columns narrower than a sample go on showing it until the next one sounds.
        ends = clock.time_of(at + 1) - window[0]
        assert all(one * (window[1] - window[0]) < ends * columns for one in loud)


def test_where_there_is_no_sound_there_are_no_peaks() -> None:
    rate = 48_000
    samples = np.full(rate * 10, 0.5, dtype=np.float32)
    samples[2 * rate : 7 * rate] = np.nan
    shape = outline(samples, rate=rate, start_ns=NS)
    peaks = shape.peaks(0, 12 * NS, 12)
    assert np.isnan(peaks[:, 0]).tolist() == [True] + [False] * 2 + [True] * 5 + [False] * 3 + [
        True
    ]
    assert np.nanmin(peaks) == np.nanmax(peaks) == 0.5


def test_a_gap_of_years_costs_nothing() -> None:
    stretches = Stretches(Grid(48_000))
    sound = np.full(48_000, 0.5, dtype=np.float32)
    far = 2**60
    found = [*stretches.take(0, sound), *stretches.take(far, sound), *stretches.rest()]
    assert sum(len(one.core) for one in found) < 4 * 48_000
    runs = stretches.runs()
    assert runs.first.tolist() == [0, far // Grid(48_000).column]


def test_how_sound_is_cut_into_blocks_changes_nothing() -> None:
    rate = 16_000
    samples = np.random.default_rng(1).uniform(-1, 1, 40 * rate).astype(np.float32)
    whole = outline(samples, rate=rate)
    cut = outline(samples, rate=rate, blocks=tuple(range(7, 40 * rate, 9_973)))
    for name in ("least", "greatest", "least_at", "greatest_at"):
        one, other = getattr(whole.bins, name), getattr(cut.bins, name)
        assert np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("window", [(0, 0), (NS, 0)])
def test_no_time_has_no_peaks(window: tuple[int, int]) -> None:
    shape = outline(np.ones(100, dtype=np.float32), rate=8_000)
    assert np.isnan(shape.peaks(*window, 5)).all()
    assert shape.peaks(0, NS, 0).shape == (0, 2)


@given(st.integers(0, 10**10), RATES, st.integers(-(2**60), 2**60))
def test_a_sample_is_found_at_its_own_time_and_not_after_it(
    sample: int, rate: int, start_ns: int
) -> None:
    clock = SampleClock(start_ns=start_ns, rate=rate)
    at = clock.time_of(sample)
    assert at == start_ns + samples_to_ns(sample, rate)
    assert clock.times_of(np.array([sample]))[0] == at
    assert clock.first_at(at) == sample
    assert clock.first_at(at + 1) == sample + 1
    assert clock.first_at(at - 1) in (sample, sample - 1 + (rate < NS))
