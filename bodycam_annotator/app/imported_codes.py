"""What a file has for codes held against a codebook: the code that is meant, or one to propose."""

import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count

from bodycam_annotator.app.codebooks import change_codebook, numbered
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.model.codebook_draft import free_id, id_from
from bodycam_annotator.model.edits import Change
from bodycam_annotator.model.palette import next_color
from bodycam_annotator.model.project import Project

IMPORTED = "imported"
"""The group of proposed codes."""

_LONGEST_NAME = 60
_UNNAMED = "(unnamed)"


@dataclass(frozen=True, kw_only=True)
class CodeInFile:
    """What the file calls a code, on how many tags; the code that it becomes, and whether that one
    is new in the codebook."""

    said: str
    tags: int
    code: Code
    is_new: bool


def codes_meant(
    project: Project, timeline: Timeline, choices: Mapping[str, str]
) -> dict[str, Code]:
    """Codes of the project's codebook by what the file calls them; those that are not in it are
    left out.

    `choices` are ids by what the file calls them. Raises `ExchangeError` for what the file does
    not have, `CodebookError` for an id that is not in the codebook.
    """
    book = project.codebook
    meant: dict[str, Code] = {}
    known = Counter(row.code for row in timeline.rows)
    for said, code_id in choices.items():
        if said not in known:
            raise ExchangeError(
                f"There is no code {said!r} in the file; it has {', '.join(known) or 'none'}."
            )
        meant[said] = book.code(code_id)
    for said in known:
        code = code_called(book, said, foreign=timeline.foreign)
        if said not in meant and code is not None:
            meant[said] = code
    return meant


def with_proposed(
    project: Project, timeline: Timeline, meant: dict[str, Code]
) -> tuple[Project, list[Change]]:
    """The project with a codebook that has the codes which are not here, and the changes that make
    it so; they are added to `meant`. Raises `EditError` where the codebook cannot have them."""

    def is_here(row: TimelineRow) -> bool:
        book = project.codebooks.get(row.codebook or "")
        return row.code in meant or (book is not None and book.find(row.code) is not None)

    unknown = [row for row in timeline.rows if not is_here(row)]
    if not unknown:
        return project, []
    now = project.codebook
    proposed = _proposed(now, unknown)
    meant |= proposed
    wanted = replace(now, codes=(*now.codes, *proposed.values()))
    edit = change_codebook(project, wanted)
    book = numbered(project, wanted)
    incident = replace(project.incident, codebook=book.label)
    books = {**project.codebooks, book.label: book}
    return replace(project, incident=incident, codebooks=books), list(edit.changes)


def codes_in_file(
    project: Project, timeline: Timeline, meant: Mapping[str, Code]
) -> tuple[CodeInFile, ...]:
    """In the file's order."""
    counts = Counter(row.code for row in timeline.rows if row.code in meant)
    return tuple(
        CodeInFile(
            said=said,
            tags=count,
            code=meant[said],
            is_new=project.codebook.find(meant[said].id) is None,
        )
        for said, count in counts.items()
    )


def code_called(book: Codebook, said: str, *, foreign: bool) -> Code | None:
    """The code with that id or name, capitals or not, or that was proposed for it; in a foreign
    file also the one whose id would be made of it."""
    exact = book.find(said)
    if exact is not None:
        return exact
    proposed = (code for code in book.codes if code.group == IMPORTED and code.description == said)
    if said and (once := next(proposed, None)) is not None:
        return once
    wanted = said.strip().casefold()
    made = id_from(said) if foreign and _is_visible(said) else None
    for code in book.codes:
        if wanted in (code.id.casefold(), code.name.casefold()) or code.id == made:
            return code
    return None


def _proposed(book: Codebook, rows: Iterable[TimelineRow]) -> dict[str, Code]:
    """New codes for what `rows` have, by what the file calls them; for marks where every row of
    one is a mark. What is no name as it stands is the code's description too."""
    has_spans: dict[str, bool] = {}
    for row in rows:
        is_span = row.kind is Kind.INTERVAL if row.kind else row.is_span
        has_spans[row.code] = has_spans.get(row.code, False) or is_span
    made: dict[str, Code] = {}
    for said, spans in has_spans.items():
        there = (*book.codes, *made.values())
        name = _free_name(_name_of(said), {code.name for code in there})
        made[said] = Code(
            id=free_id(id_from(name), taken=[code.id for code in there]),
            name=name,
            description="" if name == said else said,
            kind=Kind.INTERVAL if spans else Kind.POINT,
            group=IMPORTED,
            color=next_color(code.color for code in there),
        )
    return made


def _name_of(said: str) -> str:
    """In one line and not too long for lists."""
    if not _is_visible(said):
        return _UNNAMED
    name = " ".join(said.split())
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(char)[0] not in "CZ" for char in text)


def _free_name(wanted: str, taken: Container[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(f"{wanted} {n}" for n in count(2) if f"{wanted} {n}" not in taken)
