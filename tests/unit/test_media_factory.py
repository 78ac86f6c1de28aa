"""The factory's files are what they claim: read by a plain decode, not by the code under test."""

from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from tests.barcode import (
    Image,
    Unreadable,
    draw,
    picture_matches,
    read_barcode,
    read_camera,
)
from tests.media_factory import Clip, Made, decode_stamps, gop, make, steady
from tests.odd_files import BROKEN, GOOD
from tests.sounds import Sound, make_sound

FindOdd = Callable[[str], Made]


@pytest.mark.parametrize("size", [(320, 180), (240, 144), (180, 320), (640, 180), (1920, 1080)])
@pytest.mark.parametrize("ordinal", [0, 1, 777, 65535])
def test_a_drawn_picture_reads_back_at_half_its_size_too(
    ordinal: int, size: tuple[int, int]
) -> None:
    picture = draw(ordinal, width=size[0], height=size[1], camera=9)
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for seen in (picture, np.asarray(half, np.uint8)):
        assert (read_barcode(seen), read_camera(seen)) == (ordinal, 9)
        assert picture_matches(seen, ordinal, camera=9)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda picture: np.rot90(picture), id="turned 90"),
        pytest.param(lambda picture: np.rot90(picture, 2), id="turned 180"),
        pytest.param(lambda picture: np.rot90(picture, 3), id="turned 270"),
        pytest.param(lambda picture: picture[:, ::-1], id="mirrored"),
        pytest.param(lambda picture: picture[::-1], id="upside down"),
        pytest.param(lambda picture: picture[..., [2, 1, 0, 3]], id="red and blue swapped"),
        pytest.param(lambda picture: picture // 2 + draw(6, width=320, height=180) // 2, id="mix"),
        pytest.param(lambda picture: picture * 0, id="black"),
    ],
)
def test_a_wrong_picture_is_refused_and_gives_no_number(wrong: Callable[[Image], Image]) -> None:
    picture = np.ascontiguousarray(wrong(draw(5, width=320, height=180)))
    with pytest.raises(Unreadable):
        read_barcode(picture)


def test_a_smear_below_the_barcode_is_noticed() -> None:
    picture, other = draw(5, width=320, height=180), draw(6, width=320, height=180)
    picture[104:136, 200:240] = other[104:136, 200:240]
    assert read_barcode(picture) == 5
    assert not picture_matches(picture, 5)


def test_two_neighbours_differ_in_nearly_every_block_of_their_texture() -> None:
    """So that a reference which is one frame off can not pass for the right one."""
    one, two = (draw(k, width=360, height=180)[80:160, :, 0].astype(int) for k in (5, 6))
    blocks = np.abs(one - two).reshape(4, 20, 9, 40).mean(axis=(1, 3))
    assert blocks.min() > 10


def test_decode_stamps_rise_and_stay_below_their_pts() -> None:
    for pts in [(0, 4, 2, 1, 3), (0, 1, 1, 2), (5, 6, 7, 2, 8), (10, 11, 0, 1)]:
        stamps = decode_stamps(pts)
        assert all(a < b for a, b in pairwise(stamps))
        assert all(dts <= shown for dts, shown in zip(stamps, pts, strict=True))


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path) -> None:
    clip = Clip(options=gop(12, bframes=3))
    one, two = make(clip, tmp_path / "one.mp4"), make(clip, tmp_path / "two.mp4")
    assert one.path.read_bytes() == two.path.read_bytes()


def test_a_clip_is_hashable_and_frozen() -> None:
    assert hash(Clip()) == hash(Clip(pts=steady(40)))


