"""Writing a project's timeline as a file of another program."""

import os
from pathlib import Path

from bodycam_annotator.app.footage import footage_path, footage_problem
from bodycam_annotator.app.projects import ENDING
from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.exchange.csv_timeline import sidecar_of
from bodycam_annotator.exchange.formats import format_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession

_MEDIA_ENDINGS = frozenset(
    f".{ending}"
    for ending in (
        *("mp4", "mov", "m4v", "m4a", "mkv", "webm", "ts", "m2ts", "mts", "avi", "mpg", "mpeg"),
        *("wmv", "asf", "flv", "3gp", "mxf", "g64", "g64x", "wav", "mp3"),
    )
)
_SQLITE = b"SQLite format 3\0"


def export(
    session: ProjectSession,
    out: Path,
    *,
    format: str | None = None,
    raw: bool = False,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> list[Path]:
    """Writes `out`, replacing a file of that name, and returns all paths written.

    `raw` leaves text as it is even where a spreadsheet would run it. What is odd about the
    footage (`footage_warnings`) is written too. Raises `ExchangeError` when it cannot be written
    or would replace a project or footage, `Cancelled` when asked to stop.
    """
    chosen = format_of(out, name=format)
    for path in (out, sidecar_of(out)):
        _refuse_replacing(session, path)
    return chosen.write(
        session.project,
        out,
        raw=raw,
        footage_states=_footage_states(session),
        progress=progress,
        cancelled=cancelled,
    )


def footage_warnings(session: ProjectSession) -> list[str]:
    """A sentence for each footage that is missing or not as it was when the project took it up.

    Looks at size and date only; `verify` reads all of it.
    """
    return [why for why in _footage_states(session).values() if why]


def _footage_states(session: ProjectSession) -> dict[str, str]:
    """By the footage's id: a sentence, empty when it is as it was."""
    return {
        footage.id: footage_problem(session, footage) or ""
        for footage in session.project.footage.values()
    }


def _refuse_replacing(session: ProjectSession, out: Path) -> None:
    if out.is_dir():
        raise ExchangeError(f"{out} is a folder; name the file to write.")
    if out.suffix.lower() == ENDING:
        raise ExchangeError(f"{out} has the ending of a project; choose another name.")
    if not os.path.lexists(out):
        return
    kept = []
    for footage in session.project.footage.values():
        try:
            kept.append(footage_path(session, footage))
        except FootageError:
            continue
    if out.exists() and any(out.samefile(path) for path in kept):
        raise ExchangeError(f"{out} is footage of the project; choose another name.")
    if out.suffix.lower() in _MEDIA_ENDINGS:
        raise ExchangeError(f"{out} is there and has the ending of footage; choose another name.")
    if _is_database(out):
        raise ExchangeError(f"{out} holds a project or another database; choose another name.")


def _is_database(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        # What cannot be read may be anything.
        raise ExchangeError(
            f"{path} is there and cannot be read ({error.strerror or error}), so it is not "
            "replaced; choose another name."
        ) from error
