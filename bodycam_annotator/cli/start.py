"""From words on the command line to an exit code."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from bodycam_annotator import __version__
from bodycam_annotator.cli import clips, exchange, footage, projects, tags, windows
from bodycam_annotator.cli.output import begin_anew, interrupt, say
from bodycam_annotator.cli.windows import Drawings, OffscreenDemo, OpenWindow, Windows
from bodycam_annotator.errors import Cancelled, UserError

STOPPING = "SIGINT", "SIGTERM", "SIGHUP"
"""Not every system has each of them."""

DONE, MENDABLE, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_COMMANDS: dict[str, Callable[..., int | None]] = {
    "open": windows.open_,
    "demo": windows.demo,
    "probe": footage.probe,
    "frame": footage.frame,
    "new": projects.new,
    "tag": tags.tag,
    "tags": tags.tags,
    "undo": tags.undo,
    "redo": tags.redo,
    "import": exchange.import_,
    "export": exchange.export,
    "formats": exchange.formats,
    "clips": clips.clips,
    "verify": projects.verify,
}


def run(
    argv: Sequence[str],
    *,
    open_window: OpenWindow,
    offscreen_demo: OffscreenDemo,
    drawings: Drawings,
) -> int:
    """Does what `argv` (without the program's name) says and returns the exit code.

    0 done; 1 something a person can mend, said in one line on stderr; 2 wrong usage; 130
    interrupted. What needs Qt is reached through the callables, so that no other command imports
    it.
    """
    _set_up_streams()
    before = _heed_signals()
    try:
        code = _run(_with_command(argv), Windows(open_window, offscreen_demo, drawings))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has closed it, as `head` does; nobody is left to tell.
        _discard_output()
        return MENDABLE
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        begin_anew()
    return code


def _heed_signals() -> dict[int, Any]:
    """^C, a shutdown and a terminal that goes away stop what is done, and leave nothing half done.

    Returns what was done at them before; nothing in other threads than the main one, as only that
    may say what signals do. One that is to be ignored, as by `nohup`, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        return {}
    named = (getattr(signal, name, None) for name in STOPPING)
    numbers = [one for one in named if one is not None]
    heeded = [one for one in numbers if signal.getsignal(one) is not signal.SIG_IGN]
    return {one: signal.signal(one, lambda *_: interrupt()) for one in heeded}


def _run(argv: Sequence[str], window: Windows) -> int:
    try:
        command = typer.main.get_command(_app())
        result = command.main(
            args=list(argv), prog_name="bodycam-annotator", standalone_mode=False, obj=window
        )
    except TyperException as error:
        # How the library that reads values for Typer begins what our types, and its own, say.
        say(f"error: {error.format_message().replace(': Value error, ', ': ', 1)}")
        say("Try 'bodycam-annotator --help', or --help after a command.")
        return WRONG_USAGE
    except UserError as error:
        say(f"error: {error}")
        return MENDABLE
    except (Cancelled, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        about = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        say(f"error: {about}{error.strerror or error}")
        return MENDABLE
    return result if isinstance(result, int) else DONE


def _app() -> typer.Typer:
    """Pretty help on a terminal, plain text for everything else."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode="rich" if sys.stdout.isatty() else None,
    )
    app.callback()(_about)
    for name, command in _COMMANDS.items():
        app.command(name)(command)
    return app


def _version(asked: bool) -> None:
    if asked:
        print(f"bodycam-annotator {__version__}")  # noqa: T201
        raise typer.Exit


def _about(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Step police body-camera footage to the frame, tag it, and export provable timelines.

    Without a command, the window opens: bodycam-annotator PATH ... where PATH is footage or a
    project (NAME.bodycam). Exit code 0 done, 1 a problem you can mend, 2 wrong usage.
    """


def _with_command(argv: Sequence[str]) -> Sequence[str]:
    """Paths alone mean `open`, as does nothing."""
    if argv and (argv[0] in _COMMANDS or argv[0] in ("--help", "--version")):
        return argv
    return ["open", *argv]


def _set_up_streams() -> None:
    """UTF-8 on pipes whatever the locale, and no character that cannot be printed."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = None if stream.isatty() else "utf-8"
            reconfigure(encoding=encoding, errors="backslashreplace")


def _discard_output() -> None:
    """So that the interpreter's own flush at its end finds somewhere to write to."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
