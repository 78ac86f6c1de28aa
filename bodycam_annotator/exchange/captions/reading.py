"""Reading subtitles: WebVTT, SRT and ASS, also where their cues are broken.

The cues are found here and not by pysubs2, which does not say where in the file a cue is, and
takes notes, identifiers and numbers for text, or text for numbers, without a word.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bodycam_annotator.exchange.captions.text import (
    EVERY_TAG,
    Said,
    read_ass_text,
    read_srt_text,
    read_vtt_text,
)
from bodycam_annotator.exchange.format import Source, decoded
from bodycam_annotator.exchange.labels import ONE_CODE, read_label
from bodycam_annotator.exchange.seconds import MAX_NS
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.timing import NS, parse_time

UTTERANCE = "utterance"
"""What subtitles are tagged as."""

MARK_NS = 1 * NS
"""How long a mark is shown."""

_COLUMNS = frozenset({"code", "start_s", "end_s", "speaker", "text"})
_NAMES_AT_MOST = 200
_VOICES_AT_MOST = 1000
_CUES_AT_MOST = 120_000
"""What is read in two seconds; somebody who speaks without a pause for a week."""

_FEW = 3
_MANY = 10
"""Cues, of which one that repeats another is worth a word."""

_LONGEST_TIME = 24
_TIMING = re.compile(r"[ \t]*(?P<start>-?[0-9][^ \t]{0,30})[ \t]*-->(?P<rest>.*)", re.S)
_NUMBER = re.compile(r"[ \t]*(?P<number>[0-9]{1,9})[ \t]*")


@dataclass
class _Remarks:
    """What was taken otherwise than as it stands; each names the place."""

    backward: list[str] = field(default_factory=list)
    instant: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    drawings: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    formatted: int = 0
    repeated: int = 0
    cues: int = 0
    headless: bool = False
    speakers: dict[str, None] = field(default_factory=dict)

    def notice(self) -> str:
        said = (
            (self.backward, "Ends before it starts, its start taken for both"),
            (self.instant, "Lasts no time, taken as it is"),
            (self.empty, "Has no text, not taken"),
            (self.unclear, "A number between it and the next, taken as its text"),
            (self.stray, "Belongs to no cue, not taken"),
            (self.drawings, "Is a drawing, not taken"),
            (self.comments, "Is a comment, not taken"),
        )
        sentences = [f"{what}: {_named(places)}." for places, what in said if places]
        if self.headless:
            sentences.insert(0, "It does not begin with WEBVTT, taken as if it did.")
        if self.repeated >= max(_FEW, self.cues // _MANY):
            sentences.append(
                f"{_cues(self.repeated)} repeat the words of the cue before, as captions that roll "
                "up do; taken as they are."
            )
        if self.formatted:
            sentences.append(f"Formatting taken off the text: {_cues(self.formatted)}.")
        if self.speakers:
            sentences.append(
                f"Names before a colon taken as speakers: {_named(list(self.speakers))}."
            )
        return " ".join(sentences)


def _cues(count: int) -> str:
    return "1 cue" if count == 1 else f"{count} cues"


def _named(places: Sequence[str]) -> str:
    more = len(places) - _NAMES_AT_MOST
    return ", ".join(places[:_NAMES_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _refuse_many(source: Source, what: Sequence[object]) -> None:
    if len(what) > _CUES_AT_MOST:
        source.refuse(
            f"there are more than {_CUES_AT_MOST} cues in it; split it and import the parts"
        )


@dataclass
class _Cue:
    """`line` is that of its times, counted from 1; `lines` what follows it."""

    number: int
    line: int
    start_ns: int
    end_ns: int
    lines: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"cue {self.number} (line {self.line})"


def read_srt(source: Source) -> Timeline:
    """Raises `ExchangeError` where times cannot be read; broken cues are named in the notice."""
    remarks = _Remarks()
    cues = _srt_cues(source, _lines(source), remarks)

    def said(cue: _Cue) -> list[Said]:
        one = read_srt_text("\n".join(cue.lines))
        if one.speaker:
            remarks.speakers[one.speaker] = None
        return [one]

    return _timeline(source, cues, said, remarks, resolution_ns=NS // 1000)


def read_vtt(source: Source) -> Timeline:
    """As `read_srt`; the voices of a cue are a row each."""
    remarks = _Remarks()
    lines = _lines(source)
    cues, notes = _vtt_cues(source, lines, remarks)

    def said(cue: _Cue) -> list[Said]:
        payload = "\n".join(cue.lines)
        if payload.count("<v") > _VOICES_AT_MOST:
            source.refuse(f"more than {_VOICES_AT_MOST} voices speak in it", where=cue.where)
        return read_vtt_text(payload)

    every_tag = EVERY_TAG in notes
    return _timeline(source, cues, said, remarks, resolution_ns=NS // 1000, are_labels=every_tag)


def _lines(source: Source) -> list[str]:
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    encoding = marks.get(source.data[:2])
    text = source.text if encoding is None else _wide(source, encoding)
    return re.split(r"\r\n|\n|\r", text)


def _wide(source: Source, encoding: str) -> str:
    try:
        text = source.data.decode(encoding)
    except UnicodeDecodeError:
        source.refuse("it begins as UTF-16 and is not; save it as UTF-8 and import that")
    # Also refuses NUL.
    return decoded(text.encode(), source.path)


def _srt_cues(source: Source, lines: Sequence[str], remarks: _Remarks) -> list[_Cue]:
    cues: list[_Cue] = []
    waiting: list[str] = []
    last_number = 0
    for number, line in enumerate(lines, 1):
        times = _times(source, line, number)
        if times is None:
            waiting.append(line)
            continue
        said, index = _without_index(waiting, last_number)
        if cues:
            _give(cues[-1], said, remarks)
        elif said:
            remarks.stray.append(f"what stands before line {number}")
        last_number = last_number + 1 if index is None else index
        cues.append(_Cue(len(cues) + 1, number, *times))
        _refuse_many(source, cues)
        waiting = []
    if cues:
        cues[-1].lines = _without_blanks(waiting)
    return cues


def _without_index(lines: list[str], last_number: int) -> tuple[list[str], int | None]:
    """What lies before a cue's times, less the cue's number.

    A number is the cue's where a blank line parts it from the text before and none from the times;
    where one of these is wrong, only if it counts on.
    """
    rest = _without_blanks(lines)
    found = _NUMBER.fullmatch(rest[-1]) if rest else None
    if found is None:
        return rest, None
    index = int(found["number"])
    apart = len(rest) > 1 and not rest[-2].strip()
    touches = bool(lines[-1].strip())
    if (apart and touches) or ((apart or touches) and index == last_number + 1):
        return _without_blanks(rest[:-1]), index
    return rest, None


def _give(cue: _Cue, said: list[str], remarks: _Remarks) -> None:
    cue.lines = said
    if said and _NUMBER.fullmatch(said[-1]):
        remarks.unclear.append(cue.where)


def _without_blanks(lines: list[str]) -> list[str]:
    """Less the blank lines at the end."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    return lines[:last]


