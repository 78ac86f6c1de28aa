"""The ethogram of a BORIS project as a codebook.

BORIS (Friard and Gamba 2016, Methods in Ecology and Evolution 7, 1325) keeps a project as JSON, or
as that packed by gzip: `behaviors_conf` has the behaviours, `subjects_conf` the subjects and
`behavioral_categories_config` the categories' colours. Format 7.0 is read, and the modifiers of
older ones (`set 1 a,b|c,d`). Nothing else of the project is looked at.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.model.codebook import COLOR_FORM, RESERVED_KEYS, Code, Codebook, Kind
from bodycam_annotator.model.codebook_draft import MOST_CODES, free_id, id_from
from bodycam_annotator.model.palette import next_color

MAX_BYTES = 64 * 1024 * 1024
"""Unpacked; a project of a hundred thousand events takes about 10 MB."""

_KINDS = {
    "Point event": Kind.POINT,
    "State event": Kind.INTERVAL,
    "Point event with coding map": Kind.POINT,
    "State event with coding map": Kind.INTERVAL,
}
_SINGLE, _MULTIPLE, _NUMERIC, _EXTERNAL = 0, 1, 2, 3
_WHY_FREE = {
    _MULTIPLE: "several of its values could be chosen at once",
    _NUMERIC: "it was a number",
    _EXTERNAL: "its value came from a data file",
}
_SHORTCUT = re.compile(r"\s*\([^()]{1,3}\)\s*\Z")
_GZIP = b"\x1f\x8b"
_EXACT_NUMBERS = {"parse_float": Decimal, "parse_constant": lambda _: None}
_MOST_PARTS = 600_000
_LONGEST = 10_000
_MOST_VALUES = 1000
_MOST_SUBJECT_TEXT = 400_000
"""Characters of all subjects in all codes; a codebook's file may have 1 MiB."""


@dataclass(frozen=True, kw_only=True)
class Ethogram:
    """A codebook without a source, and sentences on what was not taken over."""

    codebook: Codebook
    notes: tuple[str, ...]


def is_boris(path: Path) -> bool:
    """Going by its name."""
    return path.name.lower().endswith((".boris", ".boris.gz", ".json"))


def read_ethogram(path: Path) -> Ethogram:
    """Raises `ExchangeError` that names the file when it is no BORIS project with behaviours."""
    try:
        return ethogram_of(_project(_bytes_of(path)), path.name.split(".")[0])
    except ExchangeError as error:
        raise ExchangeError(f"{path}: {error}") from error


def ethogram_of(project: Mapping[str, Any], stem: str) -> Ethogram:
    """`stem` is what the codebook is called where the project has no name. Raises `ExchangeError`
    that does not name the file."""
    return _Reading(project, stem).ethogram()


