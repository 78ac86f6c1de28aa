"""Writing measured intervals to a file."""

from pathlib import Path

from bodycam_annotator.app.exporting import Exported, refuse_replacing
from bodycam_annotator.app.originals import compare_all
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import intervals_csv
from bodycam_annotator.exchange.sidecar import sidecar_of
from bodycam_annotator.model.intervals import Question, answer
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked, Progress


def export_intervals(
    project: Project,
    path: Path,
    question: Question,
    out: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Exported:
    """Measures what is asked in the project that is at `path` and writes it to `out` as CSV.

    All footage is hashed first as for the timeline. `Exported.tags` counts the intervals. May run
    in any thread. Raises `ExchangeError` when there is nothing to write, `out` cannot be written
    or it would replace a project or footage, `Cancelled` when asked to stop.
    """
    for target in (out, sidecar_of(out)):
        refuse_replacing(project, path, target)
    intervals = answer(project, question)
    if not intervals:
        raise ExchangeError("There are no such intervals, so nothing was written.")
    compared = compare_all(project, path, progress=progress, cancelled=cancelled)
    paths = intervals_csv.write(project, question, intervals, out, compared=compared)
    return Exported(
        paths=tuple(paths),
        tags=len(intervals),
        of_tags=len(intervals),
        audit_head=project.audit_head,
        audit_entries=project.audit_entries,
        compared=compared,
    )
