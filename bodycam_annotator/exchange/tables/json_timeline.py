"""The whole timeline as JSON, as `assets/schemas/timeline.schema.json` describes it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any, NoReturn

from bodycam_annotator.exchange.format import Content, Format, Source
from bodycam_annotator.exchange.sidecar import account_of, footage_account
from bodycam_annotator.exchange.tables.typed_rows import NS_OF, timeline_of_typed, with_ns
from bodycam_annotator.exchange.timeline import COLUMNS, Timeline, Value, json_row, row_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag

SCHEMA = "urn:bodycam-annotator:timeline:1"

_MOST_DIGITS = 25
_MOST_PARTS = 1_000_000
_MOST_COMMAS = 10_000_000
"""Two hundred thousand tags have 400,000 objects and 9 million commas, texts not counted."""

_COLUMNS_OF_TAGS = frozenset((*(column.name for column in COLUMNS), *NS_OF.values()))


def write_json(content: Content) -> Iterator[bytes]:
    """One line for each tag, so that two files can be compared line by line."""
    head = {"schema": SCHEMA, **_about(content)}
    yield b"{\n"
    for name, value in head.items():
        yield f'"{name}": '.encode() + _json(value) + b",\n"
    yield b'"tags": [\n'
    comma = b""
    for tag in content.each_tag():
        yield comma + _json(tag_object(content.project, tag))
        comma = b",\n"
    yield b"\n]\n}\n"


def tag_object(project: Project, tag: Tag) -> dict[str, float | Value]:
    """The CSV's columns with types, the times also in nanoseconds."""
    row = row_of(project, tag)
    said = {**json_row(row), **with_ns(row), "footage_id": tag.footage_id}
    return {**said, "attributes": dict(tag.attributes), "origin": tag.origin or None}


def account(content: Content, format: Format) -> dict[str, Any]:
    """What the sidecar of other formats says, for a file that says it itself; texts are raw."""
    said = account_of(replace(content, raw=True), format, {})
    return {**said, "about": f"How this file ({format.title}) was made, and how to read it."}


def _about(content: Content) -> dict[str, Any]:
    project = content.project
    said = account(content, JSON)
    # These are beside it, and more of them.
    said = {name: one for name, one in said.items() if name not in ("codebooks", "footage")}
    compared = content.compared
    return {
        "account": said,
        "incident": asdict(project.incident),
        "cameras": [asdict(camera) for camera in project.cameras.values()],
        "footage": [
            _footage(one) | footage_account(project, one, compared.get(one.id))
            for one in project.footage.values()
        ],
        "codebooks": {label: book.source for label, book in project.codebooks.items()},
    }


def _footage(footage: Footage) -> dict[str, Any]:
    """What is not in the sidecar's account of it."""
    return {
        "id": footage.id,
        "camera_id": footage.camera_id,
        "stream": footage.stream,
        "modified_ns": footage.modified_ns,
        "first_ns": footage.first_ns,
        "end_ns": footage.end_ns,
    }


def _json(value: object) -> bytes:
    """Halves of characters become JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace")


def read_json(source: Source) -> Timeline:
    """All tags and the codebooks they need; raises `ExchangeError` at the first wrong thing."""
    said = loaded(source, source.text)
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        source.refuse(f'it does not say "schema": "{SCHEMA}", so it is no timeline in JSON')
    tags = said.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, dict) for tag in tags):
        source.refuse("tags is no list of objects")
    books = said.get("codebooks", {})
    if not isinstance(books, dict) or not all(isinstance(one, str) for one in books.values()):
        source.refuse("codebooks is no object of texts")
    if not tags:
        return Timeline(rows=(), columns=frozenset(), codebooks=books)
    names = _names(tags)
    known = [name for name in names if name in _COLUMNS_OF_TAGS]
    if not known:
        source.refuse("its tags have none of a tag's keys, such as “code” and “start_s”")
    timeline = timeline_of_typed(source, known, tags, called="tag")
    others = tuple(name for name in names if name not in (*known, "footage_id", "origin"))
    return replace(timeline, codebooks=books, ignored=others)


def _names(tags: Sequence[dict[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for tag in tags:
        if not tag.keys() <= names.keys():
            names |= dict.fromkeys(tag)
    return list(names)


def loaded(source: Source, text: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """JSON with all digits of its fractions.

    Raises `ExchangeError`, also for what JSON leaves open: NaN, names that are there twice, and
    numbers of any length.
    """

    def whole(digits: str) -> int:
        if len(digits) > _MOST_DIGITS:
            source.refuse(f"a number has {len(digits)} digits")
        return int(digits)

    def constant(name: str) -> NoReturn:
        source.refuse(f"{name} is no number")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            double = next(name for name in found if names.count(name) > 1)
            source.refuse(f"{double[:60]!r} is there twice in one object")
        return found

    if text.count("{") + text.count("[") > _MOST_PARTS or text.count(",") > _MOST_COMMAS:
        source.refuse("it holds more than 200000 tags would; split it and import the parts")
    try:
        return json.loads(
            text,
            parse_int=whole,
            parse_float=Decimal,
            parse_constant=constant,
            object_pairs_hook=unique,
        )
    except RecursionError:
        source.refuse("it is nested too deeply")
    except (ValueError, ArithmeticError) as error:
        source.refuse(f"it is not JSON: {error}")


JSON = Format(
    name="json",
    title="JSON timeline",
    endings=(".json",),
    loses=(
        "Withdrawn tags, the audit log and what can be undone stay in the project.",
        "The folders that footage lies in are left out, its file names are not.",
        "Import takes tags and codebooks; cameras, sync and clocks are written for other programs.",
    ),
    write=write_json,
    read=read_json,
    recognises=lambda beginning: SCHEMA.encode() in beginning,
    has_sidecar=False,
    columns={column.name: column.meaning for column in COLUMNS},
)
