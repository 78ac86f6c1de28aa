"""Writing a project's timeline as a file of another program."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

from bodycam_annotator.app.footage import located
from bodycam_annotator.app.originals import compare_all, look_quickly
from bodycam_annotator.app.projects import ENDING
from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Content, tags_in
from bodycam_annotator.exchange.sidecar import sidecar_of
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
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


_WRITING_SHARE = 0.1
"""The part of the progress that writing takes; hashing the footage takes the rest."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What an export wrote and of what: the project as its audit entry `audit_entries`, with the
    hash `audit_head`, left it.

    `tags` of `of_tags` are in the file, whose format is called `format`. `compared` tells of the
    footage by its id; `loses` are sentences on what the format cannot carry.
    """

    paths: tuple[Path, ...]
    tags: int
    of_tags: int
    audit_head: str
    audit_entries: int
    compared: Mapping[str, Comparison]
    format: str = "csv"
    loses: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """A sentence for each footage that is missing or not what the project took up."""
        return [one.problem for one in self.compared.values() if one.problem]

    @property
    def verified(self) -> int:
        """How many footage were read and had the recorded hash."""
        return sum(one.verified for one in self.compared.values())


class ExportOptions(TypedDict, total=False):
    """As `export_project` takes them."""

    format: str | None
    raw: bool
    every_tag: bool
    camera: str | None
    quick: bool
    left_out: Sequence[str]
    progress: Progress | None
    cancelled: Asked | None


def export(session: ProjectSession, out: Path, **options: Unpack[ExportOptions]) -> Exported:
    """As `export_project`, of the session's project as it is now."""
    return export_project(session.project, session.path, out, **options)


def export_project(
    project: Project,
    path: Path,
    out: Path,
    *,
    format: str | None = None,
    raw: bool = False,
    every_tag: bool = False,
    camera: str | None = None,
    quick: bool = False,
    left_out: Sequence[str] = (),
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Exported:
    """Writes the project that is at `path` to `out`, replacing a file of that name.

    All footage is hashed first, unless it was in this process and is untouched since; what is
    wrong with it is written too and stops nothing. `quick` compares sizes and dates only. `raw`
    leaves text as it is even where a spreadsheet would run it; `every_tag` writes all tags into
    formats that are made for speech. `camera` names the one whose tags are written, None means
    all. `left_out` are sentences on what is not in the project, such as edits that wait, for the
    sidecar's warnings. It does not touch the project file, so it may run in any thread.

    Raises `ExchangeError` when `out` cannot be written or it would replace a project or footage,
    `Cancelled` when asked to stop.
    """
    chosen = formats.format_to_write(out, name=format)
    for target in (out, sidecar_of(out)) if chosen.has_sidecar else (out,):
        refuse_replacing(project, path, target)

    hashing = _part_of(progress, 0.0, 1 - _WRITING_SHARE)
    compared = _compared(project, path, quick, hashing, cancelled)
    of_tags = len(project.standing_tags)
    if camera is not None:
        project = of_camera(project, camera)
        left_out = [*left_out, f"Only tags of the camera {camera} are in it."]
    content = Content(
        project=project,
        folder=out.absolute().parent,
        media=media_of(project, path),
        raw=raw,
        every_tag=every_tag,
        compared=compared,
        left_out=left_out,
        of_tags=of_tags,
        progress=_part_of(progress, 1 - _WRITING_SHARE, _WRITING_SHARE),
        cancelled=cancelled,
    )
    paths = formats.write(content, out, chosen)
    return Exported(
        paths=tuple(paths),
        tags=len(tags_in(content, chosen)),
        of_tags=of_tags,
        audit_head=project.audit_head,
        audit_entries=project.audit_entries,
        compared=compared,
        format=chosen.name,
        loses=chosen.loses,
    )


def _compared(
    project: Project, path: Path, quick: bool, progress: Progress, cancelled: Asked | None
) -> Mapping[str, Comparison]:
    """How the footage compares, by its id; `quick`: by size and date alone."""
    if quick:
        every = project.footage.values()
        return {one.id: look_quickly(one, project=path) for one in every}
    return compare_all(project, path, progress=progress, cancelled=cancelled)


def _part_of(progress: Progress | None, begin: float, share: float) -> Progress:
    """For a part of the work, which begins there and takes that share of it."""

    def tell(part: float) -> None:
        if progress:
            progress(begin + part * share)

    return tell


def of_camera(project: Project, camera: str) -> Project:
    """The project with that camera's tags alone. Raises `ExchangeError` where there is none."""
    ids = {one.id for one in project.footage.values() if project.camera_of(one.id).name == camera}
    if not ids:
        known = ", ".join(one.name for one in project.cameras.values())
        raise ExchangeError(f"There is no camera {camera!r} in the project; it has {known}.")
    tags = {tag.id: tag for tag in project.tags.values() if tag.footage_id in ids}
    return replace(project, tags=tags)


def media_of(project: Project, path: Path) -> dict[str, Path]:
    """Where the footage lies that is not missing, by its id."""
    found = {}
    for footage in project.footage.values():
        try:
            found[footage.id] = located(footage, project=path)
        except FootageError:
            continue
    return found


def refuse_replacing(project: Project, path: Path, out: Path) -> None:
    """Raises `ExchangeError` where writing `out` would replace a project or footage."""
    if out.is_dir():
        raise ExchangeError(f"{out} is a folder; name the file to write.")
    if out.suffix.lower() == ENDING:
        raise ExchangeError(f"{out} has the ending of a project; choose another name.")
    if not os.path.lexists(out):
        return
    if out.exists() and any(out.samefile(one) for one in media_of(project, path).values()):
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
