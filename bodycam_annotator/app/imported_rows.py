"""One row of a file as a tag of a project."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import cast

from bodycam_annotator.app.footage import OpenedFootage, open_footage
from bodycam_annotator.app.rounded_times import on_frames
from bodycam_annotator.app.tagging import TagFields, make_tag, spacing
from bodycam_annotator.errors import ExchangeError, UserError
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Status, Tag, new_id, utc_now
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.session import ProjectSession

_COLUMN_OF = {"uncertainty_ns": "uncertainty_s"}
"""Fields that are not called as their columns."""


@dataclass
class Remarks:
    """How many rows were taken otherwise than as they are, or need a word."""

    between_frames: int = 0
    on_frames: int = 0
    made_marks: int = 0
    made_spans: int = 0
    cut: int = 0
    other_codebook: int = 0

    def sentences(self) -> list[str]:
        """Empty when every row was taken as it is."""
        said = (
            (self.between_frames, "Not on a frame, times kept exactly"),
            (self.on_frames, "Put on the frame that its rounded time means"),
            (self.made_marks, "Span of a code for marks, its start taken"),
            (self.made_spans, "Mark of a code for spans, the frame shown then taken"),
            (self.cut, "Ends after the footage by no more than the file rounds, cut there"),
            (
                self.other_codebook,
                "Made under a codebook that is not here, taken under the project's own",
            ),
        )
        return [f"{what}: {_tags(count)}." for count, what in said if count]


@dataclass(kw_only=True)
class RowReader:
    """One file's rows held against one project.

    `project` has the codebooks that come along and the codes that are new. `codes` are those meant
    by what the file calls them; `camera` is the footage of all rows, where the person says so.
    """

    session: ProjectSession
    project: Project
    file: Path
    timeline: Timeline
    codes: Mapping[str, Code]
    camera: str | None
    cancelled: Asked | None
    remarks: Remarks = field(default_factory=Remarks)
    _media: dict[str, OpenedFootage] = field(default_factory=dict)

    def tags_of(self, row: TimelineRow) -> tuple[Tag | None, Tag]:
        """The project's tag with the row's id, and the tag that the row makes of it.

        Raises `ExchangeError` that names the row.
        """
        before = self.project.tags.get(row.tag_id or "")
        footage = self._footage_of(row)
        if before is not None and before.footage_id != footage.id:
            raise self._of_another_camera(row, before, footage)
        media = self._opened(footage)
        first_ns = media.footage.first_ns
        label, code = self._code_of(row, before)
        row = self._timed(row, code, media) if row.by_frames else row
        rounding_ns = 0
        if self.timeline.foreign:
            row = self._fitted(row, code, media)
            row, rounding_ns = self._placed(row, code, media)
        is_mark = code.kind is Kind.POINT and row.end_ns == row.start_ns
        try:
            after = make_tag(
                self.project,
                media.footage,
                media.index,
                code=code.id,
                start_ns=first_ns + row.start_ns,
                end_ns=None if is_mark else first_ns + row.end_ns,
                coder=row.coder or (before.coder if before else self.session.coder),
                sound=media.sound,
                on_frame=_meant_frame(row, before, media),
                **self._fields(row, before, label),
            )
        except UserError as error:
            raise self._wrong(row, str(error)) from error
        after = _with_meant_end(after, row, before, media)
        self._compare(row, after, media)
        after = self._rounded(after, row, before, media, rounding_ns)
        return before, after if before is None else _settled(before, after)

    def _code_of(self, row: TimelineRow, before: Tag | None) -> tuple[str, Code]:
        """The codebook's label and the code that the row's tag is made under."""
        current = self.project.incident.codebook
        label = row.codebook or (before.codebook if before else current)
        book = self.project.codebooks.get(label)
        code = book.find(row.code) if book else None
        if code is None:
            code = self.codes[row.code]
            self.remarks.other_codebook += row.codebook not in (None, current)
            label = current
        if not self.timeline.foreign and row.kind not in (None, code.kind):
            raise self._wrong(
                row, f"{code.id} is a code of kind {code.kind}, not {row.kind}", column="kind"
            )
        return label, code

    def _timed(self, row: TimelineRow, code: Code, media: OpenedFootage) -> TimelineRow:
        """The row with the times of its frames, of which a span's last one belongs to it."""
        index = media.index
        first = row.start_frame or 0
        last = first if row.end_frame is None else row.end_frame
        for column, frame in (("start_frame", first), ("end_frame", last)):
            if not 0 <= frame < len(index):
                raise self._wrong(
                    row, f"there is no frame {frame}; the last is {len(index) - 1}", column=column
                )
        start_ns = index.time_of(first) - index.first_ns
        if code.kind is Kind.POINT and last == first:
            return replace(row, start_ns=start_ns, end_ns=start_ns)
        end_ns = index.end_of(last) - index.first_ns
        if end_ns <= start_ns:
            raise self._wrong(row, "the end is before the start", column="end_frame")
        if code.kind is Kind.POINT and self.timeline.foreign:
            # `_fitted` makes it a mark, which has no frame to end with but its own.
            row = replace(row, end_frame=None)
        return replace(row, start_ns=start_ns, end_ns=end_ns)

    def _fitted(self, row: TimelineRow, code: Code, media: OpenedFootage) -> TimelineRow:
        """The row as the code's kind and the footage's end want it."""
        index = media.index
        latest = max(index.end_ns, media.sound[1] if media.sound else index.end_ns)
        over_ns = row.end_ns - (latest - index.first_ns)
        if 0 < over_ns <= self._resolution_ns(row) < row.end_ns - row.start_ns:
            self.remarks.cut += 1
            row = replace(row, end_ns=row.end_ns - over_ns)
        if code.kind is Kind.POINT and row.end_ns != row.start_ns:
            self.remarks.made_marks += not (row.as_mark or row.kind is Kind.POINT)
            row = replace(row, end_ns=row.start_ns)
        if code.kind is Kind.INTERVAL and row.end_ns == row.start_ns:
            shown = index.nearest(index.first_ns + row.start_ns)
            start_ns, end_ns = (time_ns - index.first_ns for time_ns in index.span_of(shown))
            if start_ns <= row.start_ns < end_ns:
                # Where it is a span that lacks an end, the reader has said so.
                self.remarks.made_spans += row.kind is not Kind.INTERVAL
                row = replace(row, start_ns=start_ns, end_ns=end_ns)
        return row

    def _resolution_ns(self, row: TimelineRow) -> int:
        own_ns = row.resolution_ns
        return self.timeline.resolution_ns if own_ns is None else own_ns

    def _placed(
        self, row: TimelineRow, code: Code, media: OpenedFootage
    ) -> tuple[TimelineRow, int]:
        """As `on_frames`, nothing of a row whose times are exact."""
        resolution_ns = self._resolution_ns(row)
        if row.by_frames or not resolution_ns:
            return row, 0
        placed, bound_ns = on_frames(row, code, media.index, resolution_ns)
        self.remarks.on_frames += placed != row
        return placed, bound_ns

    def _rounded(
        self,
        tag: Tag,
        row: TimelineRow,
        before: Tag | None,
        media: OpenedFootage,
        rounding_ns: int,
    ) -> Tag:
        """The tag, no more certain than the row's times are fine; one that was there already only
        where the row moves it."""
        if not self.timeline.foreign:
            return tag
        starts = media.index.span_of(media.index.nearest(tag.start_ns))
        self.remarks.between_frames += tag.start_ns not in starts
        stays = before is not None and _times_of(before) == _times_of(tag)
        if before is not None and stays and row.uncertainty_ns in (None, before.uncertainty_ns):
            return tag
        if row.uncertainty_ns is not None:
            return replace(tag, uncertainty_ns=max(row.uncertainty_ns, rounding_ns))
        if "uncertainty_s" in self.timeline.columns:
            return tag
        # What was known of the times that a tag had before says nothing of these.
        bound_ns = spacing(media.index, tag.start_ns, tag.end_ns)
        return replace(tag, uncertainty_ns=None if bound_ns is None else bound_ns + rounding_ns)

    def _footage_of(self, row: TimelineRow) -> Footage:
        """By hash, else that of the camera which the person named, else by file name and camera."""
        every = list(self.project.footage.values())
        if self.camera is not None:
            return self._footage_named(row, self.camera)
        if row.media_sha256 is not None:
            found = [one for one in every if one.sha256 == row.media_sha256]
            column, wanted = "media_sha256", f"with the hash {row.media_sha256[:12]}..."
        else:
            found = [one for one in every if self._fits(one, row)]
            if self.timeline.foreign and len(every) == 1:
                found = every
            column = "media_file" if row.media_file else "camera"
            wanted = f"{row.media_file or ''} of the camera {row.camera or 'not named'}"
        if len(found) == 1:
            return found[0]
        known = ", ".join(
            f"{PurePosixPath(one.path).name} of {self.project.camera_of(one.id).name}"
            for one in every
        )
        cameras = ", ".join(one.name for one in self.project.cameras.values())
        if row.media_file is None and row.camera is None and row.media_sha256 is None:
            raise self._wrong(
                row, f"it does not say which camera it is of; choose one of {cameras}"
            )
        why = "is more than one" if found else "is no"
        raise self._wrong(
            row, f"there {why} footage {wanted} in the project; it has {known}", column=column
        )

    def _footage_named(self, row: TimelineRow, camera: str) -> Footage:
        every = self.project.footage.values()
        found = [one for one in every if self.project.camera_of(one.id).name == camera]
        if len(found) != 1:
            known = ", ".join(self.project.camera_of(one.id).name for one in every)
            raise ExchangeError(f"There is no camera {camera!r} in the project; it has {known}.")
        if row.media_sha256 not in (None, found[0].sha256):
            raise self._wrong(row, f"it is not of the footage of {camera!r}", column="media_sha256")
        return found[0]

    def _fits(self, footage: Footage, row: TimelineRow) -> bool:
        name = PurePosixPath(footage.path).name
        camera = self.project.camera_of(footage.id).name
        return row.media_file in (None, name) and row.camera in (None, camera)

    def _opened(self, footage: Footage) -> OpenedFootage:
        if footage.id not in self._media:
            self._media[footage.id] = open_footage(self.session, footage, cancelled=self.cancelled)
        return self._media[footage.id]

    def _fields(self, row: TimelineRow, before: Tag | None, label: str) -> TagFields:
        """What the row says; for columns that the file lacks, what the tag had or a new one gets.

        A blank cell of a column that is there means none or unknown.
        """
        fields = TagFields(id=row.tag_id or new_id())
        if before is None:
            fields["origin"] = f"{self.file.name}, {row.where}" if row.where else self.file.name
        else:
            fields |= _fields_of(before)
        fields["codebook"] = label
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
            if _COLUMN_OF.get(name, name) in self.timeline.columns
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
        here = self.project.camera_of(before.footage_id).name
        said = self.project.camera_of(footage.id).name
        return self._wrong(
            row,
            f"that tag is of {here!r}, and the row's footage is of {said!r}; clear the cell to "
            "import it as a new tag",
            column="tag_id",
        )

    def _wrong(self, row: TimelineRow, why: str, *, column: str | None = None) -> ExchangeError:
        where = row.where or f"row {row.number}"
        if column and not row.where:
            where += f", column {column}"
        return ExchangeError(f"{self.file.name}, {where}: {why.rstrip('.')}.")


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


def _times_of(tag: Tag) -> tuple[int, int]:
    return tag.start_ns, tag.end_ns


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


def _tags(count: int) -> str:
    return "1 tag" if count == 1 else f"{count} tags"
