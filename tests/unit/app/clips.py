"""The clip that projects of these tests are of."""

import csv
from collections.abc import Callable
from pathlib import Path

from bodycam_annotator import app
from bodycam_annotator.config import default_codebook
from bodycam_annotator.model.tag import Tag
from tests.media_factory import Clip
from tests.sounds import Sound

MS = 1_000_000
BOOK = app.read_codebook(default_codebook())
FIRST = 12_800
CLIP = Clip(
    pts=(FIRST, FIRST + 512, FIRST + 1024, FIRST + 2048, FIRST + 2560, FIRST + 3072),
    sound=Sound(start=45_600, samples=24_000, codec="pcm_s16le"),
)
"""Frames at 0, 40, 80, 160, 200, 240 ms from the first, which is at 1 s; it lasts 40 ms. Sound
from 50 ms before the first frame to 450 ms after it."""

MakeTag = Callable[..., Tag]


def rows_by_id(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["tag_id"]: row for row in csv.DictReader(file)}
