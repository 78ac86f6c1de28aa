"""The window: its parts, and which signal of one goes to which of another."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QSize
from PyQt6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
)

from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order, next_tag, previous_tag
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.camera_places import CameraPlaces
from bodycam_annotator.ui.dialogs import (
    GoToDialog,
    ShortcutsDialog,
    ask_to_close,
    kept_aside,
)
from bodycam_annotator.ui.files import Files
from bodycam_annotator.ui.keeping import KeepingWindow
from bodycam_annotator.ui.listening import Listening
from bodycam_annotator.ui.opening import PROJECT_ENDING, Shown, is_at
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.tagging import OnScreen


class MainWindow(KeepingWindow):
    """Opens and closes projects and footage, and does what keys and clicks ask for."""

    def __init__(self, settings: WindowSettings | None = None) -> None:
        super().__init__(settings)
        self._places = CameraPlaces()
        self.listening = Listening(self.player, self.transport.sound_menu, self.jobs.start, self)
        self.files = Files(
            self,
            messages=self.messages,
            start_job=self.jobs.start,
            recent=self.settings.recent,
            open_spans=lambda: len(self.tagger.open_spans),
        )
        self._connect()
        self.actions_.bind(self._handlers())
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self._restore_shape()
        self._refresh_timeline()
        self._refresh_all()

    # Opening and closing

    def open_path(self, path: Path) -> None:
        """Footage or a project; another that is open is closed first, with nothing to save."""
        self.close_project()
        self.opener.open(path)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Several footage become one project of several cameras."""
        if len(paths) == 1 or paths[0].suffix.lower() == PROJECT_ENDING:
            self.open_path(paths[0])
        else:
            self.close_project()
            self.opener.open_several(paths)

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
        self.messages.clear()
        self.sources.stop()
        self.player.unload()
        self.marks.clear()
        unsaved = self._stop_keeping()
        if self.bridge is not None:
            self.bridge.setParent(None)
        self._tag_wanted = ""
        self.bridge = self.shown = self.files.bridge = None
        self._places.forget_moment()
        self._footage_id = ""
        self._refresh_all()
        if unsaved:
            self.messages.warn(kept_aside(unsaved))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        waits = self.bridge is not None and self.bridge.waits
        if event is not None and self.bridge is not None and waits:
            closes = ask_to_close(self.bridge.unfinished, self)
            if not closes:
                event.ignore()
                return
        self.settings.keep_shape("window", self.saveGeometry())
        self.settings.keep_looks(self.seeing.looks.last_text, self.seeing.looks.own_text)
        self._desk.keep_shape(self.settings)
        self.close_project()
        self.jobs.stop_all()
        self.sources.wait()
        self.player.wait()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Letters come here only while codes have no keys yet."""
        super().keyPressEvent(event)
        if event is None or not event.text().isalnum() or self.bridge is not None:
            return
        if self.shown is None and self.jobs.jobs:
            self.messages.warn("Not tagged: the footage is still being read.")
        elif self.shown is not None:
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
            self.open_paths(paths)

    # The footage on screen

    def show_camera(self, footage_id: str) -> None:
        if self.bridge is None or (self.footage and self.footage.id == footage_id):
            return
        self.opener.forget()
        self.editor.save()
        self.tagger.show(self.bridge, None)
        self.sources.stop()
        player = self.player
        self._places.leave(self._footage_id, player.ordinal, index=player.index, camera=self.camera)
        self.messages.clear()
        self.player.unload()
        self.marks.clear()
        self.shown, self._footage_id = None, footage_id
        camera = self.bridge.project.camera_of(footage_id)
        self.picture.show_sentence(f"Opening {camera.name} …")
        self.opener.show(self.bridge.session, self.bridge.project.footage[footage_id])

    def _show_footage(self, shown: Shown) -> None:
        shown = replace(shown, facts=self.listening.open(shown.facts))
        self.shown = shown
        index = shown.facts.index
        self.picture.begin_anew()
        self.picture.setFocus()
        camera = self.camera
        first, missed = self._places.come(self._footage_id, index=index, camera=camera)
        if missed and camera is not None:
            self.messages.inform(
                f"{camera.name} shows nothing of that moment; it is where you left it."
            )
        self.player.load(shown.path, index, audio=shown.facts.audio, ordinal=first)
        self.marks.clear()
        self.sources.show(shown.facts)
        self._refresh_silence(shown.facts)
        self.transport.refresh()
        self._pages.setCurrentWidget(self._desk)
        self._point_tagger()
        self._refresh_all()
        self._show_wanted_tag()
        if shown.warning:
            self.messages.warn(shown.warning)
        if self.saving is not None:
            self.saving.offer_left()
        self._show_notice()

    def _show_first_picture(self, picture: Picture) -> None:
        """While the frames are not known yet: something to look at, without number or time."""
        self.picture.fit()
        self.picture.show_picture(picture)
        self._pages.setCurrentWidget(self._desk)
        self._refresh_place()

    def _leave_first_picture(self) -> None:
        """Reading was stopped or failed, so there is nothing that could be stepped."""
        if self.shown is None and self.bridge is None:
            self._refresh_all()
        elif self.shown is None:
            self.picture.show_sentence("Reading was stopped. Open the project again to go on.")

    def _tell_not_opened(self, sentence: str) -> None:
        """Tags can be read and exported even where their footage is missing."""
        self._leave_first_picture()
        self._tag_wanted = ""
        footage = self.footage_meant
        self.messages.fail(sentence, self.relinking.offers(footage.id) if footage else None)
        if footage is not None and self.shown is None:
            self.picture.show_sentence(sentence)
            self.sources.show_missing(footage.first_ns, footage.end_ns)
            self._pages.setCurrentWidget(self._desk)
            self._refresh_all()

    def _adopt(self, session: ProjectSession) -> None:
        self.bridge = self.files.bridge = ProjectBridge(session, self)
        self.bridge.changed.connect(self._after_edit)
        self.bridge.refused.connect(self.messages.fail)
        self.bridge.pending.connect(lambda _: self._refresh_state())
        self.bridge.undone.connect(self._tell_undone)
        self.bridge.trouble.connect(lambda _: self._refresh_state())
        self._keep(self.bridge)
        self.settings.add_recent(session.path)
        every = list(session.project.footage.values())
        left, ordinal = self.settings.place(session.path)
        if self.shown is None:
            first = session.project.footage.get(left, every[0])
            self._footage_id = first.id
            self._places.keep(first.id, ordinal)
            self.opener.show(session, first)
        else:
            path = self.shown.path
            self._footage_id = next((one.id for one in every if is_at(session, one, path)), "")
            if left == self._footage_id and not self.player.touched:
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
        self._show_sound(self.listening.learn(facts))

    def _show_sound(self, facts: FootageFacts) -> None:
        """What is known of the track that is listened to, or another track."""
        if self.shown is None:
            return
        self.shown = replace(self.shown, facts=facts)
        self.tagger.take_audio(facts.audio)
        self.sources.listen_to(facts)
        self._refresh_silence(facts)
        self._refresh_footage()

    def _connect(self) -> None:
        self.files.opened.connect(self.open_paths)
        self.files.coder_changed.connect(self._reopen)
        self.start_page.open_asked.connect(self.files.ask_open)
        self.start_page.demo_asked.connect(self.open_demo)
        self.start_page.recent_asked.connect(self.open_path)
        self.opener.picture_ready.connect(self._show_first_picture)
        self.opener.footage_ready.connect(self._show_footage)
        self.opener.session_ready.connect(self._adopt)
        self.opener.silence_known.connect(self._show_silence)
        self.listening.silence_known.connect(self._show_silence)
        self.listening.chosen.connect(self._show_sound)
        self.opener.noticed.connect(self.messages.warn)
        self.opener.failed.connect(self._tell_not_opened)
        self.opener.stopped.connect(self._leave_first_picture)
        self.player.shown.connect(self.picture.show_picture)
        self.player.shown.connect(lambda _: self._refresh_place())
        self.player.shown.connect(lambda _: self.opener.listen())
        self.player.shown.connect(lambda _: self.sources.begin())
        self.player.broken.connect(self._show_broken)
        for changed in (
            self.seeing.look_changed,
            self.seeing.comparing_changed,
            self.picture.measuring_changed,
        ):
            changed.connect(self._refresh_seeing)
        self.seeing.look_changed.connect(self.player.set_look)
        self.seeing.comparing_changed.connect(self.picture.set_comparing)
        self.seeing.left.connect(self.picture.setFocus)
        self.seeing.said.connect(self.messages.inform)
        self.player.failed.connect(self.messages.fail)
        self.player.overtaken.connect(self._tell_overtaken)
        self.transport.seek_bar.seek.connect(lambda at: self.player.seek(self._frame_at(at)))
        self.transport.seek_bar.dragged.connect(lambda at: self.player.drag_to(self._frame_at(at)))
        self.marks.changed.connect(self._refresh_marks)
        self.transport.oddities_asked.connect(lambda: self.tabs.setCurrentWidget(self.facts))
        self.timeline.seek.connect(self._seek_time)
        self.timeline.dragged.connect(self._drag_to_time)
        self.timeline.chosen.connect(self._jump_to)
        self.timeline.selected.connect(self.tagger.select)
        self.timeline.moved.connect(self.tagger.place)
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
            "copy": self._copy_project,
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
            "shuttle_stop": player.stop_shuttle,
            "shuttle_forward": lambda: player.shuttle(1),
            "slower": lambda: player.change_speed(-1),
            "faster": lambda: player.change_speed(1),
            "mark_a": lambda: player.when_settled(lambda: self.marks.mark_a(player.ordinal)),
            "mark_b": lambda: player.when_settled(lambda: self.marks.mark_b(player.ordinal)),
            "loop": self._toggle_loop,
            "clear_marks": self.marks.clear,
            "mute": lambda: player.set_muted(not player.muted),
            "choose_sound": self.transport.ask_sound,
            "end_span": tagger.end_span,
            "move_start": tagger.move_start,
            "edit_text": self._edit_text,
            "drop_span": self._escape,
            "remove": tagger.remove,
            "undo": lambda: self.bridge.undo() if self.bridge else None,
            "redo": lambda: self.bridge.redo() if self.bridge else None,
            "filter": self._find,
            **self._timeline_handlers(),
            **self._picture_handlers(),
            "full_screen": self._toggle_full_screen,
            "shortcuts": lambda: ShortcutsDialog.ask(
                self.bridge.project.codebook if self.bridge else None, self
            ),
            "about": self.files.tell_about,
        }

    def _timeline_handlers(self) -> dict[str, Callable[[], object]]:
        timeline = self.timeline
        return {
            "zoom_in": lambda: timeline.zoom(1),
            "zoom_out": lambda: timeline.zoom(-1),
            "zoom_all": timeline.show_all,
            "zoom_selection": timeline.show_selection,
            "follow": lambda: timeline.set_follows(not timeline.follows),
            "spectrogram": lambda: timeline.set_spectrogram(not timeline.spectrogram),
            "filmstrip": lambda: timeline.set_filmstrip(not timeline.filmstrip),
        }

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
        self.editor.save()
        self.files.ask_export()

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
        self.messages.warn(
            "Not tagged: the picture moved on before the frame was on screen. Press the key again "
            "when it is."
        )

    def _toggle_loop(self) -> None:
        if not self.marks.loops and len(self.marks.marked) < 2:
            self.marks.set_loops(False)
            self.messages.inform("Mark A and B first: Shift+A, Shift+B.")
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

    def _toggle_enhanced(self) -> None:
        self.seeing.toggle()
        # Qt has ticked the action, even where there is nothing to turn on.
        self._refresh_seeing()

    def _adjust(self) -> None:
        self.tabs.setCurrentWidget(self.seeing)
        self.seeing.levels.begin()

    def _escape(self) -> None:
        """Ends measuring first: it is what was begun last."""
        if self.picture.measuring:
            self.picture.set_measuring(False)
        else:
            self.tagger.drop_span()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # Showing what is so

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
        self._desk.restore_shape(self.settings)
