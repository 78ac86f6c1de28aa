"""Thumbnails: exactly the frames asked for, as displayed, and keyframes found near others."""

from pathlib import Path

import numpy as np
import pytest

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.filmstrip import keyframes_near, thumbnails
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import probe
from tests.barcode import read_barcode
from tests.contract.eye import FindIndex
from tests.media_factory import Clip, gop, make, steady
from tests.odd_files import GOOD


def index_of(path: Path) -> FrameIndex:
    return probe(path).index


@pytest.mark.parametrize("name", GOOD)
def test_each_thumbnail_is_the_frame_it_says(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    count = len(made)
    asked = [*dict.fromkeys((count // 2, 0, count - 1, count // 3, 1 % count))]
    given = dict(thumbnails(made.path, index, asked, height=96))
    assert [one for one in asked if one in given] == list(given)
    assert set(asked) - set(given) <= made.lost | made.doubtful
    wide, high = made.clip.displayed
    for ordinal, pixels in given.items():
        assert pixels.dtype == np.uint8
        assert pixels.shape[0] == 96
        assert pixels.shape[2] == 4
        if not made.others and ordinal not in made.doubtful:
            assert abs(pixels.shape[1] - 96 * wide / high) <= 1
            assert read_barcode(pixels) == made.barcodes[ordinal]


def test_the_order_is_that_asked_for_and_frames_may_come_twice(tmp_path: Path) -> None:
    path = make(Clip(), tmp_path / "one.mp4").path
    asked = [7, 30, 7, 0]
    given = list(thumbnails(path, index_of(path), iter(asked), height=64))
    assert [ordinal for ordinal, _ in given] == asked
    assert [read_barcode(pixels) for _, pixels in given] == asked


@pytest.mark.parametrize("height", [48, 180, 400])
def test_any_height_can_be_asked_for(height: int, tmp_path: Path) -> None:
    path = make(Clip(), tmp_path / "one.mp4").path
    ((_, pixels),) = thumbnails(path, index_of(path), [3], height=height)
    assert pixels.shape == (height, round(320 * height / 180), 4)
    assert read_barcode(pixels) == 3


def test_keyframes_are_the_nearest_in_time(tmp_path: Path) -> None:
    clip = Clip(pts=steady(60), options=gop(10, bframes=2))
    path = make(clip, tmp_path / "gop.mp4").path
    index = index_of(path)
    near = keyframes_near(index, [0, 4, 5, 6, 10, 33, 36, 59])
    assert near.tolist() == [0, 0, 0, 10, 10, 30, 40, 50]
    for key in set(near.tolist()):
        assert index.start_of[key] == index.packet_of[key]
    given = thumbnails(path, index, near.tolist(), height=64)
    assert [read_barcode(pixels) for _, pixels in given] == near.tolist()
    assert keyframes_near(index, []).tolist() == []


def test_it_can_be_stopped_and_left_off(tmp_path: Path) -> None:
    path = make(Clip(), tmp_path / "one.mp4").path
    index = index_of(path)
    stops = iter([False] * 3)
    with pytest.raises(Cancelled):
        list(thumbnails(path, index, [30, 3], height=64, cancelled=lambda: next(stops, True)))
    given = thumbnails(path, index, range(40), height=64)
    assert next(given)[0] == 0
    given.close()
    path.unlink()


def test_a_frame_that_is_not_there_and_a_changed_file_are_said(tmp_path: Path) -> None:
    path = make(Clip(), tmp_path / "one.mp4").path
    index = index_of(path)
    with pytest.raises(FootageError, match="no frame 40"):
        list(thumbnails(path, index, [40], height=64))
    path.write_bytes(path.read_bytes()[:-100])
    (tmp_path / "other.mp4").write_bytes(b"x")
    path.unlink()
    with pytest.raises(FootageError):
        list(thumbnails(path, index, [0], height=64))
