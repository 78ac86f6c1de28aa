"""Reading Datavyu: its projects (`.opf`) and the CSV of cells that is in them.

A project is a zip of `db`, the cells; `project`, which names the videos; and a settings file of
each video, which has its offset (Datavyu, SaveC.java, SaveDatabaseFileC.java, StreamViewer's
`storeSettings`). In the cells a column begins with `name (MATRIX,true,)-arg|NOMINAL,...` and each
of its cells is `00:00:01:000,00:00:02:000,(one,two)`, where a backslash stands before each of
`\\ ( ) , - |` and line ends (StringUtils.java, `escapeCSVArgument`). A column is a code here, and
an argument one of its attributes. Nothing is unpacked to the disk.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from bodycam_annotator.exchange.format import Format, Source, decoded
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Kind

MS = 1_000_000
MAX_BYTES = 32 * 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024
"""A hundred thousand cells take about 6 MB."""

_MOST_ENTRIES = 1000
_LONGEST_HEADER = 100_000
_MOST_VALUES = 10_000
_MOST_VIDEOS = 100
_MOST_LINES = 250_000
_MOST_MS = 2000 * 3600 * 1000

_LINE = re.compile(r"[^\\\n]*(?:\\[\s\S][^\\\n]*)*\\?")
_HEADER = re.compile(
    r"(?P<name>.*?) \((?P<type>[A-Za-z_]{1,20})"
    r"(?:,(?:true|false)(?:,[^()]{0,1000})?)?\)(?:-(?P<arguments>.*))?",
    re.S,
)
_CELL = re.compile(r"([0-9]{1,6}:[0-9]{1,6}:[0-9]{1,6}:[0-9]{1,9}),([0-9:]{7,30})(?:,([\s\S]*))?")
_PREDICATE = re.compile(r"[0-9]+:")
_ESCAPED = re.compile(r"\\([\\(),|\n\r-])")
_COMMA = re.compile(r"((?:[^\\,]|\\[\s\S])*+)(?:,|$)")
_SETTING = re.compile(r"^[ \t]*(?:- (?:!\S+ )?)?(feed|settingsId|offset):[ \t]*(.*)$")
_VIEWER = re.compile(r"^[ \t]*- !vs\b")
_KEY = re.compile(r"^[ \t]*(?:- )?[A-Za-z]{1,40}:(?:\s|$)")
_QUERIES = "###QueryVar###"

COLUMNS_GIVEN = frozenset({"code", "kind", "text", "start_s", "end_s", "attributes", "media_file"})


@dataclass(frozen=True, kw_only=True)
class _Column:
    """`arguments` are the names of a matrix's, None for a column of one value."""

    name: str
    arguments: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class _Video:
    """Begins `offset_ms` into the time of the cells."""

    name: str
    offset_ms: int


