"""The footage as it was released: is it still that, and where has it gone."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bodycam_annotator.app.field_words import FOUND_AT, SAME_CONTENT
from bodycam_annotator.app.footage import (
    by_size_and_date,
    judged,
    located,
    place_of,
    refuse_what_is_no_file,
    seen,
    stored_path,
)
from bodycam_annotator.app.hashes import Hashed, hashed
from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.edits import Change, Changes, Edit, row_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession

_SHOWN = 12
"""How many of a hash's 64 digits tell two files apart for a reader."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A file that was read to its end and is the footage; `stored` is its path for the project."""

    path: Path
    stored: str
    modified_ns: int


def look(footage: Footage, *, project: Path) -> Comparison:
    """How the footage of the project at that path compares without being read; quick."""
    try:
        return seen(located(footage, project=project), footage)
    except FootageError as error:
        return Comparison(problem=str(error))


def look_quickly(footage: Footage, *, project: Path) -> Comparison:
    """As `look`, by size and date alone, whatever was read before."""
    try:
        path = located(footage, project=project)
        return by_size_and_date(path, footage, path.stat())
    except FootageError as error:
        return Comparison(problem=str(error))
    except OSError:
        return Comparison(problem=f"{PurePosixPath(footage.path).name} is not there.")


def compare(
    footage: Footage,
    *,
    project: Path,
    anew: bool = False,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Comparison:
    """How the footage compares by its content.

    It is read, unless its size tells, or it was read in this process and not touched since;
    `anew` reads it all the same. Raises `Cancelled` when asked to stop.
    """
    try:
        path = located(footage, project=project)
        if not anew:
            quick = seen(path, footage)
            if quick.verified or (quick.problem and not quick.only_date):
                return quick
        read = hashed(path, progress=progress, cancelled=cancelled)
    except FootageError as error:
        return Comparison(problem=str(error))
    return judged(path, footage, read)


def compare_all(
    project: Project,
    path: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> dict[str, Comparison]:
    """By the footage's id, as `compare`; `path` is the project's. Progress goes by bytes."""
    whole = max(1, sum(footage.size for footage in project.footage.values()))
    done, compared = 0, {}
    for footage in project.footage.values():
        if cancelled is not None and cancelled():
            raise Cancelled
        share = _share(progress, done / whole, footage.size / whole)
        compared[footage.id] = compare(footage, project=path, progress=share, cancelled=cancelled)
        done += footage.size
    return compared


def examine(
    session: ProjectSession,
    footage: Footage,
    path: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Found:
    """Reads the file at `path` to see whether it is the footage; its size tells first.

    Raises `FootageError` when it is another file or cannot be read, `Cancelled` when asked to
    stop.
    """
    refuse_what_is_no_file(path)
    name = PurePosixPath(footage.path).name
    size = path.stat().st_size
    if size != footage.size:
        raise FootageError(
            f"{path} is another file: it has {size:,} bytes, and {name} had {footage.size:,} when "
            "the project took it up. Choose the original."
        )
    if not footage.sha256:
        raise FootageError(f"{name} was never hashed, so no file can be known to be it.")
    read = hashed(path, progress=progress, cancelled=cancelled)
    if read.sha256 != footage.sha256:
        raise FootageError(
            f"{path} is another file: its SHA-256 begins {read.sha256[:_SHOWN]}, and that of "
            f"{name} began {footage.sha256[:_SHOWN]} when the project took it up. Choose the "
            "original."
        )
    return found_at(session, footage, path, read)


def found_at(session: ProjectSession, footage: Footage, path: Path, read: Hashed) -> Found:
    """What `follow` needs of a file whose hash is the footage's."""
    stored = stored_path(path, project=session.path)
    with suppress(FootageError, OSError):
        # Where that is the place already, links on the way stay as they were written.
        if located(footage, project=session.path).samefile(path):
            stored = footage.path
    return Found(path=path, stored=stored, modified_ns=read.modified_ns)


def follow(footage: Footage, found: Found) -> Edit:
    """The edit after which the project refers to the footage where it was found."""
    after = replace(footage, path=found.stored, modified_ns=found.modified_ns)
    label = f"{FOUND_AT}{found.stored}"
    if after.path == footage.path:
        label = f"{found.path.name}{SAME_CONTENT}"
    return Edit(
        label=label,
        changes=(
            Change(entity="footage", id=footage.id, before=row_of(footage), after=row_of(after)),
        ),
    )


def relink(
    session: ProjectSession,
    footage: Footage,
    path: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Changes:
    """Refers to the footage at `path` from now on, and takes up its date; raises as `examine`."""
    found = examine(session, footage, path, progress=progress, cancelled=cancelled)
    return session.do(follow(footage, found))


def find_nearby(
    session: ProjectSession,
    footage: Footage,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Found | None:
    """The footage under whatever name in the project's folder, in the one where it was, or in
    their subfolders.

    Only files of its size are read, those of its name first. Raises `Cancelled` when asked to
    stop.
    """
    name = PurePosixPath(footage.path).name
    files = sorted(
        _files_like(footage, _folders(session, footage), cancelled),
        key=lambda path: (path.name != name, path),
    )
    for number, path in enumerate(files):
        share = _share(progress, number / len(files), 1 / len(files))
        with suppress(FootageError):
            return examine(session, footage, path, progress=share, cancelled=cancelled)
    return None


def _folders(session: ProjectSession, footage: Footage) -> list[Path]:
    folders = [session.path.parent.resolve()]
    with suppress(FootageError):
        folders.append(place_of(footage, project=session.path).parent)
    return list(dict.fromkeys(folders))


def _files_like(footage: Footage, folders: list[Path], cancelled: Asked | None) -> Iterator[Path]:
    """Files of the footage's size, each once; folders that cannot be read have none."""
    listed: set[Path] = set()
    deeper: list[Path] = []
    for level in (folders, deeper):
        for folder in level:
            if folder in listed:
                continue
            listed.add(folder)
            for entry in _entries(folder, cancelled):
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        if level is folders:
                            deeper.append(Path(entry.path))
                    elif entry.is_file() and entry.stat().st_size == footage.size:
                        yield Path(entry.path)


def _entries(folder: Path, cancelled: Asked | None) -> Iterator["os.DirEntry[str]"]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if cancelled is not None and cancelled():
                raise Cancelled
            yield entry


def _share(progress: Progress | None, start: float, part: float) -> Progress | None:
    if progress is None:
        return None
    return lambda done: progress(start + done * part)
