"""Named actions: one entry each, shared by menus, buttons, keys and the F1 sheet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.ui.theme import icon


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an action is called and which keys start it.

    `needs` names what must be there for it: "" nothing, "project" an open project, "picture" a
    frame on screen, "tag" a selected tag, "span" an open one. `repeats` lets a held key start it
    again and again; `checkable` shows whether what it turns on is on.
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
PICTURE, PANELS, THEME = "Picture", "Panels", "Theme"

SPARE_KEYS = ("Enter", "=", "Ctrl+=")
"""Further keys of an action that need not be shown."""

ACTIONS = (
    Named(id="open", label="Open…", keys=("Ctrl+O",), group=FILE, icon="folder-open-outline"),
    Named(id="demo", label="Open the sample incident", keys=(), group=FILE),
    Named(
        id="import",
        label="Import tags from CSV…",
        keys=("Ctrl+Shift+I",),
        group=FILE,
        needs="project",
    ),
    Named(
        id="export",
        label="Export CSV timeline…",
        keys=("Ctrl+E",),
        group=FILE,
        icon="export-variant",
        needs="project",
    ),
    Named(id="copy", label="Save a copy of the project…", keys=(), group=FILE, needs="project"),
    Named(id="save_frame", label="Save frame as PNG…", keys=(), group=FILE, needs="picture"),
    Named(id="coder", label="Coder’s name…", keys=(), group=FILE),
    Named(id="quit", label="Quit", keys=("Ctrl+Q",), group=FILE),
    Named(
        id="next_frame",
        label="One frame forward",
        keys=("Right",),
        group=MOVE,
        icon="step-forward",
        needs="picture",
        repeats=True,
    ),
    Named(
        id="previous_frame",
        label="One frame back",
        keys=("Left",),
        group=MOVE,
        icon="step-backward",
        needs="picture",
        repeats=True,
    ),
    Named(
        id="forward_10",
        label="Ten frames forward",
        keys=("Shift+Right",),
        group=MOVE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="back_10",
        label="Ten frames back",
        keys=("Shift+Left",),
        group=MOVE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="forward_1s",
        label="One second forward",
        keys=("Ctrl+Right",),
        group=MOVE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="back_1s",
        label="One second back",
        keys=("Ctrl+Left",),
        group=MOVE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="first_frame",
        label="First frame",
        keys=("Home",),
        group=MOVE,
        icon="skip-previous",
        needs="picture",
    ),
    Named(
        id="last_frame",
        label="Last frame",
        keys=("End",),
        group=MOVE,
        icon="skip-next",
        needs="picture",
    ),
    Named(
        id="go_to",
        label="Go to frame or time…",
        keys=("Ctrl+G",),
        group=MOVE,
        needs="picture",
    ),
    Named(id="next_tag", label="Next tag", keys=("Tab",), group=MOVE, needs="picture"),
    Named(
        id="previous_tag",
        label="Previous tag",
        keys=("Shift+Tab",),
        group=MOVE,
        needs="picture",
    ),
    Named(
        id="next_camera",
        label="Next camera",
        keys=("Ctrl+Tab",),
        group=MOVE,
        needs="project",
    ),
    Named(
        id="play",
        label="Play or pause",
        keys=("Space",),
        group=PLAY,
        icon="play",
        needs="picture",
    ),
    Named(id="shuttle_back", label="Shuttle back", keys=("J",), group=PLAY, needs="picture"),
    Named(id="shuttle_stop", label="Shuttle: stop", keys=("K",), group=PLAY, needs="picture"),
    Named(id="shuttle_forward", label="Shuttle forward", keys=("L",), group=PLAY, needs="picture"),
    Named(id="slower", label="Slower", keys=("[",), group=PLAY, needs="picture"),
    Named(id="faster", label="Faster", keys=("]",), group=PLAY, needs="picture"),
    Named(
        id="mark_a",
        label="Mark A here",
        keys=("Shift+A",),
        group=PLAY,
        needs="picture",
    ),
    Named(
        id="mark_b",
        label="Mark B here: the time between is shown",
        keys=("Shift+B",),
        group=PLAY,
        needs="picture",
    ),
    Named(
        id="loop",
        label="Play from A to B again and again",
        keys=("Shift+L",),
        group=PLAY,
        icon="repeat",
        needs="picture",
        checkable=True,
    ),
    Named(
        id="clear_marks",
        label="Clear A and B",
        keys=("Shift+X",),
        group=PLAY,
        needs="picture",
    ),
    Named(
        id="mute",
        label="Sound on or off",
        keys=("Ctrl+M",),
        group=PLAY,
        icon="volume-high",
        needs="picture",
    ),
    Named(
        id="choose_sound",
        label="Choose what is listened to…",
        keys=("Ctrl+Shift+M",),
        group=PLAY,
        needs="picture",
    ),
    Named(
        id="end_span",
        label="End the open span, or move the tag’s end, here",
        keys=("O",),
        group=TAG,
        needs="picture",
    ),
    Named(id="move_start", label="Move the tag’s start here", keys=("I",), group=TAG, needs="tag"),
    Named(
        id="edit_text",
        label="Edit the tag’s text",
        keys=("Return", "Enter"),
        group=TAG,
        needs="tag",
    ),
    Named(id="drop_span", label="Drop the open span", keys=("Esc",), group=TAG, needs="span"),
    Named(
        id="remove",
        label="Remove the selected tags",
        keys=("Del",),
        group=TAG,
        icon="trash-can-outline",
        needs="tag",
    ),
    Named(id="undo", label="Undo", keys=("Ctrl+Z",), group=TAG, icon="undo", needs="project"),
    Named(
        id="redo",
        label="Redo",
        keys=("Ctrl+Shift+Z", "Ctrl+Y"),
        group=TAG,
        icon="redo",
        needs="project",
    ),
    Named(
        id="filter",
        label="Find in the tags",
        keys=("Ctrl+F",),
        group=TAG,
        icon="magnify",
        needs="project",
    ),
    Named(
        id="zoom_in",
        label="Zoom the timeline in",
        keys=("+", "="),
        group=VIEW,
        icon="magnify-plus-outline",
        needs="picture",
    ),
    Named(
        id="zoom_out",
        label="Zoom the timeline out",
        keys=("-",),
        group=VIEW,
        icon="magnify-minus-outline",
        needs="picture",
    ),
    Named(
        id="zoom_all",
        label="Show the whole footage in the timeline",
        keys=("0",),
        group=VIEW,
        icon="arrow-expand-horizontal",
        needs="picture",
    ),
    Named(id="show_tags", label="Go to the tags", keys=("Ctrl+T",), group=PANELS, needs="project"),
    Named(
        id="show_history",
        label="Go to the history",
        keys=("Ctrl+H",),
        group=PANELS,
        icon="history",
        needs="project",
    ),
    Named(
        id="show_facts",
        label="Go to the footage’s facts",
        keys=("Ctrl+Shift+D",),
        group=PANELS,
        needs="project",
    ),
    Named(id="default_places", label="Default places", keys=("Ctrl+Alt+D",), group=VIEW),
    Named(
        id="move_panel", label="Move panel on", keys=("Ctrl+Alt+M",), group=PANELS, needs="project"
    ),
    Named(
        id="float_panel", label="Float panel", keys=("Ctrl+Alt+F",), group=PANELS, needs="project"
    ),
    Named(id="theme_dark", label="Dark", keys=(), group=THEME, checkable=True),
    Named(id="theme_light", label="Light", keys=(), group=THEME, checkable=True),
    Named(id="theme_system", label="As the system", keys=(), group=THEME, checkable=True),
    Named(id="full_screen", label="Full screen", keys=("F11",), group=VIEW),
    Named(
        id="fit_picture",
        label="Fit the picture to the window",
        keys=("Ctrl+0",),
        group=PICTURE,
        icon="fit-to-page-outline",
        needs="picture",
    ),
    Named(
        id="one_to_one",
        label="Show the picture 1:1",
        keys=("Ctrl+1",),
        group=PICTURE,
        icon="numeric-1-box-outline",
        needs="picture",
    ),
    Named(
        id="picture_in",
        label="Zoom the picture in",
        keys=("Ctrl++", "Ctrl+="),
        group=PICTURE,
        icon="magnify-plus-outline",
        needs="picture",
        repeats=True,
    ),
    Named(
        id="picture_out",
        label="Zoom the picture out",
        keys=("Ctrl+-",),
        group=PICTURE,
        icon="magnify-minus-outline",
        needs="picture",
        repeats=True,
    ),
    Named(
        id="pan_left",
        label="Look further left",
        keys=("Alt+Left",),
        group=PICTURE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="pan_right",
        label="Look further right",
        keys=("Alt+Right",),
        group=PICTURE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="pan_up",
        label="Look further up",
        keys=("Alt+Up",),
        group=PICTURE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="pan_down",
        label="Look further down",
        keys=("Alt+Down",),
        group=PICTURE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="turn",
        label="Turn the picture a quarter",
        keys=("Ctrl+R",),
        group=PICTURE,
        icon="rotate-right",
        needs="picture",
    ),
    Named(
        id="mirror",
        label="Mirror the picture",
        keys=("Ctrl+Shift+R",),
        group=PICTURE,
        icon="flip-horizontal",
        needs="picture",
    ),
    Named(
        id="measure",
        label="Measure in pixels",
        keys=("Ctrl+D",),
        group=PICTURE,
        icon="ruler",
        needs="picture",
        checkable=True,
    ),
    Named(
        id="enhance",
        label="Enhance the picture, or not",
        keys=("F2",),
        group=PICTURE,
        needs="picture",
        checkable=True,
    ),
    Named(
        id="compare",
        label="Compare original and enhanced",
        keys=("F3",),
        group=PICTURE,
        needs="picture",
        checkable=True,
    ),
    Named(
        id="next_preset",
        label="Next preset",
        keys=("F4",),
        group=PICTURE,
        needs="picture",
    ),
    Named(
        id="adjust",
        label="Adjust how the picture is shown",
        keys=("Ctrl+L",),
        group=PICTURE,
        needs="picture",
    ),
    Named(
        id="divider_left",
        label="Move the divider left",
        keys=("Ctrl+Shift+Left",),
        group=PICTURE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="divider_right",
        label="Move the divider right",
        keys=("Ctrl+Shift+Right",),
        group=PICTURE,
        needs="picture",
        repeats=True,
    ),
    Named(
        id="transcript",
        label="Go to the transcript",
        keys=("Ctrl+Shift+T",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="intervals",
        label="Measure the time between tags",
        keys=("Ctrl+I",),
        group=PANELS,
        needs="project",
    ),
    Named(id="shortcuts", label="Keyboard shortcuts", keys=("F1",), group=HELP),
    Named(id="about", label="About", keys=(), group=HELP),
)


class Actions:
    """The window's QActions by id, made from `ACTIONS` and bound to what they do."""

    def __init__(self, window: QWidget) -> None:
        self._named = {named.id: named for named in ACTIONS}
        self._actions: dict[str, QAction] = {}
        for named in ACTIONS:
            action = QAction(named.label, window)
            action.setShortcuts([QKeySequence(key) for key in named.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setAutoRepeat(named.repeats)
            action.setCheckable(named.checkable)
            action.setToolTip(tooltip(named.label, named.keys))
            if named.icon:
                action.setIcon(icon(named.icon))
            window.addAction(action)
            self._actions[named.id] = action

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def bind(self, handlers: dict[str, Callable[[], object]]) -> None:
        """Every action needs a handler: `KeyError` names one that has none."""
        for action_id, action in self._actions.items():
            handler = handlers[action_id]
            action.triggered.connect(lambda _checked=False, handler=handler: handler())

    def enable(self, there: Iterable[str]) -> None:
        """Enables what needs only what is `there`: of "project", "picture", "tag", "span"."""
        have = {"", *there}
        for action_id, action in self._actions.items():
            action.setEnabled(self._named[action_id].needs in have)

    def group(self, name: str) -> list[QAction]:
        return [self._actions[named.id] for named in ACTIONS if named.group == name]


def tooltip(label: str, keys: Iterable[str]) -> str:
    shown = [key for key in keys if key not in SPARE_KEYS]
    return f"{label}  ({', '.join(shown)})" if shown else label
