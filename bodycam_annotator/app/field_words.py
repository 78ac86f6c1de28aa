"""What the rows of a project hold, in words.

Rows may come from a log that anybody wrote: whatever makes no sense is shown as it stands, and
nothing here raises.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, TypeGuard

from bodycam_annotator.model.edits import Entity, Row
from bodycam_annotator.model.project import Project
from bodycam_annotator.timing import clock_text, seconds_text

FOUND_AT = "Footage is now at "
SAME_CONTENT = " has another date and the same content"
"""By these, labels of edits say that the footage was read to its end and has its SHA-256."""

MISSING = object()
"""Stands for a field that a row does not have."""

_LONGEST_NUMBER = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NAMES: Mapping[Entity, Mapping[str, str]] = {
    "tag": {
        "code": "code",
        "start_ns": "start",
        "end_ns": "end",
        "start_frame": "first frame",
        "end_frame": "last frame",
        "text": "text",
        "speaker": "speaker",
        "target": "target",
        "attributes": "attributes",
        "basis": "basis",
        "confidence": "confidence",
        "status": "status",
        "note": "note",
        "uncertainty_ns": "uncertainty",
        "withdrawn": "removed",
        "coder": "coder",
        "codebook": "codebook",
        "footage_id": "footage",
        "start_pts": "PTS of the first frame",
        "end_pts": "PTS of the last frame",
        "origin": "origin",
        "created_utc": "made (UTC)",
        "modified_utc": "changed (UTC)",
        "id": "id",
    },
    "footage": {
        "path": "path",
        "sha256": "SHA-256",
        "camera_id": "camera",
        "size": "size",
        "modified_ns": "file date (UTC)",
        "stream": "stream",
        "frames": "frames",
        "first_ns": "first frame’s time",
        "end_ns": "end",
        "time_base": "time base",
        "id": "id",
    },
    "camera": {
        "name": "name",
        "wearer": "wearer",
        "sync_offset_ns": "offset to incident time",
        "sync_uncertainty_ns": "uncertainty of the offset",
        "clock_start_utc_ns": "clock at the first frame (UTC)",
        "clock_uncertainty_ns": "uncertainty of the clock",
        "incident_id": "incident",
        "id": "id",
    },
    "incident": {"name": "name", "note": "note", "codebook": "codebook", "id": "id"},
    "codebook": {"label": "version", "id": "codebook", "source": "text"},
}
"""What a field is called, in the order in which fields are told."""

_QUOTED = frozenset(["text", "speaker", "target", "note", "name", "wearer", "path", "origin"])
_LENGTHS = frozenset(
    ["uncertainty_ns", "sync_offset_ns", "sync_uncertainty_ns", "clock_uncertainty_ns", "first_ns"]
)
_DATES = frozenset(["modified_ns", "clock_start_utc_ns"])


class Words:
    """Says what rows hold, with the names that the project has for what they refer to."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._says: Mapping[tuple[Entity, str], Callable[[Row, Any], str]] = {
            ("tag", "code"): lambda row, _: self.code(row),
            ("tag", "start_ns"): self._exact_time,
            ("tag", "end_ns"): self._exact_time,
            ("tag", "footage_id"): lambda _, value: self.footage(value),
            ("footage", "camera_id"): lambda _, value: self.camera(value),
            ("footage", "size"): lambda _, value: _bytes(value),
            ("footage", "end_ns"): lambda _, value: _length(value),
        }

    def value(self, entity: Entity, row: Row, field: str) -> str:
        """The field's value as a person would read it out, whole."""
        value = row.get(field, MISSING)
        if value is MISSING or value is None:
            return "not given"
        if value == "":
            return "empty"
        if (entity, field) in self._says:
            return self._says[entity, field](row, value)
        if field in _LENGTHS:
            return _length(value)
        if field in _DATES:
            return _date(value)
        if field in _QUOTED and isinstance(value, str):
            return f"“{value}”"
        return as_it_stands(value)

    def code(self, row: Row) -> str:
        """The code's name under the row's own version of the codebook."""
        label, code = row.get("codebook"), row.get("code", "no code")
        book = self.project.codebooks.get(label) if isinstance(label, str) else None
        found = book.find(code) if book and isinstance(code, str) else None
        return short(found.name if found else as_it_stands(code), most=60)

    def codebook(self, label: str) -> str:
        book = self.project.codebooks.get(label)
        return f"{short(book.name)} ({short(label)})" if book else short(label)

    def footage(self, footage_id: object) -> str:
        """The file's name."""
        found = self.project.footage.get(footage_id) if isinstance(footage_id, str) else None
        return PurePosixPath(found.path).name if found else as_it_stands(footage_id)

    def camera(self, camera_id: object) -> str:
        found = self.project.cameras.get(camera_id) if isinstance(camera_id, str) else None
        return found.name if found else as_it_stands(camera_id)

    def on_camera(self, row: Row) -> str:
        """` on Officer 1`, where there is more than one camera it could be."""
        footage_id = row.get("footage_id")
        if len(self.project.cameras) < 2 or not isinstance(footage_id, str):
            return ""
        if footage_id not in self.project.footage:
            return ""
        return f" on {short(self.project.camera_of(footage_id).name)}"

    def time(self, row: Row, field: str) -> str:
        """`00:00:48.114` from the footage's first frame on."""
        value = row.get(field)
        if not is_number(value):
            return short(as_it_stands(value))
        first_ns = self._first_ns(row)
        if first_ns is None:
            return f"{value} ns of its own clock"
        return clock_text(value - first_ns)

    def tag(self, row: Row) -> str:
        """`Shot at 00:00:48.114`"""
        return f"{self.code(row)} at {self.time(row, 'start_ns')}{self.on_camera(row)}"

    def _exact_time(self, row: Row, value: object) -> str:
        first_ns = self._first_ns(row)
        if not is_number(value):
            return as_it_stands(value)
        if first_ns is None:
            return f"{value} ns of its own clock"
        return f"{clock_text(value - first_ns)} ({seconds_text(value - first_ns)} s)"

    def _first_ns(self, row: Row) -> int | None:
        footage_id = row.get("footage_id")
        found = self.project.footage.get(footage_id) if isinstance(footage_id, str) else None
        return found.first_ns if found else None


