"""What a footage is, and what is odd about it."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.audio import AudioTrack, Sound, Span, find_audio
from bodycam_annotator.media.container import choose_video, open_media, video_streams
from bodycam_annotator.media.index import FrameIndex, index_stream
from bodycam_annotator.media.settle import settle
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.timing import NS, clock_text

HASH_BLOCK = 4 * 1024 * 1024

MOST_SPANS = 5

NOTEWORTHY_NS = 40_000_000
"""Sound that is this far off the picture's ends is said; less is how encoders pack it."""


@dataclass(frozen=True, kw_only=True)
class FootageFacts:
    """What one media file is.

    `width` and `height` are those of the picture as displayed. `rotation` is degrees clockwise.
    `duration_ns` reaches from the first video frame to the end of the last. `sound` tells of all
    audio streams; `audio` is the one listened to.
    """

    path: Path
    container: str
    codec: str
    width: int
    height: int
    rotation: int
    mirrored: bool
    duration_ns: int
    index: FrameIndex
    audio: AudioTrack | None
    sound: Sound = field(default_factory=Sound)

    @property
    def oddities(self) -> tuple[str, ...]:
        """What a reader of this footage should know, as sentences; the gravest first."""
        return (*self.index.oddities, *_turning(self), *_sound(self))

    @property
    def unheard(self) -> tuple[Span, ...]:
        """Where, while there is picture, nothing can be heard, as far as it is known by now."""
        first, end, audio = self.index.first_ns, self.index.end_ns, self.audio
        if audio is None:
            return ((first, end),)
        spans = [(first, audio.start_ns), *(audio.silent_spans or ()), (audio.end_ns, end)]
        cut = [(max(start, first), min(stop, end)) for start, stop in spans]
        return tuple((start, stop) for start, stop in cut if stop > start)

    def knowing(self, track: AudioTrack) -> "FootageFacts":
        """With what is known of an audio track by now, whether or not it is listened to."""
        sound = self.sound.knowing(track)
        return replace(self, sound=sound, audio=sound.track)

    def listening_to(self, stream: int) -> "FootageFacts":
        """With that audio stream listened to; as it is where it cannot be."""
        sound = self.sound.choosing(stream)
        return replace(self, sound=sound, audio=sound.track)


