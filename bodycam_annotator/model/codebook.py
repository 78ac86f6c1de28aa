"""The versioned list of what may be tagged."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bodycam_annotator.errors import CodebookError
from bodycam_annotator.model.tag import Basis

RESERVED_KEYS = frozenset("JKLIO")
"""Letters that move through footage or set a tag's edges, so no code can have them."""

LAST_VERSION = 999_999_999

ID_FORM = re.compile(r"[a-z][a-z0-9_]*")
COLOR_FORM = re.compile(r"#[0-9A-Fa-f]{6}")


class Kind(StrEnum):
    """Whether a code marks one instant or a stretch of time."""

    POINT = "point"
    INTERVAL = "interval"


@dataclass(frozen=True, kw_only=True)
class Code:
    """One entry of a codebook.

    `attributes` maps an attribute's name to its allowed values; no values means free text.
    `key` is one capital letter or digit, or empty when the code has no key.
    """

    id: str
    name: str
    kind: Kind
    group: str
    key: str = ""
    color: str = "#9AA0A6"
    basis: Basis | None = None
    description: str = ""
    example: str = ""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Codebook:
    """A list of codes under one id and version. `source` is the TOML text it was read from."""

    id: str
    name: str
    version: int
    codes: tuple[Code, ...]
    source: str

    @property
    def label(self) -> str:
        """What tags made under this version carry, such as `use_of_force@1`."""
        return f"{self.id}@{self.version}"

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order in which codes first name them."""
        return tuple(dict.fromkeys(code.group for code in self.codes))

    def code(self, code_id: str) -> Code:
        """Raises `CodebookError` when the codebook has no such code."""
        found = self.find(code_id)
        if found is None:
            known = ", ".join(code.id for code in self.codes)
            raise CodebookError(
                f"The codebook {self.label} has no code {code_id!r}. It has: {known}."
            )
        return found

    def find(self, code_id: str) -> Code | None:
        return next((code for code in self.codes if code.id == code_id), None)

    @classmethod
    def from_toml(cls, text: str) -> "Codebook":
        """Raises `CodebookError` that says which entry is wrong and how, whatever `text` is."""
        try:
            return cls._from_toml(text)
        except RecursionError as error:
            raise CodebookError("The codebook is nested too deeply; flatten it.") from error
        except ValueError as error:
            # Also a number of thousands of digits, which is no TOMLDecodeError.
            raise CodebookError(f"The codebook is not valid TOML: {error}.") from error

    @classmethod
    def _from_toml(cls, text: str) -> "Codebook":
        raw = tomllib.loads(text)
        codes = raw.get("code")
        if not isinstance(codes, list) or not codes:
            raise CodebookError("The codebook has no [[code]] entries; it needs at least one.")
        book = cls(
            id=_text(raw, "id", "The codebook"),
            name=_text(raw, "name", "The codebook"),
            version=_version(raw),
            codes=tuple(_code(entry, number) for number, entry in enumerate(codes, 1)),
            source=text,
        )
        _refuse_doubles(book)
        return book


def same_content(one: Code | Codebook, other: Code | Codebook) -> bool:
    """Whether two codes, or two codebooks whatever their versions and sources, say the same.

    The order of attributes counts, which Python's mappings leave out when they are compared.
    """
    if isinstance(one, Codebook) and isinstance(other, Codebook):
        return (one.id, one.name, len(one.codes)) == (
            other.id,
            other.name,
            len(other.codes),
        ) and all(
            same_content(mine, theirs) for mine, theirs in zip(one.codes, other.codes, strict=True)
        )
    if isinstance(one, Code) and isinstance(other, Code):
        return one == other and list(one.attributes) == list(other.attributes)
    return False


def _text(raw: Mapping[str, Any], name: str, where: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise CodebookError(f"{where} needs {name} = a text in quotes.")
    return value


def _version(raw: Mapping[str, Any]) -> int:
    version = raw.get("version")
    if type(version) is not int or not 1 <= version <= LAST_VERSION:
        raise CodebookError(f"The codebook needs version = a whole number, 1 to {LAST_VERSION}.")
    return version


def _code(raw: Any, number: int) -> Code:  # noqa: ANN401 - whatever the TOML holds
    where = f"Code {number} of the codebook"
    if not isinstance(raw, dict):
        raise CodebookError(f"{where} is not a [[code]] table.")
    code_id = _text(raw, "id", where)
    where = f"The code {code_id!r}"
    if not ID_FORM.fullmatch(code_id):
        raise CodebookError(f"{where} needs an id of small letters, digits and _.")
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in set(Kind):
        raise CodebookError(f'{where} needs kind = "point" or "interval".')
    basis = raw.get("basis")
    if basis is not None and (not isinstance(basis, str) or basis not in set(Basis)):
        raise CodebookError(f"{where} has basis {basis!r}; use one of {', '.join(Basis)}.")
    return Code(
        id=code_id,
        name=_text(raw, "name", where),
        kind=Kind(kind),
        group=_text(raw, "group", where) if "group" in raw else "other",
        key=_key(raw.get("key", ""), where),
        color=_color(raw.get("color", Code.color), where),
        basis=Basis(basis) if basis is not None else None,
        description=str(raw.get("description", "")),
        example=str(raw.get("example", "")),
        attributes=_attributes(raw.get("attributes", {}), where),
    )


def _key(raw: Any, where: str) -> str:  # noqa: ANN401
    if raw == "":
        return ""
    key = raw.upper() if isinstance(raw, str) else ""
    if len(key) != 1 or not key.isascii() or not key.isalnum():
        raise CodebookError(f"{where} needs a key of one letter or digit, not {raw!r}.")
    if key in RESERVED_KEYS:
        raise CodebookError(f"{where} cannot have the key {key}: the player uses it.")
    return key


def _color(raw: Any, where: str) -> str:  # noqa: ANN401
    if not isinstance(raw, str) or not COLOR_FORM.fullmatch(raw):
        raise CodebookError(f"{where} needs a color like #56B4E9, not {raw!r}.")
    return raw


def _attributes(raw: Any, where: str) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
    if not isinstance(raw, dict):
        raise CodebookError(f"{where} needs attributes as name = [values].")
    for name, values in raw.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise CodebookError(f"{where} needs the attribute {name} as a list of texts.")
    return {name: tuple(values) for name, values in raw.items()}


def _refuse_doubles(book: Codebook) -> None:
    for what, values in (
        ("id", [code.id for code in book.codes]),
        ("key", [code.key for code in book.codes if code.key]),
    ):
        double = next((value for value, times in Counter(values).items() if times > 1), None)
        if double is not None:
            raise CodebookError(f"Two codes of the codebook have the {what} {double!r}.")
