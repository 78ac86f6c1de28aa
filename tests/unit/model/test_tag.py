from dataclasses import replace
from datetime import datetime

import pytest

from bodycam_annotator.model.tag import new_id, utc_now
from tests.unit.exchange.projects import TAG, project


def test_a_tag_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="tag t1 ends before it starts"):
        replace(TAG, end_ns=TAG.start_ns - 1)


def test_ids_differ() -> None:
    assert len({new_id() for _ in range(100)}) == 100


def test_now_is_utc_to_the_microsecond() -> None:
    now = utc_now()
    assert len(now) == len("2024-10-13T23:50:12.345678Z")
    assert datetime.fromisoformat(now).utcoffset() is not None


def test_a_project_shows_standing_tags_and_their_camera() -> None:
    both = project(TAG, replace(TAG, id="t2", withdrawn=True))
    assert both.standing_tags == [TAG]
    assert both.camera_of("f1").name == "Officer 1"
    assert both.codebook.label == "book@2"
