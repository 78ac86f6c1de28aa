"""The formats there are. A new one is a module with these four names, added to `FORMATS`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import csv_timeline
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked, Progress


class ExchangeFormat(Protocol):
    """What a format's module has. `ENDINGS` are the file endings that leave no doubt."""

    NAME: str
    ENDINGS: tuple[str, ...]

    def write(
        self,
        project: Project,
        out: Path,
        *,
        raw: bool = False,
        compared: Mapping[str, Comparison] | None = None,
        left_out: Sequence[str] = (),
        progress: Progress | None = None,
        cancelled: Asked | None = None,
    ) -> list[Path]:
        """The paths written. `compared` has, by a footage's id, how its file compares with what
        the project took up; left out, nobody has looked. `left_out` are sentences on what is not
        in the project.

        Raises `ExchangeError` or `Cancelled`, with nothing changed.
        """

    def read(self, path: Path, *, raw: bool | None = None) -> Timeline:
        """Raises `ExchangeError` that says where the file is wrong."""


FORMATS: dict[str, ExchangeFormat] = {csv_timeline.NAME: csv_timeline}


def format_of(path: Path, *, name: str | None = None) -> ExchangeFormat:
    """The format called `name`, else that of the file's ending; `ExchangeError` for neither."""
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise ExchangeError(f"There is no format {name!r}; there is {known}.")
        return FORMATS[name]
    for candidate in FORMATS.values():
        if path.suffix.lower() in candidate.ENDINGS:
            return candidate
    raise ExchangeError(
        f"The ending of {path.name} does not say what format it is; name one of {known}."
    )