@dataclass(kw_only=True)
class _Cells:
    """The cells of one file; `escapes` are in all but the oldest."""

    source: Source
    escapes: bool
    video: _Video | None
    rows: list[TimelineRow] = field(default_factory=list)
    column: _Column | None = None
    cells: int = 0
    empty: list[str] = field(default_factory=list)
    skipped: bool = False

    def read(self, lines: Iterator[tuple[int, str]]) -> None:
        for number, line in lines:
            cell = _CELL.fullmatch(line)
            if cell is not None:
                self._take(cell, number)
            elif not self.rows and self.column is None and _PREDICATE.match(line):
                continue
            elif line.strip():
                self._begin_column(line, number)
        self._end_column()

    def _begin_column(self, line: str, number: int) -> None:
        self._end_column()
        head = _HEADER.fullmatch(line) if len(line) <= _LONGEST_HEADER else None
        if head is None:
            self._refuse("it is neither a column nor a cell with two times", number)
        name = self._plain(head["name"]).strip()
        if not name:
            self._refuse("the column has no name", number)
        is_matrix = head["type"].upper() == "MATRIX"
        said = head["arguments"] or ""
        arguments = [self._plain(one.rpartition("|")[0] or one) for one in _split(said)]
        self.column = _Column(name=name, arguments=tuple(arguments) if is_matrix else None)
        self.cells = 0
        self.skipped = name == _QUERIES

    def _end_column(self) -> None:
        if self.column is not None and not self.cells and not self.skipped:
            self.empty.append(self.column.name)

    def _take(self, cell: re.Match[str], number: int) -> None:
        column = self.column
        if column is None:
            self._refuse("there is a cell before the first column", number)
        self.cells += 1
        if self.skipped:
            return
        onset_ms = self._milliseconds(cell[1], number)
        offset_ms = self._milliseconds(cell[2], number)
        # Datavyu keeps 0 for an offset that nobody set.
        end_ms = offset_ms or onset_ms
        if end_ms < onset_ms:
            self._refuse(f"the offset {cell[2]} is before the onset {cell[1]}", number)
        begin_ms = self.video.offset_ms if self.video else 0
        text, attributes = self._values(cell[3] or "", column, number)
        self.rows.append(
            TimelineRow(
                number=number,
                where=f"column {column.name}, cell {self.cells} (line {number})",
                code=column.name,
                start_ns=(onset_ms - begin_ms) * MS,
                end_ns=(end_ms - begin_ms) * MS,
                kind=Kind.INTERVAL if end_ms > onset_ms else Kind.POINT,
                media_file=self.video.name or None if self.video else None,
                text=text or None,
                attributes=attributes or None,
            )
        )

    def _values(self, said: str, column: _Column, number: int) -> tuple[str, dict[str, str]]:
        if column.arguments is None:
            return self._plain(said), {}
        if not (said.startswith("(") and said.endswith(")")):
            self._refuse("the values of a matrix are not in parentheses", number)
        if said.count(",") > _MOST_VALUES:
            self._refuse(f"there are more than {_MOST_VALUES} values", number)
        values = [self._plain(one) for one in _split(said[1:-1])]
        if len(values) != len(column.arguments):
            self._refuse(
                f"there are {len(values)} values for the {len(column.arguments)} arguments of "
                f"{column.name}; a comma within one needs a backslash before it",
                number,
            )
        pairs = zip(column.arguments, values, strict=False)
        # Old files have an argument's name in angle brackets where it is empty.
        found = {name: value for name, value in pairs if value not in ("", f"<{name}>")}
        return "", found

    def _plain(self, text: str) -> str:
        return _ESCAPED.sub(r"\1", text).replace("\r\n", "\n") if self.escapes else text

    def _milliseconds(self, clock: str, number: int) -> int:
        parts = clock.split(":")
        if len(parts) != 4 or not all(parts):
            self._refuse(f"{clock} is not a time like 00:00:36:203", number)
        hours, minutes, seconds, milliseconds = map(int, parts)
        total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
        if total > _MOST_MS:
            self._refuse(f"{clock} is longer than any footage", number)
        return total

    def _refuse(self, why: str, number: int) -> NoReturn:
        self.source.refuse(why, where=f"line {number} of the cells")


def read_cells(source: Source) -> Timeline:
    """The CSV of cells. Raises `ExchangeError` that names the line."""
    return _timeline(source, source.text, None, "")


def read_project(source: Source) -> Timeline:
    """The cells of an `.opf`, their times counted from the video that it names.

    Raises `ExchangeError`, also where several videos begin at different times, as no cell says
    which one it is of.
    """
    entries = _entries(source)
    if "db" not in entries:
        source.refuse("there is no file “db” in it, so it is no Datavyu project")
    text = decoded(entries["db"], source.path)
    if entries.get("project", b"").count(b"!vs") > _MOST_VIDEOS:
        source.refuse(f"it has more than {_MOST_VIDEOS} videos")
    videos = _videos(entries)
    offsets = {video.offset_ms for video in videos}
    if len(offsets) > 1:
        listed = ", ".join(f"{one.name} at {one.offset_ms} ms" for one in videos[:20])
        source.refuse(
            f"its videos begin at different times ({listed}), and no cell says which one it is of; "
            "keep one video in the project and import it again"
        )
    notice = ""
    if len(videos) > 1:
        notice = f"It has {len(videos)} videos, and no cell says which one it is of."
        videos = [_Video(name="", offset_ms=offsets.pop())]
    return _timeline(source, text, videos[0] if videos else None, notice)


def recognises(beginning: bytes) -> bool:
    """Whether it begins as Datavyu's cells do: `#4`, or a column's name and type."""
    lines = beginning.decode("utf-8-sig", errors="replace").splitlines()
    if not lines:
        return False
    types = r" \((TEXT|NOMINAL|MATRIX|INTEGER|FLOAT|PREDICATE)[,)]"
    return bool(re.fullmatch(r"#[2-9]\s*", lines[0]) or re.search(types, lines[0]))