def project_of(data: bytes, *, most: int) -> Mapping[str, Any]:
    """A BORIS project, packed or not, of at most `most` bytes unpacked; numbers with decimals are
    `Decimal`, and NaN is None. Raises `ExchangeError` that does not name the file."""
    if data[:2] == _GZIP:
        try:
            with gzip.open(io.BytesIO(data)) as file:
                data = file.read(most + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise ExchangeError(f"it cannot be unpacked ({error}).") from error
    if len(data) > most:
        raise ExchangeError(f"it is larger than {most // 1024**2} MB; export fewer observations.")
    if data.count(b"[") + data.count(b"{") > _MOST_PARTS or data.count(b",") > 5 * _MOST_PARTS:
        raise ExchangeError("it has more parts than any project; export fewer observations.")
    return _project(data, exact=True)


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file() and path.exists():
            # A pipe or device may never come to an end.
            raise ExchangeError("it is no ordinary file; give a BORIS project.")
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ExchangeError(f"it cannot be unpacked ({error}).") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ExchangeError(f"it cannot be read: {why}.") from error
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise ExchangeError(f"it is larger than {limit} MB; export the ethogram alone from BORIS.")
    return data


def _project(data: bytes, *, exact: bool = False) -> Mapping[str, Any]:
    number: Mapping[str, Any] = _EXACT_NUMBERS if exact else {}
    try:
        project = json.loads(data.decode("utf-8-sig"), **number)
    except UnicodeDecodeError as error:
        raise ExchangeError("it is not UTF-8 text, as BORIS projects are.") from error
    except RecursionError as error:
        raise ExchangeError("it is nested too deeply for a BORIS project.") from error
    except ValueError as error:
        raise ExchangeError(f"it is not JSON, as BORIS projects are ({error}).") from error
    if not isinstance(project, dict) or not isinstance(project.get("behaviors_conf"), dict):
        raise ExchangeError("it has no behaviors_conf, so it is no BORIS project.")
    return project


@dataclass
class _Reading:
    project: Mapping[str, Any]
    stem: str
    notes: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)

    def ethogram(self) -> Ethogram:
        behaviors = list(self.project["behaviors_conf"].values())
        if len(behaviors) > MOST_CODES:
            raise ExchangeError(f"it has {len(behaviors)} behaviours, more than {MOST_CODES}.")
        every_subject = self._subjects()
        text = len(behaviors) * sum(len(f'"{name}", ') for name in every_subject)
        is_free = len(every_subject) > _MOST_VALUES or text > _MOST_SUBJECT_TEXT
        subjects = None if not every_subject else () if is_free else every_subject
        colors = self._category_colors()
        for number, raw in enumerate(behaviors, 1):
            self._take(raw, number, subjects, colors)
        if not self.codes:
            raise ExchangeError("none of its behaviours could be read. " + " ".join(self.notes))
        self._note_subjects(every_subject, is_free=is_free)
        self._note_rest()
        name = _text(self.project, "project_name", "the project").strip() or self.stem
        book = Codebook(id=id_from(name), name=name, version=1, codes=tuple(self.codes), source="")
        return Ethogram(codebook=book, notes=tuple(self.notes))

    def _take(
        self,
        raw: Any,  # noqa: ANN401
        number: int,
        subjects: tuple[str, ...] | None,
        colors: Mapping[str, str],
    ) -> None:
        where = f"behaviour {number}"
        if not isinstance(raw, dict):
            raise ExchangeError(f"{where} is not an object.")
        name = _text(raw, "code", where).strip()
        if not name:
            self.notes.append(f"Behaviour {number} has no code and was left out.")
            return
        kind = _KINDS.get(_text(raw, "type", where).strip())
        if kind is None:
            said = f"“{name}” is neither a point nor a state event and was left out."
            self.notes.append(said)
            return
        if any(code.name == name for code in self.codes):
            self.notes.append(f"“{name}” is there twice; the second was left out.")
            return
        group = _text(raw, "category", where).strip() or "other"
        code = Code(
            id=free_id(id_from(name), taken=(code.id for code in self.codes)),
            name=name,
            kind=kind,
            group=group,
            key=self._key(_text(raw, "key", where).strip(), name),
            color=self._color(_text(raw, "color", where) or colors.get(group, ""), name),
            description=_text(raw, "description", where).strip(),
        )
        attributes = self._modifiers(raw.get("modifiers"), name)
        if subjects is not None:
            attributes[_free_name("subject", attributes)] = subjects
        self.codes.append(replace(code, attributes=attributes))
        self._note_lost(raw, name, where)

    def _key(self, raw: str, name: str) -> str:
        """BORIS tells small from capital letters and lets behaviours share a key."""
        key = raw.upper()
        if not key:
            return ""
        if len(key) != 1 or not (key.isascii() and key.isalnum()):
            why = "a key is one letter or digit here"
        elif key in RESERVED_KEYS:
            why = "the player uses it"
        else:
            other = next((code.name for code in self.codes if code.key == key), None)
            if other is None:
                return key
            why = f"“{other}” has it"
        self.notes.append(f"“{name}” has no key: it was {raw}, but {why}.")
        return ""

    def _color(self, raw: str, name: str) -> str:
        if COLOR_FORM.fullmatch(raw.strip()):
            return raw.strip().upper()
        color = next_color(code.color for code in self.codes)
        if raw.strip():
            self.notes.append(f"“{name}” has the colour {color}: BORIS’s was “{raw[:40]}”.")
        return color

    def _modifiers(self, raw: Any, name: str) -> dict[str, tuple[str, ...]]:  # noqa: ANN401
        attributes: dict[str, tuple[str, ...]] = {}
        for number, one in enumerate(_modifier_sets(raw, name), 1):
            label = _text(one, "name", f"a modifier of “{name}”").strip()
            wanted = _free_name(label or f"modifier {number}", attributes)
            kind, values = one.get("type", _SINGLE), _values(one.get("values"), name)
            if isinstance(kind, str) and kind.isdecimal():
                # JSON has no whole numbers of their own: some writers make them texts.
                if len(kind) > 9:
                    said = f"the type of the modifier “{_short(wanted)}” of “{name}” is no number"
                    raise ExchangeError(f"{said} that BORIS has: it has {len(kind)} digits.")
                kind = int(kind)
            if kind == _SINGLE:
                attributes[wanted] = values
                continue
            attributes[wanted] = ()
            had = f"; its values were {_listed(values)}" if values else ""
            why = _WHY_FREE.get(kind if isinstance(kind, int) else -1, "its kind is not known")
            self.notes.append(f"“{name}”: {wanted} takes any text, as {why}{had}.")
        return attributes

    def _subjects(self) -> tuple[str, ...]:
        raw = self.project.get("subjects_conf") or {}
        if not isinstance(raw, dict):
            raise ExchangeError("its subjects_conf is not an object.")
        names = [_text(one, "name", "a subject").strip() for one in raw.values() if one]
        return tuple(dict.fromkeys(name for name in names if name))

    def _category_colors(self) -> dict[str, str]:
        raw = self.project.get("behavioral_categories_config") or {}
        every = raw.values() if isinstance(raw, dict) else ()
        found = [one for one in every if isinstance(one, dict)]
        where = "a category"
        return {_text(one, "name", where).strip(): _text(one, "color", where) for one in found}

    def _note_lost(self, raw: Mapping[str, Any], name: str, where: str) -> None:
        excluded = _text(raw, "excluded", where).strip()
        if excluded:
            said = f"“{name}” excluded {excluded}: here codes do not exclude each other."
            self.notes.append(said)
        if raw.get("coding map") or "with coding map" in _text(raw, "type", where):
            self.notes.append(f"“{name}” had a coding map, whose areas are not taken over.")

    def _note_subjects(self, subjects: tuple[str, ...], *, is_free: bool) -> None:
        if not subjects:
            return
        are = "values of each code’s attribute “subject”"
        if is_free:
            are = "too many to choose from: each code’s attribute “subject” takes any text"
        said = f"The subjects ({_listed(subjects)}) are {are}"
        self.notes.append(f"{said}; their keys and descriptions are not taken over.")

    def _note_rest(self) -> None:
        for field_name, what in (
            ("observations", "observations with their events"),
            ("independent_variables", "independent variables"),
            ("behaviors_coding_map", "behaviours coding maps"),
            ("converters", "converters"),
        ):
            there = self.project.get(field_name)
            if isinstance(there, dict | list) and there:
                self.notes.append(f"Not taken over: {len(there)} {what}.")


