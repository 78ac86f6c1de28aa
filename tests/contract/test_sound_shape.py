"""The sound's shape of whole files: every number of it is where a plain decoder has the sample."""

import math
import os
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bodycam_annotator.config import cache_folder, sample_folder
from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.audio import AudioTrack, find_audio
from bodycam_annotator.media.samples import samples_between
from bodycam_annotator.media.sound_shape import (
    SoundShape,
    sound_shape,
    stored_sound_shape,
    with_silence,
)
from bodycam_annotator.media.stored_index import footage_facts
from bodycam_annotator.timing import NS, samples_to_ns
from tests.clicks import Track, Wave, decoded, first_packet_s, noise, with_shots, write
from tests.contract.eye import FindOdd
from tests.odd_files import GOOD

SECONDS = 7
SHOTS_S = (1.2345, 3.3337, 5.7771)

# FFmpeg's decoder draws substituted noise anew each time it is decoded.
AAC = {"codec": "aac", "options": (("aac_pns", "0"),)}

FILES: dict[str, dict[str, object]] = {
    "aac.mp4": {**AAC, "rate": 48_000},
    "aac_44100.mp4": {**AAC, "rate": 44_100},
    "aac_8000.mp4": {**AAC, "rate": 8_000},
    "aac_late.mp4": {**AAC, "rate": 48_000, "start": 70_001},
    "aac.ts": {**AAC, "rate": 48_000},
    "aac_44100.ts": {**AAC, "rate": 44_100},
    "aac.mkv": {**AAC, "rate": 48_000},
    "aac_44100.mkv": {**AAC, "rate": 44_100},
    "pcm.mov": {"rate": 48_000, "channels": 2},
    "pcm_44100.mkv": {"rate": 44_100},
    "pcm_late.mkv": {"rate": 48_000, "start": 70_032},
    "pcm_late.mov": {"rate": 48_000, "start": 70_001},
    "pcm_8000.wav": {"rate": 8_000},
    "mp3.avi": {"codec": "mp3", "rate": 44_100},
    "mp2.ts": {"codec": "mp2", "rate": 48_000},
}
PRIMING = {"aac": 1024, "mp3": 1105, "mp2": 481, "pcm_s16le": 0}
"""Samples that FFmpeg's encoders put before the first."""


def made(folder: Path, name: str) -> Path:
    about = dict(FILES[name])
    rate, channels = about["rate"], about.pop("channels", 1)
    assert isinstance(rate, int)
    assert isinstance(channels, int)
    shots = tuple(round(second * rate) for second in SHOTS_S)
    wave = with_shots(noise(rate * SECONDS, channels=channels), shots, rate=rate)
    return write(folder / name, Track(wave=wave, **about))  # type: ignore[arg-type]


def track_of(path: Path) -> AudioTrack:
    track = find_audio(path).track
    assert track is not None
    return track


def loudest_near(samples: Wave, about: int, rate: int) -> int:
    reach = rate // 50
    begin = max(0, about - reach)
    return begin + int(np.abs(samples[begin : about + reach]).argmax())


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return made(tmp_path, str(request.param))


def planted(path: Path) -> list[int]:
    """When the shots sound, in nanoseconds, by what was written and what the file says."""
    about = FILES[path.name]
    rate, codec = about["rate"], about.get("codec", "pcm_s16le")
    assert isinstance(rate, int)
    begins = first_packet_s(path)
    ahead = PRIMING[str(codec)]
    return [
        round((begins + Fraction(ahead + round(second * rate), rate)) * NS) for second in SHOTS_S
    ]


def test_a_shot_is_where_it_was_put(file: Path) -> None:
    track = track_of(file)
    shape = sound_shape(file, track)
    for truth in planted(file):
        found = shape.onsets.nearest(truth, within_ns=250_000_000)
        assert found is not None
        assert abs(found - truth) <= 2_500_000
        if "pcm" in track.codec:
            assert abs(found - truth) <= 1


