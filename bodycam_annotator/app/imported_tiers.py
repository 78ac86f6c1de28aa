"""Tiers of other programs: what is done is the tier's name in some files, in others what stands on
it, and the tier is who does it. The codebook tells which."""

from collections.abc import Collection
from dataclasses import replace

from bodycam_annotator.app.imported_codes import code_called
from bodycam_annotator.exchange.labels import may_be_code
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Codebook, Kind

SPOKEN = "utterance"
"""The code of what is said, in codebooks that have it."""

_FEWEST = 3
"""Texts, from which on a tier that is no code can be told to hold what somebody says."""


def tiers_settled(
    timeline: Timeline, book: Codebook, asked: Collection[str]
) -> tuple[Timeline, str]:
    """The timeline with the codes that its tiers or their labels mean, and a sentence on those
    tiers that are taken otherwise than as codes.

    A tier that is a code of the codebook, or that the person says which one it is (`asked`), is
    that code. Of another tier, whose labels are mostly codes, each label is the code; one that
    holds mostly words, each time others, is somebody who speaks; any other is a code itself.
    """
    tiers: dict[str, list[TimelineRow]] = {}
    for row in timeline.rows:
        if row.label_code is not None:
            tiers.setdefault(row.code, []).append(row)
    known = _Known(book, asked)
    of_labels = {name for name, rows in tiers.items() if _are_codes(name, rows, known)}
    others = {name: rows for name, rows in tiers.items() if name not in of_labels}
    spoken = {name for name, rows in others.items() if _is_spoken(name, rows, known)}
    if not of_labels and not spoken:
        return timeline, ""
    rows = tuple(
        _by_label(row, known)
        if row.code in of_labels and row.label_code is not None
        else _by_speaker(row)
        if row.code in spoken
        else row
        for row in timeline.rows
    )
    said = ""
    if of_labels:
        said += f"Its labels taken as codes: {_named(of_labels, tiers)}."
    if spoken:
        said += f" Taken as who speaks: {_named(spoken, tiers)}."
    return replace(timeline, rows=rows), said.strip()


class _Known:
    """What is a code, each asked once."""

    def __init__(self, book: Codebook, asked: Collection[str]) -> None:
        self._book = book
        self._found = dict.fromkeys(asked, True)

    def __contains__(self, said: str) -> bool:
        if said not in self._found:
            self._found[said] = code_called(self._book, said, foreign=True) is not None
        return self._found[said]

    @property
    def has_spoken(self) -> bool:
        code = self._book.find(SPOKEN)
        return code is not None and code.kind is Kind.INTERVAL


def _are_codes(name: str, rows: list[TimelineRow], known: _Known) -> bool:
    return name not in known and 2 * sum((row.label_code or "") in known for row in rows) > len(
        rows
    )


def _is_spoken(name: str, rows: list[TimelineRow], known: _Known) -> bool:
    if name in known or not known.has_spoken or any(row.speaker for row in rows):
        return False
    labels = {row.label_code or "" for row in rows}
    words = sum(" " in label for label in labels)
    return (
        all(row.is_span and row.kind is not Kind.POINT for row in rows)
        and len(labels) >= max(_FEWEST, len(rows) // 2)
        and 2 * words >= len(labels)
    )


def _by_label(row: TimelineRow, known: _Known) -> TimelineRow:
    label = row.label_code or ""
    if label not in known and not may_be_code(label):
        return row
    return replace(row, code=label, text=None, speaker=row.speaker or row.code)


def _by_speaker(row: TimelineRow) -> TimelineRow:
    return replace(row, code=SPOKEN, speaker=row.code)


def _named(some: Collection[str], tiers: Collection[str]) -> str:
    names = [name[:60] for name in tiers if name in some]
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(names[:20]) + more
