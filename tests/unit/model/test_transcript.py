from dataclasses import replace

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.tag import Status, Tag
from bodycam_annotator.model.transcript import Now, as_text, details, utterances, with_words
from tests.unit.exchange.projects import CODEBOOK, FOOTAGE, TAG, project

SECOND = 1_000_000_000


def said(name: str, start_s: int, end_s: int, text: str = "", speaker: str = "") -> Tag:
    first = FOOTAGE.first_ns
    return replace(
        TAG,
        id=name,
        start_ns=first + start_s * SECOND,
        end_ns=first + end_s * SECOND,
        text=text,
        speaker=speaker,
    )


def ids(tags: list[Tag]) -> list[str]:
    return [tag.id for tag in tags]


def test_speech_in_order_with_and_without_words() -> None:
    shot = replace(said("s", 1, 1, "loud"), code="shot")
    tags = [said("b", 3, 4), shot, said("a", 1, 2, "Stop")]
    assert ids(utterances(project(), tags)) == ["a", "b"]


def test_without_a_speech_group_spans_with_a_text() -> None:
    source = CODEBOOK.source.replace('"speech"', '"talk"')
    book = Codebook.from_toml(source)
    whole = replace(project(), codebooks={book.label: book})
    shot = replace(said("s", 1, 1, "loud"), code="shot")
    assert ids(utterances(whole, [said("a", 1, 2, "Stop"), said("b", 3, 4), shot])) == ["a"]


def test_words_are_found_in_speaker_and_text() -> None:
    tags = [said("a", 1, 2, "Get out of the car", "Officer 2"), said("b", 3, 4, "No", "Officer 1")]
    assert ids(with_words(tags, "officer OUT")) == ["a"]
    assert ids(with_words(tags, "")) == ["a", "b"]
    assert with_words(tags, "car no") == []


def test_what_is_being_said() -> None:
    tags = [said("a", 1, 3), said("b", 2, 4)]
    now, first = Now(tags), FOOTAGE.first_ns

    def at(seconds: float) -> set[str]:
        return set(now.at(first + round(seconds * SECOND)))

    assert [at(0.9), at(1), at(2), at(3), at(4), at(2.5)] == [
        set(), {"a"}, {"a", "b"}, {"b"}, set(), {"a", "b"},
    ]  # fmt: skip
    assert Now([]).at(5) == frozenset()


def test_as_text_to_hand_on() -> None:
    tags = [said("a", 1, 2, "Get\nout", "Officer 2"), said("b", 3, 4)]
    assert as_text(project(), tags) == (
        "Car park, Officer 1, X60A0001.mp4; times from the first frame\n"
        "00:00:01.000–00:00:02.000  Officer 2: Get out\n"
        "00:00:03.000–00:00:04.000  [speaker not named]: [not written down]\n"
    )
    assert as_text(project(), []) == ""


def test_details_are_fixed_values_and_a_status_that_says_something() -> None:
    book = Codebook.from_toml(
        CODEBOOK.source.replace(
            'group = "speech"',
            'group = "speech"\n[code.attributes]\nact = ["command"]\naddressee = []',
        )
    )
    whole = replace(project(), codebooks={book.label: book})
    assert details(whole, TAG) == "command"
    assert details(whole, replace(TAG, status=Status.DISPUTED)) == "command · disputed"
    assert details(project(), TAG) == ""
