"""What was chosen for clips comes back the next day, and nothing else does."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.app.clips.choices import LONGEST_STILL_NS, MOST_THUMBS, ClipChoices
from bodycam_annotator.media.enhance import Look
from bodycam_annotator.publish.clip_forms import (
    AnimationForm,
    ClipSettings,
    Form,
    Make,
    Quality,
    Speed,
)
from bodycam_annotator.publish.clip_look import ClipLook, Corner, Inset
from bodycam_annotator.publish.clip_names import FIELDS
from bodycam_annotator.ui.kept_choices import FIRST, choices_in, choices_text
from bodycam_annotator.ui.settings import WindowSettings

_CORNERS = st.none() | st.sampled_from(Corner)
_LOOKS = st.builds(
    ClipLook,
    captions=st.booleans(),
    banners=st.booleans(),
    strip=st.booleans(),
    stamp=st.booleans(),
    stamp_corner=_CORNERS,
    avoid_corner=_CORNERS,
)
_TEXT = st.text().map(lambda text: text.replace("{", "").replace("}", ""))
_NAMES = st.lists(_TEXT | st.sampled_from([f"{{{name}}}" for name in FIELDS])).map("".join)
_STILL = st.integers(0, LONGEST_STILL_NS)
_COMMON = {
    "makes": st.lists(st.sampled_from(Make), min_size=1, unique=True).map(tuple),
    "before_ns": st.integers(0, 2**62),
    "after_ns": st.integers(0, 2**62),
    "name": _NAMES,
    "settings": st.builds(
        ClipSettings,
        form=st.sampled_from(Form),
        quality=st.sampled_from(Quality),
        speed=st.sampled_from(Speed),
        sound=st.booleans(),
    ),
    "subtitles": st.booleans(),
    "thumbs": st.integers(1, MOST_THUMBS),
    "preview": st.sampled_from(AnimationForm),
}
_DRAWN = st.builds(
    ClipChoices,
    look=_LOOKS,
    card_ns=_STILL,
    freeze_ns=_STILL,
    slower=st.sets(st.sampled_from((2, 4, 8))).map(lambda some: tuple(sorted(some))),
    **_COMMON,
)
_CHOICES = _DRAWN | st.builds(ClipChoices, **_COMMON)


@given(_CHOICES)
def test_choices_come_back_as_they_were(choices: ClipChoices) -> None:
    choices.check()
    assert choices_in(choices_text(choices)) == choices


def test_what_is_of_one_footage_is_not_kept() -> None:
    look = ClipLook(strip=False)
    here = replace(look, ring=(3, 4), inset=Inset(x=1, y=2, width=30, height=40))
    choices = ClipChoices(look=here, enhancement=Look(gamma=2.0), streams={"f": 2}, thumbs=5)
    assert choices_in(choices_text(choices)) == ClipChoices(look=look, thumbs=5)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | _JSON.map(json.dumps))
def test_what_is_no_choice_gives_those_that_everybody_begins_with(text: str) -> None:
    assert choices_in(text) == FIRST


_DEFAULT = json.loads(choices_text(ClipChoices(look=ClipLook(), thumbs=7)))
_LEAVES = [*_DEFAULT, *(f"look.{one}" for one in _DEFAULT["look"])]
_LEAVES += [f"settings.{one}" for one in _DEFAULT["settings"]]
_WRONG: list[Any] = [-1, True, 0.5, "x", [], {}, ["clip", 1], 10**30, "{nobody}", "{", "\ud800"]
_TICKS = {"subtitles", "settings.sound"}
_TICKS |= {f"look.{one}" for one in ("captions", "banners", "strip", "stamp")}


def _is_right(path: str, value: object) -> bool:
    if value is True:
        return path in _TICKS
    return (path, value) in [("name", "x"), ("slower", [])]


@pytest.mark.parametrize("path", _LEAVES)
@pytest.mark.parametrize("wrong", _WRONG, ids=repr)
def test_one_wrong_value_is_never_taken(path: str, wrong: object) -> None:
    stored = json.loads(json.dumps(_DEFAULT))
    inside, _, name = path.rpartition(".")
    (stored[inside] if inside else stored)[name] = wrong
    found = choices_in(json.dumps(stored))
    assert (found != FIRST) is _is_right(path, wrong)
    del (stored[inside] if inside else stored)[name]
    assert choices_in(json.dumps(stored)) == FIRST


def test_nested_without_end_is_no_choice() -> None:
    assert choices_in("[" * 200_000) == FIRST


def test_the_window_remembers_them(tmp_path: Path) -> None:
    assert choices_in(WindowSettings(tmp_path).clip_choices()) == FIRST
    choices = ClipChoices(name="“{code}”; é, = %20 \\n", look=ClipLook(), slower=(2, 8))
    WindowSettings(tmp_path).keep_clip_choices(choices_text(choices))
    assert choices_in(WindowSettings(tmp_path).clip_choices()) == choices
