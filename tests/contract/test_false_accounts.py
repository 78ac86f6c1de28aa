"""What an account says wrongly of its footage is found, by itself or with the footage at hand."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.media.probe import index_footage
from bodycam_annotator.publish.animated import write_preview
from bodycam_annotator.publish.clip_account import account_of, sidecar_of
from bodycam_annotator.publish.clip_forms import AnimationForm, ClipSettings
from bodycam_annotator.publish.clip_plan import Freeze, Run, Segment
from bodycam_annotator.publish.clip_span import clip_span
from bodycam_annotator.publish.clip_writer import write_clip
from bodycam_annotator.publish.contact_sheet import write_sheet
from bodycam_annotator.publish.export_check import check_made
from bodycam_annotator.publish.other_accounts import (
    account_of_preview,
    account_of_sheet,
    account_of_sound,
    account_of_still,
)
from bodycam_annotator.publish.sound_file import write_sound
from bodycam_annotator.publish.stills import write_still
from tests.contract.eye import FindOdd
from tests.contract.test_true_accounts import Exporting

MS = 1_000_000

Account = dict[str, Any]
Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def whole(odd_file: FindOdd, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of each kind, by kind, with a true account; of 20 frames of 100 ms with sound."""
    path = odd_file("clicks.mkv").path
    index = index_footage(path)
    exporting = Exporting(path, index, tmp_path_factory.mktemp("true"))
    source, asked = exporting.source, (350 * MS, 1150 * MS, 50 * MS, 50 * MS)
    span = clip_span(index, *asked[:2], before_ns=asked[2], after_ns=asked[3])
    assert (span.first, span.last) == (3, 11)
    run = Run(first=span.first, last=span.last)
    segments: list[Segment] = [
        run,
        Freeze(ordinal=5, lasts_ns=10**9),
        Run(first=3, last=11, slower=2),
    ]
    clip = partial(write_clip, source, segments, settings=ClipSettings())
    preview = partial(write_preview, source, span, form=AnimationForm.WEBP)
    sound = partial(write_sound, source, 300 * MS, 1200 * MS)
    write = exporting.write
    return {
        "clip": write(asked, ".mp4", clip, account_of),
        "still": write(asked, ".png", partial(write_still, source, 3), account_of_still),
        "sheet": write(asked, ".png", partial(write_sheet, source, [3, 7, 11]), account_of_sheet),
        "preview": write(asked, ".webp", preview, account_of_preview),
        "sound": write(asked, ".wav", sound, account_of_sound),
    }


def changed(file: Path, folder: Path, how: Change) -> Path:
    """A copy whose account was changed."""
    copy = folder / file.name
    shutil.copy(file, copy)
    account = json.loads(sidecar_of(file).read_text(encoding="utf-8"))
    how(account)
    sidecar_of(copy).write_text(json.dumps(account), encoding="utf-8")
    return copy


def _of_frames(place: int, value: int) -> Change:
    def change(account: Account) -> None:
        for row in account["frames"][1:8]:
            row[place] = value

    return change


def _to(*keys: str | int | slice, value: object) -> Change:
    """Another value at that place."""

    def change(account: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        for key in keys[:-1]:
            account = account[key]
        account[keys[-1]] = value

    return change


def _longer_asked(account: Account) -> None:
    account["asked"]["end_ns"] += 150 * MS


def _earlier_part(account: Account) -> None:
    part = account["sound"]["parts"][0]
    part["first"], part["last"] = part["first"] - 1, part["last"] - 1


PTS_SAID = "not that of their PTS"
ASKED_SAID = "times that were asked for"
SOUND_SAID = "other samples of the footage's sound"
SPAN_SAID = "The account's span"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (_of_frames(1, 7), PTS_SAID),
        (_to("frames", 4, 1, value=10**17), PTS_SAID),
        (_to("frames", 4, 2, value=700 * MS + 1), PTS_SAID),
        (_to("frames", -1, slice(1, 3), value=[1101, 1101 * MS]), "one frame two PTS"),
        (_to("source", "time_base", value="1/999"), PTS_SAID),
        (_to("frames", 0, slice(0, 3), value=[None] * 3), "do not have it"),
        (_to("sound", "parts", value=[]), SOUND_SAID),
        (_to("sound", "parts", 0, value={"at": 0, "first": 0, "last": 5}), SOUND_SAID),
        (_to("sound", "parts", 0, "at", value=1), SOUND_SAID),
        (_to("sound", "parts", 0, "last", value=57_600), SOUND_SAID),
        (_to("sound", "track_start_ns", value=MS), SOUND_SAID),
        (_earlier_part, SOUND_SAID),
        (_to("asked", "start_ns", value=-5), ASKED_SAID),
        (_to("asked", "start_ns", value=10**15), ASKED_SAID),
        (_to("asked", "before_ns", value=-1), ASKED_SAID),
        (_to("asked", "before_ns", value=51 * MS), ASKED_SAID),
        (_to("asked", "after_ns", value=51 * MS), ASKED_SAID),
        (_to("asked", "end_ns", value=1000 * MS), ASKED_SAID),
        (_longer_asked, ASKED_SAID),
        (_to("frames_left_out", value=[99]), "leaves out frames"),
        (_to("frames_doubtful", value=[99]), "doubts frames"),
        (_to("frames_doubtful", value=[4, 4]), "doubts frames"),
        (_to("span", "end_ns", value=1300 * MS), SOUND_SAID),
        (_to("span", "end_ns", value=1205 * MS), "do not have them"),
        (_to("span", "start_file_time_ns", value=1), "not counted from the first frame"),
        (_to("source", "frames", value=12), "begins or ends with its footage"),
        (_to("source", "end_ns", value=1150 * MS), "or beyond, at another time"),
        (_to("frames", 4, 5, value=1), "no other is in the way"),
        (_to("frames", 0, 5, value=-1), "no other is in the way"),
        (_to("segments", 1, "lasts_ns", value=2 * 10**9), "do not have it"),
        (lambda one: one["segments"].append({"kind": "card", "lasts_ns": 1}), "without a picture"),
    ],
)
def test_a_clip_of_which_something_else_is_said(
    how: Change, said: str, whole: dict[str, Path], tmp_path: Path
) -> None:
    assert said in " ".join(check_made(changed(whole["clip"], tmp_path, how)).problems)


