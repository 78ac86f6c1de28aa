"""The window: which signal of one part goes to which of another, and what keys do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
)
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order, next_tag, previous_tag
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.codebook_editor import CodebookEditor
from bodycam_annotator.ui.dialogs import (
    GoToDialog,
    ask_to_close,
)
from bodycam_annotator.ui.importing import can_be_imported
from bodycam_annotator.ui.intervals_panel import IntervalsPanel
from bodycam_annotator.ui.messages import REFUSAL
from bodycam_annotator.ui.open_window import OpenWindow
from bodycam_annotator.ui.player_keys import player_handlers
from bodycam_annotator.ui.reaching import reaching, tell_keys
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.sound_keys import SoundKeys
from bodycam_annotator.ui.tag_keys import TagKeys
from bodycam_annotator.ui.theme import Theme, apply_theme, ask_system
from bodycam_annotator.ui.transcript_view import TranscriptView

_SOON_S = 0.5
"""Closing holds up the window so long for the last edit."""


class MainWindow(OpenWindow):
    """Does what keys and clicks ask for."""

    def __init__(self, settings: WindowSettings | None = None) -> None:
        super().__init__(settings)
        # The project with whose last edit the window closes.
        self._closes: ProjectBridge | None = None
        self.sound_keys = SoundKeys(
            self.player,
            self.marks,
            selected=lambda: [tag for tag in self.tags_shown() if tag.id in self.tagger.selected],
            # The selected one comes last, whichever was begun last.
            begun=lambda: sorted(
                self.tagger.open_spans.values(), key=lambda one: one.id in self.tagger.selected
            ),
            settings=self.settings,
            parent=self,
        )
        self._system = Qt.ColorScheme.Unknown
        self.tag_keys = TagKeys(
            self.tagger,
            self.player,
            tags=self.tags_shown,
            facts=lambda: self.shown.facts if self.shown else None,
            shape=lambda: self.sources.shape,
            editor=self.editor,
            messages=self.messages,
            settings=self.settings,
            window=self,
        )
        self._connect()
        self._follow_system()
        self.actions_.bind(self._handlers())
        tell_keys(self)
        self.actions_.tell(self.tag_keys.tell_taking, "{take_suggestion}")
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self._restore_shape()
        self._show_reaction()
        self._restore_timeline()
        self._refresh_all()
        self.refresh_seeing()
        if self.keys.problems:
            self.messages.warn(" ".join(self.keys.problems))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None and not (self._may_close() and self.clipping.may_close()):
            event.ignore()
            return
        self.settings.keep_shape("window", self.saveGeometry())
        self.settings.keep_looks(self.seeing.looks.last_text, self.seeing.looks.own_text)
        self.desk.keep_shape(self.settings)
        self.history.keep_shape(self.settings)
        # What waits for a drive that does not answer is nothing to look at.
        self.hide()
        self.close_project(patient=True)
        self.jobs.stop_all()
        self.sources.wait()
        self.player.wait()
        super().closeEvent(event)

    def _may_close(self) -> bool:
        """Edits on their way are let arrive first, without holding up the window; of those that
        cannot be saved it is asked."""
        self._save_typed()
        bridge, saving = self.bridge, self.saving
        if bridge is None or saving is None or not bridge.unfinished:
            return True
        if bridge.waits or self._closes is bridge:
            self._closes = None
            return ask_to_close(bridge, kept=saving.keeps, parent=self)
        if bridge.is_through(seconds=_SOON_S):
            return True
        self.messages.inform("Closing as soon as the last edit is saved …")
        self._closes = bridge

        def go_on() -> None:
            bridge.settled.disconnect(go_on)
            if self._closes is bridge is self.bridge:
                self.close()

        bridge.settled.connect(go_on)
        return False

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Letters come here only while codes have no keys yet."""
        super().keyPressEvent(event)
        if event is None or not event.text().isalnum() or self.bridge is not None:
            return
        if self.shown is None and self.jobs.jobs:
            self._refuse("Not tagged: the footage is still being read.")
        elif self.shown is not None:
            self._refuse(
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
        if self.bridge is not None and can_be_imported(paths[0]):
            self.importing.look_at(paths[0])
        else:
            self.open_paths(paths)

    def _connect(self) -> None:
        self.start_page.open_asked.connect(self.files.ask_open)
        self.start_page.demo_asked.connect(self.open_demo)
        self.start_page.recent_asked.connect(self.open_path)
        self.player.shown.connect(self.picture.show_picture)
        self.player.shown.connect(lambda _: self._refresh_place())
        self.player.shown.connect(lambda _: self.sources.begin())
        self.player.broken.connect(self._show_broken)
        for changed in (
            self.seeing.look_changed,
            self.seeing.comparing_changed,
            self.picture.measuring_changed,
        ):
            changed.connect(self.refresh_seeing)
        self.seeing.look_changed.connect(self.player.set_look)
        self.seeing.comparing_changed.connect(self.picture.set_comparing)
        self.seeing.left.connect(self.picture.setFocus)
        self.seeing.said.connect(self.messages.inform)
        self.player.failed.connect(self.messages.fail)
        self.player.overtaken.connect(self._tell_overtaken)
        self.transport.seek_bar.seek.connect(lambda at: self.player.seek(self._frame_at(at)))
        self.transport.seek_bar.dragged.connect(lambda at: self.player.drag_to(self._frame_at(at)))
        self.marks.changed.connect(self._refresh_marks)
        self.transport.oddities_asked.connect(lambda: self.desk.bring(self.facts))
        self.timeline.seek.connect(self._seek_time)
        self.timeline.dragged.connect(self._drag_to_time)
        self.timeline.chosen.connect(self._jump_to)
        self.timeline.selected.connect(self.tagger.select)
        self.timeline.moved.connect(lambda moves, was: self.tagger.place(moves, was=was))
        self.timeline.said.connect(self._refuse)
        self.table.chosen.connect(self.tagger.select)
        self.table.filter.left.connect(self.picture.setFocus)
        self.table.jump.connect(lambda tag: self.player.go_to_time(tag.start_ns))
        self.codes.pressed.connect(self.tagger.press)
        self.tagger.spans_changed.connect(self._refresh_spans)
        self.tagger.selected_changed.connect(self._refresh_selected)
        self.tagger.pressed.connect(self.messages.let_go)
        self.tagger.said.connect(self._refuse)
        self.tagger.warned.connect(lambda said, holds: self.messages.warn(said, holds=holds))
        self.tagger.noted.connect(lambda said, holds: self.messages.hint(said, holds=holds))
        self.sound_keys.said.connect(self.messages.hint)
        self.sound_keys.unheard.connect(self._tell_unheard)
        self.tag_keys.said.connect(self._refuse)
        self.tag_keys.reaction_changed.connect(self._show_reaction)
        self.editor.typing.connect(self._note_typing)
        # Qt would give the focus to any button, which Space would then press.
        self.desk.leaving.connect(self.picture.setFocus)
        self.desk.arranged.connect(self.messages.place)
        self.desk.said.connect(self.messages.inform)
        self.history.said.connect(self.messages.hint)
        self.top.camera_asked.connect(self.show_camera)
        self.top.left.connect(self.picture.setFocus)
        self.top.recent_asked.connect(self.open_path)

    def _show_reaction(self) -> None:
        self.transport.show_reaction(self.tagger.reaction_ms)

    def _follow_system(self) -> None:
        """Of importance while the theme is to be as the system's."""
        hints = QGuiApplication.styleHints()
        if hints is not None:
            self._system = hints.colorScheme()
            hints.colorSchemeChanged.connect(self._note_system)
        self._refresh_theme()

    def _note_system(self, system: Qt.ColorScheme) -> None:
        self._system = system
        self._refresh_theme()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            **self._file_handlers(),
            **self._moving_handlers(),
            **self._tag_handlers(),
            **self._saving_first(self.clipping.handlers()),
            **self.sound_keys.handlers(),
            **self._saving_first(self.tag_keys.handlers()),
            **self._timeline_handlers(),
            **self._picture_handlers(),
            "show_tags": self._show_tags,
            "show_history": self._show_history,
            "show_facts": self._show_facts,
            **{f"theme_{one.value}": partial(self._choose_theme, one) for one in Theme},
            "default_places": self.desk.place_default,
            "move_panel": self.desk.move_on,
            "float_panel": self.desk.float_or_dock,
            "full_screen": self._toggle_full_screen,
            **reaching(self),
            "about": self.files.tell_about,
        }

    def _file_handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "open": self.files.ask_open,
            "demo": self.open_demo,
            "import": self.importing.ask,
            "export": self._export,
            "copy": self._copy_project,
            "save_frame": self._save_frame,
            "find_footage": self._find_footage,
            "coder": self.files.ask_coder,
            "quit": self.close,
        }

    def _moving_handlers(self) -> dict[str, Callable[[], object]]:
        return {
            **player_handlers(self.player, self.marks),
            "go_to": self._ask_go_to,
            "next_tag": lambda: self._jump_by(next_tag),
            "previous_tag": lambda: self._jump_by(previous_tag),
            "next_camera": self.top.ask_next_camera,
            "loop": self._toggle_loop,
            "choose_sound": self.transport.ask_sound,
        }

    def _tag_handlers(self) -> dict[str, Callable[[], object]]:
        tagger = self.tagger
        return {
            "end_span": tagger.end_span,
            "move_start": tagger.move_start,
            "edit_text": self._edit_text,
            "drop_span": self._escape,
            "remove": tagger.remove,
            "undo": lambda: self.bridge.undo() if self.bridge else None,
            "redo": lambda: self.bridge.redo() if self.bridge else None,
            "edit_codebook": self._edit_codebook,
            "filter": self._find,
            "transcript": lambda: self._begin_in(self.transcript),
            "intervals": lambda: self._begin_in(self.intervals),
        }

    def _timeline_handlers(self) -> dict[str, Callable[[], object]]:
        timeline, switch = self.timeline, self._switch_timeline
        return {
            "zoom_in": lambda: timeline.zoom(1),
            "zoom_out": lambda: timeline.zoom(-1),
            "zoom_all": timeline.show_all,
            "zoom_selection": timeline.show_selection,
            **{name: partial(switch, name) for name in self._timeline_switches()},
        }

    def _switch_timeline(self, name: str) -> None:
        is_on, turn = self._timeline_switches()[name]
        turn(not is_on)
        self.settings.keep_switch(name, on=not is_on)
        self._refresh_timeline()

    def _restore_timeline(self) -> None:
        """As this person left it; how far it is zoomed in is new for each footage."""
        for name, (is_on, turn) in self._timeline_switches().items():
            turn(self.settings.switch(name, otherwise=is_on))
        self._refresh_timeline()

    def _picture_handlers(self) -> dict[str, Callable[[], object]]:
        picture, seeing = self.picture, self.seeing
        return {
            "fit_picture": picture.fit,
            "one_to_one": picture.zoom_one_to_one,
            "picture_in": lambda: picture.zoom(1),
            "picture_out": lambda: picture.zoom(-1),
            "pan_left": lambda: picture.pan(-1, 0),
            "pan_right": lambda: picture.pan(1, 0),
            "pan_up": lambda: picture.pan(0, -1),
            "pan_down": lambda: picture.pan(0, 1),
            "turn": picture.turn,
            "mirror": picture.mirror,
            "measure": lambda: picture.set_measuring(not picture.measuring),
            "enhance": self._toggle_enhanced,
            "compare": seeing.toggle_comparing,
            "next_preset": seeing.next_preset,
            "adjust": self._adjust,
            "divider_left": lambda: picture.move_divider(-1),
            "divider_right": lambda: picture.move_divider(1),
        }

    # What keys and clicks do

    def _export(self) -> None:
        self._save_typed()
        self.exporting.ask()

    def _find_footage(self) -> None:
        if self.footage_meant is not None:
            self.relinking.ask(self.footage_meant.id)

    def _save_frame(self) -> None:
        if self.player.picture is not None and self.shown is not None:
            path = self.shown.path
            self.player.when_whole(lambda: self._save_whole_frame(path))

    def _save_whole_frame(self, path: Path) -> None:
        if self.player.picture is not None:
            self.files.ask_save_frame(self.player.picture, path)

    def _ask_go_to(self) -> None:
        if self.player.index is not None:
            ordinal = GoToDialog.ask(self.player.index, self)
            if ordinal is not None:
                self.player.seek(ordinal)

    def _frame_at(self, share: float) -> int:
        """The frame on screen at that share of the footage."""
        index = self.player.index
        if index is None:
            return 0
        return index.nearest(index.first_ns + round(share * (index.end_ns - index.first_ns)))

    def _tell_overtaken(self) -> None:
        self._refuse(
            "Not tagged: the picture moved on before the frame was on screen. Press the key again "
            "when it is."
        )

    def _toggle_loop(self) -> None:
        if self.sound_keys.end_loop():
            return
        if not self.marks.loops and len(self.marks.marked) < 2:
            self.marks.set_loops(False)
            self.messages.inform(self.actions_.words("Mark A and B first: {mark_a}, {mark_b}."))
            return
        self.marks.set_loops(not self.marks.loops)
        if self.marks.loops and not self.player.direction:
            self.player.play()

    def _drag_to_time(self, time_ns: int) -> None:
        if self.player.index is not None:
            self.player.drag_to(self.player.index.nearest(time_ns))

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
        if len(chosen) == 1 and chosen[0] in tags and chosen[0].start_frame == self.player.ordinal:
            # The neighbour in the list, as several may begin on one frame.
            ordered = in_order(tags)
            at = ordered.index(chosen[0]) + (1 if find is next_tag else -1)
            tag = ordered[at] if 0 <= at < len(ordered) else None
        if tag is None:
            self.messages.inform("There is no further tag in that direction.", about=REFUSAL)
        else:
            self._jump_to(tag)

    def _edit_text(self) -> None:
        if len(self.tagger.selected_tags()) == 1:
            self.desk.bring(self.editor)
            self.editor.begin()

    def _show_tags(self) -> None:
        self.desk.bring(self.table)
        self.table.begin()

    def _show_history(self) -> None:
        self.desk.bring(self.history)
        self.history.begin()

    def _show_facts(self) -> None:
        self.desk.bring(self.facts)
        self.facts.setFocus()

    def _find(self) -> None:
        self.desk.bring(self.table)
        self.table.filter.setFocus()

    def _begin_in(self, panel: TranscriptView | IntervalsPanel) -> None:
        self.desk.bring(panel)
        panel.begin()

    def _edit_codebook(self) -> None:
        if self.bridge is not None:
            self._save_typed()
            editor = CodebookEditor(self.bridge, taken=self.actions_.letters(), parent=self)
            editor.said.connect(self.messages.inform)
            editor.finished.connect(lambda _: self._leave_codebook())
            # Open, not run: the footage goes on, and what others save is taken up meanwhile.
            editor.open()

    def _leave_codebook(self) -> None:
        """The new codes' keys work at once."""
        self.activateWindow()
        self.picture.setFocus()

    def _toggle_enhanced(self) -> None:
        self.seeing.toggle()
        # Qt has ticked the action, even where there is nothing to turn on.
        self.refresh_seeing()

    def _adjust(self) -> None:
        self.desk.bring(self.seeing)
        self.seeing.levels.begin()

    def _escape(self) -> None:
        """Ends measuring or a loop first: it is what was begun last."""
        if self.picture.measuring:
            self.picture.set_measuring(False)
        elif not self.sound_keys.end_loop():
            self.tagger.drop_span()

    # Showing what is so

    def _choose_theme(self, theme: Theme) -> None:
        self.settings.keep_theme(theme)
        self._refresh_theme()

    def _refresh_theme(self) -> None:
        theme = self.settings.theme()
        for one in Theme:
            self.actions_[f"theme_{one.value}"].setChecked(one is theme)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            ask_system(theme)
            apply_theme(application, theme, system=self._system)

    def _show_broken(self, ordinal: int, sentence: str) -> None:
        self.picture.show_sentence(sentence)
        self._refresh_place()

    def _restore_shape(self) -> None:
        shape = self.settings.shape("window")
        screen = self.screen()
        if shape is not None:
            self.restoreGeometry(shape)
        elif screen is not None:
            # The window's own frame needs room too.
            room = screen.availableSize() - QSize(16, 48)
            self.resize(self.size().boundedTo(room))
        self.desk.restore_shape(self.settings)
        self.history.restore_shape(self.settings)
