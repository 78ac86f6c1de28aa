"""A codebook as the TOML text that it is kept, exported and read as.

What a person wrote stays as they wrote it: the text of a code that was not changed is not touched,
and comments stay with their code.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from bodycam_annotator.errors import CodebookError
from bodycam_annotator.model.codebook import Code, Codebook, same_content

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*code[ \t]*\]\]", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TRAIL = re.compile(r"(?:^[ \t]*(?:#[^\n]*)?(?:\n|\Z))*\Z", re.MULTILINE)


def written(book: Codebook) -> Codebook:
    """`book` with the source that says what it says, made from the source it has, or anew.

    Raises `CodebookError` when the codebook cannot be, such as with two codes of one id.
    """
    for source in (book.source, _revised(book), _anew(book)):
        if source:
            made = Codebook.from_toml(source)
            if made.version == book.version and same_content(made, book):
                return made
    raise CodebookError("The codebook holds what its file cannot; look through its texts.")


@dataclass(frozen=True, kw_only=True)
class _Blocks:
    """A source in parts: what is before the codes, and each code's own text by id."""

    head: str
    codes: Mapping[str, str]


def _revised(book: Codebook) -> str | None:
    """The source with only what differs changed; None when its codes cannot be told apart."""
    if not book.source:
        return None
    try:
        before = Codebook.from_toml(book.source)
        blocks = _blocks(before)
        if blocks is None:
            return None
        texts = [_head(blocks.head, book)]
        for code in book.codes:
            old = before.find(code.id)
            texts.append(
                _entry(code) if old is None else _changed(blocks.codes[code.id], old, code)
            )
    except (CodebookError, TOMLKitError, ValueError):
        return None
    return "".join(_apart(texts))


def _anew(book: Codebook) -> str:
    return "".join(_apart([_head("", book), *(_entry(code) for code in book.codes)]))


def _apart(texts: list[str]) -> Iterator[str]:
    """With a line between two entries where there is none."""
    for at, text in enumerate(texts):
        ended = text if text.endswith("\n") else f"{text}\n"
        if at + 1 < len(texts) and not ended.endswith("\n\n") and texts[at + 1][:1] != "\n":
            ended += "\n"
        yield ended


def _blocks(book: Codebook) -> _Blocks | None:
    """Cuts the source before each [[code]] and the comments above it. None when a part does not
    say by itself what it says in the whole, as where [[code]] stands in a text of several lines."""
    source = book.source.replace("\r\n", "\n")
    starts = [match.start() for match in _HEADER.finditer(source)]
    if len(starts) != len(book.codes):
        return None
    cuts = [start - _comments_above(source[:start]) for start in starts]
    ends = [*cuts[1:], len(source)]
    texts = [source[cut:end] for cut, end in zip(cuts, ends, strict=True)]
    raw = tomllib.loads(source)["code"]
    for text, entry in zip(texts, raw, strict=True):
        if tomllib.loads(text).get("code") != [entry]:
            return None
    named = {code.id: text for code, text in zip(book.codes, texts, strict=True)}
    return _Blocks(head=source[: cuts[0]], codes=named)


def _comments_above(text: str) -> int:
    """The length of the comments that directly precede what follows `text`; those that a blank
    line parts from it belong to what is before."""
    trail = _TRAIL.search(text)
    lines = trail.group().splitlines(keepends=True) if trail else []
    length = 0
    for line in reversed(lines):
        if not line.strip():
            break
        length += len(line)
    return length


def _head(text: str, book: Codebook) -> str:
    document = tomlkit.parse(text)
    for name, value in (("id", book.id), ("name", book.name), ("version", book.version)):
        if document.get(name) != value:
            document[name] = value
    return tomlkit.dumps(document)


def _entry(code: Code) -> str:
    """Without tomlkit, whose tables and arrays take longer the more is in them already."""
    lines = ["[[code]]"]
    lines += [f"{name} = {_toml(value)}" for name, value in _values(code).items() if value]
    if code.attributes:
        lines += ["", "[code.attributes]"]
        lines += [f"{_named(name)} = {_toml(values)}" for name, values in code.attributes.items()]
    return "".join(f"{line}\n" for line in lines)


def _changed(text: str, old: Code, new: Code) -> str:
    if same_content(old, new):
        return text
    document = tomlkit.parse(text)
    codes = document["code"]
    assert isinstance(codes, AoT)
    table = codes[0]
    before = _values(old)
    for name, value in _values(new).items():
        if value == before[name]:
            continue
        if value:
            _put(table, name, value)
        else:
            table.pop(name, None)
    if list(old.attributes.items()) != list(new.attributes.items()):
        table.pop("attributes", None)
        if new.attributes:
            table["attributes"] = _attributes(new.attributes)
    return tomlkit.dumps(document)


def _put(table: Table, name: str, value: str) -> None:
    """In its place, or before what is a table of its own: after that it would belong to it."""
    if name in table or "attributes" not in table:
        table[name] = value
        return
    attributes = table.pop("attributes")
    table[name] = value
    table["attributes"] = attributes


def _values(code: Code) -> dict[str, str]:
    return {
        "id": code.id,
        "name": code.name,
        "kind": str(code.kind),
        "key": code.key,
        "group": code.group,
        "color": code.color,
        "basis": "" if code.basis is None else str(code.basis),
        "description": code.description,
        "example": code.example,
    }


def _attributes(attributes: Mapping[str, tuple[str, ...]]) -> Table:
    table = tomlkit.table()
    for name, values in attributes.items():
        table[name] = tomlkit.value(_toml(values))
    return table


def _named(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _toml(value: str | tuple[str, ...]) -> str:
    """A text or a list of texts; what JSON says of them TOML says too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
