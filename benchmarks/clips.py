"""Writing clips: how fast with something laid over each frame, beside FFmpeg's own program.

Ours draws what a clip has unless told otherwise: stamp, banners, strip and a caption. The peer
seeks to the same span, lays two texts over each picture with drawtext and encodes with libx264 at
the same preset and quality. Rounds take turns, so that a machine that slows down slows down both
alike; the ratio is what can be compared between machines.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.footage import Reference, made
from benchmarks.report import fact, goal, heading, row, say
from bodycam_annotator.media.probe import FootageFacts, probe
from bodycam_annotator.publish.clip_forms import CRF, PRESET, ClipSettings, Quality, Speed
from bodycam_annotator.publish.clip_look import ClipFacts, ClipLook, ShownTag
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_span import ClipSpan, clip_span
from bodycam_annotator.publish.clip_writer import Source, write_clip
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.clip_drawings import ClipDrawings

ROUNDS = 5
SECONDS = 20
FROM_S, TO_S = 5, 9
"""Between keyframes, so that both have frames to decode that are not in the clip."""
LEAST = 0.9
SETTINGS = ClipSettings(quality=Quality.GOOD, speed=Speed.FAST, sound=False)
PEER = "ffmpeg -ss -to, drawtext, libx264"


@dataclass(frozen=True, kw_only=True)
class Took:
    """Seconds a frame: by the clock, and of all processors."""

    wall: float
    work: float


def main() -> None:
    path = made(Reference(name="gop250", gop=250, seconds=SECONDS))
    facts = probe(path)
    span = clip_span(facts.index, FROM_S * NS, TO_S * NS)
    program = shutil.which("ffmpeg")
    heading(f"A clip of {len(span)} frames of 1080p, {PRESET[SETTINGS.speed]}: ms a frame")
    with tempfile.TemporaryDirectory() as folder:
        ours: list[Took] = []
        theirs: list[Took] = []
        for _ in range(ROUNDS):
            ours.append(_ours(facts, span, Path(folder) / "ours.mp4"))
            if program is not None:
                theirs.append(_theirs(program, path, span, Path(folder) / "theirs.mp4"))
        sizes = [file.stat().st_size for file in sorted(Path(folder).iterdir())]
    _say("write_clip, drawn as clips are", ours)
    name = f"Clips are written as fast as by {PEER} (≥ {LEAST}×)"
    if not theirs:
        say(f"{PEER}: there is no ffmpeg on this machine.")
        goal(name, "no ffmpeg here", met=None)
        return
    _say(PEER, theirs)
    fact("bytes of ours and theirs", " and ".join(f"{size:,}" for size in sizes))
    ratio = _middle(theirs) / _middle(ours)
    goal(name, f"{ratio:.2f}×", met=ratio >= LEAST)


def _say(what: str, took: list[Took]) -> None:
    row(what, [one.wall * 1000 for one in took])
    row("  of all processors' time", [one.work * 1000 for one in took])


def _middle(took: list[Took]) -> float:
    return statistics.median(one.wall for one in took)


def _ours(facts: FootageFacts, span: ClipSpan, out: Path) -> Took:
    source = Source(path=facts.path, index=facts.index)
    run = Run(first=span.first, last=span.last)

    out.unlink(missing_ok=True)

    def write() -> None:
        overlay = ClipDrawings().overlay(_shown(facts, span), ClipLook())
        write_clip(source, [run], out, SETTINGS, overlay=overlay)

    return _took(write, len(span))


def _shown(facts: FootageFacts, span: ClipSpan) -> ClipFacts:
    def tag(first: int, last: int, name: str, text: str = "") -> ShownTag:
        return ShownTag(
            start_ns=facts.index.time_of(first),
            end_ns=facts.index.span_of(last)[1],
            first_frame=first,
            last_frame=last,
            name=name,
            color="#D55E00",
            speaker="Officer 1",
            text=text,
        )

    middle = (span.first + span.last) // 2
    return ClipFacts(
        footage=facts.path.name,
        first_ns=facts.index.first_ns,
        start_ns=span.start_ns,
        end_ns=span.end_ns,
        frames=len(facts.index),
        tags=(
            tag(span.first, span.last, "Weapon visible"),
            tag(span.first + 10, middle, "Utterance", "Put your gun down"),
            tag(middle, middle, "Shot"),
        ),
    )


def _theirs(program: str, path: Path, span: ClipSpan, out: Path) -> Took:
    stamp = "box=1:boxcolor=black@0.6:fontcolor=white:fontsize=32:x=40"
    words = r"text='frame %{n}  %{pts\:hms}'"
    command = [
        *(program, "-v", "error", "-y", "-ss", f"{span.start_ns / NS:.6f}"),
        *("-to", f"{span.end_ns / NS:.6f}", "-i", str(path), "-an"),
        *("-vf", f"drawtext={words}:y=h-90:{stamp},drawtext=text='shot 1':y=40:{stamp}"),
        *("-c:v", "libx264", "-preset", PRESET[SETTINGS.speed], "-x264-params", "mbtree=0"),
        *("-crf", str(CRF[SETTINGS.quality]), str(out)),
    ]
    return _took(lambda: subprocess.run(command, check=True), len(span))


def _took(work: Callable[[], object], frames: int) -> Took:
    begun, before = time.perf_counter(), os.times()
    work()
    wall, after = time.perf_counter() - begun, os.times()
    # User and system time, of this process and of those that it started.
    spent = sum(after[:4]) - sum(before[:4])
    return Took(wall=wall / frames, work=spent / frames)
