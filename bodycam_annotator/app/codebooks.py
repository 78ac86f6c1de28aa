"""A project's codebook changed: new versions, and codebooks from and to files.

A version is never changed and never taken away: a change makes another, and tags keep the one that
they were made under.
"""

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bodycam_annotator.app.projects import read_codebook
from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.errors import CodebookError, EditError, ExchangeError
from bodycam_annotator.exchange.boris.ethogram import is_boris, read_ethogram
from bodycam_annotator.model.codebook import LAST_VERSION, Codebook, same_content
from bodycam_annotator.model.codebook_draft import kinds_made, problems
from bodycam_annotator.model.codebook_toml import written
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage.repository import codebook_row

CODEBOOK_FILES = "Codebooks and BORIS projects (*.toml *.boris *.boris.gz *.json);;All files (*)"

_LAST_IMPORTED = LAST_VERSION - 99_999_999
"""Versions, so that a hundred million changes can still be made."""


def change_codebook(project: Project, new: Codebook, *, since: str | None = None) -> Edit:
    """The edit by which tags are made under `new` from now on, as the version `numbered` gives it.

    `since` is the label of the codebook that `new` was made from. Raises `EditError` when nothing
    is different, when the project has gone on to another codebook since, and for what `problems`
    finds; `CodebookError` when it cannot be written.
    """
    now = project.incident.codebook
    if since is not None and now != since:
        raise EditError(
            f"The codebook was changed to {now} in another window while this was made from "
            f"{since}. Nothing was changed: look at what is new, then make your change again."
        )
    wrong = problems(
        new,
        now=project.codebook,
        made=kinds_made(project.standing_tags, project.codebooks),
    )
    if wrong:
        raise EditError(_said(new, wrong[0].at, wrong[0].sentence))
    book = numbered(project, new)
    if book.label == now:
        raise EditError(f"Nothing is different from {now}, so there is no new version.")
    after = replace(project.incident, codebook=book.label)
    choose = Change(
        entity="incident",
        id=project.incident.id,
        before=row_of(project.incident),
        after=row_of(after),
    )
    if book.label in project.codebooks:
        return Edit(label=f"Go back to codebook {book.label}", changes=(choose,))
    add = Change(entity="codebook", id=book.label, before=None, after=codebook_row(book))
    return Edit(label=f"Make codebook {book.label}", changes=(add, choose))


def numbered(project: Project, new: Codebook) -> Codebook:
    """`new` with its version and source: the stored one that says the same, if there is one.

    Raises `CodebookError` when it cannot be written, or there is no version after the newest.
    """
    version = next_version(project, new)
    if version > LAST_VERSION:
        raise CodebookError(
            f"{new.id}@{LAST_VERSION} is the last version that a codebook can have. To go on from "
            "it, export it unchanged, give the file another id and version = 1, and import it."
        )
    stored = project.codebooks.get(f"{new.id}@{version}")
    return stored or written(replace(new, version=version))


def next_version(project: Project, new: Codebook) -> int:
    """The version that `numbered` gives: the one after the newest that the project or the source
    has. What was read from a file and not changed keeps the file's, if that is newer."""
    stored = [book for book in project.codebooks.values() if book.id == new.id]
    same = [book.version for book in stored if same_content(book, new)]
    if same:
        current = project.codebook
        return current.version if same_content(current, new) else same[-1]
    newest = max((book.version for book in stored), default=0)
    source = _parsed(new.source) if new.source else None
    if source is None:
        return newest + 1
    if same_content(source, new) and source.version > newest:
        return source.version
    return max(newest, source.version) + 1


@lru_cache(maxsize=4)
def _parsed(source: str) -> Codebook:
    """An editor asks with every key that is pressed."""
    return Codebook.from_toml(source)


def differences(old: Codebook, new: Codebook) -> list[str]:
    """What a change does, in words: `1 code added (Siren)`, `2 changed (Shot, Utterance)`."""
    before = {code.id: code for code in old.codes}
    after = {code.id: code for code in new.codes}
    added = [code.name for code in new.codes if code.id not in before]
    removed = [code.name for code in old.codes if code.id not in after]
    changed = [
        code.name
        for code in new.codes
        if code.id in before and not same_content(code, before[code.id])
    ]
    said = [
        f"{_counted(names)} {how} ({_listed(names)})"
        for how, names in (("added", added), ("removed", removed), ("changed", changed))
        if names
    ]
    kept = [code_id for code_id in after if code_id in before]
    if kept != [code_id for code_id in before if code_id in after]:
        said.append("codes in another order")
    if old.name != new.name:
        said.append(f"called “{new.name}” instead of “{old.name}”")
    if old.id != new.id:
        said.append(f"another codebook, {new.id}, instead of {old.id}")
    return said


def tags_left_behind(project: Project, old: Codebook, new: Codebook) -> list[str]:
    """`3 tags of “Shot” stay as made`, where `new` lacks codes of `old` that have standing tags."""
    gone = {code.id: code.name for code in old.codes if new.find(code.id) is None}
    counts = Counter(tag.code for tag in project.standing_tags if tag.code in gone) if gone else {}
    if not counts:
        return []
    count = sum(counts.values())
    of = f"“{gone[next(iter(counts))]}”" if len(counts) == 1 else f"{len(counts)} codes"
    return [f"{count} tag{'s' * (count != 1)} of {of} stay{'s' * (count == 1)} as made"]


def import_codebook(path: Path) -> tuple[Codebook, list[str]]:
    """A codebook's TOML file or a BORIS project, and what of it was not taken over, in sentences.

    Raises `CodebookError` or `ExchangeError` that names the file.
    """
    if is_boris(path):
        return codebook_from_boris(path)
    book = read_codebook(path)
    if book.version > _LAST_IMPORTED:
        raise CodebookError(
            f"{path}: version {book.version} leaves too few for later changes; give the file a "
            f"version of at most {_LAST_IMPORTED}."
        )
    return book, []


def codebook_from_boris(path: Path) -> tuple[Codebook, list[str]]:
    """As `import_codebook`, of a BORIS project."""
    ethogram = read_ethogram(path)
    wrong = problems(ethogram.codebook)
    if wrong:
        said = _said(ethogram.codebook, wrong[0].at, wrong[0].sentence)
        raise CodebookError(f"{path}: {said}")
    return written(ethogram.codebook), list(ethogram.notes)


def write_codebook(book: Codebook, path: Path) -> None:
    """Writes its TOML text; a file of that name is replaced. Raises `ExchangeError`."""
    try:
        write_whole(path, written(book).source.encode())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ExchangeError(f"{path} cannot be written: {why}.") from error


def _said(book: Codebook, at: int | None, sentence: str) -> str:
    return sentence if at is None else f"The code “{book.codes[at].name}”: {sentence}"


def _counted(names: list[str]) -> str:
    return "1 code" if len(names) == 1 else f"{len(names)} codes"


def _listed(names: list[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
