"""The window's parts, and showing in them what is so."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QMainWindow, QStackedWidget

from bodycam_annotator.app import edit_words
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.model.codebook import Code, Codebook
from bodycam_annotator.model.edits import Changes
from bodycam_annotator.model.incident import Camera, Footage
from bodycam_annotator.model.intervals import Question
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.ab_marks import AbMarks
from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.button_keys import ButtonKeys
from bodycam_annotator.ui.code_panel import CodePanel
from bodycam_annotator.ui.focus_line import FocusLine
from bodycam_annotator.ui.footage_panel import FootagePanel
from bodycam_annotator.ui.footage_watch import FootageWatch
from bodycam_annotator.ui.history_panel import HistoryPanel
from bodycam_annotator.ui.intervals_export import IntervalsExport
from bodycam_annotator.ui.intervals_panel import IntervalsPanel
from bodycam_annotator.ui.job_bar import JobBar
from bodycam_annotator.ui.layout import Desk, column
from bodycam_annotator.ui.messages import DEED, REFUSAL, MessageBar
from bodycam_annotator.ui.opening import Shown
from bodycam_annotator.ui.own_keys import OwnKeys
from bodycam_annotator.ui.picture_view import PictureView
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.saving import Saving
from bodycam_annotator.ui.seeing_panel import SeeingPanel
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.start_page import StartPage
from bodycam_annotator.ui.tag_editor import Edits, TagEditor
from bodycam_annotator.ui.tag_table import TagTable
from bodycam_annotator.ui.tagging import Tagger
from bodycam_annotator.ui.timeline.sources import TimelineSources
from bodycam_annotator.ui.timeline.view import TimelineView
from bodycam_annotator.ui.top_bar import TopBar
from bodycam_annotator.ui.transcript_view import TranscriptView
from bodycam_annotator.ui.transport import Transport

Handlers = dict[str, Callable[[], object]]

_UNHEARD = "unheard"

_WHILE_TYPING = ("split", "inaudible", "alternatives")


class ShowingWindow(QMainWindow):
    """One project at a time, one of its cameras on screen.

    Attributes:
        bridge: the open project, or None; `saving` is the care for it.
        shown: the footage that is open, or None.
    """

    def __init__(self, settings: WindowSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or WindowSettings()
        self.bridge: ProjectBridge | None = None
        self.saving: Saving | None = None
        self.shown: Shown | None = None
        self._footage_id = ""
        self._unfinished = 0
        self._selected: tuple[str, ...] = ()
        self._typing = False
        self.keys = OwnKeys(self.settings.keys_file, self)
        self.actions_ = Actions(self, self.keys.every())
        self.keys.changed.connect(lambda: self.actions_.set_keys(self.keys.every()))
        self.player = Player(self)
        self.tagger = Tagger(self.player, self)
        self.marks = AbMarks(self)
        self.watch = FootageWatch(self)
        self._make_parts()
        self._code_keys: list[QShortcut] = []
        self._lay_out()
        self.button_keys = ButtonKeys(self.picture.setFocus, self)
        self.button_keys.guard(self)
        self.player.state_changed.connect(self._refresh_enabled)
        self.start_page.filled.connect(lambda: self.button_keys.guard(self.start_page))

    @property
    def codebook(self) -> Codebook | None:
        return self.bridge.project.codebook if self.bridge else None

    @property
    def footage(self) -> Footage | None:
        """The project's footage that is on screen."""
        return None if self.shown is None else self.footage_meant

    @property
    def footage_meant(self) -> Footage | None:
        """The project's footage that is on screen, or would be if it could be opened."""
        return self.bridge.project.footage.get(self._footage_id) if self.bridge else None

    @property
    def camera(self) -> Camera | None:
        footage = self.footage
        return self.bridge.project.camera_of(footage.id) if self.bridge and footage else None

    def tags_shown(self) -> list[Tag]:
        """The standing tags of the footage on screen."""
        footage = self.footage_meant
        if self.bridge is None or footage is None:
            return []
        return [tag for tag in self.bridge.project.standing_tags if tag.footage_id == footage.id]

    def _make_parts(self) -> None:
        self._pages = QStackedWidget()
        self.picture = PictureView()
        self.messages = MessageBar(self._pages, self.picture)
        self.picture.stay_above(self.messages)
        self.jobs = JobBar()
        self.start_page = StartPage(self.actions_)
        self.transport = Transport(self.actions_, self.player)
        self.timeline = TimelineView()
        self.sources = TimelineSources(self.timeline, self.jobs.start, self)
        self.table = TagTable(self._change_field)
        self.editor = TagEditor(
            Edits(
                field=self._change_field,
                text=lambda tag, field, text, over: self.tagger.change(
                    tag, what=field, over=over, **{field: text}
                ),
                attribute=self.tagger.change_attribute,
                move=self.tagger.move,
                many=lambda ids, field, value: self.tagger.change_all(
                    ids, what=field, **{field: value}
                ),
                leave=self.picture.setFocus,
            )
        )
        self.tagger.removed.connect(self._tell_removed)
        self.codes = CodePanel()
        self.facts = FootagePanel()
        self.history = HistoryPanel()
        self.history.tag_chosen.connect(self._go_to_tag)
        self.history.left.connect(self.picture.setFocus)
        self._make_panels()
        self.seeing = SeeingPanel(self.actions_)
        self.seeing.restore(*self.settings.looks())
        self.top = TopBar(self.actions_, self.jobs, self.settings.recent)
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _make_panels(self) -> None:
        self.transcript = TranscriptView()
        self.transcript.edited.connect(self._change_field)
        self.transcript.chosen.connect(self.tagger.select)
        self.intervals = IntervalsPanel()
        self.intervals_export = IntervalsExport(
            self, messages=self.messages, start_job=self.jobs.start
        )
        self.intervals.export_asked.connect(self._export_intervals)
        for panel in (self.transcript, self.intervals):
            panel.said.connect(self.messages.inform)
            panel.left.connect(self.picture.setFocus)

    def _lay_out(self) -> None:
        self.desk = Desk(
            column(self.picture, FocusLine(self.picture), self.transport, grows=self.picture),
            pages={
                "Tags": self.table,
                "Transcript": self.transcript,
                "Intervals": self.intervals,
                "History": self.history,
                "Picture": self.seeing,
                "Footage": self.facts,
            },
            below={"Selected tag": self.editor, "Codes": self.codes},
            foot={"Timeline": self.timeline},
            gone_beside={
                self.history: (self.editor, self.codes),
                self.intervals: (self.editor,),
            },
            gone_if_low={self.seeing: (self.editor,), self.facts: (self.editor,)},
        )
        # A page that comes to the front would lie over them.
        self._pages.currentChanged.connect(lambda _: self.messages.raise_())
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.desk)
        self.setMenuWidget(self.top)
        self.setCentralWidget(self._pages)

    def _change_field(self, tag: Tag, field: str, value: Any) -> None:  # noqa: ANN401 - Tag's
        self.tagger.change(tag, what=field, **{field: value})

    def _refresh_silence(self, facts: FootageFacts) -> None:
        spans = facts.unheard
        self.transport.show_oddities(facts.oddities)
        self.timeline.show_silence(spans)
        first, length = facts.index.first_ns, max(facts.duration_ns, 1)
        self.transport.seek_bar.show_silence(
            [((start - first) / length, (end - first) / length) for start, end in spans]
        )

    def _refresh_place(self) -> None:
        index, ordinal = self.player.index, self.player.ordinal
        self.transport.show_frame(ordinal, index, self.camera)
        if index is not None and ordinal is not None:
            now = index.time_of(ordinal)
            self.timeline.show_now(now)
            self.transcript.show_now(now, follow=self.player.direction != 0)
        self._refresh_enabled()

    def _refresh_marks(self) -> None:
        self.player.loop = self.marks.loop
        self.transport.show_marks(self.marks, self.player.index)

    def _after_edit(self, changes: Changes) -> None:
        self._refresh_tags()
        self.messages.look_again()
        if changes.ids("camera") | changes.ids("footage") | changes.ids("incident"):
            self._refresh_all()
        self.history.refresh()
        self._refresh_undo()

    def _refresh_all(self) -> None:
        project = self.bridge.project if self.bridge else None
        if self.shown is None and self.bridge is None:
            self.picture.show_sentence("")
            self._pages.setCurrentWidget(self.start_page)
            self.start_page.show_recent(self.settings.recent())
        self.codes.show_codebook(project.codebook if project else None)
        self.button_keys.guard(self.codes)
        self._bind_code_keys()
        self.top.show_project(project, self._footage_id)
        self.history.show_project(self.bridge)
        self._refresh_footage()
        self._refresh_tags()
        self._refresh_spans()
        self._refresh_place()
        self._refresh_undo()
        self._refresh_title()

    def _refresh_tags(self) -> None:
        project = self.bridge.project if self.bridge else None
        tags = self.tags_shown()
        footage = self.footage_meant
        first_ns = footage.first_ns if footage else 0
        self.table.show_tags(project, tags, first_ns=first_ns)
        self.timeline.show_tags(project, tags)
        self.transcript.show_tags(project, tags, first_ns=first_ns)
        self.intervals.show_project(project, self._footage_id)
        self._refresh_selected()
        if project is None or footage is None:
            self.transport.seek_bar.show_ticks([])
            return
        length = max(footage.end_ns - first_ns, 1)
        colors = {(tag.codebook, tag.code): tag for tag in tags}
        of_code = {one: _color(project, tag) for one, tag in colors.items()}
        self.transport.seek_bar.show_ticks(
            [((tag.start_ns - first_ns) / length, of_code[tag.codebook, tag.code]) for tag in tags]
        )

    def _refresh_selected(self) -> None:
        tags = self.tagger.selected_tags()
        project = self.bridge.project if self.bridge else None
        if self._selected != self.tagger.selected:
            self._selected = self.tagger.selected
            self.messages.withdraw(REFUSAL)
        if self.table.selected() != self.tagger.selected:
            self.table.select(self.tagger.selected)
        self.timeline.show_selected(self.tagger.selected)
        if self.transcript.selected() != self.tagger.selected:
            self.transcript.select(self.tagger.selected)
        self.intervals.show_selected(self.tagger.selected)
        self.history.show_selected(frozenset(self.tagger.selected))
        self.editor.show_tags(project, tags)
        self._refresh_enabled()

    def _go_to_tag(self, tag_id: str) -> None:
        """Selects it and shows its frame, where it is of the footage on screen."""
        tag = next((one for one in self.tags_shown() if one.id == tag_id), None)
        if tag is not None and self.player.index is not None:
            self.tagger.select((tag.id,))
            self.player.go_to_time(tag.start_ns)

    def _export_intervals(self, question: Question) -> None:
        self._save_typed()
        if self.bridge is not None:
            self.intervals_export.ask(self.bridge, question)

    def _save_typed(self) -> None:
        """Commits what is typed in fields that have not been left."""
        self.editor.save()
        self.table.save()
        self.transcript.save()

    def _saving_first(self, handlers: Handlers) -> Handlers:
        """What these actions go by is then what is typed; others work in the field as it is."""

        def saving(do: Callable[[], object]) -> Callable[[], None]:
            def save_and_do() -> None:
                self._save_typed()
                do()

            return save_and_do

        return {one: do if one in _WHILE_TYPING else saving(do) for one, do in handlers.items()}

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _tell_unheard(self, sentence: str) -> None:
        if sentence:
            self.messages.hint(sentence, about=_UNHEARD)
        else:
            self.messages.withdraw(_UNHEARD)

    def _note_typing(self, typing: bool) -> None:
        self._typing = typing
        self._refresh_state()

    def _refresh_state(self) -> None:
        if self.bridge is not None:
            self.top.show_state(
                self.bridge.coder,
                failed=self.bridge.failed,
                waits=self.bridge.waits,
                pending=self.bridge.unfinished,
                typing=self._typing,
                spans=len(self.tagger.open_spans),
                left=self.saving.left if self.saving is not None else 0,
            )

    def _tell_undone(self, said: str, changes: Changes) -> None:
        """Says what and where, as it may be on another camera or out of view."""
        where = ""
        ids = changes.ids("tag")
        tags = [self.bridge.project.tags[one] for one in ids] if self.bridge else []
        if tags and self.bridge is not None:
            tag = min(tags, key=lambda tag: tag.start_ns)
            footage = self.bridge.project.footage[tag.footage_id]
            camera = self.bridge.project.camera_of(footage.id)
            where = f" ({camera.name}, {clock_text(tag.start_ns - footage.first_ns)})"
            shown = [one for one in self.tags_shown() if one.id in ids]
            self.tagger.select(tuple(one.id for one in shown))
            if len(shown) == 1 and changes.label.startswith("Remove ") and self.player.index:
                # One that is back is shown; of several the picture says nothing, so it stays.
                self.player.go_to_time(shown[0].start_ns)
        label = edit_words(changes.label, self.bridge.project) if self.bridge else changes.label
        self.messages.inform(f"{said}: {label}{where}.", about=DEED)

    def _tell_removed(self, count: int) -> None:
        if count > 1:
            back = self.actions_.words("{undo} puts them back.")
            self.messages.inform(f"Removed {count:,} tags. {back}", about=DEED)

    def _note_asked(self, unfinished: int) -> None:
        """With the next edit, what was said of the one before it is over."""
        if unfinished > self._unfinished:
            self.messages.withdraw(DEED)
            self.messages.withdraw(REFUSAL)
        self._unfinished = unfinished

    def _refuse(self, sentence: str) -> None:
        self.messages.hint(sentence, about=REFUSAL)

    def _refresh_spans(self) -> None:
        self._refresh_state()
        index = self.player.index
        if index is None:
            self.codes.show_open({})
            self.timeline.show_open({})
            return
        since = {code: span.start_ns for code, span in self.tagger.open_spans.items()}
        self.timeline.show_open(since)
        self.codes.show_open({code: clock_text(at - index.first_ns) for code, at in since.items()})
        self._refresh_enabled()

    def _refresh_footage(self) -> None:
        footage = self.footage
        if self.shown is None or footage is None:
            self.facts.show_nothing()
            return
        self.facts.show_footage(
            self.shown.facts,
            footage,
            self.shown.path,
            oddities=self.shown.facts.oddities,
            original=self.watch.comparison(footage.id),
        )

    def _refresh_undo(self) -> None:
        session = self.bridge.session if self.bridge else None
        for action_id, label in (
            ("undo", session.undo_label if session else None),
            ("redo", session.redo_label if session else None),
        ):
            action = self.actions_[action_id]
            words = edit_words(label, self.bridge.project) if self.bridge and label else ""
            action.setText(f"{action_id.capitalize()}{f': {words}' if words else ''}")
            action.setEnabled(label is not None)

    def _refresh_enabled(self) -> None:
        there = []
        if self.bridge is not None:
            there.append("project")
        if self.player.ordinal is not None:
            there.append("picture")
        if self.tagger.selected_tags():
            there.append("tag")
        if self.tagger.open_spans:
            there.append("span")
        if self.tagger.open_spans or self.player.loops_span:
            there.append("begun")
        self.actions_.enable(there)
        self.seeing.show_there(self.player.ordinal is not None)
        self.codes.setEnabled(self.bridge is not None and self.player.ordinal is not None)
        self._refresh_undo()

    def refresh_seeing(self) -> None:
        """Ticks the actions that turn something on, as it is."""
        for action_id, on in (
            ("enhance", self.seeing.look is not None),
            ("compare", self.seeing.comparing.isChecked()),
            ("measure", self.picture.measuring),
            ("difference", self.seeing.difference.isChecked()),
        ):
            self.actions_[action_id].setChecked(on)

    def _timeline_switches(self) -> dict[str, tuple[bool, Callable[[bool], None]]]:
        """By action id, whether it is on and what turns it on or off."""
        timeline = self.timeline
        return {
            "follow": (timeline.follows, timeline.set_follows),
            "spectrogram": (timeline.spectrogram, timeline.set_spectrogram),
            "filmstrip": (timeline.filmstrip, timeline.set_filmstrip),
        }

    def _refresh_timeline(self) -> None:
        for action_id, (on, _) in self._timeline_switches().items():
            self.actions_[action_id].setChecked(on)

    def _refresh_title(self) -> None:
        name = self.bridge.session.path.name if self.bridge else ""
        self.setWindowTitle(f"{name} – Bodycam Annotator" if name else "Bodycam Annotator")

    def _bind_code_keys(self) -> None:
        for key in self._code_keys:
            # It lives a little longer, and two of one key would both do nothing.
            key.setEnabled(False)
            key.deleteLater()
        self._code_keys = []
        codes = self.codebook.codes if self.codebook is not None else ()
        lost = self.actions_.leave_to_codes([code.key for code in codes if code.key])
        if lost:
            names = ", ".join(f"“{label}”" for label in lost)
            self.messages.inform(f"Codes of this codebook have the key of {names}; see F1.")
        for code in codes:
            if code.key:
                shortcut = QShortcut(QKeySequence(code.key), self)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(lambda code_id=code.id: self.tagger.press(code_id))
                self._code_keys.append(shortcut)


def _color(project: Project, tag: Tag) -> str:
    """As the version of the codebook has it that the tag was made under."""
    book = project.codebooks.get(tag.codebook)
    code = book.find(tag.code) if book else None
    return code.color if code else Code.color
