"""The dialog in which a person chooses the keys of actions."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.errors import UserError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.key_field import KeyField
from bodycam_annotator.ui.key_list import KeyList, label_of
from bodycam_annotator.ui.key_names import doubt, remark, spoken, spoken_keys, why_not
from bodycam_annotator.ui.own_keys import SHIPPED, OwnKeys
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import COLORS

_HOW = (
    "Enter: press a new key · Insert: a further key · Del: no key · Backspace: the key it comes "
    "with. Every change is kept at once."
)
_FILES = "Keys (*.toml)"


class KeysDialog(QDialog):
    """Search, list, what is to be known of a key, and the buttons."""

    def __init__(
        self, keys: OwnKeys, codebook: Codebook | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self._keys = keys
        self._codebook = codebook
        self._action_id = self._pending = ""
        self._adds = False
        self.search = TextField()
        self.search.setPlaceholderText("Find an action or a key")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find an action or a key")
        self.list = KeyList(keys, codebook)
        self.words = PlainLabel(_HOW)
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(self.words.fontMetrics().lineSpacing() * 3)
        self.words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.field = KeyField()
        self.use = _button("Use it", self._use)
        self.again = _button("Another key", self._wait)
        self.cancel = _button("Cancel", self._cancel)
        self._make_buttons()
        self._lay_out()
        self._refresh()
        self.search.textChanged.connect(self.list.look_for)
        self.search.installEventFilter(self)
        self.list.asked.connect(self._do)
        self.field.pressed.connect(self._take)
        self.field.left.connect(self._leave_field)
        self.resize(760, 640)
        self._show_state()
        self.search.setFocus()
        if keys.problems:
            self._say(" ".join(keys.problems), warns=True)

    @classmethod
    def ask(cls, keys: OwnKeys, codebook: Codebook | None, parent: QWidget | None) -> None:
        cls(keys, codebook, parent).exec()

    def eventFilter(self, watched: object, event: QEvent | None) -> bool:
        """From the search field one goes on into the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go_to_list()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return False

    def reject(self) -> None:
        """Escape first ends what was begun last."""
        if self._action_id:
            self._cancel()
        else:
            super().reject()

    # Files

    def export_to(self, path: Path) -> None:
        try:
            self._keys.export_to(path)
        except UserError as error:
            self._say(str(error), warns=True)
        else:
            self._say(f"All keys are in {path} now.")

    def import_from(self, path: Path) -> None:
        said = self._trying(lambda: self._keys.import_from(path))
        if said is not None:
            self._refresh()
            was = f" The keys you had are in {self._keys.before}." * self._keys.before.is_file()
            self._say(" ".join([f"The keys of {path.name} are yours now.{was}", *said]))

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export keys", "keys.toml", _FILES)
        if name:
            self.export_to(Path(name))

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import keys", "", _FILES)
        if name:
            self.import_from(Path(name))

    # What is asked for an action

    def _do(self, what: str) -> None:
        action_id = self.list.chosen()
        if not action_id:
            return
        if what in ("new", "further"):
            self._action_id, self._adds = action_id, what == "further"
            self._wait()
            return
        if what == "none":
            said = self._trying(lambda: self._keys.give(action_id, ()))
            done = f"“{label_of(action_id)}” has no key now; it is in the menus."
        else:
            said = self._trying(lambda: self._keys.reset(action_id))
            words = spoken_keys(SHIPPED[action_id]) or "no key"
            done = f"“{label_of(action_id)}” has what it comes with: {words}."
        self._finish(done, said)

    def _reset_all(self) -> None:
        said = self._trying(self._keys.reset_all)
        was = f" Yours are kept in {self._keys.before}." * self._keys.before.is_file()
        self._finish(f"All actions have the keys that they come with.{was}", said)

    def _wait(self) -> None:
        """For a key to be pressed."""
        self._pending = ""
        more = "A further key" if self._adds else "The new key"
        self._say(f"{more} of “{label_of(self._action_id)}” (Esc: leave it as it is):")
        self.field.setAccessibleName(f"{more} of {label_of(self._action_id)}")
        self._show_state()
        self.field.setFocus()

    def _take(self, key: str) -> None:
        """Said first what speaks against it. Escape, as everywhere, ends what was begun."""
        if key == "Esc":
            self._cancel()
            return
        refused = why_not(key, self._codebook)
        if refused:
            self._say(f"{refused} Press another key.", warns=True)
            return
        holder = self._keys.holder(key)
        against = doubt(key)
        if holder is not None and holder.id != self._action_id:
            taken = f"{spoken(key)} is “{holder.label}”; take it from there?"
            self._ask(key, f"{against} {taken}".strip(), "Take it")
        elif against:
            self._ask(key, f"{against} Use it all the same?", "Use it")
        else:
            self._pending = key
            self._use()

    def _ask(self, key: str, words: str, button: str) -> None:
        self._pending = key
        self._say(words, warns=True)
        self.use.setText(button)
        self._show_state()
        self.use.setFocus()

    def _use(self) -> None:
        action_id, key = self._action_id, self._pending
        had = self._keys.of(action_id) if self._adds else ()
        said = self._trying(lambda: self._keys.give(action_id, (*had, key)))
        words = spoken_keys(self._keys.of(action_id))
        self._finish(f"“{label_of(action_id)}” is {words} now. {remark(key)}".rstrip(), said)

    def _cancel(self) -> None:
        self._finish(_HOW, [])

    def _leave_field(self) -> None:
        """By the mouse, not because something is asked now."""
        if self._action_id and not self._pending:
            self._cancel()

    def _finish(self, done: str, said: list[str] | None) -> None:
        """`said` is None where a sentence on what went wrong stands already."""
        action_id = self.list.chosen()
        self._action_id = self._pending = ""
        self._refresh()
        self.list.choose(action_id)
        self._show_state()
        self.list.setFocus()
        if said is not None:
            self._say(" ".join([done, *said]))

    def _trying(self, change: Callable[[], list[str] | None]) -> list[str] | None:
        """What it says, with what could not be used; None when it failed, which is said."""
        try:
            said = change()
        except UserError as error:
            self._say(f"{error} What you chose holds until the program ends.", warns=True)
            return None
        return said if said is not None else self._keys.problems

    # Showing

    def _refresh(self) -> None:
        self.list.refresh()
        self.all.setEnabled(self._keys.any_own)

    def _go_to_list(self) -> None:
        if self.list.chosen():
            self.list.setFocus()

    def _say(self, words: str, *, warns: bool = False) -> None:
        self.words.setText(words)
        self.words.setStyleSheet(f"color: {COLORS.warn}" if warns else "")

    def _show_state(self) -> None:
        """The field while a key is waited for, the answers while something is asked."""
        self.field.setVisible(bool(self._action_id) and not self._pending)
        for button in (self.use, self.again, self.cancel):
            button.setVisible(bool(self._action_id) and bool(self._pending))
        for button in self._idle:
            button.setVisible(not self._action_id)

    def _make_buttons(self) -> None:
        self.new = _button("New key", lambda: self._do("new"))
        self.further = _button("Further key", lambda: self._do("further"))
        self.none = _button("No key", lambda: self._do("none"))
        self.one = _button("Reset", lambda: self._do("reset"))
        self.all = _button("Reset all", self._reset_all)
        self.exporting = _button("Export…", self._ask_export)
        self.importing = _button("Import…", self._ask_import)
        self.closing = _button("Close", self.reject)
        self._idle = (self.new, self.further, self.none, self.one)

    def _lay_out(self) -> None:
        of_one = QHBoxLayout()
        of_one.setSpacing(8)
        for part in (*self._idle, self.field, self.use, self.again, self.cancel):
            of_one.addWidget(part)
        of_one.addStretch(1)
        of_all = QHBoxLayout()
        of_all.setSpacing(8)
        for part in (self.all, self.exporting, self.importing):
            of_all.addWidget(part)
        of_all.addStretch(1)
        of_all.addWidget(self.closing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.words)
        layout.addLayout(of_one)
        layout.addLayout(of_all)


def _button(text: str, do: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(lambda: do())
    return button
