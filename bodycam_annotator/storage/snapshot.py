"""The project in memory: read once, then replaced piece by piece as changes are committed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Connection

from bodycam_annotator.errors import CodebookError, DamagedError, EditError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Entity
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.audit import Head
from bodycam_annotator.storage.repository import Thing, rows, stored, thing
from bodycam_annotator.storage.schema import ENTITIES

_Things = dict[Entity, dict[str, Thing]]


def load(connection: Connection, *, path: Path, head: Head) -> Project:
    """All of the project, whose newest audit entry is `head`. Raises `DamagedError` that names
    `path` and the row that makes no sense."""
    things: _Things = {}
    for entity in ENTITIES:
        things[entity] = {}
        for row_id, row in rows(connection, entity).items():
            try:
                things[entity][row_id] = thing(entity, row)
            except (ValueError, CodebookError) as error:
                raise DamagedError(
                    f"{path} is damaged: the {entity} {row_id} cannot be read ({error}). "
                    "Verify the project, then open a copy."
                ) from error
    if not things["incident"]:
        raise DamagedError(f"{path} is damaged: it holds no incident. Open a copy of it.")
    orphan = _orphan(things)
    if orphan is not None:
        raise DamagedError(f"{path} is damaged: {orphan}. Verify the project, then open a copy.")
    return _project(things, head)


def updated(
    project: Project,
    changes: Iterable[Change],
    *,
    audit_head: str,
    audit_entries: int | None = None,
) -> Project:
    """`project` with what `changes` leave. Without a number of its own it has the old one, as of
    changes that are not committed yet. Raises `EditError` when a row makes no sense."""
    things = _things(project)
    copied: set[Entity] = set()
    for change in changes:
        if change.entity not in copied:
            things[change.entity] = dict(things[change.entity])
            copied.add(change.entity)
        try:
            made = thing(change.entity, stored(change.entity, change.after))
        except (ValueError, CodebookError) as error:
            raise EditError(
                f"The project cannot hold this {change.entity}: {error}. Nothing was changed."
            ) from error
        things[change.entity][change.id] = made
    entries = project.audit_entries if audit_entries is None else audit_entries
    return _project(things, Head(entries, audit_head))


_REFERENCES: tuple[tuple[Entity, str, Entity], ...] = (
    ("incident", "codebook", "codebook"),
    ("camera", "incident_id", "incident"),
    ("footage", "camera_id", "camera"),
    ("tag", "footage_id", "footage"),
    ("tag", "codebook", "codebook"),
)


def _orphan(things: _Things) -> str | None:
    """What refers to something that is not there, in words: SQLite looks only when it writes."""
    for entity, name, to in _REFERENCES:
        known = things[to].keys()
        for row_id, one in things[entity].items():
            if getattr(one, name) not in known:
                return f"the {entity} {row_id} refers to a {to} that is not there"
    return None


def difference(before: Project, after: Project) -> dict[Entity, frozenset[str]]:
    """The ids of what is in only one of the two, or not the same in both."""
    old, new = _things(before), _things(after)
    found: dict[Entity, frozenset[str]] = {}
    for entity in ENTITIES:
        ids = old[entity].keys() | new[entity].keys()
        changed = frozenset(
            row_id for row_id in ids if old[entity].get(row_id) != new[entity].get(row_id)
        )
        if changed:
            found[entity] = changed
    return found


def _things(project: Project) -> _Things:
    """The mappings as they are; whoever changes one copies it first."""
    return cast(
        "_Things",
        {
            "incident": {project.incident.id: project.incident},
            "camera": project.cameras,
            "footage": project.footage,
            "codebook": project.codebooks,
            "tag": project.tags,
        },
    )


def _project(things: _Things, head: Head) -> Project:
    def view(entity: Entity) -> Mapping[str, Any]:
        found = things[entity]
        return MappingProxyType(found) if isinstance(found, dict) else found

    return Project(
        incident=cast("Incident", next(iter(things["incident"].values()))),
        cameras=cast("Mapping[str, Camera]", view("camera")),
        footage=cast("Mapping[str, Footage]", view("footage")),
        codebooks=cast("Mapping[str, Codebook]", view("codebook")),
        tags=cast("Mapping[str, Tag]", view("tag")),
        audit_head=head.hash,
        audit_entries=head.seq,
    )
