"""The timeline as rows: what formats write from a project and what they read back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from pathlib import PurePosixPath

from bodycam_annotator import __version__
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.timing import NS, clock_text

Value = int | str | Mapping[str, str] | None
"""A cell: nanoseconds or a whole number, text, attributes, or None where it is unknown."""


class Form(Enum):
    """How a column's values are to be read."""

    TEXT = "text"
    WORD = "word"
    CLOCK = "HH:MM:SS.mmm"
    SECONDS = "seconds"
    WHOLE = "whole number"
    OBJECT = "JSON object"


@dataclass(frozen=True)
class Column:
    name: str
    form: Form
    meaning: str


COLUMNS = tuple(
    Column(*entry)
    for entry in (
        ("tag_id", Form.TEXT, "Identifies the tag for ever; no other tag has it."),
        ("incident", Form.TEXT, "The incident's name."),
        ("camera", Form.TEXT, "The name of the camera whose footage is tagged."),
        ("media_file", Form.TEXT, "The footage's file name."),
        ("media_sha256", Form.WORD, "SHA-256 of the footage."),
        ("coder", Form.TEXT, "Who made the tag."),
        ("code", Form.WORD, "What was tagged: an id of the codebook."),
        ("category", Form.TEXT, "The code's group in the codebook."),
        ("kind", Form.WORD, "point (end equals start) or interval."),
        ("speaker", Form.TEXT, "Who speaks or acts."),
        ("target", Form.TEXT, "Who or what it is directed at."),
        ("text", Form.TEXT, "What is said, or a description."),
        ("start_s", Form.SECONDS, "File time of the start in seconds from the first video frame."),
        ("end_s", Form.SECONDS, "File time of the end in seconds, exclusive."),
        ("duration_s", Form.SECONDS, "end_s minus start_s."),
        ("uncertainty_s", Form.SECONDS, "Bound in seconds on how far start or end may be off."),
        ("start_hms", Form.CLOCK, "start_s as HH:MM:SS.mmm, rounded, for reading."),
        ("end_hms", Form.CLOCK, "end_s as HH:MM:SS.mmm, rounded, for reading."),
        ("start_frame", Form.WHOLE, "The frame on screen at the start, counted from 0."),
        ("end_frame", Form.WHOLE, "The last frame that belongs, counted from 0."),
        ("start_pts", Form.WHOLE, "PTS of start_frame as the file records it, in time_base ticks."),
        ("end_pts", Form.WHOLE, "PTS of end_frame as the file records it, in time_base ticks."),
        ("time_base", Form.WORD, "Seconds a tick, as a fraction."),
        ("basis", Form.WORD, "How the coder knows: seen, heard, both or inferred."),
        ("confidence", Form.WORD, "How sure the coder is: certain, probable or possible."),
        ("status", Form.WORD, "draft, checked or disputed."),
        ("clock_start_utc", Form.WORD, "The camera's own clock (UTC) at the start."),
        ("clock_uncertainty_s", Form.SECONDS, "Bound in seconds on how far that clock may be off."),
        ("incident_start_s", Form.SECONDS, "The start in seconds of incident time."),
        ("note", Form.TEXT, "The coder's remark."),
        ("attributes", Form.OBJECT, "The code's attributes."),
        ("created_utc", Form.WORD, "When the tag was made."),
        ("modified_utc", Form.WORD, "When the tag was last changed."),
        ("codebook", Form.TEXT, "The codebook and version that the tag was made under."),
        ("app_version", Form.WORD, "The version of Bodycam Annotator that wrote the row."),
    )
)

COLUMN = {column.name: column for column in COLUMNS}


_EPOCH = datetime(1970, 1, 1)


def tags_by_start(project: Project) -> list[Tag]:
    """Standing tags by the start that the timeline shows, whichever footage they are of."""

    def place(tag: Tag) -> tuple[int, int, str, str]:
        first_ns = project.footage[tag.footage_id].first_ns
        return tag.start_ns - first_ns, tag.end_ns - first_ns, tag.created_utc, tag.id

    return sorted(project.standing_tags, key=place)


def rows_of(project: Project) -> Iterator[dict[str, Value]]:
    """One row per standing tag, ordered by start; the keys are `COLUMNS` in their order."""
    return (row_of(project, tag) for tag in tags_by_start(project))


def row_of(project: Project, tag: Tag) -> dict[str, Value]:
    """The tag's cells; seconds are in nanoseconds, None means unknown."""
    footage = project.footage[tag.footage_id]
    camera = project.cameras[footage.camera_id]
    start_ns, end_ns = tag.start_ns - footage.first_ns, tag.end_ns - footage.first_ns
    category, kind = _code_of(project, tag)
    clock_ns = camera.clock_start_utc_ns
    sync_ns = camera.sync_offset_ns
    return {
        "tag_id": tag.id,
        "incident": project.incident.name or None,
        "camera": camera.name or None,
        "media_file": _file_name(footage.path),
        "media_sha256": footage.sha256 or None,
        "coder": tag.coder or None,
        "code": tag.code or None,
        "category": category or None,
        "kind": kind,
        "speaker": tag.speaker or None,
        "target": tag.target or None,
        "text": tag.text or None,
        "start_s": start_ns,
        "end_s": end_ns,
        "duration_s": end_ns - start_ns,
        "uncertainty_s": tag.uncertainty_ns,
        "start_hms": clock_text(start_ns),
        "end_hms": clock_text(end_ns),
        "start_frame": tag.start_frame,
        "end_frame": tag.end_frame,
        "start_pts": tag.start_pts,
        "end_pts": tag.end_pts,
        "time_base": _fraction_text(footage.time_base),
        "basis": tag.basis,
        "confidence": tag.confidence,
        "status": tag.status,
        "clock_start_utc": None if clock_ns is None else utc_text(clock_ns + start_ns),
        "clock_uncertainty_s": None if clock_ns is None else camera.clock_uncertainty_ns,
        "incident_start_s": None if sync_ns is None else sync_ns + start_ns,
        "note": tag.note or None,
        "attributes": tag.attributes,
        "created_utc": tag.created_utc or None,
        "modified_utc": tag.modified_utc or None,
        "codebook": tag.codebook or None,
        "app_version": __version__,
    }