def test_peaks_and_samples_are_those_of_a_plain_decoder(file: Path) -> None:
    track = track_of(file)
    shape = sound_shape(file, track)
    plain = decoded(file)
    waveform = shape.waveform
    assert (waveform.start_ns, waveform.rate) == (track.start_ns, track.rate)
    assert waveform.samples == plain.shape[1]
    assert waveform.end_ns == track.start_ns + samples_to_ns(plain.shape[1], track.rate)
    for truth in planted(file):
        about = round((truth - track.start_ns) * track.rate / NS)
        loudest = loudest_near(plain[0], about, track.rate)
        of_each = plain[:, loudest]
        value = of_each.max() if of_each[0] > 0 else of_each.min()
        at = track.start_ns + samples_to_ns(loudest, track.rate)
        for width in (SECONDS * NS, 2 * NS, NS // 3, NS // 50, 700_000, 5_000):
            begin = at - width * 2 // 3
            window = begin, begin + width
            exact = None
            if not waveform.is_exact(*window, 1200):
                wider = begin - 10**6, begin + width + 10**6
                exact = samples_between(file, track, *wider, places=shape.places)
            peaks = waveform.peaks(*window, 1200, exact=exact)
            column = (at - begin) * 1200 // width
            side = int(value > 0)
            assert peaks[column, side] == pytest.approx(value, abs=2e-4)
            near = peaks[max(0, column - 3) : column + 4, side]
            best = float(near.max() if value > 0 else near.min())
            assert best == pytest.approx(value, abs=2e-4)


def test_samples_are_at_their_index_from_anywhere(file: Path) -> None:
    track = track_of(file)
    shape = sound_shape(file, track)
    plain = decoded(file)
    chance = np.random.default_rng(4)
    for _ in range(12):
        first, end = sorted(int(one) for one in chance.integers(0, plain.shape[1], 2))
        window = (
            track.start_ns + samples_to_ns(first, track.rate),
            track.start_ns + samples_to_ns(end, track.rate),
        )
        for places in (None, shape.places):
            at, samples = samples_between(file, track, *window, places=places)
            assert at == window[0]
            assert samples.shape == (len(plain), end - first)
            assert np.allclose(samples, plain[:, first:end], atol=2e-4)


def test_the_staged_shots_are_found_to_a_millisecond() -> None:
    """Against assets/sample/truth.csv: shots of camera 1, heard in noise and speech."""
    path = sample_folder() / "camera1_X60A0001.mp4"
    first_ns = footage_facts(path).index.first_ns
    shape = sound_shape(path, track_of(path))
    for second in (32.297250000, 32.764750000, 33.264729167, 35.162604167):
        truth = first_ns + round(second * NS)
        found = shape.onsets.nearest(truth, within_ns=250_000_000)
        assert found is not None
        assert abs(found - truth) <= NS // 1000
        assert any(begin <= truth < end for begin, end in shape.sounding)
    assert shape.silent[0][0] == 0
    assert not any(begin < 9 * NS for begin, _ in shape.sounding)


@pytest.mark.parametrize("name", [name for name in GOOD if "sound" in name or "silen" in name])
def test_what_is_silent_is_what_a_plain_decoder_gives(name: str, odd_file: FindOdd) -> None:
    """Every sample in a silent span is below a step of 16 bits; the ones beside it are not."""
    path = odd_file(name).path
    track = track_of(path)
    shape = sound_shape(path, track)
    clock, plain = shape.waveform.clock, decoded(path)[0]
    for begin, end in shape.silent:
        first, last = clock.first_at(begin), clock.first_at(end)
        assert np.abs(plain[first:last]).max() < 1 / 32768
        assert all(abs(plain[at]) >= 1 / 32768 for at in (first - 1, last) if 0 <= at < len(plain))
    heard = shape.heard(track)
    assert (heard.silent_spans, heard.end_ns) == (shape.silent, shape.waveform.end_ns)


@pytest.mark.parametrize("silence", [(3.0, 3.25), (0.0, 2.0), (5.25, 7.0)])
def test_what_is_silent_is_never_said_to_sound(
    tmp_path: Path, silence: tuple[float, float]
) -> None:
    """Words with short digital silence between them, as a camera that gates its noise has it."""
    rate = 48_000
    wave = noise(7 * rate)
    for second in (1.0, 2.9, 3.1, 5.0):
        at = round(second * rate)
        wave[:, at : at + rate // 4] *= 40
    begin, end = (round(one * rate) for one in silence)
    wave[:, [max(begin - 1, 0), min(end, 7 * rate - 1)]] = 0.01
    wave[:, begin:end] = 0
    path = write(tmp_path / "gated.mkv", Track(wave=wave))
    shape = sound_shape(path, track_of(path))
    assert shape.silent == ((begin * NS // rate, end * NS // rate),)
    assert shape.sounding
    for one, two in shape.sounding:
        assert one < two
        assert not any(one < stop and start < two for start, stop in shape.silent)


def test_the_sample_s_sound_begins_where_its_silence_ends() -> None:
    path = sample_folder() / "camera1_X60A0001.mp4"
    shape = sound_shape(path, track_of(path))
    assert shape.silent[0][1] == shape.sounding[0][0]


def test_facts_are_told_the_silence_of_what_is_listened_to(odd_file: FindOdd) -> None:
    path = odd_file("silent_spans.mkv").path
    facts = footage_facts(path)
    assert facts.audio is not None
    assert facts.audio.silent_spans is None
    heard = with_silence(facts)
    assert heard.audio == sound_shape(path, facts.audio).heard(facts.audio)
    assert heard.sound.track == heard.sound.tracks[0] == heard.audio
    mute = footage_facts(odd_file("steady.mp4").path)
    assert with_silence(mute) == mute


def test_a_gap_has_no_peaks_and_what_follows_is_in_its_place(tmp_path: Path) -> None:
    rate = 48_000
    shot = 5 * rate + 77
    wave = with_shots(noise(7 * rate), (shot,), rate=rate)
    gap = (2 * rate // 1024 * 1024, 4 * rate // 1024 * 1024)
    path = write(tmp_path / "gap.mkv", Track(wave=wave, gap=gap))
    track = track_of(path)
    shape = sound_shape(path, track)
    begin, end = (round(one * NS / rate) for one in gap)
    # MKV tells to the millisecond when sound goes on.
    assert np.isnan(shape.waveform.peaks(begin + 10**6, end - 10**6, 100)).all()
    assert not np.isnan(shape.waveform.peaks(0, begin - 10**6, 100)).any()
    truth = round(shot * NS / rate)
    found = shape.onsets.nearest(truth, within_ns=NS)
    assert found is not None
    assert abs(found - truth) <= 10**6
    at, samples = samples_between(path, track, begin - NS, end + NS, places=shape.places)
    assert at == begin - NS
    assert np.isnan(samples[0, rate + 48 : 3 * rate - 48]).all()
    assert any(abs(one - begin) < 10**6 and abs(two - end) < 10**6 for one, two in shape.silent)


def test_clipped_peaks_are_told(tmp_path: Path) -> None:
    rate = 48_000
    wave = noise(3 * rate)
    wave[0, 1000:1003] = 1.0
    wave[0, 2 * rate : 2 * rate + 2] = 1.0
    path = write(tmp_path / "clipped.mov", Track(wave=wave))
    shape = sound_shape(path, track_of(path))
    assert shape.clipped == ((samples_to_ns(1000, rate), samples_to_ns(1003, rate)),)


def test_a_clock_that_goes_back_does_not_misplace_samples(tmp_path: Path) -> None:
    rate = 16_000
    parts = [write(tmp_path / f"{k}.ts", Track(wave=noise(4 * rate, seed=k), rate=rate, **AAC))  # type: ignore[arg-type]
             for k in (1, 2)]  # fmt: skip
    path = tmp_path / "twice.ts"
    path.write_bytes(parts[0].read_bytes() + parts[1].read_bytes())
    track = track_of(path)
    shape = sound_shape(path, track)
    window = track.start_ns + 2 * NS, track.start_ns + 3 * NS
    plain = samples_between(path, track, *window)
    again = samples_between(path, track, *window, places=shape.places)
    assert plain[0] == again[0]
    assert np.allclose(plain[1], again[1], atol=2e-4)


# What is stored.


def entries() -> list[Path]:
    return sorted((cache_folder() / "sounds").glob("*"))


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    return made(tmp_path, "pcm_44100.mkv")


def assert_same(one: SoundShape, other: SoundShape) -> None:
    assert (one.silent, one.clipped, one.sounding) == (other.silent, other.clipped, other.sounding)
    window = one.waveform.start_ns, one.waveform.end_ns
    for columns in (3, 1000):
        assert np.array_equal(
            one.waveform.peaks(*window, columns),
            other.waveform.peaks(*window, columns),
            equal_nan=True,
        )
        assert np.array_equal(
            one.spectrogram.image(*window, columns, 50),
            other.spectrogram.image(*window, columns, 50),
        )
    assert np.array_equal(one.onsets.times_ns, other.onsets.times_ns)
    assert np.array_equal(one.onsets.strengths, other.onsets.strengths)
    assert np.array_equal(one.places.times_ns, other.places.times_ns)


def test_what_is_stored_is_what_decoding_gave(spoken: Path) -> None:
    track = track_of(spoken)
    assert stored_sound_shape(spoken, track) is None
    shape = sound_shape(spoken, track)
    again = stored_sound_shape(spoken, track)
    assert again is not None
    assert_same(shape, again)
    (entry,) = entries()
    assert spoken.stem not in entry.name


def test_another_file_in_its_place_is_another_sound(spoken: Path) -> None:
    track = track_of(spoken)
    sound_shape(spoken, track)
    os.utime(spoken, ns=(1, 1))
    assert stored_sound_shape(spoken, track) is None


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.999])
def test_a_damaged_store_is_dropped(spoken: Path, share: float) -> None:
    track = track_of(spoken)
    sound_shape(spoken, track)
    (entry,) = entries()
    data = bytearray(entry.read_bytes())
    data[math.floor(share * len(data))] ^= 0x40
    entry.write_bytes(data)
    assert stored_sound_shape(spoken, track) is None
    assert not entries()
    entry.write_bytes(b"")
    assert stored_sound_shape(spoken, track) is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(
    spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file where the folder would be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(blocked))
    track = track_of(spoken)
    assert len(sound_shape(spoken, track).onsets.times_ns) == len(SHOTS_S)
    assert stored_sound_shape(spoken, track) is None


# What can go wrong.


def test_it_can_be_stopped_and_says_how_far_it_is(spoken: Path) -> None:
    track = track_of(spoken)
    shares: list[float] = []
    sound_shape(spoken, track, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 2
    assert 0 < shares[0] < shares[-1] <= 1
    with pytest.raises(Cancelled):
        sound_shape(spoken, track, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        samples_between(spoken, track, 0, NS, cancelled=lambda: True)


def test_a_file_that_is_gone_is_said_in_words(spoken: Path) -> None:
    track = track_of(spoken)
    spoken.unlink()
    with pytest.raises(FootageError, match="not there"):
        sound_shape(spoken, track)
    with pytest.raises(FootageError, match="not there"):
        samples_between(spoken, track, 0, NS)
    assert stored_sound_shape(spoken, track) is None


def test_another_file_in_its_place_is_said_in_words(spoken: Path, odd_file: FindOdd) -> None:
    track = track_of(spoken)
    shutil.copy(odd_file("steady.mp4").path, spoken)
    with pytest.raises(FootageError, match="changed"):
        sound_shape(spoken, track)
    with pytest.raises(FootageError, match="changed"):
        samples_between(spoken, track, 0, NS)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_sound_gives_what_is_left_or_says_so(tmp_path: Path, seed: int) -> None:
    path = made(tmp_path, "aac.mp4" if seed % 2 else "mp2.ts")
    track = track_of(path)
    data = bytearray(path.read_bytes())
    chance = np.random.default_rng(seed)
    for at in chance.integers(len(data) // 10, len(data) * 9 // 10, 40).tolist():
        data[at : at + 20] = chance.bytes(20)
    path.write_bytes(data)
    try:
        shape = sound_shape(path, track)
    except FootageError:
        return
    window = shape.waveform.start_ns, shape.waveform.end_ns
    assert shape.waveform.peaks(*window, 100).shape == (100, 2)
    at, samples = samples_between(path, track, *window, places=shape.places)
    assert at >= window[0]
    assert samples.shape[1] <= shape.waveform.samples


# Channels of which one is the other upside down.


@pytest.mark.parametrize("ending", ["mov", "mp4"])
def test_channels_that_are_opposite_do_not_cancel(tmp_path: Path, ending: str) -> None:
    rate, shots = 48_000, (60_000, 150_000)
    one = with_shots(noise(5 * rate), shots, rate=rate)
    track = Track(wave=one, rate=rate, **(AAC if ending == "mp4" else {}))  # type: ignore[arg-type]
    alone = write(tmp_path / f"alone.{ending}", track)
    both_ways = replace(track, wave=np.concatenate([one, -one]))
    path = write(tmp_path / f"opposite.{ending}", both_ways)
    audio, both = track_of(path), sound_shape(path, track_of(path))
    single = sound_shape(alone, track_of(alone))
    assert len(both.onsets.times_ns) == len(single.onsets.times_ns) == 2
    assert np.abs(both.onsets.times_ns - single.onsets.times_ns).max() <= 2_000_000
    assert len(both.sounding) == len(single.sounding) == 2
    for shot in shots:
        at = audio.start_ns + samples_to_ns(shot, rate)
        window = at - NS // 10, at + NS // 10
        low, high = both.waveform.peaks(*window, 1)[0]
        assert low < -0.6 < 0.6 < high
        exact = samples_between(path, audio, *window, places=both.places)
        assert exact[1].shape[0] == 2
        fine = both.waveform.peaks(*window, 1, exact=exact)[0]
        assert fine == pytest.approx([low, high], abs=0.01)
        levels = both.spectrogram.image(*window, 10, 64)
        assert levels.max() > 150
        assert both.spectrogram.image(*window, 10, 64, exact=exact).max() > 150


def test_what_one_channel_alone_has_is_as_high_as_it_is(tmp_path: Path) -> None:
    rate = 48_000
    quiet = noise(3 * rate)
    loud = with_shots(quiet, (70_000,), rate=rate)
    path = write(tmp_path / "left.mov", Track(wave=np.concatenate([loud, quiet]), rate=rate))
    shape = sound_shape(path, track_of(path))
    assert np.nanmax(shape.waveform.peaks(0, 3 * NS, 100)) == pytest.approx(loud.max(), abs=1e-3)
