"""The transcript: what was said, by whom and when; read, searched, played and typed here."""

from collections.abc import Sequence

from PyQt6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QGuiApplication,
    QShowEvent,
)
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.transcript import (
    Now,
    as_text,
    people,
    speech_codes,
    utterances,
    with_words,
)
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import icon
from bodycam_annotator.ui.transcript_item import Utterance
from bodycam_annotator.ui.transcript_list import UtteranceList
from bodycam_annotator.ui.transcript_model import TranscriptModel


class TranscriptView(QWidget):
    """Find field, list, and while there are no utterances how to make one.

    Signals: `edited` carries a tag, the field and its new text; `typing` comes while something is
    typed; `chosen` the ids selected by the person; `jump` the tag to show, `play` that to play
    from; `said` a sentence; `left` comes when the find field is left.
    """

    edited = pyqtSignal(object, str, str)
    typing = pyqtSignal()
    chosen = pyqtSignal(tuple)
    jump = pyqtSignal(object)
    play = pyqtSignal(object)
    said = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._given: list[Tag] = []
        self._stale = False
        self._tags: list[Tag] = []
        self._first_ns = 0
        self._now = Now(())
        self._now_ns = 0
        self._telling = True
        self._chosen: tuple[str, ...] = ()
        self.filter = TextField()
        self.filter.setPlaceholderText("Find in what was said")
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Find in what was said")
        self.copying = QToolButton()
        self.copying.setIcon(icon("content-copy"))
        self.copying.setToolTip("Copy what is listed as text with times")
        self.copying.setAccessibleName("Copy what is listed as text with times")
        self.copying.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.model = TranscriptModel(self.edited.emit, self)
        self._utterance = Utterance(self._names, self)
        self.view = UtteranceList()
        self.view.setModel(self.model)
        self.view.setItemDelegate(self._utterance)
        self._empty = PlainLabel("")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("muted", True)
        self._empty.setContentsMargins(24, 0, 24, 0)
        self._lay_out()
        self._connect()
        self._show_page()

    def show_tags(self, project: Project | None, tags: Sequence[Tag], *, first_ns: int) -> None:
        """Those of `tags` that are speech, once it is visible. Keeps the selection by id, and what
        is being typed."""
        self._project, self._first_ns = project, first_ns
        self._given = list(tags)
        self._stale = True
        if self.isVisible():
            self._take()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._take()

    def show_now(self, time_ns: int, *, follow: bool) -> None:
        """Marks what is being said then; `follow` keeps it in view unless somebody types."""
        self._now_ns = time_ns
        if self._stale:
            return
        begun = self.model.show_now(self._now.at(time_ns))
        if begun and follow and not self._utterance.edited().isValid():
            self.view.scrollTo(self.model.index(begun[0]))

    def select(self, ids: tuple[str, ...]) -> None:
        """Selects these tags, without telling anybody."""
        self._chosen = ids
        if self._stale:
            return
        selection = self.view.selectionModel()
        assert selection is not None
        wanted_ids = frozenset(ids)
        rows = [at for at, tag in enumerate(self.model.tags) if tag.id in wanted_ids]
        wanted = QItemSelection()
        for row in rows:
            wanted.select(self.model.index(row), self.model.index(row))
        self._telling = False
        selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        # Where nothing is selected one stays where one was, and goes on typing.
        if rows and self.view.currentIndex().row() not in rows:
            first = self.model.index(rows[0])
            selection.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(first)
        self._telling = True

    def selected(self) -> tuple[str, ...]:
        return tuple(self.model.tags[row].id for row in self._selected_rows())

    def typed(self) -> tuple[Tag, str, str] | None:
        """The tag, its field, and what is typed and not saved yet."""
        typing = self._utterance.typing()
        if typing is None:
            return None
        return self.model.tags[typing[0].row()], typing[1], typing[2]

    def save(self) -> None:
        """Commits what is being typed."""
        self._utterance.save()

    def begin(self) -> None:
        """The keyboard is here from now on: in the list, else in the find field."""
        if self.model.tags and not self.view.currentIndex().isValid():
            self._stand_at_now()
        where = self.view if self.model.tags else self.filter
        where.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit_speaker(self) -> None:
        """Of the utterance on which one stands."""
        self._edit(self.view.currentIndex(), "speaker")

    def empty_words(self) -> str:
        """Why there is no list, or nothing."""
        return "" if self._pages.currentWidget() is self.view else self._empty.text()

    # How

    def _take(self) -> None:
        if self._stale:
            self._stale = False
            self._tags = utterances(self._project, self._given) if self._project else []
            self._now = Now(self._tags)
            self._show()
            self.model.show_now(self._now.at(self._now_ns))

    def _show(self) -> None:
        shown = with_words(self._tags, self.filter.text())
        kept, behind = self.model.kept_rows(shown)
        row = self._utterance.edited().row()
        if kept <= row < len(self.model.tags) - behind:
            # The row goes or moves, and with it the field.
            self.save()
        self._telling = False
        self.model.show(self._project, shown, first_ns=self._first_ns)
        self.select(self._chosen)
        self._show_page()

    def _look_for(self) -> None:
        """Utterances that are not listed any more are not selected either, so that nothing is done
        to what nobody sees."""
        self._show()
        there = {tag.id for tag in self.model.tags}
        hidden = {tag.id for tag in self._tags} - there
        kept = tuple(one for one in self._chosen if one not in hidden)
        if kept != self._chosen:
            self._chosen = kept
            self.chosen.emit(kept)

    def _stand_at_now(self) -> None:
        """On what is or was said last, without going there: Qt would stand on the first and go."""
        begun = sum(tag.start_ns <= self._now_ns for tag in self.model.tags)
        selection = self.view.selectionModel()
        assert selection is not None
        self._telling = False
        selection.setCurrentIndex(
            self.model.index(max(begun - 1, 0)), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self._telling = True

    def _show_page(self) -> None:
        there = bool(self.model.tags)
        self.copying.setEnabled(there)
        self._pages.setCurrentWidget(self.view if there else self._empty)
        if self._tags:
            self._empty.setText("No utterance has these words.")
        elif self._project is None:
            self._empty.setText("Open footage to write down what is said in it.")
        else:
            keys = [code.key for code in speech_codes(self._project.codebook) if code.key]
            key = keys[0] if keys else "the key of a speech code"
            self._empty.setText(
                f"Nothing said yet.\n\nPress {key} where somebody begins to speak and {key} again "
                "where they end; Enter types the words. Here they stand in order, to be read, "
                "searched, played and corrected."
            )

    def _copy_selected(self) -> None:
        self._copy([self.model.tags[row] for row in self._selected_rows()])

    def _copy(self, tags: Sequence[Tag]) -> None:
        clipboard = QGuiApplication.clipboard()
        if tags and self._project is not None and clipboard is not None:
            clipboard.setText(as_text(self._project, tags))
            what = "1 utterance" if len(tags) == 1 else f"{len(tags)} utterances"
            self.said.emit(f"Copied {what} as text with times.")

    def _selected_rows(self) -> list[int]:
        selection = self.view.selectionModel()
        assert selection is not None
        return sorted(index.row() for index in selection.selectedIndexes())

    def _tell_chosen(self) -> None:
        if self._telling:
            self._chosen = self.selected()
            self.chosen.emit(self._chosen)

    def _tell_jump(self, index: QModelIndex) -> None:
        if self._telling and index.isValid():
            self.jump.emit(self.model.tags[index.row()])

    def _press(self, index: QModelIndex) -> None:
        """On the time it is played from there; anywhere else it is shown."""
        area = self._utterance.time_area(self.view.visualRect(index), self.view.font())
        if area.contains(self.view.released_at):
            self.play.emit(self.model.tags[index.row()])
        else:
            self._tell_jump(index)

    def _play_here(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.play.emit(self.model.tags[index.row()])

    def _edit_here(self) -> None:
        self._edit(self.view.currentIndex(), "text")

    def _edit_there(self, index: QModelIndex) -> None:
        """What was clicked twice."""
        area = self._utterance.speaker_area(self.view.visualRect(index), self.view.font())
        on_speaker = area.contains(self.view.released_at)
        self._edit(index, "speaker" if on_speaker else "text")

    def _edit(self, index: QModelIndex, field: str) -> None:
        if index.isValid():
            self.view.scrollTo(index)
            self._utterance.field = field
            self.view.edit(index)

    def _walk(self, index: QModelIndex, field: str, on: bool) -> None:
        """From field to field: who speaks, what is said, who speaks next; from the last one
        nowhere, as letters typed on would become tags."""
        other = "text" if field == "speaker" else "speaker"
        row = index.row() + ((on and field == "text") - (not on and field == "speaker"))
        if 0 <= row < len(self.model.tags):
            there = self.model.index(row)
            if row != index.row():
                self.view.setCurrentIndex(there)
            self._edit(there, other)
        else:
            self._edit(index, field)

    def _names(self) -> list[str]:
        return people(self._project) if self._project is not None else []

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.filter, 1)
        top.addWidget(self.copying)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addLayout(self._pages)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._look_for)
        self.filter.escaped.connect(self.filter.clear)
        self.filter.left.connect(self.left)
        self.copying.clicked.connect(lambda: self._copy(self.model.tags))
        self._utterance.typed.connect(self.typing)
        self.view.edit_asked.connect(self._edit_here)
        self.view.play_asked.connect(self._play_here)
        self.view.copy_asked.connect(self._copy_selected)
        self.view.clicked.connect(self._press)
        self.view.doubleClicked.connect(self._edit_there)
        self._utterance.walked.connect(self._walk)
        selection = self.view.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(self._tell_chosen)
        selection.currentRowChanged.connect(self._tell_jump)
