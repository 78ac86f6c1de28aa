"""BORIS projects: ethogram, subjects, and an observation for each footage with its events.

BORIS (Friard and Gamba 2016, Methods in Ecology and Evolution 7, 1325) keeps a project as JSON, or
as that packed by gzip; this writes its format 7.0, which BORIS 7 to 9 read (project_functions.py,
`open_project_json`).
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.boris.reading import read_project
from bodycam_annotator.exchange.boris.writing import (
    LOSES,
    Ethogram,
    Views,
    by_footage,
    frame_rate,
    observed,
)
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag, utc_now
from bodycam_annotator.timing import NS, seconds_text

MAX_BYTES = 32 * 1024 * 1024

_HALF_OR_NUL = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_SINGLE_SELECTION = 0
_LONGEST_DESCRIPTION = 10_000


def write_project(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` where a text has what no project can keep, `Cancelled`."""
    ethogram, views = Ethogram(content), Views(content)
    head = _json(_project(content, ethogram))
    yield head[:-1].encode() + b', "observations": {'
    comma = "\n"
    for footage, tags in by_footage(content):
        about = _json(_observation(footage, observed(tags), views))
        yield f"{comma}{_json(views.names[footage.id])}: {about[:-1]}, ".encode()
        yield b'"events": ['
        events = _events(footage, tags, ethogram)
        yield _writable(",\n".join(events)).encode()
        yield b"]}"
        comma = ",\n"
    yield b"}}\n"


def write_packed(content: Content) -> Iterator[bytes]:
    """As `write_project`, packed by gzip."""
    # No time, so that the same content makes the same file.
    yield gzip.compress(b"".join(write_project(content)), mtime=0)


def _project(content: Content, ethogram: Ethogram) -> dict[str, Any]:
    groups = dict.fromkeys(code.group for code in ethogram.codes.values())
    speakers = dict.fromkeys(tag.speaker for tag in content.tags if tag.speaker)
    colors = {code.group: code.color for code in reversed(ethogram.codes.values())}
    return {
        "time_format": "hh:mm:ss",
        "project_date": utc_now()[:19],
        "project_name": content.project.incident.name,
        "project_description": "Written by Bodycam Annotator.",
        "project_format_version": "7.0",
        "subjects_conf": {
            str(n): {"key": "", "name": name, "description": ""} for n, name in enumerate(speakers)
        },
        "behaviors_conf": {
            str(n): _behavior(code, ethogram) for n, code in enumerate(ethogram.codes.values())
        },
        "behavioral_categories": list(groups),
        "behavioral_categories_config": {
            str(n): {"name": group, "color": colors[group]} for n, group in enumerate(groups)
        },
        "independent_variables": {},
        "coding_map": {},
        "behaviors_coding_map": [],
        "converters": {},
    }


def _behavior(code: Code, ethogram: Ethogram) -> dict[str, Any]:
    sets = ethogram.modifiers[code.id]
    return {
        "type": "State event" if code.id in ethogram.states else "Point event",
        "key": code.key.lower(),
        "code": code.id,
        "description": (code.description or code.name)[:_LONGEST_DESCRIPTION],
        "color": code.color,
        "category": code.group,
        "modifiers": {
            str(n): {"name": name, "description": "", "type": _SINGLE_SELECTION, "values": values}
            for n, (name, values) in enumerate(sets.items())
        },
        "excluded": "",
        "coding map": "",
    }


def _observation(footage: Footage, date: str, views: Views) -> dict[str, Any]:
    players = views.players(footage)
    paths = [views.path_of(one) for one, _ in players]
    every = [(path, one) for path, (one, _) in zip(paths, players, strict=True)]
    numbers = [str(n + 1) for n in range(8)]
    return {
        "file": {n: paths[i : i + 1] for i, n in enumerate(numbers)},
        "type": "MEDIA",
        "date": date,
        "description": "",
        "time offset": 0.0,
        "independent_variables": {},
        "visualize_spectrogram": False,
        "visualize_waveform": False,
        "close_behaviors_between_videos": False,
        "media_creation_date_as_offset": False,
        "media_scan_sampling_duration": 0,
        "image_display_duration": 1,
        "observation time interval": [0, 0],
        "media_info": {
            "length": {path: (one.end_ns - one.first_ns) / NS for path, one in every},
            "fps": {path: float(frame_rate(one)) for path, one in every},
            "hasVideo": dict.fromkeys(paths, True),
            "hasAudio": dict.fromkeys(paths, True),
            "offset": {
                n: players[i][1] / NS if i < len(players) else 0.0 for i, n in enumerate(numbers)
            },
        },
    }


def _events(footage: Footage, tags: Sequence[Tag], ethogram: Ethogram) -> list[str]:
    """By their times, each as JSON; times keep all their nanoseconds, which no float would."""
    made: list[tuple[int, str]] = []
    for tag in tags:
        one = ethogram.coded(tag, footage)
        rest = ", ".join(map(_encoded, (tag.speaker, tag.code, "|".join(one.modifiers))))
        frame = "NA" if tag.start_frame is None else tag.start_frame
        made.append((one.start_ns, f"{rest}, {_encoded(tag.text)}, {_encoded(frame)}"))
        if one.is_state:
            frame = "NA" if tag.end_frame is None else tag.end_frame
            made.append((one.end_ns, f"{rest}, {_encoded(tag.note)}, {_encoded(frame)}"))
    made.sort(key=lambda event: event[0])
    return [f"[{seconds_text(time_ns)}, {rest}]" for time_ns, rest in made]


def _json(value: Any) -> str:  # noqa: ANN401
    return _writable(_encoded(value))


def _writable(text: str) -> str:
    if _HALF_OR_NUL.search(text):
        raise ExchangeError(
            "A text holds a character that no file can (NUL, or half of a pair); edit it and "
            "export again."
        )
    return text


_LOSES = (
    *LOSES,
    "It has times to the nanosecond, but BORIS rounds them to milliseconds when it opens it.",
    "Only players 1 to 8 are written: with more synced cameras the others are left out of the "
    "views, but each has its own observation.",
    "Codes keep their key, colour, group and description (or else their name), not their other "
    "versions, their example or their usual basis.",
)

FORMAT = Format(
    name="boris",
    title="BORIS project",
    endings=(".boris",),
    loses=_LOSES,
    write=write_project,
    read=read_project,
    max_bytes=MAX_BYTES,
)
PACKED = Format(
    name="boris-gz",
    title="BORIS project, packed",
    endings=(".gz",),
    loses=_LOSES,
    write=write_packed,
    read=read_project,
    max_bytes=MAX_BYTES,
)
