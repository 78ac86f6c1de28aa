"""A table's cells as a timeline: every row, or an error that names the row and the column."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.seconds import MAX_NS, read_number, shown
from bodycam_annotator.exchange.tables.columns import MS_OF, TableColumns, columns_of
from bodycam_annotator.exchange.tables.spreadsheet import restored
from bodycam_annotator.exchange.timeline import COLUMN, Form, Timeline, TimelineRow
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.tag import NO_TEXT, Basis, Confidence, Status
from bodycam_annotator.timing import NS, parse_time

_EXACT = re.compile(r"(-?[0-9]{1,10})\.([0-9]{9})")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}(?:\.0{1,9})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")
_CLOCK_UTC = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,9})?Z")
_BASE = re.compile(r"[1-9][0-9]{0,11}(?:/[1-9][0-9]{0,11})?")

ROW = "row"
_LONGEST_CLOCK = 24
_EXACT_DECIMALS = 9
_FRAMES = re.compile(r"-?[0-9]{1,3}:[0-9]{2}:[0-9]{2}[:;][0-9]{1,3}")
_LIKE = {False: "36.203", True: "36.203 or 00:00:36.203"}

_Word = TypeVar("_Word", bound=StrEnum)


def timeline_of(
    source: Source,
    records: Iterable[Sequence[str]],
    *,
    raw: bool,
    notice: str = "",
    called: str = ROW,
) -> Timeline:
    """The rows of a table, the first of `records` its column names unless the person numbers them.

    `raw` says whether texts are as they were, with no apostrophes to take off. Where the person
    says which columns are meant, it is another program's table: times may then be clock texts and
    have decimal commas. `called` is what a row is called where it is not one of a spreadsheet, with
    the first after the names as number 1. Raises `ExchangeError` at the first thing that is wrong.
    """
    every = iter(records)
    first = next(every, None)
    if first is None or not any(first):
        source.refuse("it is empty; a timeline begins with a row of column names")
    columns = columns_of(source, first)
    rows: list[TimelineRow] = []
    begins = 1 if columns.numbered or called != ROW else 2
    if columns.numbered:
        every = chain([first], every)
    for number, record in enumerate(every, begins):
        if any(record):
            place = f"{called} {number}"
            cells = _Cells.of(record, columns, (number, place), source=source, raw=raw)
            rows.append(_row(cells))
    _refuse_doubles(rows, source.path, called)
    return Timeline(
        rows=tuple(
            rows if called == ROW else (replace(r, where=f"{called} {r.number}") for r in rows)
        ),
        columns=columns.known,
        names=columns.names,
        ignored=columns.ignored,
        foreign=columns.foreign,
        notice=notice,
    )


@dataclass
class _Cells:
    """A row's cells by column, each read as what its column holds; None where blank or absent.
    `place` is the row's number in words.

    `resolution_ns` is that of its start or end, whichever is coarser.
    """

    cells: Mapping[str, str]
    number: int
    place: str
    path: Path
    foreign: bool
    resolution_ns: int = 0

    @classmethod
    def of(
        cls,
        record: Sequence[str],
        columns: TableColumns,
        number: tuple[int, str],
        *,
        source: Source,
        raw: bool,
    ) -> "_Cells":
        width = columns.width
        if len(record) > width or (len(record) < width and not columns.foreign):
            source.refuse(
                f"there are {len(record)} cells under {width} column names", where=number[1]
            )
        cells = {
            name: record[at] if raw else restored(record[at])
            for name, at in columns.places.items()
            if at < len(record)
        }
        if source.code is not None:
            cells["code"] = source.code
        return cls(
            cells=cells,
            number=number[0],
            place=number[1],
            path=source.path,
            foreign=columns.foreign,
        )

    def wrong(self, column: str, why: str) -> ExchangeError:
        return ExchangeError(f"{self.path.name}, {self.place}, column {column}: {why}.")

    def text(self, column: str) -> str | None:
        cell = self.cells.get(column, "")
        if COLUMN[column].form is not Form.TEXT:
            cell = cell.strip()
        return cell or None

    def seconds(self, column: str) -> int | None:
        """Nanoseconds, rounded half to even where the cell has more than 9 decimals."""
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return self._milliseconds(column)
        exact = _EXACT.fullmatch(cell)
        if exact and abs(time_ns := int(exact[1] + exact[2])) <= MAX_NS:
            self._saw(column, 9)
            return time_ns
        if _FRAMES.fullmatch(cell):
            raise self.wrong(
                column,
                f"{shown(cell)} is a timecode, whose last part counts frames of some rate; give "
                "the frames, counted from 0, as start_frame and end_frame",
            )
        if self.foreign:
            cell = cell.replace(",", ".", 1)
            if ":" in cell:
                return self._clock(column, cell)
        return self._number(column, cell, NS, f"a number of seconds, such as {_LIKE[self.foreign]}")

    def _milliseconds(self, column: str) -> int | None:
        column = MS_OF.get(column, column)
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return None
        if self.foreign:
            cell = cell.replace(",", ".", 1)
        return self._number(column, cell, NS // 1000, "a number of milliseconds, such as 36203")

    def _number(self, column: str, cell: str, unit_ns: int, what: str) -> int:
        try:
            time_ns, decimals = read_number(cell, unit_ns, what)
        except ValueError as error:
            raise self.wrong(column, str(error)) from error
        self._saw(column, decimals + (3 if unit_ns < NS else 0))
        return time_ns

    def _clock(self, column: str, cell: str) -> int:
        try:
            # Longer ones are no times; they would be numbers of any size.
            time_ns = parse_time(cell) if len(cell) <= _LONGEST_CLOCK else None
        except ValueError:
            time_ns = None
        if time_ns is None:
            raise self.wrong(column, f"{shown(cell)} is not a time, such as {_LIKE[True]}")
        self._saw(column, len(cell.partition(".")[2].strip()))
        return time_ns

    def _saw(self, column: str, decimals: int) -> None:
        if (column in MS_OF or column in MS_OF.values()) and decimals < _EXACT_DECIMALS:
            # An end that is there makes it of no account how a length beside it is rounded.
            if column.startswith("duration") and self._has_end:
                return
            self.resolution_ns = max(self.resolution_ns, 10 ** (_EXACT_DECIMALS - decimals))

    @property
    def _has_end(self) -> bool:
        return any((self.cells.get(name) or "").strip() for name in ("end_s", "end_ms"))

    def whole(self, column: str) -> int | None:
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return None
        if not _WHOLE.fullmatch(cell):
            raise self.wrong(column, f"{shown(cell)} is not a whole number")
        return int(cell.partition(".")[0])

    @property
    def has_time(self) -> bool:
        """Whether the row says any of its times otherwise than by a frame."""
        return any((self.cells.get(name) or "").strip() for name in (*MS_OF, *MS_OF.values()))

    def word(self, column: str, words: type[_Word]) -> _Word | None:
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return None
        try:
            return words(cell)
        except ValueError:
            known = ", ".join(words)
            raise self.wrong(column, f"{shown(cell)} is none of {known}") from None

    def matching(self, column: str, pattern: re.Pattern[str], what: str) -> str | None:
        cell = self.text(column)
        if cell is not None and not pattern.fullmatch(cell):
            raise self.wrong(column, f"{shown(cell)} is not {what}")
        return cell

    def utc(self, column: str) -> str | None:
        """The cell as it is, once it is known to be an instant in UTC."""
        cell = self.text(column)
        if cell is None:
            return None
        try:
            known = bool(_UTC.fullmatch(cell) and datetime.fromisoformat(cell))
        except ValueError:
            known = False
        if not known:
            raise self.wrong(column, f"{shown(cell)} is not like 2024-10-13T23:50:12.345Z")
        return cell

    def attributes(self) -> dict[str, str] | None:
        cell = self.text("attributes")
        if cell is None:
            return None
        try:
            value: Any = json.loads(cell)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise self.wrong(
                "attributes", f'{shown(cell)} is not a JSON object of texts, as {{"act":"plea"}}'
            )
        if NO_TEXT.search("".join((*value, *value.values()))):
            raise self.wrong("attributes", "there is a NUL or half of a pair of characters")
        return value


def _row(cells: _Cells) -> TimelineRow:
    code, start_ns = cells.text("code"), cells.seconds("start_s")
    start_frame = cells.whole("start_frame")
    if code is None:
        raise cells.wrong("code", "it is blank, but every tag has a code")
    by_frames = start_ns is None and start_frame is not None and not cells.has_time
    if start_ns is None and not by_frames:
        raise cells.wrong("start_s", "it is blank, but every tag has a start")
    start_ns = start_ns or 0
    base = cells.matching("time_base", _BASE, "a fraction of a second such as 1/90000")
    sha256 = (cells.text("media_sha256") or "").lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise cells.wrong("media_sha256", f"{shown(sha256)} is not 64 digits from 0 to f")
    return TimelineRow(
        number=cells.number,
        code=code,
        start_ns=start_ns,
        end_ns=start_ns if by_frames else _end(cells, start_ns),
        by_frames=by_frames,
        resolution_ns=cells.resolution_ns if cells.foreign and not by_frames else None,
        tag_id=cells.text("tag_id"),
        camera=cells.text("camera"),
        media_file=cells.text("media_file"),
        media_sha256=sha256 or None,
        coder=cells.text("coder"),
        kind=cells.word("kind", Kind),
        speaker=cells.text("speaker"),
        target=cells.text("target"),
        text=cells.text("text"),
        uncertainty_ns=_uncertainty(cells),
        start_frame=start_frame,
        end_frame=cells.whole("end_frame"),
        start_pts=cells.whole("start_pts"),
        end_pts=cells.whole("end_pts"),
        time_base=base,
        basis=cells.word("basis", Basis),
        confidence=cells.word("confidence", Confidence),
        status=cells.word("status", Status),
        note=cells.text("note"),
        attributes=cells.attributes(),
        created_utc=cells.utc("created_utc"),
        modified_utc=cells.utc("modified_utc"),
        codebook=cells.text("codebook"),
        incident=cells.text("incident"),
        category=cells.text("category"),
        clock_start_utc=cells.matching(
            "clock_start_utc", _CLOCK_UTC, "like 2024-10-13T23:50:12.345Z"
        ),
        clock_uncertainty_ns=cells.seconds("clock_uncertainty_s"),
        incident_start_ns=cells.seconds("incident_start_s"),
    )


def _end(cells: _Cells, start_ns: int) -> int:
    end_ns, duration_ns = cells.seconds("end_s"), cells.seconds("duration_s")
    if end_ns is None:
        end_ns = start_ns + (duration_ns or 0)
    elif duration_ns is not None and duration_ns != end_ns - start_ns:
        raise cells.wrong("duration_s", "it is not end_s minus start_s; mend or clear one of them")
    if end_ns < start_ns:
        raise cells.wrong("end_s", "the end is before the start")
    return end_ns


def _uncertainty(cells: _Cells) -> int | None:
    uncertainty_ns = cells.seconds("uncertainty_s")
    if uncertainty_ns is not None and uncertainty_ns < 0:
        raise cells.wrong("uncertainty_s", "it is below zero")
    return uncertainty_ns


def _refuse_doubles(rows: Sequence[TimelineRow], path: Path, called: str) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.tag_id is None:
            continue
        if row.tag_id in seen:
            raise ExchangeError(
                f"{path.name}, {called} {row.number}, column tag_id: {called} "
                f"{seen[row.tag_id]} has the same; clear one of them to import both."
            )
        seen[row.tag_id] = row.number
