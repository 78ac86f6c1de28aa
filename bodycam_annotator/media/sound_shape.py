"""All that is known of a sound track from listening to the whole of it, which is done once."""

from contextlib import closing, suppress
from pathlib import Path

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.container import open_media
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.media.shape_maker import ShapeMaker, SoundShape
from bodycam_annotator.media.sound_blocks import PlacedSound, audio_stream
from bodycam_annotator.media.stored_index import state_of
from bodycam_annotator.media.stored_sound import recalled_sound, remember_sound
from bodycam_annotator.progress import Asked, Progress

__all__ = ["SoundShape", "sound_shape", "stored_sound_shape", "with_silence"]


def sound_shape(
    path: Path,
    track: AudioTrack,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> SoundShape:
    """Decodes all of the track, a few seconds at a time, and stores what it gives.

    Damaged packets leave gaps. Raises `FootageError` when the file cannot be read or there is not
    a single sound in it, `Cancelled` when asked to stop.
    """
    before = state_of(path)
    maker: ShapeMaker | None = None
    with open_media(path) as container:
        stream = audio_stream(container, path, track)
        end_ns = max(track.end_ns, track.start_ns + (container.duration or 0) * 1000)
        sound = PlacedSound(stream)
        with closing(sound.blocks()) as blocks:
            for block in blocks:
                maker = maker or ShapeMaker(sound)
                maker.take(block)
                if progress is not None:
                    progress(maker.share_of(end_ns))
                if cancelled is not None and cancelled():
                    raise Cancelled
    if maker is None:
        raise FootageError(f"{path} has no sound in stream {track.stream} that can be decoded.")
    shape = maker.shape()
    # A file that changes while it is read has the shape of neither.
    if before is not None and before == state_of(path):
        remember_sound(path, track, shape, before)
        # What lies in the file takes no memory.
        return recalled_sound(path, track) or shape
    return shape


def with_silence(
    facts: FootageFacts, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> FootageFacts:
    """The facts with what `sound_shape` finds out about the track that is listened to.

    Without sound, or where it cannot be decoded after all, they stay as they are. Raises
    `Cancelled` when asked to stop.
    """
    if facts.audio is not None:
        with suppress(FootageError):
            shape = sound_shape(facts.path, facts.audio, progress=progress, cancelled=cancelled)
            return facts.knowing(shape.heard(facts.audio))
    return facts


def stored_sound_shape(path: Path, track: AudioTrack) -> SoundShape | None:
    """What `sound_shape` gave for that track of the file as it is now; None when nothing is stored.

    Its arrays lie in the stored file and come into memory as they are looked at.
    """
    return recalled_sound(path, track)
