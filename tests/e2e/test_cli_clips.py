"""Clips and what else is handed out, by the command line, read back from the files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bodycam_annotator.media.picture import Pixels
from tests.barcode import read_barcode
from tests.e2e.shell import Shell, barcode_in
from tests.media_factory import Clip, make, steady

PLAIN = ("--plain", "--form", "ffv1")

pytestmark = pytest.mark.usefixtures("qapp")


def pictures_of(path: Path) -> list[Pixels]:
    """(height, width, 4) BGRA each."""
    with av.open(str(path)) as container:
        shown = [one.to_ndarray(format="bgra", threads=1) for one in container.decode(video=0)]
    return [np.asarray(one, dtype=np.uint8) for one in shown]


def written(shell: Shell, *words: str | Path, ending: str = ".mkv") -> list[Path]:
    said = shell("clips", *words)
    assert said.code == 0, said.err
    return [Path(one) for one in said.out.splitlines() if one.endswith(ending)]


def account(path: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))


@pytest.fixture
def said(shell: Shell, project: Path) -> Path:
    """A project with an utterance over the first four frames and a shot on the third."""
    spoken = ("--text", "Put your gun down", "--speaker", "Officer 1")
    shell.good("tag", project, "utterance", "--frame", "0", "--to-frame", "3", *spoken)
    shell.good("tag", project, "shot", "--frame", "2")
    return project


def test_a_clip_of_each_tag_and_its_check(shell: Shell, said: Path, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    clips = written(shell, said, "-o", folder, "--plain", ending=".mp4")
    assert [list(map(read_barcode, pictures_of(one))) for one in clips] == [[0, 1, 2, 3], [2]]
    assert account(clips[0])["audit_entries"] == 4
    manifest = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in manifest["clips"]] == [one.name for one in clips]
    assert manifest["not_made"] == []
    assert "4 frames, as its account says" in shell.good("verify", "--clip", str(clips[0]))
    assert "2 files with their accounts" in shell.good("verify", "--clip", folder / "clips.json")
    clips[0].write_bytes(clips[0].read_bytes() + b"x")
    for name in (clips[0].name, "clips.json"):
        found = shell("verify", "--clip", folder / name)
        assert found.code == 1
        assert "is not the file that was written" in found.err


def test_the_footage_of_a_clip_is_checked_where_it_is_said_to_be(
    shell: Shell, said: Path, clip: Path, tmp_path: Path
) -> None:
    (made, _) = written(shell, said, "-o", tmp_path / "out", *PLAIN)
    assert "not at hand" in shell.good("verify", "--clip", made)
    assert "its footage too" in shell.good("verify", "--clip", made, "--footage", clip)
    assert shell("verify", "--clip", made, "--footage", made).code == 1
    assert shell("verify", said, "--footage", clip).code == 2


def test_a_clip_that_is_called_as_its_footage_is_not_taken_for_it(
    shell: Shell, said: Path, tmp_path: Path
) -> None:
    words = (said, "-o", tmp_path / "out", "--plain", "--form", "prores", "--name", "X60A0001")
    first, second = written(shell, *words, ending=".mov")
    assert (first.name, second.name) == ("X60A0001.mov", "X60A0001 (2).mov")
    assert "not at hand" in shell.good("verify", "--clip", second)


def test_handles_and_choice_of_tags(shell: Shell, project: Path, tmp_path: Path) -> None:
    shell.good("tag", project, "shot", "--frame", "1")
    name = shell.good("tag", project, "shot", "--frame", "2").strip()
    words = (project, "-o", tmp_path / "out", *PLAIN, "--tag", name, "--before", "0.04")
    (clip,) = written(shell, *words)
    assert list(map(read_barcode, pictures_of(clip))) == [1, 2]
    for chosen, why in (
        (("--tag", "x"), "There is no tag x"),
        (("--code", "shots"), "There is no code shots"),
        (("--code", "door_opened"), "There is no such tag"),
        (("--camera", "Nobody"), "There is no camera 'Nobody'"),
    ):
        found = shell("clips", project, "-o", tmp_path / "out", "--plain", *chosen)
        assert found.code == 1
        assert why in found.err


def test_what_is_burned_in_is_on_the_frames_and_leaves_the_rest_as_it_was(
    shell: Shell, said: Path, tmp_path: Path
) -> None:
    words = (said, "--code", "utterance", "--form", "ffv1")
    (plain,) = written(shell, *words, "-o", tmp_path / "plain", "--plain")
    (drawn,) = written(shell, *words, "-o", tmp_path / "drawn")
    bare = pictures_of(plain)
    changed = [
        (one != other).any(axis=2) for one, other in zip(pictures_of(drawn), bare, strict=True)
    ]
    high, wide = changed[0].shape
    for mask in changed:
        assert mask[round(high * 0.85) :, : wide // 2].any(), "stamp and strip"
        assert not mask[round(high * 0.4) : round(high * 0.5)].any()
    flag = [mask[: high // 4, : wide // 2].any() for mask in changed]
    assert flag[2], "the shot's banner"
    assert not flag[0], "before the shot"
    (less,) = written(
        shell, *words, "-o", tmp_path / "less", "--no-captions", "--no-strip", "--no-banners"
    )
    (caption,) = written(
        shell, *words, "-o", tmp_path / "caption", "--no-stamp", "--no-strip", "--no-banners"
    )
    for one, other, base in zip(pictures_of(less), pictures_of(caption), bare, strict=True):
        assert (one[round(high * 0.75) :] != base[round(high * 0.75) :]).any()
        assert (one[: round(high * 0.75)] == base[: round(high * 0.75)]).all(), "the stamp alone"
        assert (other != base).any()
        assert (other[: high // 3] == base[: high // 3]).all(), "no banner"


def test_what_is_burned_in_is_told(shell: Shell, said: Path, tmp_path: Path) -> None:
    (clip,) = written(shell, said, "-o", tmp_path, "--code", "shot", "--form", "ffv1", "--no-strip")
    told = account(clip)["settings"]["burned_in"]
    assert (told["strip"], told["stamp"], told["enhanced"]) == (False, True, None)
    (clip, _) = written(shell, said, "-o", tmp_path / "plain", *PLAIN)
    assert account(clip)["settings"]["burned_in"] == {}


def test_card_then_the_span_then_held_then_slower(shell: Shell, said: Path, tmp_path: Path) -> None:
    more = ("--card", "--freeze", "1.5", "--slow", "1/4", "--slow", "2", "--point", "100,90")
    (clip,) = written(shell, said, "-o", tmp_path, "--code", "utterance", "--form", "ffv1", *more)
    about = account(clip)
    kinds = [(one["kind"], one.get("slower")) for one in about["segments"]]
    assert kinds == [("card", None), ("run", 1), ("freeze", None), ("run", 2), ("run", 4)]
    assert [row[0] for row in about["frames"]] == [
        None,
        *(0, 1, 2, 3),
        0,
        *(0, 1, 2, 3, 0, 1, 2, 3),
    ]
    assert len(pictures_of(clip)) == len(about["frames"])
    assert about["captions"], "also as a track of text"
    with av.open(str(clip)) as container:
        assert len(container.streams.subtitles) == 1
    assert "14 frames, as its account says" in shell.good("verify", "--clip", clip)
    exhibit = clip.rename(clip.with_name("Exhibit A.mp4"))
    clip.with_name(f"{clip.name}.json").rename(clip.with_name(f"{exhibit.name}.json"))
    assert f"written as {clip.name!r}" in shell.good("verify", "--clip", exhibit)


def test_an_enhanced_picture_and_an_inset(shell: Shell, said: Path, tmp_path: Path) -> None:
    words = (said, "--code", "shot", "--form", "ffv1")
    (bare,) = written(shell, *words, "-o", tmp_path / "bare")
    (night,) = written(shell, *words, "-o", tmp_path / "night", "--enhance", "night")
    (own,) = written(shell, *words, "-o", tmp_path / "own", "--enhance", "gamma=2")
    (inset,) = written(shell, *words, "-o", tmp_path / "inset", "--inset", "10,40,20,20,2")
    first = [pictures_of(one)[0] for one in (bare, night, own, inset)]
    assert all((first[0] != other).any() for other in first[1:])
    assert account(night)["settings"]["burned_in"]["enhanced"]["gamma"] == 1.8
    assert account(own)["settings"]["burned_in"]["enhanced"]["gamma"] == 2.0
    assert account(inset)["settings"]["burned_in"]["inset"]["zoom"] == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--plain", "--slow", "2"), "Slow motion has to say what it is"),
        (("--plain", "--card"), "A title card has to say"),
        (("--plain", "--freeze", "1"), "A freeze has to say"),
        (("--plain", "--enhance", "night"), "An enhanced picture has to say"),
        (("--plain", "--inset", "1,1,20,20"), "--inset is about what is burned in"),
        (("--point", "4,4"), "give --freeze too"),
        (("--enhance", "what moved"), "cannot be in a clip"),
        (("--freeze", "61"), "60 s at most"),
        (("--thumbs", "0"), "1 to 200 pictures"),
        (("--name", "{colour}"), "There is no {colour}"),
        (("--stamp-corner", "top-right"), "would cover the camera's own"),
        (("--inset", "1000,1000,20,20"), "is not wholly in the picture"),
        (("--freeze", "1", "--point", "9000,0"), "outside the picture"),
    ],
)
def test_what_cannot_be_is_said(
    words: tuple[str, ...], why: str, shell: Shell, said: Path, tmp_path: Path
) -> None:
    found = shell("clips", said, "-o", tmp_path / "out", *words)
    assert found.code == 1
    assert why in found.err
    assert not list((tmp_path / "out").glob("*.mp4"))


@pytest.mark.parametrize(
    "words",
    [
        ("--slow", "3"),
        ("--inset", "1,2,3"),
        ("--inset", "1,2,30,30,5"),
        ("--point", "a,b"),
        ("--stamp-corner", "middle"),
        ("--enhance", "gamma=x"),
        ("--enhance", "gamma=99"),
        ("--enhance", "brighter"),
        ("--make", "film"),
        ("--before", "-1"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], shell: Shell, said: Path, tmp_path: Path) -> None:
    assert shell("clips", said, "-o", tmp_path / "out", *words).code == 2


def test_everything_that_can_be_made_of_a_tag(shell: Shell, said: Path, tmp_path: Path) -> None:
    makes = [
        word for one in ("clip", "still", "sheet", "preview", "sound") for word in ("--make", one)
    ]
    paths = written(shell, said, "-o", tmp_path, "--code", "shot", "--plain", *makes, ending="")
    files = [one for one in paths if one.suffix != ".json"]
    assert [one.suffix for one in files] == [".mp4", ".png", ".png", ".webp", ".wav"]
    still = files[1]
    assert "frame 2" in still.name
    assert barcode_in(still) == 2
    for one in files:
        assert "as its account says" in shell.good("verify", "--clip", one)
        assert account(one)["span"]["first_frame"] == 2
    assert "5 files" in shell.good("verify", "--clip", tmp_path / "clips.json")


@pytest.mark.parametrize("handles", [(), ("--before", "0.05"), ("--before", "9", "--after", "9")])
def test_everything_fits_its_account_and_footage(
    handles: tuple[str, ...], shell: Shell, said: Path, clip: Path, tmp_path: Path
) -> None:
    makes = [
        word for one in ("clip", "still", "sheet", "preview", "sound") for word in ("--make", one)
    ]
    more = ("--slow", "2", "--freeze", "1", "--card", "--thumbs", "3")
    for words in (makes, [*makes, "--together"], [*makes, "--form", "ffv1", *more]):
        folder = tmp_path / f"{len(words)}"
        paths = written(shell, said, "-o", folder, *handles, *words, ending="")
        files = [one for one in paths if one.suffix != ".json"]
        assert files
        for one in files:
            assert "footage too" in shell.good("verify", "--clip", one, "--footage", clip)
        shell.good("verify", "--clip", folder / "clips.json")


def test_stills_and_sheets_are_drawn_on_too(shell: Shell, said: Path, tmp_path: Path) -> None:
    makes = ("--make", "still", "--make", "sheet", "--make", "preview", "--animation", "gif")
    words = (said, "--code", "utterance", *makes, "--thumbs", "2")
    drawn = written(shell, *words, "-o", tmp_path / "drawn", ending=".png")
    plain = written(shell, *words, "-o", tmp_path / "plain", "--plain", ending=".png")
    (still, sheet), (bare, bare_sheet) = map(list, (map(_png, drawn), map(_png, plain)))
    assert still.shape == bare.shape
    assert (still != bare).any()
    assert sheet.shape[0] > bare_sheet.shape[0], "file time and frame number are below"
    assert len(list((tmp_path / "drawn").glob("*.gif"))) == 1


def _png(path: Path) -> Pixels:
    (picture,) = pictures_of(path)
    return picture


def test_nothing_in_the_folder_is_replaced(
    shell: Shell, said: Path, clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    before = clip.read_bytes()
    (folder / "SHOT.mkv").write_bytes(before)
    words = (said, "-o", folder, "--code", "shot", *PLAIN, "--name", "{code}")
    (one,) = written(shell, *words)
    (other,) = written(shell, *words)
    assert [one.name, other.name] == ["shot (2).mkv", "shot (3).mkv"]
    assert (folder / "SHOT.mkv").read_bytes() == before
    manifests = sorted(path.name for path in folder.glob("clips*"))
    assert manifests == ["clips (2).json", "clips.json"]
    for name in manifests:
        assert "1 file with" in shell.good("verify", "--clip", folder / name)


def shots_of_two(shell: Shell, clip: Path, folder: Path) -> tuple[Path, Path]:
    """A project with a shot on each of two cameras, and the second one's footage."""
    other = folder / "other.mov"
    other.write_bytes(clip.read_bytes() + b"\0\0\0\x08free")
    both = folder / "both.bodycam"
    shell.good("new", both, clip, other)
    for camera in ("Camera 1", "Camera 2"):
        shell.good("tag", both, "shot", "--frame", "1", "--camera", camera)
    return both, other


