"""Named actions: one entry each, shared by menus, buttons, keys and the F1 sheet."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.ui.key_names import bound, canonical, shown_keys
from bodycam_annotator.ui.theme import icon


@dataclass(frozen=True, kw_only=True)
class Named:
    """What an action is called and which keys start it, unless a person has chosen others.

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
PICTURE, PANELS = "Picture", "Panels"

ACTIONS = (
    Named(id="open", label="Open…", keys=("Ctrl+O",), group=FILE, icon="folder-open-outline"),
    Named(id="demo", label="Open the sample incident", keys=("Ctrl+Shift+O",), group=FILE),
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
    Named(
        id="copy",
        label="Save a copy of the project…",
        keys=("Ctrl+Shift+S",),
        group=FILE,
        needs="project",
    ),
    Named(
        id="save_frame",
        label="Save frame as PNG…",
        keys=("Ctrl+Shift+P",),
        group=FILE,
        needs="picture",
    ),
    Named(id="coder", label="Coder’s name…", keys=("Ctrl+Shift+N",), group=FILE),
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
        id="choose_camera",
        label="Choose the camera…",
        keys=("Ctrl+K",),
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
        id="difference",
        label="Show what moved since the frame before",
        keys=("F5",),
        group=PICTURE,
        needs="picture",
        checkable=True,
    ),
    Named(
        id="choose_preset",
        label="Choose a preset…",
        keys=("Shift+F4",),
        group=PICTURE,
        needs="picture",
    ),
    Named(
        id="save_preset",
        label="Save the settings as a preset of your own…",
        keys=("Ctrl+F2",),
        group=PICTURE,
        needs="picture",
    ),
    Named(
        id="delete_preset",
        label="Delete this preset of your own",
        keys=("Ctrl+F3",),
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
    Named(
        id="find_said",
        label="Find in what was said",
        keys=("Ctrl+Shift+F",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="copy_said",
        label="Copy what the transcript lists",
        keys=("Ctrl+Shift+C",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="copy_interval",
        label="Copy the chosen interval as a sentence",
        keys=("Ctrl+Alt+C",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="export_intervals",
        label="Export the intervals as CSV…",
        keys=("Ctrl+Shift+E",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="find_history",
        label="Find in the history",
        keys=("Ctrl+Shift+H",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="history_coders",
        label="Choose whose edits the history shows",
        keys=("Ctrl+Alt+H",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="history_of_tag",
        label="History of all or of the selected tag",
        keys=("Ctrl+Alt+T",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="sort_next",
        label="Sort the tags by the next column",
        keys=("F7",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="sort_other_way",
        label="Sort the tags the other way round",
        keys=("Shift+F7",),
        group=PANELS,
        needs="project",
    ),
    Named(
        id="go_codes",
        label="Go to the buttons of the codes",
        keys=("Ctrl+B",),
        group=PANELS,
        needs="picture",
    ),
    Named(
        id="go_picture",
        label="Go back to the picture",
        keys=("F8",),
        group=PANELS,
    ),
    Named(
        id="go_message",
        label="Go to the message’s buttons",
        keys=("F6",),
        group=PANELS,
    ),
    Named(
        id="dismiss",
        label="Dismiss the message",
        keys=("Shift+F6",),
        group=PANELS,
    ),
    Named(
        id="stop_job",
        label="Stop what is running",
        keys=("Ctrl+.",),
        group=PANELS,
    ),
    Named(
        id="go_menus",
        label="Go to the menus",
        keys=("F10",),
        group=PANELS,
    ),
    Named(id="shortcuts", label="Keyboard shortcuts", keys=("F1",), group=HELP),
    Named(id="keys", label="Change keys…", keys=("Ctrl+F1",), group=HELP),
    Named(id="about", label="About", keys=("Shift+F1",), group=HELP),
)


class Actions(QObject):
    """The window's QActions by id, made from `ACTIONS` and bound to what they do.

    Signals: `keys_changed` when any of them has other keys than before.
    """

    keys_changed = pyqtSignal()

    def __init__(self, window: QWidget, keys: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """`keys` by action id, in the spelling of `canonical`; else those of `ACTIONS`."""
        super().__init__(window)
        self._named = {named.id: named for named in ACTIONS}
        self._actions: dict[str, QAction] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._of_codes: Collection[str] = ()
        self._told: list[tuple[Callable[[str], object], str]] = []
        for named in ACTIONS:
            action = QAction(named.label, window)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setAutoRepeat(named.repeats)
            action.setCheckable(named.checkable)
            if named.icon:
                action.setIcon(icon(named.icon))
            window.addAction(action)
            self._actions[named.id] = action
        shipped = {named.id: tuple(map(canonical, named.keys)) for named in ACTIONS}
        self.set_keys(shipped if keys is None else keys)

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

    # Keys

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """By action id, in the spelling of `canonical`."""
        self._keys = dict(keys)
        for action_id, action in self._actions.items():
            mine = self.keys(action_id)
            action.setShortcuts(bound(mine))
            action.setToolTip(tooltip(self._named[action_id].label, mine))
        for say, text in self._told:
            say(self.words(text))
        self.keys_changed.emit()

    def leave_to_codes(self, keys: Collection[str]) -> list[str]:
        """Codes have these from now on, or it would be open which of both is meant.

        Returns the labels of the actions that lose them by it.
        """
        before, self._of_codes = set(self._of_codes), tuple(keys)
        if set(keys) == before:
            return []
        self.set_keys(self._keys)
        return [
            self._named[action_id].label
            for action_id, mine in self._keys.items()
            if set(mine) & (set(keys) - before)
        ]

    def keys(self, action_id: str) -> tuple[str, ...]:
        """What starts it now."""
        return tuple(key for key in self._keys[action_id] if key not in self._of_codes)

    def words(self, text: str) -> str:
        """`text` with the key of an action for its `{id}`; where it has none, how else to come
        by it."""
        return text.format_map({action_id: self._name(action_id) for action_id in self._named})

    def tell(self, say: Callable[[str], object], text: str) -> None:
        """Calls `say` with `words(text)`, now and whenever keys have changed."""
        self._told.append((say, text))
        say(self.words(text))

    def _name(self, action_id: str) -> str:
        named = self._named[action_id]
        first = self.keys(action_id)[:1]
        return shown_keys(first) if first else f"“{named.label}” (menu {named.group})"


def tooltip(label: str, keys: tuple[str, ...]) -> str:
    words = shown_keys(keys, between=", ")
    return f"{label}  ({words})" if words else label