def as_it_stands(value: object) -> str:
    """Text as it is, anything else as JSON has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not given"
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (RecursionError, ValueError, TypeError):
        # Nested too deeply, or a number of thousands of digits.
        return "what cannot be shown"


def short(text: str, *, most: int = 80) -> str:
    """One line of at most so many characters."""
    line = " ".join(text[: most * 4].split())
    cut = len(line) > most or len(text) > most * 4
    return f"{line[: most - 1].rstrip()}…" if cut else line


def is_number(value: object) -> TypeGuard[int]:
    """Whether it is a whole number as the project's tables can hold it."""
    return type(value) is int and -_LONGEST_NUMBER <= value < _LONGEST_NUMBER


def same(one: object, other: object) -> bool:
    """Whether two values of rows are the same value of the same kind."""
    if type(one) is not type(other):
        return False
    if one is None or isinstance(one, (str, int)):
        return one == other
    if one is MISSING:
        return True
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    except (RecursionError, ValueError, TypeError):
        return False


def changed_fields(before: Row, after: Row) -> frozenset[str]:
    """The fields that differ. One that only one row has counts when it says something: rows of
    old entries lack the fields that are younger than they are."""
    return frozenset(
        field
        for field in before.keys() | after.keys()
        if not same(before.get(field, MISSING), after.get(field, MISSING))
        and ((field in before and field in after) or not _is_empty(before, after, field))
    )


def _is_empty(before: Row, after: Row, field: str) -> bool:
    value = before.get(field, after.get(field))
    return value is None or value is False or value == "" or value == {}


def _length(value: object) -> str:
    return f"{seconds_text(value)} s" if is_number(value) else as_it_stands(value)


def _bytes(value: object) -> str:
    return f"{value:,} bytes" if is_number(value) else as_it_stands(value)


def _date(value: object) -> str:
    if not is_number(value):
        return as_it_stands(value)
    try:
        moment = _EPOCH + timedelta(microseconds=value // 1000)
    except OverflowError:
        return as_it_stands(value)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{value % 1_000_000_000:09d}"
