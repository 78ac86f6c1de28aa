"""truth.csv: every event of both cameras as the timetable has it, in the CSV timeline's columns.

All times are integer nanoseconds made from integer ticks or samples, rounded once, half to even.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import overlay
import scene
import script
from footage import frame_time_ns
from sound import Heard

Counts = npt.NDArray[np.int32]
COLUMNS = (
    "tag_id", "incident", "camera", "media_file", "media_sha256", "coder", "code", "category",
    "kind", "speaker", "target", "text", "start_s", "end_s", "duration_s", "uncertainty_s",
    "start_hms", "end_hms", "start_frame", "end_frame", "start_pts", "end_pts", "time_base",
    "basis", "confidence", "status", "clock_start_utc", "clock_uncertainty_s", "incident_start_s",
    "note", "attributes", "created_utc", "modified_utc", "codebook", "app_version",
)  # fmt: skip
CATEGORIES = {
    "utterance": "speech", "shot": "force", "weapon_visible": "force",
    "vehicle_departure": "vehicle", "vehicle_collision": "vehicle", "door_opened": "scene",
    "officer_approach": "scene", "not_assessable": "condition",
}  # fmt: skip
FRAME_NS = round(Fraction(script.TICKS_PER_FRAME * 10**9, script.TICKS_PER_SECOND))
SAMPLE_NS = round(Fraction(10**9, script.SAMPLE_RATE))
WRITTEN = "2024-10-14T00:00:00Z"
# An object counts as visible from this many of the frame's 921 600 pixels on.
GUN_PIXELS, CAR_PIXELS, FLASH_PIXELS = 40, 40, 6
SHORTEST_VIEW, LONGEST_GAP = 10, 10  # frames: shorter views are left out, shorter gaps bridged


@dataclass(slots=True)
class Event:
    """One tag before it is written; `start_ns` and `end_ns` are file time, the end exclusive."""

    code: str
    start_ns: int
    end_ns: int
    basis: str
    note: str
    speaker: str = ""
    target: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def point(self) -> bool:
        """Whether this is an instant rather than a stretch."""
        return self.end_ns == self.start_ns


def sample_time_ns(sample: int) -> int:
    """Return a sample's file time in ns, rounded once, half to even."""
    return round(Fraction(sample * 10**9, script.SAMPLE_RATE))


def frame_at(time_ns: int) -> int:
    """Return the frame on screen: the last one whose time is not after `time_ns`."""
    frame = time_ns * script.TICKS_PER_SECOND // (script.TICKS_PER_FRAME * 10**9)
    while frame_time_ns(frame + 1) <= time_ns:
        frame += 1
    while frame_time_ns(frame) > time_ns:
        frame -= 1
    return frame


def first_frame_from(camera: script.Camera, incident_ns: int) -> int:
    """Return the first frame that shows the world at or after an incident time."""
    frame = frame_at(max(incident_ns - camera.starts_ns, 0))
    while frame_time_ns(frame) + camera.starts_ns < incident_ns:
        frame += 1
    return frame


def views(counts: npt.NDArray[np.int32], pixels: int) -> Iterator[tuple[int, int]]:
    """Yield (first frame, first frame no longer) of each stretch in which an object is visible."""
    seen = np.flatnonzero(counts >= pixels)
    if not len(seen):
        return
    breaks = np.flatnonzero(np.diff(seen) > LONGEST_GAP)
    for first, last in zip(
        seen[np.r_[0, breaks + 1]], seen[np.r_[breaks, len(seen) - 1]], strict=True
    ):
        if last + 1 - first >= SHORTEST_VIEW:
            yield int(first), int(last) + 1


def _delay(sound: Heard) -> str:
    return f"{sound.metres:.2f} m away, propagation delay {sound.delay_ms:.1f} ms included"


def _speech(heard: dict[str, Heard]) -> Iterator[Event]:
    for i, words in enumerate(script.UTTERANCES):
        sound = heard[f"utterance {i}"]
        yield Event(
            "utterance", sample_time_ns(sound.start), sample_time_ns(sound.end), "heard",
            f"samples {sound.start} to {sound.end}, reverberation not counted; {_delay(sound)}",
            words.speaker, words.addressee, words.text,
            {"act": words.act, "addressee": words.addressee},
        )  # fmt: skip


def _shots(counts: Counts, heard: dict[str, Heard]) -> Iterator[Event]:
    for i in range(len(script.SHOTS)):
        sound = heard[f"shot {i}"]
        start = sample_time_ns(sound.start)
        flash = [f for f in range(frame_at(start) - 1, frame_at(start) + 3)
                 if counts[f, scene.FLASHES] >= FLASH_PIXELS]  # fmt: skip
        seen = "the muzzle is out of view, its light may fall on the surroundings"
        if flash:
            seen = "muzzle flash in frame " + " and ".join(str(f) for f in flash)
        yield Event(
            "shot", start, start, "both" if flash else "heard",
            f"shot {i + 1} of {len(script.SHOTS)}: first sample {sound.start}; {seen}; "
            f"{_delay(sound)}",
            attributes={"shooter": script.SHOOTER, "attributed": "yes"},
        )  # fmt: skip


