"""What the window remembers from one day to the next: its shape and what was open last."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings

from bodycam_annotator.config import settings_folder
from bodycam_annotator.ui.theme import Theme

MOST_RECENT = 12
_PLACES = ("state", "shares")

Share = tuple[float, float]
"""Of the width and of the height of the window, 0 to 1."""


LONGEST_REACTION_MS = 1000


class WindowSettings:
    """Kept as an INI file, in this person's settings folder unless `folder` is given.

    Attributes: `keys_file` is where the person's own keys are (`OwnKeys`).
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or settings_folder()
        self.keys_file = folder / "keys.toml"
        self._settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    def recent(self) -> list[Path]:
        """Newest first; files that are gone are left out."""
        stored = self._settings.value("recent", [])
        texts = [stored] if isinstance(stored, str) else stored or []
        return [path for path in map(Path, texts) if path.is_file()]

    def add_recent(self, path: Path) -> None:
        path = path.absolute()
        paths = [path, *(other for other in self.recent() if other != path)]
        self._settings.setValue("recent", [str(one) for one in paths[:MOST_RECENT]])

    def place(self, project: Path) -> tuple[str, int]:
        """The footage id and frame at which the project was left; empty and 0 when unknown."""
        stored = self._settings.value(f"places/{_key(project)}")
        if isinstance(stored, list) and len(stored) == 2 and str(stored[1]).isdecimal():
            return str(stored[0]), int(stored[1])
        return "", 0

    def keep_place(self, project: Path, footage_id: str, ordinal: int) -> None:
        self._settings.setValue(f"places/{_key(project)}", [footage_id, ordinal])

    def looks(self) -> tuple[str, str]:
        """The last look and the person's own presets, as JSON text; empty when unknown."""
        stored = [self._settings.value(f"looks/{name}", "") for name in ("last", "own")]
        last, own = (one if isinstance(one, str) else "" for one in stored)
        return last, own

    def keep_looks(self, last: str, own: str) -> None:
        self._settings.setValue("looks/last", last)
        self._settings.setValue("looks/own", own)

    def clip_choices(self) -> str:
        """What was chosen for clips last, as `kept_choices` has it; empty when unknown."""
        stored = self._settings.value("clips/choices", "")
        return stored if isinstance(stored, str) else ""

    def keep_clip_choices(self, text: str) -> None:
        self._settings.setValue("clips/choices", text)

    def scrubs(self) -> bool:
        """Whether stepping and dragging are to be heard; they are until somebody says no."""
        return str(self._settings.value("sound/scrubs", "yes")) != "no"

    def keep_scrubs(self, scrubs: bool) -> None:
        self._settings.setValue("sound/scrubs", "yes" if scrubs else "no")

    def reaction_ms(self) -> int:
        stored = str(self._settings.value("tagging/reaction_ms", "0"))
        return min(int(stored), LONGEST_REACTION_MS) if stored.isdecimal() else 0

    def keep_reaction_ms(self, reaction_ms: int) -> None:
        self._settings.setValue("tagging/reaction_ms", str(reaction_ms))

    def switch(self, name: str, *, otherwise: bool) -> bool:
        """Whether the action of that id, which turns something on and off, was left on."""
        stored = self._settings.value(f"switches/{name}")
        return stored == "on" if stored in ("on", "off") else otherwise

    def keep_switch(self, name: str, *, on: bool) -> None:
        self._settings.setValue(f"switches/{name}", "on" if on else "off")

    def theme(self) -> Theme:
        stored = self._settings.value("theme", "")
        return Theme(stored) if stored in list(Theme) else Theme.DARK

    def keep_theme(self, theme: Theme) -> None:
        self._settings.setValue("theme", theme.value)

    def places(self) -> tuple[QByteArray | None, dict[str, Share]]:
        """Where the panels are, as Qt has it, and the share of the window that each has by name;
        None and nothing while nobody has arranged them, or what is kept is damaged."""
        state, text = (self._settings.value(f"places_of_panels/{name}") for name in _PLACES)
        try:
            return (state, _shares(str(text))) if isinstance(state, QByteArray) else (None, {})
        except (ValueError, TypeError, IndexError, KeyError):
            return None, {}

    def keep_places(self, state: QByteArray, shares: Mapping[str, Share]) -> None:
        for name, value in zip(_PLACES, (state, json.dumps(shares)), strict=True):
            self._settings.setValue(f"places_of_panels/{name}", value)

    def forget_places(self) -> None:
        self._settings.remove("places_of_panels")

    def shape(self, name: str) -> QByteArray | None:
        stored = self._settings.value(f"shape/{name}")
        return stored if isinstance(stored, QByteArray) else None

    def keep_shape(self, name: str, shape: QByteArray) -> None:
        self._settings.setValue(f"shape/{name}", shape)


def _shares(text: str) -> dict[str, Share]:
    """Raises `ValueError` for what is not a text of `keep_places`."""
    stored = json.loads(text)
    if not isinstance(stored, dict):
        raise ValueError("not by name")
    shares = {str(name): (float(one[0]), float(one[1])) for name, one in stored.items()}
    if not all(0 < part <= 1 for share in shares.values() for part in share):
        raise ValueError("not parts of the window")
    return shares


def _key(project: Path) -> str:
    """A project's name among settings; paths have slashes, which would make groups."""
    return hashlib.sha256(str(project.absolute()).encode("utf-8", "surrogateescape")).hexdigest()
