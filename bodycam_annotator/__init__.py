"""Bodycam Annotator: step through body-camera footage to the frame, tag it, export timelines."""

import importlib
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

try:
    __version__ = version("bodycam-annotator")
except PackageNotFoundError:
    __version__ = "0+unpackaged"


def read_timeline(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    raw: bool | None = None,
    columns: Mapping[str, str] | None = None,
    code: str | None = None,
    encoding: str | None = None,
) -> "pd.DataFrame":
    """A timeline of any format that can be imported, one row per tag, for analysis with pandas.

    The columns are always the same ones, in the CSV timeline's order; what the file does not say
    is missing (`NaN`, `NA` or `NaT`), never zero:

    - `start`, `end`, `duration`, `uncertainty`, `incident_start`, `clock_uncertainty`:
      `timedelta64[ns]`, exact to the nanosecond; from the footage's first video frame, but
      `incident_start` in incident time;
    - `start_frame`, `end_frame`, `start_pts`, `end_pts`: `Int64`, frames counted from 0;
    - `clock_start_utc`: `datetime64[ns, UTC]`; `created_utc`, `modified_utc`:
      `datetime64[us, UTC]`;
    - `code`, `category`, `kind`, `basis`, `confidence`, `status`, `codebook`: `category`;
    - `attributes`: `object`, a dict of texts, empty where there are none;
    - `tag_id`, `incident`, `camera`, `media_file`, `media_sha256`, `coder`, `speaker`, `target`,
      `text`, `time_base`, `note`: `str`.

    `format` names one where the ending does not. `raw` says whether a table's texts are as they
    were, with no apostrophes to take off; left out, the file is asked. `columns` (ours: theirs),
    `code` (that of all rows) and `encoding` are for tables of other programs. Raises
    `bodycam_annotator.errors.ExchangeError` that says where the file is wrong.
    """
    # Not by name: the package is imported by all its parts, and pandas takes long to import.
    frame = importlib.import_module("bodycam_annotator.exchange.frame")
    read: pd.DataFrame = frame.read_frame(
        Path(path), format=format, raw=raw, columns=columns, code=code, encoding=encoding
    )
    return read
