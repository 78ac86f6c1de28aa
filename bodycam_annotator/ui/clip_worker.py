"""The one thread of the clips dialog: pictures of what is chosen, and what it will come to."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QObject, pyqtSignal

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import Drawing
from bodycam_annotator.app.clips.jobs import ClipJob, Piece, plan_jobs
from bodycam_annotator.app.clips.outlook import Outlook, look_ahead
from bodycam_annotator.app.clips.preview import AT_START, ClipPreview, Place, reader_of
from bodycam_annotator.app.people import coder_name
from bodycam_annotator.errors import Cancelled, FootageError, UserError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.memory import give_back
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.model.project import Project
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.publish.planned_pictures import Shapes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class PictureAsk:
    """A picture of `make`'s file of a piece: that of a number, or that at a place.

    `version` is another for every other piece, make or choices.
    """

    version: int
    make: Make
    piece: Piece
    choices: ClipChoices
    at: int | Place


@dataclass(frozen=True, kw_only=True)
class OutlookAsk:
    version: int
    pieces: Sequence[Piece]
    folder: Path
    choices: ClipChoices


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """The picture of that `number` of `count`, or a sentence on why there is none.

    `first_ns`: the footage's first frame's time. `time_ns` is on the footage's own clock, None of a
    card. `problem`: a sentence on the footage.
    """

    version: int
    number: int = 0
    count: int = 0
    place: Place = AT_START
    first_ns: int = 0
    time_ns: int | None = None
    bgra: Pixels | None = None
    sentence: str = ""
    problem: str = ""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What it comes to, or a sentence on why nothing does."""

    version: int
    outlook: Outlook | None = None
    sentence: str = ""


