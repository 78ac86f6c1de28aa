"""What is open in the window: a project, one of its footage, and the care for both.

Saved, kept aside, watched, found again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from bodycam_annotator.app import Recovery, open_project, sentence_words
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.model.edits import Changes
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.camera_places import CameraPlaces
from bodycam_annotator.ui.clipping import Clipping
from bodycam_annotator.ui.dialogs import not_saved
from bodycam_annotator.ui.exporting import Exporting
from bodycam_annotator.ui.files import Files
from bodycam_annotator.ui.importing import Importing
from bodycam_annotator.ui.listening import Listening
from bodycam_annotator.ui.messages import REFUSAL
from bodycam_annotator.ui.opening import PROJECT_ENDING, Opener, Shown, is_at
from bodycam_annotator.ui.relinking import Relinking, about
from bodycam_annotator.ui.saving import Saving
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.showing import ShowingWindow
from bodycam_annotator.ui.tags_on_screen import OnScreen
from bodycam_annotator.ui.workers import Job


class OpenWindow(ShowingWindow):
    """Opens and closes projects and footage, and keeps and finds them."""

    def __init__(self, settings: WindowSettings | None = None) -> None:
        super().__init__(settings)
        self._tag_wanted = ""
        self._places = CameraPlaces()
        self.listening = Listening(self.player, self.transport.sound_menu, self)
        self.opener = Opener(self.jobs.start, self)
        self.relinking = Relinking(self, messages=self.messages, start_job=self.jobs.start)
        self.files = Files(self, messages=self.messages, recent=self.settings.recent)
        self.exporting = Exporting(
            self,
            messages=self.messages,
            start_job=self.jobs.start,
            open_spans=lambda: len(self.tagger.open_spans),
            on_screen=self._camera_name,
        )
        self.clipping = Clipping(self, listened=lambda: self.listening.chosen)
        self.importing = Importing(
            self, messages=self.messages, start_job=self.jobs.start, folder=self.files.folder
        )
        self._connect_opening()

    def _camera_name(self) -> str | None:
        """Of the one on screen."""
        return None if self.camera is None else self.camera.name

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

    def _change_coder(self, coder: str) -> None:
        """An open project goes on under that name."""
        bridge = self.bridge
        if bridge is None:
            return
        self._save_typed()
        if not bridge.is_through(seconds=1.0):
            # They were made under the other name.
            self.messages.warn(
                f"Edits of {bridge.coder} are not saved yet: this project goes on under {coder} "
                "when it is opened again."
            )
            return
        path = bridge.session.path

        def done(session: ProjectSession) -> None:
            if bridge is self.bridge:
                bridge.go_on_in(session, has=(), kept=lambda: None)
            else:
                session.close()

        job = Job(
            f"Opening {path.name} as {coder}",
            lambda *_: open_project(path, coder=coder),
            parent=self,
        )
        job.done.connect(done)
        job.failed.connect(self.messages.fail)
        self.jobs.start(job)

    def close_project(self, *, patient: bool = False) -> None:
        """`patient` as for `Saving.close`."""
        self.opener.forget()
        self._save_typed()
        self.tagger.show(None, None)
        self._keep_place()
        self.messages.clear()
        self.sources.stop()
        self.player.unload()
        self.marks.clear()
        kept = self.saving is None or self.saving.keeps
        unsaved = self._stop_keeping(patient=patient)
        if self.bridge is not None:
            self.bridge.setParent(None)
        self._tag_wanted = ""
        self.bridge = self.shown = self.exporting.bridge = self.importing.bridge = None
        self._places.forget_moment()
        self._footage_id = ""
        self._refresh_all()
        if unsaved:
            self.messages.warn(not_saved(unsaved, kept=kept))

    # The footage on screen

    def show_camera(self, footage_id: str) -> None:
        if self.bridge is None or (self.footage and self.footage.id == footage_id):
            return
        self.opener.forget()
        self._save_typed()
        self.tagger.show(self.bridge, None)
        self._read_anew(self.bridge, footage_id)

    def _read_anew(self, bridge: ProjectBridge, footage_id: str) -> None:
        """From where the project says that footage is."""
        player = self.player
        self._places.leave(self._footage_id, player.ordinal, index=player.index, camera=self.camera)
        self.sources.stop()
        self.player.unload()
        self.marks.clear()
        self.shown, self._footage_id = None, footage_id
        # Nothing said of another footage is to stand beside this one.
        self.transport.show_oddities(())
        self.timeline.show_silence(())
        self.picture.show_sentence(f"Opening {bridge.project.camera_of(footage_id).name} …")
        self.opener.show(bridge.session, bridge.project.footage[footage_id])

    def _show_footage(self, shown: Shown) -> None:
        shown = replace(shown, facts=self.listening.open(shown.facts))
        self.shown = shown
        index = shown.facts.index
        self.picture.begin_anew()
        if not self._is_typed_into():
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
        self._pages.setCurrentWidget(self.desk)
        self._point_tagger()
        self._refresh_all()
        self._show_wanted_tag()
        if shown.warning:
            self._tell_original(self._footage_id, shown.warning)
        if self.saving is not None:
            self.saving.offer_left()

    def _show_first_picture(self, picture: Picture) -> None:
        """While the frames are not known yet: something to look at, without number or time."""
        self.picture.fit()
        self.picture.show_picture(picture)
        self._pages.setCurrentWidget(self.desk)
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
        if footage is None:
            self.messages.fail(sentence)
        else:
            offers = self.relinking.offers(footage.id)
            self.messages.fail(sentence, offers, about=about(footage.id))
        if footage is not None and self.shown is None:
            self.picture.show_sentence(sentence)
            self.sources.show_missing(footage.first_ns, footage.end_ns)
            self._pages.setCurrentWidget(self.desk)
            self._refresh_all()
            if self.saving is not None:
                self.saving.offer_left()

    def _adopt(self, session: ProjectSession) -> None:
        self.bridge = ProjectBridge(session, self)
        self.exporting.bridge = self.importing.bridge = self.bridge
        self.bridge.changed.connect(self._after_edit)
        self.bridge.changed.connect(self._follow_footage)
        self.bridge.refused.connect(self._tell_refused)
        self.bridge.pending.connect(lambda _: self._refresh_state())
        self._unfinished = 0
        self.bridge.pending.connect(self._note_asked)
        self.messages.withdraw(REFUSAL)
        self.bridge.undone.connect(self._tell_undone)
        self.bridge.trouble.connect(lambda _: self._refresh_state())
        self.bridge.moved.connect(self._follow_project)
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
        if self.shown is not None and self.saving is not None:
            self.saving.offer_left()

    def _tell_refused(self, sentence: str) -> None:
        if self.bridge is not None:
            self.messages.fail(sentence_words(sentence, self.bridge.project))

    def _point_tagger(self) -> None:
        footage = self.footage
        if self.bridge is None or footage is None or self.shown is None:
            self.tagger.show(self.bridge, None)
            return
        facts = self.shown.facts
        on = OnScreen(footage=footage, index=facts.index, audio=facts.audio, path=self.shown.path)
        self.tagger.show(self.bridge, on)

    def _show_sound(self, facts: FootageFacts) -> None:
        """What is known of the track that is listened to, or another track."""
        if self.shown is None:
            return
        self.shown = replace(self.shown, facts=facts)
        self.tagger.take_audio(facts.audio)
        self.sources.listen_to(facts)
        self._refresh_silence(facts)
        self._refresh_footage()
        # What was suggested by the sound may be so no more.
        self.messages.look_again()

    # Saving

    def _keep(self, bridge: ProjectBridge) -> None:
        """From now on, until `_stop_keeping`."""
        self.saving = Saving(
            bridge,
            tagger=self.tagger,
            typed=self._typed,
            messages=self.messages,
            start_job=self.jobs.start,
            window=self,
        )
        self.saving.copying.connect(self._save_typed)
        self.saving.put_back.connect(self._go_on_typing)
        self.saving.damaged.connect(self._look_for_recovery)
        self.saving.left_changed.connect(self._refresh_state)
        self.relinking.bridge = bridge
        self.watch.follow(bridge)

    def _stop_keeping(self, *, patient: bool) -> int:
        """Closes the project file; how many edits could not be saved and are kept aside."""
        unsaved = 0
        self.watch.follow(None)
        self.relinking.bridge = None
        if self.saving is not None:
            unsaved = self.saving.close(patient=patient)
            self.saving.setParent(None)
        self.saving = None
        return unsaved

    def _typed(self) -> Iterator[tuple[Tag, str, str]]:
        if self.editor.tag is not None:
            for field, text in self.editor.typed().items():
                yield self.editor.tag, field, text
        for cell in (self.table.typed(), self.transcript.typed()):
            if cell is not None:
                yield cell

    def _touch(self) -> None:
        if self.saving is not None:
            self.saving.touch()

    def _copy_project(self) -> None:
        if self.saving is not None:
            self.saving.ask_copy()

    def _follow_project(self) -> None:
        """It goes on in a copy, or under another coder's name."""
        if self.bridge is not None:
            self.settings.add_recent(self.bridge.session.path)
            self._keep_place()
            self._refresh_all()
            self.messages.warn(
                f"You go on in {self.bridge.session.path}, as {self.bridge.coder}. What waited to "
                "be saved goes there."
            )

    def _keep_place(self) -> None:
        """For the next time."""
        if self.bridge is not None and self._footage_id:
            left = self._places.left(self._footage_id)
            ordinal = left if self.player.ordinal is None else self.player.ordinal
            self.settings.keep_place(self.bridge.session.path, self._footage_id, ordinal)

    def _is_typed_into(self) -> bool:
        """Whether letters go into a field now: taken from it they would become tags."""
        focus = QApplication.focusWidget()
        return isinstance(focus, QLineEdit | QTextEdit | QPlainTextEdit) and self.isAncestorOf(
            focus
        )

    def _go_on_typing(self, tag_id: str) -> None:
        """Text that was put back is where the person left off."""
        self._go_to_tag(tag_id)
        if self.tagger.selected == (tag_id,):
            self.editor.begin()

    # The original

    def _tell_original(self, footage_id: str, sentence: str) -> None:
        if not sentence:
            self.messages.withdraw(about(footage_id))
        elif sentence not in self.messages.standing:
            compared = self.watch.comparison(footage_id)
            offers = self.relinking.offers(footage_id, compared)
            self.messages.warn(sentence, offers, about=about(footage_id))

    def _follow_footage(self, changes: Changes) -> None:
        """Relinked here or in another window: its frames are read from where it is now."""
        if self.bridge is not None and self._footage_id in changes.ids("footage"):
            self.opener.forget()
            self.watch.look_anew(self._footage_id)
            self._read_anew(self.bridge, self._footage_id)

    # A damaged project

    def _look_for_recovery(self) -> None:
        if self.bridge is not None:
            path = self.bridge.session.path
            self.close_project()
            self.opener.look_for_recovery(path)

    def _offer_recovery(self, recovery: Recovery, footage: Path | None) -> None:
        def recover() -> None:
            self.close_project()
            self.opener.recover(recovery)

        offers: dict[str, Callable[[], object]] = {"Open what there is": recover}
        if footage is not None and recovery.stamp is None:
            offers["Begin a new project"] = lambda: self.opener.begin_anew(footage)
        self.messages.warn(recovery.sentence, offers)

    # A tag of another camera

    def _show_tag(self, tag_id: str) -> None:
        tag = self.bridge.project.tags.get(tag_id) if self.bridge else None
        if tag is None or tag.footage_id == self._footage_id:
            return
        if self.tagger.open_spans:
            self.messages.inform("That tag is on another camera; end the open span to go there.")
            return
        self._tag_wanted = tag_id
        self.show_camera(tag.footage_id)

    def _show_moment(self, tag: Tag, time_ns: int) -> None:
        """Shows that time on the tag's footage, and leaves what is selected as it is."""
        if tag.footage_id == self._footage_id:
            if self.player.index is not None:
                self.player.go_to_time(time_ns)
        else:
            self._show_tag(tag.id)

    def _play_from(self, tag: Tag) -> None:
        self._show_moment(tag, tag.start_ns)
        self.player.play()

    def _show_wanted_tag(self) -> None:
        wanted, self._tag_wanted = self._tag_wanted, ""
        self._go_to_tag(wanted)

    def _connect_opening(self) -> None:
        self.opener.picture_ready.connect(self._show_first_picture)
        self.opener.footage_ready.connect(self._show_footage)
        self.opener.session_ready.connect(self._adopt)
        self.opener.recovery_found.connect(self._offer_recovery)
        self.opener.noticed.connect(self.messages.warn)
        self.opener.failed.connect(self._tell_not_opened)
        self.opener.stopped.connect(self._leave_first_picture)
        self.sources.heard.connect(self.listening.learn)
        self.listening.changed.connect(self._show_sound)
        self.watch.changed.connect(self._tell_original)
        self.watch.looked.connect(lambda _: self._refresh_footage())
        self.tagger.doubted.connect(self._tell_original)
        self.files.opened.connect(self.open_paths)
        self.files.coder_changed.connect(self._change_coder)
        self.history.tag_asked.connect(self._show_tag)
        self.editor.typing.connect(lambda _: self._touch())
        self.table.typing.connect(self._touch)
        self.transcript.typing.connect(self._touch)
        self.transcript.jump.connect(lambda tag: self._show_moment(tag, tag.start_ns))
        self.transcript.play.connect(self._play_from)
        self.intervals.jump.connect(self._show_moment)