def _sounding_elsewhere(account: Account) -> None:
    track = account["sound_track"]
    track["first"], track["last"] = track["first"] + 480, track["last"] + 480
    track["start_ns"], track["end_ns"] = track["start_ns"] + 10 * MS, track["end_ns"] + 10 * MS


def _turned(account: Account) -> None:
    account["frames"].reverse()


def _later_by_a_tick(account: Account) -> None:
    account["frames"][3][4] += 1
    account["frames"][4][3] += 1
    account["frames"][4][4] -= 1


@pytest.mark.parametrize(
    ("kind", "how", "said"),
    [
        *((kind, _to("frames", 0, 1, value=7), PTS_SAID) for kind in ("still", "sheet", "preview")),
        *(
            (kind, _to("asked", "start_ns", value=750 * MS), ASKED_SAID)
            for kind in ("still", "sheet", "preview")
        ),
        *(
            (kind, _to("span", "last_frame", value=19), "ends with its footage")
            for kind in ("still", "sheet", "preview", "sound")
        ),
        *(
            (kind, _to("frames_doubtful", value=[12]), "doubts frames")
            for kind in ("still", "sheet", "preview", "sound")
        ),
        *(
            (kind, _to("frames_left_out", value=[3]), "leaves out frames")
            for kind in ("still", "sheet", "preview", "sound")
        ),
        ("sheet", _turned, "another order"),
        ("sheet", _to("frames", 1, 3, value=10**4), "outside of the sheet"),
        ("sheet", _to("frames", 1, 6, value=0), "outside of the sheet"),
        ("sound", _to("span", "last_pts", value=5000), "not of its times"),
        ("preview", _later_by_a_tick, "at another time than in the footage"),
        ("preview", _to("preview", "duration_ns", value=1), "duration"),
        ("sound", _to("span", "first_pts", value=7), PTS_SAID),
        ("sound", _to("span", "start_ns", value=400 * MS), SPAN_SAID),
        ("sound", _to("sound_track", "first", value=0), "samples of the track"),
        ("sound", _to("sound_track", "end_ns", value=0), "samples of the track"),
        ("sound", _sounding_elsewhere, "not what was asked for"),
        ("sound", _to("asked", "start_ns", value=-5), "not what was asked for"),
        ("sound", _to("asked", "after_ns", value=0), "not what was asked for"),
    ],
)
def test_what_is_said_wrongly_of_another_file(
    kind: str, how: Change, said: str, whole: dict[str, Path], tmp_path: Path
) -> None:
    assert said in " ".join(check_made(changed(whole[kind], tmp_path, how)).problems)


@pytest.mark.parametrize("kind", ["clip", "still", "sheet", "preview", "sound"])
@pytest.mark.parametrize(
    "how",
    [
        _to("span", value={}),
        _to("asked", value=[]),
        _to("asked", value={"start_ns": 0}),
        _to("source", "oddities", value="none"),
        _to("source", "end_ns", value=None),
        _to("source", "variable_rate", value=1),
        _to("frame_keys", value=["ordinal"]),
        _to("coder", value=None),
        _to("frames_doubtful", value=5),
        _to("settings", value={"a": float("nan")}),
        _to("settings", value={"a": float("-inf")}),
        _to("audit_entries", value=10**4000),
        _to("audit_entries", value=2**61),
    ],
)
def test_what_no_account_can_say_is_refused(
    kind: str, how: Change, whole: dict[str, Path], tmp_path: Path
) -> None:
    file = changed(whole[kind], tmp_path, how)
    with pytest.raises(ExchangeError, match=rf"{file.name}\.json is no account"):
        check_made(file)