def test_a_clip_that_cannot_be_made_does_not_stop_the_others(
    shell: Shell, said: Path, clip: Path, tmp_path: Path
) -> None:
    both, other = shots_of_two(shell, clip, tmp_path)
    other.unlink()
    found = shell("clips", both, "-o", tmp_path / "out", *PLAIN)
    assert found.code == 1
    assert "1 of 2 files were not made" in found.err
    assert "other.mov" in found.err
    (made,) = (Path(one) for one in found.out.splitlines() if one.endswith(".mkv"))
    assert list(map(read_barcode, pictures_of(made))) == [1]
    (why,) = json.loads((tmp_path / "out" / "clips.json").read_text())["not_made"]
    assert "other.mov" in why


def test_no_clip_is_made_of_footage_that_is_not_what_was_tagged(
    shell: Shell, said: Path, clip: Path, tmp_path: Path
) -> None:
    changed = bytearray(clip.read_bytes())
    changed[-1] ^= 1
    clip.write_bytes(changed)
    found = shell("clips", said, "-o", tmp_path / "out", "--code", "shot", *PLAIN)
    assert found.code == 1
    assert "is not the footage that was tagged" in found.err
    (manifest,) = (tmp_path / "out").iterdir()
    assert len(json.loads(manifest.read_text())["not_made"]) == 1
    assert "0 files" in shell.good("verify", "--clip", manifest)


