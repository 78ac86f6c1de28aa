"""Rows of a sheet as spreadsheets usually write them, read as text.

A parser of XML takes ten times as long. So only what can mean but one thing is read here, with all
of it matched; at the first other thing, be it a formula, a date or a comment, the sheet is left to
openpyxl. What is around the rows is given back, for a parser to look at.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Container, Iterator, Sequence
from typing import IO

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.xml.constants import SHEET_MAIN_NS

Row = tuple[int, dict[int, str]]
"""A row's number and its cells' texts by column, both counted from 1."""

_PIECE = 1024 * 1024
_LONGEST = 1_000_000
"""Characters of what is around the rows, and of a row with all its cells."""

_HEAD = re.compile(
    r"\ufeff?(?:<\?xml version=\"1\.0\"(?: encoding=\"(?:UTF|utf)-8\")?"
    r"(?: standalone=\"yes\")?\?>)?\s*"
    rf"<worksheet(?=[ ])[^<>]*? xmlns=\"{re.escape(SHEET_MAIN_NS)}\"[^<>]*>"
)
_ROWS, _END = "<sheetData>", "</sheetData>"
_ROW = re.compile(r'<row(?: r="([1-9][0-9]{0,6})")?(?: [A-Za-z0-9:]++="[^<>&"]*+")*+>')
_CELL = re.compile(
    r'<c(?: r="([A-Z]{1,3})[1-9][0-9]{0,6}")?(?: s="([0-9]{1,5})")?'
    r'(?: t="(n|s|inlineStr)")?(?:/>|>(?:<v>([^<]*+)</v>'
    r'|<is><t(?: xml:space="preserve")?>([^<]*+)</t></is>|<is><t ?/></is>)?</c>)'
)
_NUMBER = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?")
_INDEX = re.compile(r"[0-9]{1,7}")
_ODD = re.compile(r"<!|\]\]>|[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML changes, forbids or means otherwise, wherever it stands."""
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")


class UnusualError(Exception):
    """There is something in the sheet that is not read here."""


class UsualRows:
    """The rows of the sheet in `part`; iterating raises `UnusualError`.

    `shared` is the workbook's table of texts, and `dates` the styles whose numbers are dates.
    `around` is, once all rows are read, the sheet without them.
    """

    def __init__(self, part: IO[bytes], shared: Sequence[str], dates: Container[int]) -> None:
        self.around = ""
        self._part = part
        self._decoded = getincrementaldecoder("utf-8")()
        self._shared = shared
        self._dates = dates

    def __iter__(self) -> Iterator[Row]:
        head, found, text = self._until(_ROWS)
        if not found or not _HEAD.match(head):
            raise UnusualError
        number = 0
        last = False
        while not last:
            rows, end, after = text.partition(_END)
            last = bool(end)
            *whole, rest = rows.split("</row>")
            for one in whole:
                number, cells = self._row(one, number)
                yield number, cells
            if last and rest:
                raise UnusualError
            text = after if last else self._more(rest)
        text += self._rest()
        if "<row" in text or _ROWS in text:
            raise UnusualError
        self.around = f"{head}{_ROWS}{_END}{text}"

    def _until(self, mark: str) -> tuple[str, str, str]:
        text = self._more("")
        while mark not in text:
            text = self._more(text)
        return text.partition(mark)

    def _rest(self) -> str:
        text = ""
        while piece := self._part.read(_PIECE):
            text += self._text(piece)
            if len(text) > _LONGEST:
                raise UnusualError
        return text

    def _more(self, text: str) -> str:
        """`text` and what follows it in the file."""
        piece = self._part.read(_PIECE)
        if not piece or len(text) > _LONGEST:
            raise UnusualError
        return text + self._text(piece)

    def _text(self, piece: bytes) -> str:
        try:
            text = self._decoded.decode(piece)
        except UnicodeDecodeError as error:
            raise UnusualError from error
        if _ODD.search(text):
            raise UnusualError
        return text

    def _row(self, text: str, last: int) -> Row:
        head = _ROW.match(text)
        if head is None:
            raise UnusualError
        # What is between cells, and the five groups of each.
        parts = _CELL.split(text[head.end() :])
        if any(parts[::6]):
            raise UnusualError
        cells: dict[int, str] = {}
        column = 0
        for place, style, kind, value, inline in zip(
            parts[1::6], parts[2::6], parts[3::6], parts[4::6], parts[5::6], strict=True
        ):
            column = _COLUMNS.get(place) or _column(place, column)
            if value is None:
                cells[column] = _plain(inline or "")
            elif kind == "s":
                cells[column] = self._shared_text(value)
            else:
                cells[column] = self._number(kind, style, value)
        return int(head[1]) if head[1] else last + 1, cells

    def _shared_text(self, value: str) -> str:
        at = int(value) if _INDEX.fullmatch(value) else len(self._shared)
        if at >= len(self._shared):
            raise UnusualError
        return self._shared[at] or ""

    def _number(self, kind: str | None, style: str | None, value: str) -> str:
        """As openpyxl has it once it is text again."""
        dated = style is not None and int(style) in self._dates
        if dated or kind == "inlineStr" or not _NUMBER.fullmatch(value):
            raise UnusualError
        return str(int(value)) if value.lstrip("-").isdecimal() else str(float(value))


def _column(place: str | None, last: int) -> int:
    return last + 1 if place is None else column_index_from_string(place)


_COLUMNS = {get_column_letter(at): at for at in range(1, 100)}


def _plain(text: str) -> str:
    if "&" not in text:
        return text
    if _REFERENCE.search(text):
        raise UnusualError
    for name, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("apos", "'"), ("amp", "&")):
        text = text.replace(f"&{name};", character)
    return text
