"""What a clip plays one after another."""

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import Drawing, DrawnCard
from bodycam_annotator.app.clips.jobs import ClipJob
from bodycam_annotator.app.clips.shown import card_facts
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from bodycam_annotator.publish.clip_plan import Card, Freeze, Run, Segment


def card_of(
    project: Project,
    job: ClipJob,
    choices: ClipChoices,
    *,
    coder: str,
    compared: Comparison | None,
    drawing: Drawing | None,
) -> DrawnCard | None:
    """The title card, if one was chosen."""
    if not choices.card_ns or drawing is None:
        return None
    return drawing.card(card_facts(project, job, choices, coder=coder, compared=compared))


def segments_of(job: ClipJob, choices: ClipChoices, card: DrawnCard | None) -> list[Segment]:
    """A title card, the span at its own speed, the moment held, and slower, as was chosen."""
    span = job.span
    segments: list[Segment] = []
    if card is not None:
        segments.append(Card(draw=card.draw, lasts_ns=choices.card_ns))
    segments.append(Run(first=span.first, last=span.last))
    if choices.freeze_ns:
        segments.append(Freeze(ordinal=job.moment, lasts_ns=choices.freeze_ns))
    segments += [Run(first=span.first, last=span.last, slower=slower) for slower in choices.slower]
    return segments
