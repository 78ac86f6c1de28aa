"""The samples that are played: right to the sample, from any time on, on any track and channel."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from bodycam_annotator.media.audio import AudioTrack, find_audio
from bodycam_annotator.media.playback import Channels, samples_from
from bodycam_annotator.media.probe import probe
from bodycam_annotator.media.sound_thread import SoundThread
from tests.media_factory import Clip, add_video, encode, make, mux, steady
from tests.sounds import AnyPacket, Sound, add_sound, make_sound

RATE = 48_000
SECOND = 1_000_000_000

Write = Callable[..., tuple[Path, NDArray[np.int16]]]


def heard(
    path: Path, track: AudioTrack, *, time_ns: int, channels: Channels = "all"
) -> NDArray[np.int16]:
    """(samples, 2): all that is played from there on."""
    blocks = list(samples_from(path, track, time_ns=time_ns, channels=channels))
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), dtype=np.int16)


def track_of(path: Path) -> AudioTrack:
    track = find_audio(path).track
    assert track is not None
    return track


@pytest.fixture
def many_channels(tmp_path: Path) -> Write:
    """Writes a second of PCM in which every channel is another noise; (samples, channels)."""

    def write(layout: str, *, rate: int = RATE) -> tuple[Path, NDArray[np.int16]]:
        path = tmp_path / f"{layout}.mov"
        with av.open(str(path), "w") as output:
            stream = output.add_stream("pcm_s16le", rate=rate, layout=layout)
            count = stream.codec_context.layout.nb_channels
            chance = np.random.default_rng(count)
            wave = chance.integers(-9000, 9000, (rate, count), dtype=np.int16)
            for begin in range(0, rate, 1000):
                part = np.ascontiguousarray(wave[begin : begin + 1000].reshape(1, -1))
                frame = AudioFrame.from_ndarray(part, format="s16", layout=layout)
                frame.sample_rate, frame.pts = rate, begin
                frame.time_base = Fraction(1, rate)
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        return path, wave

    return write


@pytest.mark.parametrize("begin", [0, 1, 47_999, 60_000, 95_999])
def test_the_first_sample_is_the_one_of_the_time_asked_for(tmp_path: Path, begin: int) -> None:
    sound = Sound(clicks=(0, 1000, 60_000, 95_998))
    make_sound(sound, tmp_path / "sound.mov")
    path = tmp_path / "sound.mov"
    track = track_of(path)
    time_ns = track.start_ns + begin * SECOND // RATE
    played = heard(path, track, time_ns=time_ns)
    assert np.array_equal(played[:, 0], sound.waveform()[begin:])
    assert np.array_equal(played[:, 0], played[:, 1])


def test_sound_that_begins_late_is_silent_until_then(tmp_path: Path) -> None:
    late = RATE * 3
    sound = Sound(samples=RATE, start=late)
    path = make(Clip(pts=steady(150), sound=sound), tmp_path / "late.mkv").path
    track = track_of(path)
    played = heard(path, track, time_ns=0)
    assert track.start_ns == 3 * SECOND
    assert len(played) == late + RATE
    assert not played[:late].any()
    assert np.array_equal(played[late:, 0], sound.waveform())


def test_silence_before_late_sound_comes_in_small_blocks(tmp_path: Path) -> None:
    path = tmp_path / "sound.mov"
    make_sound(Sound(samples=100), path)
    an_hour_before = track_of(path).start_ns - 3600 * SECOND
    longest, total = 0, 0
    for block in samples_from(path, track_of(path), time_ns=an_hour_before):
        longest, total = max(longest, len(block)), total + len(block)
    assert total == 3600 * RATE + 100
    assert longest <= RATE


def test_sound_that_ends_early_ends_and_beyond_it_there_is_nothing(tmp_path: Path) -> None:
    sound = Sound(samples=RATE)
    path = make(Clip(pts=steady(100), sound=sound), tmp_path / "early.mkv").path
    track = track_of(path)
    assert len(heard(path, track, time_ns=0)) == RATE
    assert not len(heard(path, track, time_ns=2 * SECOND))


@pytest.mark.parametrize(("layout", "count"), [("mono", 1), ("stereo", 2), ("quad", 4)])
def test_one_channel_is_that_channel_to_the_sample(
    many_channels: Write, layout: str, count: int
) -> None:
    path, wave = many_channels(layout)
    track = track_of(path)
    assert (track.channels, len(track.layout)) == (count, count)
    for channel in range(count):
        played = heard(path, track, time_ns=0, channels=channel)
        assert np.array_equal(played, np.repeat(wave[:, channel : channel + 1], 2, axis=1))


def test_mixed_is_the_mean_of_all_channels_in_both_ears(many_channels: Write) -> None:
    for layout in ("stereo", "quad"):
        path, wave = many_channels(layout)
        played = heard(path, track_of(path), time_ns=0, channels="mix")
        assert np.array_equal(played[:, 0], np.rint(wave.mean(axis=1)).astype(np.int16))
        assert np.array_equal(played[:, 0], played[:, 1])


def test_stereo_is_played_as_it_is(many_channels: Write) -> None:
    path, wave = many_channels("stereo")
    assert np.array_equal(heard(path, track_of(path), time_ns=0), wave)


def test_at_another_rate_one_channel_is_as_in_both(many_channels: Write) -> None:
    path, _ = many_channels("stereo", rate=44_100)
    track = track_of(path)
    both = heard(path, track, time_ns=SECOND // 3)
    for channel in (0, 1):
        alone = heard(path, track, time_ns=SECOND // 3, channels=channel)
        assert np.array_equal(alone[:, 0], both[:, channel])
        assert np.array_equal(alone[:, 1], both[:, channel])


def test_a_channel_that_is_not_there_is_silent(many_channels: Write) -> None:
    path, wave = many_channels("stereo")
    played = heard(path, track_of(path), time_ns=0, channels=5)
    assert len(played) == len(wave)
    assert not played.any()


def two_tracks(folder: Path, *, broken: int | None = None) -> tuple[Path, tuple[Sound, Sound]]:
    """Video in stream 0, sound in 1 and 2; `broken`: that stream's codec is not known."""
    sounds = Sound(clicks=(100,)), Sound(samples=RATE, clicks=(7,), silences=((10, 40_000),))
    path = folder / "two.mkv"
    clip = Clip(pts=steady(50))
    with av.open(str(path), "w") as output:
        packets: list[AnyPacket] = [*encode(clip, add_video(output, clip))]
        for sound, said in zip(sounds, ("eng", "fre"), strict=True):
            packets += _add(output, sound, language=said)
        mux(output, packets)
    if broken is not None:
        data = path.read_bytes()
        name = b"A_PCM/INT/LIT"
        at = -1
        for _ in range(broken):
            at = data.index(name, at + 1)
        path.write_bytes(data[:at] + b"A_XXX/INT/LIT" + data[at + len(name) :])
    return path, sounds


