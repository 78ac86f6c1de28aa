"""Taking tags from a file of another program into a project: all of them or none."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import cast

from bodycam_annotator.app.footage import OpenedFootage, open_footage
from bodycam_annotator.app.tagging import TagFields, make_tag
from bodycam_annotator.errors import Cancelled, ExchangeError, UserError
from bodycam_annotator.exchange.formats import format_of
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Status, Tag, new_id, utc_now
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession

_REPORT_EVERY = 100

_COLUMN_OF = {"uncertainty_ns": "uncertainty_s"}
"""Fields that are not called as their columns."""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """How many tags were new, changed or already the same; columns that were not known; and a
    sentence on how the file was taken, if there is something to say."""

    added: int
    changed: int
    unchanged: int
    ignored: tuple[str, ...]
    notice: str


def import_file(
    session: ProjectSession,
    file: Path,
    *,
    format: str | None = None,
    raw: bool | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ImportReport:
    """Adds the file's tags in one edit, and changes those whose id the project has already.

    `raw` says that texts are as they were, with no apostrophes to take off; None asks the file's
    sidecar. Raises `ExchangeError` that names the row and changes nothing, `Cancelled` when asked
    to stop.
    """
    timeline = format_of(file, name=format).read(file, raw=raw)
    reader = _Import(session, file, timeline, cancelled)
    changes: list[Change] = []
    added = 0
    for number, row in enumerate(timeline.rows):
        if number % _REPORT_EVERY == 0:
            if cancelled and cancelled():
                raise Cancelled
            if progress:
                progress(number / len(timeline.rows))
        before, after = reader.tags_of(row)
        added += before is None
        if before is None or before != after:
            changes.append(
                Change(
                    entity="tag",
                    id=after.id,
                    before=None if before is None else row_of(before),
                    after=row_of(after),
                )
            )
    if changes:
        # A file may say who tagged and when; the log then says which file it was.
        label = f"Import {file.name} (SHA-256 {timeline.sha256})"
        session.do(Edit(label=label, changes=tuple(changes)))
    return ImportReport(
        added=added,
        changed=len(changes) - added,
        unchanged=len(timeline.rows) - len(changes),
        ignored=timeline.ignored,
        notice=timeline.notice,
    )


class _Import:
    """One file's rows held against one project."""

    def __init__(
        self, session: ProjectSession, file: Path, timeline: Timeline, cancelled: Asked | None
    ) -> None:
        self._session = session
        self._project = session.project
        self._file = file
        self._columns = timeline.columns
        self._cancelled = cancelled
        self._media: dict[str, OpenedFootage] = {}

    def tags_of(self, row: TimelineRow) -> tuple[Tag | None, Tag]:
        """The project's tag with the row's id, and the tag that the row makes of it."""
        before = self._project.tags.get(row.tag_id or "")
        footage = self._footage_of(row)
        if before is not None and before.footage_id != footage.id:
            raise self._of_another_camera(row, before, footage)
        media = self._opened(footage)
        first_ns = media.footage.first_ns
        fields = self._fields(row, before)
        kind = self._kind(row, fields["codebook"])
        is_mark = kind is Kind.POINT and row.end_ns == row.start_ns
        try:
            after = make_tag(
                self._project,
                media.footage,
                media.index,
                code=row.code,
                start_ns=first_ns + row.start_ns,
                end_ns=None if is_mark else first_ns + row.end_ns,
                coder=row.coder or (before.coder if before else self._session.coder),
                sound=media.sound,
                on_frame=_meant_frame(row, before, media),
                **fields,
            )
        except UserError as error:
            raise self._wrong(row, str(error)) from error
        after = _with_meant_end(after, row, before, media)
        self._compare(row, after, media)
        return before, after if before is None else _settled(before, after)

    def _footage_of(self, row: TimelineRow) -> Footage:
        """By hash, else by file name and camera, else the only footage."""
        every = list(self._project.footage.values())
        if row.media_sha256 is not None:
            found = [one for one in every if one.sha256 == row.media_sha256]
            column, wanted = "media_sha256", f"with the hash {row.media_sha256[:12]}..."
        else:
            found = [one for one in every if self._fits(one, row)]
            column = "media_file" if row.media_file else "camera"
            wanted = f"{row.media_file or ''} of the camera {row.camera or 'not named'}"
        if len(found) == 1:
            return found[0]
        known = ", ".join(
            f"{PurePosixPath(one.path).name} of {self._project.camera_of(one.id).name}"
            for one in every
        )
        why = "is more than one" if found else "is no"
        raise self._wrong(
            row, f"there {why} footage {wanted} in the project; it has {known}", column=column
        )

    def _fits(self, footage: Footage, row: TimelineRow) -> bool:
        name = PurePosixPath(footage.path).name
        camera = self._project.camera_of(footage.id).name
        return row.media_file in (None, name) and row.camera in (None, camera)

    def _opened(self, footage: Footage) -> OpenedFootage:
        if footage.id not in self._media:
            self._media[footage.id] = open_footage(
                self._session, footage, cancelled=self._cancelled
            )
        return self._media[footage.id]

    def _kind(self, row: TimelineRow, label: str) -> Kind | None:
        """The kind of the row's code; None when there is no such code, which `make_tag` says."""
        book = self._project.codebooks.get(label)
        code = book.find(row.code) if book else None
        if code is not None and row.kind not in (None, code.kind):
            raise self._wrong(
                row, f"{code.id} is a code of kind {code.kind}, not {row.kind}", column="kind"
            )
        return code.kind if code else None

    def _fields(self, row: TimelineRow, before: Tag | None) -> TagFields:
        """What the row says; for columns that the file lacks, what the tag had or a new one gets.

        A blank cell of a column that is there means none or unknown.
        """
        fields = TagFields(
            id=row.tag_id or new_id(), codebook=row.codebook or self._project.incident.codebook
        )
        if before is None:
            fields["origin"] = self._file.name
        else:
            fields |= _fields_of(before)
            fields["codebook"] = row.codebook or before.codebook
        if row.created_utc is not None:
            fields["created_utc"] = row.created_utc
        if row.modified_utc is not None:
            fields["modified_utc"] = row.modified_utc
        said = TagFields(
            text=row.text or "",
            speaker=row.speaker or "",
            target=row.target or "",
            basis=row.basis,
            confidence=row.confidence,
            status=row.status or Status.DRAFT,
            note=row.note or "",
            attributes=row.attributes or {},
            uncertainty_ns=row.uncertainty_ns,
        )
        given = {
            name: value
            for name, value in said.items()
            if _COLUMN_OF.get(name, name) in self._columns
        }
        return fields | cast("TagFields", given)

    def _compare(self, row: TimelineRow, tag: Tag, media: OpenedFootage) -> None:
        """Refuses a row whose frames or PTS are not those of the footage at its times."""
        base = media.footage.time_base
        if row.time_base is not None and Fraction(row.time_base) != base:
            raise self._wrong(
                row, f"the footage has {base}, the file says {row.time_base}", column="time_base"
            )
        for column, here, said in (
            ("start_frame", tag.start_frame, row.start_frame),
            ("end_frame", tag.end_frame, row.end_frame),
            ("start_pts", tag.start_pts, row.start_pts),
            ("end_pts", tag.end_pts, row.end_pts),
        ):
            if said is not None and said != here:
                has = "none" if here is None else here
                raise self._wrong(
                    row, f"the footage has {has} at that time, the file says {said}", column=column
                )

    def _of_another_camera(self, row: TimelineRow, before: Tag, footage: Footage) -> ExchangeError:
        here = self._project.camera_of(before.footage_id).name
        said = self._project.camera_of(footage.id).name
        return self._wrong(
            row,
            f"that tag is of {here!r}, and the row's footage is of {said!r}; clear the cell to "
            "import it as a new tag",
            column="tag_id",
        )

    def _wrong(self, row: TimelineRow, why: str, *, column: str | None = None) -> ExchangeError:
        where = f", column {column}" if column else ""
        return ExchangeError(f"{self._file.name}, row {row.number}{where}: {why.rstrip('.')}.")


