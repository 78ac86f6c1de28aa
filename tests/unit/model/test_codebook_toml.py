"""A codebook written is the same codebook, and what a person wrote into it stays."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.config import default_codebook
from bodycam_annotator.errors import CodebookError
from bodycam_annotator.model.codebook import Code, Codebook, Kind, same_content
from bodycam_annotator.model.codebook_toml import written
from tests.unit.model.codebooks import books

COMMENTED = """\
# Kept by the night desk.
id = "stop"
name = "Stop"  # as agreed
version = 3
owner = "night desk"

# Shots only: no ricochets.
[[code]]
id = "shot"
name = "Shot"  # not “gunshot”
kind = "point"
key = "S"
reviewed = 2024-10-13

  [code.attributes]
  # Officers by number.
  shooter = []

# Doors of cars.

# And of houses.
[[code]]
id = "door"
name = "Door"
kind = "point"
description = '''
[[code]] is how an entry begins.
'''
"""


def default() -> Codebook:
    return Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))


def commented() -> Codebook:
    return Codebook.from_toml(COMMENTED.replace("[[code]] is", "[code] is"))


@given(books)
def test_any_codebook_is_read_back_as_it_was_written(book: Codebook) -> None:
    again = Codebook.from_toml(written(book).source)
    assert same_content(again, book)
    assert again.version == book.version


@given(books, books, st.data())
def test_any_change_of_a_written_codebook_is_written_too(
    book: Codebook, other: Codebook, data: st.DataObject
) -> None:
    """Codes of two codebooks are mixed, so that some are new, some gone and some changed."""
    before = written(book)
    pool = {code.id: code for code in (*book.codes, *other.codes)}
    ids = data.draw(st.lists(st.sampled_from(sorted(pool)), min_size=1, unique=True))
    keyless = [replace(pool[code_id], key="") for code_id in ids]
    after = replace(before, name=other.name, version=other.version, codes=tuple(keyless))
    assert same_content(Codebook.from_toml(written(after).source), after)


def test_what_did_not_change_is_not_touched() -> None:
    book = default()
    assert written(book).source == book.source
    text = written(replace(book, version=2)).source
    assert text == book.source.replace("version = 1", "version = 2")


def test_only_the_changed_line_of_a_code_changes() -> None:
    book = commented()
    codes = (replace(book.codes[0], name="Gunshot"), book.codes[1])
    text = written(replace(book, version=4, codes=codes)).source
    expected = book.source.replace("version = 3", "version = 4")
    assert text == expected.replace('name = "Shot"', 'name = "Gunshot"')


def test_comments_and_unknown_fields_go_with_their_code() -> None:
    book = commented()
    text = written(replace(book, version=4, codes=book.codes[::-1])).source
    assert text.index("Kept by") < text.index("And of houses") < text.index('id = "door"')
    assert text.index('id = "door"') < text.index("Shots only") < text.index('id = "shot"')
    for kept in ('owner = "night desk"', "# as agreed", "reviewed = 2024-10-13", "by number"):
        assert kept in text


def test_a_code_that_is_removed_takes_its_text_along() -> None:
    book = commented()
    text = written(replace(book, version=4, codes=book.codes[1:])).source
    assert "shot" not in text
    assert "And of houses" in text


def test_a_text_that_looks_like_an_entry_is_no_entry() -> None:
    book = Codebook.from_toml(COMMENTED)
    assert book.codes[1].description == "[[code]] is how an entry begins.\n"
    made = written(replace(book, version=4, codes=book.codes[::-1]))
    assert [code.id for code in made.codes] == ["door", "shot"]
    assert made.codes[0].description == book.codes[1].description


def test_a_field_that_is_new_stays_with_its_code_above_the_attributes() -> None:
    book = commented()
    codes = (replace(book.codes[0], example="Bang"), book.codes[1])
    made = written(replace(book, version=4, codes=codes))
    assert made.codes[0].example == "Bang"
    assert made.codes[0].attributes == {"shooter": ()}


def test_the_order_of_attributes_counts() -> None:
    book = default()
    utterance = book.codes[0]
    turned = dict(reversed(list(utterance.attributes.items())))
    made = written(replace(book, version=2, codes=(replace(utterance, attributes=turned),)))
    assert list(made.codes[0].attributes) == ["addressee", "act"]


def test_what_cannot_be_a_codebook_is_refused() -> None:
    code = Code(id="a", name="A", kind=Kind.POINT, group="x")
    book = Codebook(id="b", name="B", version=1, codes=(code, code), source="")
    with pytest.raises(CodebookError, match="Two codes of the codebook have the id 'a'"):
        written(book)