@lru_cache(maxsize=64)
def _file_name(path: str) -> str | None:
    return PurePosixPath(path).name or None


@lru_cache(maxsize=64)
def _fraction_text(fraction: Fraction) -> str:
    return str(fraction)


def _code_of(project: Project, tag: Tag) -> tuple[str, Kind]:
    """Group and kind under the codebook version that the tag was made under."""
    book = project.codebooks.get(tag.codebook)
    code = book.find(tag.code) if book else None
    if code is None:
        return "", Kind.POINT if tag.end_ns == tag.start_ns else Kind.INTERVAL
    return code.group, code.kind


def json_row(row: Mapping[str, Value]) -> dict[str, float | Value]:
    """The row as JSON has it: seconds as numbers, attributes always an object.

    A JSON number of seconds is exact to the nanosecond below 2**53 ns, which is 104 days.
    """
    result: dict[str, float | Value] = {}
    for name, value in row.items():
        if COLUMN[name].form is Form.SECONDS and isinstance(value, int):
            result[name] = value / NS
        elif COLUMN[name].form is Form.OBJECT and isinstance(value, Mapping):
            result[name] = dict(sorted(value.items()))
        else:
            result[name] = value
    return result


def utc_text(utc_ns: int) -> str:
    """`2024-10-13T23:50:12.345Z`, with more decimals where the nanoseconds need them."""
    seconds, rest = divmod(utc_ns, NS)
    day = _EPOCH + timedelta(seconds=seconds)
    decimals = f"{rest:09d}"
    return f"{day.isoformat()}.{decimals[:3]}{decimals[3:].rstrip('0')}Z"


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One row as a file gives it; None where the cell is blank or the column is missing.

    `number` is the row as a spreadsheet counts: the header is row 1; `where` says it otherwise for
    other files, as `tier Speech, annotation a12`. `code` is an id of the codebook, or whatever the
    file has for one. Times are nanoseconds from the first video frame; an absent end is taken from
    the duration, else it is the start. Where the file has frames and no times, `by_frames` is True,
    both times are 0 and meant are those of `start_frame` and the end of `end_frame`. What follows
    `codebook` no import takes, as the project says it itself.

    `resolution_ns` is how finely the row's own times are given, where it differs from the file's.
    `label_code` is what the row's text would be as a code, where `code` is the name of a tier that
    may be a person's instead. `as_mark` says that it lasts as long as a mark is shown by the
    format that wrote it.
    """

    number: int
    code: str
    start_ns: int
    end_ns: int
    where: str = ""
    by_frames: bool = False
    resolution_ns: int | None = None
    label_code: str | None = None
    as_mark: bool = False
    tag_id: str | None = None
    camera: str | None = None
    media_file: str | None = None
    media_sha256: str | None = None
    coder: str | None = None
    kind: Kind | None = None
    speaker: str | None = None
    target: str | None = None
    text: str | None = None
    uncertainty_ns: int | None = None
    start_frame: int | None = None
    end_frame: int | None = None
    start_pts: int | None = None
    end_pts: int | None = None
    time_base: str | None = None
    basis: Basis | None = None
    confidence: Confidence | None = None
    status: Status | None = None
    note: str | None = None
    attributes: Mapping[str, str] | None = None
    created_utc: str | None = None
    modified_utc: str | None = None
    codebook: str | None = None
    incident: str | None = None
    category: str | None = None
    clock_start_utc: str | None = None
    clock_uncertainty_ns: int | None = None
    incident_start_ns: int | None = None

    @property
    def is_span(self) -> bool:
        """Whether it lasts, whatever its code says."""
        if self.by_frames:
            return self.end_frame is not None and self.end_frame != self.start_frame
        return self.end_ns > self.start_ns


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A file's rows, the columns that it has, what a table calls its columns, and what of it is
    not taken over.

    `resolution_ns` is how far apart the times are that the file can hold, 0 where that is finer
    than any footage, for rows that do not say it themselves. `foreign` are files of other
    programs: their names of cameras are no more than hints, an end that rounding takes past the
    footage's is cut there, and a span of a code for marks becomes a mark, a mark of one for spans
    a frame. `codebooks` are the texts of codebooks that come along, by their labels. `notice` is a
    sentence on how the file was taken, empty when there is nothing to say.
    """

    rows: tuple[TimelineRow, ...]
    columns: frozenset[str]
    names: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    resolution_ns: int = 0
    foreign: bool = False
    codebooks: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
