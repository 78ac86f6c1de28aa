"""A small incident for the tests of storage, and a project file of it to copy."""

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.tag import Basis, Tag, new_id, utc_now
from bodycam_annotator.storage.session import ProjectSession

CODEBOOK = Codebook.from_toml(
    """
id = "stop"
name = "Traffic stop"
version = 1
[[code]]
id = "shot"
name = "Shot"
kind = "point"
"""
)
INCIDENT = Incident(id="incident-1", name="Night stop", codebook=CODEBOOK.label)
CAMERA = Camera(id="camera-1", incident_id="incident-1", name="Officer 1", sync_offset_ns=-(2**40))
FOOTAGE = Footage(
    id="footage-1",
    camera_id="camera-1",
    path="../released/officer 1.mp4",
    size=7_000_000_000,
    modified_ns=1_728_863_412_123_456_789,
    stream=0,
    frames=5400,
    first_ns=33_366_667,
    end_ns=180_000_000_000,
    time_base=Fraction(1, 90000),
)


def added(*things: Camera | Footage | Tag, label: str = "Add") -> Edit:
    entities = {Camera: "camera", Footage: "footage", Tag: "tag"}
    return Edit(
        label=label,
        changes=tuple(
            Change(
                entity=entities[type(thing)],  # type: ignore[arg-type]
                id=thing.id,
                before=None,
                after=row_of(thing),
            )
            for thing in things
        ),
    )


def make_tag(**values: Any) -> Tag:  # noqa: ANN401 - Tag's fields
    now = utc_now()
    tag: dict[str, Any] = {
        "id": new_id(),
        "footage_id": FOOTAGE.id,
        "code": "shot",
        "start_ns": 48_114_000_000,
        "end_ns": 48_114_000_000,
        "start_frame": 1442,
        "end_frame": 1442,
        "start_pts": 4_330_260,
        "end_pts": 4_330_260,
        "coder": "Ann",
        "codebook": CODEBOOK.label,
        "created_utc": now,
        "modified_utc": now,
        "basis": Basis.HEARD,
        "attributes": {"shooter": "Officer 1", "attributed": "yes"},
    }
    return Tag(**(tag | values))


def make_project(path: Path) -> Path:
    """A project with one camera and its footage, added by Ann: two audit entries."""
    with ProjectSession.create(path, incident=INCIDENT, codebook=CODEBOOK, coder="Ann") as session:
        session.do(added(CAMERA, FOOTAGE, label="Add footage"))
    return path


Opened = Callable[..., ProjectSession]


def copy_of(template: Path, folder: Path) -> Path:
    return Path(shutil.copy(template, folder / "night stop.bodycam"))
