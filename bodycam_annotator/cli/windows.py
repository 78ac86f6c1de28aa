"""Commands that open the window."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, cast

import typer

from bodycam_annotator.errors import UserError

if TYPE_CHECKING:
    from bodycam_annotator.app.clips.drawing import Drawing


class OpenWindow(Protocol):
    """Runs the window until it is closed and returns the exit code."""

    def __call__(self, paths: list[Path], *, demo: bool = False) -> int: ...


OffscreenDemo = Callable[[Path], int]
"""Shows the sample without a screen, writes what it shows into the folder, returns the code."""

Drawings = Callable[[], "Drawing"]
"""Gives what draws on clips."""


@dataclass(frozen=True)
class Windows:
    """What `run` was given: this package does not import the window."""

    open: OpenWindow
    offscreen_demo: OffscreenDemo
    drawings: Drawings


def open_(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Footage or projects.", show_default=False),
    ] = None,
) -> int:
    """Open the window, with footage or projects.

    Footage gets a project of its own, STEM.bodycam beside it, or reopens the one it has.
    """
    for path in paths or []:
        _refuse_what_cannot_be_read(path)
    return cast(Windows, context.obj).open(list(paths or []))


def demo(
    context: typer.Context,
    offscreen_output: Annotated[
        Path | None,
        typer.Option(
            "--offscreen-output",
            metavar="FOLDER",
            help="Open no window; write pictures of it into this folder.",
        ),
    ] = None,
) -> int:
    """Open the window on the staged sample incident."""
    chosen = cast(Windows, context.obj)
    if offscreen_output is not None:
        return chosen.offscreen_demo(offscreen_output)
    return chosen.open([], demo=True)


def _refuse_what_cannot_be_read(path: Path) -> None:
    """Said here, as the window may be long in coming."""
    if path.is_dir():
        raise UserError(f"{path} is a folder; give footage or a project.")
    if not path.exists():
        raise UserError(f"There is no file {path}; it is no command either (see --help).")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
