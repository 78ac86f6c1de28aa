"""A project opened by a command, and what can be done when it is damaged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bodycam_annotator.errors import DamagedError, ProjectError

if TYPE_CHECKING:
    from bodycam_annotator.storage.session import ProjectSession


@contextmanager
def opened(project: Path, *, coder: str | None = None) -> Iterator["ProjectSession"]:
    """As `app.open_project`, for the coder or whoever works here; damage is told with the way out,
    also when it only shows later."""
    from bodycam_annotator import app

    with (
        way_out(project),
        app.open_project(project, coder=coder or app.coder_name()) as session,
    ):
        yield session


@contextmanager
def way_out(project: Path) -> Iterator[None]:
    """Says of a project that is found damaged how to have it back. It must not be open any more
    when the block ends."""
    try:
        yield
    except DamagedError as error:
        raise DamagedError(f"{error} {how_to_have_back(project)}") from error


def how_to_have_back(project: Path) -> str:
    """A sentence on the newest backup of a damaged project; empty when it is not damaged."""
    from bodycam_annotator import app

    try:
        recovery = app.find_recovery(project)
    except ProjectError as error:
        return str(error)
    if recovery is None:
        return ""
    which = "Its newest sound backup is"
    if recovery.of_another:
        which = "It has no backup of its own; of an earlier project of the same name there is"
    return (
        f"{which} {recovery.backup}. Open {project} in the window to be told what can be had back, "
        "and choose “Open what there is”."
    )