def probe(
    path: Path,
    *,
    stream: int | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> FootageFacts:
    """Reads all packets of the file and decodes its first frames; silence is not looked for.

    Raises `FootageError` in words, `Cancelled` when asked to stop.
    """
    facts = _look(path, stream=stream, progress=progress, cancelled=cancelled)
    sound = find_audio(path)
    return replace(facts, audio=sound.track, sound=sound)


def index_footage(
    path: Path,
    *,
    stream: int | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> FrameIndex:
    """The frames of a footage: all packets read, its first frames held against the decoder.

    Raises `FootageError` in words, `Cancelled` when asked to stop.
    """
    return _look(path, stream=stream, progress=progress, cancelled=cancelled).index


def _look(
    path: Path, *, stream: int | None, progress: Progress | None, cancelled: Asked | None
) -> FootageFacts:
    """All but the sound."""
    with open_media(path) as container:
        video = choose_video(container, path, stream=stream)
        others = _other_videos(container, video)
        kind, codec = container.format.name.split(",")[0], video.codec_context.name
        reorders = video.codec_context.has_b_frames
        index = index_stream(video, path, progress=progress, cancelled=cancelled)
    settled = settle(
        index,
        path,
        codec=codec,
        reorders=reorders,
        progress=progress,
        cancelled=cancelled,
    )
    index = replace(settled.index, oddities=(*settled.index.oddities, *others))
    return FootageFacts(
        path=path,
        container=kind,
        codec=codec,
        width=settled.width,
        height=settled.height,
        rotation=settled.quarters * 90,
        mirrored=settled.mirrored,
        duration_ns=index.end_ns - index.first_ns,
        index=index,
        audio=None,
    )


def sha256_of(
    path: Path, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> str:
    """Raises `FootageError` when the file cannot be read, `Cancelled` when asked to stop."""
    digest = hashlib.sha256()
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as file:
            while block := file.read(HASH_BLOCK):
                digest.update(block)
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(min(1.0, file.tell() / size))
    except OSError as error:
        raise FootageError(f"{path} cannot be read: {error.strerror or error}.") from error
    return digest.hexdigest()


def _other_videos(container: InputContainer, video: VideoStream) -> list[str]:
    others = [str(other.index) for other in video_streams(container) if other.index != video.index]
    if not others:
        return []
    return [
        f"The file has {len(others) + 1} video streams; this is stream {video.index}, "
        f"the other{'s are' if len(others) > 1 else ' is'} {', '.join(others)}."
    ]


def _turning(facts: FootageFacts) -> list[str]:
    said = []
    if facts.rotation:
        said.append(f"The file asks to be shown turned {facts.rotation}° clockwise; it is.")
    if facts.mirrored:
        said.append("The file asks to be shown mirrored; it is.")
    return said


def _sound(facts: FootageFacts) -> list[str]:
    audio, index, several = facts.audio, facts.index, len(facts.sound.streams) > 1
    said = _tracks(facts.sound)
    if audio is None:
        what = "no sound that can be decoded" if facts.sound.streams else "no sound"
        return [*said, f"The file has {what}."]
    said += _silences(audio, index, several=several)
    late = audio.start_ns - index.first_ns
    if abs(late) >= NOTEWORTHY_NS:
        order = "after" if late > 0 else "before"
        said.append(f"Sound begins {abs(late) / NS:.3f} s {order} the first frame.")
    short = index.end_ns - audio.end_ns
    if audio.silent_spans is not None and short >= NOTEWORTHY_NS:
        said.append(f"Sound ends {short / NS:.3f} s before the picture does.")
    return said


def _tracks(sound: Sound) -> list[str]:
    said = []
    if sound.track is not None and len(sound.streams) > 1:
        others = "other is" if len(sound.streams) == 2 else "others are"
        said.append(
            f"The file has {len(sound.streams)} audio tracks; this is stream "
            f"{sound.track.stream}; the {others} not listened to."
        )
    said += [f"The audio track in stream {one} cannot be decoded." for one in sound.undecodable]
    return said


def _silences(audio: AudioTrack, index: FrameIndex, *, several: bool) -> list[str]:
    if audio.silent_spans == ((audio.start_ns, audio.end_ns),):
        track = "This audio track" if several else "The sound track"
        return [f"{track} is silent from beginning to end: nothing can be heard."]
    where, by = (" on this audio track", " by it") if several else ("", "")
    said = []
    long = [span for span in audio.silent_spans or () if span[1] - span[0] >= NS]
    for start, end in long[:MOST_SPANS]:
        said.append(
            f"No sound{where} {_when(start, end, audio, index)}: what was said or heard from "
            f"{_clock(start, index)} to {_clock(end, index)} cannot be assessed{by}."
        )
    if len(long) > MOST_SPANS:
        more = len(long) - MOST_SPANS
        said.append(f"{more} more spans of a second or longer have no sound{where}.")
    return said


def _when(start: int, end: int, audio: AudioTrack, index: FrameIndex) -> str:
    """Short, as it is shown where there is little room."""
    if start <= max(audio.start_ns, index.first_ns):
        return f"until {_short_clock(end, index)}"
    if end >= min(audio.end_ns, index.end_ns):
        return f"from {_short_clock(start, index)} on"
    return f"for {(end - start) / NS:.3f} s"


def _short_clock(time_ns: int, index: FrameIndex) -> str:
    """`0:36.203`: hours only where there are any."""
    hours, minutes, seconds = _clock(time_ns, index).split(":")
    return f"{hours}:{minutes}:{seconds}" if int(hours) else f"{int(minutes)}:{seconds}"


def _clock(time_ns: int, index: FrameIndex) -> str:
    return clock_text(time_ns - index.first_ns)
