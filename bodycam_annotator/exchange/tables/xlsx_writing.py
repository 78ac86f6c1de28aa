"""Writing the CSV timeline's columns on one sheet of a workbook.

openpyxl writes the workbook and the row of column names; the other rows are put behind that as
text, as it makes objects of every cell, which takes ten times as long.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.csv_timeline import plain_text
from bodycam_annotator.exchange.tables.xlsx import LONGEST, RAW, TEXTS
from bodycam_annotator.exchange.timeline import COLUMNS, Column, Form, Value
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import NS

_EXACT_BELOW = 10**15
"""Of whole numbers, as spreadsheets keep 15 digits."""

_ESCAPED = re.compile(
    r"_(?=x[0-9A-Fa-f]{4}_)|[\x01-\x08\x0b-\x1f\ufffe\uffff]|\A\s(?=\s*\Z)", re.DOTALL
)
"""What XML or a program that reads it changes or forbids, and what looks like an escape of it."""

_SHEET = "xl/worksheets/sheet1.xml"
_ROWS_END = b"</sheetData>"
_ROWS_AT_ONCE = 500
_PACKING = 3
"""Of zlib's levels; more takes longer and saves little."""

_WIDTHS = {"text": 60, "note": 40, "tag_id": 12, "media_sha256": 12, "attributes": 30}
_USUAL_WIDTH = 14
_KEPT = 512

_Writer = Callable[[Value], str]


class _UnfitError(Exception):
    """Why a text cannot be in a cell; its arguments are the column's name and what is wrong."""


def write_xlsx(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` when a text cannot be in a cell."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(_empty(raw=content.raw)) as empty,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKING) as packed,
    ):
        for part in empty.infolist():
            if part.filename != _SHEET:
                packed.writestr(part, empty.read(part), zipfile.ZIP_DEFLATED)
        before, end, after = empty.read(_SHEET).partition(_ROWS_END)
        with packed.open(_SHEET, "w") as sheet:
            sheet.write(before)
            some: list[str] = []
            for row in _rows(content):
                some.append(row)
                if len(some) == _ROWS_AT_ONCE:
                    sheet.write("".join(some).encode())
                    some.clear()
            sheet.write("".join(some).encode() + end + after)
    yield file.getvalue()


def _empty(*, raw: bool) -> io.BytesIO:
    """A workbook whose sheet has the column names alone."""
    # Its types do not know of all that it has.
    book: Any = Workbook(write_only=True)
    book.custom_doc_props.append(StringProperty(name=TEXTS, value=RAW if raw else "defused"))
    sheet = book.create_sheet("Timeline")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column.name, _USUAL_WIDTH)
    sheet.append([_heading(sheet, column) for column in COLUMNS])
    file = io.BytesIO()
    book.save(file)
    return file


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> object:
    cell = WriteOnlyCell(sheet, column.name)
    cell.font = Font(bold=True)
    return cell


def _rows(content: Content) -> Iterator[str]:
    """Each tag's row as ECMA-376 part 1, 18.3.1.73 has it; blank cells are left out."""
    columns = [
        (get_column_letter(at), _writer(column, raw=content.raw))
        for at, column in enumerate(COLUMNS, 1)
    ]
    for number, row in enumerate(content.each_row(), 2):
        try:
            cells = [
                f'<c r="{letter}{number}"{cell}'
                for (letter, write), value in zip(columns, row.values(), strict=True)
                if value is not None and (cell := write(value))
            ]
        except _UnfitError as error:
            name, why = error.args
            raise ExchangeError(
                f"The {name} of tag {row['tag_id']!r} {why}; edit it and export again, or export "
                "another format."
            ) from None
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _writer(column: Column, *, raw: bool) -> _Writer:
    write = partial(_cell, column, raw=raw)
    # Most texts are on many rows: who, which camera, what. Kept only as long as it writes.
    return write if column.form in (Form.OBJECT, Form.SECONDS) else lru_cache(maxsize=_KEPT)(write)


def _cell(column: Column, value: Value, *, raw: bool) -> str:
    """What stands behind the cell's place, nothing where it is blank: a number where a spreadsheet
    keeps all its digits, else text. Raises `_UnfitError`."""
    if isinstance(value, int) and abs(value) < _EXACT_BELOW:
        return f' t="n"><v>{value / NS if column.form is Form.SECONDS else value}</v></c>'
    text = plain_text(column.form, value, raw=raw)
    if not text:
        return ""
    if NO_TEXT.search(text):
        raise _UnfitError(
            column.name, "holds a character that no file can (NUL, or half of a pair)"
        )
    kept = escaped(text)
    if len(kept) > LONGEST // 2 and max(len(kept), len(text.encode("utf-16-le")) // 2) > LONGEST:
        raise _UnfitError(column.name, f"is longer than {LONGEST} characters, as cells are at most")
    space = ' xml:space="preserve"' if kept != kept.strip() or "\n" in kept else ""
    return f' t="inlineStr"><is><t{space}>{escape(kept)}</t></is></c>'


def escaped(text: str) -> str:
    """As ECMA-376 part 1, 22.9.2.19 (ST_Xstring) has what XML cannot hold."""
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
