"""Reads the finished sample again and checks what it claims: `python assets/sample/make/check.py`.

Prints one line per check and exits 1 if any failed. Sound is compared with sound rendered anew
(needs flite), pictures with frames drawn anew (needs OpenGL, as make.py does).
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import footage
import numpy as np
import numpy.typing as npt
import overlay
import render
import script
import sound
import truth
from scipy.signal import correlate

Floats = npt.NDArray[np.float32]
Check = Callable[[str, str, bool, str], None]
SAMPLE = Path(__file__).resolve().parent.parent
LARGEST = 12_000_000
SPAN = 2


class Clip:
    """A finished clip, decoded once: frame facts, kept frames and all of its sound."""

    def __init__(self, camera: script.Camera, keep: set[int]) -> None:
        self.camera = camera
        self.path = SAMPLE / camera.file
        self.pts: list[int] = []
        self.kinds: list[str] = []
        self.levels: list[float] = []
        self.kept: dict[int, npt.NDArray[np.uint8]] = {}
        with av.open(str(self.path)) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            self.time_base, self.rate = stream.time_base, stream.average_rate
            self.format = context.pix_fmt, context.width, context.height
            self.colour = context.color_primaries, context.color_trc, context.colorspace
            for number, frame in enumerate(container.decode(video=0)):
                self.pts.append(-1 if frame.pts is None else frame.pts)
                self.kinds.append(av.video.frame.PictureType(frame.pict_type).name)
                planes = np.asarray(frame.to_ndarray(), np.uint8)
                self.levels.append(float(planes[: frame.height].mean()))
                if number in keep:
                    self.kept[number] = planes[: frame.height].copy()
        with av.open(str(self.path)) as container:
            frames = list(container.decode(audio=0))
            self.first_sound = frames[0].pts
            self.sound_base = frames[0].time_base
            self.sound: Floats = np.concatenate([f.to_ndarray()[0] for f in frames])
            audio = container.streams.audio[0].codec_context
            self.audio_format = audio.name, audio.sample_rate, audio.layout.name


def check_video(clip: Clip, check: Check) -> None:
    """Constant rate, exact PTS, 250-frame GOPs, B-frames, colour tags, index at the front."""
    name, camera = clip.camera.name, clip.camera
    exact = clip.pts == [k * script.TICKS_PER_FRAME for k in range(camera.frames)]
    first = clip.pts[0], clip.pts[-1]
    right_base = clip.time_base == Fraction(1, script.TICKS_PER_SECOND)
    check(name, "frame k at PTS k*1001 in 1/30000", exact and right_base,
          f"{len(clip.pts)} frames, {first[0]} to {first[1]}")  # fmt: skip
    keys = [k for k, kind in enumerate(clip.kinds) if kind == "I"]
    check(name, "I-frames every 250", keys == list(range(0, camera.frames, 250)), str(keys))
    runs = (len(list(g)) for kind, g in itertools.groupby(clip.kinds) if kind == "B")
    longest = max(runs, default=0)
    check(name, "B-frames, up to 3 in a row", longest == 3, f"{clip.kinds.count('B')} in all")
    check(name, "1280x720 yuv420p, bt709", clip.format == ("yuv420p", 1280, 720)
          and clip.colour == (1, 1, 1), f"{clip.format} {clip.colour}")  # fmt: skip
    data = clip.path.read_bytes()
    check(name, "index before the media (faststart)", data.find(b"moov") < data.find(b"mdat"), "")


def lag_of(heard: Floats, made: Floats) -> int:
    """Return by how many samples `heard` is later than `made`, within 2400 either way."""
    middle = heard[2400 : len(heard) - 2400].astype(np.float64)
    match = correlate(made.astype(np.float64), middle, "valid", "fft")
    return 2400 - int(match.argmax())


def check_sound(clip: Clip, check: Check) -> None:
    """Silence where stated, and every sample where the script has it."""
    name, camera = clip.camera.name, clip.camera
    made, heard = sound.record(camera)
    check(name, "AAC 48 kHz mono, first sample at 0", clip.audio_format == ("aac", 48000, "mono")
          and clip.first_sound == 0, f"{clip.audio_format}, {len(clip.sound)} samples")  # fmt: skip
    if camera.silent_samples:
        loud = np.flatnonzero(clip.sound)
        quiet = int(loud[0])
        fits = camera.silent_samples <= quiet <= camera.silent_samples + 2048
        check(name, f"first {camera.silent_samples} samples exactly zero", fits,
              f"first non-zero sample {quiet}")  # fmt: skip
    whole = lag_of(clip.sound[: len(made)], made)
    check(name, "whole sound against the script's", whole == 0, f"offset {whole} samples")
    for key in sorted(heard):
        part = slice(max(heard[key].start - 4800, 0), heard[key].start + 19200)
        lag = lag_of(clip.sound[part], made[part])
        if not key.startswith(("radio", "horn")):
            check(name, f"{key} at sample {heard[key].start}", lag == 0, f"offset {lag} samples")
    onsets = []
    for i in range(len(script.SHOTS)):
        start = heard[f"shot {i}"].start
        near = np.abs(clip.sound[start - 96 : start + 96])
        onsets.append(int(np.flatnonzero(near > 0.5 * near.max())[0]) - 96)
    check(name, "each shot's first loud sample", all(abs(o) <= 2 for o in onsets),
          f"{onsets} samples from the script's")  # fmt: skip


def _luma(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return footage.to_yuv(rgb).to_ndarray()[:720].astype(np.float32)


def check_pictures(clip: Clip, frames: dict[str, int], check: Check) -> None:
    """Frames drawn anew match the decoded frames of their own number and no neighbour."""
    renderer = render.Renderer()
    for what, frame in frames.items():
        near = [f for f in range(frame - SPAN, frame + SPAN + 1) if 0 <= f < clip.camera.frames]
        drawn = {f: _luma(footage.picture(renderer, clip.camera, f)[0]) for f in near}
        errors = {
            (a, b): float(np.mean((drawn[a] - clip.kept[b]) ** 2)) for a in near for b in near
        }
        best = {a: min(near, key=lambda b, a=a: errors[a, b]) for a in near}  # type: ignore[misc]
        own = -10 * np.log10(errors[frame, frame] / 255**2)
        check(clip.camera.name, f"{what}: frame {frame} is the drawn one",
              all(a == b for a, b in best.items()), f"PSNR {own:.1f} dB")  # fmt: skip


def check_flashes(clip: Clip, rows: list[dict[str, str]], check: Check) -> None:
    """Each muzzle flash that truth.csv puts in a frame first brightens that very frame."""
    for row in rows:
        named = re.search(r"flash in frame (\d+)", row["note"])
        if row["code"] != "shot" or not named:
            continue
        frame = int(named[1])
        rise = clip.levels[frame] - clip.levels[frame - 1]
        before = abs(clip.levels[frame - 1] - clip.levels[frame - 2])
        fits = frame == int(row["start_frame"]) and rise > 4 and rise > 4 * before
        check(clip.camera.name, f"flash first seen in frame {frame}", fits,
              f"mean luma {clip.levels[frame - 1]:.1f} to {clip.levels[frame]:.1f}")  # fmt: skip


def check_overlay(clip: Clip, frames: list[int], check: Check) -> None:
    """The burnt-in text is there, bright, and says the second that the camera's clock had."""
    worst, right = 255.0, True
    for frame in frames:
        at = footage.frame_time_ns(frame) + clip.camera.starts_ns
        scores = {}
        for shift in (-1, 0, 1):
            blank = np.zeros((720, 1280, 3), np.uint8)
            overlay.draw(blank, clip.camera, at + shift * 10**9)
            ink = blank[..., 0].astype(np.float32)
            shown = clip.kept[frame][:120, 640:].ravel()
            scores[shift] = float(np.corrcoef(ink[:120, 640:].ravel(), shown)[0, 1])
            if shift == 0:
                worst = min(worst, float(clip.kept[frame][ink > 200].mean()))
        right = right and scores[0] > max(scores[-1], scores[1])
    check(clip.camera.name, "overlay legible, right second", right and worst > 170,
          f"{len(frames)} frames, ink luma at least {worst:.0f}")  # fmt: skip


