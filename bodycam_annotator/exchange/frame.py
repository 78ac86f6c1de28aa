"""A timeline as a pandas data frame."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow

_TEXTS = (
    *("tag_id", "incident", "camera", "media_file", "media_sha256", "coder", "speaker", "target"),
    *("text", "time_base", "note"),
)
_CATEGORIES = ("code", "category", "kind", "basis", "confidence", "status", "codebook")
_TIMES = ("start", "end", "duration", "uncertainty", "incident_start", "clock_uncertainty")
_WHOLE = ("start_frame", "end_frame", "start_pts", "end_pts")
_INSTANTS: dict[str, Literal["ns", "us"]] = {
    "clock_start_utc": "ns",
    "created_utc": "us",
    "modified_utc": "us",
}
COLUMNS = (
    *("tag_id", "incident", "camera", "media_file", "media_sha256", "coder", "code", "category"),
    *("kind", "speaker", "target", "text", "start", "end", "duration", "uncertainty"),
    *("start_frame", "end_frame", "start_pts", "end_pts", "time_base", "basis", "confidence"),
    *("status", "clock_start_utc", "clock_uncertainty", "incident_start", "note", "attributes"),
    *("created_utc", "modified_utc", "codebook"),
)
"""In the order of the CSV timeline's."""


def read_frame(
    path: Path,
    *,
    format: str | None = None,
    raw: bool | None = None,
    columns: Mapping[str, str] | None = None,
    code: str | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """As `bodycam_annotator.read_timeline`."""
    chosen = formats.format_to_read(path, name=format)
    timeline = formats.read(path, chosen, raw=raw, columns=columns, code=code, encoding=encoding)[1]
    return frame_of(timeline, path)


def frame_of(timeline: Timeline, path: Path) -> pd.DataFrame:
    """One row per row of the timeline, with `COLUMNS`; `path` is named in errors."""
    rows = timeline.rows
    made: dict[str, object] = {}
    try:
        for name in COLUMNS:
            made[name] = _column(name, rows)
    except (pd.errors.OutOfBoundsDatetime, OverflowError) as error:
        raise ExchangeError(f"{path.name}: {name} has a time outside 1677 to 2262.") from error
    return pd.DataFrame(made, columns=list(COLUMNS))


def _column(name: str, rows: tuple[TimelineRow, ...]) -> "pd.Series[Any]":
    if name in _TIMES:
        return _times([_time(row, name) for row in rows])
    values = [getattr(row, name) for row in rows]
    if name in _WHOLE:
        return pd.Series(values, dtype="Int64")
    if name in _INSTANTS:
        instants = pd.to_datetime(pd.Series(values, dtype="str"), utc=True, format="ISO8601")
        return instants.dt.as_unit(_INSTANTS[name])
    if name == "attributes":
        return pd.Series([dict(value or {}) for value in values], dtype="object")
    texts = pd.Series([None if value is None else str(value) for value in values], dtype="str")
    return texts.astype("category") if name in _CATEGORIES else texts


def _time(row: TimelineRow, name: str) -> int | None:
    if name == "duration":
        return None if row.by_frames else row.end_ns - row.start_ns
    if row.by_frames and name in ("start", "end"):
        return None
    time_ns: int | None = getattr(row, f"{name}_ns")
    return time_ns


def _times(times_ns: list[int | None]) -> "pd.Series[Any]":
    return pd.Series(pd.array(times_ns, dtype="Int64")).astype("timedelta64[ns]")
