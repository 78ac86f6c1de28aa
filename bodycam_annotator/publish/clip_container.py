"""The file of a clip: encoders, and packets with the times that the plan gives them."""

import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from av.subtitles.stream import SubtitleStream
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.sound_blocks import Samples
from bodycam_annotator.publish.captions import Cue
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form, FormFacts, video_options
from bodycam_annotator.publish.clip_picture import ClipShape
from bodycam_annotator.publish.clip_plan import ClipFrame, ClipPlan, usual_rate

LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""FFmpeg's layout for so many channels."""

BLOCK = 1024
"""Samples that go to an encoder at once; as many as a packet of AAC has."""

BITS_PER_CHANNEL = 128_000
MOST_BITS_PER_SAMPLE = 5
"""AAC has no room for more than 6 bits a sample and channel."""

_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)
_STYLE = (
    "[Script Info]\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\n"
    f"Format: {_FIELDS}\r\n"
    "Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1\r\n"
    "\r\n[Events]\r\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
).encode()
"""What FFmpeg wants to know of a text track: its one style, which players replace by their own."""


@dataclass(frozen=True, kw_only=True)
class Encoders:
    """What the clip was encoded with; `sound` is blank where it has none."""

    video: str
    video_options: Mapping[str, str]
    sound: str
    sound_bits_per_second: int
    rate: int
    channels: int


class ClipContainer:
    """Takes pictures and sound in the order of time; `finish` or `close` it.

    Attributes:
        cut_off: how many samples were louder than whole numbers can be, and were cut off.
    """

    def __init__(
        self,
        file: BinaryIO,
        plan: ClipPlan,
        settings: ClipSettings,
        shape: ClipShape,
        track: AudioTrack | None,
        cues: Sequence[Cue] = (),
    ) -> None:
        """Raises `OSError` when the file cannot be written, `ExchangeError` when it cannot hold as
        many channels."""
        self.shape = shape
        self._plan = plan
        self._form = FORMS[settings.form]
        self._file = _File(file)
        self._container = av.open(
            self._file,
            "w",
            format=self._form.container,
            container_options=_muxing(self._form, plan),
            io_open=lambda *_: _Again(self._file),
        )
        options = video_options(settings)
        if settings.form is Form.PRORES and "444" in shape.pixel_format:
            options["profile"] = "4444"
        self._video = self._add_video(options)
        self._audio = None if track is None else self._add_audio(track)
        self.encoders = Encoders(
            video=self._form.video,
            video_options=options,
            sound="" if self._audio is None else self._audio.codec_context.name,
            sound_bits_per_second=0 if self._audio is None else self._audio.bit_rate or 0,
            rate=0 if track is None else track.rate,
            channels=0 if track is None else track.channels,
        )
        self._cues = list(cues)
        self._text = self._add_text() if cues else None
        self._lasts: dict[int, int] = {}
        self._left = np.zeros((self.encoders.channels, 0), dtype=np.float32)
        self._sounded = 0
        self.cut_off = 0

    def add_picture(self, frame: ClipFrame, picture: VideoFrame, *, until: int) -> None:
        """`until`: the tick at which the next one is shown."""
        picture.pts, picture.time_base = frame.pts, self._plan.time_base
        self._lasts[frame.pts] = until - frame.pts
        if 0 < frame.number >= len(self._plan.frames) - 2:
            # MP4 says only of the packet that is decoded last how long its picture is shown. So
            # the last two build on what is before them, and the last one is decoded last.
            picture.pict_type = PictureType.P
        self._mux_video(picture)
        self._mux_text(until=int(frame.pts * self._plan.time_base * 1000))

    def add_sound(self, blocks: Iterator[Samples], *, until: int | None) -> None:
        """Takes from `blocks` as much as is heard before that tick; all of it for None."""
        if self._audio is None:
            return
        rate = self.encoders.rate
        enough = None if until is None else int(until * self._plan.time_base * rate)
        while enough is None or self._sounded < enough:
            block = next(blocks, None)
            if block is None:
                break
            self._left = np.concatenate([self._left, block], axis=1)
            self._encode_sound(whole=False)

    def finish(self) -> None:
        """Writes what the encoders still hold and all that belongs at the file's end.

        Raises `OSError` when the file cannot be written.
        """
        self._mux_video(None)
        self._mux_text(until=None)
        if self._audio is not None:
            self._encode_sound(whole=True)
            for packet in self._audio.encode(None):
                self._container.mux_one(packet)
        self._container.close()
        if self._file.failed is not None:
            raise self._file.failed

    def close(self) -> None:
        """Gives the file up."""
        self._container.close()

    def _add_video(self, options: dict[str, str]) -> VideoStream:
        rate = usual_rate(self._plan)
        video = cast(VideoStream, self._container.add_stream(self._form.video, rate=rate))
        video.width, video.height = self.shape.coded
        video.pix_fmt = self.shape.pixel_format
        video.options = dict(options)
        context, colors = video.codec_context, self.shape.colors
        context.time_base = self._plan.time_base
        context.thread_type = "AUTO"
        context.sample_aspect_ratio = Fraction(1)
        context.color_range, context.colorspace = colors.range, colors.matrix
        context.color_primaries, context.color_trc = colors.primaries, colors.transfer
        video.time_base = self._plan.time_base
        return video

    def _add_audio(self, track: AudioTrack) -> AudioStream:
        name = next((name for name in self._form.sounds if _holds(name, track)), None)
        if name is None:
            raise ExchangeError(
                f"{self._form.container.upper()} cannot hold sound of {track.channels} channels; "
                "write the clip as FFV1 or ProRes, or without sound."
            )
        audio = cast(AudioStream, self._container.add_stream(name, rate=track.rate))
        audio.layout = LAYOUTS.get(track.channels, f"{track.channels} channels")
        audio.format = "fltp" if name == "aac" else "s32"
        audio.codec_context.time_base = audio.time_base = Fraction(1, track.rate)
        if name == "aac":
            bits = min(BITS_PER_CHANNEL, MOST_BITS_PER_SAMPLE * track.rate)
            audio.bit_rate = bits * track.channels
        return audio

    def _mux_video(self, picture: VideoFrame | None) -> None:
        for packet in self._video.encode(picture):
            assert packet.pts is not None
            packet.duration = self._lasts.pop(packet.pts)
            self._container.mux_one(packet)

    def _add_text(self) -> SubtitleStream:
        text = cast(SubtitleStream, self._container.add_stream(self._form.text))
        text.codec_context.subtitle_header = _STYLE
        text.codec_context.time_base = text.time_base = Fraction(1, 1000)
        return text

    def _mux_text(self, *, until: int | None) -> None:
        """The cues that begin up to that millisecond; all of them for None."""
        while self._text and self._cues and (until is None or self._cues[0].start_ms <= until):
            cue = self._cues.pop(0)
            data = cue.text.encode()
            if self._form.text == "mov_text":
                # 3GPP TS 26.245 5.17: its length, and the text without any style.
                data = struct.pack(">H", len(data)) + data
            packet = Packet(data)
            packet.stream, packet.time_base = self._text, Fraction(1, 1000)
            packet.pts = packet.dts = cue.start_ms
            packet.duration = cue.end_ms - cue.start_ms
            self._container.mux_one(packet)

    def _encode_sound(self, *, whole: bool) -> None:
        """What has been gathered, in blocks; `whole`: the rest too, which may be shorter."""
        assert self._audio is not None
        count = self._left.shape[1]
        end = count if whole else count // BLOCK * BLOCK
        for begin in range(0, end, BLOCK):
            part = self._left[:, begin : min(begin + BLOCK, end)]
            frame = self._sound_frame(part)
            frame.sample_rate = self.encoders.rate
            frame.pts, frame.time_base = self._sounded, Fraction(1, self.encoders.rate)
            self._sounded += part.shape[1]
            for packet in self._audio.encode(frame):
                self._container.mux_one(packet)
        self._left = self._left[:, end:]

    def _sound_frame(self, part: Samples) -> AudioFrame:
        assert self._audio is not None
        layout = self._audio.layout.name
        if self._audio.format.name == "fltp":
            return AudioFrame.from_ndarray(np.ascontiguousarray(part), "fltp", layout)
        # 24 bits, which hold those of any recorder, in the upper part of 32.
        exact = np.rint(part.astype(np.float64) * 2**23)
        whole = exact.clip(-(2**23), 2**23 - 1)
        self.cut_off += int(np.count_nonzero(np.abs(exact - whole) > 1))
        packed = (whole.astype(np.int32) << 8).T.reshape(1, -1)
        return AudioFrame.from_ndarray(np.ascontiguousarray(packed), "s32", layout)


