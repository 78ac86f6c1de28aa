"""The command line called in this process, and a clip to call it with."""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator import cli
from bodycam_annotator.app.clips.drawing import Drawing
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from tests.barcode import read_barcode
from tests.media_factory import Clip
from tests.sounds import Sound

FIRST = 12_800
CLIP = Clip(
    pts=tuple(FIRST + 512 * n for n in (0, 1, 2, 4, 5, 6)),
    sound=Sound(start=45_600, samples=24_000),
)
"""Frames at 0, 40, 80, 160, 200, 240 ms from the first; sound from 50 ms before it on."""


@dataclass
class Said:
    """What one command came to."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """Runs commands; `opened` is what the window was opened with."""

    capture: pytest.CaptureFixture[str]
    opened: list[tuple[list[Path], bool]] = field(default_factory=list)
    drawn: list[Path] = field(default_factory=list)

    def __call__(self, *argv: str | Path) -> Said:
        code = cli.run(
            [str(word) for word in argv],
            open_window=self._open,
            offscreen_demo=self._draw,
            drawings=_drawings,
        )
        seen = self.capture.readouterr()
        return Said(code, seen.out, seen.err)

    def export(self, *argv: str | Path) -> str:
        """Its stdout; on stderr it must have said the audit head and nothing else."""
        said = self("export", *argv)
        assert said.code == 0
        assert re.fullmatch(r"audit head: [0-9a-f]{64}, entry [0-9]+\n", said.err)
        return said.out

    def good(self, *argv: str | Path) -> str:
        """The command's stdout; it must have said nothing on stderr."""
        said = self(*argv)
        assert (said.code, said.err) == (0, "")
        return said.out

    def _draw(self, folder: Path) -> int:
        self.drawn.append(folder)
        return 0

    def _open(self, paths: list[Path], *, demo: bool = False) -> int:
        self.opened.append((paths, demo))
        return 0


def _drawings() -> Drawing:
    """Needs the `qapp` of the tests, else it makes an application that others cannot use."""
    assert isinstance(QApplication.instance(), QApplication)
    return ClipDrawings()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def barcode_in(path: Path) -> int:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert bgr is not None
    return read_barcode(np.dstack([bgr, np.full(bgr.shape[:2], 255, np.uint8)]))
