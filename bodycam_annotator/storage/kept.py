"""One thing that is kept aside until it is in a project, and reading it from what may be anybody's
file."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bodycam_annotator.errors import UserError
from bodycam_annotator.model.edits import Change, Edit
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage import repository
from bodycam_annotator.storage.audit import change_as_json
from bodycam_annotator.storage.schema import key_of

_log = logging.getLogger(__name__)

Kind = Literal["edit", "text", "span"]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing kept: an `edit` (`edit_content`), a `text` (`tag`, `field` and `text` typed into
    it, and what was there `before`, which older files lack) or an open `span` (a tag's row)."""

    kind: Kind
    content: Mapping[str, Any]

    def edit(self) -> tuple[Edit, str]:
        """The edit and the playback speed it was made at. Raises `ValueError` for what is none."""
        try:
            changes = tuple(Change(**change) for change in self.content["changes"])
            return Edit(label=self.content["label"], changes=changes), self.content["speed"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"no edit: {error}") from error

    def span(self) -> Tag:
        """Raises `ValueError` for what is no tag."""
        try:
            thing = repository.thing("tag", repository.stored("tag", self.content))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no tag: {error}") from error
        assert isinstance(thing, Tag)
        return thing


def edit_content(edit: Edit, *, speed: str) -> dict[str, Any]:
    changes = [change_as_json(change) for change in edit.changes]
    return {"label": edit.label, "changes": changes, "speed": speed}


def read_kept(path: Path, kind: object, text: object) -> Kept | None:
    """None for what this program did not write: the file may be anybody's."""
    try:
        content = json.loads(str(text))
        if kind == "text":
            fits = set(content) - {"before"} == {"tag", "field", "text"}
            fits = fits and all(isinstance(one, str) for one in content.values())
            return Kept(kind="text", content=content) if fits else None
        if kind == "edit":
            kept = Kept(kind="edit", content=content)
            _refuse_odd(*kept.edit())
            return kept
        if kind == "span":
            kept = Kept(kind="span", content=content)
            kept.span()
            return kept
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UserError) as error:
        _log.warning("%s holds what is no %s (%r)", path, kind, error)
    return None


def _refuse_odd(edit: Edit, speed: str) -> None:
    """Raises `ValueError`, `TypeError`, `KeyError` or `UserError`."""
    if not isinstance(edit.label, str) or not isinstance(speed, str):
        raise ValueError("a label or speed that is no text")
    for change in edit.changes:
        for row in (change.before, change.after):
            if row is not None and row[key_of(change.entity)] != change.id:
                raise ValueError("a change of one thing with the row of another")
            if row is not None:
                repository.thing(change.entity, repository.stored(change.entity, row))
