"""What stays as it is while the playhead moves, painted once and kept as pixels."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPixmap

from bodycam_annotator.ui.theme import COLORS, figures
from bodycam_annotator.ui.timeline.lane_painting import paint_lane
from bodycam_annotator.ui.timeline.rows import GUTTER, RULER, Band
from bodycam_annotator.ui.timeline.ruler import (
    frames_on,
    paint_frame_grid,
    paint_frame_numbers,
    paint_ruler,
    paint_time_grid,
)
from bodycam_annotator.ui.timeline.scene import Scene
from bodycam_annotator.ui.timeline.sound_track import level_height, paint_sound

TAG_PX, SMALL_PX = 12, 11
"""Letters of tags and names, and of numbers."""

NUMBERS = 14
"""Pixels that the numbers of frames take at the top of the pictures, or else of the sound."""

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class Still:
    """Keeps the sound apart from the rest, as it takes longest and changes least."""

    def __init__(self) -> None:
        self._whole: QPixmap | None = None
        self._sound: tuple[object, QPixmap] | None = None

    def forget(self) -> None:
        """Something but the sound has changed."""
        self._whole = None

    def paint(self, painter: QPainter, scene: Scene, font: QFont, ratio: float) -> None:
        if self._whole is None:
            self._whole = self._painted(scene, font, ratio)
        painter.drawPixmap(0, 0, self._whole)

    def _painted(self, scene: Scene, font: QFont, ratio: float) -> QPixmap:
        whole = _blank(scene.width, scene.height, ratio)
        painter = QPainter(whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.fillRect(QRectF(0, 0, scene.width, scene.height), QColor(COLORS.ground))
        small = sized(font, SMALL_PX)
        paint_ruler(painter, scene.scale, scene.zero_ns, small)
        if scene.rows.strip is not None:
            numbered = frames_on(scene.scale, scene.index) is not None
            strip = scene.rows.strip
            below = NUMBERS if numbered else 0
            scene.film.paint(painter, scene.scale, Band(strip.top + below, strip.height - below))
        self._paint_sound(painter, scene, small, ratio)
        self._paint_tracks(painter, scene, sized(font, TAG_PX), small)
        _paint_names(painter, scene, sized(font, TAG_PX), small)
        painter.end()
        return whole

    def _paint_sound(self, painter: QPainter, scene: Scene, font: QFont, ratio: float) -> None:
        band, scale = scene.rows.sound, scene.scale
        key = (scale, band, scene.sound, id(scene.index), ratio, COLORS.is_dark)
        if self._sound is None or self._sound[0] != key:
            pixels = _blank(scene.width, band.height, ratio)
            inner = QPainter(pixels)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setFont(font)
            inner.translate(0, -band.top)
            _paint_grid(inner, scene, band)
            paint_sound(inner, scene.sound, scale, band)
            inner.end()
            self._sound = key, pixels
        painter.drawPixmap(QPointF(0, band.top), self._sound[1])

    def _paint_tracks(self, painter: QPainter, scene: Scene, font: QFont, small: QFont) -> None:
        scale, rows = scene.scale, scene.rows
        painter.save()
        painter.setClipRect(QRectF(0, rows.tracks.top, scene.width, rows.tracks.height))
        for number in range(len(scene.tracks.tracks)):
            band = rows.track(number)
            stripe = QColor(COLORS.panel if number % 2 == 0 else COLORS.stripe)
            painter.fillRect(QRectF(0, band.top, scene.width, band.height), stripe)
        painter.restore()
        _paint_grid(painter, scene, rows.tracks)
        ordinals = frames_on(scale, scene.index)
        if ordinals is not None and scene.index is not None:
            painter.setClipRect(QRectF(scale.left, 0, scale.width, scene.height))
            painter.setFont(small)
            numbers = Band(RULER, NUMBERS)
            if rows.strip is not None:
                ground = QRectF(scale.left, numbers.top, scale.width, numbers.height)
                painter.fillRect(ground, QColor(COLORS.panel))
            paint_frame_numbers(painter, scale, scene.index, ordinals, numbers)
        painter.setClipRect(QRectF(scale.left, rows.tracks.top, scale.width, rows.tracks.height))
        painter.setFont(font)
        moved = frozenset(scene.drag.preview) if scene.drag else frozenset()
        for number, track in enumerate(scene.tracks.tracks):
            for at, lane in enumerate(track.lanes):
                band = rows.lane_of(number, at)
                if band.bottom > rows.tracks.top and band.top < rows.tracks.bottom:
                    paint_lane(
                        painter,
                        scene.tracks,
                        lane,
                        scale,
                        band,
                        selected=scene.selected,
                        without=moved,
                    )
        painter.setClipping(False)


def _paint_grid(painter: QPainter, scene: Scene, band: Band) -> None:
    """Frames where they can be told apart, else the ruler's times."""
    scale, index = scene.scale, scene.index
    painter.save()
    painter.setClipRect(QRectF(scale.left, band.top, scale.width, band.height))
    ordinals = frames_on(scale, index)
    if ordinals is None or index is None:
        paint_time_grid(painter, scale, scene.zero_ns, band.top, band.bottom)
    else:
        paint_frame_grid(painter, scale, index, ordinals, band.top, band.bottom)
    painter.restore()


