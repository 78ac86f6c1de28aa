"""What an export would come to: told before it is made."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import ClipJob, NotMade, Piece, plan_jobs
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.clip_forms import Make

SPARE_BYTES = 64 * 1024 * 1024
"""That are left where clips are written."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What all files of a kind hold together.

    `pictures`: 0 for sound. `lasts_ns`: how long they play, with card, freeze and slow motion.
    None where they do not play, and for sound, which need not end with a frame.
    """

    files: int
    pictures: int
    lasts_ns: int | None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`held`: the files of each kind. `likely_bytes`: rather too much than too little.
    `free_bytes`: None where nobody knows. `problem`: a sentence on why nothing can be written
    there."""

    held: Mapping[Make, Held]
    likely_bytes: int
    free_bytes: int | None
    first_name: str
    not_made: tuple[NotMade, ...]
    problem: str


def look_ahead(
    project: Project,
    path: Path,
    pieces: Sequence[Piece],
    folder: Path,
    choices: ClipChoices,
    *,
    cancelled: Asked | None = None,
) -> Outlook:
    """What `write_clips` would make of these, without reading pictures. Raises as `plan_jobs`."""
    jobs, not_made = plan_jobs(project, path, pieces, folder, choices, cancelled=cancelled)
    needed = sum(job.likely_bytes for job in jobs)
    there = _nearest(folder)
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        free = None
    problem = "" if free is None else no_room(folder, needed, free)
    if not os.access(there, os.W_OK | os.X_OK):
        problem = f"{there} cannot be written to. Choose another folder."
    return Outlook(
        held=_held(jobs, choices),
        likely_bytes=needed,
        free_bytes=free,
        first_name=jobs[0].out.name if jobs else "",
        not_made=tuple(not_made),
        problem=problem,
    )


def _held(jobs: Sequence[ClipJob], choices: ClipChoices) -> dict[Make, Held]:
    by_make: dict[Make, list[ClipJob]] = {}
    for job in jobs:
        by_make.setdefault(job.make, []).append(job)
    return {
        make: Held(
            files=len(mine),
            pictures=0 if make is Make.SOUND else sum(job.pictures for job in mine),
            lasts_ns=_lasting(make, mine, choices),
        )
        for make, mine in by_make.items()
    }


def _lasting(make: Make, jobs: Sequence[ClipJob], choices: ClipChoices) -> int | None:
    if make not in (Make.CLIP, Make.PREVIEW):
        return None
    filmed = sum(job.span.end_ns - job.span.start_ns for job in jobs)
    if make is Make.PREVIEW:
        return filmed
    still = choices.card_ns + choices.freeze_ns
    return filmed * (1 + sum(choices.slower)) + still * len(jobs)


def no_room(folder: Path, needed: int, free: int) -> str:
    """A sentence where so many bytes do not find room; empty where they do."""
    if free >= needed + SPARE_BYTES:
        return ""
    return (
        f"They may need {needed / 1e6:.0f} MB, and {folder} has room for "
        f"{free / 1e6:.0f} MB. Choose another folder, or fewer or smaller clips."
    )


def _nearest(folder: Path) -> Path:
    """The folder, or the one that it would be made in."""
    folder = folder.absolute()
    return next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
