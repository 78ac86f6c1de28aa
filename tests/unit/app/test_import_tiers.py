"""Tiers of other programs: codes, people or whose words they hold; and files beside sidecars."""

from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MakeTag


def imported(
    session: ProjectSession, folder: Path, tiers: dict[str, list[str]], **choices: object
) -> tuple[list[tuple[str, str, str]], app.ImportReport]:
    """Code, speaker and text of the tags that labels on such tiers of Praat become."""
    made = []
    for name, labels in tiers.items():
        entries = " ".join(
            f'0.{4 * n:03d}000000 0.{4 * n + 4:03d}000000 "{label}"'
            for n, label in enumerate(labels, 1)
        )
        made.append(f'"IntervalTier" "{name}" 0 1 {len(labels)} {entries}')
    path = folder / "theirs.TextGrid"
    head = f'File type = "ooTextFile"\n"TextGrid"\n0 1 <exists> {len(tiers)}\n'
    path.write_text(head + "\n".join(made), encoding="utf-8")
    report = app.import_file(session, path, app.ImportChoices(**choices))  # type: ignore[arg-type]
    tags = session.project.standing_tags
    return [(tag.code, tag.speaker, tag.text) for tag in tags], report


def test_labels_that_are_codes(session: ProjectSession, tmp_path: Path) -> None:
    tags, report = imported(session, tmp_path, {"Officer 1": ["Shot", "door_opened", "falls"]})
    assert tags == [
        ("shot", "Officer 1", ""),
        ("door_opened", "Officer 1", ""),
        ("falls", "Officer 1", ""),
    ]
    assert "Its labels taken as codes: Officer 1." in report.notices


def test_a_tier_that_is_a_code_stays_one(session: ProjectSession, tmp_path: Path) -> None:
    tags, _ = imported(session, tmp_path, {"Utterance": ["shot", "Stop it", "no"]})
    assert {(code, who) for code, who, _ in tags} == {("utterance", "")}


def test_a_tier_of_words_is_who_speaks(session: ProjectSession, tmp_path: Path) -> None:
    words = ["Get out", "Show me your hands", "Shot fired", "I will not", "shot"]
    tags, report = imported(session, tmp_path, {"Officer 2": words, "gaze": ["a", "b", "a"]})
    assert [one for one in tags if one[1]] == [("utterance", "Officer 2", text) for text in words]
    assert {code for code, who, _ in tags if not who} == {"gaze"}
    assert "Taken as who speaks: Officer 2." in report.notices


def test_the_person_says_what_a_tier_is(session: ProjectSession, tmp_path: Path) -> None:
    words = ["Get out", "Show me", "Not now"]
    tags, _ = imported(session, tmp_path, {"T1": words}, codes={"T1": "utterance"})
    assert {(code, who) for code, who, _ in tags} == {("utterance", "")}


@pytest.mark.parametrize("name", ["out.vtt", "out.txt"])
def test_a_file_beside_its_sidecar_knows_its_camera(
    two_cameras: ProjectSession, tag_text: str, tmp_path: Path, name: str
) -> None:
    (tmp_path / "in.csv").write_text(tag_text, encoding="utf-8")
    app.import_file(two_cameras, tmp_path / "in.csv")
    app.export(two_cameras, tmp_path / name, camera="Camera 1")
    two_cameras.undo()
    app.import_file(two_cameras, tmp_path / name)
    (tag,) = two_cameras.project.standing_tags
    assert two_cameras.project.camera_of(tag.footage_id).name == "Camera 1"
    two_cameras.undo()
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(ExchangeError, match="it does not say which camera it is of"):
        app.import_file(two_cameras, tmp_path / name)


@pytest.fixture
def tag_text() -> str:
    return "code,start_s,end_s,camera,text\nutterance,0.04,0.08,Camera 1,Stop\nshot,0,0,Camera 2,\n"


def test_a_mark_of_ours_is_one_without_a_word(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    session.do(add_tags((tag_at("shot", 40),), label="Tag"))
    for name in ("out.eaf", "out.vtt", "out.ass"):
        app.export(session, tmp_path / name, every_tag=True)
        assert app.plan_import(session, tmp_path / name).report.notices == ()
