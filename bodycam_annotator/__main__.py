"""Starts the command line or the window."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bodycam_annotator import cli
from bodycam_annotator.errors import UserError

if TYPE_CHECKING:
    from bodycam_annotator.app.clips.drawing import Drawing

# Qt would say at every start that an optional sound library is not there.
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.symbolsresolver=false")


def main() -> None:
    code = cli.run(
        sys.argv[1:],
        open_window=_open_window,
        offscreen_demo=_offscreen_demo,
        drawings=_drawings,
    )
    sys.exit(code)


def _open_window(paths: list[Path], *, demo: bool = False) -> int:
    _refuse_to_start_without_screen()
    _refuse_to_start_without_libraries(screen=True)
    from bodycam_annotator.ui.application import run_window

    return run_window(paths, demo=demo)


def _offscreen_demo(folder: Path) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _refuse_to_start_without_libraries(screen=False)
    from bodycam_annotator.ui.demo import run_offscreen_demo

    return run_offscreen_demo(folder)


def _drawings() -> "Drawing":
    _refuse_to_start_without_libraries(screen=False)
    from bodycam_annotator.ui.clip_drawings import ClipDrawings

    return ClipDrawings()


def _refuse_to_start_without_screen() -> None:
    """Qt ends the process when there is none."""
    asked = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, asked)):
        raise UserError(
            "There is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is "
            "set). Start it in a desktop session, or use a command: see --help."
        )


def _refuse_to_start_without_libraries(*, screen: bool) -> None:
    """Qt ends the process without a word when one is missing, so this is asked first."""
    from bodycam_annotator.doctor import advice, missing_libraries

    missing = missing_libraries(screen=screen)
    if missing:
        raise UserError(advice(missing))


if __name__ == "__main__":
    main()
