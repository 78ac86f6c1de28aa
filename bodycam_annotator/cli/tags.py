"""Commands on tags: make, list, take back.

`app` brings the database along, so it is imported by what runs and not by what shows help.
"""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from bodycam_annotator.cli.arguments import (
    At,
    Attributes,
    Camera,
    Code,
    Coder,
    Frame,
    HowChecked,
    HowKnown,
    HowSure,
    Json,
    Note,
    Project,
    Speaker,
    Target,
    Text,
    To,
    ToFrame,
    Uncertainty,
    one_of,
)
from bodycam_annotator.cli.opening import opened
from bodycam_annotator.cli.output import say, show, show_json, show_lines, show_table, working
from bodycam_annotator.exchange.timeline import Value, json_row, rows_of
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.tag import Status
from bodycam_annotator.timing import NS

if TYPE_CHECKING:
    from bodycam_annotator.app import OpenedFootage
    from bodycam_annotator.storage.session import ProjectSession

_COLUMNS = (
    "start_hms",
    "end_hms",
    "start_frame",
    "end_frame",
    "camera",
    "code",
    "speaker",
    "text",
    "basis",
    "confidence",
    "status",
    "tag_id",
)


def tag(
    project: Project,
    code: Code,
    frame: Frame = None,
    at: At = None,
    to_frame: ToFrame = None,
    to: To = None,
    text: Text = "",
    speaker: Speaker = "",
    target: Target = "",
    basis: HowKnown = None,
    confidence: HowSure = None,
    status: HowChecked = Status.DRAFT,
    uncertainty: Uncertainty = None,
    note: Note = "",
    attribute: Attributes = None,
    camera: Camera = None,
    coder: Coder = None,
) -> None:
    """Tag a mark or a span; print the new tag's id.

    A span needs --to-frame or --to. Times count from the first video frame and may fall between
    frames. Sound may begin before it: such times are negative, as in --at -0.02.
    """
    from bodycam_annotator import app

    one_of("--frame / --at", frame, at)
    if to_frame is not None and to is not None:
        raise typer.BadParameter("give one of them", param_hint="--to-frame / --to")
    fields = app.TagFields(
        text=text,
        speaker=speaker,
        target=target,
        confidence=confidence,
        status=status,
        note=note,
        attributes=_attributes(attribute or []),
    )
    if basis is not None:
        fields["basis"] = basis
    if uncertainty is not None:
        fields["uncertainty_ns"] = uncertainty
    with opened(project, coder=coder) as session:
        app.check_attributes(session.project.codebook.code(code), fields["attributes"])
        media = _opened(session, camera)
        made = app.make_tag(
            session.project,
            media.footage,
            media.index,
            code=code,
            start_ns=_start(media, frame, at),
            end_ns=None if to is None else media.index.first_ns + to,
            coder=session.coder,
            sound=media.sound,
            on_frame=frame,
            to_frame=to_frame,
            **fields,
        )
        session.do(add_tags((made,), label=f"Tag {code}"))
    show(made.id)


def tags(project: Project, as_json: Json = False) -> None:
    """List the tags by their start."""

    with opened(project) as session:
        rows = list(rows_of(session.project))
    if as_json:
        show_json([json_row(row) for row in rows])
        return
    if sys.stdout.isatty():
        names = ["start", "length", "frames", "camera", "code", "speaker", "text", "tag"]
        show_table(names, [_for_eyes(row) for row in rows], wide="text")
    else:
        show_lines(_COLUMNS, [[_text(row[name]) for name in _COLUMNS] for row in rows])


def undo(project: Project, coder: Coder = None) -> None:
    """Take back your latest edit; it stays on record."""

    with opened(project, coder=coder) as session:
        show(f"Undone: {session.undo().label}")


def redo(project: Project, coder: Coder = None) -> None:
    """Do again what you took back last."""

    with opened(project, coder=coder) as session:
        show(f"Redone: {session.redo().label}")


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _for_eyes(row: Mapping[str, Value]) -> list[str]:
    """Short enough for a terminal: a point has no length, an id is told by its beginning."""
    duration_ns = row["duration_s"]
    assert isinstance(duration_ns, int)
    first, last = _text(row["start_frame"]), _text(row["end_frame"])
    return [
        _text(row["start_hms"]),
        f"{duration_ns / NS:.3f}" if row["kind"] == "interval" else "",
        first if first == last else f"{first}-{last}",
        *(_text(row[name]) for name in ("camera", "code", "speaker", "text")),
        _text(row["tag_id"])[:8],
    ]


def _opened(session: "ProjectSession", camera: str | None) -> "OpenedFootage":
    from bodycam_annotator import app

    footage = app.find_footage(session, camera=camera)
    with working(f"Reading {footage.path}") as (report, asked):
        found = app.open_footage(session, footage, progress=report, cancelled=asked)
    warning = app.footage_state(found.path, footage)
    if warning is not None:
        say(f"warning: {warning}")
    return found


def _start(media: "OpenedFootage", frame: int | None, at: int | None) -> int:
    if frame is not None:
        return media.index.time_of(frame)
    return media.index.first_ns + (at or 0)


def _attributes(given: list[str]) -> dict[str, str]:
    attributes = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE", param_hint="--attribute")
        attributes[name] = value
    return attributes