def test_no_folder_of_this_computer_is_handed_out(
    shell: Shell, said: Path, clip: Path, tmp_path: Path
) -> None:
    both, other = shots_of_two(shell, clip, tmp_path)
    other.write_bytes(other.read_bytes()[:-1] + b"f")
    shell("clips", both, "-o", tmp_path / "out", "--card")
    for path in (tmp_path / "out").iterdir():
        assert str(tmp_path).encode() not in path.read_bytes()
    (why,) = json.loads((tmp_path / "out" / "clips.json").read_text())["not_made"]
    assert "other.mov is not the footage that was tagged" in why


def test_one_clip_of_several_tags(shell: Shell, project: Path, tmp_path: Path) -> None:
    for frame in ("1", "3", "4"):
        shell.good("tag", project, "shot", "--frame", frame, "--coder", "ada")
    shell.good("tag", project, "door_opened", "--frame", "2", "--coder", "bob")
    words = (project, "-o", tmp_path / "out", *PLAIN, "--together", "--code", "shot")
    (clip,) = written(shell, *words, "--coder", "eve")
    assert list(map(read_barcode, pictures_of(clip))) == [1, 2, 3, 4]
    assert "Shot ×3" in clip.name
    about = account(clip)
    assert (about["coder"], about["made_by"]) == ("ada, bob", "eve")
    assert len(about["tags"]) == 4


