"""The CSV timeline's columns with types, the times also in nanoseconds, as Parquet.

pyarrow is imported only by what writes and reads, as that takes a while.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import MAX_BYTES, Content, Format, Source
from bodycam_annotator.exchange.sidecar import json_bytes
from bodycam_annotator.exchange.tables.csv_timeline import attributes_text
from bodycam_annotator.exchange.tables.json_timeline import account, loaded
from bodycam_annotator.exchange.tables.typed_rows import NS_OF, timeline_of_typed, with_ns
from bodycam_annotator.exchange.timeline import COLUMNS, Form, Timeline, Value
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import NS

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

ACCOUNT = b"bodycam_annotator"
"""The key of the file's metadata under which it says, in JSON, what produced it."""

_AT_ONCE = 10_000
_MAX_COLUMNS = 2_000
_MAX_METADATA = 16 * 1024**2
_FEWEST_BYTES = 8
"""Of a row; files of fewer repeat what they say without having it."""

_CODECS = ("UNCOMPRESSED", "SNAPPY")
"""Others make gigabytes of a few kilobytes."""
_ENCODINGS = frozenset(
    ("PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY", "DELTA_BINARY_PACKED")
)

_INTS = frozenset((*NS_OF.values(), *(c.name for c in COLUMNS if c.form is Form.WHOLE)))
_NAMES = tuple(name for c in COLUMNS for name in (c.name, NS_OF.get(c.name)) if name)


def write_parquet(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` when a text is none."""
    import pyarrow
    from pyarrow import parquet

    def kind(name: str) -> object:
        if name in _INTS:
            return pyarrow.int64()
        return pyarrow.float64() if name in NS_OF else pyarrow.string()

    fields = [(name, kind(name)) for name in _NAMES]
    metadata = {ACCOUNT: json_bytes(account(content, PARQUET))}
    schema = pyarrow.schema(fields).with_metadata(metadata)
    rows = (_typed(row) for row in content.each_row())
    file = io.BytesIO()
    with parquet.ParquetWriter(file, schema, compression="snappy") as writer:
        while some := list(islice(rows, _AT_ONCE)):
            try:
                writer.write_table(pyarrow.Table.from_pylist(some, schema=schema))
            except (pyarrow.ArrowException, OverflowError) as error:
                raise ExchangeError(f"The tags do not fit a Parquet file: {error}.") from error
    yield file.getvalue()


def _typed(row: dict[str, Value]) -> dict[str, object]:
    typed: dict[str, object] = {**row, **with_ns(row)}
    for name in NS_OF:
        time_ns = row[name]
        typed[name] = time_ns / NS if isinstance(time_ns, int) else None
    attributes = row["attributes"]
    if isinstance(attributes, dict):
        typed["attributes"] = attributes_text(attributes) or None
    for name, value in typed.items():
        if isinstance(value, str) and NO_TEXT.search(value):
            raise ExchangeError(
                f"The {name} of tag {row['tag_id']!r} holds a character that is no text (NUL, or "
                "half of a pair); edit it and export again."
            )
    return typed


def read_parquet(source: Source) -> Timeline:
    """All rows and the codebooks that come along; raises `ExchangeError` at the first wrong thing.

    Other columns are not read.
    """
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(
            pyarrow.BufferReader(source.data),
            thrift_string_size_limit=_MAX_METADATA,
            thrift_container_size_limit=_MAX_METADATA,
        )
        _refuse_bombs(source, file)
        schema = file.schema_arrow
        meant = {*_NAMES, *source.columns.values()}
        names = [name for name in schema.names if name in meant]
        texts = [name for name in names if pyarrow.types.is_string(schema.field(name).type)]
        # Again, so that one text on many rows is there once.
        file = parquet.ParquetFile(pyarrow.BufferReader(source.data), read_dictionary=texts)
        rows = _rows(source, file, names)
        timeline = timeline_of_typed(source, names, rows, called="tag")
        ignored = tuple(name for name in schema.names if name not in meant)
        books = _codebooks(source, schema.metadata or {})
        return replace(timeline, ignored=ignored, codebooks=books)
    except (pyarrow.ArrowException, OSError, ValueError, LookupError, MemoryError) as error:
        why = str(error).partition("\n")[0][:200].rstrip(".")
        raise ExchangeError(f"{source.path.name} is not a Parquet file: {why}.") from error


def _rows(source: Source, file: "ParquetFile", names: Sequence[str]) -> Iterator[dict[str, object]]:
    length = 0
    for batch in file.iter_batches(batch_size=_AT_ONCE, columns=list(names)):
        columns = [_values(batch.column(name), name) for name in names]
        length += sum(len(value) for one in columns for value in one if isinstance(value, str))
        if length > MAX_BYTES:
            source.refuse("its texts become too large when they are unpacked; split it")
        for values in zip(*columns, strict=True):
            yield dict(zip(names, values, strict=True))


def _values(column: Any, name: str) -> list[object]:  # noqa: ANN401 - any of Arrow's arrays
    if hasattr(column, "dictionary"):
        # Only those of these rows, each once.
        used = column.indices.unique().drop_null()
        taken = column.dictionary.take(used).to_pylist()
        texts = dict(zip(used.to_pylist(), taken, strict=True))
        return [texts.get(at) for at in column.indices.to_pylist()]
    return [_mended(value, name) for value in column.to_pylist()]


def _mended(value: object, name: str) -> object:
    """What pandas makes a fraction or NaN of where cells of a column are blank."""
    if not isinstance(value, float):
        return value
    if value != value:
        return None
    whole = name in _INTS and value.is_integer() and abs(value) < 2**53
    return int(value) if whole else value


def _codebooks(source: Source, metadata: dict[bytes, bytes]) -> dict[str, str]:
    if ACCOUNT not in metadata:
        return {}
    said = loaded(source, metadata[ACCOUNT].decode())
    books = said.get("codebooks") if isinstance(said, dict) else None
    if not isinstance(books, dict) or not all(isinstance(one, str) for one in books.values()):
        source.refuse("its account has no codebooks; write the file again")
    return books


def _refuse_bombs(source: Source, file: "ParquetFile") -> None:
    """Raises `ExchangeError` where the file becomes more than it has bytes for."""
    said = file.metadata
    if said.num_rows > len(source.data) // _FEWEST_BYTES:
        source.refuse(f"it claims {said.num_rows} rows, more than it has bytes for")
    if said.num_columns > _MAX_COLUMNS:
        source.refuse(f"there are more than {_MAX_COLUMNS} columns")
    for group in range(said.num_row_groups):
        for number in range(said.num_columns):
            column = said.row_group(group).column(number)
            if column.compression not in _CODECS or not _ENCODINGS.issuperset(column.encodings):
                source.refuse(
                    f"the column {column.path_in_schema} is packed as {column.compression}, "
                    f"{', '.join(column.encodings)}; write it with snappy, the usual encodings"
                )


PARQUET = Format(
    name="parquet",
    title="Parquet",
    endings=(".parquet",),
    loses=(
        "Cameras' sync and clocks are there only as each tag's times on them.",
        "Where a tag was imported from is left out.",
    ),
    write=write_parquet,
    read=read_parquet,
    has_sidecar=False,
    columns={column.name: column.meaning for column in COLUMNS}
    | {
        ns: f"{seconds} in whole nanoseconds, which is what counts."
        for seconds, ns in NS_OF.items()
    },
)
