"""Makes the files of one export, each with its account, and a manifest of all."""

import logging
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import Drawing
from bodycam_annotator.app.clips.jobs import ClipJob, NotMade, Piece, names_in, plan_jobs
from bodycam_annotator.app.clips.making import Making
from bodycam_annotator.app.clips.outlook import no_room
from bodycam_annotator.app.clips.shown import named
from bodycam_annotator.app.footage import place_of
from bodycam_annotator.app.originals import compare_all
from bodycam_annotator.errors import Cancelled, ExchangeError, UserError
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.clip_names import Names

if TYPE_CHECKING:
    from bodycam_annotator.model.comparison import Comparison

_log = logging.getLogger(__name__)

MANIFEST = "clips"
_HASHING_SHARE = 0.1

STOPPED = "stopped before it was made"


@dataclass(frozen=True, kw_only=True)
class ClipsReport:
    """The files written, the manifest last, where there is one; sentences on what was not made and
    why, and on what all rests on, such as footage that is missing or not what the project took up.
    """

    paths: tuple[Path, ...]
    made: int
    not_made: tuple[str, ...]
    warnings: tuple[str, ...]


class Follower:
    """Who wants to know how an export goes. This one does not; all is called by its thread."""

    def planned(self, jobs: Sequence[ClipJob], not_made: Sequence[NotMade]) -> None:
        """What will be made, in this order."""

    def begun(self, number: int) -> None:
        """The job of that place is being made."""

    def progressed(self, number: int, share: float) -> None:
        """How far it is, from 0 to 1."""

    def ended(self, number: int, why_not: str = "", notes: Sequence[str] = ()) -> None:
        """It is made, or there is a sentence on why not. `notes`: sentences on what is not as
        filmed, or not drawn in full."""

    def listed(self, manifest: Path) -> None:
        """The manifest is there, of all or of what was made before all was stopped."""

    def skips(self, number: int) -> bool:
        """Whether somebody asked to leave it out."""
        return False


