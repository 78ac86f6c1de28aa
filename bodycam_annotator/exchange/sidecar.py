"""What lies beside an exported file and says what produced it."""

import errno
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from bodycam_annotator import __version__
from bodycam_annotator.atomic_file import replacing
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Content, Format, Source, bytes_of, tags_in
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import utc_now
from bodycam_annotator.timing import seconds_text

FOOTAGE_KEYS = {
    "camera": "The name of the camera.",
    "media_file": "The footage's file name.",
    "sha256": "SHA-256 of the footage when the project took it up; null when it was not hashed.",
    "bytes": "Its size then.",
    "state": "How the file compared with that when this was written, as a sentence.",
    "verified": "true when all bytes of the file were read and had that SHA-256, and nobody "
    "touched it from then until this was written; false when they were not read or had another.",
    "verified_utc": "When they had been read; null when not verified.",
    "frames": "How many frames it has.",
    "time_base": "Seconds a tick of its PTS, as a fraction.",
    "first_frame_own_clock_s": "Time of the first frame in seconds on the footage's own clock, as "
    "the file counts. Subtract it to get file times as in the columns start_s and end_s.",
    "end_own_clock_s": "Where the last frame's showing ends, in seconds on the same clock.",
}
"""What the sidecar's entries on footage hold."""

AS_IT_WAS = (
    "Its size and date are as they were when the project took it up; its content was not read."
)
VERIFIED = "Verified: all its bytes were read and have the SHA-256 that was recorded."
NOT_LOOKED_AT = "Nobody looked."

MAX_SIDECAR_BYTES = 16 * 1024 * 1024
"""A larger one is no account of ours."""

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

Account = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes the sidecar's content; gets the name and SHA-256 of the file that it is of."""


def sidecar_of(path: Path) -> Path:
    """`NAME.csv.json` beside `NAME.csv`."""
    return path.with_name(f"{path.name}.json")


def write_file(out: Path, pieces: Iterable[bytes], account: Account | None) -> list[Path]:
    """Writes `pieces` to `out`, and what `account` returns to its sidecar, each whole or not at
    all. Without an account there is no sidecar.

    Returns their paths. Raises `ExchangeError` when the folder cannot be written.
    """
    try:
        if account is None:
            with replacing(out) as file:
                for piece in pieces:
                    file.write(piece)
            return [out]
        sidecar = sidecar_of(out)
        digest = hashlib.sha256()
        with replacing(sidecar) as beside, replacing(out) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            beside.write(json_bytes(account({"file": out.name, "sha256": digest.hexdigest()})))
            # Before the file takes its place: on a full disk neither does.
            beside.flush()
    except OSError as error:
        why = error.strerror or str(error)
        advice = "Choose another folder or name."
        if error.errno in _FULL:
            advice = "Free some space there, or choose another folder."
        raise ExchangeError(f"{out} cannot be written: {why}. {advice}") from error
    return [out, sidecar]


def json_bytes(content: dict[str, Any]) -> bytes:
    """Halves of characters, as in names of folders, become JSON's own escapes."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return text.encode(errors="backslashreplace") + b"\n"


def account_of(content: Content, format: Format, written: dict[str, Any]) -> dict[str, Any]:
    """The sidecar's content; `written` has the file's name and hash."""
    project = content.project
    labels = dict.fromkeys([project.incident.codebook, *(tag.codebook for tag in content.tags)])
    compared = content.compared
    problems = (one.problem for one in compared.values() if one.problem)
    return {
        "about": f"How the file beside this one ({format.title}) was made, and how to read it.",
        "written": {
            **written,
            "rows": len(tags_in(content, format)),
            "of_tags": len(content.tags) if content.of_tags is None else content.of_tags,
            "raw": content.raw,
        },
        "made_utc": utc_now(),
        "app_version": __version__,
        "warnings": [*content.left_out, *problems],
        "not_carried": list(format.loses),
        "incident": project.incident.name,
        "camera": _only_camera(content),
        "audit_head": project.audit_head,
        "audit_entries": project.audit_entries,
        "codebook": project.incident.codebook,
        "codebooks": {
            label: project.codebooks[label].source for label in labels if label in project.codebooks
        },
        "footage": [
            footage_account(project, footage, compared.get(footage.id))
            for footage in project.footage.values()
        ],
        "footage_keys": FOOTAGE_KEYS,
        **({"columns": dict(format.columns)} if format.columns else {}),
    }


def footage_account(
    project: Project, footage: Footage, compared: Comparison | None
) -> dict[str, Any]:
    """The keys are those of `FOOTAGE_KEYS`."""
    return {
        "camera": project.cameras[footage.camera_id].name,
        "media_file": PurePosixPath(footage.path).name,
        "sha256": footage.sha256 or None,
        "bytes": footage.size,
        "state": _state(compared),
        "verified": compared is not None and compared.verified,
        "verified_utc": compared.verified_utc if compared is not None else None,
        "frames": footage.frames,
        "time_base": str(footage.time_base),
        "first_frame_own_clock_s": seconds_text(footage.first_ns),
        "end_own_clock_s": seconds_text(footage.end_ns),
    }


def _state(compared: Comparison | None) -> str:
    if compared is None:
        return NOT_LOOKED_AT
    return compared.problem or (VERIFIED if compared.verified else AS_IT_WAS)


def _only_camera(content: Content) -> str | None:
    """The camera that all tags are of; None where there are several or no tags."""
    ids = {tag.footage_id for tag in content.tags}
    return content.project.camera_of(ids.pop()).name if len(ids) == 1 else None


def with_camera_beside(timeline: Timeline, source: Source) -> Timeline:
    """The rows that do not say whose footage they are of, with the camera and the hash that the
    sidecar of this very file says; as they are where there is none."""
    unsaid = [
        row.camera is None and row.media_file is None and row.media_sha256 is None
        for row in timeline.rows
    ]
    if not any(unsaid):
        return timeline
    camera, sha256 = _camera_beside(source)
    if camera is None:
        return timeline
    rows = tuple(
        replace(row, camera=camera, media_sha256=sha256) if blank else row
        for row, blank in zip(timeline.rows, unsaid, strict=True)
    )
    return replace(timeline, rows=rows)


def _camera_beside(source: Source) -> tuple[str | None, str | None]:
    """Nothing where the sidecar is no account, is of other content, or names no camera."""
    sidecar = sidecar_of(source.path)
    try:
        said = json.loads(bytes_of(sidecar, MAX_SIDECAR_BYTES)) if sidecar.is_file() else {}
        camera = said.get("camera")
        if not isinstance(camera, str) or said["written"]["sha256"] != source.sha256:
            return None, None
        found = [one.get("sha256") for one in said["footage"] if one["camera"] == camera]
    except (ExchangeError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, None
    return camera, found[0] if len(found) == 1 and isinstance(found[0], str) else None