def check_truth(rows: list[dict[str, str]], check: Check) -> None:
    """Columns, order, hashes, and that times, frames and PTS agree with each other."""
    text = (SAMPLE / "truth.csv").read_bytes()
    header = text.split(b"\n", 1)[0].decode().split(",")
    check("truth", "columns, LF only", header == list(truth.COLUMNS) and b"\r" not in text,
          f"{len(rows)} rows")  # fmt: skip
    order = [(Fraction(r["incident_start_s"]), r["camera"]) for r in rows]
    check("truth", "ordered by incident time, then camera", order == sorted(order), "")
    hashes = {c.file: hashlib.sha256((SAMPLE / c.file).read_bytes()).hexdigest()
              for c in script.CAMERAS}  # fmt: skip
    check(
        "truth", "media_sha256", all(r["media_sha256"] == hashes[r["media_file"]] for r in rows), ""
    )
    bad = []
    for row in rows:
        start, end = (int(Fraction(row[key]) * 10**9) for key in ("start_s", "end_s"))
        first = truth.frame_at(start)
        last = truth.frame_at(end - 1) if row["kind"] == "interval" else first
        said = int(row["start_frame"]), int(row["end_frame"])
        ticks = int(row["start_pts"]), int(row["end_pts"])
        on_frame = row["basis"] != "seen" or start == footage.frame_time_ns(first)
        if said != (first, last) or ticks != (first * 1001, last * 1001) or not on_frame:
            bad.append(row["tag_id"])
    check("truth", "seconds, frames and PTS agree", not bad, " ".join(bad))
    sizes = {p.name: p.stat().st_size for p in sorted(SAMPLE.iterdir()) if p.is_file()}
    total = sum(sizes.values())
    check("files", f"at most {LARGEST} bytes together", total <= LARGEST, f"{total} bytes")


def main() -> int:
    """Run every check; return 1 if one failed."""
    failed = 0

    def check(where: str, what: str, passed: bool, figure: str) -> None:
        nonlocal failed
        failed += not passed
        sys.stdout.write(f"{'ok  ' if passed else 'FAIL'} {where:9} {what:46} {figure}\n")
        sys.stdout.flush()

    with (SAMPLE / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    check_truth(rows, check)
    for camera in script.CAMERAS:
        own = [r for r in rows if r["camera"] == camera.name]
        shown = {f"{r['code']} {r['start_frame']}": int(r["start_frame"]) for r in own
                 if r["basis"] in ("seen", "both")}  # fmt: skip
        near = {f + d for f in shown.values() for d in range(-SPAN, SPAN + 1)}
        clocks = list(range(0, camera.frames, 30))
        clip = Clip(camera, near | set(clocks))
        check_video(clip, check)
        check_sound(clip, check)
        check_flashes(clip, own, check)
        check_overlay(clip, clocks, check)
        check_pictures(clip, shown, check)
    sys.stdout.write(f"{failed} failed\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
