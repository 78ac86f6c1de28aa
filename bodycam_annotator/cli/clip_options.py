"""What `clips` can be told, and how it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bodycam_annotator.cli.arguments import span_of
from bodycam_annotator.publish.clip_forms import SLOWER, AnimationForm, Form, Make, Quality, Speed
from bodycam_annotator.publish.clip_look import ZOOMS, Corner, Inset
from bodycam_annotator.publish.clip_names import FIELDS

if TYPE_CHECKING:
    from bodycam_annotator.media.enhance import Look

_WHICH, _SEEN, _WRITTEN = "Of which tags", "What is burned in", "How it is written"
_NO_CORNER = "none"
_CORNERS = tuple(one.value.replace(" ", "-") for one in Corner)
_ZOOMS = ", ".join(map(str, ZOOMS))
_PRESETS = "Night, Faint detail, Glare, Steady noise"
"""Those of the picture that need no frame before; written out, as help must not load OpenCV."""


def corner_of(text: str) -> Corner:
    """`top-left` and so on; wrong usage when there is no such corner."""
    return _corner(text, _CORNERS)


def corner_or_none(text: str) -> Corner | None:
    """As `corner_of`, and None for `none`."""
    nowhere = text.strip().lower() == _NO_CORNER
    return None if nowhere else _corner(text, (*_CORNERS, _NO_CORNER))


def _corner(text: str, known: Sequence[str]) -> Corner:
    try:
        return Corner(text.strip().lower().replace("-", " "))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}") from error


@dataclass(frozen=True)
class Place:
    """In pixels of the picture; a tuple would be two arguments."""

    x: int
    y: int


def place_of(text: str) -> Place:
    """`640,360`; wrong usage when it is no point."""
    return Place(*_numbers(text, (2,), "X,Y in pixels of the picture"))


def inset_of(text: str) -> Inset:
    """`600,300,120,90,4`; wrong usage when it is no region."""
    numbers = _numbers(text, (4, 5), "X,Y,WIDTH,HEIGHT,ZOOM in pixels of the picture")
    x, y, width, height = numbers[:4]
    zoom = numbers[4] if len(numbers) == 5 else 3
    if zoom not in ZOOMS:
        raise typer.BadParameter(f"the zoom {zoom} is none of {_ZOOMS}")
    return Inset(x=x, y=y, width=width, height=height, zoom=zoom)


def slower_of(text: str) -> int:
    """`4` or `1/4`; wrong usage for what a clip cannot be slowed by."""
    number = text.strip().removeprefix("1/")
    known = [str(one) for one in SLOWER[1:]]
    if number not in known:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}")
    return int(number)


def enhancement_of(texts: list[str] | None) -> "Look | None":
    """A preset's name, `gamma=1.8` and the like, or both: what is given by name is instead of the
    preset's own, in whatever order. Wrong usage for what is neither, or is given twice."""
    if not texts:
        return None
    from bodycam_annotator.media.enhance import LIMITS, PRESETS, Look

    presets = {name.casefold(): one for name, one in PRESETS.items()}
    given: dict[str, float] = {}
    look: Look | None = None
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().casefold().replace(" ", "_").replace("-", "_")
        if not equals and text.strip().casefold() in presets:
            if look is not None:
                raise _not_enhanced("there can be one preset; change it with settings by name")
            look = presets[text.strip().casefold()]
        elif equals and name in LIMITS:
            if name in given:
                raise _not_enhanced(f"{name} is given twice")
            given[name] = _number(value, name)
        else:
            known = ", ".join([_PRESETS, *(f"{one}=NUMBER" for one in LIMITS)])
            raise _not_enhanced(f"{text!r} is none of {known}")
    return _look(look or Look(), given)


def _look(look: "Look", given: dict[str, float]) -> "Look":
    for name, value in given.items():
        is_whole = isinstance(getattr(look, name), int)
        if is_whole and not value.is_integer():
            raise _not_enhanced(f"{name}={value:g} is no whole number")
        try:
            changed: dict[str, Any] = {name: int(value) if is_whole else value}
            look = replace(look, **changed)
        except ValueError as error:
            raise _not_enhanced(str(error)) from error
    if not look.is_on:
        raise _not_enhanced("that changes nothing of the picture")
    return look


def _not_enhanced(why: str) -> typer.BadParameter:
    return typer.BadParameter(why, param_hint="'--enhance'")


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise _not_enhanced(f"{name}={text!r} is no number") from error