def _vtt_cues(
    source: Source, lines: Sequence[str], remarks: _Remarks
) -> tuple[list[_Cue], set[str]]:
    """The cues, and the notes' texts."""
    cues: list[_Cue] = []
    notes: set[str] = set()
    for count, (first, block) in enumerate(_blocks(lines)):
        if count == 0 and re.match(r"WEBVTT(?:[ \t]|$)", block[0]):
            # Its other lines are metadata, unless the blank line after it is missing.
            if any(_TIMING.fullmatch(line) for line in block):
                _take_block(source, cues, first + 1, block[1:], remarks)
            continue
        remarks.headless = remarks.headless or count == 0
        keyword = re.match(r"(NOTE|STYLE|REGION)(?:[ \t]|$)", block[0])
        if keyword is not None and not any(_TIMING.fullmatch(line) for line in block[:2]):
            if keyword[1] == "NOTE":
                notes.add("\n".join(block)[len("NOTE") :].strip())
            continue
        _take_block(source, cues, first, block, remarks)
    return cues, notes


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """What lies between blank lines, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate((*lines, ""), 1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _take_block(
    source: Source, cues: list[_Cue], first: int, block: list[str], remarks: _Remarks
) -> None:
    """A cue with an identifier or none; or several, where blank lines are missing."""
    before: list[str] = []
    inside = False
    for number, line in enumerate(block, first):
        times = _times(source, line, number)
        if times is None:
            (cues[-1].lines if inside else before).append(line)
            continue
        if inside:
            said, _ = _without_index(cues[-1].lines, len(cues))
            _give(cues[-1], said, remarks)
        cues.append(_Cue(len(cues) + 1, number, *times))
        _refuse_many(source, cues)
        inside = True
    identifier = 1 if inside else 0
    if len(before) > identifier:
        last = first + len(before) - 1 - identifier
        remarks.stray.append(f"line {first}" if first == last else f"lines {first} to {last}")
        _refuse_many(source, remarks.stray)


def _times(source: Source, line: str, number: int) -> tuple[int, int] | None:
    """Nanoseconds of a line of times; None for another line."""
    if "-->" not in line:
        return None
    timing = _TIMING.fullmatch(line)
    if timing is None:
        return None
    start, end = timing["start"], timing["rest"].split(maxsplit=1)[:1]
    times = [_time(text) for text in (start, *end)]
    if len(times) < 2 or None in times:
        source.refuse(
            f"{line[:60]!r} is not two times such as 00:00:36.203 --> 00:00:38.000; mend it",
            where=f"line {number}",
        )
    return times[0] or 0, times[1] or 0


def _time(text: str) -> int | None:
    """Nanoseconds, None for what is no time."""
    if ":" not in text or len(text) > _LONGEST_TIME:
        return None
    try:
        time_ns = parse_time(text.replace(",", ".", 1))
    except ValueError:
        return None
    return time_ns if abs(time_ns) <= MAX_NS else None


def _timeline(
    source: Source,
    cues: Sequence[_Cue],
    said: Callable[[_Cue], list[Said]],
    remarks: _Remarks,
    *,
    resolution_ns: int,
    are_labels: bool = False,
) -> Timeline:
    if not cues:
        source.refuse("there is no subtitle in it")
    rows: list[TimelineRow] = []
    last_line = ""
    remarks.cues = len(cues)
    for cue in cues:
        voices = [one for one in said(cue) if one.text.strip() or one.speaker]
        if not voices:
            remarks.empty.append(cue.where)
            continue
        if cue.end_ns < cue.start_ns:
            remarks.backward.append(cue.where)
        elif cue.end_ns == cue.start_ns:
            remarks.instant.append(cue.where)
        lines = voices[0].text.split("\n")
        remarks.repeated += " " in last_line and lines[0].strip() == last_line
        last_line = voices[-1].text.rpartition("\n")[2].strip()
        remarks.formatted += any(one.formatted for one in voices)
        rows += (_row(cue, one, are_labels=are_labels) for one in voices)
        _refuse_many(source, rows)
    return Timeline(
        rows=tuple(rows),
        columns=_COLUMNS,
        resolution_ns=resolution_ns,
        foreign=True,
        notice=remarks.notice(),
    )


def _row(cue: _Cue, one: Said, *, are_labels: bool) -> TimelineRow:
    code, speaker, text = UTTERANCE, one.speaker, one.text
    if are_labels:
        label = read_label(one.text)
        code, speaker, text = label.code or ONE_CODE, label.speaker, label.text
    return TimelineRow(
        number=cue.number,
        where=cue.where,
        code=code,
        start_ns=cue.start_ns,
        end_ns=max(cue.start_ns, cue.end_ns),
        speaker=speaker or None,
        text=text or None,
        as_mark=are_labels and cue.end_ns - cue.start_ns == MARK_NS,
    )


_FIELDS = "layer,start,end,style,name,marginl,marginr,marginv,effect,text"


def read_ass(source: Source) -> Timeline:
    """As `read_srt`; the fields are where the file's Format line has them."""
    remarks = _Remarks()
    fields = _FIELDS.split(",")
    cues: list[_Cue] = []
    found: dict[int, Said] = {}
    section = ""
    every_tag = False
    number = 0
    for at, line in enumerate(_lines(source), 1):
        if re.match(r"[ \t]*\[[^\]\n]{1,60}\][ \t]*$", line):
            section = line.strip().casefold()
            continue
        kind, _, rest = line.lstrip(" \t").partition(":")
        kind = kind.casefold()
        if section == "[script info]":
            every_tag = every_tag or (kind == "contents" and rest.strip() == EVERY_TAG)
        elif section == "[events]" and kind == "format":
            fields = [name.strip().casefold() for name in rest.split(",")]
            _refuse_fields(source, fields, at)
        elif section == "[events]" and kind in ("dialogue", "comment"):
            number += 1
            _refuse_many(source, cues)
            cue, one = _ass_cue(source, number, at, dict(_cells(source, fields, rest, at)))
            if kind == "comment":
                remarks.comments.append(cue.where)
            elif one is None:
                remarks.drawings.append(cue.where)
            else:
                cues.append(cue)
                found[cue.number] = one
    if not number:
        source.refuse("there is no subtitle (a line “Dialogue:” under [Events]) in it")
    if not cues:
        return Timeline(rows=(), columns=_COLUMNS, foreign=True, notice=remarks.notice())
    return _timeline(
        source,
        cues,
        lambda cue: [found[cue.number]],
        remarks,
        resolution_ns=NS // 100,
        are_labels=every_tag,
    )


