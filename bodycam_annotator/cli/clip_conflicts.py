"""Options of `clips` that would do nothing for what is made, or that contradict each other.

What was asked for and cannot be had at all is refused; what only some of the pictures can have is
said. What is left out where it could not be anyway is nobody's loss.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_forms import Form, Make

_PICTURES = (Make.CLIP, Make.STILL, Make.SHEET, Make.PREVIEW)
_DRAWN_ON = (Make.CLIP, Make.STILL, Make.PREVIEW)


@dataclass(frozen=True)
class _Option:
    """`of`: what has it. `burned`: not in a plain one. `missed`: who asks for it may expect it in
    every picture."""

    of: tuple[Make, ...]
    burned: bool = False
    missed: bool = False


_OPTIONS: Mapping[str, _Option] = {
    "before": _Option((Make.CLIP, Make.SHEET, Make.PREVIEW, Make.SOUND)),
    "after": _Option((Make.CLIP, Make.SHEET, Make.PREVIEW, Make.SOUND)),
    "captions": _Option(_DRAWN_ON, burned=True),
    "banners": _Option(_DRAWN_ON, burned=True),
    "stamp": _Option(_DRAWN_ON, burned=True),
    "stamp_corner": _Option(_DRAWN_ON, burned=True),
    "camera_stamp": _Option(_DRAWN_ON, burned=True),
    "strip": _Option((Make.CLIP, Make.PREVIEW), burned=True),
    "card": _Option((Make.CLIP,), burned=True, missed=True),
    "freeze": _Option((Make.CLIP,), burned=True, missed=True),
    "point": _Option((Make.CLIP,), burned=True),
    "slow": _Option((Make.CLIP,), burned=True, missed=True),
    "inset": _Option((Make.CLIP, Make.STILL), burned=True, missed=True),
    "enhance": _Option(_PICTURES, burned=True),
    "subtitles": _Option((Make.CLIP,)),
    "form": _Option((Make.CLIP,)),
    "quality": _Option((Make.CLIP,)),
    "speed": _Option((Make.CLIP,)),
    # Without sound is what the other pictures are; only a sound cannot be.
    "silent": _Option(_PICTURES),
    "thumbs": _Option((Make.SHEET,)),
    "animation": _Option((Make.PREVIEW,)),
}


def given_in(context: typer.Context) -> dict[str, Any]:
    """What was given on the command line, by the names of `clips`' parameters."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {
        name: context.params[name]
        for name, source in sources.items()
        if source is not None and source.name == "COMMANDLINE"
    }


def notes_on(given: Mapping[str, Any], makes: Sequence[Make], *, plain: bool) -> list[str]:
    """Sentences on what only some of the files will have. Raises `ExchangeError` for what none of
    them can."""
    asked = [name for name in _OPTIONS if given.get(name)]
    for problem in _problems(given, asked, makes, plain=plain):
        raise ExchangeError(problem)
    notes = []
    for name in asked:
        without = [one for one in makes if one in _PICTURES and one not in _OPTIONS[name].of]
        if _OPTIONS[name].missed and without:
            notes.append(f"{_called(name)} is not in {_listed(without)}.")
    return notes


def _problems(
    given: Mapping[str, Any], asked: Sequence[str], makes: Sequence[Make], *, plain: bool
) -> Iterator[str]:
    if given.get("freeze") == 0:
        yield "A frame that is held for 0 s is not shown; give more, or leave out --freeze."
    for name in asked:
        of = _OPTIONS[name].of
        if not set(of) & set(makes):
            yield (
                f"{_called(name)} is for {_listed(of)}, and none is made; leave it out, or have "
                f"some made with --make {of[0]}."
            )
        if plain and _OPTIONS[name].burned:
            yield (
                f"{_called(name)} is about what is burned in, and --plain burns nothing in; leave "
                "out one of the two."
            )
    if "point" in asked and "freeze" not in asked:
        yield "A point is marked in the frame that is held; give --freeze too."
    if "stamp_corner" in asked and given.get("stamp") is False:
        yield "--no-stamp leaves nothing to be in the --stamp-corner; leave out one of the two."
    if given.get("form", Form.MP4) != Form.MP4:
        for name in ("quality", "speed"):
            if name in asked:
                yield f"{_called(name)} is for --form mp4 alone; leave it out, or take that form."


def _called(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _listed(makes: Sequence[Make]) -> str:
    """`clips, stills and sheets`."""
    *others, last = (f"{one}s" for one in makes)
    return f"{', '.join(others)} and {last}" if others else last
