"""The tables of a project file.

Every table is STRICT, so that a value of the wrong type is refused and not kept as it came.
Nanoseconds and ticks are SQLite's 64-bit integers. `added` numbers rows in the order in which
they were added; it is no part of what a row says. `attributes` is canonical JSON, `withdrawn`
0 or 1. No row is ever deleted.
"""

from collections.abc import Mapping

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, Table, Text

from bodycam_annotator.model.edits import Entity

SCHEMA_VERSION = 1
"""What `user_version` holds in a file of today: the number of the newest migration."""

METADATA = MetaData()


def _text(name: str, *refers_to: ForeignKey) -> Column[str]:
    return Column(name, Text, *refers_to, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _added() -> Column[int]:
    return Column("added", Integer, primary_key=True)


def _key(name: str = "id") -> Column[str]:
    return Column(name, Text, nullable=False, unique=True)


codebook = Table(
    "codebook",
    METADATA,
    _added(),
    _text("id"),
    _key("label"),
    _text("source"),
    sqlite_strict=True,
)

incident = Table(
    "incident",
    METADATA,
    _added(),
    _key(),
    _text("name"),
    _text("codebook", ForeignKey("codebook.label")),
    _text("note"),
    CheckConstraint("added = 1", name="one_incident"),
    sqlite_strict=True,
)

camera = Table(
    "camera",
    METADATA,
    _added(),
    _key(),
    _text("incident_id", ForeignKey("incident.id")),
    _text("name"),
    _text("wearer"),
    Column("sync_offset_ns", Integer),
    Column("sync_uncertainty_ns", Integer),
    Column("clock_start_utc_ns", Integer),
    Column("clock_uncertainty_ns", Integer),
    sqlite_strict=True,
)

footage = Table(
    "footage",
    METADATA,
    _added(),
    _key(),
    _text("camera_id", ForeignKey("camera.id")),
    _text("path"),
    _number("size"),
    _number("modified_ns"),
    _number("stream"),
    _number("frames"),
    _number("first_ns"),
    _number("end_ns"),
    _text("time_base"),
    _text("sha256"),
    sqlite_strict=True,
)

tag = Table(
    "tag",
    METADATA,
    _added(),
    _key(),
    _text("footage_id", ForeignKey("footage.id")),
    _text("code"),
    _number("start_ns"),
    _number("end_ns"),
    Column("start_frame", Integer),
    Column("end_frame", Integer),
    Column("start_pts", Integer),
    Column("end_pts", Integer),
    _text("coder"),
    _text("codebook", ForeignKey("codebook.label")),
    _text("created_utc"),
    _text("modified_utc"),
    Column("uncertainty_ns", Integer),
    _text("text"),
    _text("speaker"),
    _text("target"),
    Column("basis", Text),
    Column("confidence", Text),
    _text("status"),
    _text("note"),
    _text("attributes"),
    _text("origin"),
    _number("withdrawn"),
    CheckConstraint("end_ns >= start_ns", name="ends_after_start"),
    CheckConstraint("withdrawn IN (0, 1)", name="withdrawn_or_not"),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True),
    _text("entry"),
    _text("hash"),
    sqlite_strict=True,
)
"""The journal and the only one: see `storage.audit` for what an entry holds."""

ENTITIES: Mapping[Entity, Table] = {
    "codebook": codebook,
    "incident": incident,
    "camera": camera,
    "footage": footage,
    "tag": tag,
}
"""In the order in which they refer to each other."""


def key_of(entity: Entity) -> str:
    """The column a `Change.id` is found in. Versions of one codebook differ by label only."""
    return "label" if entity == "codebook" else "id"
