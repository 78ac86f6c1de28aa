"""The account beside a clip says what it is, and a changed clip does not fit it any more."""

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.media.probe import probe, sha256_of
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.publish.clip_account import (
    FRAME_KEYS,
    Provenance,
    account_of,
    manifest_of,
    sidecar_of,
    write_account,
    write_manifest,
)
from bodycam_annotator.publish.clip_check import check_clip
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_writer import Source, write_clip
from tests.contract.eye import FindIndex
from tests.media_factory import Clip, make, rounded
from tests.sounds import Sound

MS = Fraction(1, 1000)


def written(
    name: str, indexed: FindIndex, folder: Path, form: Form = Form.MP4
) -> tuple[Path, Path, dict[str, Any]]:
    """The clip, its footage and its account as written."""
    made, index = indexed(name)
    source = Source(path=made.path, index=index)
    out = folder / f"clip{FORMS[form].ending}"
    clip = write_clip(source, [Run(first=2, last=9)], out, ClipSettings(form=form))
    tag = Tag(
        id="t1",
        footage_id="f1",
        code="utterance",
        start_ns=index.time_of(3),
        end_ns=index.time_of(5),
        start_frame=3,
        end_frame=4,
        start_pts=index.pts_of(3),
        end_pts=index.pts_of(4),
        coder="AB",
        codebook="force-1",
        created_utc="2024-10-13T23:50:12.345678Z",
        modified_utc="2024-10-13T23:50:12.345678Z",
        text="„Nicht schießen“",
        basis=Basis.HEARD,
        attributes={"to": "driver"},
    )
    provenance = Provenance(
        source_sha256=sha256_of(made.path), tags=[tag], codebook="force-1", audit_head="ab"
    )
    beside = write_account(account_of(clip, source, provenance), out)
    return out, made.path, json.loads(beside.read_text(encoding="utf-8"))


def changed(clip: Path, **keys: object) -> None:
    account = json.loads(sidecar_of(clip).read_text(encoding="utf-8"))
    account.update(keys)
    sidecar_of(clip).write_text(json.dumps(account), encoding="utf-8")


