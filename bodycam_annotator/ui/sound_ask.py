"""What a sound device is asked to play, and what reads it."""

from dataclasses import dataclass
from pathlib import Path

from bodycam_annotator.media.audio import AudioTrack, Span
from bodycam_annotator.media.grains import GrainThread
from bodycam_annotator.media.listening_filters import Hearing
from bodycam_annotator.media.playback import Channels
from bodycam_annotator.media.sound_thread import SoundThread


@dataclass(frozen=True, kw_only=True, eq=False)
class Ask:
    """What is to be played, from `time_ns` on the footage's own clock.

    With `span` to its end, and with `loops` from its start again and again. With `scrubs` nothing
    but the grains that `Sound.scrub_to` asks for.
    """

    path: Path
    track: AudioTrack
    channels: Channels
    time_ns: int
    hearing: Hearing
    span: Span | None = None
    loops: bool = False
    scrubs: bool = False


def reader_of(ask: Ask) -> SoundThread | GrainThread:
    """The thread that reads it, begun."""
    if ask.scrubs:
        return GrainThread(ask.path, ask.track, channels=ask.channels, hearing=ask.hearing)
    return SoundThread(
        ask.path,
        ask.track,
        time_ns=ask.time_ns,
        span=ask.span,
        loops=ask.loops,
        channels=ask.channels,
        hearing=ask.hearing,
    )
