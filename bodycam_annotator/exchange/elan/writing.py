"""ELAN's annotation documents (EAF), written through pympi as EAFv3.0.xsd has them.

ELAN has one time line, and its players show media at annotation time plus their TIME_ORIGIN (as
`setMediaTime(time + offset)` in its source). Every tag is written at the file time of its own
footage; all footage is linked, each with tiers of its own where there are several.
"""

import os
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from bodycam_annotator import __version__
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.elan.reading import CAMERA_OF, NS_PER_MS, read
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.tiers import Tier, file_span, tiers_of
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag, utc_now

if TYPE_CHECKING:
    from pympi.Elan import Eaf

MAX_BYTES = 48 * 1024 * 1024
"""A hundred thousand tags take about 35 MB."""

_VERSION = "3.0"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_TYPE = "default-lt"
_LATEST_MS = 2**32 - 1
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INSTEAD = "\ufffd"
_MIME = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg",
}
_ANY_VIDEO = "video/*"


def write(content: Content) -> Iterator[bytes]:
    """Raises `ExchangeError` for tags that are later than EAF can say."""
    from pympi.Elan import Eaf, to_adocument

    earliest = min((_rounded(content, tag)[0] for tag in content.tags), default=0)
    shift_ms = max(0, -earliest)

    def room_of(tag: Tag) -> tuple[int, int]:
        start_ms, end_ms = _rounded(content, tag)
        if end_ms + shift_ms > _LATEST_MS:
            raise ExchangeError(
                f"Tag {tag.id!r} is later than 49 days, which no EAF can say; use another format."
            )
        return start_ms + shift_ms, end_ms + shift_ms

    tiers = tiers_of(content, room_of, apart=lambda tag: tag.coder)
    eaf = Eaf(author=f"Bodycam Annotator {__version__}")
    eaf.adocument |= {"VERSION": _VERSION, "FORMAT": _VERSION, "DATE": utc_now()}
    eaf.adocument["xsi:noNamespaceSchemaLocation"] = _SCHEMA
    eaf.header = {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}
    eaf.tiers = {}
    eaf.properties = []
    for footage in content.project.footage.values():
        _link(eaf, content, footage, -shift_ms)
    _add(eaf, tiers)
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield tostring(to_adocument(eaf), encoding="unicode").encode()


def _rounded(content: Content, tag: Tag) -> tuple[int, int]:
    """Milliseconds from the first frame; ELAN knows no instants."""
    start_ms, end_ms = (
        round(Fraction(time_ns, NS_PER_MS)) for time_ns in file_span(content.project, tag)
    )
    return start_ms, max(end_ms, start_ms + 1)


def _link(eaf: "Eaf", content: Content, footage: Footage, origin_ms: int) -> None:
    """ELAN takes addresses as they are, with no escapes. They are relative, so that the file says
    nothing of the folders above."""
    name = PurePosixPath(footage.path).name
    path = content.media.get(footage.id)
    address = f"./{name}"
    if path is not None:
        try:
            beside = os.path.relpath(path, content.folder).replace(os.sep, "/")
        except ValueError:  # on another drive
            beside = name
        address = beside if beside.startswith("../") else f"./{beside}"
    address = _xml(address)
    eaf.add_linked_file(
        address,
        relpath=address,
        mimetype=_MIME.get(PurePosixPath(name).suffix.lower(), _ANY_VIDEO),
        time_origin=origin_ms or None,
    )
    eaf.add_property(_xml(CAMERA_OF + name), _xml(content.project.camera_of(footage.id).name))


def _add(eaf: "Eaf", tiers: list[Tier]) -> None:
    """The tiers, on time slots in the order of time; pympi's own would be in that of tags."""
    edges = sorted(
        (time_ms, number, index, is_end)
        for number, tier in enumerate(tiers)
        for index, one in enumerate(tier.placed)
        for is_end, time_ms in enumerate((one.start, one.end))
    )
    slots: dict[tuple[int, int, int], str] = {}
    for at, (time_ms, number, index, is_end) in enumerate(edges, 1):
        eaf.timeslots[f"ts{at}"] = time_ms
        slots[number, index, is_end] = f"ts{at}"
    last = 0
    for number, tier in enumerate(tiers):
        name = _free(_xml(tier.name), eaf.tiers)
        speaker = _xml(tier.tag.speaker) or None
        eaf.add_tier(name, ling=_TYPE, part=speaker, ann=_xml(tier.tag.coder))
        annotations = eaf.tiers[name][0]
        for index, one in enumerate(tier.placed):
            last += 1
            begin, end = slots[number, index, 0], slots[number, index, 1]
            annotations[f"a{last}"] = (begin, end, _xml(one.tag.text), None)
    eaf.add_property("lastUsedAnnotationId", last)


def _free(name: str, taken: dict[str, object]) -> str:
    """Names that differed may be the same without the characters that XML cannot have."""
    return next(one for one in (name + " " * n for n in count()) if one not in taken)


def _xml(text: str) -> str:
    return _NO_XML.sub(_INSTEAD, text.replace("\r\n", "\n").replace("\r", "\n"))


FORMAT = Format(
    name="elan",
    title="ELAN",
    endings=(".eaf",),
    loses=(
        "Times are milliseconds, rounded half to even.",
        "ELAN has no instants: a mark, and a span that is shorter, becomes an annotation of 1 ms.",
        "Every tag stands at the file time of its own footage. ELAN plays several cameras from "
        "their first frames on, whatever their sync.",
        "Where a tag begins before the first frame, all are moved later by whole milliseconds and "
        "the media have that as a negative TIME_ORIGIN, which ELAN's players may not reach.",
        "Carriage returns become line breaks; control characters, which XML cannot have, become "
        f"“{_INSTEAD}”.",
        "There is no place for tag ids, target, note, attributes, basis, confidence, status, "
        "uncertainty, frames, the cameras' clocks, sync, or the codebook. Imported again, tags "
        "are new tags.",
    ),
    write=write,
    read=read,
    max_bytes=MAX_BYTES,
)
