"""Opening media files safely: only local files, only formats that hold footage, read-only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from bodycam_annotator.errors import FootageError

AnyStream = TypeVar("AnyStream", VideoStream, AudioStream)

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,asf,flv,mxf,ogg,nut,wav,mp3,flac,aac"
)
"""Demuxers that read one local file and cannot be talked into opening another."""

MAX_PIXELS = 16384 * 16384 // 4
"""A frame larger than this is refused: twice 8K's pixels, 200 MB decoded."""


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """The open container, closed at the end.

    Raises `FootageError` in words when the file is missing, unreadable or no media file. Errors
    that FFmpeg raises while the container is used become `FootageError` too.
    """
    container = open_container(path)
    try:
        yield container
    except (av.FFmpegError, UnicodeDecodeError) as error:
        raise FootageError(f"{path} cannot be read to its end: {_reason(error)}.") from error
    finally:
        container.close()


def open_container(path: Path) -> InputContainer:
    """As `open_media`, for callers that keep the container open; they must close it."""
    _refuse_what_is_no_file(path)
    try:
        return av.open(
            f"file:{path.absolute()}",
            options={"protocol_whitelist": "file", "format_whitelist": FORMATS},
            metadata_errors="replace",
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise FootageError(
            f"{path} cannot be opened as video: {_reason(error)}. "
            "Check that the file was copied completely and is footage (MP4, MOV, MKV, TS, AVI ...)."
        ) from error


def video_streams(container: InputContainer) -> list[VideoStream]:
    """The moving pictures of the file; cover images are left out."""
    return [
        stream
        for stream in container.streams.video
        if not stream.disposition & stream.disposition.attached_pic
    ]


def choose_video(container: InputContainer, path: Path, *, stream: int | None) -> VideoStream:
    """The stream with that number, else the first video stream.

    Raises `FootageError` when the file has no video, or no such stream, or a codec that this
    build of FFmpeg cannot decode.
    """
    videos = video_streams(container)
    if not videos:
        what = "only sound" if container.streams.audio else "no video and no sound"
        raise FootageError(f"{path} holds {what}; footage needs a video stream.")
    chosen = videos[0]
    if stream is not None:
        numbered = {video.index: video for video in videos}
        if stream not in numbered:
            numbers = ", ".join(map(str, numbered))
            raise FootageError(f"{path} has no video stream {stream}; it has {numbers}.")
        chosen = numbered[stream]
    # A stream whose codec FFmpeg does not know has no codec context at all.
    if getattr(chosen, "codec_context", None) is None:
        raise FootageError(f"{path} holds video in a codec that cannot be decoded here.")
    if chosen.codec_context.width * chosen.codec_context.height > MAX_PIXELS:
        size = f"{chosen.codec_context.width}×{chosen.codec_context.height}"
        raise FootageError(f"{path} claims frames of {size} pixels; that is more than is opened.")
    return chosen


def opened(stream: VideoStream | AudioStream) -> InputContainer:
    """The container that `stream` is read from."""
    assert isinstance(stream.container, InputContainer)
    return stream.container


def packets_of(stream: AnyStream) -> "Iterator[Packet[AnyStream]]":
    """The stream's packets from where its container stands, to the end."""
    while True:
        try:
            yield from opened(stream).demux(stream)
        except IndexError:
            # A packet of a stream that began midway (MPEG-TS), which PyAV does not know. It has
            # been read, so going on gets further.
            continue
        return


def read_only(stream: VideoStream | AudioStream) -> None:
    """Lets the container pass over every other stream."""
    for other in opened(stream).streams:
        if other.index != stream.index:
            other.discard = Discard.all


def _refuse_what_is_no_file(path: Path) -> None:
    if path.is_dir():
        raise FootageError(f"{path} is a folder; open one media file.")
    if not path.exists():
        raise FootageError(f"{path} is not there; check the name, or connect its drive.")
    if not path.is_file():
        raise FootageError(f"{path} is no ordinary file.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise FootageError(f"{path} cannot be read: {error.strerror}.") from error
    if empty:
        raise FootageError(f"{path} is empty (0 bytes); copy it again from its source.")


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).rstrip(".")
