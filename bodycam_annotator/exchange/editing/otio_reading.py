"""Reading markers of OpenTimelineIO, ours and those of other programs.

The file is read as the JSON that it is: the library crashes on deep nesting, takes NaN for a time,
and follows references that may go in circles; and it takes a minute and 2 GB for 100,000 tags.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil
from pathlib import PurePosixPath
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.labels import read_label, read_labels
from bodycam_annotator.exchange.seconds import MAX_NS
from bodycam_annotator.exchange.tables.reading import timeline_of
from bodycam_annotator.exchange.timeline import COLUMN, Timeline, TimelineRow
from bodycam_annotator.timing import NS, seconds_text

OURS = "bodycam_annotator"
"""The metadata that we write."""

_COLUMNS = frozenset({"code", "start_s", "end_s", "speaker", "text", "note"})
_MAX_RATE = 10**12
_NAMES_AT_MOST = 200
_DEEPEST = 200
_MOST_PARTS = 400_000
"""A marker of ours has 7, and 32 MB hold 40,000 markers at the most."""

_MOST_COMMAS = 3_000_000
_OF_TRACKS = ("Clip", "Gap", "Stack", "Track")

Piece = Mapping[str, Any]
"""An object of the file; what it is, is its `OTIO_SCHEMA`."""
_STALE = (
    *("end_s", "duration_s", "start_frame", "end_frame", "start_pts", "end_pts"),
    "uncertainty_s",
)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A marker with its times in nanoseconds from the first frame of the footage it lies on."""

    where: str
    name: str
    comment: str
    start_ns: int
    end_ns: int
    media_file: str
    metadata: Mapping[str, Any]
    tick_ns: int


@dataclass
class _Remarks:
    moved: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    nowhere: list[str] = field(default_factory=list)

    def notice(self) -> str:
        said = (
            (self.moved, "Moved since it was exported, taken where it is now"),
            (self.renamed, "Renamed since it was exported, taken as it is named now"),
            (self.nowhere, "Not on footage, not taken"),
        )
        return " ".join(f"{what}: {_listed(places)}." for places, what in said if places)


