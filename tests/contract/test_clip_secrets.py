"""Nothing that the footage carries beside its pictures and sound gets into a clip."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import pytest

from bodycam_annotator.media.probe import probe
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_writer import Source, write_clip
from tests import mp4_surgery
from tests.media_factory import Clip, VideoPacket, add_video, encode, gop, mux, steady
from tests.sounds import AnyPacket, Sound, add_sound

SECRETS = (
    "Officer Jane Secret",
    "+40.7128-074.0060/",
    "badge-4711-serial",
    "chapter-of-secrets",
    "hidden-user-data",
)
PLAIN = Clip(pts=steady(30), height=176, options=gop(10, bframes=2), sound=Sound())


def _tagged(path: Path, options: dict[str, str]) -> None:
    with av.open(str(path), "w", options=options) as output:
        video = add_video(output, PLAIN)
        packets: list[AnyPacket] = [*encode(PLAIN, video), *add_sound(output, Sound())]
        output.metadata.update(
            {"title": SECRETS[0], "comment": SECRETS[2], "location": SECRETS[1], "artist": "x"}
        )
        for stream in output.streams:
            stream.metadata.update({"title": SECRETS[2], "handler_name": SECRETS[0]})
        output.set_chapters(
            [
                {
                    "id": 1,
                    "start": 0,
                    "end": 500,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": SECRETS[3]},
                }
            ]
        )
        mux(output, packets)


def _mp4(path: Path) -> None:
    _tagged(path, {"movflags": "use_metadata_tags"})
    mp4_surgery.set_display_matrix(path, clockwise=90, mirrored=False, width=320, height=176)


def _mkv(path: Path) -> None:
    _tagged(path, {})


def _user_data(path: Path) -> None:
    """Each picture of H.264 with a message that is none of its pixels (H.264 D.1.7)."""
    text = SECRETS[4].encode()
    body = bytes(range(1, 17)) + text
    message = b"\0\0\0\1\x06\x05" + struct.pack("B", len(body)) + body + b"\x80"
    clip = Clip(pts=steady(30, 3600, 903_000), time_base=Fraction(1, 90_000), options=gop(10))
    with av.open(str(path), "w") as output:
        packets = encode(clip, add_video(output, clip))
        told: list[AnyPacket] = []
        for packet in packets:
            new = cast(VideoPacket, av.Packet(message + bytes(packet)))
            new.stream, new.time_base = packet.stream, packet.time_base
            new.pts, new.dts, new.duration = packet.pts, packet.dts, packet.duration
            new.is_keyframe = packet.is_keyframe
            told.append(new)
        mux(output, told)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(
    ("name", "make", "carried"),
    [
        ("tagged.mp4", _mp4, SECRETS[:4]),
        ("tagged.mkv", _mkv, SECRETS[:4]),
        ("user_data.ts", _user_data, SECRETS[4:]),
    ],
)
def test_what_is_planted_in_the_footage_is_not_in_the_clip(
    name: str, make: Callable[[Path], None], carried: tuple[str, ...], form: Form, tmp_path: Path
) -> None:
    source = tmp_path / name
    make(source)
    data = source.read_bytes()
    assert all(secret.encode() in data for secret in carried), "the footage holds the secrets"
    facts = probe(source)
    target = tmp_path / f"clip{FORMS[form].ending}"
    given = Source(path=source, index=facts.index, track=facts.audio)
    write_clip(given, [Run(first=3, last=22)], target, ClipSettings(form=form))
    written = target.read_bytes()
    assert not [secret for secret in SECRETS if secret.encode() in written]
    with av.open(str(target)) as container:
        assert {stream.type for stream in container.streams} <= {"video", "audio"}
        assert not container.chapters()
        frame = next(container.decode(video=0))
        assert frame.rotation == 0
