"""Hostile files of 10 MB, one of each kind and format: how long until they are refused or read.

Each in CPU seconds, beside those that SHA-256 of the same bytes takes in the same run and, for
JSON, those of `json.loads`. A workbook's 10 MB are those of its sheet, unpacked.
"""

import hashlib
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl

from benchmarks.report import fact, goal, heading
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.tables.json_timeline import SCHEMA

SIZE = 10 * 1024 * 1024
GOAL_S = 2.0

_CUE = "00:00:01.000 --> 00:00:02.000\n"
_DIALOGUE = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,"
_TEXTGRID = '"ooTextFile" "TextGrid" 0 1 <exists> 1 "TextTier" "a" 0 1 9999 '
_EAF = '<?xml version="1.0"?><ANNOTATION_DOCUMENT>'
_SHEET = "xl/worksheets/sheet1.xml"

_REPEATED: tuple[tuple[str, str, str], ...] = (
    # the format, how the file begins, what it has again and again
    *(("csv", "code,start_s\nshot,", piece) for piece in ("1", '"', "1,", ":", "\n", "\nshot,1")),
    *(("json", "", piece) for piece in ("[", '{"a":', "9")),
    *(("json", f'{{"schema": "{SCHEMA}", "tags": [', piece) for piece in ("[],", "{},", '"a",')),
    *(("vtt", f"WEBVTT\n\n{_CUE}", piece) for piece in ("< v ", "&#9", "<c.a", "\n\na\n")),
    *(("srt", f"1\n{_CUE}", piece) for piece in ("A ", "{\\", "<b ", "\n1", "-->", f"\n\n{_CUE}a")),
    *(("ass", _DIALOGUE, piece) for piece in ("{", "{}", "\\", ",", "\nDialogue: 0,")),
    *(("elan", _EAF, piece) for piece in ("<a>", "<TIER/>", "<TIME_SLOT/>", "&a;", "x")),
    *(("praat", _TEXTGRID, piece) for piece in ("! ", '"', '""', "1 ", "1e5", "<a", '1 "a" ')),
    *(("audacity", "", piece) for piece in ("1", "\t", "1\t", "1\t2\ta\n", "\\\n", "\n")),
    *(("boris", "", piece) for piece in ("[", '{"a":', "9")),
    *(("boris-events", "Observation id,Behavior,Time\n", piece) for piece in ("1,", '"', "a\n")),
    *(
        ("datavyu-csv", "#4\na (NOMINAL,true,)-\n", piece)
        for piece in ("a (", "\\", ",", "00:00:00:000,00:00:00:000,(a)\n", "b (NOMINAL,true,)-\n")
    ),
    *(("otio", "", piece) for piece in ("[", '{"a":', "9")),
    *(("otio", '{"OTIO_SCHEMA": "Timeline.1", "tracks": [', piece) for piece in ("[],", "{},")),
    *(("xlsx", "<sheetData><row>", piece) for piece in ("<c/>", "<x>", "&lt;", "<!---->")),
    *(("xlsx", "<sheetData>", piece) for piece in ("<row/>", "<row></row>", "</row>", " ")),
)


def main() -> None:
    heading(f"hostile files of {SIZE // 1024**2} MB, CPU seconds")
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        for format_name, begins, piece in _REPEATED:
            taken, said = _taken(Path(name), format_name, begins, piece)
            slowest = max(slowest, taken)
            fact(f"{format_name}: {begins[-12:]}{piece} …".replace("\n", "↵"), said)
    goal(f"each refused or read in {GOAL_S:.0f} s", f"{slowest:.1f} s", met=slowest <= GOAL_S)


def _taken(folder: Path, format_name: str, begins: str, piece: str) -> tuple[float, str]:
    text = begins + piece * ((SIZE - len(begins)) // len(piece.encode()))
    format = formats.FORMATS[format_name]
    data = _workbook(folder, text) if format_name == "xlsx" else text.encode()
    path = folder / f"hostile{format.endings[0]}"
    path.write_bytes(data)
    answers: list[str] = []
    taken = _cpu_s(lambda: answers.append(_answer(path, format_name)))
    peers = {"SHA-256": _cpu_s(lambda: hashlib.sha256(text.encode()).digest())}
    if format.endings[0] in (".json", ".boris", ".otio"):
        peers["json.loads"] = _cpu_s(lambda: _load(text))
    beside = ", ".join(f"{name} {second:.3f} s" for name, second in peers.items())
    return taken, f"{taken:.3f} s, {beside}; {answers[0]}"


def _answer(path: Path, format_name: str) -> str:
    try:
        timeline = formats.read(path, formats.FORMATS[format_name])[1]
    except ExchangeError as error:
        return f"refused: {str(error)[:60]}"
    return f"{len(timeline.rows)} rows"


def _load(text: str) -> None:
    with suppress(ValueError, RecursionError):
        json.loads(text)


def _cpu_s(what: Callable[[], object]) -> float:
    since = time.process_time()
    what()
    return time.process_time() - since


def _workbook(folder: Path, rows: str) -> bytes:
    """A workbook with these rows on its sheet."""
    out = folder / "empty.xlsx"
    openpyxl.Workbook().save(out)
    file = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in _parts(old):
            if part != _SHEET:
                new.writestr(part, data)
                continue
            head = data.partition(b"<sheetData")[0].decode()
            new.writestr(part, f"{head}{rows}</sheetData></worksheet>")
    return file.getvalue()


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    return ((name, archive.read(name)) for name in archive.namelist())
