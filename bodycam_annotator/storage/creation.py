"""A new project file: there whole or not at all."""

import logging
import os
from pathlib import Path

from bodycam_annotator.errors import ProjectError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.incident import Incident
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.storage import audit, repository
from bodycam_annotator.storage.backups import backups_folder
from bodycam_annotator.storage.connection import connect_new, explained, writing
from bodycam_annotator.storage.origins import note_origin, origin_of
from bodycam_annotator.storage.publishing import publish

_log = logging.getLogger(__name__)


def make_project(path: Path, *, incident: Incident, codebook: Codebook, coder: str) -> None:
    """Writes a project of one incident and its codebook, logged as entry 1.

    It is made under a temporary name in the same folder. Raises `ProjectError` when `path`
    exists or cannot be written, `EditError` when the incident names another codebook.
    """
    temporary = path.with_name(f".{new_id()}.part")
    with explained(path):
        _refuse_existing(path)
        try:
            _make(temporary, incident=incident, codebook=codebook, coder=coder)
            _publish(temporary, path)
            _note_in_backups(path)
        finally:
            temporary.unlink(missing_ok=True)


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise ProjectError(f"{path} already exists. Open it, or choose another name.")


def _make(path: Path, *, incident: Incident, codebook: Codebook, coder: str) -> None:
    edit = Edit(
        label=f"Make the project {incident.name}",
        changes=(
            Change(
                entity="codebook",
                id=codebook.label,
                before=None,
                after=repository.codebook_row(codebook),
            ),
            Change(entity="incident", id=incident.id, before=None, after=row_of(incident)),
        ),
    )
    connection = connect_new(path)
    try:
        with writing(connection):
            entry, text = audit.compose(audit.BEFORE_FIRST, coder=coder, action="create", edit=edit)
            repository.write(connection, entry.changes)
            audit.append(connection, entry, text=text)
    finally:
        connection.close()


def _publish(temporary: Path, path: Path) -> None:
    """Gives a complete file its name, never in the place of another."""
    try:
        publish(temporary, path)
    except FileExistsError:
        _refuse_existing(path)
        raise


def _note_in_backups(path: Path) -> None:
    """Backups that another project of that name has left are none of this one's."""
    folder = backups_folder(path)
    if folder.is_dir():
        try:
            note_origin(folder, origin_of(path))
        except OSError as error:
            _log.warning("%s may be taken for backups of %s: %s", folder, path, error)
