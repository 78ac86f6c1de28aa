"""Reading the first sheet of a spreadsheet's workbook as a timeline.

openpyxl holds what it has parsed of a sheet until its end, so what a workbook may make of itself is
bounded before: all its parts unpacked, its elements, and the length of its texts.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.tables.csv_reading import beside
from bodycam_annotator.exchange.tables.reading import timeline_of
from bodycam_annotator.exchange.tables.xlsx import RAW, TEXTS
from bodycam_annotator.exchange.tables.xlsx_rows import Row, UnusualError, UsualRows
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.tag import NO_TEXT

_MAX_UNPACKED = 512 * 1024**2
_MAX_MEDIA = 32 * 1024**2
_MAX_CELLS = 5_000_000
_MAX_OTHERS = 500_000
"""Elements that are no cells and nothing in cells."""
_PIECE = 512 * 1024
"""Longer than any cell's text, whatever it is escaped to."""
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 2_000
_MOST_COLUMNS = 16_384
"""That a spreadsheet has, if only blank ones."""

_OF_CELLS = (b"<v>", b"<is>", b"<t>", b"<t ", b"<row", b"<si>", b"<r>", b"<rPr>", b"<f>", b"<f ")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(source: Source) -> Timeline:
    """All rows of the first sheet; raises `ExchangeError` at the first thing that is wrong.

    Formulas are not calculated: what the spreadsheet has last stored for one is taken, and a
    formula without that is refused.
    """
    books, notice = beside(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _refuse_bombs(source)
            reader = _Reader(io.BytesIO(source.data), read_only=True, data_only=True)
            reader.keep_links = False
            reader.read()
            timeline = _timeline(source, reader, notice)
    except ExchangeError:
        raise
    except Exception as error:
        # openpyxl raises whatever the content makes it stumble over.
        first = error.__cause__ or error
        why = str(first).partition("\n")[0][:200] or type(first).__name__
        if isinstance(first, DefusedXmlException):
            why = "it declares XML entities, which no spreadsheet does"
        raise ExchangeError(f"{source.path.name} is not an Excel workbook: {why}.") from error
    return replace(timeline, codebooks=books)


def _timeline(source: Source, reader: "_Reader", notice: str) -> Timeline:
    # Its types do not know of all that it has.
    book: Any = reader.wb
    if not reader.sheets:
        source.refuse("there is no sheet in it")
    title, sheet = reader.sheets[0]
    if len(reader.sheets) > 1:
        notice = f"{notice} Only the first sheet, {title}, was read.".strip()
    said = {one.name: one.value for one in book.custom_doc_props.props}
    raw = source.raw if source.raw is not None else said.get(TEXTS) == RAW

    def parser(part: IO[bytes]) -> _Sheet:
        return _Sheet(
            part,
            reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )

    def read(rows: Iterable[Row]) -> Timeline:
        return timeline_of(source, _records(source, rows), raw=raw, notice=notice)

    dates = {*book._date_formats, *book._timedelta_formats}
    with reader.archive.open(sheet) as part:
        usual = UsualRows(part, reader.shared_strings, dates)
        # What is unusual in a sheet is left to openpyxl's own parser, below.
        with suppress(UnusualError):
            timeline = read(usual)
            # Only to see that it is a sheet.
            list(parser(io.BytesIO(usual.around.encode())).parse())
            return timeline
    with reader.archive.open(sheet) as part:
        return read(_parsed(source, parser(part)))


class _Reader(ExcelReader):
    """openpyxl's, but texts as they are, as its own takes `x005F_` out of them, and sheets only by
    name and part, as its own goes through them whole to see how large they are."""

    sheets: Sequence[tuple[str, str]] = ()

    def read_worksheets(self) -> None:
        found: Any = self.parser.find_sheets()
        self.sheets = [
            (sheet.name, rel.target)
            for sheet, rel in found
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]

    def read_strings(self) -> None:
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as opened:
            for _, element in iterparse(opened):
                if element.tag == f"{{{SHEET_MAIN_NS}}}si":
                    text: Any = Text.from_tree(element)
                    self.shared_strings.append(text.content)
                    element.clear()


class _Sheet(WorkSheetParser):
    def parse_cell(self, element: Any) -> Any:  # noqa: ANN401 - as openpyxl has it
        cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            raise ExchangeError(
                f"cell {element.get('r')}: it is a formula that was never calculated; open the "
                "file in a spreadsheet, save it there and import that"
            )
        return cell


def _parsed(source: Source, sheet: _Sheet) -> Iterator[Row]:
    rows = sheet.parse()
    while True:
        try:
            number, cells = next(rows)
        except StopIteration:
            return
        except ExchangeError as error:
            source.refuse(str(error))
        yield number, {cell["column"]: _text(cell["value"]) for cell in cells}


def _records(source: Source, rows: Iterable[Row]) -> Iterator[list[str]]:
    """Each row's texts, also rows that the file leaves out."""
    width, last = 0, 0
    for number, cells in rows:
        if not last < number <= _MAX_ROWS:
            source.refuse(f"row {number} comes after row {last}, which no spreadsheet writes")
        for _ in range(last + 1, number):
            yield []
        last = number
        texts = {at: _unescaped(source, text, number) for at, text in cells.items()}
        reach = max((column for column, text in texts.items() if text), default=0)
        if reach > _MAX_COLUMNS:
            source.refuse(f"there are more than {_MAX_COLUMNS} columns", where=f"row {number}")
        width = max(width, reach) if number == 1 else width
        yield [texts.get(column, "") for column in range(1, max(width, reach) + 1)]


def _text(value: object) -> str:
    """What a CSV of the sheet would have in the cell, with all digits that are stored."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, timedelta):
        ms = value // timedelta(milliseconds=1)
        seconds, ms = divmod(abs(ms), 1000)
        sign = "-" if value < timedelta() else ""
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
    if isinstance(value, time):
        return value.isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _unescaped(source: Source, text: str, row: int) -> str:
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    # Characters beyond 0xFFFF are escaped as their two halves.
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if NO_TEXT.search(plain):
        source.refuse("there is a NUL, which no text can have", where=f"row {row}")
    return plain


def _refuse_bombs(source: Source) -> None:
    """Raises `ExchangeError` where the parts become more than a large timeline is."""
    cells = others = 0
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        parts = archive.infolist()
        media = [part for part in parts if part.filename.startswith("xl/media/")]
        if (
            sum(part.file_size for part in parts) > _MAX_UNPACKED
            or sum(part.file_size for part in media) > _MAX_MEDIA
        ):
            source.refuse("it becomes too large when it is unpacked; split it or export CSV")
        for part in parts:
            if part in media:
                continue
            with archive.open(part) as opened:
                while piece := opened.read(_PIECE):
                    begun = piece.count(b"<") - piece.count(b"</")
                    if len(piece) == _PIECE and not begun:
                        source.refuse(f"{part.filename} has a text longer than any cell's")
                    here = piece.count(b"<c>") + piece.count(b"<c ") + piece.count(b"<c/")
                    cells += here
                    others += begun - here - sum(piece.count(one) for one in _OF_CELLS)
                    endless = here > _MOST_COLUMNS and b"</row>" not in piece
                    if endless or cells > _MAX_CELLS or others > _MAX_OTHERS:
                        source.refuse("it has more cells than any timeline; split it")
