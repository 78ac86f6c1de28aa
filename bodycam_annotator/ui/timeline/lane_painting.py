"""A lane's tags, thousands of them: those too small to be told apart are painted all at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from bodycam_annotator.model.tag import Status
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.timeline.rows import Band
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.sound_image import image_of_colors
from bodycam_annotator.ui.timeline.tag_painting import paint_block, paint_flag
from bodycam_annotator.ui.timeline.tracks import Lane, Tracks

BAR_PX = 10
"""Blocks narrower than this, and without room for words beside them, are bars of one colour."""

CROWDED_PX = 6
"""Marks with less room than this before the next are poles with a short pennant."""

WORDS_PX = 40

_PENNANT = 5
"""Height of a small mark's pennant."""

_Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Row:
    """The tags of a lane from number `first` on: the column that each begins in, just as `Scale`
    has it; their edges in pixels, and where the next one begins."""

    first: int
    columns: NDArray[np.int64]
    lefts: _Numbers
    rights: _Numbers
    rooms: _Numbers
    marks: NDArray[np.bool_]

    @property
    def small(self) -> NDArray[np.bool_]:
        wide = self.rights - self.lefts
        crowded = self.rooms - self.rights < WORDS_PX
        return np.where(self.marks, self.rooms - self.lefts < CROWDED_PX, (wide < BAR_PX) & crowded)


def paint_lane(
    painter: QPainter,
    tracks: Tracks,
    lane: Lane,
    scale: Scale,
    band: Band,
    *,
    selected: frozenset[str],
    without: frozenset[str],
) -> None:
    """What is on screen of the lane, the selected on top; `without` are drawn faintly, as they
    are being moved."""
    row = _row(lane, scale)
    if not len(row.lefts):
        return
    small = row.small
    own = (~small).nonzero()[0].tolist()
    if selected:
        chosen = [at for at in range(len(small)) if lane.tags[row.first + at].id in selected]
        own = sorted(set(own) - set(chosen)) + chosen
    _paint_small(painter, lane, row, small, scale, band)
    for at in own:
        tag = lane.tags[row.first + at]
        code = tracks.code_of(tag)
        color = code.color if code else COLORS.muted
        words = tag.text or tracks.name_of(tag)
        left, right, room = float(row.lefts[at]), float(row.rights[at]), float(row.rooms[at]) - 3
        chosen_one = tag.id in selected
        if without:
            painter.setOpacity(0.3 if tag.id in without else 1.0)
        if row.marks[at]:
            paint_flag(
                painter, int(row.columns[at]), band, color, words, chosen=chosen_one, room=room
            )
            continue
        box = QRectF(left, band.top + 2, max(right - left, 2.0), band.height - 3)
        disputed = tag.status is Status.DISPUTED
        paint_block(
            painter, box, color, words, scale, chosen=chosen_one, disputed=disputed, room=room
        )
    painter.setOpacity(1.0)


def _row(lane: Lane, scale: Scale) -> _Row:
    shown = lane.between(scale.start_ns, scale.end_ns)
    # A mark's flag and a block's words reach further to the right.
    first = max(shown.start - 1, 0)
    starts, ends = lane.starts[first : shown.stop], lane.ends[first : shown.stop]
    share = scale.width / scale.length
    columns = scale.left + (starts - scale.start_ns) * scale.width // scale.length
    lefts = np.asarray(scale.left + (starts - scale.start_ns) * share, dtype=np.float64)
    rights = np.asarray(scale.left + (ends - scale.start_ns) * share, dtype=np.float64)
    rooms = np.append(lefts[1:], scale.right)
    if shown.stop < len(lane.starts) and len(rooms):
        rooms[-1] = min(scale.x(int(lane.starts[shown.stop])), scale.right)
    return _Row(first, columns, lefts, rights, np.minimum(rooms, scale.right), starts == ends)


def _paint_small(
    painter: QPainter,
    lane: Lane,
    row: _Row,
    small: NDArray[np.bool_],
    scale: Scale,
    band: Band,
) -> None:
    """Bars as wide as their time, two pixels at least; marks as poles with a short pennant."""
    if not small.any():
        return
    pixels = np.zeros((max(band.height - 3, 1), scale.width), dtype=np.uint32)
    columns = row.columns - scale.left
    wide = np.maximum(np.ceil(row.rights).astype(np.int64) - scale.left - columns, 2)
    # A gap to what follows at once, where there is room for one.
    wide -= wide > 3
    inks = lane.inks[row.first : row.first + len(columns)]
    for step in range(BAR_PX + 1):
        _fill(pixels, columns + step, inks, small & ~row.marks & (wide > step))
    marks = small & row.marks
    for step in (2, 1):
        _fill(pixels[:_PENNANT], columns + step, inks, marks)
    _fill(pixels, columns, inks, marks)
    image = image_of_colors(pixels, QImage.Format.Format_ARGB32)
    painter.drawImage(QRectF(scale.left, band.top + 2, scale.width, len(pixels)), image)


def _fill(
    pixels: NDArray[np.uint32],
    columns: NDArray[np.int64],
    inks: NDArray[np.uint32],
    which: NDArray[np.bool_],
) -> None:
    inside = which & (columns >= 0) & (columns < pixels.shape[1])
    pixels[:, columns[inside]] = inks[inside]
