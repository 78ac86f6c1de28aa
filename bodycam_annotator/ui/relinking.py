"""Finding footage that is not where it was, by its content."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog, QWidget

from bodycam_annotator.app import Found, examine, find_nearby, follow, footage_path
from bodycam_annotator.errors import FootageError
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.messages import MessageBar, Offers
from bodycam_annotator.ui.workers import Job

FIND = "Find it …"
CHECK = "Check its content"
CHOOSE = "Choose another file …"


class Relinking(QObject):
    """What the window offers where an original is missing or changed.

    What is found is taken up by an edit that refers to where the footage is now, or has its new
    date. Attributes: `bridge` is the open project, or None.
    """

    def __init__(
        self, window: QWidget, *, messages: MessageBar, start_job: Callable[[Job], None]
    ) -> None:
        super().__init__(window)
        self.bridge: ProjectBridge | None = None
        self._window = window
        self._messages = messages
        self._start_job = start_job

    def offers(self, footage_id: str, compared: Comparison | None = None) -> Offers:
        """For the message that says what is wrong with a footage."""
        if compared is not None and compared.only_date:
            return {CHECK: lambda: self.check(footage_id)}
        return {FIND: lambda: self.find(footage_id)}

    def find(self, footage_id: str) -> None:
        """Looks nearby; asks the person where nothing is found."""
        bridge = self.bridge
        if bridge is None:
            return
        session, footage = bridge.session, bridge.project.footage[footage_id]

        def work(progress: Progress, cancelled: Asked) -> Found | None:
            return find_nearby(session, footage, progress=progress, cancelled=cancelled)

        def done(found: Found | None) -> None:
            if bridge is not self.bridge:
                return
            if found is None:
                self.ask(footage_id)
            else:
                self._follow(footage_id, found)

        job = Job(f"Looking for {_name(footage.path)}", work, parent=self)
        job.done.connect(done)
        job.failed.connect(self._messages.fail)
        self._start_job(job)

    def check(self, footage_id: str) -> None:
        """Reads the footage where it is; where its content is the same, takes up its date."""
        if self.bridge is None:
            return
        try:
            path = footage_path(self.bridge.session, self.bridge.project.footage[footage_id])
        except FootageError as error:
            self._messages.fail(str(error), self.offers(footage_id), about=about(footage_id))
        else:
            self._examine(footage_id, path, again={FIND: lambda: self.find(footage_id)})

    def ask(self, footage_id: str) -> None:
        """Lets the person choose the file, which is then read to see whether it is the footage."""
        bridge = self.bridge
        if bridge is None:
            return
        name = _name(bridge.project.footage[footage_id].path)
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            f"Where is {name}? Whatever it is called now, it is known by its content",
            str(bridge.session.path.parent),
            "All files (*)",
        )
        if bridge is not self.bridge:
            return
        if not chosen:
            self._messages.warn(
                f"{name} is not found yet.", self.offers(footage_id), about=about(footage_id)
            )
        else:
            again = {CHOOSE: lambda: self.ask(footage_id)}
            self._examine(footage_id, Path(chosen), again=again)

    def _examine(self, footage_id: str, path: Path, *, again: Offers) -> None:
        bridge = self.bridge
        if bridge is None:
            return
        session, footage = bridge.session, bridge.project.footage[footage_id]

        def work(progress: Progress, cancelled: Asked) -> Found:
            return examine(session, footage, path, progress=progress, cancelled=cancelled)

        def done(found: Found) -> None:
            if bridge is self.bridge:
                self._follow(footage_id, found)

        def failed(sentence: str) -> None:
            if bridge is self.bridge:
                self._messages.fail(sentence, again, about=about(footage_id))
            else:
                self._messages.fail(sentence)

        job = Job(f"Checking {path.name}", work, parent=self)
        job.done.connect(done)
        job.failed.connect(failed)
        self._start_job(job)

    def _follow(self, footage_id: str, found: Found) -> None:
        if self.bridge is None:
            return

        def told() -> None:
            self._messages.withdraw(about(footage_id))
            self._messages.inform(
                f"{found.path} has the SHA-256 of the footage that was tagged; the project refers "
                "to it now."
            )

        self.bridge.do(
            lambda project: follow(project.footage[footage_id], found),
            then=told,
        )


def about(footage_id: str) -> str:
    """What messages on that footage are about."""
    return f"footage {footage_id}"


def _name(stored: str) -> str:
    return PurePosixPath(stored).name