def _modifier_sets(raw: Any, name: str) -> list[Mapping[str, Any]]:  # noqa: ANN401
    if not raw:
        return []
    if isinstance(raw, str):
        return [{"values": one.split(",")} for one in raw[:_LONGEST].split("|")]
    if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
        raise ExchangeError(f"the modifiers of “{name}” are not an object of objects.")
    return list(raw.values())[:_MOST_VALUES]


def _values(raw: Any, name: str) -> tuple[str, ...]:  # noqa: ANN401
    """Each value once, without the shortcut that BORIS keeps behind it: `walks (w)`."""
    if not raw:
        return ()
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise ExchangeError(f"the values of a modifier of “{name}” are not a list of texts.")
    bare = [_SHORTCUT.sub("", one[:_LONGEST]).strip() for one in raw[:_MOST_VALUES]]
    return tuple(dict.fromkeys(value for value in bare if value))


def _listed(names: tuple[str, ...], most: int = 40) -> str:
    """The first of them, for a sentence."""
    said = ", ".join(map(_short, names[:most]))
    return said + (f" … and {len(names) - most} more" if len(names) > most else "")


def _short(name: str, most: int = 60) -> str:
    return name if len(name) <= most else f"{name[:most]}…"


def _free_name(wanted: str, taken: Mapping[str, Any]) -> str:
    if wanted not in taken:
        return wanted
    return next(f"{wanted} {n}" for n in range(2, 10**6) if f"{wanted} {n}" not in taken)


def _text(raw: Any, name: str, where: str) -> str:  # noqa: ANN401
    """Empty when it is not given."""
    value = raw.get(name) if isinstance(raw, dict) else raw
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ExchangeError(f"{name} of {where} is not a text.")
    if len(value) > _LONGEST:
        raise ExchangeError(f"{name} of {where} is longer than {_LONGEST} characters.")
    return value