def _listed(places: list[str]) -> str:
    more = len(places) - _NAMES_AT_MOST
    return ", ".join(places[:_NAMES_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def read_otio(source: Source) -> Timeline:
    """Markers on clips and, where a clip lies under them, on tracks and timelines.

    Raises `ExchangeError` for what is no such file or whose times cannot be read.
    """
    root = _root(source)
    remarks = _Remarks()
    found = [one for timeline in root for one in _markers(source, timeline, remarks)]
    ours = [one for one in found if _row_in(one) is not None]
    others = [one for one in found if _row_in(one) is None]
    rows = [*_our_rows(source, ours, remarks), *_other_rows(others, after=len(ours))]
    is_ours = bool(ours) and not others and not remarks.moved
    return Timeline(
        rows=tuple(rows),
        columns=frozenset(COLUMN) if ours else _COLUMNS,
        foreign=not is_ours,
        codebooks=_codebooks(root),
        notice=remarks.notice() if found or remarks.nowhere else "There are no markers in it.",
    )


def _root(source: Source) -> list[Piece]:
    """The file's timelines."""
    text = source.text
    if text.count("{") + text.count("[") > _MOST_PARTS or text.count(",") > _MOST_COMMAS:
        source.refuse(
            f"it has more than {_MOST_PARTS} objects and lists; split it and import the parts"
        )
    try:
        content = json.loads(source.text, parse_constant=lambda name: _no_number(source, name))
    except (ValueError, RecursionError) as error:
        source.refuse(f"it is not JSON that can be read: {_shown(error)}")
    _refuse_odd(source, content)
    if _is(content, "SerializableCollection"):
        found = [one for one in _list(source, content, "children") if _is(one, "Timeline")]
    else:
        found = [content] if _is(content, "Timeline") else []
    if not found:
        source.refuse("there is no timeline in it")
    return found


def _is(piece: object, *schemas: str) -> bool:
    """Whether it is one of them, in whatever version."""
    name = piece.get("OTIO_SCHEMA") if isinstance(piece, dict) else None
    return isinstance(name, str) and name.partition(".")[0] in schemas


def _list(source: Source, piece: Piece, name: str) -> list[Any]:
    found = piece.get(name) or []
    if not isinstance(found, list):
        source.refuse(f"its {name!r} is no list")
    return found


def _named(piece: Piece) -> str:
    name = piece.get("name")
    return name if isinstance(name, str) else ""


def _no_number(source: Source, name: str) -> NoReturn:
    source.refuse(f"there is {name}, which is no number")


def _refuse_odd(source: Source, content: Any) -> None:  # noqa: ANN401 - as JSON has it
    level = [content]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                if str(one.get("OTIO_SCHEMA", "")).startswith("SerializableObjectRef"):
                    source.refuse("there are references within it, which are not followed")
                inner += one.values()
            elif isinstance(one, list):
                inner += one
            elif isinstance(one, float) and one in (float("inf"), float("-inf")):
                source.refuse("there is a number that is too large")
        if not inner:
            return
        level = inner
    source.refuse(f"it is nested more than {_DEEPEST} deep")


def _markers(source: Source, timeline: Piece, remarks: _Remarks) -> Iterator[_Found]:
    stack = timeline.get("tracks")
    if not isinstance(stack, dict):
        source.refuse("a timeline in it has no tracks")
    pieces = list(_pieces(source, stack))
    clips = [one for one in pieces if _is(one, "Clip")]
    for number, clip in enumerate(clips, 1):
        yield from _on_clip(source, clip, f"clip {number} {_named(clip)[:40]!r}")
    tracks = [one for one in pieces if _is(one, "Track")]
    for number, track in enumerate(tracks, 1):
        where = f"track {number} {_named(track)[:40]!r}"
        yield from _on_tracks(source, track, [track], where, remarks)
    for one in pieces:
        if not _is(one, "Clip", "Track"):
            where = f"a marker of a gap or stack {_named(one)[:40]!r}"
            remarks.nowhere += [where] * len(_list(source, one, "markers"))
    top = [one for one in _list(source, stack, "children") if _is(one, "Track")]
    video = [one for one in top if one.get("kind", "Video") == "Video"]
    yield from _on_tracks(source, stack, video or top, "timeline", remarks)


def _pieces(source: Source, piece: Piece) -> Iterator[Piece]:
    """All that lies in it, in the file's order."""
    for one in _list(source, piece, "children"):
        if _is(one, *_OF_TRACKS):
            yield one
            yield from _pieces(source, one)


def _on_clip(source: Source, clip: Piece, where: str) -> Iterator[_Found]:
    """Markers of a clip count as its media does."""
    media_start = _media_start(source, clip, where)
    for number, marker in enumerate(_list(source, clip, "markers"), 1):
        at = f"{where}, marker {number}"
        start, length = _marked(source, marker, at)
        yield _found(marker, clip, start - media_start, length, at)


def _on_tracks(
    source: Source, owner: Piece, tracks: list[Piece], where: str, remarks: _Remarks
) -> Iterator[_Found]:
    """Markers of a track or timeline, each on the first clip that is there at its start."""
    markers = _list(source, owner, "markers")
    if not markers:
        return
    places = [_places(source, track, where) for track in tracks]
    for number, marker in enumerate(markers, 1):
        at = f"{where}, marker {number}"
        start, length = _marked(source, marker, at)
        for place in places:
            at_or_before = bisect_right(place, start, key=lambda one: one.begins) - 1
            lies = place[at_or_before] if at_or_before >= 0 else None
            if lies is not None and start < lies.ends:
                media = lies.shown + start - lies.begins - _media_start(source, lies.clip, at)
                yield _found(marker, lies.clip, media, length, at)
                break
        else:
            remarks.nowhere.append(at)


@dataclass(frozen=True)
class _Place:
    """From when to when a clip lies on a track, and its media's time at its start."""

    clip: Piece
    begins: Fraction
    ends: Fraction
    shown: Fraction


def _places(source: Source, track: Piece, where: str) -> list[_Place]:
    found = []
    begins = Fraction(0)
    for item in _list(source, track, "children"):
        if not _is(item, *_OF_TRACKS):
            continue
        shown, length = _shown_of(source, item, where)
        if _is(item, "Clip"):
            found.append(_Place(item, begins, begins + length, shown))
        begins += length
    return found


def _shown_of(source: Source, item: Piece, where: str) -> tuple[Fraction, Fraction]:
    """From when, in its own time, and for how long an item is shown."""
    if item.get("source_range") is not None:
        return _times(source, item["source_range"], where)
    if _is(item, "Clip"):
        reference = _reference(item)
        if reference.get("available_range") is None:
            source.refuse(f"clip {_named(item)[:40]!r} does not say how long it is", where=where)
        return _times(source, reference["available_range"], where)
    inner = _list(source, item, "children")
    lengths = [_shown_of(source, one, where)[1] for one in inner if _is(one, *_OF_TRACKS)]
    together = sum(lengths, Fraction(0))
    return Fraction(0), together if _is(item, "Track") else max(lengths, default=Fraction(0))


def _reference(clip: Piece) -> Piece:
    """Its media, of those that it may have the one that is shown; empty where it has none."""
    found = clip.get("media_reference")
    every = clip.get("media_references")
    if isinstance(every, dict):
        found = every.get(clip.get("active_media_reference_key") or "DEFAULT_MEDIA")
    return found if isinstance(found, dict) else {}


def _found(marker: Piece, clip: Piece, start: Fraction, length: Fraction, where: str) -> _Found:
    metadata = marker.get("metadata")
    ours = metadata.get(OURS) if isinstance(metadata, dict) else None
    comment = marker.get("comment")
    return _Found(
        where=where,
        name=_named(marker),
        comment=comment if isinstance(comment, str) else "",
        start_ns=round(start * NS),
        end_ns=round((start + length) * NS),
        media_file=_file_name(_reference(clip).get("target_url")),
        metadata=ours if isinstance(ours, dict) else {},
        tick_ns=_tick_ns(marker),
    )


def _tick_ns(marker: Piece) -> int:
    """How far apart the times are that its rate can say; asked when they are known to be right."""
    given = marker.get("marked_range") or marker.get("range") or {}
    # A length of nothing has no rate of its own.
    said = [given["start_time"], *([given["duration"]] if given["duration"].get("value") else [])]
    return max(ceil(NS / _rate(one["rate"])) for one in said)


def _file_name(url: object) -> str:
    try:
        return PurePosixPath(unquote(urlsplit(url).path)).name if isinstance(url, str) else ""
    except ValueError:
        return ""


def _media_start(source: Source, clip: Piece, where: str) -> Fraction:
    """What the media's own time shows at its first frame; taken to be 0 where nothing says."""
    available = _reference(clip).get("available_range")
    return (
        Fraction(0) if available is None else _times(source, available, where, start_only=True)[0]
    )


def _marked(source: Source, marker: object, where: str) -> tuple[Fraction, Fraction]:
    if not _is(marker, "Marker") or not isinstance(marker, dict):
        source.refuse("it is no marker", where=where)
    # As it was called until 2017.
    given = marker.get("marked_range") or marker.get("range")
    return _times(source, given, where)


def _times(
    source: Source, given: object, where: str, *, start_only: bool = False
) -> tuple[Fraction, Fraction]:
    """Start and length in seconds, exact."""
    if not isinstance(given, dict):
        source.refuse("it has no times", where=where)
    start = _seconds(source, given.get("start_time"), where)
    length = Fraction(0) if start_only else _seconds(source, given.get("duration"), where)
    if length < 0:
        source.refuse("it ends before it starts", where=where)
    return start, length


def _seconds(source: Source, given: object, where: str) -> Fraction:
    value, rate = (
        given.get(name) if isinstance(given, dict) else None for name in ("value", "rate")
    )
    if (
        not isinstance(value, int | float)
        or not isinstance(rate, int | float)
        or not 0 < rate < _MAX_RATE
        or abs(value) * NS > MAX_NS * rate
    ):
        source.refuse(f"{_short(value)} at a rate of {_short(rate)} is no time", where=where)
    return Fraction(value) / _rate(rate)


def _short(value: object) -> str:
    return repr(value)[:40]


@lru_cache(maxsize=100)
def _rate(rate: float) -> Fraction:
    """30000/1001 for what is written as 29.97002997."""
    nominal = Fraction(round(rate) * 1000, 1001)
    return nominal if 0 < abs(rate - nominal) < rate * 2e-6 or rate == nominal else Fraction(rate)


def _row_in(found: _Found) -> Mapping[str, Any] | None:
    """The row that we wrote into its metadata."""
    row = found.metadata.get("row")
    return row if isinstance(row, dict) else None


def _our_rows(source: Source, found: list[_Found], remarks: _Remarks) -> list[TimelineRow]:
    if not found:
        return []
    header = list(COLUMN)
    table = [header]
    for one in found:
        cells = {str(name): str(cell) for name, cell in (_row_in(one) or {}).items()}
        _as_it_is_now(one, cells, remarks)
        table.append([cells.get(name, "") for name in header])
    try:
        rows = timeline_of(source, table, raw=True).rows
    except ExchangeError as error:
        source.refuse(
            "what Bodycam Annotator wrote into its markers was changed, so that it cannot be read "
            f"({_shown(error)}; row 2 is the first marker)"
        )
    moved = set(remarks.moved)
    return [
        replace(row, where=one.where, resolution_ns=one.tick_ns if one.where in moved else None)
        for row, one in zip(rows, found, strict=True)
    ]


def _as_it_is_now(found: _Found, cells: dict[str, str], remarks: _Remarks) -> None:
    """Changes the cells to the marker's times and name where these are others than were
    written."""
    if not _is_where(found, cells):
        remarks.moved.append(found.where)
        for name in _STALE:
            cells.pop(name, None)
        cells["start_s"] = seconds_text(found.start_ns)
        cells["end_s"] = seconds_text(found.end_ns)
    if found.name != found.metadata.get("name"):
        remarks.renamed.append(found.where)
        label = read_label(found.name)
        cells["text"] = label.text
        if label.code:
            cells["code"], cells["speaker"] = label.code, label.speaker


def _is_where(found: _Found, cells: Mapping[str, str]) -> bool:
    """Whether the marker's times are the row's, up to a nanosecond of rounding, and to what a
    float holds of times beyond 104 days."""
    for name, now_ns in (("start_s", found.start_ns), ("end_s", found.end_ns)):
        said = re.fullmatch(r"(-?)([0-9]{1,10})\.([0-9]{9})", cells.get(name, ""))
        if said is None:
            return True
        said_ns = int(said[1] + said[2] + said[3])
        if abs(said_ns - now_ns) > max(2, abs(said_ns) >> 50):
            return False
    return True


def _other_rows(found: list[_Found], *, after: int) -> list[TimelineRow]:
    names = [one.name or one.comment for one in found]
    return [
        TimelineRow(
            number=number,
            where=one.where,
            code=label.code,
            start_ns=one.start_ns,
            end_ns=one.end_ns,
            media_file=one.media_file or None,
            speaker=label.speaker or None,
            text=label.text or None,
            note=(one.comment if one.name else "") or None,
            resolution_ns=one.tick_ns,
        )
        for number, (one, label) in enumerate(
            zip(found, read_labels(names), strict=True), after + 2
        )
    ]


def _codebooks(timelines: list[Piece]) -> dict[str, str]:
    found: dict[str, str] = {}
    for timeline in timelines:
        metadata = timeline.get("metadata")
        ours = metadata.get(OURS) if isinstance(metadata, dict) else None
        books = ours.get("codebooks") if isinstance(ours, dict) else None
        if isinstance(books, dict):
            found |= {str(label): str(text) for label, text in books.items()}
    return found


def _shown(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text if len(text) <= 200 else f"{text[:197]}..."
