"""A copy of a project elsewhere, with the edits that the project itself cannot take now."""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from bodycam_annotator.app.footage import located, stored_path
from bodycam_annotator.app.projects import ENDING
from bodycam_annotator.errors import FootageError, NotWrittenError, ProjectError
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.audit import Head
from bodycam_annotator.storage.carving import SIDE_FILES
from bodycam_annotator.storage.copying import copy_moment
from bodycam_annotator.storage.publishing import publish, publish_over
from bodycam_annotator.storage.session import ProjectSession


def copy_project(
    project: Path,
    out: Path,
    *,
    coder: str,
    edits: Sequence[tuple[Edit, str]] = (),
    known: Head | None = None,
    replace: bool = False,
    cancelled: Asked | None = None,
) -> Path:
    """Writes `out`, with a project's ending if it has none, and returns it. The log goes on in it.

    `edits`, each with its playback speed, are made in the copy. It refers to footage by its own
    place. `known` is the end of the log that the file must hold: another may have been copied over
    it. What is at `out` is only replaced when `replace` is given and `out` has the ending,
    at once and as a whole; never the project itself or footage.

    Raises `ProjectError` when it cannot be written or the project cannot be read, `EditError` when
    an edit does not fit; nothing is changed then.
    """
    project, out = project.absolute(), out.absolute()
    if out.suffix.lower() != ENDING:
        out, replace = out.with_name(f"{out.name}{ENDING}"), False
    _refuse_existing(project, out, replace=replace)
    temporary = out.with_name(f".{new_id()}.part")
    try:
        copy_moment(project, temporary, cancelled=cancelled)
        with ProjectSession.open(temporary, coder=coder) as session:
            _refuse_another(session, project, known)
            if replace:
                _refuse_footage(session, project, out)
            moved = _moved(session, project, out)
            if moved is not None:
                session.do(moved)
            for edit, speed in edits:
                session.do(edit, speed=speed)
        (publish_over if replace else publish)(temporary, out)
    except FileExistsError as error:
        raise _there_already(out) from error
    except OSError as error:
        raise NotWrittenError(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return out


def _there_already(out: Path) -> ProjectError:
    return ProjectError(f"“{out.name}” is in {out.parent} already; choose another name.")


def _refuse_existing(project: Path, out: Path, *, replace: bool) -> None:
    if not os.path.lexists(out):
        return
    if out.exists() and out.samefile(project):
        raise ProjectError(f"“{out.name}” is the project itself; choose another name for the copy.")
    if not replace:
        raise _there_already(out)
    if out.is_dir():
        raise ProjectError(f"“{out.name}” is a folder; choose another name.")
    if any(os.path.lexists(f"{out}{ending}") for ending in SIDE_FILES):
        # SQLite would take what is beside it for the copy's.
        raise ProjectError(
            f"“{out.name}” is in use, or was not closed properly, so it is not replaced. Close it, "
            "or choose another name."
        )


def _refuse_another(session: ProjectSession, project: Path, known: Head | None) -> None:
    if known is None or known.seq == 0:
        return
    found = session.history(after=known.seq - 1)[:1]
    if not found or found[0].hash != known.hash:
        raise NotWrittenError(
            f"{project} is another file than the one that was open here: it lacks what was saved "
            f"up to entry {known.seq}, so no copy was made. Put the right one back."
        )


def _refuse_footage(session: ProjectSession, project: Path, out: Path) -> None:
    for footage in session.project.footage.values():
        try:
            same = out.exists() and out.samefile(located(footage, project=project))
        except FootageError:
            continue
        if same:
            raise ProjectError(f"“{out.name}” is footage of the project; choose another name.")


def _moved(session: ProjectSession, project: Path, out: Path) -> Edit | None:
    """The edit by which the copy refers to the same files; None where its folder is the same."""
    changes = []
    for footage in session.project.footage.values():
        path = Path(os.path.normpath(project.parent.resolve() / PurePosixPath(footage.path)))
        after = dataclasses.replace(footage, path=stored_path(path, project=out))
        if after != footage:
            changes.append(
                Change(entity="footage", id=footage.id, before=row_of(footage), after=row_of(after))
            )
    return (
        Edit(label="Copy the project to another folder", changes=tuple(changes))
        if changes
        else None
    )
