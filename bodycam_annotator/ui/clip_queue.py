"""The window in which it is seen which clips are being made, and how far they are."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.ui.clip_rows import Row, State, as_text
from bodycam_annotator.ui.clip_table import ClipTable
from bodycam_annotator.ui.clip_work import ClipWork
from bodycam_annotator.ui.plain import CutLabel, PlainLabel, plain_tip
from bodycam_annotator.ui.theme import scaled, set_tone

_SIZE = (880, 460)
_LEAST_WORDS = 160
_BUSY = 0, 0


class ClipQueue(QDialog):
    """Stays open beside the window; what is made goes on also when it is closed.

    Signals: `again` carries the rows of what is to be made again.
    """

    again = pyqtSignal(list)

    def __init__(self, work: ClipWork, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Clips being made")
        self._work, self._rests = work, False
        self.table = ClipTable(work.rows)
        self.table.copied.connect(self._copy)
        self.empty = PlainLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("muted", True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.table)
        self.words = CutLabel(cut=Qt.TextElideMode.ElideMiddle, least=scaled(_LEAST_WORDS))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(scaled(200))
        self.why, self.told = _sentences(), _sentences()
        self._where = QWidget()
        self.folder = QLineEdit()
        self.folder.setReadOnly(True)
        self.folder.setAccessibleName("Folder of the clips")
        self.stop_one = self._button("&Stop this one", self._stop_chosen)
        self.stop_all = self._button("Stop &all", work.stop_all)
        self.open_folder = self._button("&Open folder", self._open_folder)
        self.make_again = self._button("&Make again", self._make_again)
        self.copy = self._button("&Copy as text", self._copy)
        self.clear = self._button("C&lear what is made", self._clear)
        self._lay_out()
        work.changed.connect(self.refresh)
        work.added.connect(self._show_added)
        selection = self.table.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda *_: self._take_selection())
        self.refresh()

    def tell(self, sentence: str, tone: str = "") -> None:
        """Where it is seen while this is in front; nothing while it is not open. `tone` as in
        `set_tone`."""
        if self.isVisible():
            self.told.setText(sentence)
            self.told.setVisible(bool(sentence))
            set_tone(self.told, tone)

    def refresh(self) -> None:
        """As it is now."""
        if not self.isVisible():
            return
        rows, chosen = self._work.rows.rows, self.table.chosen()
        self._pages.setCurrentWidget(self.table if rows else self.empty)
        self._refresh_progress()
        self._refresh_chosen(chosen)
        self._refresh_buttons(rows, chosen)
        at_work = self._work.row_at_work
        if at_work is not None and not chosen:
            self.table.keep_in_sight(at_work)

    def _refresh_buttons(self, rows: list[Row], chosen: list[Row]) -> None:
        going = [row for row in chosen if not row.has_ended and row.state is not State.STOPPING]
        self.stop_one.setText(f"&Stop these {len(going)}" if len(going) > 1 else "&Stop this one")
        self.stop_one.setEnabled(bool(going))
        self.stop_all.setEnabled(self._work.is_running)
        unmade = len(_unmade(chosen or rows))
        self.make_again.setText(f"&Make {unmade:,} again" if unmade > 1 else "&Make again")
        self.make_again.setEnabled(bool(unmade) and not self._rests)
        self.copy.setEnabled(bool(rows))
        ended = sum(row.has_ended for row in chosen)
        these = f"C&lear these {ended:,}" if ended > 1 else "C&lear this one"
        self.clear.setText(these if chosen else "C&lear what is made")
        self.clear.setEnabled(bool(ended) if chosen else bool(_made(rows)))

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent | None) -> None:
        super().hideEvent(event)
        self._forget_told()

    def _forget_told(self) -> None:
        self.told.clear()
        self.told.hide()

    def _take_selection(self) -> None:
        self._forget_told()
        self.refresh()

    def _show_added(self) -> None:
        """What is new is shown, unless the person looks at something else here."""
        if not (self.isVisible() and self.table.chosen()):
            self.table.follow_anew()
        self._forget_told()

    def _refresh_progress(self) -> None:
        words, share = self._work.words(), self._work.share()
        self.words.say(words)
        self.words.setToolTip(plain_tip(words))
        self.bar.setVisible(self._work.is_running)
        if share is None:
            self.bar.setRange(*_BUSY)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(share * 1000))

    def _refresh_chosen(self, chosen: list[Row]) -> None:
        """What is selected at length, else where the export goes whose counts are shown."""
        row, order = chosen[0] if chosen else None, self._work.shown
        shown = row if row is not None else order
        folder = "" if shown is None else str(shown.folder)
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
        self._work.stop(self.table.chosen())

    def _make_again(self) -> None:
        rows = _unmade(self.table.chosen() or self._work.rows.rows)
        # What was selected goes from the table, and a double click would then mean all.
        self._rests = True
        QTimer.singleShot(2 * QApplication.doubleClickInterval(), self._end_rest)
        self.again.emit(rows)

    def _end_rest(self) -> None:
        self._rests = False
        self.refresh()

    def _clear(self) -> None:
        """Why something was not made goes only where the person chose it."""
        self._work.clear(self.table.chosen() or _made(self._work.rows.rows))

    def _open_folder(self) -> None:
        folder = Path(self.folder.text())
        if not folder.is_dir():
            self.tell(f"{folder} is not there: nothing was made in it, or it was moved.", "warn")
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.tell(f"This system opens no folders from here. It is {folder}.", "warn")

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(as_text(self.table.chosen() or self._work.rows.rows))

    def _button(self, text: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        # Enter in the table would press the first of them.
        button.setAutoDefault(False)
        button.clicked.connect(lambda: do())
        return button

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
        for part in (self.stop_one, self.stop_all, self.make_again):
            below.addWidget(part)
        below.addStretch(1)
        for part in (self.copy, self.clear):
            below.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.why)
        layout.addWidget(self.told)
        layout.addLayout(how_far)
        layout.addWidget(self._where)
        layout.addLayout(below)
        self.resize(scaled(_SIZE[0]), scaled(_SIZE[1]))


def _sentences() -> PlainLabel:
    """Room for some, as many lines as they need, that can be selected."""
    label = PlainLabel()
    label.setWordWrap(True)
    # A path or a hash, which is not broken, must not make the window wider.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.hide()
    return label


def _unmade(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.is_unmade]


def _made(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.state is State.MADE]
