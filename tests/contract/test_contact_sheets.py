"""A sheet shows the frames that were asked for, each where its account says it is."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.image_files import read_still
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import sha256_of
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_span import of_frames
from bodycam_annotator.publish.clip_writer import FrameInClip, Source
from bodycam_annotator.publish.contact_sheet import (
    MISSING_RGB,
    SheetLayout,
    Thumb,
    evenly,
    every,
    write_sheet,
)
from tests.barcode import read_barcode
from tests.contract.eye import FindIndex
from tests.contract.still_cases import SORTS, Corner, is_magenta
from tests.unit.publish.indexes import index_of


def part(sheet: Pixels, thumb: Thumb) -> Pixels:
    return sheet[thumb.y : thumb.y + thumb.height, thumb.x : thumb.x + thumb.width]


@pytest.mark.parametrize("name", SORTS)
def test_each_thumbnail_is_its_frame(name: str, indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed(name)
    ordinals = every(of_frames(index, 2, 23), 3)
    out = tmp_path / "sheet.png"
    sheet = write_sheet(
        Source(path=made.path, index=index), ordinals, out, SheetLayout(columns=3, thumb_width=180)
    )
    seen = read_still(out.read_bytes())
    assert seen.shape[1::-1] == (sheet.width, sheet.height)
    assert (sheet.sha256, sheet.size) == (sha256_of(out), out.stat().st_size)
    assert [thumb.ordinal for thumb in sheet.thumbs] == [2, 5, 8, 11, 14, 17, 20, 23]
    assert len({(thumb.x, thumb.y) for thumb in sheet.thumbs}) == 8
    for thumb in sheet.thumbs:
        assert thumb.shown
        assert read_barcode(part(seen, thumb)) == made.barcodes[thumb.ordinal]
        wide, high = made.clip.displayed
        assert abs(thumb.width / thumb.height - wide / high) < 0.02
    first, fourth = sheet.thumbs[0], sheet.thumbs[3]
    assert fourth.x == first.x
    assert fourth.y > first.y + first.height


def test_frames_are_chosen_evenly_by_time_and_not_by_number(indexed: FindIndex) -> None:
    _, index = indexed("variable_rate.mp4")
    span = of_frames(index, 3, 30)
    found = evenly(index, span, 6)
    assert (found[0], found[-1]) == (3, 30)
    lasts = index.time_of(30) - index.time_of(3)
    times = [index.time_of(3) + lasts * number // 5 for number in range(6)]
    on_screen = [max(n for n in range(3, 31) if index.time_of(n) <= at) for at in times]
    # One of them lasts for seconds, so that it is on screen more than once.
    assert list(found) == sorted(set(on_screen))
    assert len(found) < 6
    assert evenly(index, span, 1) == (3,)
    doubled = index_of([0, 0, 40, 80, 120, 160, 160])
    every = of_frames(doubled, 0, 6)
    assert evenly(doubled, every, 3) == (0, 3, 6)
    assert evenly(doubled, every, 3, including=(2, 4)) == (0, 2, 4, 6)
    assert evenly(index, of_frames(index, 3, 5), 50) == (3, 4, 5)


def test_overlay_and_captions_are_where_they_belong(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    corner = Corner()
    asked: list[FrameInClip] = []

    def captions(frame: FrameInClip) -> Sequence[Patch]:
        asked.append(frame)
        # Larger than the room, of which it must not go out.
        rgba = np.full((99, 999, 4), 255, dtype=np.uint8)
        return [Patch(x=-5, y=4, rgba=rgba)]

    layout = SheetLayout(columns=2, thumb_width=160, caption_height=20, gap=6)
    out = tmp_path / "sheet.png"
    sheet = write_sheet(
        Source(path=made.path, index=index),
        [1, 4, 9],
        out,
        layout,
        overlay=corner,
        captions=captions,
    )
    seen = read_still(out.read_bytes())
    assert [one.frame.ordinal for one in corner.asked] == [1, 4, 9]
    assert [(one.width, one.height) for one in corner.asked] == [(160, 90)] * 3
    assert [(one.width, one.height) for one in asked] == [(160, 20)] * 3
    left = seen[..., :3].copy()
    for thumb in sheet.thumbs:
        assert is_magenta(part(seen, thumb)[-8:, -8:])
        room = seen[thumb.y + 90 : thumb.y + 110, thumb.x : thumb.x + 160]
        assert (room[:4, :, :3] == layout.background[::-1]).all()
        assert (room[4:, :, :3] == 255).all()
        left[thumb.y : thumb.y + 110, thumb.x : thumb.x + 160] = layout.background[::-1]
    assert (left == layout.background[::-1]).all(), "nothing is beside them"


def test_a_frame_that_cannot_be_decoded_leaves_its_place(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("damaged_reference.mp4")
    (lost,) = made.lost
    out = tmp_path / "sheet.png"
    source = Source(path=made.path, index=index)
    sheet = write_sheet(source, range(lost - 1, lost + 1), out)
    assert sheet.left_out == (lost,)
    assert f"frame {lost})" in sheet.notes[0]
    seen = read_still(out.read_bytes())
    assert read_barcode(part(seen, sheet.thumbs[0])) == made.barcodes[lost - 1]
    assert (part(seen, sheet.thumbs[1])[..., :3] == MISSING_RGB[::-1]).all()
    with pytest.raises(FootageError, match="None of the frames"):
        write_sheet(source, [lost], tmp_path / "none.png")
    assert [one.name for one in tmp_path.iterdir()] == ["sheet.png"]


def test_what_stops_a_sheet_is_said_and_leaves_nothing(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    source, out = Source(path=made.path, index=index), tmp_path / "sheet.png"
    layout = SheetLayout()
    with pytest.raises(ExchangeError, match=r"fewer frames or smaller"):
        write_sheet(source, range(40), out, replace(layout, thumb_width=9_000))
    with pytest.raises(ExchangeError, match="at least one column"):
        write_sheet(source, range(40), out, replace(layout, columns=0))
    with pytest.raises(ExchangeError, match="cannot be written"):
        write_sheet(source, [1], tmp_path / "missing" / "sheet.png")
    with pytest.raises(ExchangeError, match="footage itself"):
        write_sheet(source, [1], made.path)
    done: list[float] = []
    with pytest.raises(Cancelled):
        write_sheet(source, [1, 20, 39], out, progress=done.append, cancelled=lambda: len(done) > 1)
    assert not list(tmp_path.iterdir())
