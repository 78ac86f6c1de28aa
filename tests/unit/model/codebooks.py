"""Any codebook that can be, for property tests."""

from dataclasses import replace

from hypothesis import strategies as st

from bodycam_annotator.model.codebook import RESERVED_KEYS, Code, Codebook, Kind
from bodycam_annotator.model.tag import Basis

KEYS = [key for key in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" if key not in RESERVED_KEYS]
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
worded = text.filter(lambda words: bool(words.strip()))
ids = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
codes = st.builds(
    Code,
    id=ids,
    name=worded,
    kind=st.sampled_from(Kind),
    group=worded,
    color=st.from_regex(r"#[0-9A-Fa-f]{6}", fullmatch=True),
    basis=st.none() | st.sampled_from(Basis),
    description=text,
    example=text,
    attributes=st.dictionaries(text, st.lists(text, max_size=3).map(tuple), max_size=3),
)


def _with_keys(book: Codebook, keys: list[str]) -> Codebook:
    given = (*keys, *[""] * len(book.codes))
    coded = [replace(c, key=k) for c, k in zip(book.codes, given, strict=False)]
    return replace(book, codes=tuple(coded))


books = st.builds(
    _with_keys,
    st.builds(
        Codebook,
        id=ids,
        name=worded,
        version=st.integers(1, 999_999_999),
        codes=st.lists(codes, min_size=1, max_size=5, unique_by=lambda code: code.id).map(tuple),
        source=st.just(""),
    ),
    st.lists(st.sampled_from(KEYS), max_size=5, unique=True),
)