def _decoded(path: Path, stream: int) -> list[VideoFrame]:
    """All frames of FFmpeg's own linear decode; packets it refuses are passed over."""
    frames: list[VideoFrame] = []
    with closing(av.open(str(path))) as source:
        for packet in source.demux(source.streams[stream]):
            try:
                frames += [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
            except av.error.InvalidDataError:
                continue
    return frames


def _upright(frame: VideoFrame, clip: Clip) -> Image:
    """Turned by what the clip says, not by the file: the matrix is checked elsewhere."""
    coded = np.asarray(frame.to_ndarray(format="bgra"), np.uint8)
    if clip.mirrored:
        coded = coded[:, ::-1]
    return np.ascontiguousarray(np.rot90(coded, -clip.rotation // 90))


def _film(made: Made) -> int:
    with closing(av.open(str(made.path))) as source:
        videos = source.streams.video
        covers = [one for one in videos if one.disposition & av.stream.Disposition.attached_pic]
        return next(one.index for one in videos if one not in covers)


@pytest.mark.parametrize("name", GOOD)
def test_a_plain_decode_shows_the_listed_pictures(name: str, odd_file: FindOdd) -> None:
    made = odd_file(name)
    stream = _film(made)
    assert len(made.pts) == len(made.barcodes)
    with closing(av.open(str(made.path))) as source:
        assert source.streams[stream].time_base == made.time_base
    whole = {
        barcode: pts
        for k, (barcode, pts) in enumerate(zip(made.barcodes, made.pts, strict=True))
        if k not in made.lost | made.doubtful
    }
    seen: list[tuple[int, int | None]] = []
    for frame in _decoded(made.path, stream):
        picture = _upright(frame, made.clip)
        try:
            barcode = read_barcode(picture)
        except Unreadable:
            continue
        if barcode in whole and picture_matches(picture, barcode, camera=made.clip.camera):
            seen.append((barcode, frame.pts))
    # Whatever its PTS, a linear decode's order is the presentation order.
    assert [barcode for barcode, _ in seen] == list(whole)
    if not made.plain_decode:
        assert dict(seen) == whole
    elif "PTS" in made.plain_decode:
        assert dict(seen) != whole, "the plain decode is right after all"


@pytest.mark.parametrize("name", ["two_cameras.mp4"])
def test_other_streams_have_their_own_pictures(name: str, odd_file: FindOdd) -> None:
    made = odd_file(name)
    for stream, other in made.others.items():
        frames = _decoded(made.path, stream)
        assert [frame.pts for frame in frames] == list(other.pts)
        for frame, barcode in zip(frames, other.barcodes, strict=True):
            picture = _upright(frame, other.clip)
            assert picture_matches(picture, barcode, camera=other.clip.camera)


@pytest.mark.parametrize("name", [name for name in GOOD if "open_gop" in name])
def test_open_gops_have_leading_pictures(name: str, odd_file: FindOdd) -> None:
    """Pictures that come after a keyframe in the file and before it on screen."""
    with closing(av.open(str(odd_file(name).path))) as source:
        packets = [one for one in source.demux(source.streams.video[0]) if one.size]
    keys = [i for i, packet in enumerate(packets) if packet.is_keyframe and i]
    assert any(
        (packet.pts or 0) < (packets[key].pts or 0)
        for key in keys
        for packet in packets[key + 1 : key + 6]
    )


@pytest.mark.parametrize("name", ["intra_refresh.mp4", "no_sync_table_one_gop.mp4"])
def test_there_is_one_real_keyframe(name: str, odd_file: FindOdd) -> None:
    assert sum(frame.key_frame for frame in _decoded(odd_file(name).path, 0)) == 1


def test_the_cover_is_the_first_stream(odd_file: FindOdd) -> None:
    assert _film(odd_file("cover_first.mp4")) == 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_made(
    name: str, broken_file: Callable[[str], Path], tmp_path: Path
) -> None:
    assert broken_file(name).name == name


def test_silence_is_silent_and_the_tone_is_not(tmp_path: Path) -> None:
    sound = Sound(silences=((10_000, 30_001),), clicks=(40_000,))
    make_sound(sound, tmp_path / "sound.wav")
    with closing(av.open(str(tmp_path / "sound.wav"))) as source:
        parts = [frame.to_ndarray().ravel() for frame in source.decode(audio=0)]
    wave = np.concatenate(parts)
    assert np.array_equal(wave, sound.waveform())
    assert np.array_equal(np.flatnonzero(wave == 0), np.arange(10_000, 30_001))
    assert np.flatnonzero(wave == 32767).tolist() == [40_000]
