"""Subtitles: WebVTT, SRT and ASS, of what is said and, if asked, of all tags.

pysubs2 writes ASS. WebVTT and SRT are a line or two and are written here: pysubs2 takes `{...}`
out of texts, turns `\\N` into line breaks, and writes no speakers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.captions.reading import MARK_NS, read_ass, read_srt, read_vtt
from bodycam_annotator.exchange.captions.text import (
    EVERY_TAG,
    ass_text,
    srt_text,
    vtt_text,
)
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of, one_line
from bodycam_annotator.model.tag import NO_TEXT, Tag
from bodycam_annotator.model.transcript import utterances
from bodycam_annotator.timing import NS, clock_text

_MAX_BYTES = 10 * 1024 * 1024

_MS = NS // 1000
_CS = NS // 100
_HOUR = 3600 * NS


@dataclass(frozen=True)
class _Cue:
    """Times are file times in units of the format, from 0 and never empty."""

    start: int
    end: int
    speaker: str
    text: str


def write_vtt(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` where the tags are of several footage or hold what no text can."""
    yield b"WEBVTT\n\n"
    if content.every_tag:
        yield f"NOTE {EVERY_TAG}\n\n".encode()
    for cue in _cues(content, unit_ns=_MS, latest_ns=None):
        start, end = clock_text(cue.start * _MS), clock_text(cue.end * _MS)
        yield f"{start} --> {end}\n{vtt_text(cue.speaker, cue.text)}\n\n".encode()


def write_srt(content: Content) -> Iterator[bytes]:
    """As `write_vtt`, and where a tag lies after 100 hours."""
    for number, cue in enumerate(_cues(content, unit_ns=_MS, latest_ns=100 * _HOUR - _MS), 1):
        times = f"{clock_text(cue.start * _MS)} --> {clock_text(cue.end * _MS)}".replace(".", ",")
        yield f"{number}\n{times}\n{srt_text(cue.speaker, cue.text)}\n\n".encode()


def write_ass(content: Content) -> Iterator[bytes]:
    """As `write_vtt`, and where a tag lies after 10 hours."""
    from pysubs2 import SSAEvent, SSAFile

    file = SSAFile()
    file.info["Title"] = one_line(content.project.incident.name)
    if content.every_tag:
        file.info["Contents"] = EVERY_TAG
    for cue in _cues(content, unit_ns=_CS, latest_ns=10 * _HOUR - _CS):
        name = one_line(cue.speaker).replace(",", ";")
        file.append(
            SSAEvent(start=cue.start * 10, end=cue.end * 10, name=name, text=ass_text(cue.text))
        )
    yield file.to_string("ass", header_notice="Bodycam Annotator").encode()


def _cues(content: Content, *, unit_ns: int, latest_ns: int | None) -> Iterator[_Cue]:
    tags = _chosen(content)
    _refuse_several_footage(content, tags)
    for tag in tags:
        first_ns = content.project.footage[tag.footage_id].first_ns
        start_ns, end_ns = tag.start_ns - first_ns, tag.end_ns - first_ns
        if start_ns == end_ns:
            end_ns += MARK_NS
        if latest_ns is not None and end_ns > latest_ns:
            raise ExchangeError(
                f"Tag {tag.id!r} lies after {clock_text(latest_ns)}, the last time that "
                "such a file can hold; export WebVTT, which has no last time."
            )
        start = max(0, _rounded(start_ns, unit_ns))
        text = label_of(tag) if content.every_tag else tag.text
        speaker = "" if content.every_tag else tag.speaker
        if NO_TEXT.search(speaker + text):
            raise ExchangeError(
                f"The speaker or text of tag {tag.id!r} holds a character that no text file can "
                "(NUL, or half of a pair); edit it and export again."
            )
        yield _Cue(start, max(start + 1, _rounded(end_ns, unit_ns)), speaker, text)


def _chosen(content: Content) -> list[Tag]:
    if content.every_tag:
        return list(content.each_tag())
    return [tag for tag in utterances(content.project, content.each_tag()) if tag.text.strip()]


def _refuse_several_footage(content: Content, tags: list[Tag]) -> None:
    several = dict.fromkeys(content.project.camera_of(tag.footage_id).name for tag in tags)
    if len({tag.footage_id for tag in tags}) > 1:
        raise ExchangeError(
            "Subtitles go with one footage, and the tags are of "
            f"{', '.join(several)}: choose the camera whose tags are exported."
        )


def _rounded(time_ns: int, unit_ns: int) -> int:
    """In units, half to even."""
    return round(Fraction(time_ns, unit_ns))


def _loses(unit: str, *others: str) -> tuple[str, ...]:
    return (
        "Only utterances with words are written, with their speakers; other tags are left out "
        "unless all are asked for.",
        f"Times are rounded to {unit}, half to even; what begins before the first frame begins "
        "at it; and whatever would then last no time lasts one of these.",
        "Where all tags are asked for, each is a line “code: [speaker] text”, and a mark is shown "
        "for 1 second; a speaker with ] or a line break in the name is part of the text then.",
        "The tags of one camera go into one file.",
        "Frames and PTS, coder, code, target, uncertainty, basis, confidence, status, note, "
        "attributes, dates and tags' ids are not written. Read back, utterances are tagged as "
        "“utterance”.",
        *others,
    )


VTT = Format(
    name="vtt",
    title="WebVTT subtitles",
    endings=(".vtt",),
    loses=_loses(
        "milliseconds",
        "Line breaks and spaces at the ends of a speaker's name become single spaces or are "
        "left out.",
    ),
    write=write_vtt,
    read=read_vtt,
    max_bytes=_MAX_BYTES,
    chosen=_chosen,
    one_footage=True,
)
SRT = Format(
    name="srt",
    title="SRT subtitles",
    endings=(".srt",),
    loses=_loses(
        "milliseconds",
        "SRT has no field for speakers: they are written before the text (“Officer 1: Stop”), and "
        "read back only where they begin with a capital or digit and have at most four words "
        "with none of . , : ; ! ? in them; all others are part of the text then.",
        "Blank lines within a text are left out, as are spaces at its ends; every line break "
        "becomes the same one.",
        "What other programs would take for formatting, a time or a speaker has an invisible "
        "word joiner (U+2060) put in, which is taken out when read back here.",
        "Written of all tags, it does not say so: read back, each is an utterance.",
    ),
    write=write_srt,
    read=read_srt,
    max_bytes=_MAX_BYTES,
    chosen=_chosen,
    one_footage=True,
)
ASS = Format(
    name="ass",
    title="ASS subtitles",
    endings=(".ass", ".ssa"),
    loses=_loses(
        "hundredths of a second",
        "Line breaks in a speaker's name become spaces, commas semicolons, and spaces at its "
        "ends are left out; every line break of a text becomes the same one.",
        "A backslash or brace that ASS would take for formatting has a backslash or an "
        "invisible word joiner (U+2060) put in, which is taken out when read back here.",
    ),
    write=write_ass,
    read=read_ass,
    max_bytes=_MAX_BYTES,
    chosen=_chosen,
    one_footage=True,
)
