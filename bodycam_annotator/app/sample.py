"""The staged incident that comes with the product, as a project to try things on."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bodycam_annotator.app.footage import footage_path
from bodycam_annotator.app.people import coder_name
from bodycam_annotator.app.projects import (
    Source,
    make_project,
    names_like,
    open_project,
    read_codebook,
)
from bodycam_annotator.config import default_codebook, sample_folder
from bodycam_annotator.errors import FootageError, ProjectError
from bodycam_annotator.model.incident import Camera, Incident
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession

PROJECT_NAME = "Staged incident.bodycam"


def demo_project(
    folder: Path, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> ProjectSession:
    """The sample's project in `folder`, reopened with the tags it has by now, or made.

    The footage stays where it was installed. Raises `ProjectError` when the sample is not there or
    `folder` cannot be written, `Cancelled` when asked to stop.
    """
    about = _read_about(sample_folder())
    sources = [_source(entry, sample_folder()) for entry in about["cameras"]]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"The folder {folder} cannot be made: {error}.") from error
    coder = coder_name()
    for path in names_like(folder / PROJECT_NAME):
        if not path.exists():
            break
        session = open_project(path, coder=coder)
        if _is_of(session, [source.path for source in sources]):
            return session
        session.close()
    codebook = read_codebook(default_codebook())
    incident = Incident(
        id=new_id(),
        name=str(about["incident"]),
        codebook=codebook.label,
        note=str(about["what_is_staged"]),
    )
    return make_project(
        path,
        sources,
        incident=incident,
        codebook=codebook,
        coder=coder,
        progress=progress,
        cancelled=cancelled,
    )


def _read_about(folder: Path) -> dict[str, Any]:
    path = folder / "incident.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProjectError(
            f"The staged sample is not where it should be ({path}); install the product again."
        ) from error


def _source(entry: dict[str, Any], folder: Path) -> Source:
    camera = Camera(
        id=new_id(),
        incident_id="",
        name=entry["name"],
        wearer=entry["wearer"],
        sync_offset_ns=entry.get("sync_offset_ns"),
        sync_uncertainty_ns=entry.get("sync_uncertainty_ns"),
        clock_start_utc_ns=_utc_ns(str(entry["clock_utc_at_first_frame"])),
        clock_uncertainty_ns=entry.get("clock_uncertainty_ns"),
    )
    return Source(path=folder / entry["file"], camera=camera)


def _utc_ns(text: str) -> int:
    """Nanoseconds since 1970 of `2024-10-13T23:50:12.000Z`, to the microsecond."""
    since = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1) * 1000


def _is_of(session: ProjectSession, files: list[Path]) -> bool:
    """Whether the project's footage are these files: a reinstalled sample may be elsewhere."""
    try:
        found = [footage_path(session, one) for one in session.project.footage.values()]
        return len(found) == len(files) and all(map(Path.samefile, found, files))
    except (FootageError, OSError):
        return False
