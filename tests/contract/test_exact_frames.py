"""`FrameReader.frame(k)` shows frame k, however it is reached: read off the picture."""

import faulthandler
import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.decoder import Decoded, Decoder
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.probe import index_footage
from tests.barcode import read_barcode, read_camera
from tests.contract.eye import Eye, FindIndex, FindOdd
from tests.media_factory import Clip, make, steady
from tests.odd_files import BROKEN, GOOD

TINY_CACHE = 1
"""Bytes: nearly every ask has to be decoded anew."""

every_file = pytest.mark.parametrize("name", GOOD)


@contextmanager
def _no_hang() -> Iterator[None]:
    """Ends the whole process, with a trace, when FFmpeg or we loop for ever."""
    faulthandler.dump_traceback_later(60, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@every_file
def test_the_index_has_every_frame_and_its_pts(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    assert len(index) == len(made)
    assert index.time_base == made.time_base
    recorded = [k for k in range(len(made)) if k not in made.unrecorded]
    assert [int(index.pts[k]) for k in recorded] == [made.pts[k] for k in recorded]


@every_file
def test_forward(name: str, indexed: FindIndex, eye: Eye) -> None:
    made, index = indexed(name)
    with FrameReader(made.path, index) as reader:
        for ordinal in range(len(made)):
            eye.check(reader, made, ordinal)


@every_file
def test_backward(name: str, indexed: FindIndex, eye: Eye) -> None:
    made, index = indexed(name)
    with FrameReader(made.path, index) as reader:
        for ordinal in reversed(range(len(made))):
            eye.check(reader, made, ordinal)


@every_file
def test_in_random_order_with_hardly_any_cache(name: str, indexed: FindIndex, eye: Eye) -> None:
    made, index = indexed(name)
    # Seeded by the file's name: another order for each, the same one in every run.
    order = random.Random(name).sample(range(len(made)), min(len(made), 16))
    with FrameReader(made.path, index, cache_bytes=TINY_CACHE) as reader:
        for ordinal in order:
            eye.check(reader, made, ordinal)


@every_file
def test_far_jumps_to_and_fro(name: str, indexed: FindIndex, eye: Eye) -> None:
    made, index = indexed(name)
    last = len(made) - 1
    with FrameReader(made.path, index, cache_bytes=TINY_CACHE) as reader:
        for step in range(0, min(last // 2, 12), 2):
            eye.check(reader, made, last - step)
            eye.check(reader, made, step)


@every_file
def test_each_frame_is_the_first_that_is_asked_for(name: str, indexed: FindIndex, eye: Eye) -> None:
    """A fresh reader owes nothing to what it decoded before."""
    made, index = indexed(name)
    for ordinal in sorted({0, 1, len(made) // 2, len(made) - 2, len(made) - 1}):
        if 0 <= ordinal < len(made):
            with FrameReader(made.path, index) as reader:
                eye.check(reader, made, ordinal)


@every_file
def test_after_an_ask_outside_the_footage_it_goes_on(
    name: str, indexed: FindIndex, eye: Eye
) -> None:
    made, index = indexed(name)
    with FrameReader(made.path, index) as reader:
        for outside in (-1, len(made), len(made) + 1000, -len(made), 1 << 40):
            with pytest.raises(FootageError):
                reader.frame(outside)
        eye.check(reader, made, len(made) - 1)
        with pytest.raises(FootageError):
            reader.frame(len(made))
        eye.check(reader, made, 0)


@every_file
def test_the_file_is_left_as_it_was(name: str, odd_file: FindOdd, tmp_path: Path) -> None:
    path = tmp_path / name
    shutil.copy2(odd_file(name).path, path)
    before = hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns
    with FrameReader(path, index_footage(path)) as reader:
        reader.frame(0)
    assert (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) == before
    assert [one.name for one in tmp_path.iterdir()] == [name], "something was written beside it"


@pytest.mark.parametrize(
    "name", ["b_pyramid_long_gop.mp4", "open_gop.mkv", "open_gop_hevc.ts", "intra_refresh.mp4"]
)
def test_two_readers_of_one_file_do_not_disturb_each_other(
    name: str, indexed: FindIndex, eye: Eye
) -> None:
    made, index = indexed(name)
    last = min(len(made), 40) - 1
    with FrameReader(made.path, index) as one, FrameReader(made.path, index) as two:
        for ordinal in range(last + 1):
            eye.check(one, made, ordinal)
            eye.check(two, made, last - ordinal)


@pytest.mark.parametrize(
    "name", ["b_pyramid_long_gop.mp4", "open_gop.mp4", "open_gop_hevc.mkv", "intra_refresh.ts"]
)
def test_ten_frame_hops_and_holding_the_key_both_ways(
    name: str, indexed: FindIndex, eye: Eye
) -> None:
    made, index = indexed(name)
    count = len(made)
    walk = [*range(0, count, 10), *range(count - 1, max(count - 30, 0), -1)]
    walk += [ordinal for k in range(count // 2, count - 1, 3) for ordinal in (k, k + 1, k)]
    with FrameReader(made.path, index) as reader:
        for ordinal in walk:
            eye.check(reader, made, ordinal)


def test_pictures_let_go_elsewhere_do_not_unmark_those_at_work(indexed: FindIndex) -> None:
    """PyAV keeps what is marked on packets in one table for all decoders, by object identity.

    Marks that are equal small numbers are one object, and go when the first of them goes: then
    the frames that another decoder is at work on come out unmarked.
    """
    made, index = indexed("hevc.mp4")
    one, two = (Decoder(made.path, index.packets, stream=index.stream) for _ in range(2))
    with closing(one), closing(two):
        one.begin_at(0)
        held = {decoded.packet: decoded for decoded in _decoded(one)}
        two.begin_at(0)
        shown: list[int] = []
        while (read := two.read()) is not None:
            shown += [decoded.packet for decoded in read]
            held.pop(two.fed - 1, None)
    assert shown == index.packet_of.tolist()


def _decoded(decoder: Decoder) -> Iterator[Decoded]:
    while (read := decoder.read()) is not None:
        yield from read


def test_other_streams_by_number(odd_file: FindOdd, eye: Eye) -> None:
    made = odd_file("two_cameras.mp4")
    for stream, other in made.others.items():
        index = index_footage(made.path, stream=stream)
        assert index.pts.tolist() == list(other.pts)
        with FrameReader(made.path, index) as reader:
            for ordinal in (*range(len(other)), *reversed(range(len(other)))):
                picture = reader.frame(ordinal)
                assert read_barcode(picture.bgra) == other.barcodes[ordinal]
                assert read_camera(picture.bgra) == other.clip.camera


def test_a_footage_that_changed_since_it_was_indexed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "changing.mp4"
    make(Clip(), path)
    index = index_footage(path)
    make(Clip(pts=steady(30), first_barcode=100, width=160, height=96), path)
    with FrameReader(path, index) as reader, pytest.raises(FootageError):
        reader.frame(5)


def _first_picture(path: Path) -> None:
    with FrameReader(path, index_footage(path)) as reader:
        reader.frame(0)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence_that_names_it(
    name: str, broken_file: Callable[[str], Path]
) -> None:
    path = broken_file(name)
    with _no_hang(), pytest.raises(FootageError) as raised:
        _first_picture(path)
    text = str(raised.value)
    assert name in text
    assert "\n" not in text
    assert "Traceback" not in text
    assert len(text) < 500


@pytest.mark.parametrize("name", ["sound_only.m4a", "sound_only.wav"])
def test_sound_alone_is_named_as_that(name: str, broken_file: Callable[[str], Path]) -> None:
    with pytest.raises(FootageError, match=r"(?i)\b(sound|audio)\b"):
        index_footage(broken_file(name))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FootageError, match=r"missing\.mp4"):
        index_footage(tmp_path / "missing.mp4")
    with pytest.raises(FootageError):
        index_footage(tmp_path)


def test_the_first_two_gigaframes_take_no_memory(indexed: FindIndex) -> None:
    """A header's count is a claim; only packets are frames."""
    _, index = indexed("claims_2_31_frames.avi")
    assert index.pts.nbytes < 10_000
