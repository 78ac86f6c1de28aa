"""BORIS projects made by hand, and what one of ours becomes in BORIS.

Their structure is that of tests/files/test.boris and boris/config.py in olivierfriard/BORIS.
"""

import json
import re
from typing import Any

from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.project import Project

ETHOGRAM = {
    "0": {
        "type": "State event",
        "key": "s",
        "code": "speaks",
        "description": "",
        "color": "",
        "category": "",
        "modifiers": {
            "0": {"name": "volume", "type": 0, "values": ["low (l)", "high (h)"]},
            "1": {"name": "", "type": 1, "values": ["to driver", "to dog"]},
        },
        "excluded": "",
        "coding map": "",
    },
    "1": {
        "type": "Point event",
        "key": "p",
        "code": "door",
        "description": "",
        "color": "",
        "category": "",
        "modifiers": {},
        "excluded": "",
        "coding map": "",
    },
}


def observation(*events: list[Any], **other: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON has it
    """One of media with one file, some of its fields changed."""
    return {
        "file": {"1": ["/home/ada/video/first.mp4"], "2": [], "3": []},
        "type": "MEDIA",
        "date": "2024-02-28T15:25:10",
        "description": "",
        "time offset": 0.0,
        "independent_variables": {},
        "close_behaviors_between_videos": False,
        "media_info": {
            "length": {"/home/ada/video/first.mp4": 359.96},
            "fps": {"/home/ada/video/first.mp4": 25.0},
            "offset": {"1": 0.0, "2": 0.0},
        },
        "events": list(events),
        **other,
    }


def boris(observations: object, **other: Any) -> bytes:  # noqa: ANN401 - as JSON has it
    made = {
        "time_format": "hh:mm:ss",
        "project_name": "test",
        "project_date": "2024-02-28T15:20:00",
        "project_description": "",
        "project_format_version": "7.0",
        "subjects_conf": {"0": {"key": "1", "name": "Officer", "description": ""}},
        "behaviors_conf": ETHOGRAM,
        "behavioral_categories": [],
        "independent_variables": {},
        "coding_map": {},
        "observations": observations,
        **other,
    }
    return json.dumps(made).encode()


Expected = tuple[str, int, int, Kind, str | None, str | None, str | None, tuple[str, ...]]


def expected(project: Project) -> list[Expected]:
    """What is left of a project's tags in BORIS: code, times, kind, speaker, text, note and the
    values of attributes, in any order."""
    rows = []
    for tag in project.standing_tags:
        first_ns = project.footage[tag.footage_id].first_ns
        kind = project.codebook.code(tag.code).kind
        values = (v for n, v in tag.attributes.items() if is_kept(n) and is_kept(v))
        rows.append(
            (
                tag.code,
                tag.start_ns - first_ns,
                tag.end_ns - first_ns,
                kind,
                tag.speaker or None,
                tag.text or None,
                (tag.note or None) if kind is Kind.INTERVAL else None,
                tuple(sorted(values)),
            )
        )
    return sorted(rows, key=repr)


def is_kept(text: str) -> bool:
    """Whether BORIS takes it for a modifier, as the losses say."""
    is_plain = text == text.strip() and not re.search(r"[(|),`~]", text)
    return is_plain and 0 < len(text) <= 1000 and text != "None"
