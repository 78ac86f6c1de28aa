"""Open footage, step, tag by keys, undo and redo, close, reopen, export: the CSV is what was done.

Frames are read off the pixel barcodes on screen, so the expected rows owe nothing to the code.
"""

import csv
import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from bodycam_annotator.storage.backups import backups_of
from tests.media_factory import Made
from tests.ui.hand import CTRL, SHIFT, Hand, Key

COLUMNS = (
    "tag_id,incident,camera,media_file,media_sha256,coder,code,category,kind,speaker,target,text,"
    "start_s,end_s,duration_s,uncertainty_s,start_hms,end_hms,start_frame,end_frame,start_pts,"
    "end_pts,time_base,basis,confidence,status,clock_start_utc,clock_uncertainty_s,"
    "incident_start_s,note,attributes,created_utc,modified_utc,codebook,app_version"
)


def seconds(ticks: int, time_base: Fraction) -> str:
    ns = round(ticks * time_base * 1_000_000_000)
    return f"{ns // 1_000_000_000}.{ns % 1_000_000_000:09d}"


def export(hand: Hand, path: Path) -> list[dict[str, str]]:
    hand.window.exporting.to(path)
    hand.wait(lambda: not hand.window.jobs.jobs)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def do_the_job(hand: Hand, path: Path) -> list[int]:
    """Tags an utterance, a shot and a departure; returns the barcodes they were made on."""
    hand.open(path)
    seen = []
    hand.press(Key.Key_Right, times=6)
    seen.append(hand.painted_barcode())
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_Left, times=2)
    seen.append(hand.painted_barcode())
    hand.press(Key.Key_U)
    hand.press(Key.Key_Return)
    hand.type('"Put your gun down", =now')
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Right, times=5)
    seen.append(hand.painted_barcode())
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=2)
    seen.append(hand.painted_barcode())
    hand.press(Key.Key_V)
    hand.press(Key.Key_Right, times=9)
    seen.append(hand.painted_barcode())
    hand.press(Key.Key_V)
    return seen


def test_the_main_job(
    hand: Hand, footage: Callable[[str], Path], odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    name = "variable_rate.mp4"
    path, made = footage(name), odd_file(name)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    u_from, u_to, shot, v_from, v_to = do_the_job(hand, path)
    assert [u_from, u_to, shot, v_from, v_to] == [6, 14, 19, 21, 30]

    # Undo takes back the departure, the shot and the text; redo brings all three back.
    hand.press(Key.Key_Z, CTRL, times=3)
    assert [(tag.code, tag.text) for tag in hand.tags()] == [("utterance", "")]
    hand.press(Key.Key_Z, CTRL | SHIFT, times=3)
    assert [tag.code for tag in hand.tags()] == ["utterance", "shot", "vehicle_departure"]

    # Undo reaches back over closing.
    hand.window.close_project()
    hand.open(path.with_suffix(".bodycam"))
    hand.press(Key.Key_Z, CTRL)
    assert [tag.code for tag in hand.tags()] == ["utterance", "shot"]
    hand.window.close_project()
    hand.open(path)
    hand.press(Key.Key_Z, CTRL | SHIFT)

    rows = export(hand, tmp_path / "out.csv")
    header = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == COLUMNS
    base = made.time_base
    first = made.pts[0]
    expected = [
        # The footage has no sound, so nothing is claimed to have been heard.
        ("utterance", "interval", u_from, u_to, '"Put your gun down", =now', ""),
        ("shot", "point", shot, shot, "", ""),
        ("vehicle_departure", "interval", v_from, v_to, "", "seen"),
    ]
    assert len(rows) == len(expected)
    for row, (code, kind, start, end, text, basis) in zip(rows, expected, strict=True):
        ends = made.pts[start] if kind == "point" else made.pts[end + 1]
        assert (row["code"], row["kind"], row["basis"]) == (code, kind, basis)
        assert row["text"] == text
        assert (row["start_frame"], row["end_frame"]) == (str(start), str(end))
        assert (row["start_pts"], row["end_pts"]) == (str(made.pts[start]), str(made.pts[end]))
        assert row["start_s"] == seconds(made.pts[start] - first, base)
        assert row["end_s"] == seconds(ends - first, base)
        assert row["time_base"] == str(base)
        assert (row["media_file"], row["media_sha256"]) == (name, sha256)
        assert (row["status"], row["confidence"]) == ("draft", "")
    sidecar = json.loads((tmp_path / "out.csv.json").read_text(encoding="utf-8"))
    assert sha256 in json.dumps(sidecar)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def test_exporting_twice_gives_the_same_bytes(
    hand: Hand, footage: Callable[[str], Path], tmp_path: Path
) -> None:
    do_the_job(hand, footage("ntsc.mp4"))
    export(hand, tmp_path / "one.csv")
    export(hand, tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_an_export_imported_elsewhere_is_the_same_export(
    hand: Hand, footage: Callable[[str], Path], tmp_path: Path
) -> None:
    path = footage("open_gop.ts")
    do_the_job(hand, path)
    export(hand, tmp_path / "one.csv")
    hand.window.close_project()
    project = path.with_suffix(".bodycam")
    hand.wait(lambda: backups_of(project))
    project.unlink()
    hand.window.open_path(path)
    hand.wait(lambda: hand.window.messages.offer("Open what there is"))
    begin = hand.window.messages.offer("Begin a new project")
    assert begin is not None
    begin.click()
    hand.ready()
    assert hand.tags() == []
    hand.window.importing.look_at(tmp_path / "one.csv")
    dialog = hand.window.importing.dialog
    assert dialog is not None
    hand.wait(dialog.take.isEnabled)
    dialog.take.click()
    hand.wait(lambda: len(hand.tags()) == 3)
    hand.wait(lambda: not hand.window.jobs.jobs)
    export(hand, tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
