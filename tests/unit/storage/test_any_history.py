"""Whatever two coders do to one file, in whatever order: the log and the rows tell the same."""

import tempfile
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import copy_of, make_tag

CODERS = ("Ann", "Bob")


@dataclass(frozen=True, kw_only=True)
class Step:
    """What an edit did to one tag, as a plain test understands it. A tag is never unmade: the
    state before it was made counts as withdrawn."""

    label: str
    before: Tag
    after: Tag

    @property
    def taken_back(self) -> "Step":
        return Step(label=self.label, before=self.after, after=self.before)


@dataclass(frozen=True)
class Expected:
    """One coder's stacks."""

    undo: list[Step] = field(default_factory=list)
    redo: list[Step] = field(default_factory=list)


class TwoCoders(RuleBasedStateMachine):
    """Both have the file open at once; each sees the other's edits when they write."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = copy_of(self.template, Path(self.folder.name))
        self.sessions = {coder: ProjectSession.open(self.path, coder=coder) for coder in CODERS}
        self.tags: dict[str, Tag] = {}
        self.expected = {coder: Expected() for coder in CODERS}
        self.actions = ["create", "do"]

    def teardown(self) -> None:
        for session in self.sessions.values():
            session.close()
        report = verify_chain(self.path)
        assert report.sound, report.why
        assert report.entries == len(self.actions)
        self.folder.cleanup()

    def _done(self, coder: str, action: str, step: Step) -> None:
        self.tags[step.after.id] = step.after
        self.actions.append(action)
        session = self.sessions[coder]
        assert dict(session.project.tags) == self.tags
        assert list(session.project.tags) == list(self.tags)

    def _did(self, coder: str, step: Step) -> None:
        self._done(coder, "do", step)
        self.expected[coder].undo.append(step)
        self.expected[coder].redo.clear()

    @rule(coder=st.sampled_from(CODERS))
    def tag(self, coder: str) -> None:
        tag = make_tag(coder=coder)
        label = f"Tag {len(self.tags)}"
        changes = self.sessions[coder].do(add_tags((tag,), label=label))
        assert tag.id in changes.ids("tag")
        before = replace(tag, withdrawn=True)
        self._did(coder, Step(label=label, before=before, after=tag))

    @precondition(lambda self: self.tags)
    @rule(coder=st.sampled_from(CODERS), at=st.integers(0), text=st.sampled_from("xyz"))
    def change(self, coder: str, at: int, text: str) -> None:
        """From what this coder sees, which may be out of date."""
        seen = list(self.sessions[coder].project.tags.values())
        if not seen:
            return
        before = seen[at % len(seen)]
        edit = (
            withdraw_tags((before,), label="Delete")
            if text == "z"
            else change_tag(before, label=f"Text {text}", text=text)
        )
        after = replace(
            before,
            text=edit.changes[0].after["text"],
            withdrawn=edit.changes[0].after["withdrawn"],
            modified_utc=edit.changes[0].after["modified_utc"],
        )
        if self.tags[before.id] != before:
            with pytest.raises(EditError, match="changed the same tag since"):
                self.sessions[coder].do(edit)
            return
        self.sessions[coder].do(edit)
        self._did(coder, Step(label=edit.label, before=before, after=after))

    @rule(coder=st.sampled_from(CODERS))
    def undo(self, coder: str) -> None:
        expected = self.expected[coder]
        self._take_back(coder, "undo", expected.undo, expected.redo)

    @rule(coder=st.sampled_from(CODERS))
    def redo(self, coder: str) -> None:
        expected = self.expected[coder]
        self._take_back(coder, "redo", expected.redo, expected.undo)

    def _take_back(self, coder: str, action: str, source: list[Step], target: list[Step]) -> None:
        take_back = getattr(self.sessions[coder], action)
        if not source:
            with pytest.raises(EditError, match=f"Nothing to {action}"):
                take_back()
        elif self.tags[source[-1].after.id] != source[-1].after:
            with pytest.raises(EditError, match=f"cannot be {action}ne"):
                take_back()
        else:
            step = source.pop().taken_back
            assert step.after.id in take_back().ids("tag")
            target.append(step)
            self._done(coder, action, step)

    @rule(coder=st.sampled_from(CODERS))
    def reopen(self, coder: str) -> None:
        self.sessions[coder].close()
        self.sessions[coder] = ProjectSession.open(self.path, coder=coder)
        assert dict(self.sessions[coder].project.tags) == self.tags

    @rule(coder=st.sampled_from(CODERS))
    def look(self, coder: str) -> None:
        seen = dict(self.sessions[coder].project.tags)
        changes = self.sessions[coder].refresh()
        now = dict(self.sessions[coder].project.tags)
        assert now == self.tags
        assert changes.ids("tag") == {tag_id for tag_id in now if seen.get(tag_id) != now[tag_id]}

    @invariant()
    def labels_are_the_tops_of_the_stacks(self) -> None:
        for coder, session in self.sessions.items():
            expected = self.expected[coder]
            assert session.undo_label == (expected.undo[-1].label if expected.undo else None)
            assert session.redo_label == (expected.redo[-1].label if expected.redo else None)

    @invariant()
    def every_mutation_has_one_entry(self) -> None:
        history = self.sessions["Ann"].history()
        assert [entry.action for entry in history] == self.actions
        assert [entry.seq for entry in history] == list(range(1, len(history) + 1))
        assert all(one.hash == two.previous for one, two in pairwise(history))


def test_any_history(template: Path) -> None:
    class OnThisTemplate(TwoCoders):
        pass

    OnThisTemplate.template = template
    run_state_machine_as_test(
        OnThisTemplate, settings=settings(max_examples=12, stateful_step_count=20)
    )
