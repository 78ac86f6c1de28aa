"""One undoable change to a project, as data: what was there before and what is there after.

Undo applies the inverse as a new edit, so nothing that was ever recorded goes away: taking back
a new tag withdraws it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from bodycam_annotator.errors import EditError
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.tag import NO_TEXT, Tag, utc_now

Entity = Literal["incident", "camera", "footage", "codebook", "tag"]
Row = Mapping[str, Any]
"""An entity's fields as JSON can hold them; of a codebook the id is its label."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entity's row before (None: it is new) and after."""

    entity: Entity
    id: str
    before: Row | None
    after: Row


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Changes that are made, undone and redone together. `label` is what Undo shows."""

    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an edit touched, for views to refresh: ids by entity, and the edit's label."""

    label: str
    touched: Mapping[Entity, frozenset[str]]

    def ids(self, entity: Entity) -> frozenset[str]:
        return self.touched.get(entity, frozenset())


def row_of(thing: Incident | Camera | Footage | Tag) -> dict[str, Any]:
    """The fields of `thing` as JSON can hold them: enums and fractions as text."""
    row: dict[str, Any] = {}
    for entry in fields(thing):
        value = getattr(thing, entry.name)
        if entry.name == "time_base":
            value = str(value)
        elif entry.name == "attributes":
            value = dict(sorted(value.items()))
        elif isinstance(value, str):
            value = str(value)
        row[entry.name] = value
    return row


def add_tags(tags: tuple[Tag, ...], *, label: str) -> Edit:
    return Edit(
        label=label,
        changes=tuple(
            Change(entity="tag", id=tag.id, before=None, after=row_of(tag)) for tag in tags
        ),
    )


def change_tag(tag: Tag, *, label: str, **values: Any) -> Edit:  # noqa: ANN401 - Tag's fields
    """Raises `EditError` when the values make no tag, such as an end before the start."""
    for name, value in values.items():
        texts = value.values() if isinstance(value, Mapping) else [value]
        if any(isinstance(text, str) and NO_TEXT.search(text) for text in texts):
            raise EditError(f"The tag's {name} holds a character that is no text; retype it.")
    try:
        after = replace(tag, **values, modified_utc=utc_now())
    except ValueError as error:
        raise EditError(f"{label} cannot be done: {error}.") from error
    return Edit(
        label=label,
        changes=(Change(entity="tag", id=tag.id, before=row_of(tag), after=row_of(after)),),
    )


def withdraw_tags(tags: tuple[Tag, ...], *, label: str) -> Edit:
    return Edit(
        label=label,
        changes=tuple(change_tag(tag, label=label, withdrawn=True).changes[0] for tag in tags),
    )


def inverse(edit: Edit, *, label: str) -> Edit:
    """The edit that takes `edit` back. Raises `EditError` for what cannot be taken back.

    A codebook that `edit` added stays, as tags may have been made under it since; what the edit
    changed to name it names again what it did before.
    """
    others = [change for change in edit.changes if not _adds_codebook(change)]
    changes = others or edit.changes
    return Edit(label=label, changes=tuple(_inverse(change) for change in reversed(changes)))


def _adds_codebook(change: Change) -> bool:
    return change.entity == "codebook" and change.before is None


def _inverse(change: Change) -> Change:
    if change.before is not None:
        return replace(change, before=change.after, after=change.before)
    if change.entity != "tag":
        raise EditError(f"Adding a {change.entity} cannot be undone; it stays in the project.")
    return replace(change, before=change.after, after={**change.after, "withdrawn": True})
