"""A codebook while it is changed: it may be wrong for a while, and says where.

A draft is a `Codebook` whose codes need not be allowed yet; nothing here changes the one it is
given. Codes are known by their place, as two of them may have one id meanwhile.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from string import ascii_uppercase, digits

from bodycam_annotator.model.codebook import (
    COLOR_FORM,
    ID_FORM,
    RESERVED_KEYS,
    Code,
    Codebook,
    Kind,
)
from bodycam_annotator.model.palette import next_color
from bodycam_annotator.model.tag import NO_TEXT, Tag

MOST_CODES = 1000


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What must be mended before the draft can be saved. `at` is the code's place, or None for
    the codebook itself; `field` is that of `Code` or `Codebook`."""

    at: int | None
    field: str
    sentence: str


# Changing a draft


def grouped(book: Codebook) -> Codebook:
    """With the codes of each group together, in the order in which groups are first named."""
    codes = [code for group in book.groups for code in book.codes if code.group == group]
    return replace(book, codes=tuple(codes))


def with_code(book: Codebook, at: int, code: Code) -> Codebook:
    """The code at that place is now this one."""
    return replace(book, codes=(*book.codes[:at], code, *book.codes[at + 1 :]))


def with_new(book: Codebook, after: int) -> tuple[Codebook, int]:
    """And where the new code is: behind the one at `after`, in its group; -1 for the first."""
    code = Code(
        id=free_id("new_code", taken=(one.id for one in book.codes)),
        name="",
        kind=Kind.POINT,
        group=book.codes[after].group if after >= 0 else "other",
        color=next_color(one.color for one in book.codes),
    )
    return _with(book, after + 1, code), after + 1


def with_copy(book: Codebook, at: int) -> tuple[Codebook, int]:
    """And where the copy is. It has no key, as two codes cannot share one."""
    old = book.codes[at]
    names = {code.name for code in book.codes}
    name = next(f"{old.name} {n}" for n in range(2, 10**6) if f"{old.name} {n}" not in names)
    copy_id = free_id(id_from(name), taken=(code.id for code in book.codes))
    color = next_color(code.color for code in book.codes)
    return _with(book, at + 1, replace(old, id=copy_id, name=name, key="", color=color)), at + 1


def joined(book: Codebook, other: Codebook) -> Codebook:
    """With the codes of `other` behind its own. They get other ids, names and no key where those
    are taken."""
    codes = list(book.codes)
    for code in other.codes:
        names, keys = {one.name for one in codes}, {one.key for one in codes}
        name = code.name
        if name in names:
            name = next(f"{name} {n}" for n in range(2, 10**6) if f"{name} {n}" not in names)
        code_id = free_id(code.id, taken=(one.id for one in codes))
        key = "" if code.key in keys else code.key
        codes.append(replace(code, id=code_id, name=name, key=key))
    return replace(book, codes=tuple(codes))


def without(book: Codebook, at: int) -> Codebook:
    return replace(book, codes=(*book.codes[:at], *book.codes[at + 1 :]))


def moved(book: Codebook, at: int, by: int) -> tuple[Codebook, int]:
    """One place up (-1) or down (1), and where the code is then. At the edge of its group it goes
    over to the next one; a code alone at the end stays."""
    book, at = _grouped_with(book, at)
    to = at + by
    if not 0 <= to < len(book.codes):
        return book, at
    code, other = book.codes[at], book.codes[to]
    if code.group != other.group:
        return with_code(book, at, replace(code, group=other.group)), at
    codes = list(book.codes)
    codes[at], codes[to] = other, code
    return replace(book, codes=tuple(codes)), to


def moved_group(book: Codebook, at: int, by: int) -> tuple[Codebook, int]:
    """The whole group of the code at `at` one place up or down, and where that code is then."""
    book, at = _grouped_with(book, at)
    code = book.codes[at]
    groups = list(book.groups)
    place = groups.index(code.group)
    to = place + by
    if 0 <= to < len(groups):
        groups[place], groups[to] = groups[to], groups[place]
    codes = [(n, one) for group in groups for n, one in enumerate(book.codes) if one.group == group]
    where = [n for n, _ in codes].index(at)
    return replace(book, codes=tuple(one for _, one in codes)), where


def _with(book: Codebook, at: int, code: Code) -> Codebook:
    return replace(book, codes=(*book.codes[:at], code, *book.codes[at:]))


def _grouped_with(book: Codebook, at: int) -> tuple[Codebook, int]:
    code = book.codes[at]
    book = grouped(book)
    return book, next(n for n, one in enumerate(book.codes) if one is code)


# What to propose


