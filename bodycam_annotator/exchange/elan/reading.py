"""ELAN's annotation documents as timelines: every annotation of every tier is a row.

The code is the tier's name up to `@`, as people name tiers `utterance@Kathy`; on a tier whose type
has a controlled vocabulary it is the entry that was chosen. The speaker is the participant.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice

from bodycam_annotator.exchange.elan.document import (
    Annotation,
    EafDocument,
    EafTier,
    place,
    read_document,
)
from bodycam_annotator.exchange.elan.times import AnnotationTimes
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.tiers import TierName, escaped_camera, read_tier_name
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Kind

NS_PER_MS = 1_000_000

CAMERA_OF = "Bodycam Annotator: camera of "
"""How the name of a property begins whose value is a camera's name; the footage's follows."""

_UNITS = "milliseconds"
_MARK_MS = 1
_ORIGIN = re.compile(r"-?[0-9]{1,12}")
_FEW = 5
_MOST_PARENTS = 16
"""Tiers above an annotation's that are asked who speaks; hierarchies are 3 or 4 deep."""

_COLUMNS = frozenset(
    {"camera", "media_file", "coder", "code", "speaker", "text", "start_s", "end_s"}
)


def read(source: Source) -> Timeline:
    """Raises `ExchangeError` that names the tier and the annotation."""
    document = read_document(source)
    if document.units != _UNITS:
        source.refuse(
            f"its times are in {document.units[:60]}; open it in ELAN and save it with milliseconds"
        )
    times = AnnotationTimes(source, document)
    media = _Media.of(source, document)
    shared = _shared_entries(document)
    rows: list[TimelineRow] = []
    for tier in document.tiers:
        entries = _entries_of(document, tier)
        name, camera = media.named(tier)
        for one in tier.annotations:
            row = _row(tier, one, times, media, number=len(rows) + 1, name=name, camera=camera)
            value = one.value.strip()
            if not media.cameras:
                row = replace(row, label_code=value or None)
            if value and value in entries:
                code = f"{row.code}: {value}" if value in shared else value
                row = replace(row, code=code, text=None, label_code=None)
            rows.append(row)
    return Timeline(
        rows=tuple(rows),
        columns=_COLUMNS,
        resolution_ns=NS_PER_MS,
        foreign=True,
        notice=" ".join(one for one in (_open_notice(times), media.notice) if one),
    )


def _row(
    tier: EafTier,
    one: Annotation,
    times: AnnotationTimes,
    media: "_Media",
    *,
    number: int,
    name: TierName,
    camera: str,
) -> TimelineRow:
    start_ms, end_ms = times.span(tier, one)
    origin_ms = media.origin_of(camera)
    people = (tier, *islice(times.parents(one), _MOST_PARENTS))
    speaker = next((each.participant for each in people if each.participant), name.speaker)
    coder = next((each.annotator for each in people if each.annotator), "")
    return TimelineRow(
        number=number,
        where=place(tier, one),
        code=name.code,
        start_ns=(start_ms + origin_ms) * NS_PER_MS,
        end_ns=(end_ms + origin_ms) * NS_PER_MS,
        # As ELAN has no instants, they are written so.
        kind=Kind.POINT if end_ms - start_ms <= _MARK_MS else None,
        camera=camera or None,
        media_file=media.file_of(camera) or None,
        coder=coder or None,
        speaker=speaker or None,
        text=one.value or None,
    )


@dataclass(frozen=True)
class _Medium:
    file: str
    origin_ms: int
    is_video: bool


@dataclass(frozen=True)
class _Media:
    """The linked media; `cameras` are the files' names by camera, in files that were written here.

    `main` is the medium that annotations are of where no camera is named.
    """

    by_file: dict[str, _Medium]
    cameras: dict[str, str]
    main: _Medium
    notice: str

    @classmethod
    def of(cls, source: Source, document: EafDocument) -> "_Media":
        media = []
        for attributes in document.media:
            address = attributes.get("RELATIVE_MEDIA_URL") or attributes.get("MEDIA_URL", "")
            origin = attributes.get("TIME_ORIGIN", "0").strip()
            file = address.replace("\\", "/").rpartition("/")[2]
            if not _ORIGIN.fullmatch(origin):
                source.refuse(
                    f"its TIME_ORIGIN {origin[:60]!r} is no number", where=f"medium {file[:60]}"
                )
            is_video = attributes.get("MIME_TYPE", "").startswith("video")
            media.append(_Medium(file, int(origin), is_video))
        by_file: dict[str, _Medium] = {}
        for one in media:
            if by_file.setdefault(one.file, one).origin_ms != one.origin_ms:
                source.refuse(
                    f"two media are called {one.file[:60]} and have different offsets; rename one"
                )
        cameras = {
            value: name.removeprefix(CAMERA_OF)
            for name, value in document.properties
            if name.startswith(CAMERA_OF) and name.removeprefix(CAMERA_OF) in by_file
        }
        main = next((one for one in media if one.is_video), media[0] if media else None)
        main = main or _Medium("", 0, is_video=True)
        differ = len({one.origin_ms for one in media}) > 1 and not cameras
        notice = f"The linked media have different offsets; times are those of {main.file}."
        return cls(by_file, cameras, main, notice if differ else "")

    def named(self, tier: EafTier) -> tuple[TierName, str]:
        """What the tier's name says, and the camera that it is of."""
        stem = tier.name
        if tier.participant:
            stem = stem.removesuffix(f"@{tier.participant}")
        for camera in self.cameras:
            # Not by the first bar: names of cameras may have bars and @ themselves.
            for of in (f" | {escaped_camera(camera)}", f" | {camera}"):
                if stem.endswith(of):
                    return read_tier_name(stem.removesuffix(of)), camera
        said = read_tier_name(stem)
        only = next(iter(self.cameras)) if len(self.cameras) == 1 else ""
        return TierName(stem) if said.camera else said, only

    def origin_of(self, camera: str) -> int:
        return self._of(camera).origin_ms

    def file_of(self, camera: str) -> str:
        return self._of(camera).file

    def _of(self, camera: str) -> _Medium:
        file = self.cameras.get(camera)
        return self.main if file is None else self.by_file[file]


def _entries_of(document: EafDocument, tier: EafTier) -> set[str]:
    vocabulary = document.vocabulary_of.get(tier.type)
    return document.vocabularies.get(vocabulary, set()) if vocabulary is not None else set()


def _shared_entries(document: EafDocument) -> set[str]:
    """Entries that are chosen on tiers of different vocabularies, as `yes`."""
    counts: Counter[str] = Counter()
    for vocabulary in set(document.vocabulary_of.values()):
        counts.update(document.vocabularies.get(vocabulary, set()))
    return {entry for entry, count in counts.items() if count > 1}


def _open_notice(times: AnnotationTimes) -> str:
    slots = list(times.open_slots)
    if not slots:
        return ""
    shown = ", ".join(slot[:60] for slot in slots[:_FEW])
    more = f" and {len(slots) - _FEW} more" if len(slots) > _FEW else ""
    return (
        f"Time slots that have no time: {shown}{more}. Annotations there are taken from the last "
        "time known before to the first known after."
    )
