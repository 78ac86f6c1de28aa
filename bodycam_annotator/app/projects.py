"""Making and opening projects."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bodycam_annotator.app.footage import footage_path, refuse_what_is_no_file, stored_path
from bodycam_annotator.app.hashes import hashed
from bodycam_annotator.app.originals import follow, found_at
from bodycam_annotator.config import default_codebook, documents_folder
from bodycam_annotator.errors import CodebookError, FootageError, ProjectError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession

ENDING = ".bodycam"

_MAX_CODEBOOK = 1024 * 1024

_INDEX_SHARE = 0.3
"""The part of a footage's progress that its index takes; hashing takes the rest."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A footage to take up, and its camera; the camera's `incident_id` is filled in."""

    path: Path
    camera: Camera


def new_project(
    path: Path,
    footage: Sequence[Path],
    *,
    coder: str,
    codebook: Codebook,
    incident_name: str | None = None,
    camera_names: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ProjectSession:
    """Reads and hashes all footage, then makes the project, one camera for each.

    Cameras are called Camera 1, Camera 2 ... unless named; the incident as the project's file.
    Raises `ProjectError` when `path` exists or cannot be, `FootageError` when a footage cannot
    be read or is given twice, `Cancelled` when asked to stop. Nothing is made then.
    """
    names = list(camera_names or (f"Camera {n}" for n in range(1, len(footage) + 1)))
    if len(names) != len(footage):
        raise ProjectError(f"There are {len(names)} cameras' names for {len(footage)} footage.")
    sources = [
        Source(path=file, camera=Camera(id=new_id(), incident_id="", name=name.strip()))
        for file, name in zip(footage, names, strict=True)
    ]
    return make_project(
        path,
        sources,
        incident=Incident(
            id=new_id(), name=incident_name or unicode_stem(path), codebook=codebook.label
        ),
        codebook=codebook,
        coder=coder,
        progress=progress,
        cancelled=cancelled,
    )


def make_project(
    path: Path,
    sources: Sequence[Source],
    *,
    incident: Incident,
    codebook: Codebook,
    coder: str,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ProjectSession:
    """As `new_project`, with all that may be known of the cameras."""
    _refuse_path(path)
    _refuse_cameras([source.camera.name for source in sources])
    taken: list[tuple[Camera, Footage]] = []
    for number, source in enumerate(sources):
        camera = replace(source.camera, incident_id=incident.id)
        footage = _taken_up(
            source.path,
            camera_id=camera.id,
            project=path,
            progress=_part(progress, number, len(sources)),
            cancelled=cancelled,
        )
        for _, other in taken:
            if other.sha256 == footage.sha256:
                raise FootageError(
                    f"{source.path} and {other.path} are the same footage, byte for byte; "
                    "give it once."
                )
        taken.append((camera, footage))
    session = ProjectSession.create(path, incident=incident, codebook=codebook, coder=coder)
    try:
        session.do(_take_up(taken))
    except BaseException:
        session.close()
        path.unlink(missing_ok=True)
        raise
    return session


def open_project(path: Path, *, coder: str) -> ProjectSession:
    """Raises `ProjectError` when there is no project at `path` or it cannot be opened."""
    if path.is_dir():
        raise ProjectError(f"{path} is a folder; a project is a file NAME{ENDING}.")
    if not path.exists():
        raise ProjectError(f"There is no project {path}; check the name.")
    return ProjectSession.open(path, coder=coder)


def project_path_for(footage: Path) -> tuple[Path, str | None]:
    """`STEM.bodycam` beside the footage. Where that folder is read-only, in the documents folder,
    with a sentence that says so."""
    folder = footage.absolute().parent
    name = f"{footage.stem}{ENDING}"
    if _can_write(folder):
        return folder / name, None
    documents = documents_folder()
    return documents / name, (
        f"{folder} cannot be written to, so the project is {documents / name}."
    )


def project_for_footage(
    path: Path,
    *,
    coder: str,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> tuple[ProjectSession, str | None]:
    """The footage's own project, reopened or made, and a sentence when it is not beside it.

    A project of that name that is of other footage is left alone: the next free name is used.
    Raises as `new_project` and `open_project`.
    """
    refuse_what_is_no_file(path)
    wanted, notice = project_path_for(path)
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(f"The folder {wanted.parent} cannot be made: {error}.") from error
    for candidate in names_like(wanted):
        if not candidate.exists():
            break
        session = open_project(candidate, coder=coder)
        if _holds(session, path, progress=progress, cancelled=cancelled):
            return session, notice
        session.close()
    if candidate != wanted:
        notice = f"{wanted} is of other footage, so the project of {path.name} is {candidate}."
    session = new_project(
        candidate,
        [path],
        coder=coder,
        codebook=read_codebook(default_codebook()),
        incident_name=unicode_stem(path),
        progress=progress,
        cancelled=cancelled,
    )
    return session, notice


def read_codebook(path: Path) -> Codebook:
    """Raises `CodebookError` that names the file."""
    try:
        if not path.is_file() and path.exists():
            # A pipe or device may never come to an end.
            raise CodebookError("it is no ordinary file; give a codebook's TOML file")
        if path.stat().st_size > _MAX_CODEBOOK:
            raise CodebookError("it is larger than 1 MiB, which no codebook is")
        return Codebook.from_toml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CodebookError(f"{path} is not UTF-8 text.") from error
    except OSError as error:
        raise CodebookError(f"{path} cannot be read: {error.strerror or error}.") from error
    except CodebookError as error:
        raise CodebookError(f"{path}: {error}") from error


def names_like(path: Path) -> Iterator[Path]:
    """`NAME`, `NAME 2`, `NAME 3` ... with the same ending."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem} {number}{path.suffix}")
        number += 1


