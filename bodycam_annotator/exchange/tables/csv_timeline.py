"""The CSV timeline and its twin with tabs."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.tables.csv_reading import MAX_CSV_BYTES, read_csv, read_tsv
from bodycam_annotator.exchange.tables.spreadsheet import defused, guarded
from bodycam_annotator.exchange.timeline import COLUMNS, Form, Value
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import seconds_text

_KEPT = 512

_QUOTED = re.compile(r'[",;\t\r\n]')
"""Also what parts the cells elsewhere, where a cell that begins within a text is run."""


def write_csv(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` when a text cannot be in a CSV file."""
    return _lines(content, ",")


def write_tsv(content: Content) -> Iterator[bytes]:
    """As `write_csv`, with tabs between the cells."""
    return _lines(content, "\t")


def _lines(content: Content, comma: str) -> Iterator[bytes]:
    """The header and each tag's row in UTF-8, with their line ends."""
    yield (comma.join(column.name for column in COLUMNS) + "\n").encode()
    cells = [_writer(column.form, raw=content.raw) for column in COLUMNS]
    for row in content.each_row():
        line = comma.join([cell(value) for cell, value in zip(cells, row.values(), strict=True)])
        if NO_TEXT.search(line):
            raise _unwritable(row)
        yield (line + "\n").encode()


def _writer(form: Form, *, raw: bool) -> Callable[[Value], str]:
    """`cell_text` for one column, as quick as it can be."""
    write = partial(cell_text, form, raw=raw)
    if form is Form.SECONDS:
        return lambda value: seconds_text(value) if isinstance(value, int) else ""
    # Most texts are on many rows: who, which camera, what. Kept only as long as it writes.
    return write if form is Form.OBJECT else lru_cache(maxsize=_KEPT)(write)


def cell_text(form: Form, value: Value, *, raw: bool) -> str:
    """The value as a field of RFC 4180; seconds are nanoseconds, unknown is blank."""
    text = plain_text(form, value, raw=raw)
    return quoted(text if raw or isinstance(value, int) else guarded(text))


def quoted(text: str) -> str:
    """A text as a field of RFC 4180, whether commas, semicolons or tabs are between them."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def plain_text(form: Form, value: Value, *, raw: bool) -> str:
    """As `cell_text`, without quotes."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value if raw or form is Form.CLOCK else defused(value)
    if isinstance(value, int):
        return seconds_text(value) if form is Form.SECONDS else str(value)
    return attributes_text(value)


def attributes_text(attributes: Mapping[str, str]) -> str:
    """Compact JSON with sorted keys; no attributes are a blank cell."""
    if not attributes:
        return ""
    return json.dumps(dict(attributes), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _unwritable(row: Mapping[str, Value]) -> ExchangeError:
    name = next(
        column.name
        for column in COLUMNS
        if NO_TEXT.search(plain_text(column.form, row[column.name], raw=True))
    )
    return ExchangeError(
        f"The {name} of tag {row['tag_id']!r} holds a character that no CSV file can (NUL, or "
        "half of a pair); edit it and export again."
    )


_MEANINGS = {column.name: column.meaning for column in COLUMNS}

CSV = Format(
    name="csv",
    title="CSV timeline",
    endings=(".csv",),
    write=write_csv,
    read=read_csv,
    max_bytes=MAX_CSV_BYTES,
    columns=_MEANINGS,
)
TSV = Format(
    name="tsv",
    title="CSV timeline with tabs",
    endings=(".tsv", ".tab"),
    write=write_tsv,
    read=read_tsv,
    max_bytes=MAX_CSV_BYTES,
    columns=_MEANINGS,
)