def test_an_inset_stops_only_what_has_one(shell: Shell, said: Path, tmp_path: Path) -> None:
    makes = ("--make", "clip", "--make", "sheet", "--make", "sound")
    words = (said, "-o", tmp_path / "out", "--code", "shot", *makes)
    found = shell("clips", *words, "--inset", "0,0,90,90,8")
    assert found.code == 1
    assert "1 of 3 files were not made" in found.err
    names = sorted(Path(one).suffix for one in found.out.splitlines())
    assert names == [".json", ".json", ".json", ".png", ".wav"]


def test_a_sheet_has_its_first_and_last_frame_however_many_shots_there_are(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    for frame in ("1", "2", "3"):
        shell.good("tag", project, "shot", "--frame", frame)
    more = ("--before", "1", "--after", "1", "--make", "sheet", "--thumbs", "2")
    sheets = written(shell, project, "-o", tmp_path / "out", *more, ending=".png")
    for sheet in sheets:
        assert [row[0] for row in account(sheet)["frames"]] == [0, 1, 2, 3, 5]


def test_a_sheet_shows_each_shot_that_is_in_it(shell: Shell, project: Path, tmp_path: Path) -> None:
    shell.good("tag", project, "shot", "--frame", "3")
    more = ("--before", "1", "--after", "1", "--make", "sheet", "--thumbs", "3")
    (sheet,) = written(shell, project, "-o", tmp_path / "out", *more, ending=".png")
    assert [row[0] for row in account(sheet)["frames"]] == [0, 3, 5]


def test_frames_that_share_a_time_are_told_apart(shell: Shell, tmp_path: Path) -> None:
    pts = list(steady(12))
    pts[7] = pts[6]
    path = make(Clip(pts=tuple(pts)), tmp_path / "twice.mp4").path
    twice = tmp_path / "twice.bodycam"
    shell.good("new", twice, path)
    for frame in ("6", "7"):
        shell.good("tag", twice, "shot", "--frame", frame)
    for first, last in (("4", "6"), ("7", "8")):
        shell.good("tag", twice, "utterance", "--frame", first, "--to-frame", last)
    clips = written(shell, twice, "-o", tmp_path / "out", *PLAIN)
    shown = sorted(tuple(map(read_barcode, pictures_of(one))) for one in clips)
    assert shown == [(4, 5, 6), (6,), (7,), (7, 8)]
    for one in clips:
        ordinals = {row[0] for row in account(one)["frames"]}
        for tag in account(one)["tags"]:
            assert ordinals & set(range(tag["start_frame"], tag["end_frame"] + 1))
    assert sorted(len(account(one)["tags"]) for one in clips) == [2, 2, 2, 2]
    words = (twice, "-o", tmp_path / "one", *PLAIN, "--together", "--code", "shot")
    (together,) = written(shell, *words)
    assert list(map(read_barcode, pictures_of(together))) == [6, 7]


def test_clips_are_drawn_without_a_screen_and_without_a_window(
    shell: Shell, said: Path, tmp_path: Path
) -> None:
    kept = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMP", "TEMP")
    plain = {name: os.environ[name] for name in kept if name in os.environ}
    words = ["clips", str(said), "-o", str(tmp_path / "out"), "--code", "shot", "--card"]
    done = subprocess.run(
        [sys.executable, "-m", "bodycam_annotator", *words],
        env=plain,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (clip,) = (tmp_path / "out").glob("*.mp4")
    assert len(pictures_of(clip)) == 2


def test_an_enhanced_sheet_shows_the_whole_of_each_frame(
    shell: Shell, said: Path, tmp_path: Path
) -> None:
    words = (said, "--code", "shot", "--make", "sheet")
    (bare,) = written(shell, *words, "-o", tmp_path / "bare", ending=".png")
    (night,) = written(
        shell, *words, "-o", tmp_path / "night", "--enhance", "brightness=5", ending=".png"
    )
    thumbs = []
    for path in (bare, night):
        (row,) = account(path)["frames"]
        x, y, width, height = row[3:7]
        # Below the label, which says that it is enhanced.
        thumbs.append(_png(path)[y + height // 2 : y + height, x : x + width, :3].astype(int))
    assert abs(thumbs[0] - thumbs[1]).max() < 30
    assert abs(thumbs[0] - thumbs[1]).mean() > 2