def unicode_stem(path: Path) -> str:
    """The file's name without its ending; bytes that are no text are shown as such."""
    return path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _taken_up(
    path: Path,
    *,
    camera_id: str,
    project: Path,
    progress: Progress | None,
    cancelled: Asked | None,
) -> Footage:
    """Everything the project keeps of one file."""
    from bodycam_annotator.media.probe import index_footage
    from bodycam_annotator.media.stored_index import forget_unlike

    def indexed(part: float) -> None:
        if progress:
            progress(part * _INDEX_SHARE)

    def read(part: float) -> None:
        if progress:
            progress(_INDEX_SHARE + part * (1 - _INDEX_SHARE))

    refuse_what_is_no_file(path)
    # Before anything is read: frames and hash must be of one content.
    before = path.stat()
    index = index_footage(path, progress=indexed, cancelled=cancelled)
    if forget_unlike(path, index):
        raise FootageError(
            f"{path} is not what it was when it was opened before, though its size and date are; "
            "what was remembered of it is dropped. Open it again."
        )
    sha256 = hashed(path, progress=read, cancelled=cancelled).sha256
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise FootageError(f"{path} changed while it was read; wait until it is complete.")
    return Footage(
        id=new_id(),
        camera_id=camera_id,
        path=stored_path(path, project=project),
        size=after.st_size,
        modified_ns=after.st_mtime_ns,
        stream=index.stream,
        frames=len(index),
        first_ns=index.first_ns,
        end_ns=index.end_ns,
        time_base=index.time_base,
        sha256=sha256,
    )


def _take_up(taken: Sequence[tuple[Camera, Footage]]) -> Edit:
    changes = []
    for camera, footage in taken:
        changes.append(Change(entity="camera", id=camera.id, before=None, after=row_of(camera)))
        changes.append(Change(entity="footage", id=footage.id, before=None, after=row_of(footage)))
    return Edit(label=f"Add {len(taken)} footage", changes=tuple(changes))


def _part(progress: Progress | None, number: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda part: progress((number + part) / count)


def _refuse_path(path: Path) -> None:
    if path.suffix.lower() != ENDING:
        raise ProjectError(f"A project's name ends in {ENDING}: write {path.stem}{ENDING}.")
    if path.exists():
        raise ProjectError(f"{path} is there already; open it, or choose another name.")
    if not path.absolute().parent.is_dir():
        raise ProjectError(f"There is no folder {path.absolute().parent}; make it first.")


def _refuse_cameras(names: Sequence[str]) -> None:
    if not names:
        raise ProjectError("A project needs at least one footage.")
    if not all(names):
        raise ProjectError("A camera needs a name.")
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise ProjectError(f"Two cameras are called {double!r}; give each its own name.")


def _holds(
    session: ProjectSession, path: Path, *, progress: Progress | None, cancelled: Asked | None
) -> bool:
    """Whether the project is of this file: by its place, else by its content.

    A footage that is elsewhere now is referred to by its new place from then on.
    """
    lost = []
    for footage in session.project.footage.values():
        try:
            if footage_path(session, footage).samefile(path):
                return True
        except FootageError:
            lost.append(footage)
    size = path.stat().st_size
    if not any(footage.size == size for footage in lost):
        return False
    read = hashed(path, progress=progress, cancelled=cancelled)
    found = next((footage for footage in lost if footage.sha256 == read.sha256), None)
    if found is None:
        return False
    session.do(follow(found, found_at(session, found, path, read)))
    return True


def _can_write(folder: Path) -> bool:
    """By trying: what permissions say is not all there is to it on network and Windows drives."""
    if not os.access(folder, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
