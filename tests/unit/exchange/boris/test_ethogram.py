"""A BORIS project's ethogram as a codebook, what is not taken over, and files that are none."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodycam_annotator.app.codebooks import codebook_from_boris
from bodycam_annotator.errors import UserError
from bodycam_annotator.exchange.boris.ethogram import MAX_BYTES, read_ethogram
from bodycam_annotator.model.codebook import Kind

PECK = {
    "type": "Point event",
    "key": "p",
    "code": "Peck!",
    "description": "Beak touches food",
    "color": "#ff8800",
    "category": "feeding",
    "modifiers": {
        "0": {"name": "side", "type": 0, "values": ["left (l)", "right  ", "left"]},
        "1": {"name": "side", "type": 1, "values": ["near", "far"]},
        "2": {"name": "", "type": 2, "values": []},
    },
    "excluded": "Fly,Walk",
    "coding map": "",
}
FLY = {
    "type": "State event with coding map",
    "key": "P",
    "code": "Fly",
    "description": "",
    "category": "",
    "modifiers": "up,down|fast",
    "excluded": "",
    "coding map": "wings",
}


def project(*behaviors: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "project_name": "Gulls 2024",
        "project_format_version": "7.0",
        "behaviors_conf": {str(n): one for n, one in enumerate(behaviors)},
        "subjects_conf": {},
        "observations": {},
        **more,
    }


def saved(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_behaviours_become_codes(tmp_path: Path) -> None:
    book, _ = codebook_from_boris(saved(tmp_path / "a.boris", project(PECK, FLY)))
    peck, fly = book.codes
    assert (book.id, book.name, book.version) == ("gulls_2024", "Gulls 2024", 1)
    assert (peck.id, peck.name, peck.kind, peck.key) == ("peck", "Peck!", Kind.POINT, "P")
    assert (peck.group, peck.color) == ("feeding", "#FF8800")
    assert peck.description == "Beak touches food"
    assert peck.attributes == {"side": ("left", "right"), "side 2": (), "modifier 3": ()}
    assert (fly.kind, fly.key, fly.group) == (Kind.INTERVAL, "", "other")
    assert fly.attributes == {"modifier 1": ("up", "down"), "modifier 2": ("fast",)}


def test_what_is_not_taken_over_is_listed(tmp_path: Path) -> None:
    more = {
        "subjects_conf": {"0": {"key": "1", "name": "Gull A"}, "1": {"key": "2", "name": "Gull B"}},
        "observations": {"one": {"events": []}},
    }
    book, notes = codebook_from_boris(saved(tmp_path / "a.boris", project(PECK, FLY, **more)))
    assert book.codes[0].attributes["subject"] == ("Gull A", "Gull B")
    said = "\n".join(notes)
    for part in (
        "side 2 takes any text, as several of its values could be chosen at once; its values were "
        "near, far.",
        "modifier 3 takes any text, as it was a number.",
        "“Peck!” excluded Fly,Walk",
        "“Fly” has no key: it was P, but “Peck!” has it.",
        "“Fly” had a coding map",
        "The subjects (Gull A, Gull B)",
        "Not taken over: 1 observations",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({"key": "F5"}, "it was F5, but a key is one letter or digit here"),
        ({"key": "j"}, "it was j, but the player uses it"),
        ({"color": "tab:blue"}, "BORIS’s was “tab:blue”"),
    ],
)
def test_what_cannot_be_here_is_replaced_and_said(
    tmp_path: Path, values: dict[str, str], note: str
) -> None:
    _, notes = codebook_from_boris(saved(tmp_path / "a.boris", project({**PECK, **values})))
    assert any(note in one for one in notes)


def test_behaviours_that_make_no_code_are_left_out_and_said(tmp_path: Path) -> None:
    odd = [{**PECK, "code": ""}, {**PECK, "type": "Mood"}, PECK, PECK]
    ethogram = read_ethogram(saved(tmp_path / "a.boris", project(*odd)))
    assert [code.name for code in ethogram.codebook.codes] == ["Peck!"]
    assert ethogram.notes[:2] == (
        "Behaviour 1 has no code and was left out.",
        "“Peck!” is neither a point nor a state event and was left out.",
    )
    assert "“Peck!” is there twice; the second was left out." in ethogram.notes


def test_categories_lend_their_colours(tmp_path: Path) -> None:
    categories = {"0": {"name": "feeding", "color": "#123456"}}
    content = project({**PECK, "color": ""}, behavioral_categories_config=categories)
    (code,) = read_ethogram(saved(tmp_path / "a.boris", content)).codebook.codes
    assert code.color == "#123456"


def test_a_packed_project_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.boris.gz"
    path.write_bytes(gzip.compress(json.dumps(project(PECK)).encode(), mtime=0))
    assert codebook_from_boris(path)[0].codes[0].name == "Peck!"


def many(codes: int, subjects: int, *, letters: int = 1) -> dict[str, Any]:
    behaviors = [{"code": f"b{n}", "type": "Point event"} for n in range(codes)]
    names = {str(n): {"name": f"{n} {'s' * letters}"} for n in range(subjects)}
    return project(*behaviors, subjects_conf=names)


def test_many_subjects_can_be_chosen_from_and_the_note_stays_short(tmp_path: Path) -> None:
    book, (note,) = codebook_from_boris(saved(tmp_path / "a.boris", many(20, 300)))
    assert {len(code.attributes["subject"]) for code in book.codes} == {300}
    assert note.startswith("The subjects (0 s, 1 s, 2 s, ")
    assert " … and 260 more) are values of each code’s attribute “subject”;" in note
    assert len(note) < 400


@pytest.mark.parametrize("content", [many(400, 400), many(1, 1001), many(30, 5, letters=5000)])
def test_too_many_subjects_are_typed_and_that_is_said(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    book, (note,) = codebook_from_boris(saved(tmp_path / "a.boris", content))
    assert len(book.codes) == len(content["behaviors_conf"])
    assert {code.attributes["subject"] for code in book.codes} == {()}
    assert "are too many to choose from: each code’s attribute “subject” takes any text" in note
    assert len(note) < 600
    # Small enough to be read again from a file, which may have 1 MiB.
    assert len(book.source) < 200_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[]", "no behaviors_conf"),
        (b'{"behaviors_conf": 3}', "no behaviors_conf"),
        (b'{"behaviors_conf": {}}', "none of its behaviours"),
        (b'{"behaviors_conf": {"0": 3}}', "behaviour 1 is not an object"),
        (b'{"behaviors_conf": {"0": {"code": 3}}}', "code of behaviour 1 is not a text"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"behaviors_conf": ' + b"9" * 5000 + b"}", "not JSON"),
        (json.dumps(project({**PECK, "description": "x" * 20_000})).encode(), "longer than 10000"),
        (json.dumps(project({**PECK, "modifiers": [3]})).encode(), "not an object of objects"),
        (json.dumps(project(*[PECK] * 1001)).encode(), "1001 behaviours, more than 1000"),
        (json.dumps(project({**PECK, "code": "\ud800"})).encode(), "no text"),
        (
            json.dumps(project({**PECK, "modifiers": {"0": {"type": "9" * 5000}}})).encode(),
            "the type of the modifier “modifier 1” of “Peck!” is no number that BORIS has",
        ),
        (gzip.compress(b"x" * (MAX_BYTES + 1), mtime=0), "larger than 64 MB"),
        (b"\x1f\x8bxxxx", "cannot be unpacked"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_boris_project_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.boris"
    path.write_bytes(data)
    with pytest.raises(UserError) as refused:
        codebook_from_boris(path)
    assert said in str(refused.value)
    assert "a.boris" in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        codebook_from_boris(tmp_path / "none.boris")
    with pytest.raises(UserError, match="no ordinary file"):
        codebook_from_boris(tmp_path)


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
behavior = st.fixed_dictionaries(
    {},
    optional={
        name: anything | st.sampled_from([PECK[name], FLY[name]])
        for name in ("code", "type", "key", "modifiers", "category", "excluded", "description")
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(behavior, max_size=3), anything, anything)
def test_any_json_is_read_or_refused_in_words(
    tmp_path: Path, behaviors: list[Any], subjects: object, categories: object
) -> None:
    content = project(*behaviors, subjects_conf=subjects, behavioral_categories_config=categories)
    try:
        book, _ = codebook_from_boris(saved(tmp_path / "a.boris", content))
    except UserError:
        return
    assert book.codes
