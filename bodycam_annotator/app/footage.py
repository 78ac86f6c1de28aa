"""Footage files as a project refers to them: a stored path, a size, a hash."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bodycam_annotator.app.hashes import Hashed, known
from bodycam_annotator.errors import FootageError, ProjectError
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession

if TYPE_CHECKING:
    from bodycam_annotator.media.index import FrameIndex


@dataclass(frozen=True)
class OpenedFootage:
    """A footage and what its file holds: frames, and from when to when there is sound."""

    footage: Footage
    path: Path
    index: "FrameIndex"
    sound: tuple[int, int] | None


def open_footage(
    session: ProjectSession,
    footage: Footage,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> OpenedFootage:
    """Reads the file's packets, unless a stored index of them still fits.

    Raises `FootageError` when the file is not there, cannot be read or is not what the project
    took up, `Cancelled` when asked to stop.
    """
    from bodycam_annotator.media.stored_index import footage_facts

    path = footage_path(session, footage)
    facts = footage_facts(path, stream=footage.stream, progress=progress, cancelled=cancelled)
    check_index(facts.index, footage)
    sound = None if facts.audio is None else (facts.audio.start_ns, facts.audio.end_ns)
    return OpenedFootage(footage, path, facts.index, sound)


def refuse_what_is_no_file(path: Path) -> None:
    """Raises `FootageError` unless an ordinary file is there that can be read."""
    if path.is_dir():
        raise FootageError(f"{path} is a folder; give one media file.")
    if not path.exists():
        raise FootageError(f"There is no file {path}; check the name, or connect its drive.")
    if not path.is_file() or not os.access(path, os.R_OK):
        raise FootageError(f"{path} cannot be read; check its permissions.")


def stored_path(footage: Path, *, project: Path) -> str:
    """How the project at `project` refers to the file: relative to its folder, with slashes.

    Where there is no relative path, as from one Windows drive to another, it is absolute. Raises
    `FootageError` for a name that is not Unicode.
    """
    # Folders are resolved, as `..` behind a symbolic link leads elsewhere; the file's own name
    # stays what it is called.
    target = footage.absolute().parent.resolve() / footage.name
    folder = project.absolute().parent.resolve()
    try:
        path = Path(os.path.relpath(target, folder)).as_posix()
    except ValueError:
        path = target.as_posix()
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise FootageError(
            f"The name of {footage} is not Unicode, so no project can hold it; rename it."
        ) from error
    return path


def footage_path(session: ProjectSession, footage: Footage) -> Path:
    """Where the footage is. Raises `FootageError` when no ordinary file is there.

    A project may come from anybody, so its paths are only followed to files of this machine.
    """
    return located(footage, project=session.path)


def located(footage: Footage, *, project: Path) -> Path:
    """As `footage_path`, for the project at that path."""
    path = place_of(footage, project=project)
    try:
        ordinary = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        raise FootageError(
            f"The footage {path.name} is not at {path}. Put it back, or connect its drive."
        ) from error
    if not ordinary:
        raise FootageError(f"The footage {path} is no ordinary file.")
    return path


def place_of(footage: Footage, *, project: Path) -> Path:
    """Where the project says that the footage is, whether or not it is there.

    Raises `FootageError` for what is no path of a file of this machine.
    """
    stored = footage.path
    if not stored or "\0" in stored or stored.replace("\\", "/").startswith("//"):
        raise FootageError(
            f"The project refers to its footage by {stored!r}, which is no path of a file here."
        )
    return Path(os.path.normpath(project.parent.resolve() / PurePosixPath(stored)))


def footage_state(path: Path, footage: Footage) -> str | None:
    """A sentence when the file is not as it was when the project took it up; None when it is.

    As `seen`; `verify` reads all of it.
    """
    return seen(path, footage).problem or None


def seen(path: Path, footage: Footage) -> Comparison:
    """How the file compares by its size and date, without reading it.

    Where it was read in this process and not touched since, its hash counts instead.
    """
    try:
        found = path.stat()
    except OSError:
        return Comparison(problem=f"{path.name} is not there.")
    read = known(path, found)
    if read is not None and footage.sha256:
        return judged(path, footage, read)
    return by_size_and_date(path, footage, found)


def judged(path: Path, footage: Footage, read: Hashed) -> Comparison:
    """How the file compares once all of it was read."""
    if not footage.sha256:
        return Comparison(problem=f"{path.name} was never hashed, so it cannot be compared.")
    if read.sha256 != footage.sha256:
        return Comparison(
            problem=f"{path} is not the footage that was tagged: its SHA-256 is {read.sha256}, "
            f"and was {footage.sha256}. Its tags may not fit."
        )
    return Comparison(verified_utc=read.utc)


def by_size_and_date(path: Path, footage: Footage, found: os.stat_result) -> Comparison:
    """`found` is the file's status now."""
    if found.st_size != footage.size:
        return Comparison(
            problem=f"{path.name} has changed: it has {found.st_size:,} bytes, and had "
            f"{footage.size:,} when the project took it up. Its tags may no longer fit."
        )
    if found.st_mtime_ns != footage.modified_ns:
        return Comparison(
            problem=f"{path.name} has another date than when the project took it up; whether "
            "its content is the same is not known until it is read.",
            only_date=True,
        )
    return Comparison()


def check_index(index: "FrameIndex", footage: Footage) -> None:
    """Raises `FootageError` when the frames are not those that the project took up."""
    found = (len(index), index.time_base, index.first_ns)
    if found != (footage.frames, footage.time_base, footage.first_ns):
        raise FootageError(
            f"{PurePosixPath(footage.path).name} is not the file that the project was made with: "
            f"it has {len(index)} frames from {index.first_ns} ns on in ticks of "
            f"{index.time_base} s, and had {footage.frames} from {footage.first_ns} ns on in ticks "
            f"of {footage.time_base} s. Put the original back."
        )


def find_footage(session: ProjectSession, *, camera: str | None) -> Footage:
    """The footage of the camera with that name, or the only one there is.

    Raises `ProjectError` that lists the cameras.
    """
    project = session.project
    names = {project.cameras[one.camera_id].name: one for one in project.footage.values()}
    if camera is not None and camera in names:
        return names[camera]
    known = ", ".join(names) or "none"
    if camera is not None:
        raise ProjectError(f"There is no camera {camera!r} in the project; it has {known}.")
    if len(names) != 1:
        raise ProjectError(f"The project has several cameras; name one of them: {known}.")
    return next(iter(names.values()))
