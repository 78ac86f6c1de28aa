"""Which column of a table is which: as its names say, or as the person says."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bodycam_annotator.errors import ColumnsError, ExchangeError
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.timeline import COLUMN

MS_OF = {"start_s": "start_ms", "end_s": "end_ms", "duration_s": "duration_ms"}
"""Columns that a person may name for tables that count in milliseconds."""

_IN_FIGURES = frozenset((*MS_OF, *MS_OF.values(), "start_frame", "end_frame"))
_FIGURES = re.compile(r"-?[0-9][0-9:.,]*")
_NUMBERED = re.compile(r"#[1-9][0-9]{0,4}")


@dataclass(frozen=True, kw_only=True)
class TableColumns:
    """Where the columns are, from 0, by what they are called here; `width` is how many there are.

    `names` are the file's own, or the first row's cells where it has none, `known` those of
    `COLUMNS`, `ignored` the others. `numbered` tables have no row of names. `foreign` ones are
    other programs', as the person says which columns are meant.
    """

    places: Mapping[str, int]
    width: int
    names: tuple[str, ...]
    known: frozenset[str]
    ignored: tuple[str, ...]
    numbered: bool
    foreign: bool


def columns_of(source: Source, first: Sequence[str]) -> TableColumns:
    """The columns of a table whose first row is `first`.

    The person may call them by number, as `#1`, where the table has no names. Raises
    `ExchangeError` where a column is missing, or two are meant by one name.
    """
    asked = {ours: named for ours, named in source.columns.items() if named}
    names = cells = [cell.strip() for cell in first]
    numbered = bool(asked) and all(
        _NUMBERED.fullmatch(named) and named not in names for named in asked.values()
    )
    if numbered:
        names = [f"#{number}" for number in range(1, len(first) + 1)]
    _refuse_unknown(source, names)
    _refuse_two_units(source, asked)
    _refuse_values(source, asked)
    places = _named(source, names) | {ours: _place(source, names, asked[ours]) for ours in asked}
    _refuse_missing(source, places, cells)
    used = set(places.values())
    return TableColumns(
        places=places,
        width=len(names),
        names=tuple(cells),
        known=frozenset(places) & COLUMN.keys(),
        ignored=tuple(name for at, name in enumerate(names) if at not in used),
        numbered=numbered,
        foreign=bool(source.columns) or source.code is not None,
    )


def _named(source: Source, names: Sequence[str]) -> dict[str, int]:
    """Columns that are called as here, but those of which the person says otherwise."""
    times = Counter(names)
    others = {named for named in source.columns.values() if named}
    places = {}
    for at, name in enumerate(names):
        ours = name in COLUMN and name not in source.columns and name not in others
        if times[name] > 1 and name and (ours or not source.columns):
            source.refuse(f"there are two columns {name!r}; keep one of them")
        if ours:
            places[name] = at
    # A time that the person points out is not also read from where it would be else.
    given = {twin for pair in MS_OF.items() for twin in pair if source.columns.keys() & set(pair)}
    return {name: at for name, at in places.items() if name not in given}


def _place(source: Source, names: Sequence[str], named: str) -> int:
    if names.count(named) > 1:
        source.refuse(f"there are two columns {named!r}; keep one of them")
    return names.index(named)


def _refuse_unknown(source: Source, names: Sequence[str]) -> None:
    for ours, named in source.columns.items():
        if ours not in COLUMN and ours not in MS_OF.values():
            known = ", ".join((*COLUMN, *MS_OF.values()))
            raise ExchangeError(f"There is no column {ours!r}; there is {known}.")
        if named and named not in names:
            known = ", ".join(names)
            why = f"there is no column {named!r} for {ours}; it has {known[:500]}"
            raise ColumnsError(f"{source.path.name}: {why}.", names)


def _refuse_two_units(source: Source, asked: Mapping[str, str]) -> None:
    for seconds, milliseconds in MS_OF.items():
        if seconds in asked and milliseconds in asked:
            source.refuse(f"name a column for {seconds} or for {milliseconds}, not for both")


def _refuse_values(source: Source, asked: Mapping[str, str]) -> None:
    """A table without names would lose its first row as if that had them."""
    for ours, named in asked.items():
        if ours in _IN_FIGURES and _FIGURES.fullmatch(named):
            why = f"{named!r} is no name: has the table none, call its columns #1, #2 and so on"
            raise ColumnsError(f"{source.path.name}: {why}.")


def _refuse_missing(source: Source, places: Mapping[str, int], names: Sequence[str]) -> None:
    if "code" not in places and source.code is None:
        raise _missing(source, "code", names)
    if not {"start_s", "start_ms", "start_frame"} & places.keys():
        raise _missing(source, "start_s", names)


def _missing(source: Source, column: str, names: Sequence[str]) -> ColumnsError:
    known = ", ".join(name for name in names if name)[:300]
    why = f"there is no column {column!r}; it has {known or 'none'}. Say which of them is which."
    return ColumnsError(f"{source.path.name}: {why}", names)
