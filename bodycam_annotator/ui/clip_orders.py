"""One export of clips: what is to be made, and what its thread tells of it."""

import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import Drawing
from bodycam_annotator.app.clips.jobs import ClipJob, NotMade, Piece, piece_of
from bodycam_annotator.app.clips.shown import named
from bodycam_annotator.app.clips.time_left import TimeLeft
from bodycam_annotator.app.clips.writing import ClipsReport, Follower, write_clips
from bodycam_annotator.app.footage import located, place_of
from bodycam_annotator.errors import Cancelled, UserError
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.clip_rows import Row, State
from bodycam_annotator.ui.messages import counted

_LOOKS_S = 0.1


@dataclass(kw_only=True)
class Said:
    """What was told since it was last taken: all rows, once; what was begun (None) or ended (why
    not, empty when it was made), by its number; how far files are; remarks on what was made."""

    rows: list[Row] | None = None
    events: list[tuple[int, str | None]] = field(default_factory=list)
    shares: dict[int, float] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)


class Told(Follower):
    """Keeps what the writing thread tells until the window takes it."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Of the project at `path`."""
        self.project: Project | None = None
        self.manifest: Path | None = None
        self._path, self._folder = path, folder
        self._lock = threading.Lock()
        self._said = Said()
        self._skipped: set[int] = set()

    def take(self) -> Said:
        with self._lock:
            said, self._said = self._said, Said()
        return said

    def skip(self, numbers: Sequence[int]) -> None:
        """Leaves those out, or stops what is being made of them."""
        with self._lock:
            self._skipped.update(numbers)

    def planned(self, jobs: Sequence[ClipJob], not_made: Sequence[NotMade]) -> None:
        rows = [_row_of(number, job) for number, job in enumerate(jobs)]
        rows += [self._row_not_made(one) for one in not_made]
        with self._lock:
            self._said.rows = rows

    def begun(self, number: int) -> None:
        with self._lock:
            self._said.events.append((number, None))

    def progressed(self, number: int, share: float) -> None:
        with self._lock:
            self._said.shares[number] = share

    def ended(self, number: int, why_not: str = "", notes: Sequence[str] = ()) -> None:
        with self._lock:
            self._said.events.append((number, why_not))
            self._said.notes[number] = " ".join(notes)

    def listed(self, manifest: Path) -> None:
        self.manifest = manifest

    def skips(self, number: int) -> bool:
        with self._lock:
            return number in self._skipped

    def _row_not_made(self, one: NotMade) -> Row:
        assert self.project is not None
        footage = self.project.footage[one.piece.footage_id]
        at = clock_text(one.piece.start_ns - footage.first_ns)
        name = f"{named(self.project, one.piece)}, at {at}"
        if len(self.project.cameras) > 1:
            camera = self.project.camera_of(footage.id).name
            name = f"{camera or PurePosixPath(footage.path).stem}: {name}"
        row = Row(
            name=name,
            folder=self._folder,
            pieces=(one.piece,),
            makes=(one.make,),
            footage=_place_of(footage, self._path),
        )
        row.end(State.NOT_MADE, one.why)
        return row


