"""Rows with types, as JSON and Parquet have them: seconds also as whole nanoseconds."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.tables.csv_timeline import attributes_text
from bodycam_annotator.exchange.tables.reading import timeline_of
from bodycam_annotator.exchange.timeline import COLUMN, COLUMNS, Form, Timeline, Value
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import NS, seconds_text

NS_OF = {
    column.name: f"{column.name.removesuffix('_s')}_ns"
    for column in COLUMNS
    if column.form is Form.SECONDS
}
"""For each column of seconds the one of the same in nanoseconds, which is what counts."""

_WHAT = {
    Form.TEXT: "a text",
    Form.WORD: "a text",
    Form.CLOCK: "a text",
    Form.SECONDS: "a number of seconds",
    Form.WHOLE: "a whole number",
    Form.OBJECT: "an object of texts",
}
_LARGEST = 2**63
_DECIMAL = re.compile(r"-?[0-9]{1,25}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")


def with_ns(row: Mapping[str, Value]) -> dict[str, Value]:
    """What `row` has in the columns of `NS_OF`."""
    return {name: row[seconds] for seconds, name in NS_OF.items()}


def timeline_of_typed(
    source: Source, names: Sequence[str], rows: Iterable[Mapping[str, object]], *, called: str
) -> Timeline:
    """As `timeline_of`, of rows that are called `called` and counted from 1.

    Raises `ExchangeError` also where seconds are not the
    nanoseconds beside them, and for a value of another type than its column's.
    """
    given = dict.fromkeys(names)
    ours = [name for name in given if name not in NS_OF.values()]
    # What has only nanoseconds has its seconds too.
    header = [*ours, *(s for s, ns in NS_OF.items() if ns in given and s not in given)]

    def records() -> Iterator[list[str]]:
        yield header
        for number, row in enumerate(rows, 1):
            where = f"{called} {number}"
            yield [_cell(source, row, name, where) for name in header]

    return timeline_of(source, records(), raw=True, called=called)


def _cell(source: Source, row: Mapping[str, object], name: str, where: str) -> str:
    value = row.get(name)
    form = COLUMN[name].form if name in COLUMN else None
    if form is Form.SECONDS:
        return _seconds(source, row, name, where)
    if value is None:
        return ""
    if isinstance(value, str):
        # Attributes may be JSON in a text.
        fits = form in (Form.TEXT, Form.WORD, Form.CLOCK, Form.OBJECT, None)
        if NO_TEXT.search(value):
            source.refuse(
                f"{name} has a NUL or half of a pair of characters, which no text can have",
                where=where,
            )
    elif isinstance(value, Mapping):
        fits = form is Form.OBJECT and all(isinstance(one, str) for one in value.values())
    else:
        fits = form is None or (form is Form.WHOLE and type(value) is int)
    if form is not None and not fits:
        source.refuse(f"{name} is {_shown(value)}, not {_WHAT[form]}", where=where)
    return attributes_text(value) if isinstance(value, Mapping) and fits else str(value)


def _seconds(source: Source, row: Mapping[str, object], name: str, where: str) -> str:
    value, time_ns = row.get(name), row.get(NS_OF[name])
    is_number = type(value) in (int, float, Decimal) and _DECIMAL.fullmatch(str(value))
    if value is not None and not is_number:
        source.refuse(f"{name} is {_shown(value)}, not a number of seconds", where=where)
    if time_ns is None:
        return "" if value is None else str(value)
    if type(time_ns) is not int or abs(time_ns) >= _LARGEST:
        source.refuse(
            f"{NS_OF[name]} is {_shown(time_ns)}, not a whole number of nanoseconds", where=where
        )
    if value is not None and float(str(value)) != time_ns / NS:
        source.refuse(f"{name} is not {NS_OF[name]}; mend or remove one of them", where=where)
    return seconds_text(time_ns)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
