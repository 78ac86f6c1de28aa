"""The first project file."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _incident_and_codebook()
    _camera_and_footage()
    _tag()
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _incident_and_codebook() -> None:
    op.create_table(
        "codebook",
        sa.Column("added", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False, unique=True),
        sa.Column("source", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "incident",
        sa.Column("added", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("codebook", sa.Text, sa.ForeignKey("codebook.label"), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.CheckConstraint("added = 1", name="one_incident"),
        sqlite_strict=True,
    )


def _camera_and_footage() -> None:
    op.create_table(
        "camera",
        sa.Column("added", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("incident_id", sa.Text, sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("wearer", sa.Text, nullable=False),
        sa.Column("sync_offset_ns", sa.Integer),
        sa.Column("sync_uncertainty_ns", sa.Integer),
        sa.Column("clock_start_utc_ns", sa.Integer),
        sa.Column("clock_uncertainty_ns", sa.Integer),
        sqlite_strict=True,
    )
    op.create_table(
        "footage",
        sa.Column("added", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("camera_id", sa.Text, sa.ForeignKey("camera.id"), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("modified_ns", sa.Integer, nullable=False),
        sa.Column("stream", sa.Integer, nullable=False),
        sa.Column("frames", sa.Integer, nullable=False),
        sa.Column("first_ns", sa.Integer, nullable=False),
        sa.Column("end_ns", sa.Integer, nullable=False),
        sa.Column("time_base", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _tag() -> None:
    op.create_table(
        "tag",
        sa.Column("added", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("footage_id", sa.Text, sa.ForeignKey("footage.id"), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("start_ns", sa.Integer, nullable=False),
        sa.Column("end_ns", sa.Integer, nullable=False),
        sa.Column("start_frame", sa.Integer),
        sa.Column("end_frame", sa.Integer),
        sa.Column("start_pts", sa.Integer),
        sa.Column("end_pts", sa.Integer),
        sa.Column("coder", sa.Text, nullable=False),
        sa.Column("codebook", sa.Text, sa.ForeignKey("codebook.label"), nullable=False),
        sa.Column("created_utc", sa.Text, nullable=False),
        sa.Column("modified_utc", sa.Text, nullable=False),
        sa.Column("uncertainty_ns", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("basis", sa.Text),
        sa.Column("confidence", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Integer, nullable=False),
        sa.CheckConstraint("end_ns >= start_ns", name="ends_after_start"),
        sa.CheckConstraint("withdrawn IN (0, 1)", name="withdrawn_or_not"),
        sqlite_strict=True,
    )
