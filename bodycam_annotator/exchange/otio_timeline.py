"""OpenTimelineIO: a track for each footage, with its tags as markers.

What the library's core reads and writes as text is used, not its adapters, which load whatever
plugins, hooks and media linkers the environment names.
"""

from collections.abc import Iterator
from fractions import Fraction

import opentimelineio as otio

from bodycam_annotator.exchange.csv_timeline import plain_text
from bodycam_annotator.exchange.editing import file_time, media_url, writable
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of
from bodycam_annotator.exchange.otio_reading import OURS, read_otio
from bodycam_annotator.exchange.timeline import COLUMNS, row_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import NS

_EXACT = 2**53
"""To here the library's numbers, which are floats, hold every whole one."""


def write_otio(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` where a text holds what no text file can."""
    project = content.project
    markers: dict[str, list[otio.schema.Marker]] = {key: [] for key in project.footage}
    labels = dict.fromkeys([project.incident.codebook])
    for tag in content.each_tag():
        markers[tag.footage_id].append(_marker(content, tag))
        labels[tag.codebook] = None
    timeline = otio.schema.Timeline(
        name=writable(project.incident.name, "The incident's name"),
        metadata={
            OURS: {
                "codebooks": {
                    label: project.codebooks[label].source
                    for label in labels
                    if label in project.codebooks
                }
            }
        },
    )
    for footage in project.footage.values():
        timeline.tracks.append(_track(content, footage, markers[footage.id]))
    yield otio.core.serialize_json_to_string(timeline, {}, 1).encode()


def _track(
    content: Content, footage: Footage, markers: "list[otio.schema.Marker]"
) -> "otio.schema.Track":
    camera = writable(content.project.camera_of(footage.id).name, "A camera's name")
    whole = _range(Fraction(0), file_time(footage, footage.end_ns), footage)
    clip = otio.schema.Clip(
        name=camera,
        source_range=whole,
        media_reference=otio.schema.ExternalReference(
            target_url=media_url(content, footage),
            available_range=whole,
            metadata={OURS: {"sha256": footage.sha256}},
        ),
        markers=markers,
    )
    track = otio.schema.Track(name=camera, kind=otio.schema.TrackKind.Video)
    track.append(clip)
    return track


def _marker(content: Content, tag: Tag) -> "otio.schema.Marker":
    """With the row of the CSV timeline as metadata, from which it is read back exactly."""
    footage = content.project.footage[tag.footage_id]
    row = row_of(content.project, tag)
    cells = {
        column.name: plain_text(column.form, row[column.name], raw=True)
        for column in COLUMNS
        if row[column.name] not in (None, {})
    }
    label = label_of(tag)
    writable("".join((*cells.values(), label)), f"Tag {tag.id!r}")
    is_mark = tag.start_ns == tag.end_ns
    return otio.schema.Marker(
        name=label,
        marked_range=_range(
            file_time(footage, tag.start_ns), file_time(footage, tag.end_ns), footage
        ),
        color=otio.schema.MarkerColor.RED if is_mark else otio.schema.MarkerColor.GREEN,
        comment=tag.note,
        metadata={OURS: {"name": label, "row": cells}},
    )


def _range(start: Fraction, end: Fraction, footage: Footage) -> "otio.opentime.TimeRange":
    return otio.opentime.TimeRange(_time(start, footage), _time(end - start, footage))


def _time(seconds: Fraction, footage: Footage) -> "otio.opentime.RationalTime":
    """In the footage's ticks, else in nanoseconds; where a float cannot hold them, rounded to the
    nearest that it can."""
    ticks = seconds / footage.time_base
    rate = 1 / footage.time_base
    if ticks.denominator == 1 and rate.denominator == 1 and abs(ticks) < _EXACT:
        return otio.opentime.RationalTime(float(ticks), float(rate))
    return otio.opentime.RationalTime(float(round(seconds * NS)), float(NS))


OTIO = Format(
    name="otio",
    title="OpenTimelineIO",
    endings=(".otio",),
    loses=(
        "Nothing that Bodycam Annotator reads back: each tag is a marker with the whole row of "
        "the CSV timeline as metadata. Other programs show its name, “code: [speaker] text”, its "
        "note as a comment, and its times.",
        "Markers' times are exact, in ticks of the footage or nanoseconds; editing programs move "
        "them to frames of their own rate.",
        "Read back, a marker that was moved or renamed elsewhere is taken as it is there; clips, "
        "gaps, transitions and effects are not read.",
    ),
    write=write_otio,
    read=read_otio,
    max_bytes=256 * 1024 * 1024,
)
