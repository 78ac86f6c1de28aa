"""What is handed out beside clips, as JSON beside it: stills, sheets, previews and sound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.tag import utc_now
from bodycam_annotator.publish.animated import WrittenPreview
from bodycam_annotator.publish.clip_account import (
    FORMAT,
    Provenance,
    project_part,
    source_part,
    span_part,
    stretches,
)
from bodycam_annotator.publish.clip_writer import Source
from bodycam_annotator.publish.contact_sheet import WrittenSheet
from bodycam_annotator.publish.sound_file import WrittenSound
from bodycam_annotator.publish.stills import WrittenStill
from bodycam_annotator.timing import samples_to_ns, ticks_to_ns

ABOUT = {
    "still": "Which frame the picture beside this file is, and how it was made.",
    "sheet": "Which frames the sheet beside this file shows, and how it was made.",
    "preview": "What the animation beside this file shows, and how it was made.",
    "sound": "Which sound the file beside this one holds, and how it was made.",
}

STILL_KEYS = ("ordinal", "source_pts", "file_time_ns")
SHEET_KEYS = (*STILL_KEYS, "x", "y", "width", "height", "shown")
PREVIEW_KEYS = (*STILL_KEYS, "preview_pts", "preview_ticks_shown")
"""What the entries of `frames` hold, in order."""


def account_of_still(still: WrittenStill, source: Source, provenance: Provenance) -> dict[str, Any]:
    """The sidecar's content."""
    made = _file(still.path, still.sha256, still.size) | {
        "frames": 1,
        "width": still.width,
        "height": still.height,
    }
    settings = {"burned_in": dict(provenance.burned_in)}
    whole = _begun("still", made, source, provenance, (still.ordinal, still.ordinal))
    doubtful = [still.ordinal] if still.doubtful else []
    whole |= _found(settings, still.notes, (), doubtful)
    return whole | _rows(STILL_KEYS, [_place(source.index, still.ordinal)], provenance)


def account_of_sheet(sheet: WrittenSheet, source: Source, provenance: Provenance) -> dict[str, Any]:
    """The sidecar's content."""
    ordinals = [thumb.ordinal for thumb in sheet.thumbs]
    made = _file(sheet.path, sheet.sha256, sheet.size) | {
        "frames": len(ordinals) - len(sheet.left_out),
        "width": sheet.width,
        "height": sheet.height,
    }
    settings = asdict(sheet.layout) | {"burned_in": dict(provenance.burned_in)}
    whole = _begun("sheet", made, source, provenance, (ordinals[0], ordinals[-1]))
    whole |= _found(settings, sheet.notes, sheet.left_out, sheet.doubtful)
    rows = [
        [
            *_place(source.index, thumb.ordinal),
            *(thumb.x, thumb.y, thumb.width, thumb.height, thumb.shown),
        ]
        for thumb in sheet.thumbs
    ]
    return whole | _rows(SHEET_KEYS, rows, provenance)


def account_of_preview(
    preview: WrittenPreview, source: Source, provenance: Provenance
) -> dict[str, Any]:
    """The sidecar's content."""
    last = preview.frames[-1]
    made = _file(preview.path, preview.sha256, preview.size) | {
        "frames": len(preview.frames),
        "width": preview.width,
        "height": preview.height,
        "time_base": str(preview.time_base),
        "end_pts": last.starts + last.lasts,
        "duration_ns": ticks_to_ns(last.starts + last.lasts, preview.time_base),
    }
    settings = {
        "form": preview.form.value,
        "longest_side": preview.step.longest,
        "one_frame_of": preview.step.every,
        "tried_before": [asdict(one.step) | {"why_not": one.why} for one in preview.tried],
        "burned_in": dict(provenance.burned_in),
    }
    ends = (preview.span.first, preview.span.last)
    whole = _begun("preview", made, source, provenance, ends)
    whole |= _found(settings, preview.notes, preview.left_out, preview.doubtful)
    rows = [[*_place(source.index, one.ordinal), one.starts, one.lasts] for one in preview.frames]
    return whole | _rows(PREVIEW_KEYS, rows, provenance)


def account_of_sound(sound: WrittenSound, source: Source, provenance: Provenance) -> dict[str, Any]:
    """The sidecar's content. Samples as in `sound_part`."""
    track = source.track
    assert track is not None, "without a track no sound was written"
    made = _file(sound.path, sound.sha256, sound.size) | {
        "frames": 0,
        "rate": sound.rate,
        "channels": sound.channels,
        "samples": sound.end - sound.first,
        "duration_ns": samples_to_ns(sound.end - sound.first, sound.rate),
    }
    start = track.start_ns + samples_to_ns(sound.first, sound.rate)
    end = track.start_ns + samples_to_ns(sound.end, sound.rate)
    ends = (source.index.nearest(start), source.index.nearest(end - 1))
    whole = _begun("sound", made, source, provenance, ends)
    whole["sound_track"] = {
        "stream": track.stream,
        "track_start_ns": track.start_ns,
        "first": sound.first,
        "last": sound.end - 1,
        "lacking": stretches(sound.lacking),
        "start_ns": start,
        "end_ns": end,
    }
    return whole | _found({}, sound.notes, (), ()) | _rows((), [], provenance)


def _begun(
    kind: str,
    made: Mapping[str, Any],
    source: Source,
    provenance: Provenance,
    ends: tuple[int, int],
) -> dict[str, Any]:
    return {
        "about": ABOUT[kind],
        "format": FORMAT,
        "made_utc": utc_now(),
        kind: made,
        "source": source_part(source, provenance),
        "span": span_part(source.index, *ends),
        "asked": dict(provenance.asked),
    }


def _found(
    settings: Mapping[str, Any],
    notes: Iterable[str],
    left_out: Iterable[int],
    doubtful: Iterable[int],
) -> dict[str, Any]:
    return {
        "settings": settings,
        "notes": list(notes),
        "frames_left_out": list(left_out),
        "frames_doubtful": list(doubtful),
    }


def _rows(
    keys: Sequence[str], rows: Sequence[Sequence[Any]], provenance: Provenance
) -> dict[str, Any]:
    return {**project_part(provenance), "frame_keys": list(keys), "frames": rows}


def _file(path: Path, sha256: str, size: int) -> dict[str, Any]:
    return {"file": path.name, "sha256": sha256, "bytes": size}


def _place(index: FrameIndex, ordinal: int) -> list[int]:
    return [ordinal, index.pts_of(ordinal), index.time_of(ordinal)]
