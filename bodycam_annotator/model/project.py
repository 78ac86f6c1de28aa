"""All of a project at one moment, as data: what exporters write and views show."""

from collections.abc import Mapping
from dataclasses import dataclass

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.tag import Tag


@dataclass(frozen=True, kw_only=True)
class Project:
    """Mappings are by id (codebooks: by label) in the order in which things were added.

    `tags` holds withdrawn ones too; `standing_tags` does not. `audit_head` is the hash of the
    newest audit entry, `audit_entries` its number.
    """

    incident: Incident
    cameras: Mapping[str, Camera]
    footage: Mapping[str, Footage]
    codebooks: Mapping[str, Codebook]
    tags: Mapping[str, Tag]
    audit_head: str
    audit_entries: int

    @property
    def codebook(self) -> Codebook:
        """The codebook that new tags are made under."""
        return self.codebooks[self.incident.codebook]

    @property
    def standing_tags(self) -> list[Tag]:
        return [tag for tag in self.tags.values() if not tag.withdrawn]

    def camera_of(self, footage_id: str) -> Camera:
        return self.cameras[self.footage[footage_id].camera_id]
