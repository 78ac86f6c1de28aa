"""Changing a draft, and what is said of one that cannot be saved."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.config import default_codebook
from bodycam_annotator.model.codebook import Code, Codebook, Kind
from bodycam_annotator.model.codebook_draft import (
    free_keys,
    grouped,
    id_from,
    joined,
    kinds_made,
    moved,
    moved_group,
    problems,
    with_code,
    with_copy,
    with_new,
    without,
)
from bodycam_annotator.model.codebook_toml import written
from tests.unit.model.codebooks import books
from tests.unit.storage.sample import CODEBOOK, make_tag

BOOK = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
SHOT = 1


def changed(**values: Any) -> Codebook:  # noqa: ANN401 - Code's fields
    return with_code(BOOK, SHOT, replace(BOOK.codes[SHOT], **values))


def ids(book: Codebook) -> list[str]:
    return [code.id for code in book.codes]


@given(books, st.data())
def test_whatever_is_done_to_a_draft_it_can_be_written_once_it_has_no_problems(
    book: Codebook, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(book.codes) - 1))
    by = data.draw(st.sampled_from([-1, 1]))
    for draft in (
        with_new(book, at)[0],
        with_copy(book, at)[0],
        without(book, at),
        moved(book, at, by)[0],
        moved_group(book, at, by)[0],
    ):
        if not problems(draft):
            assert written(draft).codes == draft.codes


@given(books, st.data())
def test_moving_keeps_every_code_and_says_where_it_is(book: Codebook, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(book.codes) - 1))
    by = data.draw(st.sampled_from([-1, 1]))
    for move in (moved, moved_group):
        draft, now = move(book, at, by)
        assert draft.codes[now].id == book.codes[at].id
        assert sorted(ids(draft)) == sorted(ids(book))
        assert draft == grouped(draft)


def test_a_code_moves_within_its_group_then_into_the_next() -> None:
    draft, at = moved(BOOK, SHOT, 1)
    assert ids(draft)[:3] == ["utterance", "weapon_visible", "shot"]
    draft, at = moved(draft, at, 1)
    draft, at = moved(draft, at, 1)
    assert draft.codes[at].group == "vehicle"
    assert ids(draft)[at - 1 : at + 2] == ["hands_on_force", "shot", "vehicle_departure"]


def test_a_group_moves_as_a_whole() -> None:
    draft, at = moved_group(BOOK, SHOT, -1)
    assert draft.groups == ("force", "speech", "vehicle", "scene", "condition")
    assert draft.codes[at].id == "shot"


def test_a_new_code_only_lacks_a_name() -> None:
    draft, at = with_new(BOOK, SHOT)
    (problem,) = problems(draft)
    assert (problem.at, problem.field, problem.sentence) == (at, "name", "A code needs a name.")
    assert draft.codes[at].group == "force"
    assert draft.codes[at].color not in [code.color for code in BOOK.codes]


def test_a_copy_shares_neither_id_nor_name_nor_key() -> None:
    draft, at = with_copy(BOOK, SHOT)
    copy = draft.codes[at]
    assert (copy.id, copy.name, copy.key) == ("shot_2", "Shot 2", "")
    assert copy.attributes == BOOK.codes[SHOT].attributes
    assert problems(draft) == []


@given(books, books)
def test_codes_of_two_codebooks_can_be_joined(one: Codebook, other: Codebook) -> None:
    both = joined(one, other)
    assert both.codes[: len(one.codes)] == one.codes
    assert len(both.codes) == len(one.codes) + len(other.codes)
    if not problems(one) and not problems(other):
        assert problems(both) == []
        assert written(both).label == one.label


@pytest.mark.parametrize(
    ("name", "code_id"),
    [("Siren, 2nd", "siren_2nd"), ("Tür zu", "tur_zu"), ("2 men", "code_2_men"), ("門", "code")],
)
def test_ids_come_from_names(name: str, code_id: str) -> None:
    assert id_from(name) == code_id


def test_keys_of_the_name_are_proposed_first() -> None:
    draft, at = with_new(BOOK, SHOT)
    draft = with_code(draft, at, replace(draft.codes[at], name="Siren"))
    assert free_keys(draft, at, taken={"E"})[:3] == ["R", "B", "F"]
    assert not {"J", "K", "L", "I", "O", "S", "E"} & set(free_keys(draft, at, taken={"E"}))


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"name": " "}, "name", "needs a name"),
        ({"name": "Utterance"}, "name", "Another code is called “Utterance” too"),
        ({"name": "a\ud800"}, "name", "no text"),
        ({"id": "Shot 1"}, "id", "small letters"),
        ({"id": "utterance"}, "id", "“Utterance” has the id utterance too"),
        ({"key": "U"}, "key", "“Utterance” has the key U too"),
        ({"key": "J"}, "key", "kept for the player"),
        ({"key": "0"}, "key", "already does this: Zoom"),
        ({"key": "?"}, "key", "one letter or digit"),
        ({"group": ""}, "group", "needs a group"),
        ({"color": "red"}, "color", "# and six digits"),
        ({"attributes": {"": ()}}, "attributes", "needs a name"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(values: dict[str, Any], field: str, said: str) -> None:
    found = [one for one in problems(changed(**values), taken={"0": "Zoom"}) if one.at == SHOT]
    (problem,) = found
    assert problem.field == field
    assert said in problem.sentence


def test_a_codebook_needs_a_name_and_a_code() -> None:
    said = [problem.sentence for problem in problems(replace(BOOK, name="", codes=()))]
    assert said == ["The codebook needs a name.", "The codebook needs at least one code."]


def test_a_code_with_tags_keeps_its_kind() -> None:
    draft = replace(CODEBOOK, codes=(replace(CODEBOOK.codes[0], kind=Kind.INTERVAL),))
    made = kinds_made([make_tag(), make_tag()], {CODEBOOK.label: CODEBOOK})
    (problem,) = problems(draft, made=made)
    assert (problem.at, problem.field) == (0, "kind")
    assert problem.sentence.startswith(
        "2 tags were made with this code as a point, so it stays one"
    )
    assert problems(draft, made=kinds_made([], {})) == []


def test_many_codes_are_too_many() -> None:
    codes = [Code(id=f"c{n}", name=str(n), kind=Kind.POINT, group="g") for n in range(1001)]
    assert "at most 1000" in problems(replace(BOOK, codes=tuple(codes)))[0].sentence
