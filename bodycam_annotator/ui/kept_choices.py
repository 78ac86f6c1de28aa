"""What was chosen for clips, kept from one day to the next."""

import json
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any, TypeVar

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_forms import (
    AnimationForm,
    ClipSettings,
    Form,
    Make,
    Quality,
    Speed,
)
from bodycam_annotator.publish.clip_look import ClipLook, Corner

_Choice = TypeVar("_Choice", bound=StrEnum)

_LONGEST_NS = 2**63


FIRST = ClipChoices(look=ClipLook())
"""What everybody begins with."""


def kept_of(choices: ClipChoices) -> ClipChoices:
    """Without what is of one footage: what is pointed at or enlarged, how it is enhanced, which
    sound."""
    look = None if choices.look is None else replace(choices.look, ring=None, inset=None)
    return replace(choices, look=look, enhancement=None, streams={})


def choices_text(choices: ClipChoices) -> str:
    """`kept_of` the choices as JSON."""
    stored = asdict(kept_of(choices))
    del stored["enhancement"], stored["streams"]
    if stored["look"] is not None:
        del stored["look"]["ring"], stored["look"]["inset"]
    return json.dumps(stored)


def choices_in(text: str) -> ClipChoices:
    """The choices in a text of `choices_text`; `FIRST` where it is none, as settings are only a
    convenience and may come from another version."""
    try:
        choices = _choices(json.loads(text))
        choices.check()
    except (ValueError, TypeError, KeyError, RecursionError, ExchangeError):
        return FIRST
    return choices


def _choices(stored: Any) -> ClipChoices:  # noqa: ANN401 - whatever JSON has
    """Raises `ValueError`, `TypeError` or `KeyError` for what was not stored here."""
    name = _of(stored["name"], str)
    name.encode()
    return ClipChoices(
        makes=tuple(dict.fromkeys(_choice(one, Make) for one in _of(stored["makes"], list))),
        before_ns=_number(stored["before_ns"]),
        after_ns=_number(stored["after_ns"]),
        name=name,
        settings=_settings(stored["settings"]),
        look=None if stored["look"] is None else _look(stored["look"]),
        subtitles=_of(stored["subtitles"], bool),
        card_ns=_number(stored["card_ns"]),
        freeze_ns=_number(stored["freeze_ns"]),
        slower=tuple(sorted({_number(one) for one in _of(stored["slower"], list)})),
        thumbs=_number(stored["thumbs"]),
        preview=_choice(stored["preview"], AnimationForm),
    )


def _settings(stored: Any) -> ClipSettings:  # noqa: ANN401 - whatever JSON has
    return ClipSettings(
        form=_choice(stored["form"], Form),
        quality=_choice(stored["quality"], Quality),
        speed=_choice(stored["speed"], Speed),
        sound=_of(stored["sound"], bool),
    )


def _look(stored: Any) -> ClipLook:  # noqa: ANN401 - whatever JSON has
    return ClipLook(
        captions=_of(stored["captions"], bool),
        banners=_of(stored["banners"], bool),
        strip=_of(stored["strip"], bool),
        stamp=_of(stored["stamp"], bool),
        stamp_corner=_corner(stored["stamp_corner"]),
        avoid_corner=_corner(stored["avoid_corner"]),
    )


def _corner(stored: Any) -> Corner | None:  # noqa: ANN401 - whatever JSON has
    return None if stored is None else _choice(stored, Corner)


def _number(stored: Any) -> int:  # noqa: ANN401 - whatever JSON has
    if type(stored) is not int or not 0 <= stored < _LONGEST_NS:
        raise ValueError(f"{stored!r} is no number of these")
    return stored


def _choice(stored: Any, kind: type[_Choice]) -> _Choice:  # noqa: ANN401 - whatever JSON has
    return kind(_of(stored, str))


_Kind = TypeVar("_Kind")


def _of(stored: Any, kind: type[_Kind]) -> _Kind:  # noqa: ANN401 - whatever JSON has
    if not isinstance(stored, kind):
        raise TypeError(f"{stored!r} is no {kind.__name__}")
    return stored