def test_an_account_has_every_frame_and_the_hashes(indexed: FindIndex, tmp_path: Path) -> None:
    clip, footage, account = written("variable_rate.mp4", indexed, tmp_path)
    _, index = indexed("variable_rate.mp4")
    assert account["clip"]["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
    assert account["clip"]["bytes"] == clip.stat().st_size
    assert account["source"]["sha256"] == hashlib.sha256(footage.read_bytes()).hexdigest()
    rows = [dict(zip(FRAME_KEYS, row, strict=True)) for row in account["frames"]]
    assert [row["ordinal"] for row in rows] == list(range(2, 10))
    assert [row["source_pts"] for row in rows] == [int(index.pts[n]) for n in range(2, 10)]
    assert [row["file_time_ns"] for row in rows] == [int(index.times[n]) for n in range(2, 10)]
    assert account["frame_keys"] == list(FRAME_KEYS)
    span = account["span"]
    assert (span["first_pts"], span["last_pts"]) == (int(index.pts[2]), int(index.pts[9]))
    assert account["settings"]["video_options"]["crf"] == "16"
    assert account["codebook"] == "force-1"
    (tag,) = account["tags"]
    assert (tag["text"], tag["basis"]) == ("„Nicht schießen“", "heard")
    assert tag["attributes"] == {"to": "driver"}
    assert {"bodycam_annotator", "pyav", "libavcodec"} <= account["made_with"].keys()


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("name", ["ntsc_ms.mkv", "running_clock.ts", "same_pts.mp4"])
def test_a_clip_as_written_is_sound(
    name: str, form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    clip, footage, _ = written(name, indexed, tmp_path, form)
    done: list[float] = []
    found = check_clip(clip, source=footage, progress=done.append)
    assert found.problems == ()
    assert (found.is_sound, found.frames, found.source_checked) == (True, 8, True)
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert not check_clip(clip).source_checked


def test_footage_beside_the_clip_is_found_and_compared(indexed: FindIndex, tmp_path: Path) -> None:
    clip, footage, _ = written("steady.mp4", indexed, tmp_path)
    beside = tmp_path / footage.name
    beside.write_bytes(footage.read_bytes())
    assert check_clip(clip).source_checked
    beside.write_bytes(footage.read_bytes() + b"\0")
    (problem,) = check_clip(clip).problems
    assert "not the footage" in problem


def test_a_clip_that_was_given_another_name_passes_and_its_first_one_is_told(
    indexed: FindIndex, tmp_path: Path
) -> None:
    clip, _, _ = written("steady.mp4", indexed, tmp_path)
    assert check_clip(clip).written_as == ""
    exhibit = clip.rename(clip.with_name("Exhibit A.mp4"))
    with pytest.raises(ExchangeError):
        check_clip(exhibit)
    sidecar_of(clip).rename(sidecar_of(exhibit))
    found = check_clip(exhibit)
    assert (found.problems, found.written_as) == ((), clip.name)


def test_a_clip_of_other_bytes_is_said(indexed: FindIndex, tmp_path: Path) -> None:
    clip, _, _ = written("steady.mp4", indexed, tmp_path)
    clip.write_bytes(clip.read_bytes() + b"\0\0\0\x08free")
    (problem,) = check_clip(clip).problems
    assert "not the file that was written" in problem


def test_a_clip_of_other_frames_or_times_is_said(indexed: FindIndex, tmp_path: Path) -> None:
    clip, _, account = written("steady.mp4", indexed, tmp_path)
    changed(clip, frames=account["frames"][:-1])
    assert any("8 frames can be decoded; 7" in one for one in check_clip(clip).problems)
    later = [[*row[:3], row[3] + (number == 4), *row[4:]] for number, row in
             enumerate(account["frames"])]  # fmt: skip
    changed(clip, frames=later)
    assert any("another time" in one and "picture 4" in one for one in check_clip(clip).problems)


def test_what_is_no_clip_is_said(indexed: FindIndex, tmp_path: Path) -> None:
    clip, _, _ = written("steady.mp4", indexed, tmp_path)
    clip.write_bytes(b"no clip")
    assert len(check_clip(clip).problems) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": 2}',
        '{"format": 1, "clip": {}, "source": {}, "frames": []}',
        '{"format": 1, "clip": {"sha256": "a", "time_base": "1/0"}, '
        '"source": {"file": "a", "sha256": null}, "frames": []}',
        '{"format": 1, "clip": {"sha256": "a", "time_base": "1/5"}, '
        '"source": {"file": "a", "sha256": null}, "frames": [[1]]}',
        '{"format": NaN}',
        '{"format": 1, "format": 1}',
    ],
)
def test_what_is_no_account_is_refused_in_words(text: str, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"")
    sidecar_of(clip).write_text(text, encoding="utf-8")
    with pytest.raises(ExchangeError, match="no account of a clip"):
        check_clip(clip)


def test_without_an_account_nothing_can_be_checked(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="account that was written beside it"):
        check_clip(tmp_path / "clip.mp4")


def test_a_check_that_nobody_waits_for_stops(indexed: FindIndex, tmp_path: Path) -> None:
    clip, _, _ = written("steady.mp4", indexed, tmp_path)
    with pytest.raises(Cancelled):
        check_clip(clip, cancelled=lambda: True)


def test_a_manifest_has_each_clip_and_the_hash_of_its_account(
    indexed: FindIndex, tmp_path: Path
) -> None:
    clip, _, account = written("steady.mp4", indexed, tmp_path)
    path = write_manifest(manifest_of({sidecar_of(clip).name: account}), tmp_path / "clips.json")
    (entry,) = json.loads(path.read_text(encoding="utf-8"))["clips"]
    assert entry["sha256"] == account["clip"]["sha256"]
    assert entry["account_sha256"] == hashlib.sha256(sidecar_of(clip).read_bytes()).hexdigest()


def change(clip: Path, how: Callable[[Any], object]) -> None:
    account = json.loads(sidecar_of(clip).read_text(encoding="utf-8"))
    how(account)
    sidecar_of(clip).write_text(json.dumps(account), encoding="utf-8")


