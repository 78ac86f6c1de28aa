"""What the file cannot take waits, what is typed is kept, a damaged project is had back."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QMessageBox

from bodycam_annotator.app import open_project
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.tag import Tag, new_id
from bodycam_annotator.storage import connection
from bodycam_annotator.storage.backups import backups_of
from bodycam_annotator.storage.unsaved import ENDING
from bodycam_annotator.storage.verification import verify_chain
from bodycam_annotator.ui.drafts import kept_folders
from bodycam_annotator.ui.main_window import MainWindow
from tests.faults import away, limited, locked
from tests.ui.hand import Hand, Key
from tests.ui.typist import TEXT

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 100)


@pytest.fixture
def project(hand: Hand, footage: Callable[[str], Path]) -> Path:
    """Open in the window, with one shot in it."""
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    assert hand.window.bridge is not None
    return hand.window.bridge.session.path


FAULTS = {
    "locked": (locked, "in use by another program"),
    "away": (away, "is not there any more"),
    "limited": (limited, "lets files grow"),
}


def waiting(hand: Hand) -> bool:
    bridge = hand.window.bridge
    return bridge is not None and bridge.waits


def entries(path: Path) -> int:
    report = verify_chain(path)
    assert report.sound, report.why
    return report.entries


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_saved_waits_and_is_saved_later(
    hand: Hand, project: Path, name: str
) -> None:
    fault, why = FAULTS[name]
    window, before = hand.window, entries(project)
    with fault(project):
        window.player.step(1)
        _settled(hand)
        window.tagger.press("shot")
        hand.wait(lambda: len(hand.tags()) == 2)
        # An edit of one that waits waits behind it; this one is too large for a full disk.
        window.tagger.change(hand.tags()[1], what="text", text="Put your gun down! " * 40_000)
        hand.wait(lambda: waiting(hand))
        assert why in window.messages.text.text()
        assert window.messages.offer("Save a copy …") is not None
        assert hand.tags()[1].text.startswith("Put your gun down!")
        hand.wait(lambda: list(kept_folders()[0].glob(f"*{ENDING}")) or name == "limited")
    hand.wait(lambda: not waiting(hand))
    hand.settle()
    assert "saved now" in window.messages.text.text()
    assert [one.text[:7] for one in hand.tags()] == ["", "Put you"]
    hand.wait(lambda: not list(kept_folders()[0].glob(f"*{ENDING}")))
    assert entries(project) == before + 2
    assert window.bridge is not None
    window.close_project()
    with open_project(project, coder="Ann") as session:
        assert len(session.project.tags) == 2


def _settled(hand: Hand) -> None:
    settled: list[bool] = []
    hand.window.player.when_settled(lambda: settled.append(True))
    hand.wait(lambda: settled)


def test_undo_does_not_go_ahead_of_what_waits(hand: Hand, project: Path) -> None:
    with locked(project):
        hand.window.tagger.press("shot")
        hand.wait(lambda: waiting(hand))
        assert hand.window.bridge is not None
        hand.window.bridge.undo()
        assert "no undo while edits wait" in hand.window.messages.text.text()
    hand.wait(lambda: not waiting(hand))
    assert len(hand.tags()) == 2


def test_an_older_file_in_its_place_is_not_written(hand: Hand, project: Path) -> None:
    older = project.with_name("older")
    shutil.copy(project, older)
    hand.press(Key.Key_S)
    newer = project.with_name("newer")
    project.rename(newer)
    older.rename(project)
    content = project.read_bytes()
    hand.window.tagger.press("shot")
    hand.wait(lambda: waiting(hand))
    assert "is another file than the one that was open here" in hand.window.messages.text.text()
    assert project.read_bytes() == content
    newer.replace(project)
    hand.wait(lambda: not waiting(hand))
    hand.settle()
    assert len(hand.tags()) == 3


def test_edits_that_wait_at_the_end_are_offered_again(hand: Hand, project: Path) -> None:
    window = hand.window
    with away(project):
        window.tagger.press("shot")
        hand.wait(lambda: waiting(hand))
        window.close_project()
        assert "1 edit is not saved" in window.messages.text.text()
    hand.open(project)
    hand.wait(lambda: window.messages.offer("Put back"))
    assert "the edit “Tag Shot”" in window.messages.text.text()
    assert len(hand.tags()) == 1
    button = window.messages.offer("Put back")
    assert button is not None
    button.click()
    hand.wait(lambda: len(hand.tags()) == 2)
    hand.wait(lambda: not list(kept_folders()[0].glob(f"*{ENDING}")))


def test_closing_asks_while_edits_wait(
    hand: Hand, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buttons = QMessageBox.StandardButton
    answers = iter((buttons.Cancel, buttons.Close))
    monkeypatch.setattr(QMessageBox, "exec", lambda _: next(answers))
    window = hand.window
    with away(project):
        window.tagger.press("shot")
        hand.wait(lambda: waiting(hand))
        assert not window.close()
        assert window.isVisible()
        assert window.close()
    hand.wait(lambda: list(kept_folders()[0].glob(f"*{ENDING}")))


def test_a_copy_takes_what_waits(
    hand: Hand, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere.bodycam"
    monkeypatch.setattr("PyQt6.QtWidgets.QFileDialog.getSaveFileName", lambda *_: (str(copy), ""))
    window = hand.window
    assert window.bridge is not None
    # Else it would be saved where it belongs as soon as there is room.
    window.bridge._retrying.setInterval(10**9)
    with limited(project):
        window.tagger.press("utterance")
        window.player.step(1)
        _settled(hand)
        window.tagger.press("utterance")
        hand.wait(lambda: window.bridge is not None and len(window.bridge.project.tags) == 2)
        tag = hand.tags()[1]
        window.tagger.change(tag, what="text", text="Put your gun down! " * 40_000)
        hand.wait(lambda: waiting(hand))
        resource.setrlimit(resource.RLIMIT_FSIZE, (10**9, resource.RLIM_INFINITY))
        button = window.messages.offer("Save a copy …")
        assert button is not None
        button.click()
        hand.wait(lambda: window.bridge is not None and window.bridge.session.path == copy)
        hand.ready()
    assert [len(one.text) for one in hand.tags()] == [0, 19 * 40_000]
    assert verify_chain(copy).sound
    assert window.bridge is not None
    footage = next(iter(window.bridge.project.footage.values()))
    assert (copy.parent / footage.path).is_file()


def test_others_edits_are_seen_without_doing_anything(hand: Hand, project: Path) -> None:
    one = hand.tags()[0]
    with open_project(project, coder="Bob") as session:
        other = Tag(**{**vars(one), "id": new_id(), "coder": "Bob"})
        session.do(add_tags((other,), label="Tag shot"))
    hand.wait(lambda: len(hand.tags()) == 2)


def test_a_disk_that_is_nearly_full_is_told(hand: Hand, project: Path) -> None:
    saving = hand.window.saving
    assert saving is not None
    saving.nearly_full = 2**62
    hand.wait(lambda: "nearly full" in hand.window.messages.text.text())


def test_what_was_typed_when_the_program_was_killed_is_offered(
    hand: Hand, footage: Callable[[str], Path]
) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    kill_typist(path)
    hand.open(path)
    window = hand.window
    hand.wait(lambda: window.messages.offer("Put back"))
    said = window.messages.text.text()
    assert TEXT in said
    assert "begun at 00:00:00.000 and not ended" in said
    assert [one.text for one in hand.tags()] == [""]
    button = window.messages.offer("Put back")
    assert button is not None
    button.click()
    hand.wait(lambda: [one.text for one in hand.tags()] == [TEXT])
    assert list(window.tagger.open_spans) == ["utterance"]
    assert window.bridge is not None
    assert window.bridge.session.undo_label == "Change text of shot"


@pytest.mark.parametrize("where", ["transcript", "speaker", "table"])
def test_what_was_typed_in_a_list_when_the_program_was_killed_is_offered(
    where: str, hand: Hand, footage: Callable[[str], Path]
) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    kill_typist(path, where)
    hand.open(path)
    window = hand.window
    hand.wait(lambda: window.messages.offer("Put back"))
    assert TEXT in window.messages.text.text()
    button = window.messages.offer("Put back")
    assert button is not None
    button.click()
    hand.settle()
    found = {tag.code: (tag.text, tag.speaker) for tag in hand.tags()}
    assert (
        found
        == {
            "transcript": {"shot": ("", ""), "utterance": (TEXT, "")},
            "speaker": {"shot": ("", ""), "utterance": ("", TEXT)},
            "table": {"shot": (TEXT, "")},
        }[where]
    )


def kill_typist(path: Path, *where: str) -> None:
    """Returns once what was typed is kept aside and the program is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.typist", str(path), *where],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as typist:
        assert typist.stdout is not None
        assert typist.stdout.readline() == "kept\n"
        typist.kill()


