"""What single files claim and what is made of it: times, shapes, sounds, changes underway."""

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import at_rate, find_audio
from bodycam_annotator.media.decoder import Decoder
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex, in_decoded_order, in_time_order
from bodycam_annotator.media.keyframes import has_b_picture
from bodycam_annotator.media.packets import Packets
from bodycam_annotator.media.playback import samples_from
from bodycam_annotator.media.probe import index_footage, probe
from bodycam_annotator.media.sound_shape import with_silence
from tests.media_factory import Clip, add_video, encode, gop, make, mux, steady
from tests.sounds import AnyPacket, Sound, add_sound

MS = Fraction(1, 1000)
FRAME_MS = 40


def _packets(pts: list[int], *, derived: bool = False) -> Packets:
    count = len(pts)
    yes, no = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    return Packets(
        pts=np.array(pts, dtype=np.int64),
        duration=np.full(count, FRAME_MS, dtype=np.int64),
        position=np.arange(count),
        size=np.ones(count, dtype=np.int64),
        key=yes & (np.arange(count) == 0),
        discard=no,
        timeless=no,
        dts=np.array(pts, dtype=np.int64),
        derived=derived,
    )


def _index(pts: list[int], *, derived: bool = False, reorders: bool = False) -> FrameIndex:
    packets = _packets(pts, derived=derived)
    return in_time_order(packets, stream=0, time_base=MS, reorders=reorders)


def test_frames_of_one_time_end_together() -> None:
    index = _index([0, 40, 40, 40, 80, 120, 120])
    ends = [index.end_of(k) for k in range(len(index))]
    assert ends == [ms * 1_000_000 for ms in (40, 80, 80, 80, 120, 160, 160)]


@pytest.mark.parametrize("far", [2**62, -(2**62), 2**63 - 1, -(2**63)])
def test_times_that_no_footage_has_are_refused(far: int) -> None:
    with pytest.raises(FootageError, match="times that no footage has"):
        _index([0, 40, far])


def test_genuine_times_are_kept_when_the_decoder_reorders() -> None:
    index = _index([0, 120, 40, 80, 160])
    assert index.astray
    settled = in_decoded_order(index, [0, 2, 3, 1, 4], why="Because.")
    assert settled.pts.tolist() == [0, 40, 80, 120, 160]
    assert settled.astray == 0
    assert settled.oddities == ("Because.",)


def test_a_single_glitch_is_held_between_its_neighbours() -> None:
    pts = list(range(0, 40 * FRAME_MS, FRAME_MS))
    pts[20] = 100
    settled = in_decoded_order(_index(pts), list(range(40)), why="Because.")
    assert settled.pts.tolist() == pts
    assert settled.times.tolist() == sorted(settled.times.tolist())
    assert settled.astray == 1
    assert any("contradicts" in one for one in settled.oddities)


def test_made_up_times_are_dealt_out_even_when_few_are_wrong() -> None:
    pts = list(range(0, 40 * FRAME_MS, FRAME_MS))
    order = [*range(20), 21, 22, 20, *range(23, 40)]
    settled = in_decoded_order(_index(pts, derived=True), order, why="Because.")
    assert settled.pts.tolist() == pts
    assert settled.packet_of.tolist() == order


def test_a_picture_given_twice_is_one_frame() -> None:
    settled = in_decoded_order(_index([0, 40, 80]), [0, 1, 1, 2], why="Because.")
    assert settled.packet_of.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("step", "variable"), [(0, False), (3, False), (10, True)])
def test_the_rate_is_variable_from_a_tenth_on(step: int, *, variable: bool) -> None:
    pts = [0, 40, 80, 120, 160 + step, 200 + step, 240 + step]
    assert _index(pts).variable_rate is variable


@pytest.mark.parametrize(("codec", "bframes"), [("libx264", 0), ("libx264", 2), ("mpeg4", 2)])
def test_b_pictures_are_found_in_the_bytes(codec: str, bframes: int, tmp_path: Path) -> None:
    options = gop(12, bframes=bframes) if codec == "libx264" else (("bf", str(bframes)),)
    path = make(Clip(codec=codec, options=options), tmp_path / "film.mp4").path
    with av.open(str(path)) as source:
        video = source.streams.video[0]
        extra = bytes(video.codec_context.extradata or b"")
        name = video.codec_context.name
        found = [has_b_picture(name, bytes(p), extradata=extra) for p in source.demux(video)]
    assert any(found) == bool(bframes)
    assert not found[0]