def _refuse_fields(source: Source, fields: list[str], at: int) -> None:
    if not {"start", "end", "text"} <= set(fields) or fields[-1] != "text":
        source.refuse(
            "its Format has no Start and End, or not Text as its last", where=f"line {at}"
        )


def _cells(source: Source, fields: list[str], rest: str, at: int) -> Iterator[tuple[str, str]]:
    cells = rest.split(",", len(fields) - 1)
    if len(cells) != len(fields):
        source.refuse(
            f"there are {len(cells)} fields, but its Format has {len(fields)}", where=f"line {at}"
        )
    return zip(fields, cells, strict=True)


def _ass_cue(
    source: Source, number: int, at: int, cells: dict[str, str]
) -> tuple[_Cue, Said | None]:
    times = [_time(cells[name].strip()) for name in ("start", "end")]
    if None in times:
        source.refuse(
            f"{cells['start'][:30]!r} or {cells['end'][:30]!r} is no time such as 0:00:36.20; "
            "mend it",
            where=f"line {at}",
        )
    read = read_ass_text(cells["text"])
    speaker = (cells.get("name") or cells.get("actor") or "").strip()
    said = None if read is None else Said(speaker, read.text, read.formatted)
    return _Cue(number, at, times[0] or 0, times[1] or 0), said
