"""What was left unsaved is taken up once, by whoever it fits, and never lost on the way."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.model.edits import Change, Edit, add_tags, change_tag, row_of, withdraw_tags
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage import connection
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.unsaved import ENDING, Kept, Left, Unsaved, left_behind
from bodycam_annotator.ui.asked import UnsavedEdit
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.drafts import (
    Drafts,
    kept_edits,
    kept_folders,
    kept_span,
    kept_text,
    texts_in,
)
from bodycam_annotator.ui.left_behind import in_words, stranded_text, stranded_words, take_up
from bodycam_annotator.ui.left_check import settle
from tests.faults import locked
from tests.ui.hand import PATIENCE_MS
from tests.unit.storage.sample import CAMERA, INCIDENT, make_project, make_tag


class Desk:
    """A project in a bridge, with a tag `a`, and what is left behind for it."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        self.path, self.qtbot = path, qtbot
        self.refused: list[str] = []
        self.reopened: list[Tag] = []
        self.open()

    def open(self) -> None:
        self.bridge = ProjectBridge(ProjectSession.open(self.path, coder="Ann"))
        self.bridge.refused.connect(self.refused.append)

    @property
    def tags(self) -> dict[str, Tag]:
        return dict(self.bridge.session.project.tags)

    def entries(self) -> int:
        return len(self.bridge.call(lambda session: session.history()))

    def leave(self, *kept: dict[str, Kept], coder: str = "Ann") -> None:
        sitting = Unsaved(self.path, incident=INCIDENT.id, coder=coder, folders=kept_folders())
        sitting.update({key: one for each in kept for key, one in each.items()})
        sitting.close()

    def lefts(self) -> list[Left]:
        project = self.bridge.session.project
        found = left_behind(self.path, incident=INCIDENT.id, folders=kept_folders())
        return settle(found, project)

    def take_up(self) -> list[Tag]:
        closed: list[Tag] = []
        for left in self.lefts():
            closed += take_up(left, self.bridge, reopen=self._reopen, drop=Left.drop)
            self.settle()
            left.close()
        return closed

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.bridge.unfinished, timeout=PATIENCE_MS)

    def _reopen(self, span: Tag) -> bool:
        self.reopened.append(span)
        return True


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 100)
    path = make_project(tmp_path / "night stop.bodycam")
    with ProjectSession.open(path, coder="Ann") as session:
        session.do(add_tags((make_tag(id="a"),), label="Tag shot"))
    desk = Desk(path, qtbot)
    yield desk
    desk.bridge.close()


def edits(*every: Edit) -> dict[str, Kept]:
    return kept_edits([UnsavedEdit(edit, "1x") for edit in every])


def files() -> list[Path]:
    return [path for folder in kept_folders() for path in folder.glob(f"*{ENDING}")]


def test_all_of_it_is_taken_up_and_nothing_stays(desk: Desk) -> None:
    new = make_tag(id="new")
    begun = make_tag(id="begun")
    desk.leave(
        edits(add_tags((new,), label="Tag shot"), change_tag(new, label="Note", note="loud")),
        kept_text(desk.tags["a"], "text", " Hands! "),
        kept_text(desk.tags["a"], "attributes.shooter", ""),
        kept_span(begun),
        kept_text(begun, "speaker", "Officer 1"),
    )
    assert desk.take_up() == []
    assert desk.refused == []
    assert desk.tags["new"].note == "loud"
    assert desk.tags["a"].text == "Hands!"
    assert "shooter" not in desk.tags["a"].attributes
    assert [(span.id, span.speaker) for span in desk.reopened] == [("begun", "Officer 1")]
    assert files() == []


def test_text_of_a_tag_that_an_edit_before_it_makes(desk: Desk) -> None:
    new = make_tag(id="new")
    desk.leave(edits(add_tags((new,), label="Tag shot")), kept_text(new, "text", "Hands!"))
    lefts = desk.lefts()
    assert stranded_text(lefts, desk.bridge.project) == ""
    for left in lefts:
        left.close()
    desk.take_up()
    assert desk.tags["new"].text == "Hands!"
    assert files() == []


def test_what_is_in_the_project_already_is_dropped_and_not_written_again(desk: Desk) -> None:
    a = desk.tags["a"]
    desk.leave(
        edits(add_tags((a,), label="Tag shot")),
        kept_text(a, "text", a.text),
        kept_span(a),
    )
    before = desk.entries()
    assert desk.lefts() == []
    assert files() == []
    assert desk.entries() == before


def test_the_same_twice_is_taken_up_once(desk: Desk) -> None:
    """As when the program was killed while what was put back waited."""
    a, new = desk.tags["a"], make_tag(id="new")
    add = add_tags((new,), label="Tag shot")
    desk.leave(edits(add), kept_text(a, "text", "Hands!"))
    typed = change_tag(a, label="Change text of shot", text="Hands!")
    desk.leave(edits(add, change_tag(new, label="Note", note="loud"), typed))
    before = desk.entries()
    desk.take_up()
    assert desk.refused == []
    assert desk.entries() == before + 3
    assert desk.tags["new"].note == "loud"
    assert files() == []


