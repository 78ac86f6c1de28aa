"""Own keys in their file: damaged, not writable, handed on."""

import os
from pathlib import Path

import pytest

from bodycam_annotator.errors import UserError
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.own_keys import SHIPPED, OwnKeys
from tests.ui.hand import Key
from tests.ui.keys.dialog_hand import BOOK, begin, press, show


def test_a_broken_file_is_said_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    for bad in ("[keys", "\x00", "keys = 3", "a = 1", "[keys]\n" + "x" * 2_000_000):
        path.write_text(bad, encoding="utf-8")
        keys = OwnKeys(path)
        assert keys.every() == SHIPPED
        assert len(keys.problems) == 1
        assert "keys.toml" in keys.problems[0]
        keys.give("play", ["F13"])
        assert keys.before.read_text(encoding="utf-8") == bad
        assert OwnKeys(path).of("play") == ("F13",)
        assert OwnKeys(path).problems == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_no_file_of_keys_and_is_left_alone(window: MainWindow, tmp_path: Path) -> None:
    pipe = tmp_path / "keys.toml"
    os.mkfifo(pipe)
    keys = OwnKeys(pipe)
    assert keys.every() == SHIPPED
    assert "no ordinary file" in keys.problems[0]
    with pytest.raises(UserError, match="no ordinary file"):
        keys.give("play", ["F13"])
    assert keys.of("play") == ("F13",)
    assert pipe.is_fifo()
    with pytest.raises(UserError, match="no ordinary file"):
        window.keys.import_from(pipe)
    assert window.keys.every() == SHIPPED


def test_a_folder_is_no_file_of_keys(tmp_path: Path) -> None:
    assert "no ordinary file" in OwnKeys(tmp_path).problems[0]


def test_what_cannot_be_used_of_a_file_is_said_and_the_rest_is_used(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(
        "[keys]\n"
        'of_a_later_version = ["F13"]\n'
        'play = ["ctrl+f13", "Nonsense", "Ctrl+A, Ctrl+B"]\n'
        "open = 5\n"
        'export = ["Ctrl+F13", "Ctrl+T"]\n',
        encoding="utf-8",
    )
    keys = OwnKeys(path)
    assert keys.of("play") == ("Ctrl+F13",)
    assert keys.of("open") == SHIPPED["open"]
    assert keys.of("export") == ("Ctrl+T",)
    assert keys.of("show_tags") == ()
    said = "\n".join(keys.problems)
    for words in (
        "no action “of_a_later_version”",
        "“Nonsense” is no key",
        "several keys one after the other",
        "open needs a list of keys",
        "Ctrl+F13 is “Play or pause” and so not “Export…”",
        "Ctrl+T is “Export…” and so not “Go to the tags”",
    ):
        assert words in said
    keys.give("quit", ["F12"])
    assert 'of_a_later_version" = ["F13"]' in path.read_text(encoding="utf-8")


def test_problems_are_said_in_the_window(window: MainWindow) -> None:
    window.settings.keys_file.write_text("[keys", encoding="utf-8")
    later = MainWindow()
    assert any("keys.toml" in one for one in later.messages.standing)
    later.close()
    later.deleteLater()


def test_keys_hold_where_they_cannot_be_written(tmp_path: Path, window: MainWindow) -> None:
    # Root may write anywhere, so a file in the folder's place stands for one that refuses.
    (tmp_path / "file").write_text("", encoding="utf-8")
    keys = OwnKeys(tmp_path / "file" / "keys.toml")
    dialog = KeysDialog(keys, BOOK, window)
    show(dialog)
    begin(dialog, "play")
    press(dialog.field, Key.Key_F13)
    assert "cannot be written" in dialog.words.text()
    assert keys.of("play") == ("F13",)
    dialog.deleteLater()


def test_keys_go_to_another_person_and_back(
    window: MainWindow, dialog: KeysDialog, tmp_path: Path
) -> None:
    window.keys.give("play", ["F13"])
    dialog.export_to(tmp_path / "mine.toml")
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert text.count(" = [") == len(ACTIONS)
    dialog.all.click()
    window.keys.give("quit", ["F12"])
    dialog.import_from(tmp_path / "mine.toml")
    assert window.keys.every() == {**SHIPPED, "play": ("F13",)}
    assert [one.toString() for one in window.actions_["play"].shortcuts()] == ["F13"]
    assert 'quit = ["F12"]' in window.keys.before.read_text(encoding="utf-8")
    dialog.import_from(tmp_path / "gone.toml")
    assert "gone.toml is not there" in dialog.words.text()
    assert window.keys.of("play") == ("F13",)
