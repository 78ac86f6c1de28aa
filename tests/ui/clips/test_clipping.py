"""What clips can be made of, as the window has it."""

import json
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.publish.clip_look import ClipLook
from bodycam_annotator.ui.clips_dialog import ClipSource
from tests.media_factory import Clip, add_video, encode, mux
from tests.sounds import AnyPacket, Sound, add_sound
from tests.ui.clips.asked import asked_for, names, wait_until_through, wanted
from tests.ui.hand import CTRL, SHIFT, Hand, Key


@pytest.fixture
def path(hand: Hand, footage: Callable[[str], Path]) -> Path:
    """Footage that is open and has no tag."""
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    return path


def sources(hand: Hand) -> dict[str, ClipSource]:
    """Without the frame on screen, which is always the last."""
    *others, frame = hand.window.clipping.sources()
    assert frame.title == f"The frame on screen: {hand.window.player.ordinal}"
    return {one.title: one for one in others}


def tags_of(source: ClipSource) -> list[Tag]:
    return [piece.tag for piece in source.pieces if piece.tag is not None]


def test_without_a_project_there_is_nothing_to_ask(hand: Hand) -> None:
    assert not hand.window.actions_["clips"].isEnabled()
    assert hand.window.clipping.sources() == []


def test_where_there_is_nothing_to_make_clips_of_the_key_says_so(hand: Hand, path: Path) -> None:
    project = hand.window.bridge.session.path if hand.window.bridge else None
    assert project is not None
    hand.window.close_project()
    path.unlink()
    hand.window.open_path(project)
    hand.wait(lambda: hand.window.actions_["clips"].isEnabled())
    hand.press(Key.Key_X, CTRL | SHIFT)
    assert "There is nothing to make clips of yet" in hand.window.messages.text.text()
    assert "Shift+A" in hand.window.messages.text.text()
    assert hand.window.clipping.dialog is None


def test_the_frame_on_screen(hand: Hand, path: Path, tmp_path: Path) -> None:
    hand.press(Key.Key_Right, times=3)
    assert sources(hand) == {}
    (source,) = hand.window.clipping.sources()
    still = ClipChoices(makes=(Make.STILL,))
    out = tmp_path / "clips"
    hand.window.clipping.make(asked_for(pieces=source.pieces, folder=out, choices=still))
    wait_until_through(hand)
    (name,) = names(out)
    assert "frame 3" in name


def test_the_same_tags_are_offered_once(hand: Hand, path: Path) -> None:
    hand.press(Key.Key_S)
    assert list(sources(hand)) == ["The selected tag: Shot, 00:00:00.000"]
    assert tags_of(hand.window.clipping.sources()[0]) == hand.tags()


def test_selected_listed_and_all_tags(hand: Hand, path: Path) -> None:
    for key in (Key.Key_S, Key.Key_D, Key.Key_S):
        hand.press(key)
        hand.press(Key.Key_Right, times=2)
    window, tags = hand.window, hand.tags()
    assert list(sources(hand)) == ["The selected tag: Shot, 00:00:00.160", "All tags: 3"]
    window.table.filter.setText("shot")
    window.tagger.select(())
    found = sources(hand)
    assert list(found) == ["The 2 tags that are listed", "All tags: 3"]
    assert tags_of(found["The 2 tags that are listed"]) == [tags[0], tags[2]]
    assert tags_of(found["All tags: 3"]) == tags
    window.table.filter.setText("")
    window.tagger.select((tags[0].id, tags[1].id))
    assert list(sources(hand)) == [
        "The 2 selected tags",
        "One of both selected tags: first to last",
        "All tags: 3",
    ]


def test_several_selected_tags_in_one_clip(hand: Hand, path: Path, tmp_path: Path) -> None:
    for key in (Key.Key_S, Key.Key_D, Key.Key_S):
        hand.press(Key.Key_Right, times=2)
        hand.press(key)
    window, tags = hand.window, hand.tags()
    window.tagger.select(tuple(tag.id for tag in tags))
    source = sources(hand)["One of all 3 selected tags: first to last"]
    (piece,) = source.pieces
    assert piece.tag is None
    name = window.bridge.project.codebook.codes if window.bridge else ()
    second = next(code.name for code in name if code.id == tags[1].code)
    assert piece.title == f"Shot ×2, {second}"
    out = tmp_path / "clips"
    window.clipping.make(asked_for(pieces=source.pieces, folder=out))
    assert [row.name for row in window.clipping.work.rows.rows] == [piece.title]
    wait_until_through(hand)
    (made,) = names(out)
    account = json.loads((out / f"{made}.json").read_text(encoding="utf-8"))
    # The frames of the first and of the last mark too.
    assert [row[0] for row in account["frames"]] == [2, 3, 4, 5, 6]


def test_tags_of_two_footages_are_never_one_clip(
    hand: Hand, footage: Callable[[str], Path]
) -> None:
    hand.window.open_paths([footage("b_pyramid_long_gop.mp4"), footage("steady.mp4")])
    hand.ready()
    hand.press(Key.Key_S)
    hand.press(Key.Key_Tab, CTRL)
    hand.ready()
    hand.press(Key.Key_S)
    assert hand.window.bridge is not None
    tags = hand.window.bridge.project.standing_tags
    hand.window.tagger.select(tuple(tag.id for tag in tags))
    assert not any(title.startswith("One of") for title in sources(hand))


def test_removed_tags_are_no_source(hand: Hand, path: Path) -> None:
    hand.press(Key.Key_S)
    hand.press(Key.Key_Delete)
    assert sources(hand) == {}


