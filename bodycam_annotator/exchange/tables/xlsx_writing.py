"""Writing the CSV timeline's columns on one sheet of a workbook."""

import io
import re
from collections.abc import Iterator
from typing import Any

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

_TAKEN_OTHERWISE = ("=", "#")
"""What openpyxl takes for a formula or for an error."""

_WIDTHS = {"text": 60, "note": 40, "tag_id": 12, "media_sha256": 12, "attributes": 30}
_USUAL_WIDTH = 14


def write_xlsx(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` when a text cannot be in a cell."""
    # Its types do not know of all that it has.
    book: Any = Workbook(write_only=True)
    how = RAW if content.raw else "defused"
    book.custom_doc_props.append(StringProperty(name=TEXTS, value=how))
    sheet = book.create_sheet("Timeline")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column.name, _USUAL_WIDTH)
    try:
        sheet.append([_heading(sheet, column) for column in COLUMNS])
        for row in content.each_row():
            sheet.append([_cell(sheet, column, row, raw=content.raw) for column in COLUMNS])
    except BaseException:
        # Else openpyxl's temporary file stays open.
        sheet.close()
        raise
    file = io.BytesIO()
    book.save(file)
    yield file.getvalue()


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> object:
    cell = WriteOnlyCell(sheet, column.name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, column: Column, row: dict[str, Value], *, raw: bool) -> object:
    """A number where a spreadsheet keeps all its digits, else text."""
    value = row[column.name]
    if value is None:
        return None
    if isinstance(value, int) and abs(value) < _EXACT_BELOW:
        return value / NS if column.form is Form.SECONDS else value
    text = plain_text(column.form, value, raw=raw)
    if not text:
        return None
    if NO_TEXT.search(text):
        raise _unwritable(
            row, column, "holds a character that no file can (NUL, or half of a pair)"
        )
    kept = escaped(text)
    if len(kept) > LONGEST // 2 and max(len(kept), len(text.encode("utf-16-le")) // 2) > LONGEST:
        raise _unwritable(row, column, f"is longer than {LONGEST} characters, as cells are at most")
    if not kept.startswith(_TAKEN_OTHERWISE):
        return kept
    cell = WriteOnlyCell(sheet, kept)
    cell.data_type = "s"
    return cell


def escaped(text: str) -> str:
    """As ECMA-376 part 1, 22.9.2.19 (ST_Xstring) has what XML cannot hold."""
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _unwritable(row: dict[str, Value], column: Column, why: str) -> ExchangeError:
    return ExchangeError(
        f"The {column.name} of tag {row['tag_id']!r} {why}; edit it and export again, or export "
        "another format."
    )