def _add(output: av.container.OutputContainer, sound: Sound, *, language: str) -> list[AnyPacket]:
    packets = add_sound(output, sound)
    output.streams[-1].metadata.update(language=language, title=f"<b>{language}</b>")
    return [*packets]


def test_every_track_is_described_and_can_be_played(tmp_path: Path) -> None:
    path, sounds = two_tracks(tmp_path)
    found = find_audio(path)
    assert found.streams == (1, 2)
    assert found.undecodable == ()
    assert [track.stream for track in found.tracks] == [1, 2]
    assert found.track == found.tracks[0]
    assert [track.language for track in found.tracks] == ["eng", "fre"]
    assert [track.title for track in found.tracks] == ["<b>eng</b>", "<b>fre</b>"]
    for track, sound in zip(found.tracks, sounds, strict=True):
        assert np.array_equal(heard(path, track, time_ns=0)[:, 0], sound.waveform())


@pytest.mark.parametrize(("broken", "left"), [(1, 2), (2, 1)])
def test_a_track_that_cannot_be_decoded_is_said_wherever_it_is(
    tmp_path: Path, broken: int, left: int
) -> None:
    path, _ = two_tracks(tmp_path, broken=broken)
    facts = probe(path)
    assert facts.sound.undecodable == (broken,)
    assert facts.audio is not None
    assert facts.audio.stream == left
    assert f"The audio track in stream {broken} cannot be decoded." in facts.oddities


def test_what_is_odd_is_said_of_the_track_that_is_listened_to(tmp_path: Path) -> None:
    path, _ = two_tracks(tmp_path)
    facts = probe(path)
    other = facts.listening_to(2)
    assert other.audio is not None
    assert other.audio.stream == 2
    assert not any("this is stream 1" in said for said in other.oddities)
    assert any("2 audio tracks; this is stream 2" in said for said in other.oddities)
    assert other.audio.silent_spans is None
    known = other.knowing(replace(other.audio, silent_spans=((0, SECOND),)))
    assert known.audio is not None
    assert known.audio.silent_spans == ((0, SECOND),)
    assert known.listening_to(1).audio == facts.audio
    assert known.listening_to(1).listening_to(2).audio == known.audio
    assert known.listening_to(9) == known


def test_the_thread_gives_every_sample_in_order_and_then_is_over(tmp_path: Path) -> None:
    sound = Sound()
    path = tmp_path / "sound.mov"
    make_sound(sound, path)
    reader = SoundThread(path, track_of(path), time_ns=track_of(path).start_ns)
    taken = b""
    while not reader.is_over:
        taken += reader.take(1001)
    reader.wait()
    assert not reader.is_alive
    played = np.frombuffer(taken, dtype=np.int16).reshape(-1, 2)
    assert np.array_equal(played[:, 0], sound.waveform())


def test_a_stopped_thread_ends_however_much_is_left(tmp_path: Path) -> None:
    path = tmp_path / "sound.mov"
    make_sound(Sound(samples=RATE * 20), path)
    reader = SoundThread(path, track_of(path), time_ns=0)
    reader.stop()
    reader.wait()
    assert not reader.is_alive
