"""What an import makes of codes and codebooks that the project does not have."""

from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import CodebookError, EditError, ExchangeError
from bodycam_annotator.model.codebook import Codebook, Kind
from bodycam_annotator.storage.session import ProjectSession


def imported(
    session: ProjectSession, folder: Path, text: str, **choices: object
) -> app.ImportReport:
    path = folder / "in.csv"
    path.write_text(text, encoding="utf-8")
    return app.import_file(session, path, app.ImportChoices(**choices))  # type: ignore[arg-type]


def test_codes_that_are_not_there_are_new_in_the_codebook_and_one_undo_takes_all_back(
    session: ProjectSession, tmp_path: Path
) -> None:
    before = session.project
    report = imported(
        session,
        tmp_path,
        "code,start_s,end_s\nGun drawn,0,0\nTaser!,0,0.08\nTaser!,0.04,0.12\nShot,0.04,0.04\n",
    )
    assert [(one.said, one.tags, one.code.id, one.is_new) for one in report.codes] == [
        ("Gun drawn", 1, "gun_drawn", True),
        ("Taser!", 2, "taser", True),
        ("Shot", 1, "shot", False),
    ]
    book = session.project.codebook
    assert book.version == before.codebook.version + 1
    assert (book.code("gun_drawn").kind, book.code("taser").kind) == (Kind.POINT, Kind.INTERVAL)
    assert book.code("taser").name == "Taser!"
    made = session.project.tags.keys() - before.tags.keys()
    assert {session.project.tags[name].codebook for name in made} == {book.label}
    session.undo()
    assert session.project.codebook == before.codebook
    assert session.project.standing_tags == before.standing_tags


def test_the_person_says_which_code_is_meant(session: ProjectSession, tmp_path: Path) -> None:
    text = "code,start_s,end_s\nbang,0,0\n"
    report = imported(session, tmp_path, text, codes={"bang": "shot"})
    assert [(one.code.id, one.is_new) for one in report.codes] == [("shot", False)]
    with pytest.raises(ExchangeError, match=r"no code 'boom' in the file; it has bang"):
        imported(session, tmp_path, text, codes={"boom": "shot"})
    with pytest.raises(CodebookError, match="no code 'gun'"):
        imported(session, tmp_path, text, codes={"bang": "gun"})


def test_a_codebook_that_is_nowhere_is_replaced_by_the_projects_own_and_said(
    session: ProjectSession, tmp_path: Path
) -> None:
    report = imported(session, tmp_path, "code,start_s,codebook\nshot,0,mine@2\n")
    assert report.notices == (
        "Made under a codebook that is not here, taken under the project's own: 1 tag.",
    )
    newest = list(session.project.tags.values())[-1]
    assert newest.codebook == session.project.incident.codebook


def test_codebooks_come_along_with_the_sidecar(
    session: ProjectSession, exported: Path, tmp_path: Path, released: Path
) -> None:
    label = session.project.incident.codebook
    other = Codebook.from_toml(
        'id = "other"\nname = "Other"\nversion = 1\n'
        '[[code]]\nid = "note"\nname = "Note"\nkind = "point"\ngroup = "other"\n'
    )
    with app.new_project(
        tmp_path / "copy.bodycam", [released], coder="Ben", codebook=other
    ) as copy:
        report = app.import_file(copy, exported)
        assert (report.added, report.notices) == (3, ())
        assert {tag.codebook for tag in copy.project.standing_tags} == {label}
        assert copy.project.codebooks[label] == session.project.codebook
        assert copy.project.incident.codebook == "other@1"
        copy.undo()
        assert copy.project.standing_tags == []


def test_a_plan_is_not_made_of_a_project_that_went_on(
    session: ProjectSession, exported: Path, tmp_path: Path
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("code,start_s\nshot,0\n", encoding="utf-8")
    plan = app.plan_import(session, path)
    assert session.project.tags.keys().isdisjoint(after.id for _, after in plan.tags)
    session.undo()
    with pytest.raises(EditError, match=r"in\.csv .* nothing was imported"):
        app.apply_import(session, plan)


def test_what_cannot_be_a_name_is_kept_whole_and_found_again(
    session: ProjectSession, tmp_path: Path
) -> None:
    long = "a" * 70
    text = f"code,start_s\n{long}b,0\n{long}c,0\nx  y,0\nx y,0\n\u202e,0\n"
    report = imported(session, tmp_path, text)
    book = session.project.codebook
    made = {one.said: book.code(one.code.id) for one in report.codes}
    assert (
        len({code.name for code in made.values()}) == len({code.id for code in made.values()}) == 5
    )
    assert all(said in (code.name, code.description) for said, code in made.items())
    assert made["\u202e"].name == "(unnamed)"
    again = imported(session, tmp_path, text)
    assert [one.is_new for one in again.codes] == [False] * 5
    assert {one.said: one.code for one in again.codes} == made


def test_a_code_that_only_looks_like_another_is_not_it(
    session: ProjectSession, tmp_path: Path
) -> None:
    text = "code,start_s\n../../shot,0\n"
    assert [one.is_new for one in imported(session, tmp_path, text).codes] == [True]
    session.undo()
    theirs = text.replace("start_s", "at")
    report = imported(session, tmp_path, theirs, columns={"start_s": "at"})
    assert [one.code.id for one in report.codes] == ["shot"]


def test_what_is_imported_again_after_undo_makes_no_further_version(
    session: ProjectSession, tmp_path: Path
) -> None:
    text = "code,start_s\nGun drawn,0\n"
    imported(session, tmp_path, text)
    label = session.project.incident.codebook
    session.undo()
    books = session.project.codebooks.keys()
    imported(session, tmp_path, text)
    assert session.project.incident.codebook == label
    assert session.project.codebooks.keys() == {*books, label}
