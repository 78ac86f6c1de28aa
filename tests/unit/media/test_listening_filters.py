"""Sound as it is listened to: its pitch, its places, its loudness, its band, its spans."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bodycam_annotator.media.audio import AudioTrack, find_audio
from bodycam_annotator.media.grains import GRAIN_SAMPLES, GrainThread, faded
from bodycam_annotator.media.listening_filters import KNEE, Hearing, heard_as, stretched_length
from bodycam_annotator.media.playback import samples_from, samples_of_span
from bodycam_annotator.media.sound_thread import SoundThread
from tests.sounds import Sound, make_sound

RATE = 48_000
SECOND = 1_000_000_000
MS = 1_000_000

SPEEDS = (0.1, 0.25, 0.5, 1.5, 2.0, 4.0)

Wave = NDArray[np.float64]
Samples = NDArray[np.int16]


def stereo(wave: Wave) -> Samples:
    return np.repeat(np.rint(wave).astype(np.int16)[:, np.newaxis], 2, axis=1)


def heard(wave: Wave, hearing: Hearing) -> Samples:
    """(samples, 2): that sound, given in blocks as a decoder gives it, as it is listened to."""
    sound = stereo(wave)

    def blocks() -> Iterator[Samples]:
        for begin in range(0, len(sound), 1024):
            yield sound[begin : begin + 1024]

    return np.concatenate(list(heard_as((block for block in blocks()), hearing)))


def tone(hertz: float, *, seconds: float, loud: float = 8000) -> Wave:
    at = np.arange(round(seconds * RATE))
    return np.asarray(loud * np.sin(2 * np.pi * hertz * at / RATE))


def loudness(sound: Samples) -> float:
    """Root mean square of the middle, where no filter is at its beginning."""
    middle = sound[len(sound) // 4 : -len(sound) // 4, 0].astype(np.float64)
    return float(np.sqrt(np.mean(middle**2)))


def pitch(sound: Samples) -> float:
    """The strongest frequency in hertz."""
    wave = sound[:, 0] * np.hanning(len(sound))
    strongest = np.argmax(np.abs(np.fft.rfft(wave)))
    return float(strongest * RATE / len(sound))


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("hertz", [110, 440, 2000])
def test_pitch_stays_at_every_speed(speed: float, hertz: int) -> None:
    sound = heard(tone(hertz, seconds=4), Hearing(speed=speed))
    assert pitch(sound) == pytest.approx(hertz, rel=0.01)
    assert loudness(sound) == pytest.approx(8000 / np.sqrt(2), rel=0.1)


@pytest.mark.parametrize("speed", [*SPEEDS, 0.7, 1.0, 3.3])
@pytest.mark.parametrize("samples", [1, 100, 12_345, 96_000])
def test_it_lasts_as_long_as_the_speed_says_to_the_sample(speed: float, samples: int) -> None:
    sound = heard(tone(440, seconds=samples / RATE), Hearing(speed=speed, gain_db=1.0))
    assert len(sound) == stretched_length(samples, speed) == max(round(samples / speed), 1)


@pytest.mark.parametrize(
    ("speed", "within_ms"), [(0.1, 12), (0.25, 12), (0.5, 12), (1.5, 20), (2.0, 25), (4.0, 48)]
)
def test_what_is_heard_is_where_the_file_has_it_and_does_not_drift(
    speed: float, within_ms: float
) -> None:
    """Bursts of 30 ms in a minute of noise: where each is heard, times the speed, is its place.

    Milliseconds of file time, so that of 48 at four times the speed 12 are heard.
    """
    chance = np.random.default_rng(5)
    wave = chance.normal(0, 300, 60 * RATE)
    places = np.arange(1, 59) * RATE + chance.integers(0, RATE // 2, 58)
    burst = chance.normal(0, 9000, RATE * 30 // 1000)
    for place in places:
        wave[place : place + len(burst)] += burst
    sound = heard(np.clip(wave, -30000, 30000), Hearing(speed=speed))
    late = np.array([_late_ms(sound, int(place), len(burst), speed) for place in places])
    assert np.abs(late).max() < within_ms
    assert abs(late.mean()) < 6 * max(speed, 1)
    assert abs(late[:20].mean() - late[-20:].mean()) < 6 * max(speed, 1)


def _late_ms(sound: Samples, place: int, length: int, speed: float) -> float:
    """By how much of file time the middle of the burst is heard late."""
    middle = place + length / 2
    begin, end = (round((middle + by * RATE) / speed) for by in (-0.1, 0.1))
    power = sound[begin:end, 0].astype(np.float64) ** 2
    power[power < 2000**2] = 0
    found = begin + float(np.average(np.arange(len(power)), weights=power))
    return (found * speed - middle) / RATE * 1000


@pytest.mark.parametrize("gain_db", [-20.0, -6.0, 3.0, 12.0])
def test_gain_is_exact_below_the_knee(gain_db: float) -> None:
    wave = tone(440, seconds=1, loud=4000)
    sound = heard(wave, Hearing(gain_db=gain_db))
    assert np.abs(sound[:, 0] - wave * 10 ** (gain_db / 20)).max() <= 3


def test_what_is_too_loud_is_bent_and_never_wraps() -> None:
    wave = np.linspace(-32768, 32767, RATE)
    sound = heard(wave, Hearing(gain_db=30.0))[:, 0].astype(np.int32)
    assert (np.diff(sound) >= 0).all()
    assert (sound[0], sound[-1]) == (-32768, 32767)
    gentle = heard(wave, Hearing(gain_db=6.0))[:, 0].astype(np.int32)
    straight = np.abs(wave * 10 ** (6 / 20)) < KNEE * 32767
    assert np.abs(gentle - wave * 10 ** (6 / 20))[straight].max() <= 2
    assert np.abs(gentle[~straight]).max() <= 32768
    assert len(np.unique(gentle[~straight])) > 1000


@pytest.mark.parametrize(
    ("hertz", "least_db", "most_db"),
    [(50, -90, -24), (100, -90, -20), (300, -2, 1), (1000, -1, 1), (3000, -2, 1), (8000, -90, -20)],
)
def test_the_speech_band_keeps_speech_and_takes_the_rest(
    hertz: int, least_db: float, most_db: float
) -> None:
    sound = heard(tone(hertz, seconds=2), Hearing(speech_band=True))
    assert len(sound) == 2 * RATE
    kept_db = 20 * np.log10(loudness(sound) / (8000 / np.sqrt(2)))
    assert least_db <= kept_db <= most_db


def test_the_speech_band_moves_nothing() -> None:
    wave = np.zeros(RATE)
    wave[20_000] = 30_000
    sound = heard(wave, Hearing(speech_band=True))
    assert abs(int(np.abs(sound[:, 0].astype(np.int32)).argmax()) - 20_000) < RATE // 1000


def test_both_ears_keep_what_is_theirs_through_every_filter() -> None:
    sound = np.stack([tone(440, seconds=2), tone(990, seconds=2)], axis=1).astype(np.int16)
    every = Hearing(speed=0.5, gain_db=3.0, speech_band=True)
    out = np.concatenate(list(heard_as((block for block in [sound]), every)))
    assert pitch(out[:, :1]) == pytest.approx(440, rel=0.01)
    assert pitch(out[:, 1:]) == pytest.approx(990, rel=0.01)


def test_as_it_is_not_a_bit_is_changed() -> None:
    block = stereo(tone(440, seconds=1))
    assert next(heard_as((one for one in [block]), Hearing())) is block


# Of a file


@pytest.fixture
def file(tmp_path: Path) -> tuple[Path, AudioTrack, Samples]:
    path = tmp_path / "sound.mov"
    sound = Sound(samples=RATE * 4, clicks=(10_000, 96_000))
    make_sound(sound, path)
    track = find_audio(path).track
    assert track is not None
    return path, track, sound.waveform()


File = tuple[Path, AudioTrack, Samples]


def at(sample: int) -> int:
    return sample * SECOND // RATE


@pytest.mark.parametrize(("first", "end"), [(0, 1), (10_000, 10_001), (9_999, 58_001)])
def test_a_span_is_played_to_the_sample(file: File, first: int, end: int) -> None:
    path, track, wave = file
    span = track.start_ns + at(first), track.start_ns + at(end)
    sound = np.concatenate(list(samples_of_span(path, track, span)))
    assert np.array_equal(sound[:, 0], wave[first:end])


def test_a_span_beyond_the_sound_is_silent_there(file: File) -> None:
    path, track, wave = file
    span = track.end_ns - SECOND, track.end_ns + SECOND
    sound = np.concatenate(list(samples_of_span(path, track, span)))
    assert len(sound) == 2 * RATE
    assert np.array_equal(sound[:RATE, 0], wave[-RATE:])
    assert not sound[RATE:].any()


def test_nothing_from_outside_a_span_is_heard_at_any_speed(tmp_path: Path) -> None:
    path = tmp_path / "sound.mov"
    make_sound(Sound(samples=RATE * 3, silences=((RATE, 2 * RATE),)), path)
    track = find_audio(path).track
    assert track is not None
    span = track.start_ns + SECOND, track.start_ns + 2 * SECOND
    for speed in SPEEDS:
        blocks = samples_of_span(path, track, span, hearing=Hearing(speed=speed))
        sound = np.concatenate(list(blocks))
        assert len(sound) == stretched_length(RATE, speed)
        assert not sound.any()


@pytest.mark.parametrize("speed", [1.0, 0.5, 2.0])
def test_a_loop_has_no_gap_and_begins_where_asked(file: File, speed: float) -> None:
    path, track, _ = file
    first, end, begin = 9_000, 21_000, 15_000
    span = track.start_ns + at(first), track.start_ns + at(end)
    hearing = Hearing(speed=speed)
    once = np.concatenate(list(samples_of_span(path, track, span, hearing=hearing)))
    rest = track.start_ns + at(begin), span[1]
    begun = np.concatenate(list(samples_of_span(path, track, rest, hearing=hearing)))
    blocks = samples_of_span(path, track, span, hearing=hearing, loops=True, from_ns=rest[0])
    sound = np.zeros((0, 2), dtype=np.int16)
    while len(sound) < len(begun) + 3 * len(once):
        sound = np.concatenate([sound, next(blocks)])
    blocks.close()
    wanted = np.concatenate([begun, once, once, once])
    assert np.array_equal(sound[: len(wanted)], wanted)


def test_every_speed_starts_with_the_time_asked_for(file: File) -> None:
    path, track, _ = file
    for speed in SPEEDS:
        blocks = samples_from(
            path, track, time_ns=track.start_ns + SECOND, hearing=Hearing(speed=speed)
        )
        assert sum(map(len, blocks)) == stretched_length(3 * RATE, speed)


def test_the_thread_plays_a_span_and_is_over(file: File) -> None:
    path, track, wave = file
    span = track.start_ns + at(5000), track.start_ns + at(25_000)
    reader = SoundThread(path, track, time_ns=span[0], span=span)
    taken = b""
    while not reader.is_over:
        taken += reader.take(4096)
    reader.wait()
    sound = np.frombuffer(taken, dtype=np.int16).reshape(-1, 2)
    assert np.array_equal(sound[:, 0], wave[5000:25_000])


# Scrubbing


def grain_of(reader: GrainThread) -> Samples:
    """What comes after the silence that is given until the grain is there."""
    for _ in range(1_000_000):
        taken = np.frombuffer(reader.take(4 * GRAIN_SAMPLES), dtype=np.int16).reshape(-1, 2)
        assert len(taken) == GRAIN_SAMPLES
        if taken.any():
            return taken
    raise TimeoutError


def test_a_grain_is_the_sound_of_its_place_faded(file: File) -> None:
    path, track, wave = file
    reader = GrainThread(path, track)
    try:
        for sample in (60_000, 0, 95_990, 30):
            reader.ask(track.start_ns + at(sample))
            part = wave[sample : sample + GRAIN_SAMPLES]
            assert np.array_equal(grain_of(reader), faded(stereo(part.astype(np.float64))))
        assert not any(reader.take(4 * GRAIN_SAMPLES))
    finally:
        reader.stop()
        reader.wait()
    assert not reader.is_alive


def test_a_grain_comes_and_goes_softly_and_beyond_the_sound_there_is_none(file: File) -> None:
    path, track, _ = file
    reader = GrainThread(path, track, hearing=Hearing(speed=4.0, gain_db=12.0))
    try:
        reader.ask(track.start_ns + SECOND)
        steps = np.abs(np.diff(grain_of(reader)[:, 0].astype(np.int32)))
        assert steps[0] < 100
        assert steps[-1] < 100
        reader.ask(track.end_ns + SECOND)
        reader.ask(track.start_ns + 2 * SECOND)
        assert grain_of(reader).any()
    finally:
        reader.stop()
        reader.wait()