class ClipWorker(QObject):
    """Serves the newest ask of each kind, pictures first; asks that are older are dropped.

    Signals, in the window's thread: `pictured` with `Pictured`, `foreseen` with `Foreseen`.
    """

    pictured = pyqtSignal(object)
    foreseen = pyqtSignal(object)

    def __init__(self, project: Project, path: Path, drawing: Drawing, parent: QObject) -> None:
        super().__init__(parent)
        self._project, self._path, self._drawing = project, path, drawing
        self._changed = threading.Condition()
        self._stopping = False
        self._picture: PictureAsk | None = None
        self._outlook: OutlookAsk | None = None
        self._newest_picture = self._newest_outlook = -1
        self._showing = _Showing(project, path, drawing)
        self._thread = threading.Thread(target=self._run, name="clips: what is to be made")

    def ask_picture(self, ask: PictureAsk) -> None:
        with self._changed:
            self._picture, self._newest_picture = ask, ask.version
            self._changed.notify_all()

    def ask_outlook(self, ask: OutlookAsk) -> None:
        with self._changed:
            self._outlook, self._newest_outlook = ask, ask.version
            self._changed.notify_all()

    def start(self) -> None:
        """Once; what was asked before is served then."""
        if self._thread.ident is None:
            self._thread.start()
            application = QCoreApplication.instance()
            if application is not None:
                # Nobody closes a dialog that is open when the program ends.
                application.aboutToQuit.connect(self.stop)

    def stop(self) -> None:
        """Returns when the footage is closed, no later than the frame that is being decoded."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while (work := self._next()) is not None:
                work()
        finally:
            self._showing.close()
            give_back()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._stopping:
                picture, outlook = self._picture, self._outlook
                if picture is not None:
                    self._picture = None
                    return lambda: self._make_picture(picture)
                if outlook is not None:
                    return lambda: self._make_outlook(outlook)
                self._changed.wait()
            return None

    def _make_picture(self, ask: PictureAsk) -> None:
        def cancelled() -> bool:
            return self._stopping or self._newest_picture != ask.version

        try:
            made = self._showing.picture(ask, cancelled)
        except Cancelled:
            return
        except Exception as error:
            made = Pictured(version=ask.version, sentence=_why(error))
        self.pictured.emit(made)

    def _make_outlook(self, ask: OutlookAsk) -> None:
        def cancelled() -> bool:
            # A picture is waited for by somebody who looks; counts come a moment later.
            return self._stopping or self._newest_outlook != ask.version or bool(self._picture)

        try:
            outlook = look_ahead(
                self._project,
                self._path,
                ask.pieces,
                ask.folder,
                ask.choices,
                cancelled=cancelled,
            )
            found = Foreseen(version=ask.version, outlook=outlook)
        except Cancelled:
            return
        except Exception as error:
            found = Foreseen(version=ask.version, sentence=_why(error))
        with self._changed:
            if self._outlook is ask:
                self._outlook = None
        self.foreseen.emit(found)


class _Showing:
    """What is open for the picture that was asked for last."""

    def __init__(self, project: Project, path: Path, drawing: Drawing) -> None:
        self._project, self._path, self._drawing = project, path, drawing
        self._coder = coder_name()
        self._reader: FrameReader | None = None
        self._shapes: Shapes = {}
        self._job: ClipJob | None = None
        self._planned: ClipChoices | None = None
        self._preview: tuple[int, ClipPreview] | None = None

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._job = self._preview = None
        self._shapes = {}

    def picture(self, ask: PictureAsk, cancelled: Callable[[], bool]) -> Pictured:
        """Raises `UserError` where there is none, `Cancelled` when asked to stop."""
        preview, job = self._of(ask, cancelled)
        last = len(preview.plan.frames) - 1
        number = min(ask.at, last) if isinstance(ask.at, int) else preview.number_of(ask.at)
        frame = preview.plan.frames[number]
        bgra, sentence, compared = None, "", preview.compared
        if compared.problem and not compared.only_date:
            # What is shown of other footage would be no picture of these tags.
            sentence = compared.problem
        else:
            try:
                bgra = preview.picture(number, cancelled=cancelled)
            except FootageError as error:
                sentence = str(error)
        return Pictured(
            version=ask.version,
            number=number,
            count=last + 1,
            place=preview.place(number),
            first_ns=job.facts.index.first_ns,
            time_ns=frame.time_ns,
            bgra=bgra,
            sentence=sentence,
            problem="" if sentence else compared.problem,
            problems=tuple(preview.problems),
            notes=tuple(preview.notes()),
        )

    def _of(self, ask: PictureAsk, cancelled: Callable[[], bool]) -> tuple[ClipPreview, ClipJob]:
        job = self._job_of(ask, cancelled)
        if self._preview is None or self._preview[0] != ask.version:
            assert self._reader is not None
            self._preview = (
                ask.version,
                ClipPreview(
                    self._project,
                    self._path,
                    job,
                    ask.choices,
                    self._drawing,
                    reader=self._reader,
                    shapes=self._shapes,
                    coder=self._coder,
                ),
            )
        return self._preview[1], job

    def _job_of(self, ask: PictureAsk, cancelled: Callable[[], bool]) -> ClipJob:
        """Planned anew only for another piece, as frames that were decoded serve other choices."""
        # What cannot be drawn is said beside the picture; it is no reason to show none.
        wanted = replace(
            ClipChoices(),
            makes=(ask.make,),
            before_ns=ask.choices.before_ns,
            after_ns=ask.choices.after_ns,
        )
        job = self._job
        if job is not None and job.piece is ask.piece and self._planned == wanted:
            return job
        jobs, not_made = plan_jobs(
            self._project, self._path, [ask.piece], self._path.parent, wanted, cancelled=cancelled
        )
        for one in not_made:
            raise FootageError(one.why)
        if job is None or self._reader is None or job.footage.id != ask.piece.footage_id:
            self.close()
            self._reader = reader_of(jobs[0])
        self._job, self._planned, self._preview = jobs[0], wanted, None
        return jobs[0]


def _why(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    _log.error("a bug of ours in the clips dialog", exc_info=error)
    return f"This cannot be shown because of a fault in this program: {error!r}"
