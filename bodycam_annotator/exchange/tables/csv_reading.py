"""Reading a CSV timeline and its twin with tabs."""

import codecs
import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import ENCODINGS, MAX_BYTES, Source, bytes_of, decoded
from bodycam_annotator.exchange.sidecar import MAX_SIDECAR_BYTES, sidecar_of
from bodycam_annotator.exchange.tables.reading import timeline_of
from bodycam_annotator.exchange.tables.spreadsheet import restored_within
from bodycam_annotator.exchange.timeline import Timeline

MAX_CSV_BYTES = 128 * 1024 * 1024
"""Two hundred thousand tags take about 100 MB."""

MOST_ROWS = 200_000
MOST_CELLS = 40 * MOST_ROWS
"""A timeline has 35 columns."""

_COMMAS = (",", ";", "\t")


def read_csv(source: Source) -> Timeline:
    """All rows; raises `ExchangeError` at the first thing that is wrong.

    Where the person does not say whether texts are raw, the sidecar is asked, and without one it is
    taken that they are not. A sidecar that is of other content is not believed: the timeline's
    notice says so, and what hangs on it is refused.
    """
    return _read(source, ",")


def read_tsv(source: Source) -> Timeline:
    """As `read_csv`, of cells with tabs between them."""
    return _read(source, "\t")


def _read(source: Source, comma: str) -> Timeline:
    records = records_of(source, comma)
    how = believed(source, records[1:])
    is_ours = not source.columns and source.code is None
    if is_ours and not how.raw and records:
        records = [records[0], *([restored_within(cell) for cell in one] for one in records[1:])]
    timeline = timeline_of(source, records, raw=how.raw or is_ours, notice=how.notice)
    return replace(timeline, codebooks=how.codebooks)


def records_of(source: Source, comma: str, *, most: int = MOST_ROWS) -> list[list[str]]:
    """All rows, each as many cells as it has, and `most` after the first at the most. Raises
    `ExchangeError` for more, and for what is no CSV."""
    # Each call, as Python keeps one limit for all that read CSV.
    csv.field_size_limit(MAX_BYTES)
    text = _text(source)
    comma = _comma(source, text, usual=comma)
    if text.count(comma) > MOST_CELLS:
        source.refuse(f"it has more than {MOST_CELLS} cells; split it and import the parts")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    try:
        records = list(islice(reader, most + 2))
    except csv.Error as error:
        raise ExchangeError(f"{source.path.name} is not a CSV file: {error}.") from error
    if len(records) > most + 1:
        source.refuse(f"it has more than {most} rows; split it and import the parts")
    return records


def _text(source: Source) -> str:
    """Its text: UTF-8, UTF-16 with its byte order mark, or as the person says."""
    encoding = source.encoding
    if encoding is not None and encoding not in ENCODINGS:
        known = ", ".join(ENCODINGS)
        raise ExchangeError(f"There is no encoding {encoding!r} for tables; there is {known}.")
    if encoding is None and source.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return decoded(source.data, source.path, encoding)
    except ExchangeError as error:
        if encoding is not None or not isinstance(error.__cause__, UnicodeDecodeError):
            raise
        raise ExchangeError(
            f"{str(error).rstrip('.')}, or import it as windows-1252 where it comes from an older "
            "spreadsheet."
        ) from error


def _comma(source: Source, text: str, *, usual: str) -> str:
    """What stands between the cells. In a table of ours, the usual; in another program's what
    splits its first line so that the columns which the person named are there, or else into the
    most cells."""
    line = text[: text.find("\n") + 1 or len(text)]
    is_ours = not source.columns and source.code is None and usual in line
    if is_ours:
        return usual
    asked = {named for named in source.columns.values() if named}

    def fits(comma: str) -> tuple[bool, int, bool]:
        # Not strict, as names in several lines end elsewhere.
        cells = next(csv.reader([line], delimiter=comma), [])
        return asked <= {cell.strip() for cell in cells}, len(cells), comma == usual

    return max(_COMMAS, key=fits)


@dataclass(frozen=True, kw_only=True)
class How:
    """How the cells were written, as far as it is known, and what came along with them. `is_ours`
    where the sidecar says that this is the file which we wrote."""

    raw: bool
    is_ours: bool = False
    codebooks: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


def believed(source: Source, records: Sequence[Sequence[str]]) -> How:
    """What the person and the sidecar say. Raises `ExchangeError` where that is not certain.

    CSV and sidecar are two files: one may be edited, or an export be cut off between them.
    """
    path = source.path
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return How(raw=bool(source.raw))
    try:
        said_sha256, said = _said_by(sidecar)
    except ExchangeError:
        if source.raw is None:
            raise
        return How(raw=source.raw)
    if said_sha256 == source.sha256:
        return said if source.raw is None else replace(said, raw=source.raw)
    if source.raw is not None:
        return How(raw=source.raw)
    notice = _other_content(path, sidecar)
    if not any(restored_within(cell) != cell for record in records for cell in record):
        return How(raw=said.raw, notice=notice)
    if said.raw:
        raise ExchangeError(
            f"{notice} Whether apostrophes before = + - @ belong to its texts is not certain: "
            "import it by the command line with --raw (they belong) or --defused (they do not), "
            f"or move {sidecar.name} away to have them taken off."
        )
    taken_off = "Apostrophes before = + - @ were taken off, as they are by default."
    return How(raw=False, notice=f"{notice} {taken_off}")


def beside(source: Source) -> tuple[Mapping[str, str], str]:
    """The codebooks that the sidecar brings, and a sentence where it is not of this file."""
    sidecar = sidecar_of(source.path)
    if not sidecar.is_file():
        return {}, ""
    said_sha256, said = _said_by(sidecar)
    if said_sha256 == source.sha256:
        return said.codebooks, ""
    return {}, _other_content(source.path, sidecar)


def _other_content(path: Path, sidecar: Path) -> str:
    return f"{path.name} was changed after {sidecar.name} was written, or is another export."


def _said_by(sidecar: Path) -> tuple[str | None, How]:
    """The SHA-256 of the file that the sidecar is of, and what it says."""
    try:
        account = json.loads(decoded(bytes_of(sidecar, MAX_SIDECAR_BYTES), sidecar))
        # Called "csv" by versions before there were other formats.
        written = account["written"] if "written" in account else account["csv"]
        books = {str(label): str(text) for label, text in account.get("codebooks", {}).items()}
        return written.get("sha256"), How(raw=written["raw"] is True, is_ours=True, codebooks=books)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ExchangeError(
            f"{sidecar} is not the account of a timeline; move it away to import without it."
        ) from error