def _fields_of(tag: Tag) -> TagFields:
    return TagFields(
        id=tag.id,
        text=tag.text,
        speaker=tag.speaker,
        target=tag.target,
        basis=tag.basis,
        confidence=tag.confidence,
        status=tag.status,
        note=tag.note,
        attributes=tag.attributes,
        uncertainty_ns=tag.uncertainty_ns,
        created_utc=tag.created_utc,
        modified_utc=tag.modified_utc,
        origin=tag.origin,
    )


def _meant_frame(row: TimelineRow, before: Tag | None, media: OpenedFootage) -> int | None:
    """Which frame is meant where several begin at the start."""
    meant = row.start_frame if row.start_frame is not None or before is None else before.start_frame
    return meant if meant is not None and 0 <= meant < len(media.index) else None


def _with_meant_end(tag: Tag, row: TimelineRow, before: Tag | None, media: OpenedFootage) -> Tag:
    """The tag with the last frame that is meant, where several have the time of its last one."""
    meant = row.end_frame if row.end_frame is not None or before is None else before.end_frame
    if tag.end_frame is None or meant is None or not 0 <= meant < len(media.index):
        return tag
    if tag.end_ns == tag.start_ns or meant < (tag.start_frame or 0):
        return tag
    if media.index.time_of(meant) != media.index.time_of(tag.end_frame):
        return tag
    return replace(tag, end_frame=meant, end_pts=media.index.pts_of(meant))


def _settled(before: Tag, after: Tag) -> Tag:
    """`before` itself when nothing but the date differs; else `after`, changed now unless the row
    says when."""
    if after == replace(before, modified_utc=after.modified_utc):
        return before
    if after.modified_utc == before.modified_utc:
        return replace(after, modified_utc=utc_now())
    return after
