"""Whatever a picture thread delivers shows the frame it says, however it was asked."""

import random
from collections.abc import Callable

import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.enhance import Look
from bodycam_annotator.media.picture import Picture
from tests.contract.asker import Asker
from tests.contract.eye import FindIndex
from tests.odd_files import GOOD

every_file = pytest.mark.parametrize("name", GOOD)

LONG = "b_pyramid_long_gop.mp4"


def frame_bytes(picture: Picture) -> int:
    return picture.width * picture.height * 3 // 2


@pytest.fixture
def asker(indexed: FindIndex) -> Callable[..., Asker]:
    def make(name: str, *, frames: int = 40) -> Asker:
        """`frames`: how many whole ones the cache has room for."""
        made, index = indexed(name)
        return Asker(made, index, cache_bytes=frames * 320 * 180 * 3 // 2)

    return make


@every_file
def test_a_walk_to_and_fro(name: str, asker: Callable[..., Asker], indexed: FindIndex) -> None:
    _, index = indexed(name)
    last = len(index) - 1
    middle = last // 2
    walk = [*range(min(last, 12) + 1), *range(last, max(last - 40, -1), -1)]
    walk += [*range(middle, max(middle - 20, -1), -1), *range(middle, min(middle + 6, last) + 1)]
    walk += random.Random(name).sample(range(last + 1), min(last + 1, 6))
    with asker(name) as pictures:
        for ordinal in walk:
            pictures.ask(ordinal)
        pictures.ask(walk[0], whole=True)
        assert pictures.wrong == []


@pytest.mark.parametrize("name", [LONG, "open_gop_hevc.ts", "intra_refresh.mp4", "ten_bit.mp4"])
def test_going_back_with_room_for_few_shows_reduced_pictures_then_whole_ones(
    name: str, asker: Callable[..., Asker], indexed: FindIndex
) -> None:
    _, index = indexed(name)
    last = len(index) - 1
    with asker(name, frames=14) as pictures:
        for ordinal in range(last, -1, -1):
            pictures.ask(ordinal)
        assert any(isinstance(one, Picture) and one.reduced for _, one in pictures.delivered)
        for ordinal in (last // 2, last // 2 - 1):
            picture = pictures.ask(ordinal, whole=True)
            assert isinstance(picture, Picture)
            assert picture.bgra.shape[:2] == (picture.height, picture.width)
        assert pictures.wrong == []


@every_file
def test_dragging_shows_a_picture_of_about_there_by_its_own_number(
    name: str, asker: Callable[..., Asker], indexed: FindIndex
) -> None:
    made, index = indexed(name)
    with asker(name) as pictures:
        for ordinal in random.Random(name).sample(range(len(index)), min(len(index), 5)):
            nearby = pictures.nearby(ordinal)
            if isinstance(nearby, Picture):
                assert nearby.ordinal <= ordinal
            if ordinal not in made.lost:
                rested = pictures.wait_for(ordinal)
                assert isinstance(rested, Picture) or ordinal in made.doubtful
        assert pictures.wrong == []


def test_of_a_burst_of_asks_the_last_one_is_answered(
    asker: Callable[..., Asker], indexed: FindIndex
) -> None:
    _, index = indexed(LONG)
    with asker(LONG) as pictures:
        for ordinal in (3, 90, 17, 60, 5, len(index) - 1, 41):
            pictures.thread.ask(ordinal)
        pictures.ask(77, whole=True)
        assert pictures.delivered[-1][0] == 77
        assert pictures.wrong == []


def test_a_look_comes_with_the_next_picture_and_goes(asker: Callable[..., Asker]) -> None:
    with asker(LONG) as pictures:
        plain = pictures.ask(30, whole=True)
        assert isinstance(plain, Picture)
        assert plain.enhanced is None
        pictures.thread.set_look(Look(gamma=2.0))
        brighter = pictures.ask(31, whole=True)
        assert isinstance(brighter, Picture)
        assert brighter.enhanced is not None
        assert brighter.enhanced.shape == brighter.bgra.shape
        assert brighter.enhanced.mean() > brighter.bgra.mean()
        pictures.thread.set_look(None)
        again = pictures.ask(32, whole=True)
        assert isinstance(again, Picture)
        assert again.enhanced is None
        assert pictures.wrong == []


@pytest.mark.parametrize("frames", [4, 6, 9, 14, 40])
def test_what_moved_comes_for_every_frame_however_it_was_reached(
    frames: int, asker: Callable[..., Asker]
) -> None:
    """Also where the frame is there whole and the one before it only reduced."""
    with asker(LONG, frames=frames) as pictures:
        pictures.thread.set_look(Look(difference=True))
        for ordinal in (*range(50, 71), *range(69, 40, -1), 64, 53, 60, 59, 30):
            pictures.ask(ordinal)
        for ordinal in (58, 57, 44, 30):
            pictures.ask_enhanced(ordinal)
        assert pictures.wrong == []


def test_a_footage_that_vanishes_is_told_of_and_goes_on_when_it_is_back(
    asker: Callable[..., Asker], indexed: FindIndex
) -> None:
    made, index = indexed(LONG)
    away = made.path.with_name("away-" + made.path.name)
    with asker(LONG, frames=4) as pictures:
        made.path.rename(away)
        try:
            told = pictures.ask(len(index) - 1)
        finally:
            away.rename(made.path)
        assert isinstance(told, FootageError)
        assert made.path.name in str(told)
        pictures.wrong.clear()
        back = pictures.ask(0)
        assert isinstance(back, Picture)
        assert isinstance(pictures.ask(len(index) - 1), Picture)
        assert pictures.wrong == []
