"""What a sound track looks and sounds like as a whole, put together as it is decoded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.media.audio import AudioTrack, Span
from bodycam_annotator.media.onsets import Onsets, band_power, in_order, onsets_in
from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.media.sound_blocks import Block, PlacedSound, Places
from bodycam_annotator.media.sounding import ClipFinder, SilenceFinder, outside, sounding_hops
from bodycam_annotator.media.spectrogram import Shades, Spectrogram, columns_of, levels_of
from bodycam_annotator.media.spectrum import Spectrum
from bodycam_annotator.media.stretches import BIN, Grid, Runs, Stretch, Stretches
from bodycam_annotator.media.waveform import Bins, Waveform, bins_of, joined

Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True, eq=False)
class SoundShape:
    """Of all of a track's channels, none of which can cancel another; spans are [start, end) on
    the footage's own clock.

    Only itself is equal to it: whether two hold the same numbers would be asked of all of them.

    silent: where sound is missing or digitally silent in every channel, to the sample; nothing
        can be heard there.
    sounding: what stands out from the track's noise, to about 50 ms, and never reaches into
        `silent`. What is in neither is noise: recorded, but nothing stands out from it.
    clipped: at least three successive samples of a channel at full scale.
    places: where `samples_between` finds samples.
    """

    waveform: Waveform
    spectrogram: Spectrogram
    onsets: Onsets
    silent: tuple[Span, ...]
    clipped: tuple[Span, ...]
    sounding: tuple[Span, ...]
    places: Places

    def heard(self, track: AudioTrack) -> AudioTrack:
        """The track of which this is the shape, with its silent spans and its true end."""
        return replace(track, end_ns=self.waveform.end_ns, silent_spans=self.silent)


class ShapeMaker:
    """Has each finder look at what is decoded, and joins what they found."""

    def __init__(self, sound: PlacedSound) -> None:
        self._sound = sound
        self._clock = SampleClock(start_ns=sound.start_ns, rate=sound.rate)
        self._grid = Grid(sound.rate)
        self._spectrum = Spectrum(sound.rate)
        self._stretches = Stretches(self._grid)
        self._silence = SilenceFinder(sound.rate)
        self._clips = ClipFinder(sound.rate)
        self._bins: list[Bins] = []
        self._columns: list[Shades] = []
        self._loudness: list[NDArray[np.float32]] = []
        self._onsets: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        self._end = 0

    def share_of(self, end_ns: int) -> float:
        lasts = max(end_ns - self._clock.start_ns, 1)
        return min(1.0, (self._clock.time_of(self._end) - self._clock.start_ns) / lasts)

    def take(self, block: Block) -> None:
        self._silence.take(block)
        self._clips.take(block)
        self._look_at(self._stretches.take(block.at, block.told_apart))
        self._end = block.end

    def shape(self) -> SoundShape:
        """Once, when all was taken."""
        self._look_at(self._stretches.rest())
        runs, rate = self._stretches.runs(), self._sound.rate
        clock = self._clock
        waveform = Waveform(
            start_ns=clock.start_ns,
            end_ns=clock.time_of(self._end),
            rate=rate,
            samples=self._end,
            runs=runs.finer(self._grid.column // BIN),
            bins=joined(_taken(self._bins)),
        )
        spectrogram = Spectrogram(
            start_ns=clock.start_ns,
            rate=rate,
            runs=runs,
            levels=levels_of(np.concatenate(_taken(self._columns))),
        )
        silent = self._silence.spans()
        return SoundShape(
            waveform=waveform,
            spectrogram=spectrogram,
            onsets=self._all_onsets(),
            silent=self._spans(silent),
            clipped=self._spans(self._clips.spans()),
            sounding=self._spans(outside(self._sounding(runs), silent)),
            places=self._sound.places(),
        )

    def _look_at(self, stretches: Iterator[Stretch]) -> None:
        grid = self._grid
        around = grid.around // grid.hop
        for stretch in stretches:
            power = self._spectrum.power(stretch.wide, hop=grid.hop)
            own = power[around : len(power) - around]
            self._bins.append(bins_of(stretch))
            self._columns.append(columns_of(own))
            self._loudness.append(band_power(own, grid.rate).sum(axis=1))
            self._onsets.append(onsets_in(stretch, power))

    def _all_onsets(self) -> Onsets:
        samples, strengths = in_order(
            np.concatenate([one[0] for one in self._onsets]),
            np.concatenate([one[1] for one in self._onsets]),
            rate=self._sound.rate,
        )
        return Onsets(times_ns=self._clock.times_of(samples), strengths=strengths)

    def _sounding(self, runs: Runs) -> list[Span]:
        hop = self._grid.hop
        loudness = np.concatenate(self._loudness)
        found: list[Span] = []
        by_hop = runs.finer(2)
        for first, begin, end in zip(
            by_hop.first, by_hop.place[:-1], by_hop.place[1:], strict=True
        ):
            hops = sounding_hops(loudness[begin:end], hops_a_second=self._grid.rate / hop)
            found += [(int(a) * hop, int(b) * hop) for a, b in hops + first]
        return found

    def _spans(self, samples: Iterable[Span]) -> tuple[Span, ...]:
        """As times, none beyond the track's end."""
        time_of = self._clock.time_of
        return tuple((time_of(begin), time_of(min(end, self._end))) for begin, end in samples)


def _taken(parts: list[Part]) -> list[Part]:
    """The parts, of which the list lets go: joined they take as much again."""
    taken = parts[:]
    parts.clear()
    return taken
