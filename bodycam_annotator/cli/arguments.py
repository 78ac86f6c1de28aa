"""The arguments and options that several commands have, and how times are read."""

import re
from pathlib import Path
from typing import Annotated

import typer

from bodycam_annotator.model.tag import Basis, Confidence, Status
from bodycam_annotator.timing import parse_time

_HEAD = re.compile(r"[0-9a-fA-F]{64}")


def time_of(text: str) -> int:
    """Nanoseconds; wrong usage when `text` is no time."""
    try:
        return parse_time(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def span_of(text: str) -> int:
    """As `time_of`, for what cannot be below zero."""
    span_ns = time_of(text)
    if span_ns < 0:
        raise typer.BadParameter(f"{text!r} is below zero")
    return span_ns


def head_of(text: str) -> str:
    """An audit head, in lower case; wrong usage when `text` is none."""
    if not _HEAD.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is no audit head: it has 64 digits from 0 to f")
    return text.lower()


Project = Annotated[
    Path, typer.Argument(metavar="PROJECT", help="The project, NAME.bodycam.", show_default=False)
]
Footage = Annotated[
    Path, typer.Argument(metavar="FOOTAGE", help="The media file.", show_default=False)
]
Coder = Annotated[
    str | None,
    typer.Option(
        "--coder",
        metavar="NAME",
        help="Who does this; the name set in the window, else your login name.",
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="F",
        help="As `formats` lists them; by the file's ending unless given.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Frame = Annotated[
    int | None, typer.Option("--frame", metavar="N", help="The frame, counted from 0.")
]
At = Annotated[
    int | None,
    typer.Option(
        "--at",
        metavar="T",
        parser=time_of,
        help="The time from the first video frame: 36.2 or HH:MM:SS.mmm.",
    ),
]


Code = Annotated[
    str, typer.Argument(metavar="CODE", help="Its id, as in shot.", show_default=False)
]
ToFrame = Annotated[
    int | None, typer.Option("--to-frame", metavar="N", help="The last frame that belongs.")
]
To = Annotated[
    int | None,
    typer.Option("--to", metavar="T", parser=time_of, help="The end; no longer belongs."),
]
Text = Annotated[str, typer.Option("--text", metavar="TEXT", help="What is said.")]
Speaker = Annotated[str, typer.Option("--speaker", metavar="WHO", help="Who speaks or acts.")]
Target = Annotated[str, typer.Option("--target", metavar="WHO", help="At whom or what.")]
HowKnown = Annotated[
    Basis | None,
    typer.Option("--basis", help="How it is known; as the codebook says unless given."),
]
HowSure = Annotated[Confidence | None, typer.Option("--confidence", help="How sure it is.")]
HowChecked = Annotated[Status, typer.Option("--status", help="How far it is checked.")]
Uncertainty = Annotated[
    int | None,
    typer.Option(
        "--uncertainty",
        metavar="S",
        parser=span_of,
        help="Seconds by which it may be off; by the frames' spacing unless given.",
    ),
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="A remark.")]
Attributes = Annotated[
    list[str] | None,
    typer.Option(
        "--attribute", metavar="NAME=VALUE", help="As the codebook has them; may be repeated."
    ),
]
Camera = Annotated[
    str | None,
    typer.Option("--camera", metavar="NAME", help="Needed where there are several."),
]


def one_of(names: str, *values: int | None) -> None:
    """Wrong usage unless just one of the values was given."""
    if sum(value is not None for value in values) != 1:
        raise typer.BadParameter(f"give one of {names}", param_hint=names)