class _File:
    """The file as the muxer has it: what goes wrong is said once, and all after it is dropped.

    The muxer goes on to its trailer on a full disk too. PyAV prints each further exception, and
    where it cannot print, as on the same full disk, the muxer asks again for ever.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        if self.failed is None:
            with self._once():
                return self._file.write(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if self.failed is None:
            with self._once():
                return self._file.seek(offset, whence)
        return offset

    def tell(self) -> int:
        return 0 if self.failed is not None else self._file.tell()

    def read_at(self, at: int, size: int) -> bytes:
        """Of what was written so far; nothing once it cannot be."""
        if self.failed is not None:
            return b""
        with self._once():
            written = self._file.tell()
            self._file.flush()
            opened = self._file.fileno()
            try:
                os.lseek(opened, at, os.SEEK_SET)
                return os.read(opened, size)
            finally:
                self._file.seek(written)

    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    @contextmanager
    def _once(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failed = error
            raise


class _Again:
    """Reads what is being written from a place of its own, through the one descriptor there is."""

    def __init__(self, file: _File) -> None:
        self._file, self._at = file, 0

    def read(self, size: int) -> bytes:
        data = self._file.read_at(self._at, size)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence)
        self._at = offset + (self._file.size() if begin is None else begin)
        return self._at

    def tell(self) -> int:
        return self._at


def _muxing(form: FormFacts, plan: ClipPlan) -> dict[str, str]:
    """What the muxer is told.

    Players on the web begin once they have what says where pictures are, so it comes first; FFmpeg
    reads the file again and moves the rest behind it. The edit list counts as the pictures do:
    else it ends up to a millisecond before the last one does. Matroska's tracks would have other
    numbers each time, and the same clip another hash.
    """
    if form.ticks is not None:
        return {"fflags": "+bitexact"}
    return {"movflags": "+faststart", "movie_timescale": str(plan.time_base.denominator)}


def _holds(encoder: str, track: AudioTrack) -> bool:
    """Whether it takes sound of that rate and so many channels as it is."""
    if encoder == "pcm_s24le":
        return True
    if track.channels not in LAYOUTS or (encoder == "aac" and not _is_for_aac(track)):
        return False
    rates = av.Codec(encoder, "w").audio_rates
    return rates is None or track.rate in rates


def _is_for_aac(track: AudioTrack) -> bool:
    """AAC keeps only the lowest tones of the channel that its layout of 6 has for them.

    PyAV cannot hand on 8 channels that lie apart.
    """
    lowest = any("low frequency" in name for name in track.layout)
    return track.channels < 6 or (track.channels == 6 and lowest)
