"""The formats there are. A new one is a module with a `FORMAT`, added to the list below."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import audacity, datavyu, praat
from bodycam_annotator.exchange.boris import events, project
from bodycam_annotator.exchange.captions import writing as captions
from bodycam_annotator.exchange.editing import edl, fcpxml, otio
from bodycam_annotator.exchange.elan import writing as elan
from bodycam_annotator.exchange.format import Content, Format, Source, bytes_of
from bodycam_annotator.exchange.sidecar import account_of, with_camera_beside, write_file
from bodycam_annotator.exchange.tables import csv_timeline, json_timeline, parquet, xlsx
from bodycam_annotator.exchange.timeline import Timeline

_EVERY = (
    csv_timeline.CSV,
    csv_timeline.TSV,
    xlsx.XLSX,
    json_timeline.JSON,
    parquet.PARQUET,
    *(captions.VTT, captions.SRT, captions.ASS),
    elan.FORMAT,
    praat.FORMAT,
    audacity.FORMAT,
    *(project.FORMAT, project.PACKED),
    *(events.TABULAR, events.TABULAR_TSV),
    *(events.AGGREGATED, events.AGGREGATED_TSV),
    *(datavyu.CELLS, datavyu.PROJECT),
    otio.OTIO,
    fcpxml.FCPXML,
    edl.EDL,
)

FORMATS: dict[str, Format] = {one.name: one for one in _EVERY}
"""By name. Of formats with the same ending the first is meant unless the file tells."""

_TELLING_BYTES = 4096
_SPREADSHEETS = frozenset({".ods", ".fods", ".xls", ".xlsb", ".numbers"})


def write(content: Content, out: Path, format: Format) -> list[Path]:
    """Writes `out` and its sidecar, each whole or not at all, and returns their paths.

    Raises `ExchangeError` when the folder cannot be written or the format cannot hold something,
    `Cancelled` when asked to stop; the files that were there are then as they were.
    """
    if format.write is None:
        raise ExchangeError(f"{format.title} is a format that is read only.")
    account = partial(account_of, content, format) if format.has_sidecar else None
    return write_file(out, format.write(content), account)


def read(
    path: Path,
    format: Format,
    *,
    raw: bool | None = None,
    columns: Mapping[str, str] | None = None,
    code: str | None = None,
    encoding: str | None = None,
) -> tuple[Source, Timeline]:
    """The file's bytes and what they say; all but `path` and `format` is as in `Source`.

    Raises `ExchangeError` that says where the file is wrong.
    """
    if format.read is None:
        raise ExchangeError(f"{format.title} is a format that is written only.")
    data = bytes_of(path, format.max_bytes)
    source = Source(
        path=path, data=data, raw=raw, columns=columns or {}, code=code, encoding=encoding
    )
    timeline = format.read(source)
    return source, with_camera_beside(timeline, source) if format.has_sidecar else timeline


def format_to_write(out: Path, *, name: str | None = None) -> Format:
    """The format called `name`, else that of the file's ending; `ExchangeError` for neither."""
    writable = [one for one in FORMATS.values() if one.write is not None]
    return _chosen(writable, out, name, doing="written")


def format_to_read(path: Path, *, name: str | None = None) -> Format:
    """As `format_to_write`; where several have the ending, the one that knows the file's first
    bytes, else the first of those that know files by their ending alone."""
    readable = [one for one in FORMATS.values() if one.read is not None]
    fits = [one for one in readable if path.suffix.lower() in one.endings]
    if name is None and any(one.recognises for one in fits):
        beginning = _beginning(path)
        for one in fits:
            if one.recognises is not None and one.recognises(beginning):
                return one
        fits = [one for one in fits if one.recognises is None] or fits
    return fits[0] if fits and name is None else _chosen(readable, path, name, doing="read")


def _chosen(among: list[Format], path: Path, name: str | None, *, doing: str) -> Format:
    known = ", ".join(one.name for one in among)
    if name is not None:
        found = next((one for one in among if one.name == name), None)
        if found is None:
            why = f"is not {doing}" if name in FORMATS else "is not known"
            raise ExchangeError(f"The format {name!r} {why}; there is {known}.")
        return found
    for one in among:
        if path.suffix.lower() in one.endings:
            return one
    if path.suffix.lower() in _SPREADSHEETS and doing == "read":
        raise ExchangeError(
            f"{path.name} is a spreadsheet of a kind that is not read; open it in the program that "
            "it is of and save it as XLSX."
        )
    raise ExchangeError(
        f"The ending of {path.name} does not say what format it is; name one of {known}."
    )


def _beginning(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_TELLING_BYTES)
    except OSError:
        return bytes_of(path)
