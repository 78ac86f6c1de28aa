import json
from dataclasses import replace

import pytest

from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import (
    Change,
    Changes,
    Edit,
    add_tags,
    change_tag,
    inverse,
    row_of,
    withdraw_tags,
)
from bodycam_annotator.model.tag import Basis, Status
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG


def test_a_row_is_what_json_can_hold() -> None:
    row = row_of(replace(TAG, basis=Basis.HEARD, attributes={"b": "2", "a": "1"}))
    assert json.loads(json.dumps(row)) == row
    assert type(row["basis"]) is str
    assert list(row["attributes"]) == ["a", "b"]
    assert row_of(FOOTAGE)["time_base"] == "1/90000"
    assert row_of(CAMERA)["clock_start_utc_ns"] is None


def test_adding_is_undone_by_withdrawing() -> None:
    edit = add_tags((TAG,), label="Add shot")
    assert edit.changes[0].before is None
    (taken_back,) = inverse(edit, label="Undo: Add shot").changes
    assert taken_back.before == row_of(TAG)
    assert taken_back.after == {**row_of(TAG), "withdrawn": True}


def test_the_inverse_of_the_inverse_restores_the_tag() -> None:
    edit = add_tags((TAG,), label="Add")
    again = inverse(inverse(edit, label="Undo"), label="Redo")
    assert again.changes[0].after == row_of(TAG)


def test_an_inverse_takes_changes_back_in_reverse() -> None:
    first = change_tag(TAG, label="a", text="x").changes[0]
    second = change_tag(replace(TAG, id="t2"), label="a", text="y").changes[0]
    taken_back = inverse(Edit(label="a", changes=(first, second)), label="b")
    assert [change.id for change in taken_back.changes] == ["t2", "t1"]
    assert taken_back.changes[1].after == first.before


def test_a_change_says_when_and_keeps_the_rest() -> None:
    (change,) = change_tag(TAG, label="Set status", status=Status.CHECKED).changes
    assert change.before == row_of(TAG)
    assert change.after["status"] == "checked"
    assert change.after["modified_utc"] > TAG.modified_utc
    differing = {name for name, value in change.after.items() if value != change.before[name]}
    assert differing == {"status", "modified_utc"}


def test_a_change_that_makes_no_tag_is_refused() -> None:
    with pytest.raises(EditError, match="ends before it starts"):
        change_tag(TAG, label="Move", end_ns=TAG.start_ns - 1)


def test_withdrawing_several_is_one_edit() -> None:
    edit = withdraw_tags((TAG, replace(TAG, id="t2")), label="Remove 2 tags")
    assert [(change.id, change.after["withdrawn"]) for change in edit.changes] == [
        ("t1", True),
        ("t2", True),
    ]


def test_footage_stays_once_added() -> None:
    added = Change(entity="footage", id="f1", before=None, after=row_of(FOOTAGE))
    with pytest.raises(EditError, match="Adding a footage cannot be undone"):
        inverse(Edit(label="Add footage", changes=(added,)), label="Undo")


def test_changes_name_what_was_touched() -> None:
    changes = Changes(label="Add", touched={"tag": frozenset({"t1"})})
    assert changes.ids("tag") == {"t1"}
    assert changes.ids("camera") == frozenset()
