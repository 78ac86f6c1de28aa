"""Measured intervals as CSV, one row each, with a sidecar that says what was measured."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from bodycam_annotator import __version__
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.sidecar import FOOTAGE_KEYS, footage_account, write_file
from bodycam_annotator.exchange.tables.csv_timeline import cell_text
from bodycam_annotator.exchange.timeline import Column, Form, Value
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.interval_words import explanation, question_words, sentence
from bodycam_annotator.model.intervals import Edge, Interval, Question, edge_frame, edge_ns
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import NO_TEXT, Tag, utc_now
from bodycam_annotator.timing import clock_text

_EDGE = (
    ("tag_id", Form.TEXT, "The tag's id, as in the CSV timeline."),
    ("camera", Form.TEXT, "The name of the camera whose footage is tagged."),
    ("media_file", Form.TEXT, "The footage's file name."),
    ("media_sha256", Form.WORD, "SHA-256 of the footage."),
    ("code", Form.WORD, "What was tagged: an id of the codebook."),
    ("speaker", Form.TEXT, "Who speaks or acts."),
    ("text", Form.TEXT, "What is said, or a description."),
    ("edge", Form.WORD, "start or end of the tag; a mark's are one."),
    ("s", Form.SECONDS, "File time of that edge in seconds from the first video frame."),
    ("hms", Form.CLOCK, "The same as HH:MM:SS.mmm, rounded, for reading."),
    ("frame", Form.WHOLE, "The frame on screen at a start, the last that belongs at an end."),
    ("basis", Form.WORD, "How the coder knows: seen, heard, both or inferred."),
    ("uncertainty_s", Form.SECONDS, "Bound in seconds on how far that edge may be off."),
)

COLUMNS = (
    Column("incident", Form.TEXT, "The incident's name."),
    Column("measured", Form.TEXT, "Which tags were paired, and at which edges."),
    Column("length_s", Form.SECONDS, "to_s minus from_s, of two cameras by their sync; negative "
           "where it goes to what is earlier; blank where the cameras are not synchronised."),
    Column("uncertainty_s", Form.SECONDS, "Bound in seconds on how far length_s may be off either "
           "way: the sum of those of both edges and of the sync; blank where one is unknown."),
    Column("sync_uncertainty_s", Form.SECONDS, "The part of it that comes from the cameras' sync; "
           "zero on one footage."),
    *(Column(f"from_{name}", form, f"Where it begins. {meaning}") for name, form, meaning in _EDGE),
    *(Column(f"to_{name}", form, f"Where it ends. {meaning}") for name, form, meaning in _EDGE),
    Column("sentence", Form.TEXT, "The interval as a sentence, its figures rounded."),
    Column("how", Form.TEXT, "How length and bound come about."),
    Column("app_version", Form.WORD, "The version of Bodycam Annotator that wrote the row."),
)  # fmt: skip


def write(
    project: Project,
    question: Question,
    intervals: Sequence[Interval],
    out: Path,
    *,
    compared: Mapping[str, Comparison] | None = None,
) -> list[Path]:
    """Writes `out` and its sidecar, each whole or not at all, and returns their paths.

    Cells are as in the CSV timeline; `compared` is as in `format.Content`. Raises
    `ExchangeError` when the folder cannot be written or a text cannot be in a CSV file.
    """
    return write_file(
        out,
        _lines(project, question, intervals),
        lambda written: _account(project, question, intervals, written, compared or {}),
    )


def row_of(project: Project, question: Question, interval: Interval) -> dict[str, Value]:
    """The interval's cells; seconds are in nanoseconds, None means unknown."""
    row: dict[str, Value] = {
        "incident": project.incident.name,
        "measured": question_words(project, question),
        "length_s": interval.length_ns,
        "uncertainty_s": interval.uncertainty_ns,
        "sync_uncertainty_s": interval.sync_uncertainty_ns,
        **_edge_cells(project, "from", interval.from_tag, interval.from_edge),
        **_edge_cells(project, "to", interval.to_tag, interval.to_edge),
        "sentence": sentence(project, interval),
        "how": " ".join(explanation(project, interval)),
        "app_version": __version__,
    }
    return {name: None if value == "" else value for name, value in row.items()}


def _edge_cells(project: Project, side: str, tag: Tag, edge: Edge) -> dict[str, Value]:
    footage = project.footage[tag.footage_id]
    time_ns = edge_ns(tag, edge) - footage.first_ns
    cells: dict[str, Value] = {
        "tag_id": tag.id,
        "camera": project.camera_of(footage.id).name,
        "media_file": PurePosixPath(footage.path).name,
        "media_sha256": footage.sha256,
        "code": tag.code,
        "speaker": tag.speaker,
        "text": tag.text,
        "edge": str(edge),
        "s": time_ns,
        "hms": clock_text(time_ns),
        "frame": edge_frame(tag, edge),
        "basis": tag.basis,
        "uncertainty_s": tag.uncertainty_ns,
    }
    return {f"{side}_{name}": cell for name, cell in cells.items()}


def _lines(project: Project, question: Question, intervals: Sequence[Interval]) -> Iterator[bytes]:
    yield (",".join(column.name for column in COLUMNS) + "\n").encode()
    for interval in intervals:
        row = row_of(project, question, interval)
        line = ",".join(cell_text(column.form, row[column.name], raw=False) for column in COLUMNS)
        if NO_TEXT.search(line):
            raise ExchangeError(
                f"A text of tag {interval.from_tag.id!r} or {interval.to_tag.id!r} holds a "
                "character that no CSV file can (NUL, or half of a pair); edit it and export again."
            )
        yield (line + "\n").encode()


def _account(
    project: Project,
    question: Question,
    intervals: Sequence[Interval],
    written: dict[str, Any],
    compared: Mapping[str, Comparison],
) -> dict[str, Any]:
    """The sidecar's content."""
    return {
        "about": "How the intervals beside this file were measured, and how to read them.",
        "written": {**written, "rows": len(intervals), "raw": False},
        "made_utc": utc_now(),
        "app_version": __version__,
        "warnings": [one.problem for one in compared.values() if one.problem],
        "incident": project.incident.name,
        "measured": question_words(project, question),
        "audit_head": project.audit_head,
        "audit_entries": project.audit_entries,
        "footage": [
            footage_account(project, footage, compared.get(footage.id))
            for footage in project.footage.values()
        ],
        "footage_keys": FOOTAGE_KEYS,
        "columns": {column.name: column.meaning for column in COLUMNS},
    }
