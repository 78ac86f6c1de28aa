"""The labels of edits with the names that people gave the codes."""

from pathlib import Path

import pytest

from bodycam_annotator.app.deed_words import edit_words, sentence_words
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.storage.sample import make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    path: Path = make_project(tmp_path_factory.mktemp("words") / "words.bodycam")
    with ProjectSession.open(path, coder="Ann") as session:
        return session.project


@pytest.mark.parametrize("did", ["Tag", "Remove", "Split", "Extend", "Merge 12", "Change text of"])
def test_a_codes_name_stands_for_its_id(project: Project, did: str) -> None:
    for code in project.codebook.codes:
        assert edit_words(f"{did} {code.id}", project) == f"{did} {code.name}"


@pytest.mark.parametrize(
    "label", ["Remove 3 tags", "Tag nothing_known", "Import a.csv", "Add 2 footage", "", "Tag "]
)
def test_any_other_label_stays_as_it_is(project: Project, label: str) -> None:
    assert edit_words(label, project) == label


def test_in_a_sentence_only_what_is_quoted_as_an_edit_is_put_in_words(project: Project) -> None:
    code = project.codebook.codes[-1]
    sentence = f"“Tag {code.id}” cannot be undone: see “{code.id}”, Tag {code.id}."
    assert sentence_words(sentence, project) == (
        f"“Tag {code.name}” cannot be undone: see “{code.id}”, Tag {code.id}."
    )
