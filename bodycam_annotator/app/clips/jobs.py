"""The files to make: each of which frames of which footage, where to, and about how large."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.footage import check_index, located
from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError, UserError
from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.publish.clip_names import Names
from bodycam_annotator.timing import NS, clock_text

if TYPE_CHECKING:
    from bodycam_annotator.media.probe import FootageFacts
    from bodycam_annotator.publish.clip_span import ClipSpan

_SHEET_WIDTH = 320


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A mark or span of a footage to make something of: that of `tag`, or one that a person set.

    Times are nanoseconds on the footage's own clock; `first` and `last` the ordinals of the frames
    that were meant. `title`: what one without a tag is called. `number`: its number in the names of
    files where it is not its place among the pieces, as it had it when it was asked for before.
    """

    footage_id: str
    start_ns: int
    end_ns: int
    tag: Tag | None = None
    first: int | None = None
    last: int | None = None
    title: str = ""
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class ClipJob:
    """One file that is to be made of `piece`, with the `tags` that lie in its `span`.

    `moment` is the ordinal on screen at the piece's start. `pictures`: how many it takes to write.
    """

    make: Make
    piece: Piece
    tags: tuple[Tag, ...]
    footage: Footage
    facts: "FootageFacts"
    span: "ClipSpan"
    moment: int
    out: Path
    pictures: int
    likely_bytes: int


@dataclass(frozen=True, kw_only=True)
class NotMade:
    """A piece of which something cannot be made, and a sentence on why."""

    piece: Piece
    make: Make
    why: str


def piece_of(tag: Tag) -> Piece:
    return Piece(
        footage_id=tag.footage_id,
        start_ns=tag.start_ns,
        end_ns=tag.end_ns,
        tag=tag,
        first=tag.start_frame,
        last=tag.end_frame,
    )


def together(project: Project, tags: Sequence[Tag]) -> list[Piece]:
    """A piece of each footage, from the first to the last of its tags."""
    found: dict[str, list[Tag]] = {}
    for tag in tags:
        found.setdefault(tag.footage_id, []).append(tag)
    return [_together(project, mine) for mine in found.values()]


def _together(project: Project, tags: Sequence[Tag]) -> Piece:
    if len(tags) == 1:
        return piece_of(tags[0])
    first, last = min(tags, key=_begins), max(tags, key=_ends)
    return Piece(
        footage_id=first.footage_id,
        start_ns=first.start_ns,
        end_ns=_end_of(last),
        first=first.start_frame,
        last=last.end_frame,
        title=counted_names(project, tags),
    )


def counted_names(project: Project, tags: Sequence[Tag]) -> str:
    """`Shot ×3, Utterance`: the names of their codes in the order in which they come first."""
    names = [code_name(project, tag) for tag in tags]
    counts = {name: names.count(name) for name in names}
    return ", ".join(name if many == 1 else f"{name} ×{many}" for name, many in counts.items())


def code_of(project: Project, tag: Tag) -> Code | None:
    """As the codebook has it that the tag was made with."""
    book = project.codebooks.get(tag.codebook, project.codebook)
    return book.find(tag.code)


def code_name(project: Project, tag: Tag) -> str:
    code = code_of(project, tag)
    return tag.code if code is None else code.name


def plan_jobs(
    project: Project,
    path: Path,
    pieces: Sequence[Piece],
    folder: Path,
    choices: ClipChoices,
    *,
    cancelled: Asked | None = None,
) -> tuple[list[ClipJob], list[NotMade]]:
    """A job for each piece and each thing to make of it, of the project that is at `path`.

    Nothing that is in `folder` now is replaced: names that are taken get a number. Raises
    `ExchangeError` where the choices cannot be or there is no piece, `Cancelled` when asked to
    stop.
    """
    choices.check()
    if not pieces:
        raise ExchangeError("There is no such tag, so there is no clip to make.")
    planning = _Planning(project, path, pieces, choices, folder, cancelled)
    jobs: list[ClipJob] = []
    not_made: list[NotMade] = []
    for place, piece in enumerate(pieces, 1):
        number = place if piece.number is None else piece.number
        if cancelled is not None and cancelled():
            raise Cancelled
        for make in choices.makes:
            try:
                jobs.append(planning.job(piece, number, make))
            except UserError as error:
                not_made.append(NotMade(piece=piece, make=make, why=str(error)))
    return jobs, not_made


