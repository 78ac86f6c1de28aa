"""Reading markers of OpenTimelineIO, ours and those of other programs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import opentimelineio as otio

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.labels import read_label, read_labels
from bodycam_annotator.exchange.table_reading import timeline_of
from bodycam_annotator.exchange.timeline import COLUMN, Timeline, TimelineRow
from bodycam_annotator.timing import NS, seconds_text

OURS = "bodycam_annotator"
"""The metadata that we write."""

_COLUMNS = frozenset({"code", "start_s", "end_s", "speaker", "text", "note"})
_MAX_SECONDS = 9_000_000_000
_DEEPEST = 200
_STALE = ("end_s", "duration_s", "start_frame", "end_frame", "start_pts", "end_pts")


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
        return " ".join(f"{what}: {', '.join(places)}." for places, what in said if places)


def read_otio(source: Source) -> Timeline:
    """Markers on clips and, where a clip lies under them, on tracks and timelines.

    Raises `ExchangeError` for what is no such file or whose times cannot be read.
    """
    root = _root(source)
    remarks = _Remarks()
    try:
        found = [one for timeline in root for one in _markers(source, timeline, remarks)]
    except (otio.exceptions.OTIOError, ValueError, TypeError, RuntimeError) as error:
        source.refuse(f"it is not put together as OpenTimelineIO has it: {_shown(error)}")
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


def _root(source: Source) -> "list[otio.schema.Timeline]":
    """The file's timelines.

    Python's reader looks at it first: the library's crashes on deep nesting, takes NaN for a time,
    and follows references that may go in circles.
    """
    try:
        content = json.loads(source.text, parse_constant=lambda name: _no_number(source, name))
    except (ValueError, RecursionError) as error:
        source.refuse(f"it is not JSON that can be read: {_shown(error)}")
    _refuse_odd(source, content)
    try:
        read = otio.core.deserialize_json_from_string(source.text)
    except (otio.exceptions.OTIOError, ValueError, TypeError, RuntimeError) as error:
        source.refuse(f"it is not OpenTimelineIO that can be read: {_shown(error)}")
    if isinstance(read, otio.schema.Timeline):
        return [read]
    if isinstance(read, otio.schema.SerializableCollection):
        found = [one for one in read if isinstance(one, otio.schema.Timeline)]
        if found:
            return found
    source.refuse("there is no timeline in it")


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


def _markers(
    source: Source, timeline: "otio.schema.Timeline", remarks: _Remarks
) -> Iterator[_Found]:
    stack = timeline.tracks
    for number, clip in enumerate(timeline.find_clips(), 1):
        where = f"clip {number} {clip.name[:40]!r}"
        yield from _on_clip(source, clip, where)
    tracks = list(timeline.find_children(descended_from_type=otio.schema.Track))
    for number, track in enumerate(tracks, 1):
        where = f"track {number} {track.name[:40]!r}"
        yield from _on_composition(source, track, [track], where, remarks)
        for item in track:
            if isinstance(item, otio.schema.Gap):
                remarks.nowhere += (f"{where}, a marker of a gap" for _ in item.markers)
    top = [one for one in stack if isinstance(one, otio.schema.Track)]
    video = [one for one in top if one.kind == otio.schema.TrackKind.Video]
    yield from _on_composition(source, stack, video or top, "timeline", remarks)


def _on_clip(source: Source, clip: "otio.schema.Clip", where: str) -> Iterator[_Found]:
    """Markers of a clip count as its media does."""
    for number, marker in enumerate(clip.markers, 1):
        at = f"{where}, marker {number}"
        start, length = _times(source, marker.marked_range, at)
        yield _found(marker, clip, start - _media_start(source, clip, at), length, at)


def _on_composition(
    source: Source,
    composition: "otio.core.Composition",
    tracks: "list[otio.schema.Track]",
    where: str,
    remarks: _Remarks,
) -> Iterator[_Found]:
    """Those of a track or timeline, each on the first clip that is there at its start."""
    if not composition.markers:
        return
    places = [place for track in tracks for place in _places(source, track, where)]
    for number, marker in enumerate(composition.markers, 1):
        at = f"{where}, marker {number}"
        start, length = _times(source, marker.marked_range, at)
        for clip, begins, ends, shown in places:
            if begins <= start < ends:
                media = shown + start - begins - _media_start(source, clip, at)
                yield _found(marker, clip, media, length, at)
                break
        else:
            remarks.nowhere.append(at)


def _places(
    source: Source, track: "otio.schema.Track", where: str
) -> "list[tuple[otio.schema.Clip, Fraction, Fraction, Fraction]]":
    """Each clip of the track, from when to when it lies there, and its media's time at its
    start."""
    found = []
    begins = Fraction(0)
    for item in track:
        if isinstance(item, otio.schema.Transition):
            continue
        shown, length = _times(source, item.trimmed_range(), where)
        if isinstance(item, otio.schema.Clip):
            found.append((item, begins, begins + length, shown))
        begins += length
    return found


def _found(
    marker: "otio.schema.Marker",
    clip: "otio.schema.Clip",
    start: Fraction,
    length: Fraction,
    where: str,
) -> _Found:
    reference = clip.media_reference
    url = reference.target_url if isinstance(reference, otio.schema.ExternalReference) else ""
    ours = marker.metadata.get(OURS)
    return _Found(
        where=where,
        name=marker.name,
        comment=marker.comment,
        start_ns=round(start * NS),
        end_ns=round((start + length) * NS),
        media_file=_file_name(url),
        metadata=ours if isinstance(ours, Mapping) else {},
    )


def _file_name(url: str) -> str:
    try:
        return PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:
        return ""


def _media_start(source: Source, clip: "otio.schema.Clip", where: str) -> Fraction:
    """What the media's own time shows at its first frame; taken to be 0 where nothing says."""
    reference = clip.media_reference
    if reference is None or reference.available_range is None:
        return Fraction(0)
    return _seconds(source, reference.available_range.start_time, where)


