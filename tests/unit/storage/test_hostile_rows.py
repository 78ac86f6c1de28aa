"""Values that no project of ours holds end as one sentence: no hang, nothing but `ProjectError`."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator.errors import ProjectError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage import audit
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import make_tag

SET = {
    "time base that never ends": ("footage", "time_base", "1e99999999"),
    "time base by zero": ("footage", "time_base", "1/0"),
    "time base of zero": ("footage", "time_base", "0"),
    "time base below zero": ("footage", "time_base", "-1/600"),
    "time base nan": ("footage", "time_base", "nan"),
    "time base of many digits": ("footage", "time_base", "1/" + "9" * 5000),
    "attributes nested": ("tag", "attributes", "[" * 200_000 + "]" * 200_000),
    "attributes half": ("tag", "attributes", "[" * 200_000),
    "attributes a list": ("tag", "attributes", "[1, 2]"),
    "attributes null": ("tag", "attributes", "null"),
    "attributes of numbers": ("tag", "attributes", '{"a": 1}'),
    "codebook nested": ("codebook", "source", "a=" + "[" * 100_000),
    "codebook of many digits": ("codebook", "source", "version = " + "9" * 5000),
    "codebook of a huge version": ("codebook", "source", "version = 0x" + "f" * 5000),
    "status": ("tag", "status", "?"),
    "footage of no camera": ("footage", "camera_id", "zz"),
    "camera of no incident": ("camera", "incident_id", "zz"),
    "incident of no codebook": ("incident", "codebook", "zz"),
    "tag of no footage": ("tag", "footage_id", "zz"),
    "tag of no codebook": ("tag", "codebook", "zz"),
}


@pytest.fixture
def tagged(path: Path) -> Path:
    with ProjectSession.open(path, coder="Ann") as session:
        session.do(add_tags((make_tag(),), label="Tag"))
    return path


@pytest.mark.parametrize("name", SET)
def test_a_row_that_makes_no_sense(tagged: Path, name: str) -> None:
    table, column, value = SET[name]
    with closing(sqlite3.connect(tagged, isolation_level=None)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
    with pytest.raises(ProjectError, match="is damaged: "):
        ProjectSession.open(tagged, coder="Ann")
    assert not verify_chain(tagged).sound


def _changed(**values: object) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text) | values)


def _change(**values: object) -> Callable[[str], str]:
    def change(text: str) -> str:
        entry: dict[str, Any] = json.loads(text)
        entry["changes"][0] |= values
        return json.dumps(entry)

    return change


ENTRIES: dict[str, Callable[[str], str]] = {
    "nested": lambda _: "[" * 100_000,
    "null": lambda _: "null",
    "changes are a text": _changed(changes="abc"),
    "changes are null": _changed(changes=None),
    "coder is a number": _changed(coder=5),
    "label is a list": _changed(label=["x"]),
    "utc is null": _changed(utc=None),
    "action is unknown": _changed(action="foo"),
    "refers to a text": _changed(refers_to="zz"),
    "entity is a list": _change(entity=["tag"]),
    "entity is unknown": _change(entity="x"),
    "id is an object": _change(id={}),
    "after is a text": _change(after="x"),
    "before is a list": _change(before=[1]),
    "after is empty": _change(after={}),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_that_makes_no_sense(tagged: Path, name: str) -> None:
    """Its hash fits, as whoever wrote it could work it out."""
    with closing(sqlite3.connect(tagged, isolation_level=None)) as connection:
        rows = connection.execute("SELECT seq, entry, hash FROM audit ORDER BY seq").fetchall()
        text = ENTRIES[name](rows[-1][1])
        own_hash = audit.entry_hash(rows[-2][2], text.encode())
        connection.execute("UPDATE audit SET entry = ?, hash = ? WHERE seq = 3", (text, own_hash))
    report = verify_chain(tagged)
    assert (report.sound, report.bad_entry) == (False, 3)
    with pytest.raises(ProjectError, match="damaged"):
        open_and_undo(tagged)


def open_and_undo(path: Path) -> None:
    with ProjectSession.open(path, coder="Ann") as session:
        session.history()
        session.undo()
