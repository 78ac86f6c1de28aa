"""The look being put together, the presets, and both kept from day to day."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bodycam_annotator.media.enhance import PRESETS, Look

AS_RECORDED = "As recorded"
OWN_SETTINGS = "Own settings"


class Looks:
    """Presets, those built in and a person's own.

    Attributes:
        look: the settings as they are.
    """

    def __init__(self) -> None:
        self.look = Look()
        self._own: dict[str, Look] = {}

    @property
    def presets(self) -> dict[str, Look]:
        return {**PRESETS, **self._own}

    @property
    def name(self) -> str:
        """The preset that the settings are, or what they are instead."""
        if not self.look.is_on:
            return AS_RECORDED
        return next((name for name, one in self.presets.items() if one == self.look), OWN_SETTINGS)

    @property
    def is_own(self) -> bool:
        """Whether the settings are a preset of the person's own."""
        return self.name in self._own

    @property
    def next_name(self) -> str:
        """The preset after the one that the settings are; the first after the last."""
        names = list(self.presets)
        return names[(names.index(self.name) + 1) % len(names)] if self.name in names else names[0]

    def save_as(self, name: str) -> None:
        """Names the settings; an own name is used anew. Raises `ValueError` for another's."""
        name = " ".join(name.split())
        if not name or name in (*PRESETS, AS_RECORDED, OWN_SETTINGS):
            raise ValueError(f"“{name}” cannot be a preset’s name. Choose another.")
        self._own[name] = self.look

    def delete(self) -> None:
        """Forgets the person’s own preset that the settings are."""
        self._own.pop(self.name, None)

    # Kept from day to day

    def restore(self, last: str, own: str) -> None:
        """Texts of `last_text` and `own_text`, or empty."""
        self._own = {name: one for name, one in looks_in(own).items() if name not in PRESETS}
        self.look = looks_in(last).get("last", Look())

    @property
    def last_text(self) -> str:
        return looks_text({"last": self.look})

    @property
    def own_text(self) -> str:
        return looks_text(self._own)


def looks_text(looks: Mapping[str, Look]) -> str:
    """JSON, by name."""
    return json.dumps({name: asdict(look) for name, look in looks.items()}, ensure_ascii=False)


def looks_in(text: str) -> dict[str, Look]:
    """The looks in a text of `looks_text`; what is not one is left out, as settings are only a
    convenience and may come from another version."""
    try:
        stored = json.loads(text)
    except ValueError:
        return {}
    found = {name: _look(one) for name, one in stored.items()} if isinstance(stored, dict) else {}
    return {name: look for name, look in found.items() if look is not None}


def _look(stored: Any) -> Look | None:  # noqa: ANN401 - whatever JSON has
    try:
        return Look(**stored)
    except (TypeError, ValueError):
        return None
