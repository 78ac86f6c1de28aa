"""New versions of a project's codebook: stored, undone, refused, and files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator.app.codebooks import (
    change_codebook,
    differences,
    import_codebook,
    numbered,
    tags_left_behind,
    write_codebook,
)
from bodycam_annotator.app.history import lines_of
from bodycam_annotator.errors import CodebookError, EditError, UserError
from bodycam_annotator.model.codebook import Code, Codebook, Kind, same_content
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.model.codebooks import books
from tests.unit.storage.sample import CODEBOOK, make_project, make_tag

SIREN = Code(id="siren", name="Siren", kind=Kind.INTERVAL, group="sound", key="R")
WITH_SIREN = replace(CODEBOOK, codes=(*CODEBOOK.codes, SIREN))

Opened = Callable[..., ProjectSession]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make_project(tmp_path / "night stop.bodycam")


@pytest.fixture
def opened(path: Path, request: pytest.FixtureRequest) -> Opened:
    def open_it(coder: str = "Ann") -> ProjectSession:
        session = ProjectSession.open(path, coder=coder)
        request.addfinalizer(session.close)
        return session

    return open_it


def change(session: ProjectSession, new: Codebook) -> str:
    session.do(change_codebook(session.project, new, since=session.project.incident.codebook))
    return session.project.incident.codebook


def test_a_change_is_a_new_version_and_tags_keep_theirs(opened: Opened, path: Path) -> None:
    session = opened()
    old = make_tag()
    session.do(add_tags((old,), label="Tag shot"))
    assert change(session, WITH_SIREN) == "stop@2"
    project = session.project
    assert project.codebook.code("siren") == SIREN
    assert project.tags[old.id].codebook == "stop@1"
    assert list(project.codebooks) == ["stop@1", "stop@2"]
    assert verify_chain(path).sound
    assert opened().project == project


def test_undo_goes_back_to_the_version_before_and_redo_forth(opened: Opened, path: Path) -> None:
    session = opened()
    change(session, WITH_SIREN)
    under_two = make_tag(codebook="stop@2")
    bob = opened("Bob")
    bob.do(add_tags((under_two,), label="Tag shot"))
    assert session.undo_label == "Make codebook stop@2"
    assert session.undo().ids("incident")
    assert session.project.incident.codebook == "stop@1"
    assert session.project.codebooks["stop@2"].find("siren") == SIREN
    assert session.project.tags[under_two.id].codebook == "stop@2"
    again = opened()
    assert (again.undo_label, again.redo_label) == (None, "Make codebook stop@2")
    again.redo()
    assert again.project.incident.codebook == "stop@2"
    again.undo()
    assert verify_chain(path).sound
    told = [line.what for line in lines_of(again.history(), again.project)]
    assert told[2] == (
        "changed the codebook Traffic stop from version 1 to 2: 1 code added (Siren)"
    )


def test_a_label_never_gets_another_content(opened: Opened) -> None:
    session = opened()
    change(session, WITH_SIREN)
    session.undo()
    other = replace(session.project.codebook, name="Other")
    assert change(session, other) == "stop@3"
    assert change(session, WITH_SIREN) == "stop@2", "the stored version that says the same"
    assert change(session, other) == "stop@3"


def test_no_change_is_no_version(opened: Opened) -> None:
    session = opened()
    entries = len(session.history())
    with pytest.raises(EditError, match="Nothing is different from stop@1"):
        change(session, replace(CODEBOOK, version=7, source=""))
    assert len(session.history()) == entries


@pytest.mark.parametrize("has_looked", [False, True])
def test_the_second_of_two_windows_is_refused(opened: Opened, has_looked: bool) -> None:
    ann, bob = opened(), opened("Bob")
    stale = bob.project
    change(ann, WITH_SIREN)
    mine = replace(CODEBOOK, name="Bob’s")
    said = "Ann made that version of the codebook since"
    if has_looked:
        bob.refresh()
        stale, said = bob.project, "was changed to stop@2 in another window"
    with pytest.raises(EditError, match=said):
        bob.do(change_codebook(stale, mine, since="stop@1"))
    assert opened().project.codebook.codes == WITH_SIREN.codes
    # Made from what is there now it goes.
    bob.refresh()
    assert change(bob, replace(bob.project.codebook, name="Bob’s")) == "stop@3"


def test_the_kind_of_a_code_with_tags_is_kept(opened: Opened) -> None:
    session = opened()
    session.do(add_tags((make_tag(),), label="Tag shot"))
    wrong = replace(CODEBOOK, codes=(replace(CODEBOOK.codes[0], kind=Kind.INTERVAL), SIREN))
    with pytest.raises(
        EditError, match="The code “Shot”: 1 tag was made with this code as a point"
    ):
        change(session, wrong)


def test_an_undone_kind_leaves_all_else_to_be_edited(opened: Opened) -> None:
    session = opened()
    as_interval = replace(CODEBOOK.codes[0], kind=Kind.INTERVAL)
    assert change(session, replace(CODEBOOK, codes=(as_interval,))) == "stop@2"
    bob = opened("Bob")
    span = make_tag(end_ns=48_200_000_000, end_frame=1445, end_pts=4_338_000, codebook="stop@2")
    bob.do(add_tags((span,), label="Tag shot"))
    session.undo()
    assert session.project.incident.codebook == "stop@1"
    session.do(add_tags((make_tag(),), label="Tag shot"))
    renamed = replace(session.project.codebook, name="Stops")
    assert change(session, renamed) == "stop@3"
    with pytest.raises(EditError, match="1 tag was made with this code as a point"):
        change(session, replace(renamed, codes=(as_interval,)))
    # Without the code there is no kind that could be kept; either has tags already.
    change(session, replace(renamed, codes=(SIREN,)))
    change(session, replace(renamed, codes=(SIREN, as_interval)))
    with pytest.raises(EditError, match="1 tag was made with this code as an interval"):
        change(session, replace(renamed, codes=(SIREN, CODEBOOK.codes[0])))


def test_a_code_with_tags_may_go_and_its_tags_stay(opened: Opened) -> None:
    session = opened()
    tag = make_tag()
    session.do(add_tags((tag,), label="Tag shot"))
    without = replace(CODEBOOK, codes=(SIREN,))
    assert tags_left_behind(session.project, CODEBOOK, without) == ["1 tag of “Shot” stays as made"]
    assert tags_left_behind(session.project, CODEBOOK, WITH_SIREN) == []
    change(session, without)
    project = session.project
    assert project.codebook.find("shot") is None
    assert project.codebooks[project.tags[tag.id].codebook].code("shot").name == "Shot"


def test_differences_are_said() -> None:
    shot = replace(CODEBOOK.codes[0], name="Gunshot")
    new = replace(CODEBOOK, name="Stops", codes=(SIREN, shot))
    assert differences(CODEBOOK, new) == [
        "1 code added (Siren)",
        "1 code changed (Gunshot)",
        "called “Stops” instead of “Traffic stop”",
    ]
    assert differences(WITH_SIREN, CODEBOOK) == ["1 code removed (Siren)"]
    turned = replace(WITH_SIREN, codes=WITH_SIREN.codes[::-1])
    assert differences(WITH_SIREN, turned) == ["codes in another order"]
    assert differences(CODEBOOK, replace(CODEBOOK, version=2, source="")) == []


def test_a_file_that_is_newer_keeps_its_version(opened: Opened, tmp_path: Path) -> None:
    session = opened()
    source = CODEBOOK.source.replace("version = 1", "version = 5").replace("Shot", "Gunshot")
    file = tmp_path / "theirs.toml"
    file.write_text(source, encoding="utf-8")
    theirs, notes = import_codebook(file)
    assert notes == []
    edited = replace(theirs, codes=(*theirs.codes, SIREN))
    assert numbered(session.project, edited).label == "stop@6"
    assert change(session, theirs) == "stop@5"
    assert session.project.codebook.source == source


@pytest.mark.parametrize("version", [900_000_001, 999_999_999])
def test_a_version_after_which_there_are_too_few_is_refused(tmp_path: Path, version: int) -> None:
    file = tmp_path / "theirs.toml"
    file.write_text(CODEBOOK.source.replace("version = 1", f"version = {version}"))
    with pytest.raises(CodebookError, match=f"theirs.toml: version {version} leaves too few"):
        import_codebook(file)


def test_a_codebook_of_the_last_version_is_gone_on_from_as_its_refusal_says(
    tmp_path: Path,
) -> None:
    last = CODEBOOK.source.replace("version = 1", "version = 999999999").replace("Shot", "Bang")
    book, file = Codebook.from_toml(last), tmp_path / "last.toml"
    path = make_project(tmp_path / "last.bodycam")
    with ProjectSession.open(path, coder="Ann") as session:
        assert change(session, book) == "stop@999999999"
        changed = replace(session.project.codebook, name="Stops")
        with pytest.raises(CodebookError, match="stop@999999999 is the last version"):
            change(session, changed)
        write_codebook(numbered(session.project, session.project.codebook), file)
        text = file.read_text(encoding="utf-8").replace("999999999", "1").replace('"stop"', '"s"')
        file.write_text(text, encoding="utf-8")
        assert change(session, import_codebook(file)[0]) == "s@1"
        assert change(session, replace(session.project.codebook, name="Stops")) == "s@2"


def test_another_codebook_can_be_taken_over(opened: Opened, tmp_path: Path) -> None:
    session = opened()
    other = Codebook(id="other", name="Other", version=3, codes=(SIREN,), source="")
    write_codebook(other, tmp_path / "other.toml")
    assert change(session, import_codebook(tmp_path / "other.toml")[0]) == "other@3"


def test_a_codebook_is_exported_as_it_can_be_imported(tmp_path: Path) -> None:
    write_codebook(WITH_SIREN, tmp_path / "a.toml")
    again, _ = import_codebook(tmp_path / "a.toml")
    assert same_content(again, WITH_SIREN)
    with pytest.raises(UserError, match="cannot be written"):
        write_codebook(WITH_SIREN, tmp_path / "no folder" / "a.toml")
    (tmp_path / "b.toml").write_text("id = 3", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"b\.toml"):
        import_codebook(tmp_path / "b.toml")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books, books)
def test_any_two_codebooks_can_follow_each_other(
    tmp_path: Path, first: Codebook, second: Codebook
) -> None:
    path = tmp_path / "any.bodycam"
    path.unlink(missing_ok=True)
    with ProjectSession.open(make_project(path), coder="Ann") as session:
        for book in (first, second, first):
            if same_content(session.project.codebook, book):
                continue
            try:
                edit = change_codebook(session.project, book)
            except EditError:
                continue
            session.do(edit)
            assert same_content(session.project.codebook, book)
        stored = session.project.codebooks
        assert all(label == book.label for label, book in stored.items())
    with ProjectSession.open(path, coder="Bob") as again:
        assert again.project.codebooks == stored
