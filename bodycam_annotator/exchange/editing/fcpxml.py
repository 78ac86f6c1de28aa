"""FCPXML: a project for each footage, with its tags as markers at exact rational times.

It is written here and not by OpenTimelineIO's adapter, which starts ffprobe on the footage, takes
times through floats to a denominator of a million at most, and has no relative paths.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.sax.saxutils import quoteattr

from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.exchange.editing.footage import file_time, media_name, media_url, usual_rate
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import NS

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSTEAD = "\ufffd"
_LARGEST = 2**63 - 1
_FINEST = 2**31 - 1


def write_fcpxml(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` for times that FCPXML's 64 bits cannot hold."""
    by_footage: dict[str, list[Tag]] = {key: [] for key in content.project.footage}
    for tag in content.each_tag():
        by_footage[tag.footage_id].append(tag)
    every = list(content.project.footage.values())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!DOCTYPE fcpxml>",
        '<fcpxml version="1.8">',
        "<resources>",
        *(line for number, one in enumerate(every) for line in _resources(content, one, number)),
        "</resources>",
        _element("event", name=content.project.incident.name),
    ]
    yield _bytes(lines)
    for number, footage in enumerate(every):
        yield from _project(content, footage, number, by_footage[footage.id])
    yield _bytes(["</event>", "</fcpxml>"])


def _resources(content: Content, footage: Footage, number: int) -> list[str]:
    rate = usual_rate(footage)
    sound = {"hasAudio": "1"} if _has_sound(content, footage) else {}
    return [
        _element("format", empty=True, id=f"f{number}", frameDuration=_seconds(1 / rate)),
        _element(
            "asset",
            empty=True,
            id=f"a{number}",
            name=media_name(footage),
            src=media_url(content, footage),
            start="0s",
            duration=_seconds(file_time(footage, footage.end_ns)),
            hasVideo="1",
            **sound,
            format=f"f{number}",
        ),
    ]


def _has_sound(content: Content, footage: Footage) -> bool:
    """Whether it has a track of sound, as far as the file can be asked."""
    # As long to import as all else together.
    from bodycam_annotator.media.container import open_media

    path = content.media.get(footage.id)
    if path is None:
        return False
    try:
        with open_media(path) as container:
            return bool(container.streams.audio)
    except FootageError:
        return False


def _project(
    content: Content, footage: Footage, number: int, tags: Sequence[Tag]
) -> Iterator[bytes]:
    camera = content.project.camera_of(footage.id).name
    lasts = _seconds(file_time(footage, footage.end_ns))
    yield _bytes(
        [
            _element("project", name=camera),
            _element("sequence", format=f"f{number}", duration=lasts, tcStart="0s", tcFormat="NDF"),
            "<spine>",
            _element(
                "asset-clip",
                ref=f"a{number}",
                name=camera,
                offset="0s",
                start="0s",
                duration=lasts,
                format=f"f{number}",
                tcFormat="NDF",
            ),
        ]
    )
    frame = 1 / usual_rate(footage)
    for tag in tags:
        yield _marker(tag, footage, frame)
    yield _bytes(["</asset-clip>", "</spine>", "</sequence>", "</project>"])


def _marker(tag: Tag, footage: Footage, frame: Fraction) -> bytes:
    start = file_time(footage, tag.start_ns)
    end = file_time(footage, tag.end_ns)
    begins = start if start > 0 else Fraction(0)
    ends = max(end, begins) if tag.end_ns > tag.start_ns else begins + frame
    note = {"note": tag.note} if tag.note else {}
    try:
        times = {
            "start": _seconds(begins),
            "duration": _seconds(max(ends - begins, Fraction(1, NS))),
        }
    except OverflowError as error:
        raise ExchangeError(
            f"Tag {tag.id!r} lies later than FCPXML can say; look at its times."
        ) from error
    return _bytes([_element("marker", empty=True, **times, value=label_of(tag), **note)])


def _seconds(time: Fraction) -> str:
    """`1001/30000s`. Rounded to nanoseconds where its denominator has more than 31 bits. Raises
    `OverflowError` where it has more than 64."""
    if time.denominator > _FINEST:
        time = Fraction(round(time * NS), NS)
    if abs(time.numerator) > _LARGEST:
        raise OverflowError
    if time.denominator == 1:
        return f"{time.numerator}s"
    return f"{time.numerator}/{time.denominator}s"


def _element(tag: str, /, *, empty: bool = False, **attributes: str) -> str:
    pairs = (f" {key}={quoteattr(_NO_XML.sub(_INSTEAD, text))}" for key, text in attributes.items())
    return f"<{tag}{''.join(pairs)}{'/' if empty else ''}>"


def _bytes(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


FCPXML = Format(
    name="fcpxml",
    title="Final Cut Pro XML",
    endings=(".fcpxml",),
    loses=(
        "Times are exact, in ticks of the footage or nanoseconds; editing programs move them to "
        "frames of a fixed rate, for which the one of theirs is named that is nearest to the "
        "footage's.",
        "A mark lasts one frame of that rate, as a marker must last some time; what begins before "
        "the first frame begins at it.",
        "Of each tag code, speaker and text are written as the marker's name, “code: [speaker] "
        "text”, and its note; coder, target, frames and PTS, uncertainty, basis, confidence, "
        "status, attributes, dates and ids are not.",
        "Characters that XML cannot hold, such as most control characters, become \ufffd.",
        "Footage that is not found is named by its file name alone, and taken to be silent.",
    ),
    write=write_fcpxml,
)
