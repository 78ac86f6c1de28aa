"""Clips of tags: one for each, all in one folder, each with its account, and a manifest of all."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bodycam_annotator.app.footage import located
from bodycam_annotator.app.originals import compare_all
from bodycam_annotator.errors import Cancelled, ExchangeError, UserError
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings
from bodycam_annotator.publish.clip_names import DEFAULT, check_template, clip_name
from bodycam_annotator.timing import clock_text

if TYPE_CHECKING:
    from bodycam_annotator.media.probe import FootageFacts
    from bodycam_annotator.publish.clip_account import Provenance
    from bodycam_annotator.publish.clip_plan import ClipPlan
    from bodycam_annotator.publish.clip_span import ClipSpan
    from bodycam_annotator.publish.clip_writer import Overlay, Source

MANIFEST = "clips"
_HASHING_SHARE = 0.1
_SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ClipChoices:
    """`before_ns` and `after_ns` are handles; `name` is a template of `clip_names`."""

    before_ns: int = 0
    after_ns: int = 0
    name: str = DEFAULT
    settings: ClipSettings = field(default_factory=ClipSettings)


@dataclass(frozen=True, kw_only=True)
class ClipJob:
    """One clip that is to be made: of `tag`, showing `span`, with the `tags` that lie in it."""

    tag: Tag
    tags: tuple[Tag, ...]
    footage: Footage
    facts: "FootageFacts"
    span: "ClipSpan"
    plan: "ClipPlan"
    out: Path
    likely_bytes: int


@dataclass(frozen=True, kw_only=True)
class ClipsReport:
    """The files written, and by tag's id why a clip was not; a sentence for each footage that is
    missing or not what the project took up."""

    paths: tuple[Path, ...]
    failed: Mapping[str, str]
    warnings: tuple[str, ...]


Drawing = Callable[[ClipJob], "Overlay | None"]
"""Makes what is drawn on a clip; None draws nothing."""


def plan_clips(
    project: Project,
    path: Path,
    tags: Sequence[Tag],
    folder: Path,
    choices: ClipChoices,
    *,
    cancelled: Asked | None = None,
) -> tuple[list[ClipJob], dict[str, str]]:
    """A job for each tag of the project at `path`, and why there is none for the others.

    Raises `ExchangeError` where the name is no template or there is no tag, `Cancelled` when asked
    to stop.
    """
    from bodycam_annotator.media.stored_index import footage_facts
    from bodycam_annotator.publish.clip_plan import Run, plan_clip
    from bodycam_annotator.publish.clip_span import clip_span
    from bodycam_annotator.publish.clip_writer import likely_bytes

    check_template(choices.name)
    if not tags:
        raise ExchangeError("There is no such tag, so there is no clip to make.")
    form = FORMS[choices.settings.form]
    jobs: list[ClipJob] = []
    failed: dict[str, str] = {}
    known: dict[str, FootageFacts] = {}
    for number, tag in enumerate(tags, 1):
        footage = project.footage[tag.footage_id]
        try:
            if footage.id not in known:
                place = located(footage, project=path)
                known[footage.id] = footage_facts(place, stream=footage.stream, cancelled=cancelled)
            facts = known[footage.id]
            span = clip_span(
                facts.index,
                tag.start_ns,
                tag.end_ns,
                before_ns=choices.before_ns,
                after_ns=choices.after_ns,
            )
        except UserError as error:
            failed[tag.id] = str(error)
            continue
        track = facts.audio if choices.settings.sound else None
        plan = plan_clip(facts.index, [Run(first=span.first, last=span.last)], form, track)
        taken = [one.out.name for one in jobs]
        name = clip_name(
            choices.name, _fields(project, tag, number), ending=form.ending, taken=taken
        )
        jobs.append(
            ClipJob(
                tag=tag,
                tags=_within(project, footage, span),
                footage=footage,
                facts=facts,
                span=span,
                plan=plan,
                out=folder / name,
                likely_bytes=likely_bytes(plan, facts.width, facts.height, choices.settings),
            )
        )
    return jobs, failed


def write_clips(
    project: Project,
    path: Path,
    tags: Sequence[Tag],
    folder: Path,
    choices: ClipChoices | None = None,
    *,
    coder: str,
    drawing: Drawing | None = None,
    burned_in: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ClipsReport:
    """Writes a clip for each tag into `folder`, which is made where it is not there.

    Footage is hashed first as for a timeline. What stops one clip does not stop the others. Files
    of those names are replaced. `drawing` makes what is laid over each clip, and `burned_in` says
    it for the accounts. Raises `ExchangeError` when the folder cannot be written or has no room,
    `Cancelled` when asked to stop: clips that are whole by then stay, with their accounts.
    """
    choices = choices or ClipChoices()
    jobs, failed = plan_clips(project, path, tags, folder, choices, cancelled=cancelled)
    _make_folder(folder, sum(job.likely_bytes for job in jobs))

    def hashing(part: float) -> None:
        if progress:
            progress(part * _HASHING_SHARE)

    compared = compare_all(project, path, progress=hashing, cancelled=cancelled)
    batch = _Batch(project, choices, compared, coder, dict(burned_in or {}))
    frames = max(1, sum(len(job.plan.frames) for job in jobs))
    done = 0
    for job in jobs:
        share = len(job.plan.frames) / frames

        def writing(part: float, before: float = done / frames, share: float = share) -> None:
            if progress:
                progress(_HASHING_SHARE + (1 - _HASHING_SHARE) * (before + part * share))

        try:
            batch.write(job, drawing(job) if drawing else None, writing, cancelled)
        except Cancelled:
            batch.write_manifest(folder)
            raise
        except UserError as error:
            failed[job.tag.id] = str(error)
        done += len(job.plan.frames)
    batch.write_manifest(folder)
    return ClipsReport(
        paths=tuple(batch.paths),
        failed=failed,
        warnings=tuple(one.problem for one in compared.values() if one.problem),
    )


class _Batch:
    """What was written of one export."""

    def __init__(
        self,
        project: Project,
        choices: ClipChoices,
        compared: Mapping[str, Comparison],
        coder: str,
        burned_in: Mapping[str, object],
    ) -> None:
        self._project, self._choices, self._compared = project, choices, compared
        self._coder, self._burned_in = coder, burned_in
        self._sources: dict[str, Source] = {}
        self._accounts: dict[str, Mapping[str, object]] = {}
        self.paths: list[Path] = []

    def write(
        self,
        job: ClipJob,
        overlay: "Overlay | None",
        progress: Progress,
        cancelled: Asked | None,
    ) -> None:
        from bodycam_annotator.publish.clip_account import account_of, write_account
        from bodycam_annotator.publish.clip_writer import write_clip

        source = self._source(job)
        written = write_clip(
            source,
            list(job.plan.segments),
            job.out,
            self._choices.settings,
            overlay=overlay,
            progress=progress,
            cancelled=cancelled,
        )
        account = account_of(written, source, self._provenance(job))
        beside = write_account(account, job.out)
        self._accounts[beside.name] = account
        self.paths += [job.out, beside]

    def write_manifest(self, folder: Path) -> None:
        from bodycam_annotator.publish.clip_account import manifest_of, write_manifest

        if self._accounts:
            self.paths.append(
                write_manifest(manifest_of(self._accounts), folder / f"{MANIFEST}.json")
            )

    def _source(self, job: ClipJob) -> "Source":
        from bodycam_annotator.publish.clip_sound import places_of
        from bodycam_annotator.publish.clip_writer import Source

        if job.footage.id not in self._sources:
            facts = job.facts
            wanted = facts.audio if self._choices.settings.sound else None
            places = None if wanted is None else places_of(facts.path, wanted)
            self._sources[job.footage.id] = Source(
                path=facts.path, index=facts.index, track=wanted, places=places
            )
        return self._sources[job.footage.id]

    def _provenance(self, job: ClipJob) -> "Provenance":
        from bodycam_annotator.publish.clip_account import Provenance

        project, compared = self._project, self._compared.get(job.footage.id)
        book = project.codebooks.get(job.tag.codebook)
        return Provenance(
            source_sha256=job.footage.sha256,
            source_verified_utc=compared.verified_utc if compared is not None else None,
            incident=project.incident.name,
            camera=project.camera_of(job.footage.id).name,
            asked={
                "start_ns": job.tag.start_ns,
                "end_ns": job.tag.end_ns,
                "before_ns": self._choices.before_ns,
                "after_ns": self._choices.after_ns,
            },
            tags=job.tags,
            burned_in=self._burned_in,
            coder=self._coder,
            codebook=job.tag.codebook.partition("@")[0],
            codebook_version=str(book.version) if book is not None else "",
            audit_head=project.audit_head,
            audit_entries=project.audit_entries,
        )


def _within(project: Project, footage: Footage, span: "ClipSpan") -> tuple[Tag, ...]:
    """Standing tags that lie in the span at least in part, by their starts."""
    found = [
        tag
        for tag in project.standing_tags
        if tag.footage_id == footage.id
        and tag.start_ns < span.end_ns
        and max(tag.end_ns, tag.start_ns + 1) > span.start_ns
    ]
    return tuple(sorted(found, key=lambda tag: (tag.start_ns, tag.end_ns, tag.id)))


def _fields(project: Project, tag: Tag, number: int) -> dict[str, str]:
    footage = project.footage[tag.footage_id]
    return {
        "incident": project.incident.name,
        "camera": project.camera_of(footage.id).name or PurePosixPath(footage.path).stem,
        "code": tag.code,
        "n": f"{number:03d}",
        "start": clock_text(tag.start_ns - footage.first_ns),
        "speaker": tag.speaker,
    }


def _make_folder(folder: Path, needed: int) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise ExchangeError(
            f"{folder} cannot be used: {error.strerror or error}. Choose another folder."
        ) from error
    if free < needed + _SPARE_BYTES:
        raise ExchangeError(
            f"The clips need about {needed / 1e6:.0f} MB, and {folder} has room for "
            f"{free / 1e6:.0f} MB. Choose another folder, or fewer or smaller clips."
        )
