"""Writing a project's timeline as a file of another program."""

from pathlib import Path

from bodycam_annotator.app.footage import footage_path
from bodycam_annotator.app.projects import ENDING
from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.exchange.formats import format_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession


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

    `raw` leaves text as it is even where a spreadsheet would run it. Raises `ExchangeError` when
    it cannot be written or would replace a project or footage, `Cancelled` when asked to
    stop.
    """
    chosen = format_of(out, name=format)
    _refuse_replacing(session, out)
    return chosen.write(session.project, out, raw=raw, progress=progress, cancelled=cancelled)


def _refuse_replacing(session: ProjectSession, out: Path) -> None:
    if out.is_dir():
        raise ExchangeError(f"{out} is a folder; name the file to write.")
    if out.suffix.lower() == ENDING:
        raise ExchangeError(f"{out} has the ending of a project; choose another name.")
    if not out.exists():
        return
    kept = []
    for footage in session.project.footage.values():
        try:
            kept.append(footage_path(session, footage))
        except FootageError:
            continue
    if any(out.samefile(path) for path in kept):
        raise ExchangeError(f"{out} is footage of the project; choose another name.")
