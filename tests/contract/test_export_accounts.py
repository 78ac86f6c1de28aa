"""The account beside whatever is handed out fits it, and fits nothing else; so does a manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.media.probe import index_footage, probe, sha256_of
from bodycam_annotator.publish.animated import write_preview
from bodycam_annotator.publish.clip_account import (
    Provenance,
    account_of,
    manifest_of,
    sidecar_of,
    write_account,
    write_manifest,
)
from bodycam_annotator.publish.clip_forms import AnimationForm, ClipSettings
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_span import of_frames
from bodycam_annotator.publish.clip_writer import Source, write_clip
from bodycam_annotator.publish.contact_sheet import write_sheet
from bodycam_annotator.publish.export_check import check_made, check_manifest
from bodycam_annotator.publish.other_accounts import (
    account_of_preview,
    account_of_sheet,
    account_of_sound,
    account_of_still,
)
from bodycam_annotator.publish.sound_file import write_sound
from bodycam_annotator.publish.stills import write_still
from tests.contract.eye import FindOdd
from tests.contract.test_clip_failures import room_for

NAMES = ("a.mp4", "still.png", "sheet.png", "moving.webp", "moving.gif", "sound.wav")


@pytest.fixture
def export(odd_file: FindOdd, tmp_path: Path) -> Path:
    """A manifest; beside it one file of each sort with its account."""
    made = odd_file("clicks.mkv")
    index = index_footage(made.path)
    source = Source(path=made.path, index=index, track=probe(made.path).audio)
    known = Provenance(
        source_sha256=sha256_of(made.path), audit_head="ab", burned_in={"file_time": True}
    )
    span = of_frames(index, 3, 14)
    a, still, sheet, webp, gif, wav = (tmp_path / name for name in NAMES)
    accounts = [
        account_of(write_clip(source, [Run(first=3, last=14)], a, ClipSettings()), source, known),
        account_of_still(write_still(source, 5, still), source, known),
        account_of_sheet(write_sheet(source, [3, 8, 14], sheet), source, known),
        *(
            account_of_preview(write_preview(source, span, out, form), source, known)
            for out, form in ((webp, AnimationForm.WEBP), (gif, AnimationForm.GIF))
        ),
        account_of_sound(write_sound(source, span.start_ns, span.end_ns, wav), source, known),
    ]
    for name, account in zip(NAMES, accounts, strict=True):
        write_account(account, tmp_path / name)
    named = {f"{name}.json": one for name, one in zip(NAMES, accounts, strict=True)}
    return write_manifest(manifest_of(named), tmp_path / "manifest.json")


def test_what_was_written_fits(export: Path, odd_file: FindOdd) -> None:
    footage = odd_file("clicks.mkv").path
    frames = [check_made(export.parent / name, source=footage).frames for name in NAMES]
    assert frames == [12, 1, 3, 12, 12, 0]
    for name in NAMES:
        check = check_made(export.parent / name, source=footage)
        assert check.is_sound, check.problems
        assert check.source_checked
        assert not check_made(export.parent / name).source_checked
    whole = check_manifest(export)
    assert whole.is_sound, whole.problems
    assert whole.files == 6
    content = json.loads(export.read_text(encoding="utf-8"))
    for kind, count in {"clips": 1, "stills": 1, "sheets": 1, "previews": 2, "sounds": 1}.items():
        assert len(content[kind]) == count


def test_accounts_say_which_frames(export: Path, odd_file: FindOdd) -> None:
    made = odd_file("clicks.mkv")
    index = index_footage(made.path)
    for name, ordinals in {
        "still.png": [5],
        "sheet.png": [3, 8, 14],
        "moving.webp": list(range(3, 15)),
        "moving.gif": list(range(3, 15)),
    }.items():
        account = json.loads((export.parent / f"{name}.json").read_text(encoding="utf-8"))
        assert account["frame_keys"][:3] == ["ordinal", "source_pts", "file_time_ns"]
        rows = [row[:3] for row in account["frames"]]
        assert rows == [[n, made.pts[n], index.time_of(n)] for n in ordinals]
        assert all(len(row) == len(account["frame_keys"]) for row in account["frames"])
        assert account["source"]["sha256"] == sha256_of(made.path)
        assert account["settings"]["burned_in"] == {"file_time": True}
        assert account["audit_head"] == "ab"
        assert "ffmpeg" in account["made_with"]
        assert account["span"]["first_frame"] == ordinals[0]


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_byte_is_found(name: str, export: Path) -> None:
    file = export.parent / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    problems = check_made(file).problems
    assert f"{name} is not the file that was written" in problems[0]
    (problem,) = check_manifest(export).problems
    assert problem.startswith(f"{name} is not")


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_file_cut_short_is_found(name: str, export: Path) -> None:
    file = export.parent / name
    for size in (0, 10, file.stat().st_size // 2):
        file.write_bytes(file.read_bytes()[:size])
        assert not check_made(file).is_sound


def test_an_account_that_fits_the_hash_but_not_the_content_is_found(export: Path) -> None:
    def change(name: str, how: Callable[[Any], object]) -> tuple[str, ...]:
        beside = sidecar_of(export.parent / name)
        account = json.loads(beside.read_text(encoding="utf-8"))
        how(account)
        beside.write_text(json.dumps(account), encoding="utf-8")
        return check_made(export.parent / name).problems

    assert "was written" in change("still.png", lambda one: one["still"].update(width=5))[0]
    assert "other times" in change("moving.gif", lambda one: one["frames"][3].__setitem__(4, 9))[0]
    assert "11 were written" in change("moving.webp", lambda one: one["frames"].pop())[0]
    assert "were written" in change("sound.wav", lambda one: one["sound"].update(samples=7))[0]
    assert "speaks of 9 frames" in change("sheet.png", lambda one: one["sheet"].update(frames=9))[0]
    changed = check_manifest(export).problems
    assert len(changed) == 5
    assert all(".json is not the file" in one for one in changed)


def test_a_manifest_that_says_other_than_the_accounts_is_found(export: Path) -> None:
    whole = json.loads(export.read_text(encoding="utf-8"))

    def told(**keys: object) -> tuple[str, ...]:
        other = json.loads(json.dumps(whole))
        other["stills"][0].update(keys)
        export.write_text(json.dumps(other), encoding="utf-8")
        return check_manifest(export).problems

    for key, value in {
        "source_sha256": "0" * 64,
        "bytes": 1,
        "frames": 2,
        "audit_head": "cd",
        "span": {},
    }.items():
        assert told(**{key: value}) == (f"The manifest says other than still.png.json: {key}.",)
    # Another file of this export with its own hash, under the account of this one.
    other = {key: whole["sheets"][0][key] for key in ("file", "sha256")}
    assert any("twice" in one for one in told(**other))
    assert any("says other than still.png.json" in one for one in told(**other))


def test_a_file_among_those_of_another_kind_is_found(export: Path) -> None:
    whole = json.loads(export.read_text(encoding="utf-8"))
    whole["stills"].append(whole["clips"].pop())
    export.write_text(json.dumps(whole), encoding="utf-8")
    (problem,) = check_manifest(export).problems
    assert problem == "The manifest has a.mp4 among its stills; its account is of a clip."


@pytest.mark.parametrize(
    ("key", "value"),
    [("warnings", 5), ("warnings", [5]), ("not_made", None), ("sounds", None), ("clips", [1])],
)
def test_a_manifest_with_something_else_in_a_place_is_refused(
    key: str, value: object, export: Path
) -> None:
    whole = json.loads(export.read_text(encoding="utf-8"))
    export.write_text(json.dumps(whole | {key: value}), encoding="utf-8")
    with pytest.raises(ExchangeError, match=r"manifest\.json is no manifest"):
        check_manifest(export)


def test_a_manifest_of_nothing_is_refused(export: Path) -> None:
    empty = manifest_of({})
    export.write_text(json.dumps(empty), encoding="utf-8")
    with pytest.raises(ExchangeError, match=r"manifest\.json names no file, and nothing"):
        check_manifest(export)
    export.write_text(json.dumps(empty | {"not_made": ["a.mp4: no room"]}), encoding="utf-8")
    assert check_manifest(export).is_sound


@pytest.mark.parametrize("name", ["", "..", "a\0b", "\ud800"])
def test_a_manifest_that_names_no_file_is_refused_in_words(name: str, export: Path) -> None:
    whole = json.loads(export.read_text(encoding="utf-8"))
    whole["stills"][0]["file"] = name
    export.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(ExchangeError, match="names a file"):
        check_manifest(export)


def test_a_file_that_is_gone_is_said(export: Path) -> None:
    (export.parent / "still.png").unlink()
    (problem,) = check_manifest(export).problems
    assert "still.png cannot be read" in problem


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\x00",
        b'{"format": 1}',
        b'{"format": 9, "clips": []}',
        b'{"format": 1, "still": {"sha256": 4}, "source": {}, "frames": []}',
        b'{"format": 1, "preview": [], "source": {"file": ""}, "frames": {}}',
        b'{"format": 1, "clips": 4}',
        b'{"format": 1, "stills": [[]]}',
        b'{"format": 1, "stills": [{"file": 1}]}',
    ],
)
def test_what_is_no_account_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "a.png.json").write_bytes(content)
    with pytest.raises(ExchangeError, match="no account"):
        check_made(tmp_path / "a.png")
    with pytest.raises(ExchangeError, match="no manifest"):
        check_manifest(tmp_path / "a.png.json")


def test_a_check_stops_when_asked(export: Path) -> None:
    with pytest.raises(Cancelled):
        check_made(export.parent / "still.png", cancelled=lambda: True)
    with pytest.raises(Cancelled):
        check_manifest(export, cancelled=lambda: True)


@pytest.mark.parametrize("room", [0, 100, 5_000])
def test_a_full_disk_leaves_what_was_there(room: int, odd_file: FindOdd, tmp_path: Path) -> None:
    made = odd_file("steady.mp4")
    source = Source(path=made.path, index=index_footage(made.path))
    out = tmp_path / "made"
    out.write_bytes(b"an older one")
    span = of_frames(source.index, 0, 39)
    with room_for(room):
        for write in (
            lambda: write_still(source, 5, out),
            lambda: write_sheet(source, [5, 9], out),
            lambda: write_preview(source, span, out, AnimationForm.GIF),
            lambda: write_preview(source, span, out, AnimationForm.WEBP),
        ):
            with pytest.raises(ExchangeError, match=r"made cannot be written"):
                write()
    assert [one.name for one in tmp_path.iterdir()] == ["made"]
    assert out.read_bytes() == b"an older one"