def write_clips(
    project: Project,
    path: Path,
    pieces: Sequence[Piece],
    folder: Path,
    choices: ClipChoices | None = None,
    *,
    coder: str,
    drawing: Drawing | None = None,
    left_out: Sequence[str] = (),
    follower: Follower | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ClipsReport:
    """Makes what is chosen of each piece of the project at `path`, into `folder`.

    The folder is made where it is not there; nothing in it is replaced. The footage is read first
    and compared as for a timeline. What stops one file does not stop the others. `drawing` is
    needed unless nothing is to be burned in. `left_out`: sentences on what is not in the project,
    for the manifest. Raises `ExchangeError` when the folder cannot be written or has no room, or
    the choices cannot be; `Cancelled` when asked to stop: files that are whole by then stay, with a
    manifest. Where all was stopped before a file was made, none is written.
    """
    choices, follower = choices or ClipChoices(), follower or Follower()
    if choices.look is not None and drawing is None:
        raise ValueError("nothing can be burned in without a drawing")
    jobs, none = plan_jobs(project, path, pieces, folder, choices, cancelled=cancelled)
    follower.planned(jobs, none)
    _make_folder(folder, sum(job.likely_bytes for job in jobs))
    compared = _compared(project, path, jobs, progress, cancelled)
    making = Making(project, path, choices, coder=coder, compared=compared, drawing=drawing)
    export = _Export(project, making, jobs, follower, progress, cancelled)
    not_made = [f"{_called(project, one.piece)}, {one.make}: {one.why}" for one in none]
    warnings = [*(one.problem for one in compared.values() if one.problem), *left_out]
    manifest: Path | None = None
    try:
        export.run()
    finally:
        not_made += export.not_made
        if making.made or none or not export.only_stopped:
            try:
                manifest = making.write_manifest(
                    _manifest(folder),
                    not_made=[_nameless(one, project, path) for one in not_made],
                    warnings=[_nameless(one, project, path) for one in warnings],
                )
            except ExchangeError as error:
                not_made.append(str(error))
        if manifest is not None:
            follower.listed(manifest)
    return ClipsReport(
        paths=(*making.paths, *([manifest] if manifest else [])),
        made=making.made,
        not_made=tuple(not_made),
        warnings=tuple(warnings),
    )


class _Export:
    """Works through the jobs one after another: each keeps all cores busy."""

    def __init__(
        self,
        project: Project,
        making: Making,
        jobs: Sequence[ClipJob],
        follower: Follower,
        progress: Progress | None,
        cancelled: Asked | None,
    ) -> None:
        self._project, self._making, self._jobs = project, making, jobs
        self._follower, self._progress, self._cancelled = follower, progress, cancelled
        self._pictures = max(1, sum(job.pictures for job in jobs))
        self.not_made: list[str] = []
        self.only_stopped = True

    def run(self) -> None:
        """Raises `Cancelled` when all was stopped."""
        done = 0
        for number, job in enumerate(self._jobs):
            try:
                self._refuse_stopped(number)
                self._follower.begun(number)
                notes = self._making.make(
                    job,
                    progress=partial(self._tell, number, job, done),
                    cancelled=partial(self._is_stopped, number),
                )
            except Cancelled:
                self._leave(number, job, STOPPED)
                if self._cancelled is not None and self._cancelled():
                    for later, other in list(enumerate(self._jobs))[number + 1 :]:
                        self._leave(later, other, STOPPED)
                    raise
            except UserError as error:
                self._leave(number, job, str(error))
            except Exception as error:
                _log.exception("a bug of ours while making %s", job.out.name)
                self._leave(number, job, f"a fault in this program: {error!r}")
            else:
                self._follower.ended(number, notes=notes)
            done += job.pictures
            self._tell(number, job, done, 0)

    def _refuse_stopped(self, number: int) -> None:
        if self._is_stopped(number):
            raise Cancelled

    def _is_stopped(self, number: int) -> bool:
        everything = self._cancelled is not None and self._cancelled()
        return everything or self._follower.skips(number)

    def _leave(self, number: int, job: ClipJob, why: str) -> None:
        self.not_made.append(f"{job.out.name}: {why}")
        self.only_stopped = self.only_stopped and why == STOPPED
        self._follower.ended(number, why)

    def _tell(self, number: int, job: ClipJob, done: int, share: float) -> None:
        if share:
            self._follower.progressed(number, share)
        if self._progress is not None:
            part = (done + job.pictures * share) / self._pictures
            self._progress(_HASHING_SHARE + (1 - _HASHING_SHARE) * part)


def _compared(
    project: Project,
    path: Path,
    jobs: Sequence[ClipJob],
    progress: Progress | None,
    cancelled: Asked | None,
) -> "Mapping[str, Comparison]":
    """How the footage that the jobs are of compares."""
    wanted = {job.footage.id: job.footage for job in jobs}

    def hashing(part: float) -> None:
        if progress is not None:
            progress(part * _HASHING_SHARE)

    only = replace(project, footage=wanted)
    return compare_all(only, path, progress=hashing, cancelled=cancelled)


def _nameless(sentence: str, project: Project, path: Path) -> str:
    """Without the folders of this computer, which are nobody's business who gets the clips."""
    for footage in project.footage.values():
        with suppress(UserError):
            place = place_of(footage, project=path)
            sentence = sentence.replace(str(place), place.name)
    return sentence


def _called(project: Project, piece: Piece) -> str:
    """The piece in a sentence, where it has no file name."""
    tag = piece.tag
    name = named(project, piece)
    return name if tag is None else f"{name} (tag {tag.id})"


def _manifest(folder: Path) -> Path:
    name = Names(names_in(folder)).new("{code}", {"code": MANIFEST}, ending=".json")
    return folder / name


def _make_folder(folder: Path, needed: int) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise ExchangeError(
            f"{folder} cannot be used: {error.strerror or error}. Choose another folder."
        ) from error
    if problem := no_room(folder, needed, free):
        raise ExchangeError(problem)
