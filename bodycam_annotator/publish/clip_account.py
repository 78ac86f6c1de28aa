"""What a clip is, beside it as JSON: of which footage, which frames when, and how it was made."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import av

from bodycam_annotator import __version__
from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.tag import Tag, utc_now
from bodycam_annotator.publish.clip_names import BESIDE
from bodycam_annotator.publish.clip_plan import Card, Freeze, Run, Segment
from bodycam_annotator.publish.clip_writer import Source, WrittenClip, unwritable
from bodycam_annotator.timing import ticks_to_ns

FORMAT = 1
"""Of the sidecar and the manifest; raised when a key gets another meaning."""

ABOUT_CLIP = "What the clip beside this file shows, and how it was made."
ABOUT_EXPORT = "The files of one export, each with the SHA-256 of it and of its account."

KINDS = {
    "clip": "clips",
    "still": "stills",
    "sheet": "sheets",
    "preview": "previews",
    "sound": "sounds",
}
"""What an account can be of: the name of its own part, and of the list in a manifest."""

FRAME_KEYS = (
    "ordinal",
    "source_pts",
    "file_time_ns",
    "clip_pts",
    "clip_ticks_shown",
    "ticks_added",
    "segment",
)
"""What the entries of `frames` hold, in order; the first three are null for a card."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What the engine does not know of a clip; texts as people read them.

    `source_sha256` is the footage's, `source_verified_utc` when its bytes had been read for it.
    `asked`: the span and handles that were asked for, in nanoseconds on the footage's own clock.
    `burned_in`: what was laid over the pictures. `coder` made the tags, `made_by` this file. All
    blank or None where it is not known.
    """

    source_sha256: str
    source_verified_utc: str | None = None
    incident: str = ""
    camera: str = ""
    asked: Mapping[str, int] = field(default_factory=dict)
    tags: Sequence[Tag] = ()
    burned_in: Mapping[str, Any] = field(default_factory=dict)
    coder: str = ""
    made_by: str = ""
    codebook: str = ""
    codebook_version: str = ""
    audit_head: str = ""
    audit_entries: int = 0


def sidecar_of(clip: Path) -> Path:
    """`NAME.mp4.json` beside `NAME.mp4`."""
    return clip.with_name(clip.name + BESIDE)


def account_of(written: WrittenClip, source: Source, provenance: Provenance) -> dict[str, Any]:
    """The sidecar's content."""
    plan, index = written.plan, source.index
    ordinals = [frame.ordinal for frame in plan.frames if frame.ordinal is not None]
    return {
        "about": ABOUT_CLIP,
        "format": FORMAT,
        "made_utc": utc_now(),
        "clip": _clip(written),
        "source": source_part(source, provenance),
        "span": span_part(index, min(ordinals), max(ordinals)),
        "asked": dict(provenance.asked),
        "sound": sound_part(written, source.track),
        "captions": [asdict(cue) for cue in written.cues],
        "settings": _settings(written, provenance),
        "notes": list(written.notes),
        "frames_left_out": list(written.left_out),
        "frames_doubtful": list(written.doubtful),
        **project_part(provenance),
        "segments": [_segment(segment) for segment in plan.segments],
        "frame_keys": list(FRAME_KEYS),
        "frames": [
            [
                frame.ordinal,
                frame.source_pts,
                frame.time_ns,
                frame.pts,
                frame.lasts,
                frame.added,
                frame.segment,
            ]
            for frame in plan.frames
        ],
    }


def project_part(provenance: Provenance) -> dict[str, Any]:
    """What an account says of the project, and of what made the file."""
    return {
        "incident": provenance.incident,
        "camera": provenance.camera,
        "coder": provenance.coder,
        "made_by": provenance.made_by,
        "codebook": provenance.codebook,
        "codebook_version": provenance.codebook_version,
        "audit_head": provenance.audit_head,
        "audit_entries": provenance.audit_entries,
        "tags": [_tag(tag) for tag in provenance.tags],
        "made_with": versions(),
    }


def write_account(account: Mapping[str, Any], clip: Path) -> Path:
    """Writes the clip's sidecar and returns its path. Raises `ExchangeError`."""
    return _write(account, sidecar_of(clip))


