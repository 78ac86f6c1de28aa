"""The timeline with 10,000 tags over two hours: what a repaint costs while it is moved and zoomed.

Offscreen; a repaint is from the turn of the wheel until the widget is painted. "Worked" is how
long the window's own thread was on a processor for it: the rest others had it. The peer is a plain
widget that paints each tag that is on screen, and each column of the wave, by a call of QPainter.
The sound is random numbers in the shape that two hours of 48 kHz have.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from PyQt6.QtCore import QEvent, QLineF, QObject, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QWidget

from benchmarks.report import goal, heading, quantile, row
from bodycam_annotator.config import default_codebook
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex, in_time_order
from bodycam_annotator.media.onsets import Onsets
from bodycam_annotator.media.packets import Packets
from bodycam_annotator.media.sound_blocks import Places
from bodycam_annotator.media.sound_shape import SoundShape
from bodycam_annotator.media.spectrogram import ROWS, Spectrogram, levels_of
from bodycam_annotator.media.stretches import BIN, Grid, Runs
from bodycam_annotator.media.waveform import Bins, Waveform
from bodycam_annotator.model.codebook import Codebook, Kind
from bodycam_annotator.model.incident import Incident
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.timeline.view import TimelineView

TAGS = 10_000
HOURS = 2
RATE = 48_000
END_NS = HOURS * 3600 * NS
HEIGHT = 320
WIDTHS = (1280, 1920)
GOAL_MS = 16.0
STEPS = 40
"""Repaints of each kind at each zoom."""

ZOOMS = (2, 5, 8, 12, 16)
"""Steps from most of it to a few seconds."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    project: Project
    tags: list[Tag]
    index: FrameIndex
    audio: AudioTrack
    shape: SoundShape


def make() -> Shown:
    book = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
    project = Project(
        incident=Incident(id="incident", name="Two hours", codebook=book.label),
        cameras={},
        footage={},
        codebooks={book.label: book},
        tags={},
        audit_head="",
        audit_entries=0,
    )
    audio = AudioTrack(
        stream=1,
        codec="aac",
        rate=RATE,
        channels=1,
        start_ns=0,
        end_ns=END_NS,
        silent_spans=(),
    )
    return Shown(
        project=project, tags=list(_tags(book)), index=_index(), audio=audio, shape=_shape()
    )


def _tags(book: Codebook) -> Iterator[Tag]:
    chance = random.Random(5)
    words = ("Get", "out", "of", "the", "car", "and", "do", "not", "move", "your", "hands", "now")
    for number in range(TAGS):
        code = chance.choice(book.codes)
        start = chance.randrange(END_NS - 20 * NS)
        length = 0 if code.kind is Kind.POINT else chance.randrange(NS // 2, 6 * NS)
        text = " ".join(chance.choices(words, k=chance.randrange(2, 12)))
        yield Tag(
            id=f"{number}",
            footage_id="footage",
            code=code.id,
            start_ns=start,
            end_ns=start + length,
            start_frame=None,
            end_frame=None,
            start_pts=None,
            end_pts=None,
            coder="bench",
            codebook=book.label,
            created_utc="",
            modified_utc="",
            text=text if code.kind is Kind.INTERVAL else "",
        )


def _index() -> FrameIndex:
    count, base = HOURS * 3600 * 30, Fraction(1, 30)
    at = np.arange(count, dtype=np.int64)
    packets = Packets(
        pts=at,
        duration=np.ones(count, dtype=np.int64),
        key=at % 250 == 0,
        discard=np.zeros(count, dtype=bool),
        timeless=np.zeros(count, dtype=bool),
        position=at,
        size=at,
        dts=at,
    )
    return in_time_order(packets, stream=0, time_base=base, reorders=False)


def _shape() -> SoundShape:
    chance = np.random.default_rng(5)
    samples = HOURS * 3600 * RATE
    count, columns = samples // BIN, samples // Grid(RATE).column
    loud = (chance.random(count, dtype=np.float32) ** 4).astype(np.float32)
    places = np.zeros(count, dtype=np.uint8)
    bins = Bins(least=-loud, greatest=loud, least_at=places, greatest_at=places)
    none = np.zeros(1, dtype=np.int64)
    waveform = Waveform(
        start_ns=0,
        end_ns=END_NS,
        rate=RATE,
        samples=samples,
        runs=Runs(none, np.array([0, count])),
        bins=bins,
    )
    levels = levels_of(chance.integers(0, 255, (columns, ROWS), dtype=np.uint8))
    onsets = np.sort(chance.integers(0, END_NS, 20_000))
    return SoundShape(
        waveform=waveform,
        spectrogram=Spectrogram(
            start_ns=0, rate=RATE, runs=Runs(none, np.array([0, columns])), levels=levels
        ),
        onsets=Onsets(times_ns=onsets, strengths=np.ones(20_000, dtype=np.float32)),
        silent=(),
        clipped=tuple((int(one), int(one) + NS // 100) for one in onsets[::10]),
        sounding=(),
        places=Places(times_ns=none, samples=none, rate=RATE, rewinds=False),
    )


class PlainTimeline(QWidget):
    """The same tags and the same wave, painted as they come."""

    def __init__(self, like: TimelineView, shown: Shown) -> None:
        super().__init__()
        self._like, self._shown = like, shown

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("#131518"))
        scene = self._like.scene
        scale, rows, tracks = scene.scale, scene.rows, scene.tracks
        middle, half = rows.sound.top + rows.sound.height / 2, rows.sound.height / 2
        painter.setPen(QColor("#7FB3A6"))
        wave = self._shown.shape.waveform
        peaks = wave.peaks(scale.start_ns, scale.end_ns, scale.width).tolist()
        for column, (low, high) in enumerate(peaks):
            x = scale.left + column + 0.5
            painter.drawLine(QLineF(x, middle - high * half, x, middle - low * half))
        for tag in self._shown.tags:
            if tag.end_ns < scale.start_ns or tag.start_ns > scale.end_ns:
                continue
            code = tracks.code_of(tag)
            band = rows.lane_of(*tracks.place[tag.id])
            left = scale.x(tag.start_ns)
            box = QRectF(left, band.top + 2, max(scale.x(tag.end_ns) - left, 3), band.height - 4)
            painter.setPen(QColor("#0B0C0E"))
            painter.setBrush(QColor(code.color if code else "#9AA0A6"))
            painter.drawRoundedRect(box, 3, 3)
            if box.width() > 24:
                text = self.fontMetrics().elidedText(
                    tag.text or tag.code, Qt.TextElideMode.ElideRight, int(box.width())
                )
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), text)