def test_a_number_that_none_can_hold_is_refused(whole: dict[str, Path], tmp_path: Path) -> None:
    file = changed(whole["still"], tmp_path, _to("settings", value={"a": 1.5}))
    assert check_made(file).is_sound
    text = sidecar_of(file).read_text(encoding="utf-8")
    sidecar_of(file).write_text(text.replace("1.5", "1e999"), encoding="utf-8")
    with pytest.raises(ExchangeError, match="1e999 is no number"):
        check_made(file)


def test_more_said_of_sound_does_no_harm(whole: dict[str, Path], tmp_path: Path) -> None:
    def more(account: Account) -> None:
        account["sound"]["more"] = [[0, 5]]
        account["sound"]["parts"][0]["more"] = 1

    assert check_made(changed(whole["clip"], tmp_path, more)).is_sound


def test_capitals_and_accents_of_a_name_may_change(whole: dict[str, Path], tmp_path: Path) -> None:
    file = changed(whole["still"], tmp_path, _to("still", "file", value="cafe\u0301.PNG"))
    assert check_made(file).written_as == "cafe\u0301.PNG"
    sidecar_of(file).rename(tmp_path / "Caf\u00e9.png.json")
    assert check_made(file.rename(tmp_path / "Caf\u00e9.png")).written_as == ""


def _one_frame_on(account: Account) -> None:
    """The numbers alone; PTS and times stay those of the true frames."""
    for row in account["frames"]:
        row[0] += 1
    account["span"]["first_frame"] += 1
    account["span"]["last_frame"] += 1
    for segment in account.get("segments", ()):
        for key in {"first", "last", "ordinal"} & segment.keys():
            segment[key] += 1


def _a_second_on(account: Account) -> None:
    """All times and PTS, and all that hangs on them."""
    for row in account["frames"]:
        row[1:3] = row[1] + 1000, row[2] + 1000 * MS
    for key in ("first_pts", "last_pts"):
        account["span"][key] += 1000
    for part, keys in {
        "span": ("start_ns", "end_ns"),
        "asked": ("start_ns", "end_ns"),
        "source": ("first_frame_ns", "end_ns"),
        "sound": ("track_start_ns",),
        "sound_track": ("track_start_ns", "start_ns", "end_ns"),
    }.items():
        for key in set(keys) & account.get(part, {}).keys():
            account[part][key] += 1000 * MS


@pytest.mark.parametrize(
    ("kind", "how", "said"),
    [
        *(
            (kind, _one_frame_on, "another PTS or time in clicks.mkv")
            for kind in ("clip", "still", "sheet", "preview")
        ),
        *(
            (kind, _a_second_on, "not what the account says of it: first_frame_ns, end_ns")
            for kind in ("clip", "still", "sheet", "preview", "sound")
        ),
        ("sound", _one_frame_on, "span is not that of its frames in clicks.mkv"),
        ("sound", _a_second_on, "The sound of clicks.mkv is not what"),
        ("clip", _a_second_on, "The sound of clicks.mkv is not what"),
        ("clip", _to("sound", "stream", value=0), "no sound in stream 0"),
        ("sound", _to("sound_track", "stream", value=7), "no sound in stream 7"),
        ("clip", _to("source", "variable_rate", value=True), "variable_rate"),
        ("still", _to("source", "end_ns", value=5000 * MS), "end_ns"),
        ("still", _to("source", "stream", value=1), "stream"),
    ],
)
def test_what_fits_by_itself_is_found_with_the_footage(
    kind: str,
    how: Change,
    said: str,
    whole: dict[str, Path],
    odd_file: FindOdd,
    tmp_path: Path,
) -> None:
    file = changed(whole[kind], tmp_path, how)
    assert check_made(file).problems == ()
    problems = check_made(file, source=odd_file("clicks.mkv").path).problems
    assert said in " ".join(problems)


@pytest.mark.parametrize(
    ("name", "frame"), [("clock_reset.mkv", 24), ("two_recordings.ts", 40), ("clock_glitch.ts", 20)]
)
def test_pts_that_the_times_are_not_taken_from_are_held_to_what_is_odd(
    name: str, frame: int, odd_file: FindOdd, tmp_path: Path
) -> None:
    (tmp_path / "changed").mkdir()
    path = odd_file(name).path
    index = index_footage(path)
    exporting = Exporting(path, index, tmp_path)
    sheet = partial(write_sheet, exporting.source, range(len(index)))
    asked = (index.first_ns, index.end_ns, 0, 0)
    file = exporting.write(asked, ".png", sheet, account_of_sheet)
    assert check_made(file).problems == ()
    for how in (
        _to("frames", frame + 3, 1, value=index.pts_of(frame + 3) + 1),
        _to("frames", 2, 1, value=index.pts_of(2) + 1),
        _to("source", "oddities", value=[]),
    ):
        problems = check_made(changed(file, tmp_path / "changed", how)).problems
        assert PTS_SAID in " ".join(problems)
