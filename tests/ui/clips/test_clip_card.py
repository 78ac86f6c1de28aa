"""The title card of a clip, read back from its pixels."""

from dataclasses import replace

import pytest

from bodycam_annotator.ui.clip_card import TitleCard
from tests.ui.clips.drawn import CARD, LONG, SIZES, STEP


@pytest.mark.parametrize("size", [*SIZES, (320, 180)])
def test_a_card_is_opaque_and_keeps_its_text_off_the_edges(size: tuple[int, int]) -> None:
    made = TitleCard(CARD).draw(*size)
    assert made.shape == (size[1], size[0], 4)
    assert (made[..., 3] == 255).all()
    light = (made[..., :3].min(axis=2) > 150).nonzero()
    assert light[0].min() > 4
    assert light[0].max() < size[1] - 4
    assert light[1].min() > 8
    assert light[1].max() < size[0] - 8
    other = TitleCard(replace(CARD, sha256="3f" * 31 + "3e")).draw(*size)
    assert (other != made).any()


@pytest.mark.parametrize("size", [*SIZES, (320, 180), (720, 1280), (3840, 2160)])
def test_a_card_shows_all_of_what_the_clip_shows(size: tuple[int, int]) -> None:
    long = replace(CARD, what=f"Utterance, Officer 1: “{LONG}”")
    made = TitleCard(long).draw(*size)
    for other in (
        replace(long, what=long.what[:-2] + "!”"),
        replace(long, sha256="3f" * 31 + "3e"),
        replace(long, source=long.source + "4"),
        replace(long, end_ns=long.end_ns + STEP),
    ):
        assert (TitleCard(other).draw(*size) != made).any()


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (240, 240)])
def test_a_card_never_cuts_source_hash_and_span_for_what_is_said(size: tuple[int, int]) -> None:
    endless = replace(CARD, what=LONG * 40)
    made = TitleCard(endless).draw(*size)
    for other in (
        replace(endless, sha256="3f" * 31 + "3e"),
        replace(endless, source=endless.source + "4"),
        replace(endless, end_ns=endless.end_ns + STEP),
        replace(endless, last=10),
    ):
        assert (TitleCard(other).draw(*size) != made).any()


def test_a_card_of_one_frame_says_one_frame() -> None:
    made = TitleCard(replace(CARD, first=20, last=20)).draw(1280, 720)
    other = TitleCard(replace(CARD, first=20, last=21)).draw(1280, 720)
    differ = (made != other).any(axis=2).any(axis=0).nonzero()[0]
    # "20 (1 frame)" is much shorter than "20 to 21 (2 frames)".
    assert differ[-1] - differ[0] > 100