def test_from_a_to_b_has_both_frames(hand: Hand, path: Path, tmp_path: Path) -> None:
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_A, SHIFT)
    assert sources(hand) == {}
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_B, SHIFT)
    (source,) = sources(hand).values()
    index = hand.window.player.index
    assert index is not None
    (piece,) = source.pieces
    assert (piece.start_ns, piece.end_ns) == (index.time_of(2), index.end_of(5))
    assert piece.tag is None
    assert source.title == "From A to B: frames 2 to 5"
    hand.window.clipping.make(asked_for(pieces=source.pieces, folder=tmp_path / "clips"))
    assert [row.name for row in hand.window.clipping.work.rows.rows] == ["From A to B"]
    wait_until_through(hand)
    (name,) = names(tmp_path / "clips")
    assert "A to B" in name


def two_tracks(folder: Path) -> Path:
    """Streams 1 and 2 are sound."""
    folder.mkdir()
    clip = Clip()
    with av.open(str(folder / "two.mkv"), "w") as output:
        packets: list[AnyPacket] = [*encode(clip, add_video(output, clip))]
        packets += add_sound(output, Sound())
        packets += add_sound(output, Sound())
        mux(output, packets)
    return folder / "two.mkv"


@pytest.mark.parametrize("stream", [1, 2])
def test_the_sound_that_is_listened_to_is_in_it(hand: Hand, tmp_path: Path, stream: int) -> None:
    hand.open(two_tracks(tmp_path / "footage"))
    hand.press(Key.Key_S)
    if stream == 2:
        hand.window.transport.sound_menu.track_asked.emit(stream)
    out = tmp_path / "clips"
    hand.window.clipping.make(wanted(hand.tags(), out, ClipChoices(makes=(Make.SOUND,))))
    wait_until_through(hand)
    (name,) = names(out)
    account = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
    assert account["sound_track"]["stream"] == stream


def test_from_the_key_to_the_clip(hand: Hand, path: Path) -> None:
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_S)
    hand.press(Key.Key_X, CTRL | SHIFT)
    dialog = hand.window.clipping.dialog
    assert dialog is not None
    hand.wait(dialog.make.isEnabled)
    assert dialog.make.text().replace("&", "") == "Make 1 clip"
    dialog.make.click()
    hand.wait(lambda: hand.window.clipping.dialog is None)
    wait_until_through(hand)
    assert hand.window.bridge is not None
    project = hand.window.bridge.session.path
    folder = project.with_name(f"{project.stem} clips")
    (name,) = names(folder)
    account = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert [row[0] for row in account["frames"]] == [2]
    assert account["settings"]["burned_in"]["stamp"] is True
    assert "with its account. clips.json lists it." in hand.window.messages.text.text()


def test_what_was_chosen_is_there_the_next_time(hand: Hand, path: Path) -> None:
    hand.press(Key.Key_S)
    hand.press(Key.Key_X, CTRL | SHIFT)
    dialog = hand.window.clipping.dialog
    assert dialog is not None
    dialog.makes[Make.CLIP].click()
    dialog.makes[Make.STILL].click()
    hand.wait(dialog.make.isEnabled)
    dialog.make.click()
    wait_until_through(hand)
    hand.press(Key.Key_X, CTRL | SHIFT)
    again = hand.window.clipping.dialog
    assert again is not None
    assert not again.makes[Make.CLIP].isChecked()
    assert again.makes[Make.STILL].isChecked()
    again.reject()


def proposed(hand: Hand) -> Path | None:
    """The folder that the dialog proposes."""
    hand.press(Key.Key_X, CTRL | SHIFT)
    dialog = hand.window.clipping.dialog
    assert dialog is not None
    folder = dialog.folder
    dialog.reject()
    hand.wait(lambda: hand.window.clipping.dialog is None and hand.window.isActiveWindow())
    return folder


def test_each_export_is_proposed_its_own_folder(hand: Hand, path: Path) -> None:
    hand.press(Key.Key_S)
    assert hand.window.bridge is not None
    project = hand.window.bridge.session.path
    first, second, third, fourth, fifth = (
        project.with_name(f"{project.stem} clips{more}") for more in ("", " 2", " 3", " 4", " 5")
    )
    assert proposed(hand) == first
    first.mkdir()
    assert proposed(hand) == first, "it is empty"
    (first / "notes.txt").write_text("", encoding="utf-8")
    assert proposed(hand) == second
    second.write_text("a file", encoding="utf-8")
    assert proposed(hand) == third
    for folder in (third, fourth):
        hand.window.clipping.make(wanted(hand.tags(), folder))
    assert proposed(hand) == fifth, "the others wait to be made"
    wait_until_through(hand)
    assert proposed(hand) == fifth


def test_that_clips_are_being_made_is_told_until_the_next_edit(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    hand.press(Key.Key_S)
    out = tmp_path / "a folder with a long name"
    hand.window.clipping.make(wanted(hand.tags(), out))
    messages = hand.window.messages
    assert messages.text.text() == "Clips are being made: Ctrl+Shift+W shows them."
    hand.press(Key.Key_Right)
    hand.press(Key.Key_D)
    assert not any("being made" in one for one in messages.standing)
    wait_until_through(hand)
    assert str(out) in messages.text.text()


def test_what_is_not_shown_in_full_is_said(hand: Hand, path: Path, tmp_path: Path) -> None:
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_U)
    hand.press(Key.Key_Return)
    hand.type("word " * 400)
    hand.press(Key.Key_Return)
    look = ClipChoices(look=ClipLook())
    hand.window.clipping.make(wanted(hand.tags(), tmp_path / "clips", look))
    wait_until_through(hand)
    (row,) = hand.window.clipping.work.rows.rows
    assert row.words.startswith("made: ")
    assert "was cut" in row.words
    assert "1 file with a remark" in hand.window.messages.text.text()