def id_from(name: str) -> str:
    """`Siren, 2nd` becomes `siren_2nd`; what has no letter of a to z becomes `code`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return made if ID_FORM.fullmatch(made) else f"code_{made}".strip("_")


def free_id(wanted: str, *, taken: Iterable[str]) -> str:
    """`wanted`, or with the first number that makes it one that nobody has."""
    used = set(taken)
    if wanted not in used:
        return wanted
    return next(f"{wanted}_{n}" for n in range(2, 10**6) if f"{wanted}_{n}" not in used)


def free_keys(book: Codebook, at: int, *, taken: Collection[str] = ()) -> list[str]:
    """Keys that the code at `at` could have: those of its name first, in their order.

    `taken` are keys that do something else in the window.
    """
    used = {code.key for n, code in enumerate(book.codes) if n != at}
    free = [k for k in ascii_uppercase + digits if k not in used | {*RESERVED_KEYS, *taken}]
    name = unicodedata.normalize("NFKD", book.codes[at].name).upper()
    first = [key for key in dict.fromkeys(name) if key in free]
    return [*first, *(key for key in free if key not in first)]


# What is wrong


def kinds_made(tags: Iterable[Tag], books: Mapping[str, Codebook]) -> dict[str, Mapping[Kind, int]]:
    """How many of `tags` there are by code and kind. `books` are the codebooks by label."""
    made: dict[str, Counter[Kind]] = {}
    for (label, code_id), count in Counter((tag.codebook, tag.code) for tag in tags).items():
        book = books.get(label)
        code = book.find(code_id) if book else None
        if code is not None:
            made.setdefault(code_id, Counter())[code.kind] += count
    return dict(made)


def problems(
    draft: Codebook,
    *,
    now: Codebook | None = None,
    made: Mapping[str, Mapping[Kind, int]] | None = None,
    taken: Mapping[str, str] | None = None,
) -> list[Problem]:
    """All that is wrong, in the order of the codes.

    `now` is the codebook that the draft is to follow; `made` is `kinds_made` of the project's
    standing tags; `taken` says by key what else it does in
    the window.
    """
    found = [*_about_book(draft)]
    for at, code in enumerate(draft.codes):
        found += [Problem(at=at, field=field, sentence=said) for field, said in _about(code)]
    found += _doubles(draft)
    found += _key_conflicts(draft, taken or {})
    found += _kind_conflicts(draft, now, made or {})
    return sorted(found, key=lambda problem: -1 if problem.at is None else problem.at)


def _about_book(draft: Codebook) -> Iterator[Problem]:
    if not draft.name.strip():
        yield Problem(at=None, field="name", sentence="The codebook needs a name.")
    if NO_TEXT.search(f"{draft.id}{draft.name}"):
        yield Problem(at=None, field="name", sentence=_NO_TEXT_SAID)
    if not draft.codes:
        yield Problem(at=None, field="codes", sentence="The codebook needs at least one code.")
    if len(draft.codes) > MOST_CODES:
        said = f"A codebook has at most {MOST_CODES} codes."
        yield Problem(at=None, field="codes", sentence=said)


_NO_TEXT_SAID = "This holds a character that is no text; type it anew."


def _about(code: Code) -> Iterator[tuple[str, str]]:
    if not code.name.strip():
        yield "name", "A code needs a name."
    if not ID_FORM.fullmatch(code.id):
        yield "id", "An id is small letters a to z, digits and _, and begins with a letter."
    if not code.group.strip():
        yield "group", "A code needs a group, such as “other”."
    if not COLOR_FORM.fullmatch(code.color):
        yield "color", "A colour is # and six digits or letters a to f, such as #348CF4."
    for field in ("name", "group", "description", "example"):
        if NO_TEXT.search(getattr(code, field)):
            yield field, _NO_TEXT_SAID
    for name, values in code.attributes.items():
        if not name.strip():
            yield "attributes", "An attribute needs a name."
        if NO_TEXT.search(name + "".join(values)):
            yield "attributes", _NO_TEXT_SAID


def _doubles(draft: Codebook) -> Iterator[Problem]:
    for field, what in (("id", "id"), ("key", "key"), ("name", "name")):
        values = [getattr(code, field).strip() for code in draft.codes]
        times = Counter(value for value in values if value)
        for at, value in enumerate(values):
            if times[value] < 2:
                continue
            other = next(n for n, one in enumerate(values) if one == value and n != at)
            name = draft.codes[other].name or f"code {other + 1}"
            said = f"“{name}” has the {what} {value} too; give one of them another."
            if field == "name":
                said = f"Another code is called “{value}” too; give one of them another name."
            yield Problem(at=at, field=field, sentence=said)


def _key_conflicts(draft: Codebook, taken: Mapping[str, str]) -> Iterator[Problem]:
    for at, code in enumerate(draft.codes):
        if not code.key:
            continue
        if len(code.key) != 1 or code.key not in ascii_uppercase + digits:
            yield Problem(at=at, field="key", sentence="A key is one letter or digit.")
        elif code.key in taken:
            said = f"{code.key} already does this: {taken[code.key]}. Choose another key."
            yield Problem(at=at, field="key", sentence=said)
        elif code.key in RESERVED_KEYS:
            said = f"{code.key} is kept for the player. Choose another key."
            yield Problem(at=at, field="key", sentence=said)


def _kind_conflicts(
    draft: Codebook, now: Codebook | None, made: Mapping[str, Mapping[Kind, int]]
) -> Iterator[Problem]:
    """A code's tags must all be of one kind, or their times could not be compared.

    Undoing a codebook can leave tags of the kind that its code had then, or of both. Only a change
    to a kind that makes it worse is refused, so that all else can still be edited.
    """
    for at, code in enumerate(draft.codes):
        kinds = made.get(code.id, {})
        present = now.find(code.id) if now else None
        stays = present is not None and present.kind is code.kind
        if stays or (present is None and code.kind in kinds):
            continue
        others = {kind: count for kind, count in kinds.items() if kind is not code.kind}
        for kind, count in others.items():
            has = "1 tag was" if count == 1 else f"{count} tags were"
            made_as = "a point" if kind is Kind.POINT else "an interval"
            said = (
                f"{has} made with this code as {made_as}, so it stays one. For the other kind, "
                "duplicate the code and change the copy."
            )
            yield Problem(at=at, field="kind", sentence=said)
