"""The list of the actions with their keys, by group."""

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QKeyEvent
from PyQt6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.key_names import shown_keys
from bodycam_annotator.ui.named_action import Named
from bodycam_annotator.ui.own_keys import SHIPPED, OwnKeys
from bodycam_annotator.ui.theme import COLORS

_ASKS = {
    Qt.Key.Key_Return: "new",
    Qt.Key.Key_Enter: "new",
    Qt.Key.Key_Insert: "further",
    Qt.Key.Key_Delete: "none",
    Qt.Key.Key_Backspace: "reset",
}
_ROW = 24
_ID = Qt.ItemDataRole.UserRole


class KeyList(QTreeWidget):
    """The actions by group. Signals: `asked` carries what a key asks for the action chosen:
    "new", "further", "none" or "reset"."""

    asked = pyqtSignal(str)

    def __init__(self, keys: OwnKeys, codebook: Codebook | None) -> None:
        super().__init__()
        self._keys = keys
        self._codebook = codebook
        self._wanted: list[str] = []
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
        self._fill()
        self.refresh()
        self.choose(ACTIONS[0].id)

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

    def _fill(self) -> None:
        groups: dict[str, QTreeWidgetItem] = {}
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        for named in ACTIONS:
            if named.group not in groups:
                group = QTreeWidgetItem(self, [named.group])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFont(0, bold)
                group.setSizeHint(0, QSize(0, _ROW))
                group.setFirstColumnSpanned(True)
                group.setExpanded(True)
                groups[named.group] = group
            row = QTreeWidgetItem(groups[named.group])
            row.setData(0, _ID, named.id)
            row.setSizeHint(0, QSize(0, _ROW))

    def refresh(self) -> None:
        """Shows the keys as they are now."""
        for row in self.rows():
            named = _named(str(row.data(0, _ID)))
            keys = self._keys.of(named.id)
            own = self._keys.is_own(named.id)
            shipped = shown_keys(SHIPPED[named.id]) or "no key"
            row.setForeground(2, QColor(COLORS.text if own else COLORS.muted))
            for column, text in enumerate((named.label, self._with_codes(keys), shipped)):
                row.setText(column, text)
                row.setToolTip(column, "")
        self._show_wanted()

    def _with_codes(self, keys: tuple[str, ...]) -> str:
        """And which of them codes have that are open now."""
        codes = self._codebook.codes if self._codebook is not None else ()
        of_codes = [f"{code.key} is the code “{code.name}”" for code in codes if code.key in keys]
        words = shown_keys(keys) or "–"
        return f"{words} ({', '.join(of_codes)})" if of_codes else words

    def look_for(self, text: str) -> None:
        """Shows only what has words or keys that begin so."""
        self._wanted = text.casefold().split()
        self._show_wanted()

    def _show_wanted(self) -> None:
        for row in self.rows():
            group = row.parent()
            parts = [row.text(0), row.text(1), group.text(0) if group is not None else ""]
            line = " " + " ".join(parts).casefold()
            row.setHidden(not all(f" {word}" in line for word in self._wanted))
        for at in range(self.topLevelItemCount()):
            heading = self.topLevelItem(at)
            if heading is not None:
                rows = [heading.child(one) for one in range(heading.childCount())]
                heading.setHidden(all(row is None or row.isHidden() for row in rows))
        current = self.currentItem()
        if current is None or current.isHidden():
            first = next((row for row in self.rows() if not row.isHidden()), None)
            self.setCurrentItem(first)


def label_of(action_id: str) -> str:
    return _named(action_id).label


def _named(action_id: str) -> Named:
    return next(named for named in ACTIONS if named.id == action_id)
