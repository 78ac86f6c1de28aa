"""What is going to be handed out of one piece, picture by picture, before it is written."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bodycam_annotator.app.clips.choices import NOTHING, ClipChoices
from bodycam_annotator.app.clips.drawing import Drawing, DrawnOverlay
from bodycam_annotator.app.clips.jobs import ClipJob
from bodycam_annotator.app.clips.making import enhancing
from bodycam_annotator.app.clips.segments import card_of, segments_of
from bodycam_annotator.app.clips.shown import clip_facts
from bodycam_annotator.app.originals import look
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.image_files import fitting, shrunk
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.tag import utc_now
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.animated import STEPS
from bodycam_annotator.publish.clip_forms import FORMS, Make
from bodycam_annotator.publish.clip_plan import Card, Freeze, Run, Segment, plan_clip
from bodycam_annotator.publish.planned_pictures import PlannedPictures, Shapes
from bodycam_annotator.publish.single_pictures import CACHE_BYTES, overlaid, seen_of

if TYPE_CHECKING:
    from bodycam_annotator.media.picture import Pixels
    from bodycam_annotator.model.project import Project

SHOWN = (Make.CLIP, Make.STILL, Make.PREVIEW)
"""What can be shown before it is made; of what is chosen, the first of these is."""


RUN, CARD, HELD = "", "title card", "held"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A picture of a clip, whatever lies before it. `part` as `part_of`; no `ordinal`: that of the
    tag's start."""

    part: str = RUN
    ordinal: int | None = None


AT_START = Place()


def reader_of(job: ClipJob) -> FrameReader:
    """Of the job's footage, for previews; the caller closes it."""
    return FrameReader(job.facts.path, job.facts.index, cache_bytes=CACHE_BYTES)


class ClipPreview:
    """The pictures of one job's file, made as its writing would make them.

    `job.make` is one of `SHOWN`; `reader` is one of `reader_of` the job, and `shapes` one dict
    for all previews with that reader. Where the look cannot be
    drawn on this footage, nothing of it is. Not for use by two threads at once.

    Attributes:
        plan: the pictures there are.
        compared: how the footage compares, without its being read.
        problems: sentences on what cannot be drawn.
    """

    def __init__(
        self,
        project: "Project",
        path: Path,
        job: ClipJob,
        choices: ClipChoices,
        drawing: Drawing,
        *,
        reader: FrameReader,
        shapes: Shapes,
        coder: str,
    ) -> None:
        self._job, self._reader = job, reader
        self.compared = look(job.footage, project=path)
        self.problems = (
            []
            if choices.look is None
            else list(choices.look.problems(job.facts.width, job.facts.height))
        )
        if self.problems:
            choices = replace(choices, look=NOTHING)
        if job.make is not Make.CLIP:
            choices = replace(choices, card_ns=0, freeze_ns=0, slower=())
        self._card = card_of(
            project,
            job,
            choices,
            coder=coder,
            compared=_once_read(self.compared),
            drawing=None if choices.look is None else drawing,
        )
        segments = segments_of(job, choices, self._card)
        if job.make is Make.STILL:
            segments = [Run(first=job.moment, last=job.moment)]
        form = FORMS[choices.settings.form]
        self.plan = plan_clip(job.facts.index, segments, form, None)
        self._overlay: DrawnOverlay | None = None
        chosen = choices.look_of(job.make)
        if chosen is not None:
            facts = clip_facts(project, job, choices)
            self._overlay = drawing.overlay(facts, chosen, enhance=enhancing(choices))
        self._planned = PlannedPictures(reader, self.plan, form, self._overlay, shapes)

    def picture(self, number: int, *, cancelled: Asked | None = None) -> "Pixels":
        """(height, width, 4) BGRA.

        Raises `FootageError` when the file has changed or a frame cannot be decoded, `Cancelled`
        when asked to stop.
        """
        if self._job.make is Make.CLIP:
            return self._planned.picture(number, cancelled=cancelled)
        return self._single(number, cancelled)

    def place(self, number: int) -> Place:
        frame = self.plan.frames[number]
        return Place(part=part_of(self.plan.segments[frame.segment]), ordinal=frame.ordinal)

    def number_of(self, place: Place) -> int:
        """Of the picture there, or nearest to it in that part; of the run where there is no such
        part."""
        parts = [part_of(segment) for segment in self.plan.segments]
        there = parts.index(place.part if place.part in parts else RUN)
        wanted = self._job.moment if place.ordinal is None else place.ordinal
        return min(
            (frame for frame in self.plan.frames if frame.segment == there),
            key=lambda frame: 0 if frame.ordinal is None else abs(frame.ordinal - wanted),
        ).number

    def _single(self, number: int, cancelled: Asked | None) -> "Pixels":
        """Of a still or an animation, which are not laid over planes."""
        frame = self.plan.frames[number]
        segment = self.plan.segments[frame.segment]
        assert frame.ordinal is not None
        assert isinstance(segment, Run)
        picture = self._reader.frame(frame.ordinal, cancelled=cancelled)
        bgra = picture.bgra
        if self._job.make is Make.PREVIEW:
            longest = STEPS[0].longest
            bgra = shrunk(bgra, *fitting(picture.width, picture.height, longest, longest))
        height, width = bgra.shape[:2]
        seen = seen_of(
            self._reader.index, picture, segment, number=number, width=width, height=height
        )
        return overlaid(bgra, seen, self._overlay)

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full, of the pictures so far."""
        return [
            *([] if self._card is None else self._card.notes()),
            *([] if self._overlay is None else self._overlay.notes()),
        ]


def part_of(segment: Segment) -> str:
    """What a picture is besides a frame of the footage, in words; `RUN` for no more."""
    if isinstance(segment, Card):
        return CARD
    if isinstance(segment, Freeze):
        return HELD
    return RUN if segment.slower == 1 else slow(segment.slower)


def slow(slower: int) -> str:
    return f"1/{slower} speed"


def _once_read(compared: Comparison) -> Comparison:
    """What the card will say if all is well: all of the footage is read before clips are made."""
    if compared.problem and not compared.only_date:
        return compared
    return Comparison(verified_utc=compared.verified_utc or utc_now())