@dataclass(eq=False, kw_only=True)
class Order:
    """`project` is what the clips are of, as saved when they were asked for, read from `path`.

    `listened`: the sound stream that is listened to, of footage where one was chosen. `left_out`:
    sentences on what is not in the project. `rows` are its own in the table; `has_begun` once the
    first file is being made; `report` is there once all is through, `failure` a sentence on what
    stopped all of it.
    """

    project: Future[Project]
    path: Path
    pieces: Sequence[Piece]
    folder: Path
    choices: ClipChoices
    coder: str
    drawing: Drawing
    listened: Mapping[Path, int] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    rows: list[Row] = field(default_factory=list)
    time_left: TimeLeft = field(default_factory=TimeLeft)
    has_begun: bool = False
    report: ClipsReport | None = None
    failure: str = ""

    def __post_init__(self) -> None:
        self.told = Told(self.path, self.folder)
        self.rows = [
            Row(name=self.what, folder=self.folder, pieces=self.pieces, makes=self.choices.makes)
        ]

    @property
    def what(self) -> str:
        """Of what it is, while its files have no names yet."""
        tags = sum(piece.tag is not None for piece in self.pieces)
        if tags or not self.pieces:
            return counted(tags, "tag")
        piece = self.pieces[0]
        return piece.title or ("From A to B" if piece.end_ns > piece.start_ns else "One frame")

    @property
    def is_planned(self) -> bool:
        return not self.rows or self.rows[0].number is not None or self.rows[0].has_ended

    @property
    def left(self) -> int:
        """How many files are still to be made; before they are planned, at the most."""
        if not self.is_planned:
            return len(self.pieces) * len(self.choices.makes)
        return sum(not row.has_ended for row in self.rows)

    def count(self, state: State) -> int:
        return sum(row.state is state for row in self.rows)

    def unmade(self, rows: Collection[Row]) -> list[tuple[tuple[Piece, ...], tuple[Make, ...]]]:
        """What its rows among those were to be: pieces, and what of each of them. The pieces have
        the numbers that they had in the names, if they had any."""
        wanted = {id(row) for row in rows}
        makes: dict[tuple[int | None, int], list[Make]] = {}
        pieces: dict[tuple[int | None, int], Piece] = {}
        for row in self.rows:
            for place, piece in enumerate(row.pieces if id(row) in wanted else ()):
                # Several files of one piece have its number; what has none yet has one row.
                key = piece.number, place
                pieces[key] = piece
                makes.setdefault(key, []).extend(row.makes)
        found: dict[tuple[Make, ...], list[Piece]] = {}
        for key in sorted(pieces, key=lambda one: (one[0] or 0, one[1])):
            of_it = tuple(make for make in self.choices.makes if make in makes[key])
            found.setdefault(of_it, []).append(pieces[key])
        return [(tuple(mine), of_each) for of_each, mine in found.items()]

    def pictures(self) -> tuple[float, float, float]:
        """How many were made, are still to be made, and will not be."""
        made = left = gone = 0.0
        for row in self.rows:
            if row.state is State.MADE:
                made += row.pictures
            elif row.has_ended:
                gone += row.pictures
            else:
                made += row.pictures * row.share
                left += row.pictures * (1 - row.share)
        return made, left, gone

    def write(self, progress: Progress, cancelled: Asked) -> ClipsReport:
        """The work of a job."""
        project = _waited_for(self.project, cancelled)
        self.told.project = project
        pieces, gone = _as_saved(project, self.pieces)
        # Their rows know them by it, and what is made again of some of them has it in its name.
        pieces = [
            replace(piece, number=place) if piece.number is None else piece
            for place, piece in enumerate(pieces, 1)
        ]
        return write_clips(
            project,
            self.path,
            pieces,
            self.folder,
            replace(self.choices, streams=self._streams(project, pieces)),
            coder=self.coder,
            drawing=self.drawing,
            left_out=[*self.left_out, *gone],
            follower=self.told,
            progress=progress,
            cancelled=cancelled,
        )

    def _streams(self, project: Project, pieces: Sequence[Piece]) -> Mapping[str, int]:
        """By footage; those that were chosen for the clips come first."""
        found = dict(self.choices.streams)
        for footage_id in {piece.footage_id for piece in pieces} if self.listened else ():
            try:
                there = located(project.footage[footage_id], project=self.path)
            except UserError:
                # What is missing is said when its files are planned.
                continue
            if there in self.listened:
                found.setdefault(footage_id, self.listened[there])
        return found


def _row_of(number: int, job: ClipJob) -> Row:
    return Row(
        name=job.out.name,
        folder=job.out.parent,
        pieces=(job.piece,),
        makes=(job.make,),
        footage=job.facts.path,
        number=number,
        pictures=job.pictures,
    )


def _place_of(footage: Footage, project: Path) -> Path | None:
    try:
        return place_of(footage, project=project)
    except UserError:
        return None


def _waited_for(project: Future[Project], cancelled: Asked) -> Project:
    """A drive that does not answer keeps nobody from stopping this."""
    while True:
        try:
            return project.result(_LOOKS_S)
        except TimeoutError:
            if cancelled():
                raise Cancelled from None


def _as_saved(project: Project, pieces: Sequence[Piece]) -> tuple[list[Piece], list[str]]:
    """The pieces with their tags as they are in the project, and a sentence on those that are
    not."""
    standing = {tag.id: tag for tag in project.standing_tags}
    found = [
        piece
        if piece.tag is None
        else replace(piece_of(standing[piece.tag.id]), number=piece.number)
        for piece in pieces
        if piece.tag is None or piece.tag.id in standing
    ]
    gone = len(pieces) - len(found)
    if not gone:
        return found, []
    are, it = ("is", "it") if gone == 1 else ("are", "them")
    return found, [
        f"{counted(gone, 'tag')} {are} not in the project as it is saved: nothing made of {it}."
    ]