def _timeline(source: Source, text: str, video: _Video | None, notice: str) -> Timeline:
    text = text.replace("\r\n", "\n")
    if text.count("\n") > _MOST_LINES:
        source.refuse(f"it has more than {_MOST_LINES} lines; split it")
    first, _, rest = text.partition("\n")
    versioned = re.fullmatch(r"#[0-9]{1,2}\s*", first) is not None
    cells = _Cells(source=source, escapes=versioned, video=video)
    body, number = (rest, 2) if versioned else (text, 1)
    cells.read(_lines(body, number, escapes=versioned))
    if not cells.rows and not cells.empty:
        source.refuse("there are no columns of Datavyu in it")
    said = [notice] if notice else []
    if cells.empty:
        listed = ", ".join(cells.empty[:20])
        said.append(f"Columns without cells, which are not taken over: {listed}.")
    return Timeline(
        rows=tuple(cells.rows),
        columns=COLUMNS_GIVEN,
        resolution_ns=MS,
        foreign=True,
        notice=" ".join(said),
    )


def _lines(text: str, number: int, *, escapes: bool) -> Iterator[tuple[int, str]]:
    """Each line and its number; a line end behind a backslash is part of a cell."""
    if not escapes:
        yield from enumerate(text.split("\n"), number)
        return
    place = 0
    while place < len(text):
        found = _LINE.match(text, place)
        line = found[0] if found else ""
        yield number, line
        number += 1 + line.count("\n")
        place += len(line) + 1


def _split(text: str) -> list[str]:
    """At commas without a backslash before them, which stays."""
    parts: list[str] = []
    place = 0
    while True:
        found = _COMMA.match(text, place)
        if found is None:
            return [*parts, text[place:]]
        parts.append(found[1])
        if found.end() >= len(text):
            return [*parts, ""] if found.end() > found.end(1) else parts
        place = found.end()


def _entries(source: Source) -> dict[str, bytes]:
    """The files in the zip, in memory and all together of a bounded size."""
    found: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            every = archive.infolist()
            if len(every) > _MOST_ENTRIES:
                source.refuse(f"there are more than {_MOST_ENTRIES} files in it")
            for one in every:
                _refuse_leading_out(one.filename, source)
                with archive.open(one) as file:
                    found[one.filename] = file.read(left + 1)
                left -= len(found[one.filename])
                if left < 0:
                    source.refuse(f"it unpacks to more than {MOST_UNPACKED // 1024**2} MB")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        source.refuse(f"it cannot be unpacked ({error})")
    return found


def _refuse_leading_out(name: str, source: Source) -> None:
    if name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name):
        source.refuse(f"a file in it is named {name[:60]!r}, which leads out of its folder")


def _videos(entries: dict[str, bytes]) -> list[_Video]:
    """The videos that `project` names, each with the offset of its settings."""
    viewers: list[dict[str, str]] = []
    for key, value in _settings(entries.get("project", b"").decode("utf-8", errors="replace")):
        if key == "viewer":
            viewers.append({})
        elif viewers:
            viewers[-1].setdefault(key, value)
    return [
        _Video(
            name=re.split(r"[/\\]", one["feed"])[-1],
            offset_ms=_offset(one, entries.get(one.get("settingsId", ""), b"")),
        )
        for one in viewers
        if one.get("feed")
    ]


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """What is read of the YAML, whose values may go on in the next line."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and line.startswith(" ") and not _KEY.match(line) and line.strip()[:1] != "-":
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    for line in lines:
        if _VIEWER.match(line):
            yield "viewer", ""
        found = _SETTING.match(line)
        if found:
            yield found[1], _scalar(found[2].strip())


def _scalar(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


def _offset(viewer: dict[str, str], settings: bytes) -> int:
    """Milliseconds; of old files in `project`, since then in the video's settings."""
    said = re.search(rb"^(?:offset|startTime)\s*=\s*(-?[0-9]{1,12})\s*$", settings, re.M)
    if said:
        return int(said[1])
    old = viewer.get("offset", "")
    return int(old) if re.fullmatch(r"-?[0-9]{1,12}", old) else 0


PROJECT = Format(
    name="datavyu",
    title="Datavyu project",
    endings=(".opf",),
    read=read_project,
    max_bytes=MAX_BYTES,
)
CELLS = Format(
    name="datavyu-csv",
    title="Datavyu cells",
    endings=(".csv",),
    read=read_cells,
    recognises=recognises,
    max_bytes=MAX_BYTES,
)
