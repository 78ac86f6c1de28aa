"""An action of the window: what it is called, its keys, its menu."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an action is called and which keys start it, unless a person has chosen others.

    `needs` names what must be there for it: "" nothing, "project" an open project, "picture" a
    frame on screen, "tag" a selected tag, "span" an open one, "begun" that or a loop. `repeats`
    lets a held key start it again and again; `checkable` shows whether what it turns on is on.
    """

    id: str
    label: str
    keys: tuple[str, ...]
    group: str
    icon: str = ""
    needs: str = ""
    repeats: bool = False
    checkable: bool = False


FILE, MOVE, PLAY, TAG, VIEW, HELP = "File", "Move", "Play", "Tag", "View", "Help"
PICTURE, SOUND, PANELS = "Picture", "Sound", "Panels"
THEME = "Theme"
TIMELINE = "Timeline"
