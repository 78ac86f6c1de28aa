"""The CSV timeline's columns on one sheet of a spreadsheet's workbook.

openpyxl is imported only by what writes and reads, as that takes as long as all else together.
"""

from collections.abc import Iterator

from bodycam_annotator.exchange.format import Content, Format, Source
from bodycam_annotator.exchange.timeline import COLUMNS, Timeline

LONGEST = 32_767
"""UTF-16 units that a cell can hold; spreadsheets cut off what is longer."""

TEXTS = "Bodycam Annotator texts"
"""The workbook's own property that says whether its texts are raw; spreadsheets keep it."""
RAW = "raw"


def _write(content: Content) -> Iterator[bytes]:
    from bodycam_annotator.exchange.tables.xlsx_writing import write_xlsx

    return write_xlsx(content)


def _read(source: Source) -> Timeline:
    from bodycam_annotator.exchange.tables.xlsx_reading import read_xlsx

    return read_xlsx(source)


XLSX = Format(
    name="xlsx",
    title="Excel workbook",
    endings=(".xlsx",),
    loses=(
        f"A text longer than {LONGEST:,} characters does not fit a cell: the export then stops "
        "and says so.",
    ),
    write=_write,
    read=_read,
    columns={column.name: column.meaning for column in COLUMNS},
)
