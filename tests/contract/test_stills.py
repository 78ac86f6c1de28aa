"""A still is exactly the frame that was asked for, and holds nothing else."""

import os
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.image_files import read_still
from bodycam_annotator.media.probe import sha256_of
from bodycam_annotator.publish.clip_writer import Source
from bodycam_annotator.publish.stills import reader_of, write_still
from tests.barcode import read_barcode
from tests.contract.eye import FindIndex
from tests.contract.still_cases import SORTS, Corner, is_magenta


@pytest.mark.parametrize("name", SORTS)
def test_a_still_is_the_frame_as_displayed(name: str, indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed(name)
    source = Source(path=made.path, index=index)
    with reader_of(source) as reader, FrameReader(made.path, index) as other:
        for ordinal in (5, 6, 14, 20, 3):
            out = tmp_path / f"{ordinal}.png"
            still = write_still(source, ordinal, out, reader=reader)
            seen = read_still(out.read_bytes())
            assert read_barcode(seen) == made.barcodes[ordinal]
            assert np.array_equal(seen[..., :3], other.frame(ordinal).bgra[..., :3])
            assert (still.width, still.height) == seen.shape[1::-1] == made.clip.displayed
            assert (still.sha256, still.size) == (sha256_of(out), out.stat().st_size)


def test_a_png_says_which_frame_it_is_and_holds_nothing_else(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / "still.png"
    write_still(Source(path=made.path, index=index), 3, out)
    data, place, kinds, texts = out.read_bytes(), 8, [], {}
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 4 : place + 8 + size]
        assert crc32(body) == int.from_bytes(data[place + 8 + size : place + 12 + size], "big")
        kinds.append(body[:4])
        if body[:4] == b"iTXt":
            name, _, text = body[4:].partition(b"\0\0\0\0\0")
            texts[name.decode()] = text.decode()
        place += size + 12
    assert kinds[0] == b"IHDR"
    assert kinds[-1] == b"IEND"
    assert set(kinds) == {b"IHDR", b"iTXt", b"IDAT", b"IEND"}
    assert texts["Title"] == "Frame 3 at 00:00:00.120"
    assert texts["Source"] == "steady.mp4"
    assert f"PTS {index.pts_of(3)} in ticks of {index.time_base} s" in texts["Description"]
    assert texts.keys() == {"Title", "Description", "Source", "Software"}


def test_an_overlay_is_burned_in_and_nothing_else_changes(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("variable_rate.mp4")
    source = Source(path=made.path, index=index)
    corner = Corner()
    write_still(source, 7, tmp_path / "with.png", overlay=corner)
    write_still(source, 7, tmp_path / "without.png")
    seen, plain = (read_still((tmp_path / f"{n}.png").read_bytes()) for n in ("with", "without"))
    assert is_magenta(seen[-8:, -8:])
    seen[-8:, -8:] = plain[-8:, -8:]
    assert np.array_equal(seen, plain)
    (asked,) = corner.asked
    assert (asked.frame.ordinal, asked.frame.source_pts) == (7, index.pts_of(7))
    assert asked.frame.time_ns == index.time_of(7)
    pixels = asked.pixels()
    assert pixels is not None
    assert np.array_equal(pixels[..., :3], plain[..., :3])


def test_what_stops_a_still_is_said_and_leaves_nothing(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    source = Source(path=made.path, index=index)
    with pytest.raises(Cancelled):
        write_still(source, 20, tmp_path / "a.png", cancelled=lambda: True)
    with pytest.raises(FootageError, match="40"):
        write_still(source, 40, tmp_path / "a.png")
    with pytest.raises(ExchangeError, match=r"cannot be written.*Choose another"):
        write_still(source, 3, tmp_path / "missing" / "a.png")
    with pytest.raises(ExchangeError, match="footage itself"):
        write_still(source, 3, made.path)
    (tmp_path / "locked").mkdir(mode=0o555)
    if not os.access(tmp_path / "locked", os.W_OK):
        with pytest.raises(ExchangeError, match=r"cannot be written"):
            write_still(source, 3, tmp_path / "locked" / "a.png")
    assert [one.name for one in tmp_path.iterdir()] == ["locked"]


def test_a_frame_that_cannot_be_decoded_is_no_still(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("damaged_reference.mp4")
    lost = min(made.lost)
    with pytest.raises(FootageError, match=f"Frame {lost} "):
        write_still(Source(path=made.path, index=index), lost, tmp_path / "a.png")
    assert not list(tmp_path.iterdir())
