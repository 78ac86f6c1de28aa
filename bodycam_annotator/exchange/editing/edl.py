"""CMX3600 EDL: each tag an event that an editing program takes as a clip, and a locator.

The adapter of OpenTimelineIO writes it, called by itself: OpenTimelineIO's own way to it would
load whatever plugins and hooks the environment names. Both are imported only by what writes.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.editing.footage import (
    file_time,
    media_name,
    media_url,
    rate_text,
    usual_rate,
    writable,
)
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of, one_line
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag

if TYPE_CHECKING:
    import opentimelineio as otio

_EVENTS_AT_MOST = 999
_DAY_S = 24 * 3600


def write_edl(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` for more than 999 tags, and for times from 24 hours."""
    import opentimelineio as otio
    from otio_cmx3600_adapter import cmx_3600

    tags = list(content.each_tag())
    if len(tags) > _EVENTS_AT_MOST:
        raise ExchangeError(
            f"A CMX3600 EDL holds {_EVENTS_AT_MOST} events, and there are {len(tags)} tags; "
            "export OpenTimelineIO or FCPXML, which hold any number."
        )
    title = one_line(writable(content.project.incident.name, "The incident's name"))
    yield f"TITLE: {title}\nFCM: NON-DROP FRAME\n\n".encode()
    if not tags:
        return
    every = content.project.footage
    # One list has one rate: that of the first footage.
    rate = usual_rate(every[tags[0].footage_id])
    reels = _reels([every[key] for key in dict.fromkeys(tag.footage_id for tag in tags)])
    track = otio.schema.Track(name=title, kind=otio.schema.TrackKind.Video)
    record = 0
    for tag in tags:
        clip = _clip(content, tag, rate, record, reels[tag.footage_id])
        track.append(clip)
        record += int(clip.source_range.duration.value)
    _refuse_late(record, rate, "All tags together")
    timeline = otio.schema.Timeline()
    timeline.tracks.append(track)
    yield cmx_3600.write_to_string(timeline, rate=float(_counted(rate))).encode()


def _clip(content: Content, tag: Tag, rate: Fraction, record: int, reel: str) -> "otio.schema.Clip":
    """Each a stretch of footage, whole frames long; they follow one another on the record side."""
    import opentimelineio as otio

    footage = content.project.footage[tag.footage_id]
    start = max(0, round(file_time(footage, tag.start_ns) * rate))
    end = max(start + 1, round(file_time(footage, tag.end_ns) * rate))
    _refuse_late(end, rate, f"Tag {tag.id!r}")
    counted = float(_counted(rate))
    place = otio.opentime.to_timecode(otio.opentime.RationalTime(record, counted), counted)
    label = one_line(writable(label_of(tag), f"Tag {tag.id!r}"))
    color = "RED" if tag.start_ns == tag.end_ns else "GREEN"
    return otio.schema.Clip(
        name=one_line(writable(media_name(footage), "The footage's name")),
        media_reference=otio.schema.ExternalReference(target_url=media_url(content, footage)),
        source_range=otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, counted),
            otio.opentime.RationalTime(end - start, counted),
        ),
        # As comments, for the adapter writes markers in capitals.
        metadata={
            "cmx_3600": {
                "reel": reel,
                "comments": [
                    f"LOC: {place} {color:7} {label}",
                    f"TIMECODE COUNTS {rate_text(rate)} FRAMES A SECOND FROM THE FIRST FRAME",
                ],
            }
        },
    )


def _counted(rate: Fraction) -> int:
    """Frames that timecode counts to a second: 30 for 29.97, with none dropped."""
    return round(rate)


def _refuse_late(frames: int, rate: Fraction, what: str) -> None:
    if frames >= _DAY_S * _counted(rate):
        raise ExchangeError(
            f"{what} would end after 24 hours, where timecode begins anew; export OpenTimelineIO "
            "or FCPXML."
        )


def _reels(footage: list[Footage]) -> dict[str, str]:
    """Eight letters or digits for each, no two the same, by the footage's id."""
    reels: dict[str, str] = {}
    for number, one in enumerate(footage, 1):
        name = re.sub(r"[^A-Za-z0-9]", "", media_name(one).partition(".")[0])[:8] or "AX"
        if name in reels.values():
            name = f"{name[:5]}{number:03d}"
        reels[one.id] = f"{name:8}"
    return reels


EDL = Format(
    name="edl",
    title="CMX3600 EDL",
    endings=(".edl",),
    loses=(
        "Times are rounded to frames of one rate that editing programs have, the nearest to that "
        "of the first footage; of footage with a variable or another rate they may be a frame off "
        "and more where the program places its frames otherwise. Timecode counts from the first "
        "frame, none dropped.",
        "A mark is one frame long, as is what rounding would leave without a length; what begins "
        "before the first frame begins at it.",
        "The events follow one another on the record side in the order of the tags; where they "
        "lie in the footage is on the source side.",
        "Of each tag only code, speaker and text are written, as the locator “code: [speaker] "
        "text”, in which line breaks become spaces; coder, target, frames and PTS, uncertainty, "
        "basis, confidence, status, note, attributes, dates and ids are not.",
        "More than 999 tags, and times from 24 hours, are refused.",
    ),
    write=write_edl,
)