def manifest_of(
    accounts: Mapping[str, Mapping[str, Any]],
    *,
    not_made: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """Of one export: the accounts of its files by the name of the sidecar as written.

    A list for each of `KINDS`, which may be empty. `not_made`: a sentence for each file that was
    asked for and is not there; `warnings`: on what all of them rest on.
    """
    entries: dict[str, list[dict[str, Any]]] = {name: [] for name in KINDS.values()}
    for name, account in accounts.items():
        entries[KINDS[_kind_in(account)]].append(
            entry_of(name, account, hashlib.sha256(_text(account)).hexdigest())
        )
    return {
        "about": ABOUT_EXPORT,
        "format": FORMAT,
        "made_utc": utc_now(),
        "made_with": versions(),
        "warnings": list(warnings),
        "not_made": list(not_made),
        **entries,
    }


def entry_of(name: str, account: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """What a manifest says of the file whose account has that name and hash."""
    made = account[_kind_in(account)]
    return {
        "file": made["file"],
        "sha256": made["sha256"],
        "bytes": made["bytes"],
        "account": name,
        "account_sha256": sha256,
        "source": account["source"]["file"],
        "source_sha256": account["source"]["sha256"],
        "frames": made["frames"],
        "span": account["span"],
        "audit_head": account["audit_head"],
    }


def _kind_in(account: Mapping[str, Any]) -> str:
    return next(one for one in KINDS if one in account)


def write_manifest(manifest: Mapping[str, Any], path: Path) -> Path:
    """Raises `ExchangeError`."""
    return _write(manifest, path)


def versions() -> dict[str, str]:
    """Of this program, PyAV and the FFmpeg libraries that it brings."""
    libraries = {
        name: ".".join(map(str, number)) for name, number in sorted(av.library_versions.items())
    }
    return {
        "bodycam_annotator": __version__,
        "pyav": _version("av"),
        "ffmpeg": str(av.ffmpeg_version_info),
        **libraries,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return str(av.__version__)


def _clip(written: WrittenClip) -> dict[str, Any]:
    plan, shape = written.plan, written.shape
    return {
        "file": written.path.name,
        "sha256": written.sha256,
        "bytes": written.size,
        "frames": len(plan.frames),
        "time_base": str(plan.time_base),
        "end_pts": plan.end,
        "duration_ns": ticks_to_ns(plan.end, plan.time_base),
        "width": shape.width,
        "height": shape.height,
        "coded_width": shape.coded[0],
        "coded_height": shape.coded[1],
        "turned_degrees": shape.turn[0] * 90,
        "mirrored": shape.turn[1],
        "pixel_format": shape.pixel_format,
        "colors": asdict(shape.colors),
    }


def source_part(source: Source, provenance: Provenance) -> dict[str, Any]:
    index = source.index
    return {
        "file": source.path.name,
        "sha256": provenance.source_sha256 or None,
        "verified_utc": provenance.source_verified_utc,
        "stream": index.stream,
        "frames": len(index),
        "time_base": str(index.time_base),
        "first_frame_ns": index.first_ns,
        "end_ns": index.end_ns,
        "variable_rate": index.variable_rate,
        "oddities": list(index.oddities),
    }


def span_part(index: FrameIndex, first: int, last: int) -> dict[str, Any]:
    """The footage's first and last frame in the file."""
    return {
        "first_frame": first,
        "last_frame": last,
        "first_pts": index.pts_of(first),
        "last_pts": index.pts_of(last),
        "start_ns": index.time_of(first),
        "end_ns": index.span_of(last)[1],
        "start_file_time_ns": index.time_of(first) - index.first_ns,
        "end_file_time_ns": index.span_of(last)[1] - index.first_ns,
    }


def sound_part(written: WrittenClip, track: AudioTrack | None) -> dict[str, Any] | None:
    """`parts`: samples `first` to `last`, both of which belong, from the clip's sample `at` on.

    They are counted on the track's own clock, from `track_start_ns` on, so that where the track
    has a gap its samples keep their numbers. `lacking`: those of them that it does not have, where
    the clip is silent.
    """
    plan = written.plan
    if plan.sound is None or track is None:
        return None
    return {
        "stream": track.stream,
        "rate": plan.sound.rate,
        "channels": track.channels,
        "track_start_ns": track.start_ns,
        "samples": plan.sound.samples,
        "parts": [
            {"at": part.at, "first": part.first, "last": part.end - 1} for part in plan.sound.parts
        ],
        "lacking": stretches(written.lacking),
    }


def stretches(spans: Iterable[tuple[int, int]]) -> list[dict[str, int]]:
    """With `first` and `last`, both of which belong, of each first and end."""
    return [{"first": first, "last": end - 1} for first, end in spans]


def _settings(written: WrittenClip, provenance: Provenance) -> dict[str, Any]:
    settings, encoders = written.settings, written.encoders
    return {
        "form": settings.form.value,
        "quality": settings.quality.value,
        "speed": settings.speed.value,
        "video_encoder": encoders.video,
        "video_options": dict(encoders.video_options),
        "sound_encoder": encoders.sound or None,
        "sound_bits_per_second": encoders.sound_bits_per_second or None,
        "burned_in": dict(provenance.burned_in),
    }


def _tag(tag: Tag) -> dict[str, Any]:
    """As the project has it."""
    values = {one.name: getattr(tag, one.name) for one in fields(tag)}
    return values | {"attributes": dict(tag.attributes)}


def _segment(segment: Segment) -> dict[str, Any]:
    if isinstance(segment, Run):
        return {
            "kind": "run",
            "first": segment.first,
            "last": segment.last,
            "slower": segment.slower,
        }
    if isinstance(segment, Freeze):
        return {"kind": "freeze", "ordinal": segment.ordinal, "lasts_ns": segment.lasts_ns}
    assert isinstance(segment, Card)
    return {"kind": "card", "lasts_ns": segment.lasts_ns}


def _write(content: Mapping[str, Any], path: Path) -> Path:
    try:
        write_whole(path, _text(content), anew=True)
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def _text(content: Mapping[str, Any]) -> bytes:
    """Indented but for the frames, which have a line each."""
    rest = {key: value for key, value in content.items() if key != "frames"}
    text = json.dumps(rest, ensure_ascii=False, indent=2)
    if "frames" in content:
        rows = ",\n    ".join(json.dumps(row) for row in content["frames"])
        text = f'{text.removesuffix(chr(10) + "}")},\n  "frames": [\n    {rows}\n  ]\n}}'
    # Halves of characters, as in names of files, become JSON's own escapes.
    return text.encode(errors="backslashreplace") + b"\n"
