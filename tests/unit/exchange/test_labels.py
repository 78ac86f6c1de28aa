"""Tags in one line of text."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.exchange.labels import Label, label_of, read_label, read_labels
from tests.unit.exchange.projects import TAG, texts


@given(text=texts, speaker=texts.filter(lambda one: not {"]", "\n"} & set(one)))
def test_what_is_written_is_read_back(text: str, speaker: str) -> None:
    tag = replace(TAG, text=text, speaker=speaker)
    assert read_label(label_of(tag)) == Label(tag.code, speaker, text)


def test_as_people_read_it() -> None:
    assert label_of(TAG) == "utterance: [Officer 1] Put your gun down"
    assert label_of(replace(TAG, code="shot", speaker="", text="")) == "shot:"
    assert label_of(replace(TAG, speaker="", text="[inaudible]")) == "utterance: [] [inaudible]"


def test_few_labels_of_others_are_codes() -> None:
    assert read_labels(["Gun shot", "door", "Gun shot"]) == [
        Label("Gun shot", "", ""),
        Label("door", "", ""),
        Label("Gun shot", "", ""),
    ]


@given(st.lists(st.integers(), min_size=13, unique=True))
def test_many_different_labels_of_others_are_texts(numbers: list[int]) -> None:
    lines = [f"said {number}" for number in numbers]
    assert {(one.code, one.text) for one in read_labels(lines)} == {
        ("label", line) for line in lines
    }


def test_sentences_are_texts_and_never_codes() -> None:
    long = "x" * 41
    assert read_labels(["door", "he said it again twice", long, "Gun shot"]) == [
        Label("door", "", ""),
        Label("label", "", "he said it again twice"),
        Label("label", "", long),
        Label("Gun shot", "", ""),
    ]


def test_who_cannot_be_read_back_is_part_of_the_text() -> None:
    for speaker in ("A] B", "A\nB"):
        line = label_of(replace(TAG, speaker=speaker, text="x"))
        assert read_label(line) == Label("utterance", "", f"{speaker}: x")
