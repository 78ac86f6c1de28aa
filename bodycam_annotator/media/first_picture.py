"""A picture to look at while the frames of a footage are not known yet."""

from pathlib import Path

import av

from bodycam_annotator.errors import Cancelled
from bodycam_annotator.media.container import (
    MAX_PIXELS,
    choose_video,
    open_media,
    packets_of,
    read_only,
)
from bodycam_annotator.media.picture import Display, Keeping, Picture
from bodycam_annotator.progress import Asked

UNNUMBERED = -1
"""The ordinal of a picture of which nobody knows yet which frame it is."""

PATIENCE = 300
"""Packets after which a beginning that shows no picture is left to the index to be told of."""


def first_picture(
    path: Path, *, stream: int | None = None, cancelled: Asked | None = None
) -> Picture | None:
    """The first picture that the decoder brings out of the file's beginning, as displayed.

    It is known by what it shows only: its ordinal is `UNNUMBERED`, its `pts` and `time_ns` are 0
    and mean nothing. None when there is none soon. Raises `FootageError` when the file cannot be
    opened as video, `Cancelled` when asked to stop.
    """
    with open_media(path) as container:
        video = choose_video(container, path, stream=stream)
        read_only(video)
        # Threads that share the work on one picture hold none back.
        video.thread_type = "SLICE"
        video.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        for read, packet in enumerate(packets_of(video)):
            if cancelled is not None and cancelled():
                raise Cancelled
            if read >= PATIENCE:
                break
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                if not frame.is_corrupt:
                    display = Display(video.sample_aspect_ratio)
                    return display.picture(
                        Keeping().keep(frame), ordinal=UNNUMBERED, pts=0, time_ns=0
                    )
    return None
