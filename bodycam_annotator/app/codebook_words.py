"""What an entry of the audit log did to the codebook, in words instead of its text.

As `field_words`: whatever the rows hold, nothing here raises.
"""

from collections.abc import Sequence

from bodycam_annotator.app.codebooks import differences
from bodycam_annotator.app.field_words import Words, changed_fields, short
from bodycam_annotator.errors import CodebookError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change


def turn_of(changes: Sequence[Change]) -> tuple[str, str] | None:
    """The labels of the codebook before and after, where the entry chose another."""
    for change in changes:
        if change.entity != "incident" or change.before is None:
            continue
        old, new = change.before.get("codebook"), change.after.get("codebook")
        if changed_fields(change.before, change.after) == {"codebook"}:
            return (old, new) if isinstance(old, str) and isinstance(new, str) else None
    return None


def turn_words(words: Words, turn: tuple[str, str], changes: Sequence[Change]) -> str:
    """`changed the codebook Stop from version 1 to version 2: 1 code added (Siren)`"""
    old, new = (_book(words, label, changes) for label in turn)
    if old is None or new is None:
        return f"changed the codebook: {short(turn[0])} → {short(turn[1])}"
    said = "; ".join(differences(old, new)) or "the same codes"
    if old.id != new.id:
        return f"changed the codebook from {words.codebook(turn[0])} to another: {said}"
    name = short(new.name)
    return f"changed the codebook {name} from version {old.version} to {new.version}: {said}"


def codes_words(words: Words, change: Change, changes: Sequence[Change]) -> tuple[str, str] | None:
    """What an added codebook's text comes to, as a name and a value: what it changes where it took
    another's place, else its codes. None where the text is no codebook."""
    new = _parsed(change)
    if new is None:
        return None
    turn = turn_of(changes)
    old = _book(words, turn[0], changes) if turn is not None and turn[1] == change.id else None
    if old is not None and old.label != new.label:
        return f"changed since {old.label}", "; ".join(differences(old, new)) or "nothing"
    names = ", ".join(short(code.name, most=60) for code in new.codes)
    return "codes", f"{len(new.codes)}: {names}"


def _book(words: Words, label: str, changes: Sequence[Change]) -> Codebook | None:
    """As the entry itself has it, else as the project does."""
    own = [one for one in changes if one.entity == "codebook" and one.id == label]
    return _parsed(own[0]) if own else words.project.codebooks.get(label)


def _parsed(change: Change) -> Codebook | None:
    source = change.after.get("source")
    try:
        return Codebook.from_toml(source) if isinstance(source, str) else None
    except CodebookError:
        return None