def test_put_back_again_before_it_is_saved(desk: Desk) -> None:
    desk.leave(
        edits(add_tags((make_tag(id="new"),), label="Tag shot")),
        kept_text(desk.tags["a"], "text", "Hands!"),
    )
    before = desk.entries()
    (left,) = desk.lefts()
    with locked(desk.path):
        for _ in range(2):
            take_up(left, desk.bridge, reopen=lambda _: True, drop=Left.drop)
        desk.qtbot.waitUntil(lambda: desk.bridge.waits, timeout=PATIENCE_MS)
    desk.settle()
    assert desk.entries() == before + 2
    assert files() == []


def test_what_was_put_back_and_waits_at_the_end_is_left_behind_once(desk: Desk) -> None:
    new = make_tag(id="new")
    desk.leave(edits(add_tags((new,), label="Tag shot")), kept_text(desk.tags["a"], "text", "Go!"))
    before = desk.entries()
    drafts = Drafts(desk.bridge.session, lambda: kept_edits(desk.bridge.unsaved()))
    found: list[list[Left]] = []
    drafts.left.connect(found.append)
    drafts.look_back()
    desk.qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    (left,) = found[0]

    def drop(left: Left, keys: list[str]) -> None:
        drafts.keep_then(lambda: left.drop(keys))

    with locked(desk.path):
        take_up(left, desk.bridge, reopen=lambda _: True, drop=drop)
        desk.qtbot.waitUntil(lambda: desk.bridge.waits, timeout=PATIENCE_MS)
        drafts.close(desk.bridge.close())
    assert len(files()) == 1
    desk.open()
    desk.take_up()
    assert (desk.tags["a"].text, "new" in desk.tags) == ("Go!", True)
    assert desk.entries() == before + 2
    assert files() == []


def test_text_of_a_removed_tag_stays_until_it_is_dropped(desk: Desk) -> None:
    a = desk.tags["a"]
    desk.leave(kept_text(a, "text", "Hands! " * 40))
    desk.bridge.do(lambda _: withdraw_tags((a,), label="Remove shot"))
    desk.settle()
    desk.take_up()
    assert desk.tags["a"].text == ""
    lefts = desk.lefts()
    assert stranded_text(lefts, desk.bridge.project) == "Hands! " * 40
    words = in_words(lefts, desk.bridge.project)
    assert "of Shot at 00:00:48.081, which has been removed" in words
    assert len(words) < 250
    for left in lefts:
        left.drop(list(left.kept))
    assert files() == []


def test_it_says_whose_it_is_and_what_it_changes(desk: Desk) -> None:
    desk.leave(edits(add_tags((make_tag(text="Hands!"),), label="Tag shot")), coder="Bob")
    lefts = desk.lefts()
    words = in_words(lefts, desk.bridge.project)
    assert words == (
        "Not saved when the program last ended (by Bob): the edit “Tag Shot” (Shot at "
        "00:00:48.081: text “Hands!”)."
    )
    for left in lefts:
        left.close()


def change(entity: Any, row: dict[str, Any], **values: Any) -> Edit:  # noqa: ANN401 - a row's
    after = {**row, **values}
    return Edit(
        label="Planted",
        changes=(Change(entity=entity, id=row["id"], before=row, after=after),),
    )


