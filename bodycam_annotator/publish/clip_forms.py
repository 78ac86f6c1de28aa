"""What can be made, the files it can be written as, and how well and how fast."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Make(StrEnum):
    """What can be made of a tag."""

    CLIP = "clip"
    STILL = "still"
    """The frame at its start."""
    SHEET = "sheet"
    """Frames of its span side by side."""
    PREVIEW = "preview"
    """A small animation."""
    SOUND = "sound"


class Form(StrEnum):
    """What the clip is for."""

    MP4 = "mp4"
    """H.264 and AAC: plays everywhere."""
    FFV1 = "ffv1"
    """FFV1 and FLAC in Matroska: loses nothing; for archives."""
    PRORES = "prores"
    """ProRes 422 HQ and PCM in QuickTime: for editing."""


class AnimationForm(StrEnum):
    """What a preview is written as."""

    WEBP = "webp"
    GIF = "gif"


class Quality(StrEnum):
    """Of H.264; the other forms have one."""

    HIGH = "high"
    GOOD = "good"
    SMALL = "small"


class Speed(StrEnum):
    """Of H.264: what is written slowly is smaller, not better."""

    FAST = "fast"
    MEDIUM = "medium"
    SLOW = "slow"


SLOWER = (1, 2, 4, 8)
"""How many times as long a clip can show its frames."""

CRF: Mapping[Quality, int] = {Quality.HIGH: 16, Quality.GOOD: 20, Quality.SMALL: 26}
PRESET: Mapping[Speed, str] = {
    Speed.FAST: "veryfast",
    Speed.MEDIUM: "medium",
    Speed.SLOW: "slow",
}


@dataclass(frozen=True, kw_only=True)
class ClipSettings:
    """`sound`: whether the clip has the footage's."""

    form: Form = Form.MP4
    quality: Quality = Quality.HIGH
    speed: Speed = Speed.FAST
    sound: bool = True


@dataclass(frozen=True, kw_only=True)
class FormFacts:
    """What FFmpeg has to be told to write a form.

    `pixel_formats`: planar ones that are written as they are. `sounds`: encoders, the best first;
    `text`: that of captions, and `text_bytes` the most it holds of one. `ticks`: how many a second
    the container counts, where it allows no other number; `longest`: the most of them that one
    picture is shown. `full_range`: whether it can say that black is 0.
    """

    container: str
    ending: str
    video: str
    pixel_formats: tuple[str, ...]
    sounds: tuple[str, ...]
    text: str
    text_bytes: int | None = None
    ticks: int | None = None
    longest: int | None = None
    full_range: bool = True


_EVERY_DEPTH = tuple(
    f"yuv{chroma}p{depth}" for chroma in ("420", "422", "444") for depth in ("", "10le", "12le")
)

FORMS: Mapping[Form, FormFacts] = {
    Form.MP4: FormFacts(
        container="mp4",
        ending=".mp4",
        video="libx264",
        pixel_formats=("yuv420p",),
        sounds=("aac", "flac"),
        text="mov_text",
        text_bytes=65535,
        longest=2**31 - 1,
    ),
    Form.FFV1: FormFacts(
        container="matroska",
        ending=".mkv",
        video="ffv1",
        pixel_formats=(*_EVERY_DEPTH, "gray", "gray10le", "gray12le"),
        sounds=("flac", "pcm_s24le"),
        text="srt",
        # FFmpeg writes Matroska in milliseconds only.
        ticks=1000,
    ),
    Form.PRORES: FormFacts(
        container="mov",
        ending=".mov",
        video="prores_ks",
        pixel_formats=("yuv422p10le", "yuv444p10le"),
        sounds=("pcm_s24le",),
        text="mov_text",
        text_bytes=65535,
        longest=2**31 - 1,
        full_range=False,
    ),
}


def video_options(settings: ClipSettings) -> dict[str, str]:
    """As the form's encoder takes them."""
    if settings.form is Form.MP4:
        return {
            "crf": str(CRF[settings.quality]),
            "preset": PRESET[settings.speed],
            # With its macroblock tree x264 writes other bytes at times, and the same clip would
            # have another hash.
            "x264-params": "mbtree=0",
            # Nothing that the footage carries beside its pictures gets into the clip.
            "a53cc": "0",
            "udu_sei": "0",
        }
    if settings.form is Form.FFV1:
        return {"level": "3", "coder": "1", "context": "1", "g": "1", "slicecrc": "1"}
    return {"profile": "hq"}
