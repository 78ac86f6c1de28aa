"""The window: its parts, and which signal of one goes to which of another."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PyQt6.QtWidgets import (
    QMainWindow,
    QStackedWidget,
)

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.model.edits import Changes
from bodycam_annotator.model.incident import Camera, Footage
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import next_tag, previous_tag
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.timing import NS, clock_text
from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.code_panel import CodePanel
from bodycam_annotator.ui.dialogs import GoToDialog, ShortcutsDialog
from bodycam_annotator.ui.files import Files
from bodycam_annotator.ui.footage_panel import FootagePanel
from bodycam_annotator.ui.layout import Desk, column, tabs
from bodycam_annotator.ui.messages import JobBar, MessageBar
from bodycam_annotator.ui.opening import Opener, Shown, is_at
from bodycam_annotator.ui.picture_view import PictureView
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.start_page import StartPage
from bodycam_annotator.ui.tag_editor import Edits, TagEditor
from bodycam_annotator.ui.tag_table import TagTable
from bodycam_annotator.ui.tagging import OnScreen, Tagger
from bodycam_annotator.ui.timeline_view import TimelineView
from bodycam_annotator.ui.top_bar import TopBar
from bodycam_annotator.ui.transport import Transport


class MainWindow(QMainWindow):
    """One project at a time, one of its cameras on screen."""

    def __init__(self, settings: WindowSettings | None = None) -> None:
        super().__init__()
        self.settings = settings or WindowSettings()
        self.bridge: ProjectBridge | None = None
        self.shown: Shown | None = None
        self._footage_id = ""
        self._places: dict[str, int] = {}
        self._typing = False
        self._moment: int | None = None
        self.actions_ = Actions(self)
        self.player = Player(self)
        self.tagger = Tagger(self.player, self)
        self._make_parts()
        self.opener = Opener(self.jobs.start, self)
        self.files = Files(
            self,
            messages=self.messages,
            start_job=self.jobs.start,
            recent=self.settings.recent,
        )
        self._code_keys: list[QShortcut] = []
        self._lay_out()
        self._connect()
        self.actions_.bind(self._handlers())
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self._restore_shape()
        self._refresh_all()

    # Opening and closing

    def open_path(self, path: Path) -> None:
        """Footage or a project; another that is open is closed first, with nothing to save."""
        self.close_project()
        self.opener.open(path)

    def open_demo(self) -> None:
        self.close_project()
        self.opener.open_demo()

    def _reopen(self) -> None:
        """An open project goes on under the coder's new name."""
        if self.bridge is not None:
            self.open_path(self.bridge.session.path)

    def close_project(self) -> None:
        self.opener.forget()
        self.editor.save()
        self.tagger.show(None, None)
        if self.bridge is not None and self.player.ordinal is not None:
            place = self._footage_id, self.player.ordinal
            self.settings.keep_place(self.bridge.session.path, *place)
        self.player.unload()
        if self.bridge is not None:
            self.bridge.close()
        self.bridge = self.shown = self.files.bridge = self._moment = None
        self._footage_id = ""
        self.messages.hide()
        self._refresh_all()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.settings.keep_shape("window", self.saveGeometry())
        self._desk.keep_shape(self.settings)
        self.close_project()
        self.jobs.stop_all()
        self.player.wait()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Letters come here only while codes have no keys yet."""
        super().keyPressEvent(event)
        if event is not None and event.text().isalnum() and self.shown and self.bridge is None:
            self.messages.warn(
                "Not tagged: tagging starts when the file has been read once for its hash. "
                "Stepping works already."
            )

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        mime = event.mimeData() if event is not None else None
        if event is not None and mime is not None and mime.hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        mime = event.mimeData() if event is not None else None
        urls = mime.urls() if mime is not None else []
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if not paths:
            return
        if paths[0].suffix.lower() == ".csv" and self.bridge is not None:
            self.files.import_from(paths[0])
        else:
            self.open_path(paths[0])
        if len(paths) > 1:
            self.messages.inform(
                f"Opened {paths[0].name}. To put several cameras into one project, use "
                "“bodycam-annotator new PROJECT FOOTAGE…”."
            )

    # The footage on screen

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

    def show_camera(self, footage_id: str) -> None:
        if self.bridge is None or (self.footage and self.footage.id == footage_id):
            return
        self.opener.forget()
        self.editor.save()
        self.tagger.show(self.bridge, None)
        self._places[self._footage_id] = self.player.ordinal or 0
        self._moment = self._incident_time()
        self.player.unload()
        self.shown, self._footage_id = None, footage_id
        self.messages.hide()
        self.opener.show(self.bridge.session, self.bridge.project.footage[footage_id])

    def _show_footage(self, shown: Shown) -> None:
        self.shown = shown
        index = shown.facts.index
        self.picture.fit()
        self.player.load(shown.path, index, audio=shown.facts.audio)
        self.player.go_to(self._first_shown(index))
        self.timeline.show_footage(index.first_ns, index.end_ns)
        self._refresh_silence(shown.facts)
        self.transport.refresh()
        self._pages.setCurrentWidget(self._desk)
        self._point_tagger()
        self._refresh_all()
        if shown.warning:
            self.messages.warn(shown.warning)

    def _tell_not_opened(self, sentence: str) -> None:
        """Tags can be read and exported even where their footage is missing."""
        self.messages.fail(sentence)
        footage = self.footage_meant
        if footage is not None and self.shown is None:
            self.picture.show_sentence(sentence)
            self.timeline.show_footage(footage.first_ns, footage.end_ns)
            self._pages.setCurrentWidget(self._desk)
            self._refresh_all()

    def _incident_time(self) -> int | None:
        """Nanoseconds from the incident's zero of the frame on screen, where the sync is known."""
        index, ordinal, camera = self.player.index, self.player.ordinal, self.camera
        if index is None or ordinal is None or camera is None or camera.sync_offset_ns is None:
            return None
        return index.time_of(ordinal) - index.first_ns + camera.sync_offset_ns

    def _first_shown(self, index: FrameIndex) -> int:
        """Another camera opens at the same moment, else where it was left."""
        camera = self.camera
        if self._moment is not None and camera is not None and camera.sync_offset_ns is not None:
            return index.nearest(index.first_ns + self._moment - camera.sync_offset_ns)
        return self._places.get(self._footage_id, 0)

    def _adopt(self, session: ProjectSession) -> None:
        self.bridge = self.files.bridge = ProjectBridge(session, self)
        self.bridge.changed.connect(self._after_edit)
        self.bridge.refused.connect(self.messages.fail)
        self.bridge.pending.connect(lambda _: self._refresh_state())
        self.bridge.undone.connect(self._tell_undone)
        self.settings.add_recent(session.path)
        every = list(session.project.footage.values())
        left, ordinal = self.settings.place(session.path)
        if self.shown is None:
            first = session.project.footage.get(left, every[0])
            self._footage_id = first.id
            self._places[first.id] = ordinal
            self.opener.show(session, first)
        else:
            path = self.shown.path
            self._footage_id = next((one.id for one in every if is_at(session, one, path)), "")
            if left == self._footage_id and self.player.ordinal in (None, 0):
                self.player.go_to(ordinal)
        self._point_tagger()
        self._refresh_all()

    def _point_tagger(self) -> None:
        footage = self.footage
        if self.bridge is None or footage is None or self.shown is None:
            self.tagger.show(self.bridge, None)
            return
        facts = self.shown.facts
        on = OnScreen(footage=footage, index=facts.index, audio=facts.audio, path=self.shown.path)
        self.tagger.show(self.bridge, on)

    def _show_silence(self, facts: FootageFacts) -> None:
        if self.shown is None or self.shown.path != facts.path:
            return
        self.shown = Shown(path=self.shown.path, facts=facts, warning=self.shown.warning)
        self.tagger.take_audio(facts.audio)
        self._refresh_silence(facts)
        self._refresh_footage()

    def _refresh_silence(self, facts: FootageFacts) -> None:
        spans = facts.unheard
        self.transport.show_oddities(facts.oddities)
        self.timeline.show_silence(spans)
        first, length = facts.index.first_ns, max(facts.duration_ns, 1)
        self.transport.seek_bar.show_silence(
            [((start - first) / length, (end - first) / length) for start, end in spans]
        )

    # Making the window

    def _make_parts(self) -> None:
        self._pages = QStackedWidget()
        self.messages = MessageBar(self._pages)
        self.jobs = JobBar()
        self.start_page = StartPage()
        self.picture = PictureView()
        self.transport = Transport(self.actions_, self.player)
        self.timeline = TimelineView()
        self.table = TagTable(self._change_field)
        self.editor = TagEditor(
            Edits(
                field=self._change_field,
                attribute=self.tagger.change_attribute,
                move=self.tagger.move,
                leave=self.picture.setFocus,
            )
        )
        self.codes = CodePanel()
        self.facts = FootagePanel()
        self.top = TopBar(self.actions_, self.jobs, self.settings.recent)
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self) -> None:
        self.tabs = tabs(Tags=self.table, Footage=self.facts)
        self._desk = Desk(
            column(self.picture, self.transport, grows=self.picture),
            column(self.tabs, self.editor, self.codes, grows=self.tabs),
            self.timeline,
        )
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self._desk)
        self.setMenuWidget(self.top)
        self.setCentralWidget(self._pages)

    def _connect(self) -> None:
        self.files.opened.connect(self.open_path)
        self.files.coder_changed.connect(self._reopen)
        self.start_page.open_asked.connect(self.files.ask_open)
        self.start_page.demo_asked.connect(self.open_demo)
        self.start_page.recent_asked.connect(self.open_path)
        self.opener.footage_ready.connect(self._show_footage)
        self.opener.session_ready.connect(self._adopt)
        self.opener.silence_known.connect(self._show_silence)
        self.opener.noticed.connect(self.messages.warn)
        self.opener.failed.connect(self._tell_not_opened)
        self.player.shown.connect(self.picture.show_picture)
        self.player.shown.connect(lambda _: self._refresh_place())
        self.player.broken.connect(self._show_broken)
        self.player.failed.connect(self.messages.fail)
        self.transport.seek_bar.seek.connect(self._seek_share)
        self.transport.oddities_asked.connect(lambda: self.tabs.setCurrentWidget(self.facts))
        self.timeline.seek.connect(self._seek_time)
        self.timeline.chosen.connect(self._jump_to)
        self.table.chosen.connect(self.tagger.select)
        self.table.filter.left.connect(self.picture.setFocus)
        self.table.jump.connect(lambda tag: self.player.go_to_time(tag.start_ns))
        self.codes.pressed.connect(self.tagger.press)
        self.tagger.spans_changed.connect(self._refresh_spans)
        self.tagger.selected_changed.connect(self._refresh_selected)
        self.tagger.said.connect(self.messages.warn)
        self.editor.typing.connect(self._note_typing)
        self.top.camera_asked.connect(self.show_camera)
        self.top.recent_asked.connect(self.open_path)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        player, tagger = self.player, self.tagger
        return {
            "open": self.files.ask_open,
            "demo": self.open_demo,
            "import": self.files.ask_import,
            "export": self._export,
            "save_frame": self._save_frame,
            "coder": self.files.ask_coder,
            "quit": self.close,
            "next_frame": lambda: player.step(1),
            "previous_frame": lambda: player.step(-1),
            "forward_10": lambda: player.step(10),
            "back_10": lambda: player.step(-10),
            "forward_1s": lambda: player.step_time(NS),
            "back_1s": lambda: player.step_time(-NS),
            "first_frame": lambda: player.seek(0),
            "last_frame": lambda: player.seek(len(player.index or ()) - 1),
            "go_to": self._ask_go_to,
            "next_tag": lambda: self._jump_by(next_tag),
            "previous_tag": lambda: self._jump_by(previous_tag),
            "next_camera": self.top.ask_next_camera,
            "play": player.toggle,
            "shuttle_back": lambda: player.shuttle(-1),
            "shuttle_stop": player.pause,
            "shuttle_forward": lambda: player.shuttle(1),
            "slower": lambda: player.change_speed(-1),
            "faster": lambda: player.change_speed(1),
            "mute": lambda: player.set_muted(not player.muted),
            "end_span": tagger.end_span,
            "move_start": tagger.move_start,
            "edit_text": self._edit_text,
            "drop_span": tagger.drop_span,
            "remove": tagger.remove,
            "undo": lambda: self.bridge.undo() if self.bridge else None,
            "redo": lambda: self.bridge.redo() if self.bridge else None,
            "filter": self._find,
            "zoom_in": lambda: self.timeline.zoom(1),
            "zoom_out": lambda: self.timeline.zoom(-1),
            "zoom_all": self.timeline.show_all,
            "fit_picture": self.picture.fit,
            "full_screen": self._toggle_full_screen,
            "shortcuts": lambda: ShortcutsDialog.ask(
                self.bridge.project.codebook if self.bridge else None, self
            ),
            "about": self.files.tell_about,
        }

    # What keys and clicks do

    def _export(self) -> None:
        self.editor.save()
        self.files.ask_export()

    def _save_frame(self) -> None:
        if self.player.picture is not None and self.shown is not None:
            self.files.ask_save_frame(self.player.picture, self.shown.path)

    def _ask_go_to(self) -> None:
        if self.player.index is not None:
            ordinal = GoToDialog.ask(self.player.index, self)
            if ordinal is not None:
                self.player.seek(ordinal)

    def _seek_share(self, share: float) -> None:
        index = self.player.index
        if index is not None:
            self._seek_time(index.first_ns + round(share * (index.end_ns - index.first_ns)))

    def _seek_time(self, time_ns: int) -> None:
        if self.player.index is not None:
            self.player.seek(self.player.index.nearest(time_ns))

    def _jump_to(self, tag: Tag) -> None:
        self.tagger.select((tag.id,))
        self.player.go_to_time(tag.start_ns)

    def _jump_by(self, find: Callable[[list[Tag], int], Tag | None]) -> None:
        if self.player.index is None or self.player.ordinal is None:
            return
        tags = self.tags_shown()
        chosen = self.tagger.selected_tags()
        here = self.player.index.time_of(self.player.ordinal)
        # From the selected tag when it is the one on screen, so that marks between frames or two
        # on one frame are not jumped over or stuck on.
        if len(chosen) == 1 and chosen[0].start_frame == self.player.ordinal:
            here = chosen[0].start_ns
        tag = find(tags, here)
        if tag is None:
            self.messages.inform("There is no further tag in that direction.")
        else:
            self._jump_to(tag)

    def _edit_text(self) -> None:
        if len(self.tagger.selected_tags()) == 1:
            self.editor.text.setFocus()
            self.editor.text.selectAll()

    def _find(self) -> None:
        self.tabs.setCurrentWidget(self.table)
        self.table.filter.setFocus()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _change_field(self, tag: Tag, field: str, value: Any) -> None:  # noqa: ANN401 - Tag's
        self.tagger.change(tag, what=field, **{field: value})

    # Showing what is so

    def _show_broken(self, ordinal: int, sentence: str) -> None:
        self.picture.show_sentence(sentence)
        self._refresh_place()

    def _refresh_place(self) -> None:
        index, ordinal = self.player.index, self.player.ordinal
        self.transport.show_frame(ordinal, index, self.camera)
        if index is not None and ordinal is not None:
            self.timeline.show_now(index.time_of(ordinal))
        self._refresh_enabled()

    def _after_edit(self, changes: Changes) -> None:
        self._refresh_tags()
        if changes.ids("camera") | changes.ids("footage") | changes.ids("incident"):
            self._refresh_all()
        self._refresh_undo()

    def _refresh_all(self) -> None:
        project = self.bridge.project if self.bridge else None
        if self.shown is None and self.bridge is None:
            self.picture.show_sentence("")
            self._pages.setCurrentWidget(self.start_page)
            self.start_page.show_recent(self.settings.recent())
        self.codes.show_codebook(project.codebook if project else None)
        self._bind_code_keys()
        self.top.show_project(project, self._footage_id)
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
        self._refresh_selected()
        if project is None or footage is None:
            self.transport.seek_bar.show_ticks([])
            return
        length = max(footage.end_ns - first_ns, 1)
        codes = {code.id: code.color for code in project.codebook.codes}
        self.transport.seek_bar.show_ticks(
            [((tag.start_ns - first_ns) / length, codes.get(tag.code, "#9AA0A6")) for tag in tags]
        )

    def _refresh_selected(self) -> None:
        tags = self.tagger.selected_tags()
        project = self.bridge.project if self.bridge else None
        if self.table.selected() != self.tagger.selected:
            self.table.select(self.tagger.selected)
        self.timeline.show_selected(self.tagger.selected)
        only = tags[0] if len(tags) == 1 else None
        self.editor.show_tag(project, only, count=len(tags))
        self._refresh_enabled()

    def _note_typing(self, typing: bool) -> None:
        self._typing = typing
        self._refresh_state()

    def _refresh_state(self) -> None:
        if self.bridge is not None:
            self.top.show_state(
                self.bridge.coder,
                failed=self.bridge.failed,
                pending=self.bridge.unfinished,
                typing=self._typing,
                spans=len(self.tagger.open_spans),
            )

    def _tell_undone(self, said: str, changes: Changes) -> None:
        """Says what and where, as it may be on another camera or out of view."""
        where = ""
        tags = [self.bridge.project.tags[one] for one in changes.ids("tag")] if self.bridge else []
        if tags and self.bridge is not None:
            tag = min(tags, key=lambda tag: tag.start_ns)
            footage = self.bridge.project.footage[tag.footage_id]
            camera = self.bridge.project.camera_of(footage.id)
            where = f" ({camera.name}, {clock_text(tag.start_ns - footage.first_ns)})"
            shown = tuple(one.id for one in self.tags_shown() if one in tags)
            self.tagger.select(shown)
        self.messages.inform(f"{said}: {changes.label}{where}.")

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
            self.shown.facts, footage, self.shown.path, oddities=self.shown.facts.oddities
        )

    def _refresh_undo(self) -> None:
        session = self.bridge.session if self.bridge else None
        for action_id, label in (
            ("undo", session.undo_label if session else None),
            ("redo", session.redo_label if session else None),
        ):
            action = self.actions_[action_id]
            action.setText(f"{action_id.capitalize()}{f': {label}' if label else ''}")
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
        self.actions_.enable(there)
        self.codes.setEnabled(self.bridge is not None and self.player.ordinal is not None)
        self._refresh_undo()

    def _refresh_title(self) -> None:
        name = self.bridge.session.path.name if self.bridge else ""
        self.setWindowTitle(f"{name} – Bodycam Annotator" if name else "Bodycam Annotator")

    def _bind_code_keys(self) -> None:
        for key in self._code_keys:
            key.deleteLater()
        self._code_keys = []
        if self.bridge is None:
            return
        for code in self.bridge.project.codebook.codes:
            if code.key:
                shortcut = QShortcut(QKeySequence(code.key), self)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(lambda code_id=code.id: self.tagger.press(code_id))
                self._code_keys.append(shortcut)

    def _restore_shape(self) -> None:
        shape = self.settings.shape("window")
        screen = self.screen()
        if shape is not None:
            self.restoreGeometry(shape)
        elif screen is not None:
            # The window's own frame needs room too.
            room = screen.availableSize() - QSize(16, 48)
            self.resize(self.size().boundedTo(room))
        self._desk.restore_shape(self.settings)