def _paint_names(painter: QPainter, scene: Scene, font: QFont, small: QFont) -> None:
    """The gutter: what each row is, and the sound's own scale."""
    rows = scene.rows
    painter.fillRect(QRectF(0, 0, GUTTER, rows.tracks.top), QColor(COLORS.panel))
    painter.setPen(QColor(COLORS.muted))
    painter.setFont(font)
    if rows.strip is not None:
        box = QRectF(12, rows.strip.top, GUTTER - 16, rows.strip.height)
        painter.drawText(box, _LEFT, "picture")
    band = rows.sound
    painter.drawText(QRectF(12, band.top, GUTTER - 16, band.height), _LEFT, "sound")
    painter.setFont(small)
    _paint_sound_scale(painter, scene)
    painter.setFont(font)
    painter.setClipRect(QRectF(0, rows.tracks.top, GUTTER, rows.tracks.height))
    for number, track in enumerate(scene.tracks.tracks):
        box = QRectF(12, rows.track(number).top, GUTTER - 16, rows.lane)
        painter.drawText(box, _LEFT, track.group)
    above, below = rows.out_of_view
    for more, sign, y in (
        (above, "▴", rows.tracks.top),
        (below, "▾", rows.tracks.bottom - rows.lane),
    ):
        # More lanes than there is room for: the wheel over the names moves them.
        if more:
            box = QRectF(GUTTER - 36, y, 32, rows.lane)
            painter.fillRect(box, QColor(COLORS.ground))
            painter.setPen(QColor(COLORS.accent))
            painter.drawText(box, _RIGHT, f"{sign} {more}")
    painter.setClipping(False)
    painter.setPen(QColor(COLORS.line))
    painter.drawLine(QPointF(GUTTER - 0.5, 0), QPointF(GUTTER - 0.5, scene.height))
    for foot in (RULER - 0.5, rows.sound.top - 0.5, rows.sound.bottom - 0.5):
        painter.drawLine(QPointF(0, foot), QPointF(GUTTER, foot))


def _paint_sound_scale(painter: QPainter, scene: Scene) -> None:
    band, shape = scene.rows.sound, scene.sound.shape
    if shape is None:
        return
    height = painter.fontMetrics().height()
    box = QRectF(GUTTER - 52, 0, 46, height)
    if scene.sound.spectrogram:
        marks = [(band.top + 4 + height / 2, f"{shape.spectrogram.top_hz / 1000:g} kHz")]
        marks.append((band.bottom - 4 - height / 2, "0"))
    else:
        middle = band.top + band.height / 2
        # With less room it would stand too near the name.
        roomy = band.height >= 3.5 * height
        marks = [(middle - level_height(band), "-20 dB")] if roomy else []
    for y, words in marks:
        box.moveTop(y - height / 2)
        painter.drawText(box, _RIGHT, words)


def sized(font: QFont, pixels: int) -> QFont:
    sized = figures(font)
    sized.setPixelSize(pixels)
    return sized


def _blank(width: int, height: int, ratio: float) -> QPixmap:
    pixels = QPixmap(QSize(round(width * ratio), round(height * ratio)))
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(QColor(COLORS.ground))
    return pixels
