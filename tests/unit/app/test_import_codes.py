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
