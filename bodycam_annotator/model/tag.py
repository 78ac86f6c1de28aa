"""A tag: one coded mark or span, and how its coder knows."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
"""What no database, CSV or other program keeps: NUL, and halves of characters."""


class Basis(StrEnum):
    """How the coder knows of it."""

    SEEN = "seen"
    HEARD = "heard"
    BOTH = "both"
    INFERRED = "inferred"


class Confidence(StrEnum):
    """How sure the coder is; none given means the coder has not said."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Status(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    DISPUTED = "disputed"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """One mark (`end_ns == start_ns`) or span `[start_ns, end_ns)` of a footage.

    Times are nanoseconds on the footage's own clock. `start_frame` is the ordinal on screen at
    `start_ns` and `end_frame` the last one that belongs, each with its own PTS in the footage's
    ticks; all four are None where there is no picture, as before the first frame.
    `uncertainty_ns` None means unknown.
    """

    id: str
    footage_id: str
    code: str
    start_ns: int
    end_ns: int
    start_frame: int | None
    end_frame: int | None
    start_pts: int | None
    end_pts: int | None
    coder: str
    codebook: str
    created_utc: str
    modified_utc: str
    uncertainty_ns: int | None = None
    text: str = ""
    speaker: str = ""
    target: str = ""
    basis: Basis | None = None
    confidence: Confidence | None = None
    status: Status = Status.DRAFT
    note: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    withdrawn: bool = False

    def __post_init__(self) -> None:
        if self.end_ns < self.start_ns:
            raise ValueError(f"tag {self.id} ends before it starts")


def new_id() -> str:
    """An id no other tag, camera or footage has, so that a retried write is never a duplicate."""
    return str(uuid.uuid4())


def utc_now() -> str:
    """`2024-10-13T23:50:12.345678Z`"""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