def _car(camera: script.Camera, counts: Counts, heard: dict[str, Heard]) -> Iterator[Event]:
    visible = counts[:, scene.SUSPECT] + counts[:, scene.DOOR]
    opened = first_frame_from(camera, script.DOOR_OPENS)
    sound = heard["door"]
    yield Event(
        "door_opened", frame_time_ns(opened), frame_time_ns(opened), "seen",
        f"rear driver's-side door, by Officer 2; first frame with the door off its latch; "
        f"latch heard at sample {sound.start}, {_delay(sound)}",
    )  # fmt: skip
    moves = first_frame_from(camera, script.DEPARTURE)
    stops = first_frame_from(camera, script.COLLISION)
    gone = next((f for f in range(moves, stops) if (visible[f : f + 3] < CAR_PIXELS).all()), stops)
    ending = "ends where the collision stops it" if gone == stops else "ends where it leaves view"
    yield Event(
        "vehicle_departure", frame_time_ns(moves), frame_time_ns(gone), "seen",
        f"first frame in which the car has moved at all; {ending}",
    )  # fmt: skip
    sound = heard["collision"]
    start = sample_time_ns(sound.start)
    both = visible[stops] >= CAR_PIXELS
    contact = f"contact seen in frame {stops}; " if both else "contact out of view; "
    yield Event(
        "vehicle_collision", start, start, "both" if both else "heard",
        f"the car hits a squad car; {contact}first sample {sound.start}; {_delay(sound)}",
    )  # fmt: skip


def events(camera: script.Camera, counts: Counts, heard: dict[str, Heard]) -> list[Event]:
    """Return a camera's events; `counts` has pixels per frame and object number."""
    found = [*_speech(heard), *_shots(counts, heard), *_car(camera, counts, heard)]
    if camera.silent_samples:
        found.append(
            Event("not_assessable", 0, sample_time_ns(camera.silent_samples), "inferred",
                  f"pre-event buffer without sound: samples 0 to {camera.silent_samples} are zero")
        )  # fmt: skip
    start = first_frame_from(camera, script.APPROACH_STARTS)
    end = first_frame_from(camera, script.APPROACH_ENDS)
    found.append(
        Event("officer_approach", frame_time_ns(start), frame_time_ns(end), "seen",
              f"both officers walk up to the parked car; wearer {camera.wearer}", target="Driver")
    )  # fmt: skip
    whose = "the wearer's own pistol" if camera.wearer == script.SHOOTER else "Officer 1's pistol"
    for first, last in views(counts[:, scene.GUN], GUN_PIXELS):
        note = (
            f"{whose}; covers at least {GUN_PIXELS} pixels, gaps up to {LONGEST_GAP} frames bridged"
        )
        end_ns = frame_time_ns(last)
        found.append(Event("weapon_visible", frame_time_ns(first), end_ns, "seen", note))
    return found


def decimal(nanoseconds: int) -> str:
    """Return seconds with nine decimals."""
    return f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09d}"


def hms(nanoseconds: int) -> str:
    """Return HH:MM:SS.mmm, rounded half to even."""
    ms = round(Fraction(nanoseconds, 10**6))
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def clock(camera: script.Camera, file_ns: int) -> str:
    """Return what the camera's own clock says at a file time; at least three decimals, exact."""
    ns = overlay.clock_ns(camera, file_ns + camera.starts_ns)
    whole = overlay.utc(ns // 10**9)
    decimals = f"{ns % 10**9:09d}".rstrip("0").ljust(3, "0")
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{decimals}Z"


def row(camera: script.Camera, sha256: str, number: int, event: Event) -> dict[str, str]:
    """Return an event as the CSV's cells; `number` keeps its id apart from others of its code."""
    first = frame_at(event.start_ns)
    last = first if event.point else frame_at(event.end_ns - 1)
    name = f"bodycam-annotator sample/{camera.name}/{event.code}/{number}"
    packed = json.dumps(event.attributes, sort_keys=True, separators=(",", ":"))
    cells = {
        "tag_id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "incident": script.INCIDENT, "camera": camera.name, "media_file": camera.file,
        "media_sha256": sha256, "coder": "script", "code": event.code,
        "category": CATEGORIES[event.code], "kind": "point" if event.point else "interval",
        "speaker": event.speaker, "target": event.target, "text": event.text,
        "start_s": decimal(event.start_ns), "end_s": decimal(event.end_ns),
        "duration_s": decimal(event.end_ns - event.start_ns),
        "uncertainty_s": decimal(FRAME_NS if event.basis == "seen" else SAMPLE_NS),
        "start_hms": hms(event.start_ns), "end_hms": hms(event.end_ns),
        "start_frame": str(first), "end_frame": str(last),
        "start_pts": str(first * script.TICKS_PER_FRAME),
        "end_pts": str(last * script.TICKS_PER_FRAME),
        "time_base": f"1/{script.TICKS_PER_SECOND}", "basis": event.basis,
        "confidence": "certain", "status": "checked",
        "clock_start_utc": clock(camera, event.start_ns), "clock_uncertainty_s": decimal(10**6),
        "incident_start_s": decimal(event.start_ns + camera.starts_ns), "note": event.note,
        "attributes": packed if event.attributes else "", "created_utc": WRITTEN,
        "modified_utc": WRITTEN, "codebook": "use_of_force@1", "app_version": "",
    }  # fmt: skip
    return cells


def write(rows: list[dict[str, str]], goal: Path) -> None:
    """Write the rows as an export orders them: by start, then end, then id."""

    def order(cells: Mapping[str, str]) -> tuple[Fraction, Fraction, str]:
        return Fraction(cells["start_s"]), Fraction(cells["end_s"]), cells["tag_id"]

    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    table.writeheader()
    table.writerows(sorted(rows, key=order))
    goal.write_text(text.getvalue(), encoding="utf-8", newline="")
