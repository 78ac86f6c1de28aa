"""The dialog in which a person chooses the keys of actions."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QKeyEvent
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.errors import UserError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.actions import ACTIONS, Named
from bodycam_annotator.ui.key_field import KeyField
from bodycam_annotator.ui.key_names import doubt, remark, shown, shown_keys, why_not
from bodycam_annotator.ui.own_keys import SHIPPED, OwnKeys
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import COLORS

_HOW = (
    "Enter: press a new key · Insert: a further key · Del: no key · Backspace: the key it comes "
    "with. Every change is kept at once."
)
_ASKS = {
    Qt.Key.Key_Return: "new",
    Qt.Key.Key_Enter: "new",
    Qt.Key.Key_Insert: "further",
    Qt.Key.Key_Delete: "none",
    Qt.Key.Key_Backspace: "reset",
}
_FILES = "Keys (*.toml)"
_ROW = 24
_ID = Qt.ItemDataRole.UserRole


class KeyList(QTreeWidget):
    """The actions by group. Signals: `asked` carries what a key asks for the action chosen:
    "new", "further", "none" or "reset"."""

    asked = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(3)
        self.setHeaderLabels(["Action", "Keys", "Comes with"])
        self.setRootIsDecorated(False)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setAccessibleName("Actions and their keys")
        self.itemDoubleClicked.connect(lambda *_: self.asked.emit("new"))
        header = self.header()
        assert header is not None
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionsMovable(False)
        for column, width in ((1, 200), (2, 160)):
            header.resizeSection(column, width)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        wanted = _ASKS.get(Qt.Key(event.key())) if event is not None else None
        if wanted is not None:
            self.asked.emit(wanted)
        else:
            super().keyPressEvent(event)

    def chosen(self) -> str:
        """The action's id, or empty."""
        item = self.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def choose(self, action_id: str) -> None:
        for item in self.rows():
            if item.data(0, _ID) == action_id:
                self.setCurrentItem(item)

    def rows(self) -> list[QTreeWidgetItem]:
        groups = [self.topLevelItem(at) for at in range(self.topLevelItemCount())]
        return [
            row
            for group in groups
            if group is not None
            for row in (group.child(at) for at in range(group.childCount()))
            if row is not None
        ]


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
        self.list = KeyList()
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
        self._fill()
        self.search.textChanged.connect(self._look_for)
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
            done = f"“{_label(action_id)}” has no key now; it is in the menus."
        else:
            said = self._trying(lambda: self._keys.reset(action_id))
            words = shown_keys(SHIPPED[action_id]) or "no key"
            done = f"“{_label(action_id)}” has what it comes with: {words}."
        self._finish(done, said)

    def _reset_all(self) -> None:
        said = self._trying(self._keys.reset_all)
        was = f" Yours are kept in {self._keys.before}." * self._keys.before.is_file()
        self._finish(f"All actions have the keys that they come with.{was}", said)

    def _wait(self) -> None:
        """For a key to be pressed."""
        self._pending = ""
        more = "A further key" if self._adds else "The new key"
        self._say(f"{more} of “{_label(self._action_id)}”:")
        self.field.setAccessibleName(f"{more} of {_label(self._action_id)}")
        self._show_state()
        self.field.setFocus()

    def _take(self, key: str) -> None:
        """Said first what speaks against it."""
        refused = why_not(key, self._codebook)
        if refused:
            self._say(f"{refused} Press another key.", warns=True)
            return
        holder = self._keys.holder(key)
        against = doubt(key)
        if holder is not None and holder.id != self._action_id:
            taken = f"{shown(key)} is “{holder.label}”; take it from there?"
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
        words = shown_keys(self._keys.of(action_id))
        self._finish(f"“{_label(action_id)}” is {words} now. {remark(key)}".rstrip(), said)

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

    def _fill(self) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for named in ACTIONS:
            if named.group not in groups:
                group = QTreeWidgetItem(self.list, [named.group])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFont(0, bold)
                group.setSizeHint(0, QSize(0, _ROW))
                group.setFirstColumnSpanned(True)
                group.setExpanded(True)
                groups[named.group] = group
            row = QTreeWidgetItem(groups[named.group])
            row.setData(0, _ID, named.id)
            row.setSizeHint(0, QSize(0, _ROW))
        self._refresh()
        self.list.choose(ACTIONS[0].id)

    def _refresh(self) -> None:
        for row in self.list.rows():
            named = _named(str(row.data(0, _ID)))
            keys = self._keys.of(named.id)
            own = self._keys.is_own(named.id)
            shipped = (shown_keys(SHIPPED[named.id]) or "no key") if own else ""
            for column, text in enumerate((named.label, self._with_codes(keys), shipped)):
                row.setText(column, text)
                row.setToolTip(column, "")
        self._look_for(self.search.text())
        self.all.setEnabled(any(self._keys.is_own(named.id) for named in ACTIONS))

    def _with_codes(self, keys: tuple[str, ...]) -> str:
        """And which of them codes have that are open now."""
        codes = self._codebook.codes if self._codebook is not None else ()
        of_codes = [f"{code.key} is the code “{code.name}”" for code in codes if code.key in keys]
        words = shown_keys(keys) or "–"
        return f"{words} ({', '.join(of_codes)})" if of_codes else words

    def _look_for(self, text: str) -> None:
        """Words and keys that begin so."""
        wanted = text.casefold().split()
        for row in self.list.rows():
            group = row.parent()
            parts = [row.text(0), row.text(1), group.text(0) if group is not None else ""]
            line = " " + " ".join(parts).casefold()
            row.setHidden(not all(f" {word}" in line for word in wanted))
        for at in range(self.list.topLevelItemCount()):
            heading = self.list.topLevelItem(at)
            if heading is not None:
                rows = [heading.child(one) for one in range(heading.childCount())]
                heading.setHidden(all(row is None or row.isHidden() for row in rows))
        current = self.list.currentItem()
        if current is None or current.isHidden():
            first = next((row for row in self.list.rows() if not row.isHidden()), None)
            self.list.setCurrentItem(first)

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


def _named(action_id: str) -> Named:
    return next(named for named in ACTIONS if named.id == action_id)


def _label(action_id: str) -> str:
    return _named(action_id).label
