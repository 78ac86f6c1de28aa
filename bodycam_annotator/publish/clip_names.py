"""Names of clips from a template, safe on every file system."""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping

from bodycam_annotator.errors import ExchangeError

FIELDS = ("incident", "camera", "code", "n", "start", "speaker")
"""What a template may name in braces; `n` is the number of the clip in its export."""

DEFAULT = "{incident} {camera} {n} {code} {start}"

LONGEST = 200
"""Bytes in UTF-8 of a name with its ending: file systems have 255, and sidecars and temporary
files add to it."""

BESIDE = ".json"
"""What the name of a file's account has more than the file's."""

_PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")
_RESERVED = frozenset(("con", "prn", "aux", "nul", "conin$", "conout$", "clock$", *_PORTS))
"""Names of devices on Windows, whatever ending they have."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_SPACES = re.compile(r"\s+")
_EMPTY = "clip"


def check_template(template: str) -> None:
    """Raises `ExchangeError` in words when it names a field that there is not."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ExchangeError(f"The name {template!r} is no template: {error}.") from error
    for _, field, form, conversion in parts:
        if field is not None and (field not in FIELDS or form or conversion):
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise ExchangeError(f"There is no {{{field}}} for names of clips; there are {known}.")


class Names:
    """Gives names to the files of one folder, each unlike those that are `taken` or were given.

    Names that differ only in case or in how an accent is written are alike, as they are on some
    file systems. With a name goes that of its account, which is longer by `BESIDE`.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_alike(name) for name in taken}
        self._numbers: dict[str, int] = {}

    def new(self, template: str, fields: Mapping[str, str], *, ending: str) -> str:
        """A name with its `ending` (".mp4").

        `fields` has a text for each of `FIELDS` that the template names; none is blank. Raises
        `ExchangeError` as `check_template`.
        """
        check_template(template)
        texts = {name: fields.get(name, "") for name in FIELDS}
        stem = safe_stem(template.format_map(texts), room=LONGEST - len(ending.encode()))
        name = f"{stem}{ending}"
        alike = _alike(name)
        number = self._numbers.get(alike, 1)
        while {_alike(name), _alike(name + BESIDE)} & self._taken:
            number += 1
            more = f" ({number})"
            room = LONGEST - len((more + ending).encode())
            name = f"{safe_stem(stem, room=room)}{more}{ending}"
        self._numbers[alike] = number
        self._taken |= {_alike(name), _alike(name + BESIDE)}
        return name


def safe_stem(text: str, *, room: int = LONGEST) -> str:
    """The text as a name without ending: what no file system minds, at most `room` bytes."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(_safe(character) for character in text)
    text = _SPACES.sub(" ", _FORBIDDEN.sub("-", text)).strip(" .-")
    text = _cut(text, room).rstrip(" .")
    if text.partition(".")[0].rstrip().casefold() in _RESERVED:
        text = _cut(f"_{text}", room)
    return text or _EMPTY


def _safe(character: str) -> str:
    """Blank for what is no character to be seen: controls, marks that turn the direction of
    writing round, halves of characters, private ones."""
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\t\r\n":
        return " "
    if kind.startswith("C") and character not in "\u200c\u200d":
        return ""
    # Marks above 127 that Windows or macOS write as something else.
    return "-" if character in "\u2215\u2044\uff0f\uff3c\uff1a\u2216" else character


def _cut(text: str, room: int) -> str:
    """At most `room` bytes, no character and no accent cut in two."""
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[:room].decode(errors="ignore")
    while kept and len(kept) < len(text) and unicodedata.combining(text[len(kept)]):
        kept = kept[:-1]
    return kept


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
