"""A table's cells as a timeline: every row, or an error that names the row and the column."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.spreadsheet import restored
from bodycam_annotator.exchange.timeline import COLUMN, Form, Timeline, TimelineRow
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.tag import Basis, Confidence, Status
from bodycam_annotator.timing import NS

_EXACT = re.compile(r"(-?[0-9]{1,10})\.([0-9]{9})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}(?:\.0{1,9})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")
_BASE = re.compile(r"[1-9][0-9]{0,11}(?:/[1-9][0-9]{0,11})?")
_MAX_SECONDS = 9_000_000_000
"""As nanoseconds this still fits 64 bits."""

_Word = TypeVar("_Word", bound=StrEnum)


def timeline_of(
    source: Source, records: Sequence[Sequence[str]], *, raw: bool, notice: str = ""
) -> Timeline:
    """The rows of a table, the first of `records` its column names.

    `raw` says whether texts are as they were, with no apostrophes to take off. Raises
    `ExchangeError` at the first thing that is wrong.
    """
    path = source.path
    if not records or not any(records[0]):
        raise ExchangeError(f"{path.name} is empty; a timeline begins with a row of column names.")
    theirs = [cell.strip() for cell in records[0]]
    header = _header(theirs, source)
    rows = []
    for number, record in enumerate(records[1:], 2):
        if any(record):
            rows.append(_row(_Cells.of(record, header, number=number, path=path, raw=raw)))
    _refuse_doubles(rows, path)
    return Timeline(
        rows=tuple(rows),
        columns=frozenset(header) & COLUMN.keys(),
        ignored=tuple(
            name for name, ours in zip(theirs, header, strict=True) if ours not in COLUMN
        ),
        foreign=bool(source.columns),
        notice=notice,
    )


def _header(theirs: Sequence[str], source: Source) -> list[str]:
    """What the columns are called here, as the person says or else as the file does."""
    for ours, named in source.columns.items():
        if ours not in COLUMN:
            known = ", ".join(COLUMN)
            raise ExchangeError(f"There is no column {ours!r}; there is {known}.")
        if named not in theirs:
            known = ", ".join(theirs)
            source.refuse(f"there is no column {named!r} for {ours}; it has {known}")
    renamed = {named: ours for ours, named in source.columns.items()}
    names = [renamed.get(name, "" if name in source.columns else name) for name in theirs]
    times = Counter(names)
    double = next((name for name in times if times[name] > 1 and name), None)
    if double is not None:
        raise ExchangeError(f"{source.path.name} has two columns {double!r}; keep one of them.")
    for needed in ("code", "start_s"):
        if needed not in names:
            hint = "; it must be separated by commas" if len(names) == 1 else ""
            raise ExchangeError(f"{source.path.name} has no column {needed!r}{hint}.")
    return names


@dataclass(frozen=True)
class _Cells:
    """A row's cells by column, each read as what its column holds; None where blank or absent."""

    cells: Mapping[str, str]
    number: int
    path: Path

    @classmethod
    def of(
        cls, record: Sequence[str], header: Sequence[str], *, number: int, path: Path, raw: bool
    ) -> "_Cells":
        if len(record) != len(header):
            raise ExchangeError(
                f"{path.name}, row {number}: there are {len(record)} cells under {len(header)} "
                "column names."
            )
        cells = {
            name: cell if raw else restored(cell)
            for name, cell in zip(header, record, strict=True)
            if name in COLUMN
        }
        return cls(cells=cells, number=number, path=path)

    def wrong(self, column: str, why: str) -> ExchangeError:
        return ExchangeError(f"{self.path.name}, row {self.number}, column {column}: {why}.")

    def text(self, column: str) -> str | None:
        cell = self.cells.get(column, "")
        if COLUMN[column].form is not Form.TEXT:
            cell = cell.strip()
        return cell or None

    def seconds(self, column: str) -> int | None:
        """Nanoseconds, rounded half to even where the cell has more than 9 decimals."""
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return None
        exact = _EXACT.fullmatch(cell)
        if exact and abs(time_ns := int(exact[1] + exact[2])) <= _MAX_SECONDS * NS:
            return time_ns
        if not _NUMBER.fullmatch(cell):
            raise self.wrong(column, f"{_shown(cell)} is not a number of seconds, such as 36.203")
        value = Decimal(cell)
        if abs(value) > _MAX_SECONDS:
            raise self.wrong(column, f"{_shown(cell)} is longer than any footage")
        return round(Fraction(value) * NS)

    def whole(self, column: str) -> int | None:
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return None
        if not _WHOLE.fullmatch(cell):
            raise self.wrong(column, f"{_shown(cell)} is not a whole number")
        return int(cell.partition(".")[0])

    def word(self, column: str, words: type[_Word]) -> _Word | None:
        cell = (self.cells.get(column) or "").strip()
        if not cell:
            return None
        try:
            return words(cell)
        except ValueError:
            known = ", ".join(words)
            raise self.wrong(column, f"{_shown(cell)} is none of {known}") from None

    def matching(self, column: str, pattern: re.Pattern[str], what: str) -> str | None:
        cell = self.text(column)
        if cell is not None and not pattern.fullmatch(cell):
            raise self.wrong(column, f"{_shown(cell)} is not {what}")
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
            raise self.wrong(column, f"{_shown(cell)} is not like 2024-10-13T23:50:12.345Z")
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
                "attributes", f'{_shown(cell)} is not a JSON object of texts, as {{"act":"plea"}}'
            )
        if re.search(r"[\x00\ud800-\udfff]", "".join((*value, *value.values()))):
            raise self.wrong("attributes", "there is a NUL or half of a pair of characters")
        return value


def _row(cells: _Cells) -> TimelineRow:
    code, start_ns = cells.text("code"), cells.seconds("start_s")
    if code is None:
        raise cells.wrong("code", "it is blank, but every tag has a code")
    if start_ns is None:
        raise cells.wrong("start_s", "it is blank, but every tag has a start")
    base = cells.matching("time_base", _BASE, "a fraction of a second such as 1/90000")
    sha256 = (cells.text("media_sha256") or "").lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise cells.wrong("media_sha256", f"{_shown(sha256)} is not 64 digits from 0 to f")
    return TimelineRow(
        number=cells.number,
        code=code,
        start_ns=start_ns,
        end_ns=_end(cells, start_ns),
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
        start_frame=cells.whole("start_frame"),
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


def _refuse_doubles(rows: Sequence[TimelineRow], path: Path) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.tag_id is None:
            continue
        if row.tag_id in seen:
            raise ExchangeError(
                f"{path.name}, row {row.number}, column tag_id: row {seen[row.tag_id]} has the "
                "same; clear one of them to import both."
            )
        seen[row.tag_id] = row.number


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else f"{cell[:57]}...")
