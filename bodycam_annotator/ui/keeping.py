"""The window's care for what is tagged and for the footage: saved, kept aside, watched, found."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bodycam_annotator.app import Recovery
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.opening import Opener, is_at
from bodycam_annotator.ui.relinking import Relinking
from bodycam_annotator.ui.saving import Saving
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.showing import ShowingWindow


class KeepingWindow(ShowingWindow):
    """Attributes: `saving` is the open project's, or None."""

    def __init__(self, settings: WindowSettings | None = None) -> None:
        super().__init__(settings)
        self.saving: Saving | None = None
        self.opener = Opener(self.jobs.start, self)
        self.relinking = Relinking(self, messages=self.messages, start_job=self.jobs.start)
        self._tag_wanted = self._notice = ""
        self.watch.changed.connect(self._tell_original)
        self.watch.looked.connect(lambda _: self._refresh_footage())
        self.relinking.relinked.connect(self._show_relinked)
        self.opener.recovery_found.connect(self._offer_recovery)
        self.history.tag_asked.connect(self._show_tag)
        self.editor.typing.connect(lambda _: self._touch())
        self.table.typing.connect(self._touch)
        self.transcript.typing.connect(self._touch)

    def open_path(self, path: Path) -> None:
        raise NotImplementedError

    def close_project(self) -> None:
        raise NotImplementedError

    def show_camera(self, footage_id: str) -> None:
        raise NotImplementedError

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
        self.saving.copied.connect(self._go_on_in_copy)
        self.saving.damaged.connect(self._look_for_recovery)
        self.relinking.bridge = bridge
        self.watch.follow(bridge)

    def _stop_keeping(self) -> int:
        """Closes the project file; how many edits could not be saved and are kept aside."""
        unsaved = 0
        self.watch.follow(None)
        self.relinking.bridge = None
        if self.saving is not None:
            unsaved = self.saving.close()
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

    def _go_on_in_copy(self, path: Path) -> None:
        self.open_path(path)
        self._notice = (
            f"This window goes on in the copy, {path}. The edits that waited are saved in it, and "
            "only there."
        )

    def _show_notice(self) -> None:
        if self._notice:
            self.messages.warn(self._notice)
        self._notice = ""

    # The original

    def _tell_original(self, footage_id: str, sentence: str) -> None:
        if sentence:
            compared = self.watch.comparison(footage_id)
            self.messages.warn(sentence, self.relinking.offers(footage_id, compared))

    def _show_relinked(self, footage_id: str) -> None:
        if self.bridge is None or footage_id != self._footage_id:
            return
        footage = self.bridge.project.footage[footage_id]
        if self.shown is not None and is_at(self.bridge.session, footage, self.shown.path):
            self._refresh_footage()
            return
        self.shown = None
        self.show_camera(footage_id)

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

    def _show_wanted_tag(self) -> None:
        wanted, self._tag_wanted = self._tag_wanted, ""
        self._go_to_tag(wanted)
