"""Accounts as they are written pass the check of them, of every odd file and all that is made."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import find_audio
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import index_footage, sha256_of
from bodycam_annotator.publish.animated import write_preview
from bodycam_annotator.publish.clip_account import Provenance, account_of, write_account
from bodycam_annotator.publish.clip_forms import AnimationForm, ClipSettings, Form, Speed
from bodycam_annotator.publish.clip_plan import Card, Freeze, Run, Segment
from bodycam_annotator.publish.clip_span import ClipSpan, clip_span
from bodycam_annotator.publish.clip_writer import Source, write_clip
from bodycam_annotator.publish.contact_sheet import evenly, write_sheet
from bodycam_annotator.publish.export_check import check_made
from bodycam_annotator.publish.other_accounts import (
    account_of_preview,
    account_of_sheet,
    account_of_sound,
    account_of_still,
)
from bodycam_annotator.publish.sound_file import write_sound
from bodycam_annotator.publish.stills import write_still
from tests.contract.eye import FindIndex
from tests.media_factory import Clip, make
from tests.odd_files import GOOD

Asked = tuple[int, int, int, int]
"""Start, end and handles in nanoseconds."""

Making = Callable[[Path], Any]
Account = Callable[[Any, Source, Provenance], Mapping[str, Any]]


def _card(width: int, height: int) -> Pixels:
    return np.full((height, width, 4), 255, dtype=np.uint8)


CARD = Card(draw=_card, lasts_ns=123_456_789)


def _some(index: FrameIndex) -> list[Asked]:
    """A mark on a frame and one between two, a span, and what begins before and ends behind the
    footage."""
    at = index.time_of(len(index) // 2)
    end = max(index.end_ns, int(index.times[-1]) + 1)
    return [
        (at, at, 0, 0),
        (at + 1, at + 1, 40_000_000, 90_000_000),
        (at - 1, at + 100_000_001, 0, 0),
        (index.first_ns - 10**9, index.first_ns + 10**8, 0, 0),
        (end - 1, end - 1, 10**8, 10**9),
    ]


class Exporting:
    """Makes files of one footage with their accounts, and checks them."""

    def __init__(self, path: Path, index: FrameIndex, folder: Path) -> None:
        self.source = Source(path=path, index=index, track=find_audio(path).track)
        self._folder, self._sha256, self._count = folder, sha256_of(path), 0

    def write(self, asked: Asked, ending: str, making: Making, account: Account) -> Path:
        """Raises `FootageError` for what cannot be made."""
        self._count += 1
        out = self._folder / f"{self._count}{ending}"
        keys = ("start_ns", "end_ns", "before_ns", "after_ns")
        known = Provenance(
            source_sha256=self._sha256,
            audit_head="ab",
            asked=dict(zip(keys, asked, strict=True)),
        )
        write_account(account(making(out), self.source, known), out)
        return out

    def check(self, asked: Asked, ending: str, making: Making, account: Account) -> None:
        try:
            out = self.write(asked, ending, making, account)
        except FootageError:
            # A frame that cannot be decoded, or a span that has no sound.
            return
        found = check_made(out, source=self.source.path)
        assert (found.problems, found.source_checked) == ((), True), (asked, ending)
        if self._count < 6:
            alone = check_made(out)
            assert (alone.problems, alone.source_checked) == ((), False)


def _segments(span: ClipSpan, form: Form) -> list[Segment]:
    run = Run(first=span.first, last=span.last)
    freeze = Freeze(ordinal=span.first, lasts_ns=100_000_001)
    slow = Run(first=span.first, last=span.last, slower=2)
    segments: dict[Form, list[Segment]] = {
        Form.MP4: [run, freeze, slow],
        Form.FFV1: [CARD, run, freeze],
        Form.PRORES: [run],
    }
    return segments[form]


def test_a_true_account_of_footage_that_counts_finer_than_nanoseconds_passes(
    tmp_path: Path,
) -> None:
    ticks = [number * 80_000_001 for number in range(20)]
    clip = Clip(pts=tuple(ticks), time_base=Fraction(1, 2_000_000_000))
    path = make(clip, tmp_path / "fine.mp4").path
    (tmp_path / "out").mkdir()
    exporting = Exporting(path, index_footage(path), tmp_path / "out")
    span = clip_span(exporting.source.index, 10**8, 5 * 10**8)
    asked = (10**8, 5 * 10**8, 0, 0)
    for form in Form:
        settings = ClipSettings(form=form, speed=Speed.FAST)
        segments = _segments(span, form)
        write = partial(write_clip, exporting.source, segments, settings=settings)
        exporting.check(asked, ".mkv", write, account_of)


# What is odd about the one left out is its size alone, which makes it the slowest by far.
@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"four_k60.mp4"}))
def test_a_true_account_passes(name: str, indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed(name)
    exporting = Exporting(made.path, index, tmp_path)
    source = exporting.source
    for number, asked in enumerate(_some(index)):
        start, end, before, after = asked
        span = clip_span(index, start, end, before_ns=before, after_ns=after)
        moment = clip_span(index, start, end).first
        for form in list(Form)[number % 3 :: 3] if number else Form:
            settings = ClipSettings(form=form, speed=Speed.FAST)
            segments = _segments(span, form)
            write = partial(write_clip, source, segments, settings=settings)
            exporting.check(asked, ".mkv", write, account_of)
        exporting.check(asked, ".png", partial(write_still, source, moment), account_of_still)
        sheet = partial(write_sheet, source, evenly(index, span, 1 + number))
        exporting.check(asked, ".png", sheet, account_of_sheet)
        form_of = list(AnimationForm)[number % 2]
        preview = partial(write_preview, source, span, form=form_of)
        exporting.check(asked, ".webp", preview, account_of_preview)
        if end > start:
            sound = partial(write_sound, source, start, end)
            exporting.check(asked, ".wav", sound, account_of_sound)
    last = len(index) - 1
    whole = clip_span(index, index.first_ns, index.end_ns, first=0, last=last)
    asked = (whole.start_ns, whole.end_ns, 0, 0)
    every = partial(write_sheet, source, range(last + 1))
    exporting.check(asked, ".png", every, account_of_sheet)
