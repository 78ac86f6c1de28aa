"""A clip's sound is the footage's own samples, where its pictures are."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import probe
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form
from bodycam_annotator.publish.clip_plan import Freeze, Run, Segment
from bodycam_annotator.publish.clip_sound import places_of, samples_of_track
from bodycam_annotator.publish.clip_span import clip_span
from bodycam_annotator.publish.clip_writer import Source, WrittenClip, write_clip
from bodycam_annotator.publish.sound_file import write_sound
from bodycam_annotator.timing import NS
from tests.clicks import Track, Wave, add_sound, noise, with_shots
from tests.media_factory import Clip, add_video, encode, gop, mux, steady

RATE = 48_000
EXACT = 2.0**-22


def made(path: Path, track: Track, clip: Clip | None = None) -> tuple[Path, FrameIndex, AudioTrack]:
    """A file of 4 s at 25 frames a second, unless `clip` says otherwise, with that sound."""
    clip = clip or Clip(pts=steady(100), options=gop(12, bframes=2))
    with av.open(str(path), "w", options=dict(clip.format_options)) as output:
        packets = [*encode(clip, add_video(output, clip)), *add_sound(output, track)]
        mux(output, packets)
    facts = probe(path)
    assert facts.audio is not None
    return path, facts.index, facts.audio


def clip_of(
    made: tuple[Path, FrameIndex, AudioTrack],
    segments: Sequence[Segment],
    folder: Path,
    form: Form = Form.FFV1,
) -> WrittenClip:
    path, index, track = made
    target = folder / f"clip{FORMS[form].ending}"
    target.unlink(missing_ok=True)
    source = Source(path=path, index=index, track=track)
    return write_clip(source, segments, target, ClipSettings(form=form))


def heard(path: Path) -> Wave:
    """(channels, samples) of all that comes out of a plain decoder, from the time 0 on."""
    with av.open(str(path)) as container:
        parts: list[NDArray[np.float64]] = []
        for frame in container.decode(audio=0):
            assert parts or abs(frame.time or 0) < 0.001, "sound begins with the pictures"
            samples = frame.to_ndarray()
            if not frame.format.is_planar:
                samples = samples.reshape(-1, frame.layout.nb_channels).T
            scale = {"s16": 2**15, "s32": 2**31}.get(frame.format.name.rstrip("p"), 1)
            parts.append(samples.astype(np.float64) / scale)
        return np.asarray(np.concatenate(parts, axis=1), dtype=np.float32)


def as_stored(wave: Wave) -> Wave:
    """What 16 bits hold of it."""
    return np.asarray(np.rint(np.clip(wave * 2**15, -(2**15), 2**15 - 1)) / 2**15, np.float32)


@pytest.mark.parametrize("form", [Form.FFV1, Form.PRORES])
@pytest.mark.parametrize("channels", [1, 2])
def test_archives_hold_the_very_samples_of_all_channels(
    channels: int, form: Form, tmp_path: Path
) -> None:
    wave = noise(4 * RATE, channels=channels, level=0.2)
    source = made(tmp_path / "footage.mov", Track(wave=wave))
    written = clip_of(source, [Run(first=13, last=61)], tmp_path, form)
    first, end = 13 * RATE // 25, 62 * RATE // 25
    found = heard(written.path)
    assert found.shape == (channels, end - first)
    assert np.abs(found - as_stored(wave)[:, first:end]).max() <= EXACT
    assert written.plan.sound is not None
    (part,) = written.plan.sound.parts
    assert (part.at, part.first, part.end) == (0, first, end)


@pytest.mark.parametrize(
    ("channels", "form", "encoder"),
    [
        (6, Form.MP4, "flac"),
        (8, Form.MP4, "flac"),
        (8, Form.FFV1, "flac"),
        (9, Form.FFV1, "pcm_s24le"),
        (9, Form.PRORES, "pcm_s24le"),
    ],
)
def test_no_channel_is_lost_or_mixed(
    channels: int, form: Form, encoder: str, tmp_path: Path
) -> None:
    wave = noise(RATE, channels=channels, level=0.2)
    clip = Clip(pts=steady(20))
    source = made(tmp_path / "footage.mov", Track(wave=wave), clip)
    written = clip_of(source, [Run(first=2, last=9)], tmp_path, form)
    assert written.encoders.sound == encoder
    found = heard(written.path)
    first, end = 2 * RATE // 25, 10 * RATE // 25
    assert found.shape == (channels, end - first)
    assert np.abs(found - as_stored(wave)[:, first:end]).max() <= EXACT


def test_more_channels_than_a_form_can_hold_are_said(tmp_path: Path) -> None:
    source = made(tmp_path / "footage.mov", Track(wave=noise(RATE, channels=9)))
    with pytest.raises(ExchangeError, match="9 channels"):
        clip_of(source, [Run(first=2, last=9)], tmp_path, Form.MP4)
    assert [one.name for one in tmp_path.iterdir()] == ["footage.mov"]


@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("constant.mp4", None),
        ("variable.mp4", Clip(pts=tuple(k * 512 + k % 3 * 150 for k in range(100)))),
        (
            "running.ts",
            Clip(
                pts=steady(100, 3600, 903_000),
                time_base=Fraction(1, 90_000),
                format_options=(("mpegts_copyts", "1"), ("max_delay", "0")),
            ),
        ),
        ("milliseconds.mkv", Clip(pts=steady(100, 40), time_base=Fraction(1, 1000))),
    ],
)
def test_a_click_is_at_its_picture_in_every_container(
    name: str, clip: Clip | None, tmp_path: Path
) -> None:
    begins = Fraction(clip.pts[0]) * clip.time_base if clip else Fraction(0)
    shots = (20_011, 60_123, 120_077)
    wave = with_shots(noise(4 * RATE), shots, rate=RATE)
    track = Track(wave=wave, codec="aac", start=round(begins * RATE))
    path, index, found = made(tmp_path / name, track, clip)
    first, last = 7, 90
    began = index.time_of(first)
    for form in (Form.MP4, Form.FFV1):
        written = clip_of((path, index, found), [Run(first=first, last=last)], tmp_path, form)
        sound = heard(written.path)[0]
        for shot in shots:
            at = begins + Fraction(shot, RATE) - Fraction(began, NS)
            assert abs(_offset(sound, wave[0], shot, round(at * RATE))) <= 2


def _offset(sound: Wave, wave: Wave, shot: int, place: int, reach: int = 200) -> int:
    """Samples by which the bang at `shot` of `wave` is found late at `place` of `sound`."""
    bang = wave[shot : shot + 1200]
    around = sound[place - reach : place + reach + len(bang)]
    return int(np.correlate(around, bang, mode="valid").argmax()) - reach


def test_after_a_minute_sound_and_picture_still_fit(tmp_path: Path) -> None:
    ntsc = Fraction(30_000, 1001)
    clip = Clip(
        pts=steady(1950, 1001),
        time_base=Fraction(1, 30_000),
        rate=ntsc,
        width=96,
        height=64,
        options=gop(48, bframes=2),
    )
    shots = tuple(range(RATE, 65 * RATE, RATE + 37))
    wave = with_shots(noise(65 * RATE), shots, rate=RATE)
    path, index, track = made(tmp_path / "long.mp4", Track(wave=wave, codec="aac"), clip)
    span = clip_span(index, 2 * NS, 62 * NS)
    run = Run(first=span.first, last=span.last)
    written = clip_of((path, index, track), [run], tmp_path, Form.MP4)
    sound = heard(written.path)[0]
    began = Fraction(span.start_ns, NS) * RATE
    places = [(shot, round(shot - began)) for shot in shots]
    inside = [(shot, at) for shot, at in places if 400 < at < 60 * RATE - 2000]
    assert len(inside) > 55
    assert inside[-1][1] > 58 * RATE
    assert all(abs(_offset(sound, wave[0], shot, at)) <= 2 for shot, at in inside)


def test_where_there_is_no_sound_there_is_silence(tmp_path: Path) -> None:
    wave = noise(RATE, level=0.2)
    late = made(tmp_path / "late.mov", Track(wave=wave, start=RATE))
    found = heard(clip_of(late, [Run(first=10, last=74)], tmp_path).path)[0]
    before, after = RATE - 10 * RATE // 25, 3 * RATE - 2 * RATE
    assert found.shape == (65 * RATE // 25,)
    assert not found[:before].any()
    assert np.abs(found[before : before + after] - as_stored(wave)[0]).max() <= EXACT
    assert not found[before + after :].any()
    lacking = 65 * RATE // 25 - after
    lasts = f"{lacking * NS // RATE // NS}.{lacking * NS // RATE % NS:09d}"
    note = (
        f"The footage has no sound for {lasts} s of the span ({lacking} samples); there it is "
        "silent."
    )
    written = clip_of(late, [Run(first=10, last=74)], tmp_path)
    assert note in written.notes
    begun = 10 * RATE // 25 - RATE
    assert written.lacking == ((begun, 0), (RATE, begun + 65 * RATE // 25))
    assert not any("no sound" in one for one in clip_of(late, [Run(first=30, last=40)],
                                                        tmp_path).notes)  # fmt: skip
    nothing = clip_of(late, [Run(first=0, last=9)], tmp_path)
    assert not heard(nothing.path).any()
    assert heard(nothing.path).shape == (1, 10 * RATE // 25)


def test_sound_that_is_cut_off_is_said(tmp_path: Path) -> None:
    wave = noise(RATE, level=0.1)
    wave[:, 1000:1003] = 1.5
    path = tmp_path / "loud.mkv"
    clip = Clip(pts=steady(25), options=gop(12))
    with av.open(str(path), "w") as output:
        packets = [*encode(clip, add_video(output, clip))]
        stream = output.add_stream("pcm_f32le", rate=RATE, layout="mono")
        frame = AudioFrame.from_ndarray(wave, format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        mux(output, [*packets, *stream.encode(frame), *stream.encode(None)])
    facts = probe(path)
    assert facts.audio is not None
    source = (path, facts.index, facts.audio)
    loud = clip_of(source, [Run(first=0, last=10)], tmp_path)
    assert any(one.startswith("3 samples are louder than full scale") for one in loud.notes)
    found = heard(loud.path)[0]
    assert found[1000:1003].min() > 0.9999
    quiet = clip_of(source, [Run(first=5, last=10)], tmp_path).notes
    assert not any("full scale" in one for one in quiet)


def test_a_gap_in_the_sound_stays_as_long(tmp_path: Path) -> None:
    wave = noise(3 * RATE, level=0.2)
    gap = (40 * 1024, 60 * 1024)
    source = made(tmp_path / "gap.mkv", Track(wave=wave, gap=gap))
    written = clip_of(source, [Run(first=5, last=70)], tmp_path)
    assert written.lacking == (gap,)
    found = heard(written.path)[0]
    first, end = 5 * RATE // 25, 71 * RATE // 25
    meant = as_stored(wave)[0].copy()
    meant[slice(*gap)] = 0
    assert np.abs(found - meant[first:end]).max() <= EXACT


def test_slow_motion_and_freezes_are_silent_and_what_follows_fits(tmp_path: Path) -> None:
    wave = noise(4 * RATE, level=0.2)
    source = made(tmp_path / "footage.mov", Track(wave=wave))
    segments: list[Segment] = [
        Run(first=10, last=19),
        Freeze(ordinal=19, lasts_ns=NS // 2),
        Run(first=20, last=29),
        Run(first=12, last=15, slower=4),
    ]
    written = clip_of(source, segments, tmp_path, Form.PRORES)
    found = heard(written.path)[0]
    frame, half = RATE // 25, RATE // 2
    meant = np.zeros(20 * frame + half + 16 * frame, dtype=np.float32)
    meant[: 10 * frame] = as_stored(wave)[0, 10 * frame : 20 * frame]
    meant[10 * frame + half : 20 * frame + half] = as_stored(wave)[0, 20 * frame : 30 * frame]
    assert len(found) == len(meant)
    assert np.abs(found - meant).max() <= EXACT


def test_without_a_track_or_where_none_is_wanted_there_is_no_sound(tmp_path: Path) -> None:
    path, index, track = made(tmp_path / "footage.mov", Track(wave=noise(RATE)))
    run, settings = Run(first=0, last=9), ClipSettings()
    for source, wanted in (
        (Source(path=path, index=index), settings),
        (Source(path=path, index=index, track=track), replace(settings, sound=False)),
    ):
        (tmp_path / "clip.mp4").unlink(missing_ok=True)
        written = write_clip(source, [run], tmp_path / "clip.mp4", wanted)
        with av.open(str(written.path)) as container:
            assert not container.streams.audio
        assert written.plan.sound is None


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le", "libmp3lame"])
@pytest.mark.parametrize("ending", [".mkv", ".mov"])
def test_known_places_give_the_same_samples(codec: str, ending: str, tmp_path: Path) -> None:
    wave = noise(4 * RATE, level=0.2, channels=2)
    # A decoder draws AAC's substitute for noise anew each time.
    options = (("aac_pns", "0"),) if codec == "aac" else ()
    sound = Track(wave=wave, codec=codec, options=options)
    path, _, track = made(tmp_path / f"footage{ending}", sound)
    places = places_of(path, track)
    for first, end in ((-500, 700), (100_003, 130_007), (180_000, 200_000), (5, 6)):
        plain, known = (
            np.concatenate(list(samples_of_track(path, track, first, end, places=one)), axis=1)
            for one in (None, places)
        )
        assert plain.shape == (2, end - first)
        assert np.array_equal(plain, known)


def test_sound_that_nobody_waits_for_stops(tmp_path: Path) -> None:
    path, _, track = made(tmp_path / "footage.mov", Track(wave=noise(4 * RATE)))
    with pytest.raises(Cancelled):
        list(samples_of_track(path, track, 100_000, 150_000, cancelled=lambda: True))


def test_rates_that_aac_has_not_are_kept_in_another_way(tmp_path: Path) -> None:
    wave = noise(4 * 14_000, level=0.2)
    source = made(tmp_path / "odd.mkv", Track(wave=wave, rate=14_000))
    written = clip_of(source, [Run(first=10, last=20)], tmp_path, Form.MP4)
    assert (written.encoders.sound, written.encoders.rate) == ("flac", 14_000)
    found = heard(written.path)
    first = 10 * 14_000 // 25
    assert np.abs(found - as_stored(wave)[:, first : first + found.shape[1]]).max() <= EXACT
    assert cast(int, found.shape[1]) == 11 * 14_000 // 25


@pytest.mark.parametrize("channels", [1, 2])
def test_sound_alone_has_the_very_samples(channels: int, tmp_path: Path) -> None:
    wave = noise(2 * RATE, level=0.3, channels=channels)
    path, index, track = made(tmp_path / "footage.mov", Track(wave=wave, start=4800))
    source = Source(path=path, index=index, track=track)
    done: list[float] = []
    written = write_sound(source, 0, NS, tmp_path / "sound.wav", progress=done.append)
    assert (written.first, written.end, written.channels) == (-4800, RATE - 4800, channels)
    assert written.lacking == ((-4800, 0),)
    assert written.sha256 == hashlib.sha256(written.path.read_bytes()).hexdigest()
    found = heard(written.path)
    assert found.shape == (channels, RATE)
    assert not found[:, :4800].any()
    (note,) = written.notes
    assert "for 0.100000000 s of the span (4800 samples)" in note
    assert np.abs(found[:, 4800:] - as_stored(wave)[:, : RATE - 4800]).max() <= EXACT
    assert done == sorted(done)
    assert done[-1] == 1.0


def test_sound_that_there_is_not_is_not_written(tmp_path: Path) -> None:
    path, index, track = made(tmp_path / "footage.mov", Track(wave=noise(RATE)))
    out = tmp_path / "sound.wav"
    with pytest.raises(FootageError, match="no sound"):
        write_sound(Source(path=path, index=index), 0, NS, out)
    with pytest.raises(FootageError, match="not one sample"):
        write_sound(Source(path=path, index=index, track=track), 1, 1, out)
    with pytest.raises(Cancelled):
        write_sound(Source(path=path, index=index, track=track), 0, NS, out, cancelled=lambda: True)
    assert not out.exists()
