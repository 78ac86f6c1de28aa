"""Spectrogram, onsets and what stands out, on sounds whose truth is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bodycam_annotator.media.onsets import Onsets, in_order, onsets_in
from bodycam_annotator.media.sound_blocks import Block
from bodycam_annotator.media.sounding import ClipFinder, sounding_hops
from bodycam_annotator.media.spectrogram import Spectrogram, columns_of, levels_of
from bodycam_annotator.media.spectrum import Spectrum
from bodycam_annotator.media.stretches import Grid, Stretches
from bodycam_annotator.timing import NS
from tests.clicks import noise, with_shots

Samples = NDArray[np.float32]


def spectrogram(samples: Samples, *, rate: int, at: int = 0) -> Spectrogram:
    grid = Grid(rate)
    stretches = Stretches(grid)
    columns = []
    for one in [*stretches.take(at, samples), *stretches.rest()]:
        power = Spectrum(rate).power(one.wide, hop=grid.hop)
        around = grid.around // grid.hop
        columns.append(columns_of(power[around:-around]))
    levels = levels_of(np.concatenate(columns))
    return Spectrogram(start_ns=0, rate=rate, runs=stretches.runs(), levels=levels)


def sine(hz: float, *, rate: int, seconds: float, peak: float = 1.0) -> Samples:
    at = np.arange(round(rate * seconds))
    return (peak * np.sin(2 * np.pi * hz * at / rate)).astype(np.float32)


def found_onsets(samples: Samples, *, rate: int, blocks: int | None = None) -> Onsets:
    grid, spectrum = Grid(rate), Spectrum(rate)
    stretches = Stretches(grid)
    found = []
    size = blocks or len(samples)
    for begin in range(0, len(samples), size):
        for one in stretches.take(begin, samples[begin : begin + size]):
            found.append(onsets_in(one, spectrum.power(one.wide, hop=grid.hop)))
    for one in stretches.rest():
        found.append(onsets_in(one, spectrum.power(one.wide, hop=grid.hop)))
    numbers, strengths = in_order(
        np.concatenate([one[0] for one in found]),
        np.concatenate([one[1] for one in found]),
        rate=rate,
    )
    return Onsets(times_ns=numbers, strengths=strengths)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("decibels", [0.0, -40.0])
def test_a_tone_is_at_its_frequency_and_level(rate: int, decibels: float) -> None:
    hz = 1_500.0
    tone = sine(hz, rate=rate, seconds=4, peak=10 ** (decibels / 20))
    shape = spectrogram(tone, rate=rate)
    rows = 64
    image = shape.image(NS, 3 * NS, 50, rows)
    row = rows - 1 - int(hz / shape.top_hz * rows)
    assert shape.top_hz == min(8_000, rate / 2)
    for column in image.T:
        assert abs(int(column.argmax()) - row) <= 1
        # A Hann window loses 1.4 dB at most between two of its frequencies.
        assert -1.6 <= column.max() / 255 * 100 - 100 - decibels <= 0.4


def test_a_click_is_in_its_own_column_however_wide_columns_are() -> None:
    rate = 48_000
    samples = np.zeros(rate * 60, dtype=np.float32)
    at = rate * 31 + 123
    samples[at] = 1.0
    shape = spectrogram(samples, rate=rate)
    for columns in (7, 60, 500, 1200):
        image = shape.image(0, 60 * NS, columns, 32)
        width = 60 * NS // columns
        loud = np.flatnonzero(image.max(axis=0)) * width
        # What is kept stands for 24 ms, and a window reaches some 20 ms further.
        assert len(loud)
        assert loud.min() - 30_000_000 <= at * NS // rate <= loud.max() + width + 30_000_000
        assert loud.max() - loud.min() <= width + 80_000_000


def test_exact_samples_give_what_is_kept_at_a_finer_time() -> None:
    rate = 48_000
    samples = np.concatenate([sine(1000, rate=rate, seconds=1), sine(4000, rate=rate, seconds=1)])
    shape = spectrogram(samples, rate=rate)
    image = shape.image(NS // 2, 3 * NS // 2, 400, 64, exact=(0, samples))
    low, high = 63 - int(1000 / 8000 * 64), 63 - int(4000 / 8000 * 64)
    turns = np.flatnonzero(np.abs(image.argmax(axis=0) - high) <= 1)
    assert abs(int(turns[0]) - 200) <= 2
    assert (np.abs(image[:, :195].argmax(axis=0) - low) <= 1).all()
    kept = shape.image(NS // 2, 3 * NS // 2, 400, 64)
    # They differ by where in the window the tone changes.
    assert np.abs(kept[low, :180].astype(int) - image[low, :180]).max() <= 4


def test_no_sound_is_black() -> None:
    rate = 16_000
    shape = spectrogram(sine(500, rate=rate, seconds=2), rate=rate, at=10 * rate + rate // 2)
    image = shape.image(0, 20 * NS, 20, 16)
    assert np.flatnonzero(image.any(axis=0)).tolist() == [10, 11, 12]
    assert not shape.image(0, 9 * NS, 9, 16, exact=(NS, np.zeros(0, dtype=np.float32))).any()
    assert shape.image(5, 5, 10, 16).shape == (16, 10)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("level", [0.0003, 0.003, 0.03])
def test_every_shot_is_an_onset_at_its_first_sample(rate: int, level: float) -> None:
    shots = tuple(round(s * rate) for s in (1.2345, 3.33, 3.4411, 17.9, 33.001, 39.5))
    samples = with_shots(noise(rate * 41, level=level), shots, rate=rate)[0]
    onsets = found_onsets(samples, rate=rate)
    assert onsets.times_ns.tolist() == list(shots)
    assert (onsets.strengths > 5).all()


def test_noise_alone_has_no_onsets() -> None:
    for rate in (8_000, 48_000):
        assert not len(found_onsets(noise(rate * 60, level=0.05)[0], rate=rate).times_ns)


def test_a_slow_rise_begins_while_it_is_still_soft() -> None:
    rate = 48_000
    samples = noise(rate * 4, level=0.002)[0]
    rise = np.minimum(np.arange(rate) / (0.03 * rate), 1) * sine(
        220, rate=rate, seconds=1, peak=0.4
    )
    rise += rise * sine(2300, rate=rate, seconds=1, peak=0.5)
    samples[2 * rate : 3 * rate] += rise.astype(np.float32)
    found = found_onsets(samples, rate=rate).nearest(2 * rate, within_ns=rate // 20)
    assert found is not None
    assert 0 <= found - 2 * rate <= 0.015 * rate


def test_how_sound_is_cut_changes_no_onset() -> None:
    rate = 16_000
    shots = tuple(range(rate // 3, rate * 70, rate * 3 // 7))
    samples = with_shots(noise(rate * 70, level=0.01), shots, rate=rate, peak=0.3)[0]
    whole, cut = (found_onsets(samples, rate=rate, blocks=size) for size in (None, 4_321))
    assert whole.times_ns.tolist() == cut.times_ns.tolist()
    assert whole.strengths.tolist() == cut.strengths.tolist()
    assert len(whole.times_ns) == len(shots)


def test_the_nearest_onset_is_not_further_than_asked() -> None:
    onsets = Onsets(
        times_ns=np.array([100, 200, 400], dtype=np.int64),
        strengths=np.ones(3, dtype=np.float32),
    )
    assert onsets.nearest(150, within_ns=50) == 100
    assert onsets.nearest(151, within_ns=50) == 200
    assert onsets.nearest(300, within_ns=99) is None
    assert onsets.nearest(-5, within_ns=105) == 100
    assert onsets.nearest(10**15, within_ns=1) is None
    assert onsets.between(100, 400).tolist() == [100, 200]
    empty = Onsets(times_ns=np.zeros(0, dtype=np.int64), strengths=np.zeros(0, dtype=np.float32))
    assert empty.nearest(0, within_ns=10**9) is None


def test_what_stands_out_from_noise_however_loud_that_is() -> None:
    chance = np.random.default_rng(3)
    for floor in (1e-9, 1e-6, 1e-3):
        power = (floor / 30 * chance.chisquare(30, 6_000)).astype(np.float32)
        power[2_000:2_100] *= 100
        power[2_130:2_200] *= 100
        power[4_000:4_400] *= 30
        spans = sounding_hops(power, hops_a_second=80).tolist()
        if floor == 1e-9:
            # Below what a microphone gives off: not told from silence.
            assert spans == [] or len(spans) <= 2
            continue
        assert len(spans) == 2
        for (begin, end), (first, last) in zip(spans, [(2000, 2200), (4000, 4400)], strict=True):
            assert abs(begin - first) <= 5
            assert abs(end - last) <= 5


def test_digital_silence_does_not_stand_out() -> None:
    assert not len(sounding_hops(np.zeros(1_000, dtype=np.float32), hops_a_second=80))
    assert not len(sounding_hops(np.zeros(0, dtype=np.float32), hops_a_second=80))


def test_three_samples_at_full_scale_are_clipped_and_two_are_not() -> None:
    samples = np.zeros((2, 3_000), dtype=np.float32)
    samples[0, 100:102] = 1.0
    samples[1, 102:104] = 1.0
    samples[1, 1_000:1_003] = -1.0
    samples[0, 1_010:1_020] = 1.0
    samples[0, 2_500:2_504] = 32767 / 32768
    for cut in (0, 1_001, 1_002, 1_015, 2_502):
        finder = ClipFinder(1_000)
        for begin, end in ((0, cut), (cut, 3_000)):
            if begin < end:
                finder.take(Block(at=begin, samples=samples[:, begin:end], full=32767 / 32768))
        assert finder.spans() == ((1_000, 1_020), (2_500, 2_504))


def test_a_gap_does_not_join_what_is_clipped_on_either_side() -> None:
    finder = ClipFinder(1_000)
    loud = np.ones((1, 2), dtype=np.float32)
    finder.take(Block(at=0, samples=loud, full=0.999))
    finder.take(Block(at=3, samples=loud, full=0.999))
    assert finder.spans() == ()
