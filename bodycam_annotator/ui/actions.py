"""Named actions: one entry each, shared by menus, buttons, keys and the F1 sheet."""

from collections.abc import Callable, Collection, Iterable, Mapping
from string import Formatter

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.key_names import bound, canonical, shown_keys
from bodycam_annotator.ui.theme import icon


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
        """Enables what needs only what is `there`, as `Named.needs` has it."""
        have = {"", *there}
        for action_id, action in self._actions.items():
            action.setEnabled(self._named[action_id].needs in have)

    def letters(self) -> dict[str, str]:
        """What single letters and digits do now, so that no code can have them as its key."""
        return {
            key.upper(): self._named[action_id].label
            for action_id, action in self._actions.items()
            for key in (sequence.toString() for sequence in action.shortcuts())
            if len(key) == 1 and key.isalnum()
        }

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
        named = {field for _, field, _, _ in Formatter().parse(text) if field}
        return text.format_map({action_id: self._name(action_id) for action_id in named})

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
