"""Reading a CSV timeline and its twin with tabs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import MAX_BYTES, Source, bytes_of, decoded
from bodycam_annotator.exchange.sidecar import sidecar_of
from bodycam_annotator.exchange.spreadsheet import restored
from bodycam_annotator.exchange.table_reading import timeline_of
from bodycam_annotator.exchange.timeline import Timeline


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
    timeline = timeline_of(source, records, raw=how.raw, notice=how.notice)
    return replace(timeline, codebooks=how.codebooks)


def records_of(source: Source, comma: str) -> list[list[str]]:
    """All rows, each as many cells as it has. Raises `ExchangeError` for what is no CSV."""
    # Each call, as Python keeps one limit for all that read CSV.
    csv.field_size_limit(MAX_BYTES)
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=comma, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise ExchangeError(f"{source.path.name} is not a CSV file: {error}.") from error


@dataclass(frozen=True, kw_only=True)
class How:
    """How the cells were written, as far as it is known, and what came along with them."""

    raw: bool
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
    notice = f"{path.name} was changed after {sidecar.name} was written, or is another export."
    if not any(restored(cell) != cell for record in records for cell in record):
        return How(raw=said.raw, notice=notice)
    if said.raw:
        raise ExchangeError(
            f"{notice} Whether apostrophes before = + - @ belong to its texts is not certain: "
            "import it by the command line with --raw (they belong) or --defused (they do not), "
            f"or move {sidecar.name} away to have them taken off."
        )
    taken_off = "Apostrophes before = + - @ were taken off, as they are by default."
    return How(raw=False, notice=f"{notice} {taken_off}")


def _said_by(sidecar: Path) -> tuple[str | None, How]:
    """The SHA-256 of the file that the sidecar is of, and what it says."""
    try:
        account = json.loads(decoded(bytes_of(sidecar), sidecar))
        # Called "csv" by versions before there were other formats.
        written = account["written"] if "written" in account else account["csv"]
        books = {str(label): str(text) for label, text in account.get("codebooks", {}).items()}
        return written.get("sha256"), How(raw=written["raw"] is True, codebooks=books)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ExchangeError(
            f"{sidecar} is not the account of a CSV timeline; move it away to import without it."
        ) from error
