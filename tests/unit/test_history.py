"""The audit log in words: real edits through the session, and whatever a hostile log may hold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.app.codebooks import change_codebook
from bodycam_annotator.app.history import HistoryLine, lines_of, refuse_gaps
from bodycam_annotator.errors import Cancelled, DamagedError
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.edits import (
    Change,
    Edit,
    Entity,
    add_tags,
    change_tag,
    row_of,
    withdraw_tags,
)
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.audit import Action, AuditEntry
from bodycam_annotator.storage.schema import ENTITIES
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.storage.sample import CAMERA, FOOTAGE, INCIDENT, added, make_project, make_tag

FIRST = FOOTAGE.first_ns
SHOT = "Shot at 00:00:48.114"
NAME = "Shot"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("history") / "night stop.bodycam")


@pytest.fixture
def session(template: Path, tmp_path: Path) -> Any:  # noqa: ANN401 - a generator of sessions
    path = tmp_path / template.name
    path.write_bytes(template.read_bytes())
    with ProjectSession.open(path, coder="Ann") as opened:
        yield opened


def shot(**values: Any) -> Tag:  # noqa: ANN401 - Tag's fields
    at = {"start_ns": FIRST + 48_114_000_000, "end_ns": FIRST + 48_114_000_000}
    return make_tag(**(at | values))


def span(**values: Any) -> Tag:  # noqa: ANN401
    at = {
        "start_ns": FIRST + 36_203_000_000,
        "end_ns": FIRST + 38_000_000_000,
        "start_frame": 1086,
        "end_frame": 1139,
    }
    return make_tag(**(at | values))


def told(session: ProjectSession, after: int = 2) -> list[HistoryLine]:
    return [line for line in lines_of(session.history(), session.project) if line.seq > after]


def what(session: ProjectSession, edit: Edit) -> str:
    session.do(edit)
    return told(session)[-1].what


def test_the_making_of_a_project(session: ProjectSession) -> None:
    made, footage = told(session, after=0)
    assert made.what == (
        f"made the project “Night stop” with the codebook "
        f"{session.project.codebook.name} ({INCIDENT.codebook})"
    )
    assert footage.what == "added footage officer 1.mp4 as Officer 1"
    assert (made.seq, made.coder, made.action) == (1, "Ann", "create")
    assert footage.footage == {FOOTAGE.id}
    assert footage.hash == session.project.audit_head


def test_footage_is_named_with_its_hash(session: ProjectSession) -> None:
    camera = replace(CAMERA, id="camera-2", name="Officer 2")
    footage = replace(
        FOOTAGE, id="footage-2", camera_id="camera-2", path="b.mp4", sha256="ab12" * 16
    )
    said = what(session, added(camera, footage, label="Add 1 footage"))
    assert said == "added footage b.mp4 (SHA-256 ab12ab12ab12…) as Officer 2"


def test_a_mark_and_a_span_are_told_from_the_first_frame_on(session: ProjectSession) -> None:
    tag = shot()
    assert what(session, add_tags((tag,), label="Tag shot")) == f"tagged {SHOT} (frame 1442)"
    assert told(session)[-1].tags == {tag.id}
    assert what(session, add_tags((span(),), label="Tag shot")) == (
        "tagged Shot from 00:00:36.203 to 00:00:38.000 (frames 1086 to 1139)"
    )


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"text": "Put down"}, f"changed the text of {SHOT}: “Put” → “Put down”"),
    "text cleared": ({"text": ""}, f"changed the text of {SHOT}: “Put” → empty"),
    "basis": ({"basis": None}, f"changed the basis of {SHOT}: heard → not given"),
    "uncertainty": (
        {"uncertainty_ns": 33_366_667},
        f"changed the uncertainty of {SHOT}: not given → 0.033366667 s",
    ),
    "code": ({"code": "bang"}, f"changed {SHOT} to bang"),
    "attribute": (
        {"attributes": {"shooter": "Officer 2", "attributed": "yes"}},
        f"changed the shooter of {SHOT}: “Officer 1” → “Officer 2”",
    ),
    "attribute taken away": (
        {"attributes": {"shooter": "Officer 1"}},
        f"changed the attributed of {SHOT}: “yes” → not given",
    ),
    "several": ({"text": "x", "note": "y"}, f"changed the text and note of {SHOT}"),
    "place of a mark": (
        {"start_ns": FIRST + 10**9, "end_ns": FIRST + 10**9, "start_frame": 30, "end_frame": 30},
        "moved Shot from 00:00:48.114 to 00:00:01.000",
    ),
    "place and basis": (
        {"start_ns": FIRST + 10**9, "end_ns": FIRST + 10**9, "basis": None},
        "moved Shot from 00:00:48.114 to 00:00:01.000, and changed its basis: heard → not given",
    ),
    "place and more": (
        {"start_ns": FIRST + 10**9, "end_ns": FIRST + 10**9, "basis": None, "note": "y"},
        "moved Shot from 00:00:48.114 to 00:00:01.000, and changed its basis and note",
    ),
    "nothing": ({}, f"saved {SHOT} as it was"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_says_what_was_and_what_is(session: ProjectSession, name: str) -> None:
    values, sentence = CHANGES[name]
    tag = shot(text="Put")
    session.do(add_tags((tag,), label="Tag"))
    assert what(session, change_tag(tag, label="Change", **values)).startswith(sentence)


def test_moving_edges_of_a_span(session: ProjectSession) -> None:
    tag = span()
    session.do(add_tags((tag,), label="Tag"))
    for values, sentence in (
        (
            {"start_ns": FIRST + 37 * 10**9, "start_frame": 1109},
            "moved the start of Shot from 00:00:36.203 to 00:00:37.000",
        ),
        (
            {"end_ns": FIRST + 39 * 10**9},
            "moved the end of Shot from 00:00:38.000 to 00:00:39.000",
        ),
    ):
        assert what(session, change_tag(tag, label="Change", **values)) == sentence
        tag = session.project.tags[tag.id]


def test_removed_taken_back_and_did_again(session: ProjectSession) -> None:
    tag = shot()
    session.do(add_tags((tag,), label="Tag"))
    session.do(withdraw_tags((tag,), label="Remove"))
    session.undo()
    session.redo()
    session.undo()
    session.undo()
    assert [line.what for line in told(session)] == [
        f"tagged {SHOT} (frame 1442)",
        f"removed {SHOT} (frame 1442)",
        f"took back entry 4: removed {SHOT} (frame 1442)",
        f"did again entry 4: removed {SHOT} (frame 1442)",
        f"took back entry 4: removed {SHOT} (frame 1442)",
        f"took back entry 3: tagged {SHOT} (frame 1442)",
    ]


def test_newer_entries_alone_know_what_they_take_back(session: ProjectSession) -> None:
    """As when the window reads on after an edit."""
    session.do(add_tags((shot(),), label="Tag"))
    read = {line.seq: line for line in told(session, after=0)}
    session.undo()
    newer = session.history(after=3)
    assert [entry.seq for entry in newer] == [4]
    (line,) = lines_of(newer, session.project, earlier=read)
    assert line.what == f"took back entry 3: tagged {SHOT} (frame 1442)"
    (alone,) = lines_of(newer, session.project)
    assert alone.what == "took back entry 3: “Tag”"
    assert session.history(after=4) == []


def test_an_undo_of_something_else_does_not_pass_for_one(session: ProjectSession) -> None:
    session.do(add_tags((shot(),), label="Tag"))
    other = span()
    forged = AuditEntry(
        **{**entry_of(), "seq": 4, "action": "undo", "refers_to": 3, "label": "Tag"},
        changes=(withdraw_tags((other,), label="").changes[0],),
    )
    line = lines_of([*session.history(), forged], session.project)[-1]
    assert line.what == (
        "took back entry 3 in name, but removed Shot from 00:00:36.203 to 00:00:38.000 "
        "(frames 1086 to 1139)"
    )


def test_an_import_is_counted(session: ProjectSession) -> None:
    old, gone = shot(), span()
    session.do(add_tags((old, gone), label="Tags"))
    changes = (
        *add_tags((shot(), shot()), label="").changes,
        *change_tag(old, label="", text="x").changes,
        *withdraw_tags((gone,), label="").changes,
    )
    sha256 = "0123456789abcdef" * 4
    said = what(session, Edit(label=f"Import out.csv (SHA-256 {sha256})", changes=changes))
    assert said == ("imported out.csv (SHA-256 0123456789ab…): 2 tags added, 1 changed, 1 removed")


def test_many_tags_at_once_are_counted_and_some_named(session: ProjectSession) -> None:
    tags = tuple(shot() for _ in range(5))
    session.do(add_tags(tags, label="Tags"))
    said = what(session, withdraw_tags(tags, label="Remove 5 tags"))
    assert said == f"removed 5 tags: {SHOT}, {SHOT}, {SHOT} and 2 more"


def test_footage_moved_and_a_camera_changed(session: ProjectSession) -> None:
    moved = replace(FOOTAGE, path="elsewhere/officer 1.mp4")
    change = Change(entity="footage", id=FOOTAGE.id, before=row_of(FOOTAGE), after=row_of(moved))
    assert what(session, Edit(label="Footage is now at", changes=(change,))) == (
        "footage officer 1.mp4 is now at “elsewhere/officer 1.mp4”; "
        "it was at “../released/officer 1.mp4”"
    )
    wearer = replace(CAMERA, wearer="Ofc. Doe")
    change = Change(entity="camera", id=CAMERA.id, before=row_of(CAMERA), after=row_of(wearer))
    assert what(session, Edit(label="Wearer", changes=(change,))) == (
        "changed the wearer of the camera Officer 1: empty → “Ofc. Doe”"
    )
    noted = replace(INCIDENT, note="Night.")
    change = Change(entity="incident", id=INCIDENT.id, before=row_of(INCIDENT), after=row_of(noted))
    assert what(session, Edit(label="Note", changes=(change,))) == (
        "changed the note of the incident: empty → “Night.”"
    )


def test_footage_that_was_read_again_is_told_so(session: ProjectSession) -> None:
    hashed = replace(FOOTAGE, sha256="0" * 64)
    change = Change(entity="footage", id=FOOTAGE.id, before=row_of(FOOTAGE), after=row_of(hashed))
    session.do(Edit(label="Hash", changes=(change,)))
    dated = replace(hashed, modified_ns=FOOTAGE.modified_ns + 1)
    change = Change(entity="footage", id=FOOTAGE.id, before=row_of(hashed), after=row_of(dated))
    label = "officer 1.mp4 has another date and the same content"
    assert what(session, Edit(label=label, changes=(change,))) == (
        "read footage officer 1.mp4 again: same content, new file date "
        "2024-10-13 23:50:12.123456790; it was 2024-10-13 23:50:12.123456789"
    )
    found = replace(dated, path="b/officer 1.mp4")
    change = Change(entity="footage", id=FOOTAGE.id, before=row_of(dated), after=row_of(found))
    assert what(session, Edit(label="Footage is now at b/officer 1.mp4", changes=(change,))) == (
        "found footage officer 1.mp4 at “b/officer 1.mp4”: same SHA-256; "
        "it was at “../released/officer 1.mp4”"
    )
    odd = replace(found, modified_ns=0)
    change = Change(entity="footage", id=FOOTAGE.id, before=row_of(found), after=row_of(odd))
    said = what(session, Edit(label="Date", changes=(change,)))
    assert said.startswith("changed the file date (UTC) of footage officer 1.mp4: 2024-")


def test_with_several_cameras_tags_are_told_with_theirs(session: ProjectSession) -> None:
    camera = replace(CAMERA, id="camera-2", name="Officer 2")
    session.do(added(camera, replace(FOOTAGE, id="footage-2", camera_id="camera-2", first_ns=0)))
    tag = make_tag(footage_id="footage-2")
    said = what(session, add_tags((tag,), label="Tag"))
    assert said == f"tagged {SHOT} (frame 1442) on Officer 2"


def test_another_codebook_is_told_in_words(session: ProjectSession) -> None:
    old = session.project.codebook
    siren = Code(id="siren", name="Siren", kind=Kind.POINT, group="sound")
    first = replace(old.codes[0], name="Gunshot")
    new = replace(old, codes=(first, siren))
    line_what = what(session, change_codebook(session.project, new))
    assert line_what == (
        f"changed the codebook {old.name} from version 1 to 2: 1 code added (Siren); "
        "1 code changed (Gunshot)"
    )
    session.do(change_codebook(session.project, replace(new, codes=(first,), source="")))
    assert told(session)[-1].what == (
        f"changed the codebook {old.name} from version 2 to 3: 1 code removed (Siren)"
    )
    session.undo()
    line = told(session)[0]
    assert any(
        one.name == f"changed since {old.label}" and one.after.startswith("1 code added (Siren)")
        for one in line.details
    )
    assert all("[[code]]" not in one.after for one in line.details)
    session.undo()
    assert told(session)[-1].what == f"took back entry {line.seq}: {line_what}"
    made = lines_of(session.history(), session.project)[0]
    assert all("[[code]]" not in one.after for one in made.details)
    assert any(one.name == "codes" and old.codes[0].name in one.after for one in made.details)


def test_text_that_is_no_codebook_is_shown_as_it_stands(session: ProjectSession) -> None:
    row = {"id": "x", "label": "x@1", "source": "no [[toml"}
    change = Change(entity="codebook", id="x@1", before=None, after=row)
    entry = replace(list(session.history())[-1], changes=(change,), label="Make codebook x@1")
    (line,) = lines_of([entry], session.project)
    assert any(one.after == "no [[toml" for one in line.details)


def test_split_and_merge_are_told_as_such(session: ProjectSession) -> None:
    one = span(id="a" * 32)
    session.do(add_tags((one,), label="Tag"))
    middle = FIRST + 37_000_000_000
    second = replace(one, id="b" * 32, start_ns=middle, start_frame=1110)
    halves = change_tag(one, label=f"Split {one.code}", end_ns=middle, end_frame=1109)
    split = Edit(
        label=f"Split {one.code}",
        changes=halves.changes + add_tags((second,), label="").changes,
    )
    said = what(session, split)
    assert said == f"split {NAME} at 00:00:36.203 into two, at 00:00:37.000"
    first = session.project.tags[one.id]
    whole = change_tag(first, label="Merge 2", end_ns=one.end_ns, end_frame=one.end_frame)
    merge = Edit(
        label=f"Merge 2 {one.code}",
        changes=whole.changes + withdraw_tags((session.project.tags[second.id],), label="").changes,
    )
    said = what(session, merge)
    assert said == (
        f"merged two tags into {NAME} from 00:00:36.203 to 00:00:38.000 (frames 1086 to 1139)"
    )
    session.undo()
    assert told(session)[-1].what.startswith("took back entry")
    assert "merged two tags" in told(session)[-1].what


def test_a_split_of_the_text_too_says_both(session: ProjectSession) -> None:
    whole = span(text="Get out. Stop")
    middle = FIRST + 37 * 10**9
    session.do(add_tags((whole,), label="Tag"))
    first = change_tag(whole, label="Split shot", end_ns=middle, text="Get out")
    second = replace(whole, id="second", start_ns=middle, text="Stop now")
    edit = Edit(
        label="Split shot", changes=(*first.changes, *add_tags((second,), label="").changes)
    )
    assert what(session, edit) == (
        "split Shot at 00:00:36.203 into two, at 00:00:37.000, and its text “Get out. Stop” into "
        "“Get out” and “Stop now”"
    )


def test_a_label_alone_makes_no_split_and_no_merge(session: ProjectSession) -> None:
    one, other = span(id="a" * 32), shot(id="b" * 32)
    session.do(add_tags((one,), label="Tag"))
    changed = change_tag(one, label="", text="now")
    for did in ("Split", "Merge 2"):
        edit = Edit(
            label=f"{did} {one.code}",
            changes=changed.changes + add_tags((other,), label="").changes,
        )
        entry = replace(list(session.history())[-1], changes=edit.changes, label=edit.label)
        (line,) = lines_of([entry], session.project)
        assert line.what.startswith("changed 1 tag and added 1 tag")


def test_details_have_every_field_before_and_after(session: ProjectSession) -> None:
    tag = shot(text="Put")
    session.do(add_tags((tag,), label="Tag"), speed="0.5x")
    session.do(change_tag(tag, label="Change", text="Put\ndown " + "now " * 100, status="checked"))
    new, changed = told(session)
    assert new.speed == "0.5x"
    assert {(one.name, one.before, one.after) for one in new.details} >= {
        ("code", "", "Shot"),
        ("start", "", "00:00:48.114 (48.114000000 s)"),
        ("shooter", "", "“Officer 1”"),
        ("footage", "", "officer 1.mp4"),
        ("basis", "", "heard"),
        ("id", "", tag.id),
    }
    assert {one.name for one in changed.details} == {"text", "status", "changed (UTC)"}
    text = next(one for one in changed.details if one.name == "text")
    assert (text.thing, text.before) == (SHOT, "“Put”")
    assert text.after == "“Put\ndown " + "now " * 100 + "”"


def test_making_of_lines_stops_when_asked(session: ProjectSession) -> None:
    with pytest.raises(Cancelled):
        lines_of(session.history(), session.project, cancelled=lambda: True)


def test_entries_that_are_not_numbered_on_are_refused(session: ProjectSession) -> None:
    entries = session.history()
    refuse_gaps(entries, after=0)
    refuse_gaps(entries[1:], after=1)
    for odd in (entries[1:], [entries[0], replace(entries[1], seq=10**5000)]):
        with pytest.raises(DamagedError, match="Verify the project"):
            refuse_gaps(odd, after=0)


def entry_of() -> dict[str, Any]:
    return {
        "seq": 3,
        "utc": "2024-10-13T23:50:12.345678Z",
        "coder": "Ann",
        "action": "do",
        "label": "Tag shot",
        "refers_to": None,
        "speed": "",
        "app_version": "0",
        "previous": "0" * 64,
        "hash": "1" * 64,
    }


DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]

ODD: tuple[Any, ...] = (
    None, True, -1, 2**63, 10**5000, float("nan"), float("inf"), "", "\ud800", "\0", [], {}, DEEP,
    ["x"], {"a": DEEP}, "x" * 10_000, FOOTAGE.id, CAMERA.id, INCIDENT.codebook, "shot",
)  # fmt: skip
FIELDS = sorted({column.name for table in ENTITIES.values() for column in table.columns})
VALUES = st.one_of(
    st.sampled_from(ODD).map(lambda value: value),
    st.text(max_size=20),
    st.integers(),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
ROWS = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), VALUES, max_size=12)
CHANGED: st.SearchStrategy[Change] = st.builds(
    Change,
    entity=st.sampled_from([*ENTITIES]),
    id=st.sampled_from(["a", "b", "\ud800", CAMERA.id, FOOTAGE.id]),
    before=st.none() | ROWS,
    after=ROWS,
)
ACTIONS: tuple[Action, ...] = ("create", "do", "undo", "redo")
LOGS = st.lists(
    st.builds(
        lambda **values: AuditEntry(**{**entry_of(), **values}),
        seq=st.integers(-2, 9),
        action=st.sampled_from(ACTIONS),
        label=st.text() | st.just(f"Import \n (SHA-256 {'0' * 64})"),
        refers_to=st.none() | st.integers(-2, 9) | st.just(10**5000),
        changes=st.lists(CHANGED, max_size=5).map(tuple),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def project(template: Path) -> Project:
    with ProjectSession.open(template, coder="Ann") as opened:
        return opened.project


@given(log=LOGS)
def test_whatever_a_log_holds_is_told(project: Project, log: list[AuditEntry]) -> None:
    lines = lines_of(log, project)
    assert [line.seq for line in lines] == [entry.seq for entry in log]
    for line in lines:
        assert line.what
        assert "\n" not in line.what
        assert all(isinstance(part, str) for one in line.details for part in vars(one).values())


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_any_field_may_hold_anything(project: Project, entity: Entity, value: Any) -> None:  # noqa: ANN401
    rows: list[dict[str, Any]] = [dict.fromkeys(FIELDS, value), dict.fromkeys(FIELDS, "x"), {}]
    befores: list[dict[str, Any] | None] = [None, *rows]
    for before in befores:
        for after in rows:
            change = Change(entity=entity, id="a", before=before, after=after)
            entry = AuditEntry(**{**entry_of(), "changes": (change,)})
            (line,) = lines_of([entry], project)
            assert line.what


def test_every_field_of_a_project_has_a_name() -> None:
    from bodycam_annotator.app.field_words import NAMES

    for entity, table in ENTITIES.items():
        columns = {column.name for column in table.columns} - {"added"}
        assert NAMES[entity].keys() == columns
