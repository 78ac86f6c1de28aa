"""OpenTimelineIO: a track for each footage, with its tags as markers.

Its JSON is written piece by piece: the library takes over a minute and 1 GB for 100,000 markers,
and its adapters load whatever plugins, hooks and media linkers the environment names.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from bodycam_annotator.exchange.editing.footage import file_time, media_url, writable
from bodycam_annotator.exchange.editing.otio_reading import OURS, read_otio
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of
from bodycam_annotator.exchange.tables.csv_timeline import plain_text
from bodycam_annotator.exchange.timeline import COLUMNS, row_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import NS

_REPEATED = (
    *("incident", "category", "duration_s", "start_hms", "end_hms", "app_version"),
    *("clock_start_utc", "clock_uncertainty_s", "incident_start_s"),
)
"""Columns that follow from others or from the project."""

_KEPT = tuple(column for column in COLUMNS if column.name not in _REPEATED)

_EXACT = 2**53
"""To here the format's numbers, which are floats, hold every whole one."""


def write_otio(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` where a text holds what no text file can."""
    project = content.project
    markers: dict[str, list[bytes]] = {key: [] for key in project.footage}
    labels = dict.fromkeys([project.incident.codebook])
    for tag in content.each_tag():
        markers[tag.footage_id].append(_marker(content, tag))
        labels[tag.codebook] = None
    books = {
        label: project.codebooks[label].source for label in labels if label in project.codebooks
    }
    timeline = {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {OURS: {"codebooks": books}},
        "name": writable(project.incident.name, "The incident's name"),
        "global_start_time": None,
        "tracks": _composition("Stack.1", "tracks", []),
    }
    # What is written last goes in at the end of each piece.
    opened, closed = _json(timeline).rsplit("[]", 1)
    yield opened.encode() + b"["
    for number, footage in enumerate(project.footage.values()):
        before, after = _json(_track(content, footage)).rsplit("[]", 1)
        yield (",\n" if number else "\n").encode() + before.encode() + b"[\n"
        yield b",\n".join(markers[footage.id])
        yield b"]" + after.encode()
    yield b"]" + closed.encode() + b"\n"


def _track(content: Content, footage: Footage) -> dict[str, Any]:
    """With no markers yet, which are the last list of it."""
    camera = writable(content.project.camera_of(footage.id).name, "A camera's name")
    whole = _range(Fraction(0), file_time(footage, footage.end_ns), footage)
    media = {
        "OTIO_SCHEMA": "ExternalReference.1",
        "metadata": {OURS: {"sha256": footage.sha256}},
        "name": "",
        "available_range": whole,
        "available_image_bounds": None,
        "target_url": media_url(content, footage),
    }
    clip = {
        "OTIO_SCHEMA": "Clip.2",
        "metadata": {},
        "name": camera,
        "source_range": whole,
        "effects": [],
        "enabled": True,
        "media_references": {"DEFAULT_MEDIA": media},
        "active_media_reference_key": "DEFAULT_MEDIA",
        "markers": [],
    }
    return {**_composition("Track.1", camera, [clip]), "kind": "Video"}


def _composition(schema: str, name: str, children: list[Any]) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": schema,
        "metadata": {},
        "name": name,
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": True,
        "children": children,
    }


def _marker(content: Content, tag: Tag) -> bytes:
    """With the row of the CSV timeline as metadata, from which it is read back exactly."""
    footage = content.project.footage[tag.footage_id]
    row = row_of(content.project, tag)
    cells = {
        column.name: value if isinstance(value, str) else plain_text(column.form, value, raw=True)
        for column in _KEPT
        if (value := row[column.name]) not in (None, {})
    }
    label = label_of(tag)
    writable("".join((*cells.values(), label)), f"Tag {tag.id!r}")
    start, end = (file_time(footage, at) for at in (tag.start_ns, tag.end_ns))
    return _json(
        {
            "OTIO_SCHEMA": "Marker.2",
            "metadata": {OURS: {"name": label, "row": cells}},
            "name": label,
            "color": "RED" if tag.start_ns == tag.end_ns else "GREEN",
            "marked_range": _range(start, end, footage),
            "comment": tag.note,
        }
    ).encode()


def _range(start: Fraction, end: Fraction, footage: Footage) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "duration": _time(end - start, footage),
        "start_time": _time(start, footage),
    }


def _time(seconds: Fraction, footage: Footage) -> dict[str, Any]:
    """In the footage's ticks, else in nanoseconds; where a float cannot hold them, rounded to the
    nearest that it can."""
    base = footage.time_base
    value, rate = seconds.numerator * (base.denominator // seconds.denominator), base.denominator
    in_ticks = base.numerator == 1 and rate % seconds.denominator == 0
    if not in_ticks or abs(value) >= _EXACT:
        value, rate = round(seconds * NS), NS
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(value)}


def _json(piece: dict[str, Any]) -> str:
    return json.dumps(piece, ensure_ascii=False)


OTIO = Format(
    name="otio",
    title="OpenTimelineIO",
    endings=(".otio",),
    loses=(
        "Nothing of a tag that Bodycam Annotator reads back: each is a marker with its row of the "
        "CSV timeline as metadata, less the columns that follow from others (incident, category, "
        "duration, HH:MM:SS, camera's clock, incident time, version). Other programs show its "
        "name, “code: [speaker] text”, its note as a comment, and its times.",
        "Markers' times are exact, in ticks of the footage or nanoseconds; editing programs move "
        "them to frames of their own rate.",
        "Read back, a marker that was moved or renamed elsewhere is taken as it is there; clips, "
        "gaps, transitions and effects are not read. Files of more than 32 MB, which is 25,000 "
        "tags or more, are not read back.",
    ),
    write=write_otio,
    read=read_otio,
    max_bytes=32 * 1024 * 1024,
)
