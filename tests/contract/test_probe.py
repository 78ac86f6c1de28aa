"""`probe`: shape, sound and streams of a footage."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.probe import FootageFacts, probe
from bodycam_annotator.media.sound_shape import with_silence
from tests.contract.eye import NS, FindOdd, ns
from tests.media_factory import Clip, Made, make, steady
from tests.odd_files import GOOD
from tests.sounds import Sound

SHAPES = [
    name for name, how in GOOD.items() if isinstance(how, Clip) and how.displayed != (320, 180)
]

MS = Fraction(1, 1000)
RATE = 48_000
_FILM = {
    ".mp4": Clip(pts=steady(20, 2560), rate=Fraction(5)),
    ".mkv": Clip(pts=steady(20, 200), time_base=MS, rate=Fraction(5)),
    ".avi": Clip(pts=steady(20, 1), time_base=Fraction(1, 5), rate=Fraction(5)),
    ".ts": Clip(
        pts=steady(20, 18_000, 903_000),
        time_base=Fraction(1, 90_000),
        rate=Fraction(5),
        format_options=(("mpegts_copyts", "1"), ("max_delay", "0")),
    ),
}
"""Four seconds of film that takes no time to make."""


def _samples(at: int, rate: int = RATE) -> int:
    """Nanoseconds of a number of samples, rounded once."""
    return ns(at, Fraction(1, rate))


def listened(made: Made) -> FootageFacts:
    """With its silence."""
    return with_silence(probe(made.path))


def _film(folder: Path, ending: str, sound: Sound) -> Made:
    return make(replace(_FILM[ending], sound=sound), folder / f"film{ending}")


@pytest.mark.parametrize("name", SHAPES)
def test_the_size_is_the_one_on_screen(name: str, odd_file: FindOdd) -> None:
    made = odd_file(name)
    facts = probe(made.path)
    assert (facts.width, facts.height) == made.clip.displayed
    with FrameReader(made.path, facts.index) as reader:
        height, width, channels = reader.frame(0).bgra.shape
    assert (width, height, channels) == (facts.width, facts.height, 4)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_clockwise_degrees(degrees: int, odd_file: FindOdd) -> None:
    facts = probe(odd_file(f"turned_{degrees}.mp4").path)
    assert (facts.rotation, facts.mirrored) == (degrees, False)


@pytest.mark.parametrize("name", [name for name in GOOD if name.startswith("mirrored")])
def test_mirroring_is_noticed(name: str, odd_file: FindOdd) -> None:
    assert probe(odd_file(name).path).mirrored


def test_an_upright_file_is_not_turned(odd_file: FindOdd) -> None:
    facts = probe(odd_file("steady.mp4").path)
    assert (facts.rotation, facts.mirrored) == (0, False)


def test_what_and_how_long_the_file_is(odd_file: FindOdd) -> None:
    made = odd_file("hevc.mp4")
    facts = probe(made.path)
    assert facts.codec == "hevc"
    assert facts.container in {"mov", "mp4"}
    assert facts.duration_ns == 40 * 40_000_000
    assert len(facts.index) == 40
    assert facts.audio is None


def test_the_duration_leaves_out_what_lies_before_the_first_frame(odd_file: FindOdd) -> None:
    assert probe(odd_file("running_clock.ts").path).duration_ns == pytest.approx(
        40 * 40_000_000, abs=1
    )


@pytest.mark.parametrize("ending", [".mkv", ".avi"])
@pytest.mark.parametrize("codec", ["pcm_s16le", "flac"])
def test_silence_is_exact_to_the_sample_where_the_codec_is(
    codec: str, ending: str, tmp_path: Path
) -> None:
    if (codec, ending) == ("flac", ".avi"):
        ending = ".mkv"
    silences = ((10_007, 40_001), (70_000, 100_000))
    sound = Sound(codec=codec, samples=4 * RATE, silences=silences, clicks=(60_000,))
    audio = listened(_film(tmp_path, ending, sound)).audio
    assert audio is not None
    assert (audio.codec, audio.rate, audio.channels) == (codec, RATE, 1)
    assert audio.start_ns == 0
    assert audio.end_ns == 4 * NS
    assert audio.silent_spans == tuple((_samples(a), _samples(b)) for a, b in silences)


def test_silence_at_both_ends_is_found(tmp_path: Path) -> None:
    """A pre-event buffer without sound, and a microphone switched off before the end."""
    silences = ((0, 48_000), (3 * RATE, 4 * RATE))
    sound = Sound(samples=4 * RATE, silences=silences)
    audio = listened(_film(tmp_path, ".mkv", sound)).audio
    assert audio is not None
    assert audio.silent_spans == ((0, NS), (3 * NS, 4 * NS))


def test_sound_that_is_silent_throughout_is_one_span(tmp_path: Path) -> None:
    sound = Sound(samples=2 * RATE, silences=((0, 2 * RATE),))
    audio = listened(_film(tmp_path, ".mkv", sound)).audio
    assert audio is not None
    assert audio.silent_spans == ((0, 2 * NS),)


def test_a_tone_has_no_silence_and_a_click_ends_one(tmp_path: Path) -> None:
    tone = listened(_film(tmp_path, ".mkv", Sound(samples=2 * RATE))).audio
    assert tone is not None
    assert tone.silent_spans == ()
    sound = Sound(samples=2 * RATE, silences=((24_000, 72_000),), clicks=(50_000,))
    audio = listened(_film(tmp_path, ".mkv", sound)).audio
    assert audio is not None
    assert audio.silent_spans == (
        (_samples(24_000), _samples(50_000)),
        (_samples(50_001), _samples(72_000)),
    )


@pytest.mark.parametrize("ending", [".mp4", ".mkv"])
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_silence_in_aac_is_right_within_a_frame(rate: int, ending: str, tmp_path: Path) -> None:
    silences = ((rate // 2, rate * 3 // 2), (rate * 2, rate * 3))
    sound = Sound(codec="aac", rate=rate, samples=4 * rate, silences=silences)
    audio = listened(_film(tmp_path, ending, sound)).audio
    assert audio is not None
    frame = _samples(1024, rate)
    assert audio.start_ns == pytest.approx(0, abs=_samples(48, rate))
    assert audio.silent_spans is not None
    assert len(audio.silent_spans) == 2
    for span, (begin, end) in zip(audio.silent_spans, silences, strict=True):
        assert span[0] == pytest.approx(_samples(begin, rate), abs=frame)
        assert span[1] == pytest.approx(_samples(end, rate), abs=frame)


@pytest.mark.parametrize("ending", [".mp4", ".mkv"])
@pytest.mark.parametrize("start", [0, 12_000, 96_000])
def test_late_sound_begins_when_it_does(start: int, ending: str, tmp_path: Path) -> None:
    codec = "aac" if ending == ".mp4" else "pcm_s16le"
    sound = Sound(codec=codec, samples=RATE, start=start)
    facts = listened(_film(tmp_path, ending, sound))
    assert facts.audio is not None
    # FFmpeg's own MP4 writer counts AAC's run-up of 1024 samples as sound when it begins late.
    run_up = _samples(1024 + 48) if codec == "aac" and start else 0
    assert _samples(start) - run_up <= facts.audio.start_ns <= _samples(start)
    assert facts.audio.end_ns == pytest.approx(_samples(start + RATE), abs=_samples(1024))
    assert any("sound begins" in one.lower() for one in facts.oddities) == bool(start)


@pytest.mark.parametrize("ending", [".mp4", ".mkv"])
def test_sound_may_begin_before_the_picture(ending: str, tmp_path: Path) -> None:
    codec = "aac" if ending == ".mp4" else "pcm_s16le"
    film = _FILM[ending]
    half = int(Fraction(1, 2) / film.time_base)
    clip = replace(
        film,
        pts=tuple(pts + half for pts in film.pts),
        sound=Sound(codec=codec, samples=4 * RATE),
    )
    facts = listened(make(clip, tmp_path / f"late_picture{ending}"))
    assert facts.audio is not None
    assert facts.index.first_ns == NS // 2
    assert facts.audio.start_ns == 0
    assert any("before" in one for one in facts.oddities)


@pytest.mark.parametrize("seconds", [1, 9])
def test_sound_may_be_shorter_or_longer(seconds: int, tmp_path: Path) -> None:
    sound = Sound(samples=seconds * RATE)
    facts = listened(_film(tmp_path, ".mkv", sound))
    assert facts.audio is not None
    assert facts.audio.end_ns == seconds * NS
    assert facts.duration_ns == 4 * NS, "the footage is as long as its picture"
    assert any("sound ends" in one.lower() for one in facts.oddities) == (seconds < 4)


def test_sound_in_a_transport_stream_is_on_the_footage_s_clock(tmp_path: Path) -> None:
    start = 481_600  # 10.0333 s
    sound = Sound(codec="aac", samples=4 * RATE, start=start, silences=((48_000, 96_000),))
    facts = listened(_film(tmp_path, ".ts", sound))
    assert facts.audio is not None
    # No transport stream says that AAC's first frame is only its run-up.
    assert facts.audio.start_ns == pytest.approx(_samples(start), abs=_samples(1024 + 96))
    assert facts.audio.silent_spans is not None
    ((begin, end),) = facts.audio.silent_spans
    assert begin == pytest.approx(_samples(start + 48_000), abs=_samples(1024))
    assert end == pytest.approx(_samples(start + 96_000), abs=_samples(1024))


def test_silence_is_looked_for_only_when_asked(tmp_path: Path) -> None:
    sound = Sound(samples=2 * RATE, silences=((0, RATE),))
    audio = probe(_film(tmp_path, ".mkv", sound).path).audio
    assert audio is not None
    assert audio.silent_spans is None


def test_a_file_without_sound_says_so(odd_file: FindOdd) -> None:
    facts = probe(odd_file("steady.mp4").path)
    assert facts.audio is None
    assert any("no sound" in one.lower() for one in facts.oddities)


def test_two_streams_are_mentioned_and_the_other_can_be_had(odd_file: FindOdd) -> None:
    made = odd_file("two_cameras.mp4")
    front, rear = probe(made.path), probe(made.path, stream=1)
    assert any("2 video streams" in one for one in front.oddities)
    assert (len(front.index), len(rear.index)) == (40, 12)
    assert (rear.width, rear.height) == (160, 96)
    assert front.audio is not None


def test_a_cover_is_not_a_second_camera(odd_file: FindOdd) -> None:
    facts = probe(odd_file("cover_first.mp4").path)
    assert facts.codec == "h264"
    assert len(facts.index) == 40
    assert not any("video streams" in one for one in facts.oddities)


@pytest.mark.parametrize("name", ["sound_only.m4a", "sound_only.wav"])
def test_sound_alone_is_refused_in_a_sentence(
    name: str, broken_file: Callable[[str], Path]
) -> None:
    with pytest.raises(FootageError, match=rf"(?i){name}.*\bsound\b"):
        probe(broken_file(name))
