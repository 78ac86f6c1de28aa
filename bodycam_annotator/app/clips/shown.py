"""What the drawing of a clip has to know, from a project."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import PurePosixPath

from bodycam_annotator import __version__
from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import ClipJob, Piece, code_name, code_of, counted_names
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.publish.captions import Caption
from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ShownTag
from bodycam_annotator.timing import clock_text, seconds_text

_UNKNOWN_COLOR = "#9AA0A6"
_FROM_A_TO_B, _ONE_FRAME = "From A to B", "One frame"
_LTR = "\u200e"
"""Parts what is written from the right from what stands around it."""


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
        # What is held is the first frame of one tag; of several it may show none.
        moment="" if job.piece.tag is None else named(project, job.piece),
        enhanced="" if choices.enhancement is None else choices.enhancement.words,
    )


def card_facts(
    project: Project,
    job: ClipJob,
    choices: ClipChoices,
    *,
    coder: str,
    compared: Comparison | None,
) -> CardFacts:
    """What the title card of that job's clip says. `compared`: of its footage."""
    index, tag = job.facts.index, job.piece.tag
    said = "" if tag is None else tag.text.strip()
    return CardFacts(
        what=named(project, job.piece) + (f"{_LTR}: “{said}{_LTR}”" if said else ""),
        source=PurePosixPath(job.footage.path).name,
        sha256=job.footage.sha256,
        checked=_checked(compared),
        start_ns=job.span.start_ns - index.first_ns,
        end_ns=job.span.end_ns - index.first_ns,
        first=job.span.first,
        last=job.span.last,
        coder=coders(job),
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC" + (f" by {coder}" if coder else ""),
        version=f"Bodycam Annotator {__version__}",
        more=tuple(_more(project, job, choices)),
    )


def heading(project: Project, job: ClipJob, choices: ClipChoices) -> list[str]:
    """What stands above a contact sheet."""
    index, span = job.facts.index, job.span
    start, end = (clock_text(one - index.first_ns) for one in (span.start_ns, span.end_ns))
    camera = project.camera_of(job.footage.id).name
    done = choices.enhancement
    enhanced = [f"enhanced: {done.words}"] if done is not None and done.is_on else []
    return [
        named(project, job.piece),
        f"{PurePosixPath(job.footage.path).name} · {camera} · {project.incident.name}",
        f"frames {span.first} to {span.last} · {start} to {end} of its file time",
        *enhanced,
    ]


def coders(job: ClipJob) -> str:
    """Of the piece's tag; of one without, those of all tags in it."""
    tags = job.tags if job.piece.tag is None else (job.piece.tag,)
    return ", ".join(dict.fromkeys(tag.coder for tag in tags if tag.coder))


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
        own = _FROM_A_TO_B if piece.end_ns > piece.start_ns else _ONE_FRAME
        return piece.title or own
    name = code_name(project, tag)
    return f"{name}, {tag.speaker}" if tag.speaker else name


def _shown(project: Project, job: ClipJob, tag: Tag) -> ShownTag:
    index, code = job.facts.index, code_of(project, tag)
    first = index.nearest(tag.start_ns)
    last = first if tag.end_ns == tag.start_ns else max(first, index.nearest(tag.end_ns - 1))
    return ShownTag(
        start_ns=tag.start_ns,
        end_ns=tag.end_ns,
        first_frame=first if tag.start_frame is None else tag.start_frame,
        last_frame=last if tag.end_frame is None else tag.end_frame,
        name=code_name(project, tag),
        color=_UNKNOWN_COLOR if code is None else code.color,
        speaker=tag.speaker,
        text=tag.text,
    )


def _spoken(tag: Tag) -> str:
    text = tag.text.strip()
    return f"{tag.speaker}: {text}" if tag.speaker else text


def _checked(compared: Comparison | None) -> str:
    if compared is not None and compared.problem:
        return compared.problem
    if compared is not None and compared.verified_utc:
        when = compared.verified_utc[:16].replace("T", " ")
        return f"the whole file was read and had that SHA-256, {when} UTC"
    return "the file was not compared with that SHA-256"


def _more(project: Project, job: ClipJob, choices: ClipChoices) -> Iterator[tuple[str, str]]:
    if choices.before_ns or choices.after_ns:
        before, after = (_seconds(one) for one in (choices.before_ns, choices.after_ns))
        yield (
            "In the span",
            f"{_when(job)}, with {before} before and {after} after it, as far as there is footage",
        )
    if job.piece.tag is None and not job.piece.title:
        yield "Tags in it", counted_names(project, job.tags) or "none"
    if choices.freeze_ns or choices.slower:
        held = [f"held for {_seconds(choices.freeze_ns)}"] if choices.freeze_ns else []
        slow = [f"again at 1/{slower} speed" for slower in choices.slower]
        yield "Then", f"{', '.join([*held, *slow])}; without sound"
    yield "Incident", project.incident.name
    yield "Camera", project.camera_of(job.footage.id).name


def _when(job: ClipJob) -> str:
    """The piece's own time."""
    piece, first_ns = job.piece, job.facts.index.first_ns
    start, end = (clock_text(one - first_ns) for one in (piece.start_ns, piece.end_ns))
    what = "the tag" if piece.tag is not None else "what was chosen"
    return f"{what} at {start}" if start == end else f"{what} from {start} to {end}"


def _seconds(span_ns: int) -> str:
    return f"{seconds_text(span_ns).rstrip('0').rstrip('.')} s"
