"""Rows of the project file: as a `Change` has them, as tables hold them, as the model's objects.

A *stored row* is a `Row` as the tables hold it: attributes as canonical JSON, withdrawn as 0 or 1.
Rows are added and updated, never deleted.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from bodycam_annotator.errors import EditError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Entity, Row
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.storage.canonical import canonical_json
from bodycam_annotator.storage.schema import ENTITIES, key_of

StoredRow = dict[str, Any]
Thing = Incident | Camera | Footage | Codebook | Tag

_COLUMNS: Mapping[Entity, tuple[str, ...]] = {
    entity: tuple(column.name for column in table.columns if column.name != "added")
    for entity, table in ENTITIES.items()
}
_CLASSES: Mapping[Entity, type[Thing]] = {
    "codebook": Codebook,
    "incident": Incident,
    "camera": Camera,
    "footage": Footage,
    "tag": Tag,
}
_DEFAULTS: Mapping[Entity, Row] = {
    entity: {
        entry.name: {} if entry.default is MISSING else entry.default
        for entry in fields(kind)
        if entry.default is not MISSING or entry.default_factory is not MISSING
    }
    for entity, kind in _CLASSES.items()
}
_TIME_BASE = re.compile(r"[1-9][0-9]{0,11}(?:/[1-9][0-9]{0,11})?")
_AT_ONCE = 500
"""Ids in one query; SQLite takes 32,766 at most, and 999 before 3.32."""


def codebook_row(codebook: Codebook) -> Row:
    """The `Row` of a codebook. The `Change.id` that goes with it is the label."""
    return {"id": codebook.id, "label": codebook.label, "source": codebook.source}


def stored(entity: Entity, row: Row) -> StoredRow:
    """The stored row of `row`, which may lack fields that have a default: the audit log's old
    rows do, where the field is younger than they are.

    Raises `ValueError` when another field is missing or one is not known.
    """
    values = {**_DEFAULTS[entity], **row}
    columns = _COLUMNS[entity]
    if values.keys() != set(columns):
        odd = ", ".join(sorted(values.keys() ^ set(columns)))
        raise ValueError(f"a {entity} row with missing or unknown fields: {odd}")
    if entity == "tag":
        values["attributes"] = canonical_json(values["attributes"])
        values["withdrawn"] = int(values["withdrawn"])
    return {column: values[column] for column in columns}


def thing(entity: Entity, row: StoredRow) -> Thing:
    """The model's object of a stored row. Raises `ValueError` or `CodebookError` when the row
    makes none, whatever it holds."""
    values = dict(row)
    if entity == "codebook":
        return _codebook(row)
    if entity == "tag":
        values["attributes"] = _attributes(row["attributes"])
        values["withdrawn"] = bool(row["withdrawn"])
        values["basis"] = None if row["basis"] is None else Basis(row["basis"])
        values["confidence"] = None if row["confidence"] is None else Confidence(row["confidence"])
        values["status"] = Status(row["status"])
    elif entity == "footage":
        values["time_base"] = _time_base(row["time_base"])
    return _CLASSES[entity](**values)


def _attributes(text: str) -> dict[str, str]:
    try:
        attributes = json.loads(text)
    except RecursionError as error:
        raise ValueError("its attributes are nested too deeply") from error
    if not isinstance(attributes, dict) or not all(
        isinstance(value, str) for value in attributes.values()
    ):
        raise ValueError("its attributes are no JSON object of texts")
    return attributes


def _time_base(text: str) -> Fraction:
    # `Fraction` would take `1e99999999` too, and work at it for ever.
    if not _TIME_BASE.fullmatch(text):
        raise ValueError(f"its time base {text[:40]!r} is no fraction of a second such as 1/90000")
    return Fraction(text)


def _codebook(row: StoredRow) -> Codebook:
    codebook = Codebook.from_toml(row["source"])
    if codebook_row(codebook) != row:
        raise ValueError(f"the text of the codebook {row['label']} is that of {codebook.label}")
    return codebook


def rows(
    connection: Connection, entity: Entity, *, ids: Sequence[str] | None = None
) -> dict[str, StoredRow]:
    """Stored rows by id in the order in which they were added: all, or those of `ids` there are."""
    if ids is None:
        return _rows(connection, entity, None)
    found: dict[str, StoredRow] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= _rows(connection, entity, ids[start : start + _AT_ONCE])
    return found


def _rows(
    connection: Connection, entity: Entity, ids: Sequence[str] | None
) -> dict[str, StoredRow]:
    table, columns, key = ENTITIES[entity], _COLUMNS[entity], key_of(entity)
    query = select(*(table.c[column] for column in columns)).order_by(table.c.added)
    if ids is not None:
        query = query.where(table.c[key].in_(ids))
    at = columns.index(key)
    return {row[at]: dict(zip(columns, row, strict=True)) for row in connection.execute(query)}


def conflict(connection: Connection, changes: Iterable[Change]) -> Change | None:
    """The first change whose row is not as `before` says, each seen after those ahead of it."""
    changes = tuple(changes)
    current = _touched_rows(connection, changes)
    for change in changes:
        before = None if change.before is None else stored(change.entity, change.before)
        if current.get((change.entity, change.id)) != before:
            return change
        current[change.entity, change.id] = stored(change.entity, change.after)
    return None


def holds(connection: Connection, changes: Iterable[Change]) -> bool:
    """Whether every row already is as `changes` would leave it."""
    changes = tuple(changes)
    current = _touched_rows(connection, changes)
    after = {(change.entity, change.id): stored(change.entity, change.after) for change in changes}
    return current == after


def _touched_rows(
    connection: Connection, changes: Sequence[Change]
) -> dict[tuple[Entity, str], StoredRow]:
    ids: dict[Entity, dict[str, None]] = {}
    for change in changes:
        ids.setdefault(change.entity, {})[change.id] = None
    return {
        (entity, row_id): row
        for entity, wanted in ids.items()
        for row_id, row in rows(connection, entity, ids=list(wanted)).items()
    }


def write(connection: Connection, changes: Iterable[Change]) -> None:
    """Writes each change's `after`, in order. Whether `before` holds is for `conflict` to say.

    Raises `EditError` when a row refers to one that is not in the project or breaks its table's
    rules, such as that whole numbers have 64 bits; `ValueError` when a row is not its entity's or
    not the one that the change names.
    """
    for (entity, new), group in groupby(changes, lambda c: (c.entity, c.before is None)):
        key = key_of(entity)
        values = []
        for change in group:
            row = stored(entity, change.after)
            if row[key] != change.id:
                raise ValueError(f"a change of {entity} {change.id} with the row of {row[key]}")
            values.append(row)
        try:
            _write(connection, entity, values, new=new)
        except (IntegrityError, OverflowError) as error:
            why = error.orig if isinstance(error, IntegrityError) else error
            raise EditError(
                f"The project cannot hold this {entity}: {why}. Nothing was changed."
            ) from error


def _write(connection: Connection, entity: Entity, values: list[StoredRow], *, new: bool) -> None:
    table, key = ENTITIES[entity], key_of(entity)
    if new:
        connection.execute(insert(table), values)
        return
    # The key itself is not set: SQLite would look through all rows that refer to it.
    statement = update(table).where(table.c[key] == bindparam("row_key"))
    connection.execute(
        statement,
        [{"row_key" if name == key else name: row[name] for name in row} for row in values],
    )
