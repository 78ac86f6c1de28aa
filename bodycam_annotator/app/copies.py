"""A copy of a project elsewhere, with the edits that the project itself cannot take now."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from bodycam_annotator.app.footage import stored_path
from bodycam_annotator.app.projects import ENDING
from bodycam_annotator.errors import NotWrittenError, ProjectError
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.copying import copy_moment
from bodycam_annotator.storage.publishing import publish
from bodycam_annotator.storage.session import ProjectSession


def copy_project(
    project: Path,
    out: Path,
    *,
    coder: str,
    edits: Sequence[tuple[Edit, str]] = (),
    cancelled: Asked | None = None,
) -> Path:
    """Writes `out`, which must not exist, and returns it. The log goes on in it.

    `edits`, each with its playback speed, are made in the copy. It refers to footage by its own
    place. Raises `ProjectError` when it cannot be written or the project cannot be read,
    `EditError` when an edit does not fit; there is no copy then.
    """
    project, out = project.absolute(), out.absolute()
    if out.suffix.lower() != ENDING:
        raise ProjectError(f"A project’s name ends in {ENDING}: write {out.stem}{ENDING}.")
    if os.path.lexists(out):
        raise ProjectError(f"{out} is there already; choose another name.")
    temporary = out.with_name(f".{new_id()}.part")
    try:
        copy_moment(project, temporary, cancelled=cancelled)
        with ProjectSession.open(temporary, coder=coder) as session:
            moved = _moved(session, project, out)
            if moved is not None:
                session.do(moved)
            for edit, speed in edits:
                session.do(edit, speed=speed)
        publish(temporary, out)
    except OSError as error:
        raise NotWrittenError(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return out


def _moved(session: ProjectSession, project: Path, out: Path) -> Edit | None:
    """The edit by which the copy refers to the same files; None where its folder is the same."""
    changes = []
    for footage in session.project.footage.values():
        path = Path(os.path.normpath(project.parent.resolve() / PurePosixPath(footage.path)))
        after = replace(footage, path=stored_path(path, project=out))
        if after != footage:
            changes.append(
                Change(entity="footage", id=footage.id, before=row_of(footage), after=row_of(after))
            )
    return (
        Edit(label="Copy the project to another folder", changes=tuple(changes))
        if changes
        else None
    )
