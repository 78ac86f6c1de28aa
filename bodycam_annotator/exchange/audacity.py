r"""Label tracks of Audacity.

A label is a line of start, end and text with tabs between them, in seconds; one that has no end
marks an instant. A label with a frequency range has a second line that begins with `\`, then the
lower and the upper frequency in Hz, -1 for one that is not set. Audacity reads decimals behind a
comma as well as behind a point (its manual, “Importing and Exporting Labels”, and `LabelStruct`
in its source).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Content, Format, Source
from bodycam_annotator.exchange.labels import label_of, read_labels
from bodycam_annotator.exchange.seconds import read_seconds, resolution_of
from bodycam_annotator.exchange.tiers import MOST_TAGS, file_span
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import NS, seconds_text

MAX_BYTES = 16 * 1024 * 1024
"""A hundred thousand labels take about 8 MB."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_SPACED = re.compile(r"[\t\r\n]")
_NO_SPEAKER = re.compile(r"[\]\t\r\n]")
_SECONDS = re.compile(rb"\s*[+-]?[0-9]+(?:[.,][0-9]+)?\t")
_MOST_LINES = 2 * MOST_TAGS + 2
"""A label may have two, and a line may end in two characters."""

_NOT_SET = -NS


def write(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` for text that no file can hold."""
    for tag in content.each_tag():
        start_ns, end_ns = file_span(content.project, tag)
        # Before the label is put together: a text that is blank then is still told from none.
        text = _SPACED.sub(" ", label_of(tag, unreadable=_NO_SPEAKER))
        if NO_TEXT.search(text):
            raise ExchangeError(
                f"A text of tag {tag.id!r} holds a character that no text file can (NUL, or half "
                "of a pair); edit it and export again."
            )
        yield f"{seconds_text(start_ns)}\t{seconds_text(end_ns)}\t{text}\n".encode()


@dataclass
class _Line:
    number: int
    start_ns: int
    end_ns: int
    text: str
    resolution_ns: int
    note: str = ""


def read(source: Source) -> Timeline:
    """Labels as tags. One that begins with a code, as `code: [who] what`, is read as that; for
    others see `read_labels`. Frequencies become the note."""
    lines = _labels(source)
    labels = read_labels([line.text for line in lines])
    rows = tuple(
        TimelineRow(
            number=line.number,
            where=f"line {line.number}",
            code=label.code,
            start_ns=line.start_ns,
            end_ns=line.end_ns,
            speaker=label.speaker or None,
            text=label.text or None,
            note=line.note or None,
            resolution_ns=line.resolution_ns,
        )
        for line, label in zip(lines, labels, strict=True)
    )
    return Timeline(
        rows=rows,
        columns=frozenset({"code", "start_s", "end_s", "speaker", "text", "note"}),
        foreign=True,
    )


def _labels(source: Source) -> list[_Line]:
    lines = source.text
    if lines.count("\n") + lines.count("\r") > _MOST_LINES:
        source.refuse(f"it has more than {_MOST_LINES} lines; split it and import the parts")
    found: list[_Line] = []
    for number, line in enumerate(_LINE_END.split(lines), 1):
        if not line.strip():
            continue
        cells = line.split("\t")
        if cells[0].strip() == "\\":
            where = f"line {number}"
            if not found:
                source.refuse("there is a frequency range before the first label", where=where)
            found[-1].note = _frequencies(source, cells[1:], where)
            continue
        if len(found) == MOST_TAGS:
            source.refuse(f"it has more than {MOST_TAGS} labels; split it and import the parts")
        found.append(_label(source, cells, number))
    return found


def _label(source: Source, cells: list[str], number: int) -> _Line:
    where = f"line {number}"
    start_ns = _seconds(source, cells[0], where)
    times = cells[:2]
    try:
        end_ns, text = read_seconds(_plain(cells[1])), "\t".join(cells[2:])
    except (IndexError, ValueError):
        if len(cells) > 2:
            _seconds(source, cells[1], where)
        end_ns, text = start_ns, "\t".join(cells[1:])
        times = cells[:1]
    if end_ns < start_ns:
        source.refuse("the label ends before it starts", where=where)
    resolution_ns = max(resolution_of(_plain(cell)) for cell in times)
    return _Line(number, start_ns, end_ns, text, resolution_ns)


def _frequencies(source: Source, cells: list[str], where: str) -> str:
    """`1484.669312 to 2969.338523 Hz`, blank when neither is set."""
    if len(cells) != 2:
        source.refuse("a frequency range is two numbers behind \\", where=where)
    values = [_seconds(source, cell, where) for cell in cells]
    shown = [
        "not set" if value == _NOT_SET else _plain(cell)
        for cell, value in zip(cells, values, strict=True)
    ]
    return "" if shown == ["not set"] * 2 else f"Frequencies: {shown[0]} to {shown[1]} Hz"


def _seconds(source: Source, cell: str, where: str) -> int:
    try:
        return read_seconds(_plain(cell))
    except ValueError as error:
        source.refuse(str(error), where=where)


def _plain(cell: str) -> str:
    return cell.strip().replace(",", ".")


def recognises(beginning: bytes) -> bool:
    """By the first line's first cell."""
    return _SECONDS.match(beginning.removeprefix(b"\xef\xbb\xbf")) is not None


FORMAT = Format(
    name="audacity",
    title="Audacity labels",
    endings=(".txt",),
    loses=(
        "A label is one line, as code: [speaker] text. Tabs and line breaks in it become spaces.",
        "A speaker with ], a tab or a line break in the name is part of the text instead.",
        "It does not say which camera a tag is of: the tags of all cameras are on one track, each "
        "by the file time of its own footage.",
        "There is no place for tag ids, coder, target, note, attributes, basis, confidence, "
        "status, uncertainty, frames, the cameras' clocks, sync, or the codebook. Imported again, "
        "tags are new tags.",
    ),
    write=write,
    read=read,
    recognises=recognises,
    max_bytes=MAX_BYTES,
)
