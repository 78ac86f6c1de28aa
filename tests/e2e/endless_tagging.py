"""A coder who never pauses: each edit goes to the bridge as soon as the last one is committed."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from bodycam_annotator import app
from bodycam_annotator.model.edits import (
    Change,
    Edit,
    add_tags,
    change_tag,
    inverse,
    row_of,
    withdraw_tags,
)
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.audit import Action
from bodycam_annotator.ui.bridge import ProjectBridge
from tests.e2e.killing import Line, Say
from tests.unit.storage.sample import make_tag

CODER = "Ann"
STEPS = ("add", "text", "text again", "remove", "undo", "redo", "undo")
"""What is done with each tag; it stands in the end."""


class EndlessTagging:
    """Says `about`, its action and changes before an edit goes to the file, and `done` with the
    tag's row as the window shows it when the bridge says that it was committed."""

    def __init__(self, bridge: ProjectBridge, say: Say) -> None:
        self._bridge = bridge
        self._say = say
        self._number = 0
        self._tag: Tag = make_tag()
        self._latest: Edit | None = None
        bridge.undone.connect(lambda _, __: self._committed())
        bridge.refused.connect(self._refused)
        bridge.held_up.connect(self._refused)

    def go_on(self) -> None:
        step = STEPS[self._number % len(STEPS)]
        match step:
            case "add":
                self._tag = tag = make_tag(text=f"Put your gun down ({self._number})")
                self._do(lambda _: add_tags((tag,), label="Add shot"))
            case "text" | "text again":
                text = f"Get out of the car! Do not move! ({self._number})"
                self._do(lambda project: change_tag(self._in(project), label="Text", text=text))
            case "remove":
                self._do(lambda project: withdraw_tags((self._in(project),), label="Remove shot"))
            case "undo":
                self._tell("undo", self._inverse())
                self._bridge.undo()
            case "redo":
                self._tell("redo", self._inverse())
                self._bridge.redo()

    def _in(self, project: Project) -> Tag:
        return project.tags[self._tag.id]

    def _do(self, make: Callable[[Project], Edit]) -> None:
        def told(project: Project) -> Edit:
            edit = make(project)
            self._tell("do", edit)
            return edit

        self._bridge.do(told, then=self._committed)

    def _inverse(self) -> Edit:
        assert self._latest is not None
        return inverse(self._latest, label=self._latest.label)

    def _tell(self, action: Action, edit: Edit) -> None:
        self._latest = edit
        self._say(
            {
                "about": self._number,
                "action": action,
                "label": edit.label,
                "changes": [_as_json(change) for change in edit.changes],
            }
        )

    def _committed(self) -> None:
        tag = self._in(self._bridge.project)
        self._say({"done": self._number, "id": tag.id, "row": row_of(tag)})
        self._number += 1
        self.go_on()

    def _refused(self, why: str) -> None:
        self._say({"refused": why})


def tag_for_ever(project: Path, say: Say) -> None:
    """Says `ready` first; returns never."""
    application = QCoreApplication([])
    bridge = ProjectBridge(app.open_project(project, coder=CODER))
    tagging = EndlessTagging(bridge, say)
    say({"ready": True})
    tagging.go_on()
    application.exec()


def _as_json(change: Change) -> Line:
    return {
        "entity": change.entity,
        "id": change.id,
        "before": None if change.before is None else dict(change.before),
        "after": dict(change.after),
    }