def _times(
    source: Source, given: "otio.opentime.TimeRange", where: str
) -> tuple[Fraction, Fraction]:
    """Start and length in seconds, exact."""
    start, length = (_seconds(source, one, where) for one in (given.start_time, given.duration))
    if length < 0:
        source.refuse("it ends before it starts", where=where)
    return start, length


def _seconds(source: Source, given: "otio.opentime.RationalTime", where: str) -> Fraction:
    if not given.rate > 0 or abs(given.value) > _MAX_SECONDS * given.rate:
        source.refuse(f"{given.value:g} at a rate of {given.rate:g} is no time", where=where)
    return Fraction(given.value) / _rate(given.rate)


def _rate(rate: float) -> Fraction:
    """30000/1001 for what is written as 29.97002997."""
    nominal = Fraction(round(rate) * 1000, 1001)
    return nominal if 0 < abs(rate - nominal) < rate * 2e-6 or rate == nominal else Fraction(rate)


def _row_in(found: _Found) -> Mapping[str, Any] | None:
    """The row that we wrote into its metadata."""
    row = found.metadata.get("row")
    return row if isinstance(row, Mapping) else None


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
    return [replace(row, where=one.where) for row, one in zip(rows, found, strict=True)]


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
        )
        for number, (one, label) in enumerate(
            zip(found, read_labels(names), strict=True), after + 2
        )
    ]


def _codebooks(timelines: "list[otio.schema.Timeline]") -> dict[str, str]:
    found: dict[str, str] = {}
    for timeline in timelines:
        ours = timeline.metadata.get(OURS)
        books = ours.get("codebooks") if isinstance(ours, Mapping) else None
        if isinstance(books, Mapping):
            found |= {str(label): str(text) for label, text in books.items()}
    return found


def _shown(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text if len(text) <= 200 else f"{text[:197]}..."
