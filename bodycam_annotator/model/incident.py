"""One event, the cameras that recorded it, and the footage each released."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Incident:
    """`codebook` is the label of the codebook that new tags are made under."""

    id: str
    name: str
    codebook: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """One footage's place in the incident.

    `sync_offset_ns` is added to a file time counted from the first video frame to get incident
    time. `clock_start_utc_ns` is what the camera's own clock shows at the first video frame, in
    nanoseconds since 1970 UTC. None means not known.
    """

    id: str
    incident_id: str
    name: str
    wearer: str = ""
    sync_offset_ns: int | None = None
    sync_uncertainty_ns: int | None = None
    clock_start_utc_ns: int | None = None
    clock_uncertainty_ns: int | None = None


@dataclass(frozen=True, kw_only=True)
class Footage:
    """One media file as released, never changed, found by a path relative to the project.

    `sha256` is empty until the file has been hashed. `time_base` is seconds a tick.
    `stream` is the number of the video stream within the file.
    """

    id: str
    camera_id: str
    path: str
    size: int
    modified_ns: int
    stream: int
    frames: int
    first_ns: int
    end_ns: int
    time_base: Fraction
    sha256: str = ""
