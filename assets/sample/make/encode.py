"""Turns lossless frames and rendered sound into the finished MP4: H.264 in two passes, AAC."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import render
import script
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

VIDEO_BITS, AUDIO_BITS = 850_000, 72_000
AAC_FRAME = 1024
FAST = ":ref=1:me=dia:subme=2:trellis=0"  # enough for the first pass
X264 = (
    "keyint=250:min-keyint=1:scenecut=0:open-gop=0:bframes=3:b-adapt=2:b-pyramid=normal:ref=3:"
    "rc-lookahead=50:me=hex:subme=7:trellis=1:aq-mode=3:aq-strength=0.7:psy-rd=1.1,0.2:deblock=-1,-1"
)


def _frames(source: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(source)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            frame.pts = number * script.TICKS_PER_FRAME
            frame.time_base = Fraction(1, script.TICKS_PER_SECOND)
            frame.pict_type = av.video.frame.PictureType.NONE
            yield frame


def _video(container: av.container.OutputContainer, stats: Path, turn: int) -> av.VideoStream:
    rate = Fraction(script.TICKS_PER_SECOND, script.TICKS_PER_FRAME)
    stream = container.add_stream("libx264", rate=rate)
    stream.width, stream.height, stream.pix_fmt = render.WIDTH, render.HEIGHT, "yuv420p"
    stream.time_base = Fraction(1, script.TICKS_PER_SECOND)
    stream.codec_context.time_base = Fraction(1, script.TICKS_PER_SECOND)
    stream.bit_rate = VIDEO_BITS
    context = stream.codec_context
    context.color_primaries = int(ColorPrimaries.BT709)
    context.color_trc = int(ColorTrc.BT709)
    context.colorspace = int(Colorspace.ITU709)
    context.color_range = int(ColorRange.MPEG)
    stream.options = {
        "preset": "medium",
        "threads": "2",
        "x264-params": f"{X264}{FAST if turn == 1 else ''}:pass={turn}:stats={stats}",
    }
    return stream


def _sound(samples: npt.NDArray[np.float32]) -> Iterator[av.AudioFrame]:
    for start in range(0, len(samples), AAC_FRAME):
        piece = samples[None, start : start + AAC_FRAME]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", "mono")
        frame.sample_rate, frame.pts = script.SAMPLE_RATE, start
        frame.time_base = Fraction(1, script.SAMPLE_RATE)
        yield frame


def first_pass(source: Path, stats: Path) -> None:
    """Let x264 measure the frames; writes its statistics and nothing else."""
    with av.open(str(stats.with_suffix(".null")), "w", format="null") as container:
        stream = _video(container, stats, 1)
        for frame in _frames(source):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def finish(
    camera: script.Camera, source: Path, samples: npt.NDArray[np.float32], stats: Path, goal: Path
) -> None:
    """Write the MP4. Sample n is at n/48000 s from the first frame: the encoder's priming is cut
    off again by the edit list that the muxer writes."""
    options = {"movflags": "+faststart", "video_track_timescale": "30000", "fflags": "+bitexact"}
    with av.open(str(goal), "w", options=options) as container:
        container.metadata["title"] = f"{script.INCIDENT}, {camera.name} (staged, synthetic)"
        container.metadata["comment"] = "STAGED SAMPLE: computer-made picture and sound"
        video = _video(container, stats, 2)
        audio = container.add_stream("aac", rate=script.SAMPLE_RATE, layout="mono")
        audio.bit_rate = AUDIO_BITS
        sound = _sound(samples)
        heard = 0
        for frame in _frames(source):
            container.mux(video.encode(frame))
            assert frame.pts is not None
            until = (frame.pts + script.TICKS_PER_FRAME) * script.SAMPLE_RATE
            while heard < len(samples) and heard * script.TICKS_PER_SECOND < until:
                container.mux(audio.encode(next(sound)))
                heard += AAC_FRAME
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
