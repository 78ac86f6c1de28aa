"""What the drawing of a clip has to know, from a project."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import PurePosixPath

from bodycam_annotator import __version__
from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import ClipJob, Piece
from bodycam_annotator.model.codebook import Code
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.publish.captions import Caption
from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ShownTag

_UNKNOWN_COLOR = "#9AA0A6"
_FROM_A_TO_B, _ONE_FRAME = "From A to B", "One frame"


def clip_facts(project: Project, job: ClipJob, choices: ClipChoices) -> ClipFacts:
    """What is drawn on the pictures of that job's file."""
    index = job.facts.index
    return ClipFacts(
        footage=PurePosixPath(job.footage.path).name,
        first_ns=index.first_ns,
        start_ns=job.span.start_ns,
        end_ns=job.span.end_ns,
        frames=len(index),
        tags=tuple(_shown(project, job, tag) for tag in job.tags),
        moment=named(project, job.piece),
        enhanced="" if choices.enhancement is None else choices.enhancement.words,
    )


def card_facts(
    project: Project, job: ClipJob, *, coder: str, compared: Comparison | None
) -> CardFacts:
    """What the title card of that job's clip says. `compared`: of its footage."""
    index, tag = job.facts.index, job.piece.tag
    said = "" if tag is None else tag.text.strip()
    return CardFacts(
        what=named(project, job.piece) + (f": “{said}”" if said else ""),
        source=PurePosixPath(job.footage.path).name,
        sha256=job.footage.sha256,
        start_ns=job.span.start_ns - index.first_ns,
        end_ns=job.span.end_ns - index.first_ns,
        first=job.span.first,
        last=job.span.last,
        coder=coder,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=f"Bodycam Annotator {__version__}",
        more=tuple(_more(project, job, compared)),
    )


def captions(job: ClipJob) -> list[Caption]:
    """What is said in the clip, by whom, for its track of text."""
    return [
        Caption(start_ns=tag.start_ns, end_ns=tag.end_ns, text=_spoken(tag))
        for tag in job.tags
        if tag.text.strip()
    ]


def burned_in(choices: ClipChoices) -> dict[str, object]:
    """What is laid over the pictures, for the account; empty for nothing."""
    if choices.look is None:
        return {}
    return {
        **asdict(choices.look),
        "card_ns": choices.card_ns,
        "freeze_ns": choices.freeze_ns,
        "slower": list(choices.slower),
        "enhanced": None if choices.enhancement is None else asdict(choices.enhancement),
    }


def named(project: Project, piece: Piece) -> str:
    """The piece as people call it: its code's name, and who."""
    tag = piece.tag
    if tag is None:
        return _FROM_A_TO_B if piece.end_ns > piece.start_ns else _ONE_FRAME
    code = _code(project, tag)
    name = tag.code if code is None else code.name
    return f"{name}, {tag.speaker}" if tag.speaker else name


def _shown(project: Project, job: ClipJob, tag: Tag) -> ShownTag:
    index, code = job.facts.index, _code(project, tag)
    first = index.nearest(tag.start_ns)
    last = first if tag.end_ns == tag.start_ns else max(first, index.nearest(tag.end_ns - 1))
    return ShownTag(
        start_ns=tag.start_ns,
        end_ns=tag.end_ns,
        first_frame=first if tag.start_frame is None else tag.start_frame,
        last_frame=last if tag.end_frame is None else tag.end_frame,
        name=tag.code if code is None else code.name,
        color=_UNKNOWN_COLOR if code is None else code.color,
        speaker=tag.speaker,
        text=tag.text,
    )


def _code(project: Project, tag: Tag) -> Code | None:
    """As the codebook has it that the tag was made with."""
    book = project.codebooks.get(tag.codebook, project.codebook)
    return next((code for code in book.codes if code.id == tag.code), None)


def _spoken(tag: Tag) -> str:
    text = tag.text.strip()
    return f"{tag.speaker}: {text}" if tag.speaker else text


def _more(project: Project, job: ClipJob, compared: Comparison | None) -> Iterator[tuple[str, str]]:
    yield "Incident", project.incident.name
    yield "Camera", project.camera_of(job.footage.id).name
    if compared is not None and compared.problem:
        yield "Footage", compared.problem
    elif compared is not None and compared.verified:
        yield "Footage", "was read before, and had this SHA-256"
    else:
        yield "Footage", "was not compared with its SHA-256"
