"""The window in which it is seen which clips are being made, and how far they are."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QModelIndex, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices, QKeyEvent, QKeySequence, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.ui.clip_rows import FILE, STATE, WHAT, Row, State, as_text
from bodycam_annotator.ui.clip_work import ClipWork
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.row_keys import RowsView
from bodycam_annotator.ui.theme import scaled, set_tone

_SIZE = (880, 460)
_WIDTHS = {WHAT: 84, STATE: 300}
_ROW = 26
_BUSY = 0, 0


class _Table(RowsView):
    """Copies the rows that are chosen."""

    copied = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        else:
            super().keyPressEvent(event)


class _CutAtEnd(QStyledItemDelegate):
    """A sentence is cut at its end; a name in the middle, as both its ends tell it from others."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        if option is not None:
            option.textElideMode = Qt.TextElideMode.ElideRight


class ClipQueue(QDialog):
    """Stays open beside the window; what is made goes on also when it is closed.

    Signals: `said` carries a sentence for the person.
    """

    said = pyqtSignal(str)

    def __init__(self, work: ClipWork, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Clips being made")
        self._work = work
        self.table = self._make_table()
        self.empty = PlainLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("muted", True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.table)
        self.words = PlainLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(scaled(200))
        self.why = PlainLabel()
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._where = QWidget()
        self.folder = QLineEdit()
        self.folder.setReadOnly(True)
        self.folder.setAccessibleName("Folder of the clips")
        self.stop_one = self._button("&Stop this one", self._stop_chosen)
        self.stop_all = self._button("Stop &all", work.stop_all)
        self.open_folder = self._button("&Open folder", self._open_folder)
        self.copy = self._button("&Copy as text", self._copy)
        self.clear = self._button("Clear what is &done", work.clear)
        self._lay_out()
        work.changed.connect(self.refresh)
        selection = self.table.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda *_: self.refresh())
        self.refresh()

    def chosen(self) -> list[Row]:
        """The rows that are selected, else none."""
        selection = self.table.selectionModel()
        assert selection is not None
        chosen = selection.selection()
        ranges = [chosen[at] for at in range(len(chosen))]
        places = {at for one in ranges for at in range(one.top(), one.bottom() + 1)}
        rows = self._work.rows.rows
        return [rows[at] for at in sorted(places) if at < len(rows)]

    def refresh(self) -> None:
        """As it is now."""
        if not self.isVisible():
            return
        rows, chosen = self._work.rows.rows, self.chosen()
        self._pages.setCurrentWidget(self.table if rows else self.empty)
        self._refresh_progress()
        self._refresh_chosen(chosen)
        going = [row for row in chosen if not row.has_ended and row.state is not State.STOPPING]
        self.stop_one.setText(f"&Stop these {len(going)}" if len(going) > 1 else "&Stop this one")
        self.stop_one.setEnabled(bool(going))
        self.stop_all.setEnabled(self._work.is_running)
        self.copy.setEnabled(bool(rows))
        self.clear.setEnabled(any(row.has_ended for row in rows))

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.refresh()

    def _refresh_progress(self) -> None:
        words, share = self._work.words(), self._work.share()
        self.words.setText(words)
        self.bar.setVisible(self._work.is_running)
        if share is None:
            self.bar.setRange(*_BUSY)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(share * 1000))

    def _refresh_chosen(self, chosen: list[Row]) -> None:
        """What is selected at length, else where the newest goes."""
        rows = self._work.rows.rows
        row = chosen[0] if chosen else (rows[-1] if rows else None)
        folder = "" if row is None else str(row.folder)
        if self.folder.text() != folder:
            self.folder.setText(folder)
            self.folder.setCursorPosition(0)
        self._where.setVisible(bool(folder))
        why = row.words if row is not None and len(chosen) == 1 and row.why else ""
        if self.why.text() != why:
            self.why.setText(why)
        self.why.setVisible(bool(why))
        set_tone(self.why, "bad" if why else "")

    def _stop_chosen(self) -> None:
        self._work.stop(self.chosen())

    def _open_folder(self) -> None:
        folder = Path(self.folder.text())
        if not folder.is_dir():
            self.said.emit(f"{folder} is not there: nothing was made in it, or it was moved.")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.said.emit(f"This system opens no folders from here. It is {folder}.")

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(as_text(self.chosen() or self._work.rows.rows))

    def _button(self, text: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        # Enter in the table would press the first of them.
        button.setAutoDefault(False)
        button.clicked.connect(lambda: do())
        return button

    def _make_table(self) -> _Table:
        view = _Table()
        view.setModel(self._work.rows)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setItemDelegateForColumn(STATE, _CutAtEnd(view))
        view.setTabKeyNavigation(False)
        view.setAccessibleName("Clips being made")
        view.copied.connect(self._copy)
        rows, columns = view.verticalHeader(), view.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(scaled(_ROW), view.fontMetrics().height() + 8))
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setSectionResizeMode(FILE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            columns.resizeSection(column, scaled(width))
        return view

    def _lay_out(self) -> None:
        how_far, below = QHBoxLayout(), QHBoxLayout()
        where = QHBoxLayout(self._where)
        where.setContentsMargins(0, 0, 0, 0)
        name = PlainLabel("&Folder")
        name.setBuddy(self.folder)
        name.setProperty("muted", True)
        for part in (name, self.folder, self.open_folder):
            where.addWidget(part, 1 if part is self.folder else 0)
        how_far.addWidget(self.words, 1)
        how_far.addWidget(self.bar)
        for part in (self.stop_one, self.stop_all):
            below.addWidget(part)
        below.addStretch(1)
        for part in (self.copy, self.clear):
            below.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.why)
        layout.addLayout(how_far)
        layout.addWidget(self._where)
        layout.addLayout(below)
        self.resize(scaled(_SIZE[0]), scaled(_SIZE[1]))