def test_a_damaged_project_is_opened_from_its_backup(hand: Hand, project: Path) -> None:
    window: MainWindow = hand.window
    window.close_project()
    hand.wait(lambda: backups_of(project))
    content = bytearray(project.read_bytes())
    content[4096 : 4096 * 5] = bytes(4096 * 4)
    project.write_bytes(content)
    window.open_path(project)
    hand.wait(lambda: window.messages.offer("Open what there is"))
    assert "is damaged" in window.messages.text.text()
    assert project.read_bytes() == content
    button = window.messages.offer("Open what there is")
    assert button is not None
    button.click()
    hand.ready()
    assert len(hand.tags()) == 1
    assert [one for one in project.parent.glob("* damaged *") if one.read_bytes() == content]


def test_what_is_offered_stays_offered_when_the_coder_is_another(hand: Hand, project: Path) -> None:
    window = hand.window
    with away(project):
        window.tagger.press("shot")
        hand.wait(lambda: waiting(hand))
        window.close_project()
    hand.open(project)
    hand.wait(lambda: window.messages.offer("Put back"))
    window.files.coder_changed.emit("Ann")
    hand.wait(lambda: window.bridge is not None and window.bridge.coder == "Ann")
    hand.wait(lambda: window.messages.offer("Put back"))
    button = window.messages.offer("Put back")
    assert button is not None
    button.click()
    hand.wait(lambda: len(hand.tags()) == 2)
    hand.wait(lambda: not list(kept_folders()[0].glob(f"*{ENDING}")))