@pytest.mark.parametrize("aspect", [Fraction(20), Fraction(1, 20)])
def test_an_absurd_pixel_shape_is_not_applied(aspect: Fraction, tmp_path: Path) -> None:
    path = make(Clip(pts=steady(4), sample_aspect=aspect), tmp_path / "film.mkv").path
    facts = probe(path)
    assert (facts.width, facts.height) == (320, 180)
    assert any("square" in one for one in facts.oddities)
    with FrameReader(path, facts.index) as reader:
        assert reader.frame(0).bgra.shape == (180, 320, 4)


def test_a_file_that_changes_while_it_is_open_is_noticed(tmp_path: Path) -> None:
    path = make(Clip(), tmp_path / "film.mp4").path
    with FrameReader(path, index_footage(path), cache_bytes=1) as reader:
        reader.frame(30)
        os.utime(path, ns=(1, 1))
        with pytest.raises(FootageError, match="changed"):
            reader.frame(0)


def test_a_transport_stream_is_found_at_the_first_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = Clip(pts=steady(120, 3600, 903_000), time_base=Fraction(1, 90_000))
    path = make(clip, tmp_path / "film.ts").path
    tries: list[int] = []
    catch_up = Decoder._catch_up

    def counted(decoder: Decoder, number: int) -> bool:
        tries.append(number)
        return catch_up(decoder, number)

    monkeypatch.setattr(Decoder, "_catch_up", counted)
    with FrameReader(path, index_footage(path), cache_bytes=1) as reader:
        reader.frame(0)
        tries.clear()
        reader.frame(100)
    assert len(tries) == 1


def _with_two_tracks(path: Path) -> Path:
    clip = Clip(pts=steady(20, 100), time_base=MS, rate=Fraction(10))
    with av.open(str(path), "w") as output:
        packets: list[AnyPacket] = [*encode(clip, add_video(output, clip))]
        packets += add_sound(output, Sound(samples=96_000, silences=((0, 96_000),)))
        packets += add_sound(output, Sound(samples=96_000))
        mux(output, packets)
    return path


def test_other_audio_tracks_are_mentioned(tmp_path: Path) -> None:
    facts = with_silence(probe(_with_two_tracks(tmp_path / "film.mkv")))
    said = " ".join(facts.oddities)
    assert "2 audio tracks; this is stream 1; the other is not listened to." in said
    assert "This audio track is silent" in said


def test_sound_whose_shape_changes_is_played_on(tmp_path: Path) -> None:
    """Two recordings with other rates, joined bytewise."""
    path = tmp_path / "film.ts"
    clip = Clip(
        pts=steady(20, 9000, 903_000),
        time_base=Fraction(1, 90_000),
        rate=Fraction(10),
        sound=Sound(codec="aac", rate=16_000, samples=32_000, start=160_533),
    )
    first = make(clip, path).path.read_bytes()
    sound = Sound(codec="aac", rate=48_000, samples=96_000, start=577_600)
    then = replace(clip, pts=steady(20, 9000, 1_083_000), sound=sound)
    second = make(then, path).path.read_bytes()
    path.write_bytes(first + second)
    facts = with_silence(probe(path))
    assert facts.audio is not None
    assert facts.audio.end_ns - facts.audio.start_ns == pytest.approx(4e9, abs=0.3e9)
    played = sum(map(len, samples_from(path, facts.audio, time_ns=facts.audio.start_ns)))
    assert played == pytest.approx(4 * 48_000, abs=0.3 * 48_000)
    assert find_audio(path).streams == (1,)


def test_no_peak_is_lost_when_counted_at_another_rate() -> None:
    loud = np.zeros(48, dtype=np.float32)
    loud[7] = 1
    slow = at_rate(loud, 48_000, 16_000)
    assert (len(slow), int(slow.argmax())) == (16, 2)
    assert len(at_rate(loud, 16_000, 48_000)) == 144