class _Paints(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


class _Times:
    """Milliseconds of repaints: until done, and worked."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.worked: list[float] = []

    def add(self, other: "_Times") -> None:
        self.took += other.took
        self.worked += other.worked

    def row(self, what: str) -> None:
        row(what, self.took, note=f"worked p95 {quantile(self.worked, 0.95):.1f}")


def _timed(widget: QWidget, change: Callable[[], object], times: _Times) -> None:
    paints = _Paints(widget)
    begun, worked = time.perf_counter(), time.thread_time()
    change()
    widget.repaint()
    times.took.append((time.perf_counter() - begun) * 1000)
    times.worked.append((time.thread_time() - worked) * 1000)
    if paints.count != 1:
        raise RuntimeError(f"painted {paints.count} times, not once")
    widget.removeEventFilter(paints)


def _fill(view: TimelineView) -> None:
    """The small pictures are there already."""
    pixels = np.full((36, 64, 4), 90, dtype=np.uint8)
    for ordinal in view.scene.film.missing(view.scale):
        view.scene.film.take(ordinal, pixels)


def _scroll(view: TimelineView, plain: QWidget) -> tuple[_Times, _Times]:
    ours, peers = _Times(), _Times()
    for zoom in ZOOMS:
        view.show_all()
        view.zoom(zoom, about_ns=END_NS // 3)
        for step in range(STEPS):
            by = view.scale.width / 9 * (1 if step % 20 < 10 else -1)
            _fill(view)
            _timed(view, partial(view.pan, by), ours)
            _timed(plain, lambda: None, peers)
    return ours, peers


def _zoom(view: TimelineView, plain: QWidget) -> tuple[_Times, _Times]:
    ours, peers = _Times(), _Times()
    for turn in range(4):
        view.show_all()
        about = END_NS * (turn + 1) // 6
        for step in range(2 * STEPS):
            by = 0.4 if step < STEPS else -0.4
            _timed(view, partial(view.zoom, by, about_ns=about), ours)
            _timed(plain, lambda: None, peers)
            _fill(view)
    return ours, peers


def _play(view: TimelineView) -> _Times:
    view.show_all()
    view.zoom(8, about_ns=0)
    view.repaint()
    step = view.scale.length // 400
    times = _Times()
    for at in range(1, 300):
        _timed(view, partial(view.show_now, at * step), times)
    return times


def _measure(application: QApplication, shown: Shown, width: int) -> None:
    view = TimelineView()
    plain = PlainTimeline(view, shown)
    for widget in (view, plain):
        widget.resize(width, HEIGHT)
        widget.show()
    application.processEvents()
    view.show_footage(0, END_NS, index=shown.index, audio=shown.audio)
    view.show_tags(shown.project, shown.tags)
    view.show_shape(shown.shape)
    heading(f"{TAGS} tags over {HOURS} h, {width} by {HEIGHT}")
    both = _Times()
    for spectrogram in (False, True):
        view.set_spectrogram(spectrogram)
        name = "spectrogram" if spectrogram else "waveform"
        for what, run in (("moved", _scroll), ("zoomed", _zoom)):
            ours, peers = run(view, plain)
            both.add(ours)
            ours.row(f"{what}, {name}")
            if not spectrogram:
                peers.row("- a call for each tag and column")
    _play(view).row("playhead moved")
    _edits(view, shown).row("a tag added: all laid out and painted anew")
    took, worked = quantile(both.took, 0.95), quantile(both.worked, 0.95)
    goal(
        f"Timeline at {width}: 95 of 100 repaints",
        f"{took:.1f} ms, worked {worked:.1f} (goal {GOAL_MS:.0f})",
        met=took <= GOAL_MS,
    )
    for widget in (view, plain):
        widget.close()


def _edits(view: TimelineView, shown: Shown) -> _Times:
    times = _Times()
    for _ in range(20):
        _timed(view, partial(view.show_tags, shown.project, shown.tags[:-1]), times)
    return times


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    shown = make()
    for width in WIDTHS:
        _measure(application, shown, width)
    application.processEvents()
