"""The CSV timeline, and the sidecar that says what produced it."""

import errno
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from bodycam_annotator import __version__
from bodycam_annotator.atomic_file import replacing
from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange.csv_reading import read, sidecar_of
from bodycam_annotator.exchange.spreadsheet import defused
from bodycam_annotator.exchange.timeline import COLUMNS, Form, Value, rows_of
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import utc_now
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.timing import seconds_text

NAME = "csv"
ENDINGS: tuple[str, ...] = (".csv",)

__all__ = ["ENDINGS", "NAME", "read", "sidecar_of", "write"]

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

UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
"""What no CSV file can hold: NUL, and halves of characters."""

_QUOTED = re.compile(r'[",\r\n]')
_REPORT_EVERY = 1000
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def write(
    project: Project,
    out: Path,
    *,
    raw: bool = False,
    compared: Mapping[str, Comparison] | None = None,
    left_out: Sequence[str] = (),
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> list[Path]:
    """Writes `out` and its sidecar, each whole or not at all, and returns their paths.

    `raw` leaves text as it is; otherwise no cell is one that a spreadsheet would run.
    `compared` and `left_out` are as in `formats.ExchangeFormat`. Raises `ExchangeError` when the
    folder cannot be written or a text cannot be in a CSV file, `Cancelled` when asked to stop.
    """
    count = max(1, len(project.tags))

    def lines() -> Iterator[bytes]:
        for number, line in enumerate(_lines(project, raw=raw)):
            if number % _REPORT_EVERY == 0:
                _report(number / count, progress, cancelled)
            yield line

    return write_beside(
        out,
        lines(),
        lambda written: _account(project, written | {"raw": raw}, compared or {}, left_out),
    )


def write_beside(
    out: Path, lines: Iterable[bytes], account: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[Path]:
    """Writes `lines`, the first of them the header, to `out` and what `account` returns to its
    sidecar, each whole or not at all. `account` gets the CSV's name, SHA-256 and count of rows.

    Returns their paths. Raises `ExchangeError` when the folder cannot be written.
    """
    sidecar = sidecar_of(out)
    digest = hashlib.sha256()
    count = -1
    try:
        with replacing(sidecar) as beside, replacing(out) as file:
            for line in lines:
                count += 1
                digest.update(line)
                file.write(line)
            about = account({"file": out.name, "sha256": digest.hexdigest(), "rows": count})
            # Halves of characters, as in names of folders, become JSON's own escapes.
            text = json.dumps(about, ensure_ascii=False, indent=2)
            beside.write(text.encode(errors="backslashreplace") + b"\n")
            # Before the CSV takes its place: on a full disk neither does.
            beside.flush()
    except OSError as error:
        why = error.strerror or str(error)
        advice = "Choose another folder or name."
        if error.errno in _FULL:
            advice = "Free some space there, or choose another folder."
        raise ExchangeError(f"{out} cannot be written: {why}. {advice}") from error
    return [out, sidecar]


def _report(part: float, progress: Progress | None, cancelled: Asked | None) -> None:
    if cancelled and cancelled():
        raise Cancelled
    if progress:
        progress(min(part, 1.0))


def _lines(project: Project, *, raw: bool) -> Iterator[bytes]:
    """The header and each tag's row in UTF-8, with their line ends."""
    yield (",".join(column.name for column in COLUMNS) + "\n").encode()
    for row in rows_of(project):
        line = ",".join(cell_text(column.form, row[column.name], raw=raw) for column in COLUMNS)
        if UNWRITABLE.search(line):
            raise _unwritable(row)
        yield (line + "\n").encode()


def cell_text(form: Form, value: Value, *, raw: bool) -> str:
    """The value as a field of RFC 4180; seconds are nanoseconds, unknown is blank."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = value if raw or form is Form.CLOCK else defused(value)
    elif isinstance(value, int):
        return seconds_text(value) if form is Form.SECONDS else str(value)
    else:
        text = _attributes_text(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _attributes_text(attributes: Mapping[str, str]) -> str:
    """Compact JSON with sorted keys; no attributes are a blank cell."""
    if not attributes:
        return ""
    return json.dumps(dict(attributes), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _unwritable(row: Mapping[str, Value]) -> ExchangeError:
    name = next(
        column.name
        for column in COLUMNS
        if UNWRITABLE.search(cell_text(column.form, row[column.name], raw=True))
    )
    return ExchangeError(
        f"The {name} of tag {row['tag_id']!r} holds a character that no CSV file can (NUL, or "
        "half of a pair); edit it and export again."
    )


def _account(
    project: Project,
    written: dict[str, Any],
    compared: Mapping[str, Comparison],
    left_out: Sequence[str],
) -> dict[str, Any]:
    """The sidecar's content."""
    labels = dict.fromkeys(
        [project.incident.codebook, *(tag.codebook for tag in project.standing_tags)]
    )
    return {
        "about": "How the CSV timeline beside this file was made, and how to read it.",
        "csv": written,
        "made_utc": utc_now(),
        "app_version": __version__,
        "warnings": [*left_out, *(one.problem for one in compared.values() if one.problem)],
        "incident": project.incident.name,
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
        "columns": {column.name: column.meaning for column in COLUMNS},
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
