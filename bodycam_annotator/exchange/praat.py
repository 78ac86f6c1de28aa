"""Praat's TextGrids, written through praatio.

They are not read through it: praatio takes the white space off labels, the minus off times and the
rest of a tier with an odd entry, leaves `""` in the marks of points, cannot read times as 1e-05,
and takes `item [` and `"IntervalTier"` in a label for the file's own. Praat's rule is simple
(its manual, “TextGrid file formats”): numbers, texts in quotes and flags in <> that stand free
count, in their order; all else is for people, as what is behind `!` in a line.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Content, Format, Source
from bodycam_annotator.exchange.seconds import read_seconds, resolution_of
from bodycam_annotator.exchange.tiers import (
    MOST_TAGS,
    MOST_TIERS,
    file_span,
    read_tier_name,
    tiers_of,
)
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.tag import NO_TEXT, Tag
from bodycam_annotator.timing import NS

MAX_BYTES = 32 * 1024 * 1024
"""A hundred thousand tags take about 25 MB."""

_INTERVALS, _POINTS = "IntervalTier", "TextTier"
_NO_TAGS = "tags"
_EXACT = "Times by Bodycam Annotator, exact to the nanosecond"
"""A remark at the end, as Praat has them; where Praat has saved the file again it is gone."""

_MOST_ENTRIES = 2 * MOST_TAGS
"""With the gaps between them."""

_TOKEN = re.compile(
    r"""
    (?<!\S)!(?P<remark>[^\r\n]*+(?:\s++![^\r\n]*+)*+)
    | "(?P<text>[^"]*+(?:""[^"]*+)*+)"
    | (?P<open>")
    | (?P<flag><[^\s<>"]*>)
    | (?<![^\s"])(?P<number>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![^\s"])
    """,
    re.X,
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def write(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` for text that no file can hold."""
    from praatio.utilities.textgrid_io import getTextgridAsStr

    project = content.project

    def room_of(tag: Tag) -> tuple[int, int]:
        start_ns, end_ns = file_span(project, tag)
        # Praat has no two points of a tier at one time.
        return start_ns, max(end_ns, start_ns + 1)

    tiers = tiers_of(content, room_of, apart=_is_mark)
    ends = [footage.end_ns - footage.first_ns for footage in project.footage.values()]
    times = [time_ns for tag in content.tags for time_ns in file_span(project, tag)]
    first, last = min([0, *times]) / NS, max([0, *ends, *times]) / NS
    grid: dict[str, Any] = {
        "xmin": first,
        "xmax": last,
        "tiers": [
            {
                "class": _POINTS if _is_mark(tier.tag) else _INTERVALS,
                "name": _line_ends(tier.name),
                "xmin": first,
                "xmax": last,
                "entries": [_entry(content, one.tag) for one in tier.placed],
            }
            for tier in tiers
        ]
        # Praat opens no TextGrid without tiers.
        or [{"class": _POINTS, "name": _NO_TAGS, "xmin": first, "xmax": last, "entries": []}],
    }
    # Else praatio drops intervals that are short.
    text = getTextgridAsStr(grid, "long_textgrid", True, minimumIntervalLength=None)
    yield text.encode()
    yield f"! {_EXACT}\n".encode()


def _is_mark(tag: Tag) -> bool:
    return tag.start_ns == tag.end_ns


def _entry(content: Content, tag: Tag) -> tuple[float, float, str] | tuple[float, str]:
    start_ns, end_ns = file_span(content.project, tag)
    if NO_TEXT.search(tag.text + tag.speaker):
        raise ExchangeError(
            f"A text of tag {tag.id!r} holds a character that no text file can (NUL, or half of "
            "a pair); edit it and export again."
        )
    # An interval without a label is no more than the gap between others.
    label = _line_ends(tag.text) if tag.text.strip() else tag.code
    return (start_ns / NS, label) if _is_mark(tag) else (start_ns / NS, end_ns / NS, label)


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(source: Source) -> Timeline:
    """Points and intervals that have a label as tags; the tiers are their codes."""
    text = _text_of(source)
    tokens = _Tokens(source, text, is_exact=text.rstrip().endswith(f"! {_EXACT}"))
    if not tokens.text("its file type").startswith("ooTextFile"):
        source.refuse("it is no text file of Praat; save it from Praat as a text file")
    kind = tokens.text("its class")
    if kind != "TextGrid":
        source.refuse(f"it holds a {kind[:60]} of Praat and no TextGrid")
    tokens.number("its start")
    tokens.number("its end")
    rows: list[TimelineRow] = []
    if tokens.flag() == "<exists>":
        for _ in range(tokens.count("how many tiers there are", most=MOST_TIERS)):
            _read_tier(tokens, rows)
    return Timeline(
        rows=tuple(rows),
        columns=frozenset({"camera", "code", "speaker", "text", "start_s", "end_s"}),
        foreign=True,
    )


def _read_tier(tokens: "_Tokens", rows: list[TimelineRow]) -> None:
    kind = tokens.text("a tier's class")
    if kind not in (_INTERVALS, _POINTS):
        tokens.refuse(f"a tier is an {_INTERVALS} or a {_POINTS}, not {kind[:60]!r}")
    title = tokens.text("a tier's name")
    name = read_tier_name(title)
    tokens.number("a tier's start")
    tokens.number("a tier's end")
    size = tokens.count("how many entries a tier has", most=_MOST_ENTRIES)
    tokens.entries += size
    if tokens.entries > _MOST_ENTRIES:
        tokens.refuse(f"there are more than {_MOST_ENTRIES} entries; split it")
    for number in range(1, size + 1):
        tokens.resolution_ns = 0
        start_ns = tokens.number("a time")
        end_ns = tokens.number("the end of an interval") if kind == _INTERVALS else start_ns
        label = tokens.text("a label")
        if end_ns < start_ns:
            tokens.refuse("an interval ends before it starts")
        if kind == _INTERVALS and not label.strip():
            continue
        if len(rows) == MOST_TAGS:
            tokens.refuse(f"there are more than {MOST_TAGS} labels; split it")
        rows.append(
            TimelineRow(
                number=len(rows) + 1,
                where=f"tier {title[:60]}, {'interval' if kind == _INTERVALS else 'point'} "
                f"{number}",
                code=name.code,
                start_ns=start_ns,
                end_ns=end_ns,
                camera=name.camera or None,
                speaker=name.speaker or None,
                text=None if label == name.code else label or None,
                resolution_ns=0 if tokens.is_exact else tokens.resolution_ns,
                label_code=None if tokens.is_exact else label.strip() or None,
            )
        )


def _text_of(source: Source) -> str:
    if source.data[:2] not in _WIDE:
        return source.text
    try:
        text = source.data.decode("utf-16")
    except UnicodeDecodeError as error:
        source.refuse(f"it begins as UTF-16 and is none (byte {error.start}); save it from Praat")
    if "\0" in text:
        source.refuse("there is a NUL, which no text can have")
    return text


@dataclass
class _Tokens:
    """What counts in the text, one after the other; each raises `ExchangeError` with the line.

    `entries` is how many the tiers so far say that they have, `resolution_ns` that of the coarsest
    time since it was last set to 0.
    """

    source: Source
    all: str
    is_exact: bool = False
    at: int = 0
    entries: int = 0
    resolution_ns: int = 0

    def text(self, what: str) -> str:
        found = self._next(what)
        if found["text"] is None:
            self.refuse(f"{what} is missing; it is a text in quotes")
        return _line_ends(found["text"].replace('""', '"'))

    def number(self, what: str) -> int:
        """Nanoseconds of a number of seconds."""
        found = self._next(what)
        if found["number"] is None:
            self.refuse(f"{what} is missing; it is a number of seconds")
        try:
            time_ns = read_seconds(found["number"])
            if time_ns:
                # Where a tier begins, at 0, nothing was rounded.
                self.resolution_ns = max(self.resolution_ns, resolution_of(found["number"]))
            return time_ns
        except ValueError as error:
            self.refuse(str(error))

    def count(self, what: str, *, most: int) -> int:
        found = self._next(what)
        number = found["number"] or ""
        if not number.isdecimal() or len(number) > 9:
            self.refuse(f"it does not say {what}; that is a whole number")
        if int(number) > most:
            self.refuse(f"there are {number} where {most} are the most; split it")
        return int(number)

    def flag(self) -> str:
        found = self._next("whether it has tiers")
        return found["flag"] or self.refuse("it does not say whether it has tiers, as <exists>")

    def refuse(self, why: str) -> NoReturn:
        line = self.all.count("\n", 0, self.at) + 1
        self.source.refuse(why, where=f"line {line}")

    def _next(self, what: str) -> re.Match[str]:
        found = _TOKEN.search(self.all, self.at)
        while found is not None and found["remark"] is not None:
            found = _TOKEN.search(self.all, found.end())
        if found is None:
            self.refuse(f"it ends where {what} should be")
        self.at = found.end()
        if found["open"] is not None:
            self.refuse("a text begins that has no closing quote")
        return found


FORMAT = Format(
    name="praat",
    title="Praat TextGrid",
    endings=(".textgrid",),
    loses=(
        "Every tag stands at the file time of its own footage, whatever the cameras' sync.",
        "Times are seconds in floating point, exact to the nanosecond in the first 27 hours.",
        "A label cannot be blank: where a tag has no text, or only spaces, it is the code. A text "
        "that is nothing but its code is read back as none. Carriage returns become line breaks.",
        "Speakers and cameras are in the tiers' names, with a backslash before each @ and "
        "backslash of a camera's.",
        "There is no place for tag ids, coder, target, note, attributes, basis, confidence, "
        "status, uncertainty, frames, the cameras' clocks, sync, or the codebook. Imported again, "
        "tags are new tags.",
    ),
    write=write,
    read=read,
    max_bytes=MAX_BYTES,
)