class _Planning:
    def __init__(
        self,
        project: Project,
        path: Path,
        pieces: Sequence[Piece],
        choices: ClipChoices,
        folder: Path,
        cancelled: Asked | None,
    ) -> None:
        self._project, self._path, self._choices = project, path, choices
        self._folder, self._cancelled = folder, cancelled
        self._facts: dict[str, FootageFacts] = {}
        self._names = Names(names_in(folder))
        tags: dict[str, list[Tag]] = {}
        for tag in project.standing_tags:
            tags.setdefault(tag.footage_id, []).append(tag)
        self._tags = {one: _TagsByTime(tags.get(one, ())) for one in project.footage}

    def job(self, piece: Piece, number: int, make: Make) -> ClipJob:
        """Raises `UserError` where it cannot be made."""
        from bodycam_annotator.publish.clip_span import clip_span

        choices, footage = self._choices, self._project.footage[piece.footage_id]
        facts = self._facts_of(piece.footage_id)
        check_index(facts.index, footage)
        if make is Make.SOUND and facts.audio is None:
            raise FootageError(f"{facts.path.name} has no sound.")
        look = choices.look_of(make)
        if look is not None:
            look.check(facts.width, facts.height)
        meant = partial(
            clip_span,
            facts.index,
            piece.start_ns,
            piece.end_ns,
            first=piece.first,
            last=piece.last,
        )
        span = meant(before_ns=choices.before_ns, after_ns=choices.after_ns)
        moment = meant().first
        return ClipJob(
            make=make,
            piece=piece,
            tags=self._tags[piece.footage_id].within(span),
            footage=footage,
            facts=facts,
            span=span,
            moment=moment,
            out=self._folder / self._name(piece, number, make, moment),
            pictures=pictures_of(make, len(span), choices),
            likely_bytes=_likely_bytes(make, facts, span, choices),
        )

    def _facts_of(self, footage_id: str) -> "FootageFacts":
        from bodycam_annotator.media.stored_index import footage_facts

        if footage_id not in self._facts:
            footage = self._project.footage[footage_id]
            facts = footage_facts(
                located(footage, project=self._path),
                stream=footage.stream,
                cancelled=self._cancelled,
            )
            stream = self._choices.streams.get(footage_id)
            self._facts[footage_id] = facts if stream is None else facts.listening_to(stream)
        return self._facts[footage_id]

    def _name(self, piece: Piece, number: int, make: Make, moment: int) -> str:
        footage = self._project.footage[piece.footage_id]
        camera = self._project.camera_of(footage.id).name or PurePosixPath(footage.path).stem
        facts = self._facts[footage.id]
        fields = {
            "incident": self._project.incident.name,
            "camera": camera,
            "code": _code(piece),
            "n": f"{number:03d}",
            "start": clock_text(piece.start_ns - facts.index.first_ns),
            "speaker": "" if piece.tag is None else piece.tag.speaker,
        }
        ending = self._choices.ending(make)
        if make is Make.STILL:
            ending = f" frame {moment}{ending}"
        return self._names.new(self._choices.name, fields, ending=ending)


def _code(piece: Piece) -> str:
    if piece.tag is not None:
        return piece.tag.code
    if piece.title:
        return piece.title
    return "A to B" if piece.end_ns > piece.start_ns else "frame"


class _TagsByTime:
    """Tags of one footage, found by when they are."""

    def __init__(self, tags: Sequence[Tag]) -> None:
        self._tags = sorted(tags, key=lambda tag: (tag.start_ns, tag.end_ns, tag.id))
        self._starts = [tag.start_ns for tag in self._tags]
        # Of all up to each: where it is no later than a span, none of these reaches into it.
        self._latest = list(accumulate(map(_end_of, self._tags), max))

    def within(self, span: "ClipSpan") -> tuple[Tag, ...]:
        """Those that lie in the span at least in part, by their starts.

        By their frames, as several can have one time; those without by their times.
        """
        last = bisect_right(self._starts, span.end_ns)
        first = bisect_left(self._latest, span.start_ns, hi=last)
        return tuple(tag for tag in self._tags[first:last] if _is_within(tag, span))


def _is_within(tag: Tag, span: "ClipSpan") -> bool:
    if tag.start_frame is not None and tag.end_frame is not None:
        return tag.start_frame <= span.last and tag.end_frame >= span.first
    return tag.start_ns < span.end_ns and _end_of(tag) > span.start_ns


def _begins(tag: Tag) -> tuple[int, int]:
    """Several frames can have one time."""
    return tag.start_ns, tag.start_frame or 0


def _ends(tag: Tag) -> tuple[int, int]:
    return _end_of(tag), tag.end_frame or 0


def _end_of(tag: Tag) -> int:
    """A mark fills its own nanosecond."""
    return max(tag.end_ns, tag.start_ns + 1)


def names_in(folder: Path) -> list[str]:
    """Those of all that lies in it; none where there is no such folder.

    Raises `ExchangeError` when it cannot be read, or is none.
    """
    try:
        return [one.name for one in folder.iterdir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ExchangeError(
            f"{folder} cannot be used: {error.strerror or error}. Choose another folder."
        ) from error


def pictures_of(make: Make, frames: int, choices: ClipChoices) -> int:
    """How many pictures are written for a span of so many frames."""
    if make is Make.CLIP:
        more = bool(choices.card_ns) + bool(choices.freeze_ns)
        return frames * (1 + len(choices.slower)) + more
    if make is Make.SHEET:
        return min(frames, choices.thumbs)
    return {Make.STILL: 1, Make.PREVIEW: frames, Make.SOUND: 1}[make]


def _likely_bytes(make: Make, facts: "FootageFacts", span: "ClipSpan", choices: ClipChoices) -> int:
    """Rather too much than too little."""
    from bodycam_annotator.publish.animated import LIMIT_BYTES
    from bodycam_annotator.publish.clip_writer import SOUND_BYTES, likely_bytes

    rate = 0 if facts.audio is None or not choices.settings.sound else facts.audio.rate
    samples = (span.end_ns - span.start_ns) * rate // NS
    pictures = pictures_of(make, len(span), choices)
    if make is Make.CLIP:
        return likely_bytes(pictures, facts.width, facts.height, samples, choices.settings)
    if make is Make.SHEET:
        high = _SHEET_WIDTH * facts.height // max(1, facts.width)
        return pictures * _SHEET_WIDTH * high * 3
    channels = 0 if facts.audio is None else facts.audio.channels
    return {
        Make.STILL: facts.width * facts.height * 3,
        Make.PREVIEW: LIMIT_BYTES,
        Make.SOUND: samples * max(channels, 2) * SOUND_BYTES // 2,
    }[make]