def _ordinals_swapped(account: dict[str, Any]) -> None:
    one, other = account["frames"][2:4]
    one[:3], other[:3] = other[:3], one[:3]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (_ordinals_swapped, "do not have them"),
        (lambda one: one["frames"][3].__setitem__(2, 5), "do not have it"),
        (lambda one: one["frames"][3].__setitem__(4, 5), "another time than until the next"),
        (lambda one: one["frames_left_out"].append(4), "do not have it"),
        (lambda one: one["segments"][0].update(last=10**15), "do not have it"),
        (lambda one: one["clip"].update(frames=9), "speaks of 9 frames and lists 8"),
        (lambda one: one["clip"].update(end_pts=1), "another time than until the next"),
        (lambda one: one["clip"].update(duration_ns=1), "duration"),
        (lambda one: one["clip"].update(bytes=1), "bytes; its account says 1"),
        (lambda one: one["clip"].update(coded_width=2), "2×"),
        (lambda one: one["span"].update(last_frame=10), "span"),
        (lambda one: one["source"].update(frames=9), "footage of 9 frames does not have"),
        (
            lambda one: one.update(
                sound={
                    **{"stream": 1, "rate": 8000, "channels": 1, "track_start_ns": 0},
                    **{"samples": 9, "parts": [{"at": 0, "first": 0, "last": 8}]},
                }
            ),
            "no sound; its account speaks of some",
        ),
    ],
)
def test_an_account_that_disagrees_with_itself_or_the_clip_is_said(
    how: Callable[[Any], object], said: str, indexed: FindIndex, tmp_path: Path
) -> None:
    clip, _, _ = written("steady.mp4", indexed, tmp_path)
    change(clip, how)
    assert said in " ".join(check_clip(clip).problems)


@pytest.mark.parametrize(
    "how",
    [
        lambda one: one["clip"].update(time_base="1e999999999"),
        lambda one: one["clip"].update(time_base="-1/5"),
        lambda one: one["clip"].update(bytes=True),
        lambda one: one["source"].update(sha256=[]),
        lambda one: one["frames"][0].__setitem__(0, "2"),
        lambda one: one["frames"][0].__setitem__(6, -1),
        lambda one: one["frames"].clear(),
        lambda one: one["segments"].__setitem__(0, {"kind": []}),
        lambda one: one.pop("span"),
        lambda one: one.pop("sound"),
    ],
)
def test_an_account_with_something_else_in_a_place_is_refused_in_words(
    how: Callable[[Any], object], indexed: FindIndex, tmp_path: Path
) -> None:
    clip, _, _ = written("steady.mp4", indexed, tmp_path)
    change(clip, how)
    with pytest.raises(ExchangeError, match="no account of a clip"):
        check_clip(clip)


@pytest.mark.parametrize("name", ["", "..", "a\0b", "\ud800", "x" * 5000, "../../clip.mp4"])
def test_what_an_account_calls_its_footage_is_never_followed(
    name: str, indexed: FindIndex, tmp_path: Path
) -> None:
    (tmp_path / "made").mkdir()
    clip, _, _ = written("steady.mp4", indexed, tmp_path / "made")
    (tmp_path / "clip.mp4").write_bytes(b"not the footage")
    change(clip, lambda one: one["source"].update(file=name))
    if name.startswith(("x", "../../")):
        assert not check_clip(clip).source_checked
    else:
        with pytest.raises(ExchangeError, match="names a file"):
            check_clip(clip)


@pytest.mark.parametrize("form", list(Form))
def test_sound_of_another_length_than_was_written_is_said(form: Form, tmp_path: Path) -> None:
    footage = tmp_path / "sounding.mkv"
    make(Clip(pts=rounded(40, rate=Fraction(25), time_base=MS), time_base=MS, sound=Sound()),
         footage)  # fmt: skip
    facts = probe(footage)
    source = Source(path=footage, index=facts.index, track=facts.audio)
    (tmp_path / "made").mkdir()
    out = tmp_path / "made" / f"clip{FORMS[form].ending}"
    made = write_clip(source, [Run(first=2, last=29)], out, ClipSettings(form=form))
    write_account(account_of(made, source, Provenance(source_sha256="")), out)
    assert check_clip(out).is_sound
    change(out, lambda one: one["sound"].update(samples=one["sound"]["samples"] - 9000))
    assert "samples" in check_clip(out).problems[0]
    change(out, lambda one: one["sound"].update(rate=7))
    assert "at 7 Hz were written" in check_clip(out).problems[0]
    change(out, lambda one: one.update(sound=None))
    assert "does not speak" in check_clip(out).problems[0]
