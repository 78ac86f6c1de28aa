"""What may be drawn on a clip, and where."""

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_look import ClipLook, Corner, Inset

WIDTH, HEIGHT = 1280, 720


@pytest.mark.parametrize("avoid", list(Corner))
def test_nothing_lies_on_the_cameras_own_stamp(avoid: Corner) -> None:
    look = ClipLook(avoid_corner=avoid)
    assert list(look.problems(WIDTH, HEIGHT)) == []
    assert look.stamp_at is not avoid
    assert look.signs_at is not avoid
    assert look.strip_at_top is not avoid.is_top


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (
            ClipLook(stamp_corner=Corner.TOP_RIGHT),
            "would cover the camera's own at the top right; choose another corner",
        ),
        (ClipLook(ring=(WIDTH, 0)), "outside the picture of 1280 × 720 pixels; choose one in it"),
        (
            ClipLook(inset=Inset(x=1200, y=0, width=100, height=100)),
            "not wholly in the picture of 1280 × 720; choose one that is",
        ),
        (ClipLook(inset=Inset(x=0, y=0, width=4, height=90)), "choose one of at least 8 × 8"),
        (
            ClipLook(inset=Inset(x=0, y=0, width=100, height=90, zoom=5)),
            "choose one of 2, 3, 4, 6, 8",
        ),
        (
            ClipLook(inset=Inset(x=0, y=0, width=200, height=200, zoom=3)),
            "of which 486 × 396 fit on this picture; choose a region of at most 162 × 132",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said_with_what_to_do(look: ClipLook, says: str) -> None:
    with pytest.raises(ExchangeError, match=says):
        look.check(WIDTH, HEIGHT)


def test_the_largest_inset_that_is_offered_is_taken() -> None:
    ClipLook(inset=Inset(x=0, y=0, width=162, height=132, zoom=3)).check(WIDTH, HEIGHT)


def test_a_stamp_that_is_not_drawn_is_in_no_ones_way() -> None:
    ClipLook(stamp=False, stamp_corner=Corner.TOP_RIGHT).check(WIDTH, HEIGHT)
