"""How long the making of clips will go on, as it is told."""

import random

import pytest

from bodycam_annotator.app.clips.time_left import TimeLeft


def begun() -> TimeLeft:
    left = TimeLeft()
    left.begin(100.0)
    return left


def test_nothing_is_said_before_it_can_be_known() -> None:
    assert TimeLeft().words(50, 50, 200.0) == ""
    left = begun()
    assert left.words(0, 1000, 160.0) == ""
    assert left.words(5, 1000, 160.0) == ""
    assert left.words(500, 500, 103.0) == ""
    assert left.words(1000, 0, 160.0) == ""


@pytest.mark.parametrize(
    ("left_s", "words"),
    [
        (7, "less than 10 s left"),
        (25, "less than half a minute left"),
        (50, "about 1 min left"),
        (61, "about 2 min left"),
        (540, "about 9 min left"),
        (640, "about 15 min left"),
        (3500, "about 1 h left"),
        (5000, "about 1 h 30 min left"),
        (8000, "about 2 h 30 min left"),
    ],
)
def test_it_is_told_from_the_pictures_done(left_s: int, words: str) -> None:
    assert begun().words(1000, 10 * left_s, 200.0) == words


def test_what_came_before_the_first_file_does_not_count() -> None:
    left = begun()
    left.begin(190.0)
    assert left.words(10, 10, 200.0) == "about 2 min left"


def test_it_does_not_jump_back_and_forth_while_the_pace_wavers() -> None:
    wavers = random.Random(7)
    left, told, now = begun(), [], 100.0
    for done in range(10, 10_000, 10):
        now += 0.1 * wavers.uniform(0.3, 1.7)
        told.append(left.words(done, 10_000 - done, now))
    told = [one for one in told if one]
    changes = [one for one, before in zip(told[1:], told, strict=False) if one != before]
    assert changes == [
        "about 1 min left",
        "less than half a minute left",
        "less than 10 s left",
    ]


def test_it_grows_when_it_takes_much_longer() -> None:
    left = begun()
    assert left.words(100, 100, 200.0) == "about 2 min left"
    assert left.words(110, 90, 250.0) == "about 2 min left"
    assert left.words(110, 90, 330.0) == "about 4 min left"
