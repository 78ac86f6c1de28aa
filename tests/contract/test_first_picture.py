"""`first_picture`: what the footage shows first, long before its frames are known."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.first_picture import UNNUMBERED, first_picture
from tests.barcode import read_barcode
from tests.contract.eye import FindOdd
from tests.odd_files import BROKEN, GOOD


@pytest.mark.parametrize("name", GOOD)
def test_it_is_the_first_that_can_be_shown(name: str, odd_file: FindOdd) -> None:
    made = odd_file(name)
    picture = first_picture(made.path)
    assert picture is not None
    assert picture.ordinal == UNNUMBERED
    if not made.plain_decode:
        shown = [one for one in range(len(made)) if one not in made.lost | made.doubtful]
        assert read_barcode(picture.bgra) == made.barcodes[shown[0]]
        assert (picture.width, picture.height) == made.clip.displayed


def test_the_stream_asked_for_is_shown(odd_file: FindOdd) -> None:
    rear = first_picture(odd_file("two_cameras.mp4").path, stream=1)
    assert rear is not None
    assert (rear.width, rear.height) == (160, 96)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_shows_nothing_or_is_refused(
    name: str, broken_file: Callable[[str], Path]
) -> None:
    with suppress(FootageError):
        picture = first_picture(broken_file(name))
        assert picture is None or picture.ordinal == UNNUMBERED


def test_it_stops_when_asked(odd_file: FindOdd) -> None:
    with pytest.raises(Cancelled):
        first_picture(odd_file("steady.mp4").path, cancelled=lambda: True)
