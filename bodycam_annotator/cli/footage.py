"""Commands that look at one footage and need no project."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bodycam_annotator.cli.arguments import At, Footage, Frame, Json, one_of
from bodycam_annotator.cli.output import show, show_json, working
from bodycam_annotator.errors import UserError
from bodycam_annotator.timing import clock_text, seconds_text

if TYPE_CHECKING:
    from bodycam_annotator.media.audio import AudioTrack
    from bodycam_annotator.media.probe import FootageFacts


def probe(footage: Footage, as_json: Json = False) -> None:
    """Say what a footage is and what is odd about it."""
    from bodycam_annotator.media.probe import probe as look
    from bodycam_annotator.media.probe import sha256_of
    from bodycam_annotator.media.sound_shape import with_silence

    with working(f"Reading {footage.name}") as (report, asked):
        facts = look(footage, progress=report, cancelled=asked)
        facts = with_silence(facts, progress=report, cancelled=asked)
        sha256 = sha256_of(footage, progress=report, cancelled=asked)
    if as_json:
        show_json(_facts_as_json(facts, sha256))
    else:
        _show_facts(facts, sha256)


def frame(
    footage: Footage,
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.png", show_default=False)],
    number: Frame = None,
    at: At = None,
) -> None:
    """Write exactly one frame as a PNG, as displayed."""
    from bodycam_annotator.media.frames import FrameReader
    from bodycam_annotator.media.picture import write_png
    from bodycam_annotator.media.stored_index import footage_facts

    one_of("--frame / --at", number, at)
    if out.suffix.lower() != ".png":
        # Also keeps a slip of the hand from replacing footage or a project.
        raise UserError(f"{out} must end in .png; that is what is written.")
    with working(f"Reading {footage.name}") as (report, asked):
        index = footage_facts(footage, progress=report, cancelled=asked).index
    if number is None:
        number = index.ordinal_at(index.first_ns + (at or 0))
    with FrameReader(footage, index) as reader:
        picture = reader.frame(number, cancelled=asked)
    write_png(picture, out)
    show(
        f"{out}: frame {number}, {seconds_text(picture.time_ns - index.first_ns)} s, "
        f"PTS {picture.pts} in ticks of {index.time_base} s"
    )


def _facts_as_json(facts: "FootageFacts", sha256: str) -> dict[str, Any]:
    index = facts.index
    return {
        "path": str(facts.path),
        "container": facts.container,
        "duration_ns": facts.duration_ns,
        "frames": len(index),
        "variable_rate": index.variable_rate,
        "first_pts_ns": index.first_ns,
        "first_pts": index.pts_of(0),
        "last_pts": index.pts_of(len(index) - 1),
        "time_base": str(index.time_base),
        "stream": index.stream,
        "width": facts.width,
        "height": facts.height,
        "rotation": facts.rotation,
        "mirrored": facts.mirrored,
        "codec": facts.codec,
        "audio": None if facts.audio is None else _audio_as_json(facts.audio),
        "oddities": list(facts.oddities),
        "bytes": facts.path.stat().st_size,
        "sha256": sha256,
    }


def _audio_as_json(audio: "AudioTrack") -> dict[str, Any]:
    return {
        "codec": audio.codec,
        "rate": audio.rate,
        "channels": audio.channels,
        "start_ns": audio.start_ns,
        "end_ns": audio.end_ns,
        "silent_spans": [list(span) for span in audio.silent_spans or ()],
    }


def _show_facts(facts: "FootageFacts", sha256: str) -> None:
    index, audio = facts.index, facts.audio
    rate = "variable rate" if index.variable_rate else "constant rate"
    turned = f", turned {facts.rotation}°" if facts.rotation else ""
    lines = [
        ("File", f"{facts.path} ({facts.container}, {facts.path.stat().st_size:,} bytes)"),
        ("Picture", f"{facts.width} x {facts.height}, {facts.codec}{turned}"),
        ("Frames", f"{len(index)}, {rate}, ticks of {index.time_base} s"),
        ("Length", f"{clock_text(facts.duration_ns)} ({seconds_text(facts.duration_ns)} s)"),
        ("First frame", f"{seconds_text(index.first_ns)} s in the file, PTS {index.pts_of(0)}"),
        ("Sound", "none" if audio is None else _sound_line(audio, index.first_ns)),
        ("SHA-256", sha256),
        *(("Odd", oddity) for oddity in facts.oddities),
    ]
    for name, text in lines:
        show(f"{name:<12} {text}")


def _sound_line(audio: "AudioTrack", first_ns: int) -> str:
    start, end = (clock_text(time - first_ns) for time in (audio.start_ns, audio.end_ns))
    return f"{audio.codec}, {audio.rate} Hz, {audio.channels} channels, {start} to {end}"
