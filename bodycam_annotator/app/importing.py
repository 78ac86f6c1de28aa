"""Taking tags from a file of another program into a project: all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bodycam_annotator.app.imported_codes import (
    CodeInFile,
    codes_in_file,
    codes_meant,
    with_proposed,
)
from bodycam_annotator.app.imported_rows import RowReader
from bodycam_annotator.app.imported_tiers import tiers_settled
from bodycam_annotator.errors import Cancelled, CodebookError, EditError, ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Format
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Changes, Edit, row_of
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.repository import codebook_row
from bodycam_annotator.storage.session import ProjectSession

_REPORT_EVERY = 100


@dataclass(frozen=True, kw_only=True)
class ImportChoices:
    """What the person says about the file; left out, the file is asked.

    `raw` says that texts are as they were, with no apostrophes to take off. `camera` names the
    footage that all tags are of. `columns` are the file's columns by what they are called here,
    `codes` ids of the codebook by what the file calls them, `code` what all rows have for a code.
    `encoding` is what a table's text is in that is not UTF-8.
    """

    format: str | None = None
    raw: bool | None = None
    camera: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """How many tags are new, changed or already the same; what a table calls its columns, and
    those of them that are not known; the codes; and sentences on how the file is taken, if there
    is something to say."""

    added: int
    changed: int
    unchanged: int
    names: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    codes: tuple[CodeInFile, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """What an import would do to the project whose newest audit entry has the hash `audit_head`.

    `tags` are what is there of each (None: nothing) and what the import makes of it; `edit` is
    None when that is no change.
    """

    file: Path
    format: Format
    audit_head: str
    edit: Edit | None
    tags: tuple[tuple[Tag | None, Tag], ...]
    report: ImportReport


def import_file(
    session: ProjectSession,
    file: Path,
    choices: ImportChoices | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ImportReport:
    """Adds the file's tags in one edit, and changes those whose id the project has already.

    Raises `ExchangeError` that names the row and changes nothing, `Cancelled` when asked to stop.
    """
    plan = plan_import(session, file, choices, progress=progress, cancelled=cancelled)
    apply_import(session, plan)
    return plan.report


def plan_import(
    session: ProjectSession,
    file: Path,
    choices: ImportChoices | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ImportPlan:
    """What `import_file` would do, without doing it; errors as there."""
    choices = choices or ImportChoices()
    chosen = formats.format_to_read(file, name=choices.format)
    _refuse_columns(chosen, choices)
    source, timeline = formats.read(
        file,
        chosen,
        raw=choices.raw,
        columns=choices.columns,
        code=choices.code,
        encoding=choices.encoding,
    )
    project, along, unknown = _with_codebooks(session.project, timeline)
    timeline, tiers = tiers_settled(timeline, project.codebook, choices.codes)
    meant = codes_meant(project, timeline, choices.codes)
    project, new_book = with_proposed(project, timeline, meant)
    reader = RowReader(
        session=session,
        project=project,
        file=file,
        timeline=timeline,
        codes=meant,
        camera=choices.camera,
        cancelled=cancelled,
    )
    pairs = _pairs(reader, progress)
    changes = [*along, *new_book, *_tag_changes(pairs)]
    # A file may say who tagged and when; the log then says which file it was.
    label = f"Import {file.name} (SHA-256 {source.sha256})"
    added = sum(before is None for before, _ in pairs)
    unchanged = sum(before == after for before, after in pairs)
    return ImportPlan(
        file=file,
        format=chosen,
        audit_head=session.project.audit_head,
        edit=Edit(label=label, changes=tuple(changes)) if changes else None,
        tags=tuple(pairs),
        report=ImportReport(
            added=added,
            changed=len(pairs) - added - unchanged,
            unchanged=unchanged,
            names=timeline.names,
            ignored=timeline.ignored,
            codes=codes_in_file(session.project, timeline, meant),
            notices=tuple(
                one
                for one in (timeline.notice, tiers, *unknown, *reader.remarks.sentences())
                if one
            ),
        ),
    )


def _refuse_columns(chosen: Format, choices: ImportChoices) -> None:
    if not chosen.columns and (choices.columns or choices.encoding or choices.code):
        raise ExchangeError(
            f"{chosen.title} is no table, so columns, encoding and one code for all rows cannot be "
            "chosen."
        )


def _pairs(reader: RowReader, progress: Progress | None) -> list[tuple[Tag | None, Tag]]:
    """What is there of each row's tag, and what the row makes of it."""
    rows, cancelled = reader.timeline.rows, reader.cancelled
    pairs = []
    for number, row in enumerate(rows):
        if number % _REPORT_EVERY == 0:
            if cancelled and cancelled():
                raise Cancelled
            if progress:
                progress(number / len(rows))
        pairs.append(reader.tags_of(row))
    return pairs


def apply_import(session: ProjectSession, plan: ImportPlan) -> Changes | None:
    """Makes the plan's edit; None where there is none to make.

    Raises `EditError`, and changes nothing, when the project has gone on since it was planned.
    """
    if session.project.audit_head != plan.audit_head:
        raise EditError(
            f"The project was changed while {plan.file.name} was looked at, so nothing was "
            "imported. Import it again."
        )
    return None if plan.edit is None else session.do(plan.edit)


def _tag_changes(pairs: list[tuple[Tag | None, Tag]]) -> list[Change]:
    return [
        Change(
            entity="tag",
            id=after.id,
            before=None if before is None else row_of(before),
            after=row_of(after),
        )
        for before, after in pairs
        if before is None or before != after
    ]


def _with_codebooks(
    project: Project, timeline: Timeline
) -> tuple[Project, list[Change], list[str]]:
    """The project with the codebooks that the file brings, the changes that add them, and
    sentences on those that cannot be taken."""
    books = dict(project.codebooks)
    changes: list[Change] = []
    said = []
    used = {row.codebook for row in timeline.rows}
    for label, text in timeline.codebooks.items():
        if label in books or label not in used:
            continue
        try:
            book = Codebook.from_toml(text)
        except CodebookError as error:
            said.append(f"The codebook {label} in the file is not taken: {error}")
            continue
        if book.label == label:
            books[label] = book
            changes.append(
                Change(entity="codebook", id=label, before=None, after=codebook_row(book))
            )
    return replace(project, codebooks=books), changes, said