PLANTED: dict[str, Callable[[Tag], dict[str, Kept]]] = {
    "a camera": lambda _: edits(change("camera", row_of(CAMERA), name="Officer 9")),
    "an incident": lambda _: edits(change("incident", row_of(INCIDENT), note="x")),
    "other footage": lambda tag: edits(change("tag", row_of(tag), footage_id="gone")),
    "another code": lambda tag: edits(change("tag", row_of(tag), code="gone")),
    "a span": lambda _: kept_span(make_tag(code="gone")),
    "a span elsewhere": lambda _: kept_span(make_tag(footage_id="gone")),
    "a field": lambda tag: kept_text(tag, "code", "gone"),
    "an id": lambda tag: kept_text(tag, "id", "gone"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_only_tags_of_this_project_are_taken_up(desk: Desk, name: str) -> None:
    before = desk.entries()
    desk.leave(PLANTED[name](desk.tags["a"]), kept_text(desk.tags["a"], "text", "Hands!"))
    lefts = desk.lefts()
    assert "Left out, as it cannot be put back: " in in_words(lefts, desk.bridge.project)
    for left in lefts:
        left.close()
    desk.take_up()
    assert desk.reopened == []
    assert desk.entries() == before + 1
    assert desk.tags["a"].text == "Hands!"
    assert files() == []


def test_text_of_a_refused_edit_is_offered_again(desk: Desk) -> None:
    a = desk.tags["a"]
    drafts = Drafts(desk.bridge.session, dict)
    drafts.keep_refused(change_tag(a, label="Text", text="Hands!", attributes={"shooter": "X"}))
    drafts.close([])
    desk.take_up()
    assert (desk.tags["a"].text, desk.tags["a"].attributes["shooter"]) == ("Hands!", "X")
    assert files() == []


def test_all_refused_texts_are_kept_until_they_are_in_the_project(desk: Desk) -> None:
    a = desk.tags["a"]
    typed: dict[str, Kept] = {}
    drafts = Drafts(desk.bridge.session, lambda: typed)
    drafts.keep_refused(change_tag(a, label="Text", text="Hands!"))
    drafts.keep_refused(change_tag(a, label="Text", text="Hands up!"))
    typed |= kept_text(a, "text", "H")
    drafts.keep_then(typed.clear)
    desk.bridge.do(lambda _: change_tag(a, label="Text", text="Hands up!"))
    desk.settle()
    drafts.close([])
    (left,) = desk.lefts()
    assert [kept.content["text"] for kept in left.kept.values()] == ["Hands!"]
    left.drop(list(left.kept))
    assert files() == []


def test_what_was_typed_last_is_put_back_and_older_text_of_the_field_stays(desk: Desk) -> None:
    a = desk.tags["a"]
    drafts = Drafts(desk.bridge.session, dict)
    for text in ("Hands!", "Hands up!"):
        drafts.keep_refused(change_tag(a, label="Text", text=text))
    drafts.close([])
    desk.take_up()
    assert desk.tags["a"].text == "Hands up!"
    (left,) = desk.lefts()
    assert stranded_text([left], desk.bridge.project) == "Hands!"
    left.close()


NEWER: dict[str, dict[str, Any]] = {
    "text": {"text": "Show me your hands"},
    "attributes.shooter": {"attributes": {"shooter": "Officer 2", "attributed": "yes"}},
}


@pytest.mark.parametrize("field", NEWER)
def test_newer_text_of_somebody_else_is_not_put_over(desk: Desk, field: str) -> None:
    a = desk.tags["a"]
    desk.leave(kept_text(a, field, "Hands!"))
    with ProjectSession.open(desk.path, coder="Bob") as session:
        session.do(change_tag(session.project.tags["a"], label="Text", **NEWER[field]))
    desk.bridge.close()
    desk.open()
    newer, before = desk.tags["a"], desk.entries()
    drafts = Drafts(desk.bridge.session, dict)
    found: list[list[Left]] = []
    drafts.left.connect(found.append)
    drafts.look_back()
    desk.qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    ((left,),) = found
    project = desk.bridge.project
    now = "Show me your hands" if field == "text" else "Officer 2"
    said = f"which was changed meanwhile by Bob to “{now}”"
    assert said in in_words([left], project, drafts.changers)
    take_up(left, desk.bridge, reopen=lambda _: True, drop=Left.drop)
    desk.settle()
    assert (desk.tags["a"], desk.entries(), desk.refused) == (newer, before, [])
    assert stranded_text([left], project) == "Hands!"
    words = stranded_words([left], project, drafts.changers)
    assert words.startswith("Not put back, but still kept: “Hands!”, typed as ")
    assert said in words
    drafts.close([])
    left.close()
    assert len(files()) == 1


def test_newer_text_that_an_edit_before_it_brings_is_not_put_over(desk: Desk) -> None:
    a = desk.tags["a"]
    typed = kept_text(a, "text", "Hands!")
    desk.leave(edits(change_tag(a, label="Text", text="Show me")), typed)
    desk.take_up()
    assert desk.tags["a"].text == "Show me"
    assert "changed meanwhile to “Show me”" in desk.refused[0]
    assert len(files()) == 1


def test_text_kept_by_an_older_version_is_put_back(desk: Desk) -> None:
    content = {"tag": "a", "field": "text", "text": "Hands!"}
    desk.leave({"t": Kept(kind="text", content=content)})
    desk.bridge.do(lambda _: change_tag(desk.tags["a"], label="Text", text="Show me"))
    desk.settle()
    desk.take_up()
    assert desk.tags["a"].text == "Hands!"
    assert files() == []


def test_text_is_typed_over_what_was_there_when_it_was_begun(desk: Desk) -> None:
    """Somebody else saves while it is typed."""
    typed = kept_text(desk.tags["a"], "text", "Han")
    drafts = Drafts(desk.bridge.session, lambda: typed)
    drafts.keep_then(lambda: None)
    desk.bridge.do(lambda _: change_tag(desk.tags["a"], label="Text", text="Show me"))
    desk.settle()
    typed |= kept_text(desk.tags["a"], "text", "Hands!")
    done = threading.Event()
    drafts.keep_then(done.set)
    assert done.wait(30)
    (file,) = files()
    # As it is when the program is killed now.
    shutil.copy(file, file.with_name(f"killed{ENDING}"))
    drafts.close([])
    (left,) = desk.lefts()
    assert stranded_text([left], desk.bridge.project) == "Hands!"
    left.close()


def test_only_text_that_is_new_is_text_of_a_refused_edit(desk: Desk) -> None:
    a = desk.tags["a"]
    assert texts_in(add_tags((a,), label="Tag shot")) == {}
    assert texts_in(change_tag(a, label="Move", start_ns=0)) == {}
    assert list(texts_in(change_tag(a, label="Note", note="loud"))) == ["text a note"]
