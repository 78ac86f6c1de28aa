"""Sentences that arrive together: none is lost, none outlives what it speaks of."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog

from bodycam_annotator.app import open_project
from bodycam_annotator.storage import connection
from bodycam_annotator.storage.verification import verify_chain
from bodycam_annotator.ui.saving import BACKUP
from tests.ui.hand import Hand, Key

FindFootage = Callable[[str], Path]


@pytest.fixture
def path(hand: Hand, footage: FindFootage) -> Path:
    """Footage that is open in the window, with one shot tagged."""
    found = footage("steady.mp4")
    hand.open(found)
    hand.press(Key.Key_S)
    return found


def project_of(hand: Hand) -> Path:
    assert hand.window.bridge is not None
    return hand.window.bridge.session.path


def test_a_warning_comes_back_when_what_covered_it_is_gone(hand: Hand, path: Path) -> None:
    messages = hand.window.messages
    messages.warn("The drive is slow.")
    messages.fail("Not saved.", about="file")
    messages.inform("Exported.")
    assert messages.text.text() == "Exported."
    assert messages.standing == ["The drive is slow.", "Not saved.", "Exported."]
    messages.fail("Not saved: 2 edits.", about="file")
    assert messages.standing == ["The drive is slow.", "Not saved: 2 edits."]
    messages.withdraw("file")
    assert messages.text.text() == "The drive is slow."
    assert messages.isVisible()


def test_keys_that_do_nothing_do_not_pile_up(hand: Hand, path: Path) -> None:
    for _ in range(3):
        hand.press(Key.Key_I)
        hand.window.tagger.select(())
    assert len(hand.window.messages.standing) <= 1


def test_the_end_of_a_span_that_was_left_open_is_still_told(hand: Hand, path: Path) -> None:
    hand.press(Key.Key_V)
    hand.window.close_project()
    assert hand.window.bridge is None
    hand.open(path)
    hand.press(Key.Key_V)
    hand.window.tagger.end_all()
    hand.settle()
    assert any("was still open" in one for one in hand.window.messages.standing)


def test_a_footage_with_another_date_is_shown_again_once_its_content_is_checked(
    hand: Hand, path: Path
) -> None:
    window = hand.window
    hand.press(Key.Key_Right)
    hand.press(Key.Key_V)
    begun = dict(window.tagger.open_spans)
    path.touch()
    hand.wait(lambda: any("another date" in one for one in window.messages.standing))
    # As after a step to a frame that was not decoded before.
    window.player.outdated = True
    window.tagger.press("shot")
    assert "has changed since it was opened" in window.messages.text.text()
    hand.wait(lambda: _click(hand, "Check its content"))
    hand.wait(lambda: window.player.picture is not None and not window.player.outdated)
    hand.ready()
    assert hand.painted_barcode() == window.player.ordinal == 1
    assert dict(window.tagger.open_spans) == begun
    assert not any("another date" in one for one in window.messages.standing)
    hand.press(Key.Key_V)
    assert [one.code for one in hand.tags()] == ["shot", "vehicle_departure"]
    assert hand.tags()[1].note == ""


def _click(hand: Hand, name: str) -> bool:
    messages = hand.window.messages
    button = messages.offer(name)
    if button is None:
        messages.dismiss()
        return False
    button.click()
    return True


def test_an_export_says_what_is_not_in_it(
    hand: Hand, path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 100)
    window = hand.window
    with closing(sqlite3.connect(project_of(hand), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        window.tagger.press("shot")
        hand.wait(lambda: window.bridge is not None and window.bridge.waits)
        window.exporting.to(tmp_path / "out.csv")
        hand.wait(lambda: "Exported" in window.messages.text.text())
        assert "1 edit not saved yet: not in it." in window.messages.text.text()
        sidecar = json.loads((tmp_path / "out.csv.json").read_text(encoding="utf-8"))
        assert "1 edit not saved yet: not in it." in sidecar["warnings"]
        assert any("tried again all the time" in one for one in window.messages.standing)
        window.importing.look_at(tmp_path / "out.csv")
        assert "Not imported" in window.messages.text.text()
    hand.wait(lambda: window.bridge is not None and not window.bridge.unfinished)
    assert not any("tried again all the time" in one for one in window.messages.standing)


def test_closing_waits_for_the_last_edit(
    hand: Hand, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = hand.window
    project = project_of(hand)
    with closing(sqlite3.connect(project, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        window.tagger.press("shot")
        assert window.bridge is not None
        assert window.bridge.unfinished == 1
        assert not window.close()
        assert "as soon as the last edit is saved" in window.messages.text.text()
    hand.wait(lambda: not window.isVisible())
    with closing(sqlite3.connect(project)) as raw:
        assert raw.execute("SELECT count(*) FROM tag").fetchone() == (2,)


def test_going_on_in_a_copy_leaves_everything_as_it_was(
    hand: Hand, path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 100)
    copy = tmp_path / "elsewhere.bodycam"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    window = hand.window
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_V)
    with closing(sqlite3.connect(project_of(hand), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        window.tagger.press("shot")
        hand.wait(lambda: window.bridge is not None and window.bridge.waits)
        begun = dict(window.tagger.open_spans)
        assert window.saving is not None
        window.saving.ask_copy()
        # Made while the copy is.
        window.tagger.press("door_opened")
        hand.wait(lambda: window.bridge is not None and window.bridge.session.path == copy)
        hand.wait(lambda: window.bridge is not None and not window.bridge.unfinished)
    assert window.player.ordinal == 3
    assert hand.painted_barcode() == 3
    assert dict(window.tagger.open_spans) == begun
    hand.press(Key.Key_V)
    codes = ["door_opened", "shot", "shot", "vehicle_departure"]
    assert sorted(one.code for one in hand.tags()) == codes
    window.close_project()
    with open_project(copy, coder="Bob") as session:
        assert sorted(one.code for one in session.project.standing_tags) == codes
    assert verify_chain(copy).sound


def test_a_project_found_damaged_while_open_offers_its_backup(hand: Hand, path: Path) -> None:
    window = hand.window
    project = project_of(hand)
    assert window.saving is not None
    window.saving._back_up()
    hand.wait(lambda: list(project.parent.glob("*backups*/*.bodycam")))
    damaged = bytearray(project.read_bytes())
    damaged[100:4096] = bytes(3996)
    # In place, as a program that copies over it does.
    with project.open("r+b") as file:
        file.write(damaged)
    window.tagger.press("shot")
    hand.wait(lambda: window.messages.offer(BACKUP))
    _click(hand, BACKUP)
    hand.wait(lambda: window.messages.offer("Open what there is"))
    _click(hand, "Open what there is")
    hand.ready()
    hand.wait(lambda: window.messages.offer("Put back"))
    _click(hand, "Put back")
    hand.wait(lambda: len(hand.tags()) == 2)