def _numbers(text: str, counts: tuple[int, ...], form: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in counts:
        raise typer.BadParameter(f"{text!r} is not {form}")
    return numbers


Folder = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="FOLDER",
        help="Where to; made where it is not there, and nothing in it is replaced.",
        show_default=False,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", metavar="ID", help="Only this tag; once for each.", rich_help_panel=_WHICH
    ),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--code",
        metavar="CODE",
        help="Only tags of this code; once for each.",
        rich_help_panel=_WHICH,
    ),
]
OfCamera = Annotated[
    str | None,
    typer.Option(
        "--camera", metavar="NAME", help="Only tags of that camera.", rich_help_panel=_WHICH
    ),
]
Together = Annotated[
    bool,
    typer.Option(
        "--together",
        help="One of all these tags, from the first to the last; one for each camera.",
        rich_help_panel=_WHICH,
    ),
]
Before = Annotated[
    int | None,
    typer.Option(
        "--before",
        metavar="S",
        parser=span_of,
        help="Seconds more before each, as far as there is footage.",
        rich_help_panel=_WHICH,
    ),
]
After = Annotated[
    int | None,
    typer.Option(
        "--after",
        metavar="S",
        parser=span_of,
        help="Seconds more behind each, as far as there is footage.",
        rich_help_panel=_WHICH,
    ),
]
Makes = Annotated[
    list[Make] | None,
    typer.Option(
        "--make",
        metavar="WHAT",
        help=f"{', '.join(Make)}: what to make of each tag, a clip unless given; the still is of "
        "its first frame; once for each.",
        show_default=False,
        rich_help_panel=_WRITTEN,
    ),
]
Plain = Annotated[
    bool,
    typer.Option("--plain", help="Burn nothing into the picture.", rich_help_panel=_SEEN),
]
Captions = Annotated[
    bool,
    typer.Option("--captions/--no-captions", help="What is said, by whom.", rich_help_panel=_SEEN),
]
Banners = Annotated[
    bool,
    typer.Option("--banners/--no-banners", help="The tags while they last.", rich_help_panel=_SEEN),
]
Strip = Annotated[
    bool,
    typer.Option(
        "--strip/--no-strip",
        help="Where in the clip the picture is, with the clip's tags.",
        rich_help_panel=_SEEN,
    ),
]
Stamp = Annotated[
    bool,
    typer.Option(
        "--stamp/--no-stamp",
        help="File time, frame number and the footage's name.",
        rich_help_panel=_SEEN,
    ),
]
StampCorner = Annotated[
    Corner | None,
    typer.Option(
        "--stamp-corner",
        metavar="CORNER",
        parser=corner_of,
        help=f"{', '.join(_CORNERS)}; away from the camera's own unless given.",
        show_default=False,
        rich_help_panel=_SEEN,
    ),
]
CameraStamp = Annotated[
    Corner | None,
    typer.Option(
        "--camera-stamp",
        metavar="CORNER",
        parser=corner_or_none,
        help="Where the camera has its own stamp, which is left free: top-right unless given; "
        "none for nowhere.",
        show_default=False,
        rich_help_panel=_SEEN,
    ),
]
Card = Annotated[
    bool,
    typer.Option(
        "--card",
        help="Show a title card before: what, source, hash, span, coder, made when.",
        rich_help_panel=_SEEN,
    ),
]
FreezeFor = Annotated[
    int | None,
    typer.Option(
        "--freeze",
        metavar="S",
        parser=span_of,
        help="Hold the tag's first frame for so many seconds behind the clip.",
        rich_help_panel=_SEEN,
    ),
]
Point = Annotated[
    Place | None,
    typer.Option(
        "--point",
        metavar="X,Y",
        parser=place_of,
        help="What to mark in the frame that is held, in pixels.",
        rich_help_panel=_SEEN,
    ),
]
Slow = Annotated[
    list[int] | None,
    typer.Option(
        "--slow",
        metavar="N",
        parser=slower_of,
        help="Show the clip again at 1/2, 1/4 or 1/8 speed; once for each.",
        rich_help_panel=_SEEN,
    ),
]
InsetOf = Annotated[
    Inset | None,
    typer.Option(
        "--inset",
        metavar="X,Y,W,H,ZOOM",
        parser=inset_of,
        help=f"A region of the picture, in pixels, shown larger beside: {_ZOOMS} times, 3 unless "
        "given.",
        rich_help_panel=_SEEN,
    ),
]
Enhance = Annotated[
    list[str] | None,
    typer.Option(
        "--enhance",
        metavar="HOW",
        help=f"One of {_PRESETS}; or settings like gamma=1.8, once for each; or both, "
        "where settings are instead of the preset's own. The picture is then labelled enhanced.",
        rich_help_panel=_SEEN,
    ),
]
Subtitles = Annotated[
    bool,
    typer.Option(
        "--subtitles/--no-subtitles",
        help="What is said as a track of text, which players show or hide.",
        rich_help_panel=_WRITTEN,
    ),
]
FormOf = Annotated[
    Form,
    typer.Option(
        "--form",
        help="mp4 plays everywhere; ffv1 (for archives) and prores (for editing) are large.",
        rich_help_panel=_WRITTEN,
    ),
]
QualityOf = Annotated[Quality, typer.Option("--quality", help="Of mp4.", rich_help_panel=_WRITTEN)]
SpeedOf = Annotated[
    Speed,
    typer.Option(
        "--speed", help="Of mp4: what is written slowly is smaller.", rich_help_panel=_WRITTEN
    ),
]
Silent = Annotated[
    bool, typer.Option("--silent", help="Without the sound.", rich_help_panel=_WRITTEN)
]
Thumbs = Annotated[
    int,
    typer.Option("--thumbs", metavar="N", help="Pictures of a sheet.", rich_help_panel=_WRITTEN),
]
Animation = Annotated[
    AnimationForm,
    typer.Option("--animation", help="What a preview is.", rich_help_panel=_WRITTEN),
]
Name = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="TEMPLATE",
        help=f"What files are called, of {', '.join(f'{{{one}}}' for one in FIELDS)}.",
        rich_help_panel=_WRITTEN,
    ),
]
