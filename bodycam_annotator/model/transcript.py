"""What was said: the utterances among the tags, in order, and as text to hand on."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Status, Tag
from bodycam_annotator.model.timeline import in_order
from bodycam_annotator.timing import clock_text

SPEECH = "speech"
"""The group of codes that stand for speech."""

NO_WORDS = "[not written down]"
NOBODY = "[speaker not named]"


def speech_codes(book: Codebook) -> list[Code]:
    """Those of the group `speech`; in a codebook without it all that have a length."""
    speech = [code for code in book.codes if code.group.casefold() == SPEECH]
    return speech or [code for code in book.codes if code.kind is Kind.INTERVAL]


def people(project: Project) -> list[str]:
    """Everybody who is named as speaking, spoken to or wearing a camera, by name."""
    tags = project.standing_tags
    wearers = {camera.wearer for camera in project.cameras.values()}
    return sorted(({tag.speaker for tag in tags} | {tag.target for tag in tags} | wearers) - {""})


def utterances(project: Project, tags: Iterable[Tag]) -> list[Tag]:
    """Those of the tags that are speech, in order. Where the codebook that a tag was made under
    has no group `speech`, spans with a text are taken for it."""
    ids: dict[str, frozenset[str]] = {}
    named: dict[str, bool] = {}
    for label, book in project.codebooks.items():
        codes = speech_codes(book)
        ids[label] = frozenset(code.id for code in codes)
        named[label] = any(code.group.casefold() == SPEECH for code in codes)
    return in_order(
        tag
        for tag in tags
        if tag.code in ids.get(tag.codebook, frozenset()) and (named[tag.codebook] or tag.text)
    )


def with_words(tags: Iterable[Tag], looked_for: str) -> list[Tag]:
    """The tags whose speaker and text have all of the words, wherever, in any case."""
    words = looked_for.casefold().split()
    return [
        tag
        for tag in tags
        if all(word in f"{tag.speaker} {tag.target} {tag.text}".casefold() for word in words)
    ]


def details(project: Project, tag: Tag) -> str:
    """`command · disputed`: attributes with fixed values, and a status that is no draft."""
    book = project.codebooks.get(tag.codebook)
    code = book.find(tag.code) if book else None
    values = [
        tag.attributes[name]
        for name, fixed in (code.attributes if code else {}).items()
        if fixed and tag.attributes.get(name)
    ]
    return " · ".join([*values, *([str(tag.status)] if tag.status is not Status.DRAFT else [])])


def as_text(project: Project, tags: Sequence[Tag]) -> str:
    """A heading, then a line for each utterance of one footage, with its times."""
    if not tags:
        return ""
    footage = project.footage[tags[0].footage_id]
    camera = project.camera_of(footage.id)
    lines = [
        f"{project.incident.name}, {camera.name}, {PurePosixPath(footage.path).name}; times from "
        "the first frame"
    ]
    for tag in tags:
        start, end = (clock_text(at - footage.first_ns) for at in (tag.start_ns, tag.end_ns))
        words = " ".join(tag.text.split()) or NO_WORDS
        lines.append(f"{start}\N{EN DASH}{end}  {tag.speaker or NOBODY}: {words}")
    return "\n".join(lines) + "\n"


class Now:
    """Which utterances are being said at a time, found anew only when that changes."""

    def __init__(self, tags: Sequence[Tag]) -> None:
        self._tags = tags
        self._changes = sorted({at for tag in tags for at in (tag.start_ns, tag.end_ns)})
        self._stretch = -1
        self._ids: frozenset[str] = frozenset()

    def at(self, time_ns: int) -> frozenset[str]:
        """The ids of the tags that last at `time_ns`; a mark lasts no time."""
        stretch = bisect_right(self._changes, time_ns)
        if stretch != self._stretch:
            self._stretch = stretch
            self._ids = frozenset(
                tag.id for tag in self._tags if tag.start_ns <= time_ns < tag.end_ns
            )
        return self._ids
