"""Below the picture: which frame it is, when, and the buttons that move it."""

from collections.abc import Sequence
from fractions import Fraction

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.incident import Camera
from bodycam_annotator.timing import clock_text, seconds_text
from bodycam_annotator.ui.ab_marks import AbMarks, marked_text
from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.colors import seen_color
from bodycam_annotator.ui.fitting_words import FittingButton, FittingLabel
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.sound_menu import SoundMenu
from bodycam_annotator.ui.theme import COLORS, icon, scaled

_MS = 1_000_000
_DAY_MS = 24 * 60 * 60 * 1000


class SeekBar(QWidget):
    """The whole footage in one line; tags are ticks in it, spans without sound are hatched.

    Signals carry a share of the footage, 0 to 1: `dragged` while the button is down, `seek` when
    it is let go.
    """

    dragged = pyqtSignal(float)
    seek = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(20)
        self.setAccessibleName("Seek bar")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._share = 0.0
        self._held: float | None = None
        self._marked: tuple[float, float] | None = None
        self._ticks: Sequence[tuple[float, str]] = ()
        self._silent: Sequence[tuple[float, float]] = ()

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def show_marked(self, marked: tuple[float, float] | None) -> None:
        """From mark A to mark B."""
        self._marked = marked
        self.update()

    def show_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Shares of the footage and colours."""
        self._ticks = ticks
        self.update()

    def show_silence(self, spans: Sequence[tuple[float, float]]) -> None:
        self._silent = spans
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 20)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(6, 8, self.width() - 12, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(COLORS.edge))
        painter.drawRoundedRect(groove, 2, 2)
        painter.setBrush(QBrush(QColor(COLORS.muted), Qt.BrushStyle.Dense6Pattern))
        for start, end in self._silent:
            painter.drawRect(QRectF(self._x(start), 5, self._x(end) - self._x(start), 10))
        knob = self._share if self._held is None else self._held
        painter.setBrush(QColor(COLORS.accent))
        painter.drawRoundedRect(QRectF(6, 8, self._x(knob) - 6, 4), 2, 2)
        if self._marked is not None:
            self._paint_marked(painter, *self._marked)
        # Of several on one pixel the last is seen; of thousands only so many are painted.
        seen = {round(self._x(share)): color for share, color in self._ticks}
        for x, color in seen.items():
            painter.fillRect(QRectF(x - 1, 4, 2, 12), seen_color(color))
        painter.setBrush(QColor(COLORS.text))
        painter.drawEllipse(QPointF(self._x(knob), 10), 6, 6)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        share, self._held = self._held, None
        if share is not None:
            self._share = share
            self.seek.emit(share)
        self.update()

    def _drag(self, event: QMouseEvent | None) -> None:
        """The knob stays under the pointer, whichever picture comes first."""
        if event is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        share = (event.position().x() - 6) / max(self.width() - 12, 1)
        self._held = min(max(share, 0.0), 1.0)
        self.dragged.emit(self._held)
        self.update()

    def _paint_marked(self, painter: QPainter, start: float, end: float) -> None:
        left, right = self._x(start), max(self._x(end), self._x(start) + 2)
        painter.setBrush(QColor(COLORS.warn))
        painter.drawRect(QRectF(left, 8, right - left, 4))
        painter.setPen(QPen(QColor(COLORS.warn), 2))
        for x, inward in ((left, 4), (right, -4)):
            corners = [(x + inward, 2), (x, 2), (x, 18), (x + inward, 18)]
            painter.drawPolyline(QPolygonF([QPointF(*corner) for corner in corners]))
        painter.setPen(Qt.PenStyle.NoPen)

    def _x(self, share: float) -> float:
        return 6 + share * (self.width() - 12)


class Transport(QWidget):
    """Signals: `oddities_asked` when the person wants to know what is odd about the footage."""

    oddities_asked = pyqtSignal()

    def __init__(self, actions: Actions, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._actions = actions
        self._loops = False
        self.frame = PlainLabel("–")
        self.time = PlainLabel("–")
        self.clock = PlainLabel("")
        self.marked = PlainLabel("")
        self.speed = PlainLabel("1×")
        self.sound = FittingLabel()
        self.reaction = PlainLabel("")
        self.sound_menu = SoundMenu(self)
        self.oddities = FittingButton()
        self.seek_bar = SeekBar()
        self._fill()
        player.state_changed.connect(self.refresh)
        self.oddities.clicked.connect(self.oddities_asked)
        self.refresh()

    def show_frame(
        self, ordinal: int | None, index: FrameIndex | None, camera: Camera | None
    ) -> None:
        if ordinal is None or index is None:
            self.frame.setText("–")
            self.time.setText("–")
            self.clock.setText("")
            self.seek_bar.show_share(0.0)
            return
        start_ns, end_ns = index.span_of(ordinal)
        time_ns = start_ns - index.first_ns
        self.frame.setText(f"frame {ordinal}")
        self.frame.setToolTip(
            f"Frame {ordinal} of 0 to {len(index) - 1}, counted from 0.\n"
            f"PTS {index.pts_of(ordinal)} in ticks of {index.time_base} s."
        )
        self.time.setText(clock_text(time_ns))
        self.time.setToolTip(
            f"{seconds_text(time_ns)} s from the first frame, as the file records it.\n"
            f"On screen for {(end_ns - start_ns) / 1e6:.3f} ms."
        )
        self.clock.setText(clock_words(camera, time_ns))
        length = max(index.end_ns - index.first_ns, 1)
        self.seek_bar.show_share(time_ns / length)

    def show_marks(self, marks: AbMarks, index: FrameIndex | None) -> None:
        self._loops = marks.loops
        self._refresh_loop()
        if index is None or not marks.marked:
            self.marked.setText("")
            self.seek_bar.show_marked(None)
            return
        short, long = marked_text(marks, index)
        self.marked.setText(short)
        self.marked.setToolTip(plain_tip(long))
        length = max(index.end_ns - index.first_ns, 1)
        shares = [(index.time_of(one) - index.first_ns) / length for one in marks.marked]
        self.seek_bar.show_marked((shares[0], shares[-1]))

    def show_oddities(self, oddities: Sequence[str]) -> None:
        self.oddities.setVisible(bool(oddities))
        if oddities:
            count = len(oddities)
            more = f" +{count - 1}" if count > 1 else ""
            short = f"{count} oddities" if count > 1 else "1 oddity"
            self.oddities.say(_head(oddities[0]) + more, short)
            self.oddities.setToolTip(plain_tip("\n".join(oddities)))
            self.oddities.setAccessibleName("What is odd about this footage: " + oddities[0])

    def ask_sound(self) -> None:
        """Opens the menu of what can be listened to."""
        self._mute.showMenu()

    def refresh(self) -> None:
        """Speed, sound and the play button's face, as the player has them."""
        player = self._player
        playing = player.direction != 0
        self._actions["play"].setIcon(icon("pause" if playing else "play"))
        self._actions["mute"].setIcon(icon("volume-off" if player.muted else "volume-high"))
        backward = "–" if player.direction < 0 else ""
        self.speed.setText(f"{backward}{player.speed:g}×")
        self._refresh_loop()
        self._actions["speech_band"].setChecked(player.heard.hearing.speech_band)
        self._actions["scrub"].setChecked(player.heard.scrubs)
        # What is set shows also while nothing can be heard, as then no ear tells.
        words = player.heard.hearing.words
        state = player.sound_state
        said, short = (
            " · ".join(one for one in (words, why) if one)
            for why in (state, "no sound" if state else "")
        )
        self.sound.say(*((said, short) if player.index is not None else ("",)))
        # Wide enough for what it says most, so that nothing moves when the speed changes.
        self.sound.setMinimumWidth(
            max(
                self.sound.fontMetrics().horizontalAdvance("no sound device "),
                self.sound.minimumSizeHint().width(),
            )
        )
        for_ears = "For listening only: exports are as recorded" if words else ""
        self.sound.setToolTip(plain_tip("\n".join(one for one in (said, for_ears) if one)))

    def _refresh_loop(self) -> None:
        selection = self._player.loops_span
        self._actions["loop"].setChecked(self._loops or selection)
        self._actions["loop_selection"].setChecked(selection)

    def show_reaction(self, reaction_ms: int) -> None:
        """How much earlier keys mean while footage plays."""
        self.reaction.setVisible(bool(reaction_ms))
        self.reaction.setText(f"tags \N{MINUS SIGN}{reaction_ms} ms")
        self.reaction.setToolTip(
            f"While footage plays, tags are put {reaction_ms} ms earlier, for the time that it "
            "takes to press a key"
        )

    def _fill(self) -> None:
        numbers = QHBoxLayout()
        numbers.setSpacing(16)
        for label in (self.frame, self.time):
            font = label.font()
            font.setPixelSize(round(font.pixelSize() * 1.15))
            font.setWeight(font.Weight.DemiBold)
            label.setFont(font)
            # Wide enough for what it will show, so that nothing moves while stepping.
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance("frame 0000000"))
            flags = Qt.TextInteractionFlag.TextSelectableByMouse
            label.setTextInteractionFlags(flags)
            numbers.addWidget(label)
        self.clock.setProperty("muted", True)
        self.sound.setProperty("muted", True)
        self.reaction.setProperty("muted", True)
        self.reaction.hide()
        numbers.addWidget(self.clock)
        numbers.addStretch(1)
        self.marked.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        numbers.addWidget(self.marked)
        self.oddities.setIcon(icon("alert-outline", color="warn"))
        self.oddities.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.oddities.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.oddities.setVisible(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for action_id in ("first_frame", "previous_frame", "play", "next_frame", "last_frame"):
            buttons.addWidget(self._button(action_id))
        buttons.addSpacing(12)
        self.speed.setMinimumWidth(scaled(40))
        self.speed.setToolTip("Speed: [ slower, ] faster")
        buttons.addWidget(self.speed)
        buttons.addWidget(self._button("loop"))
        self._mute = self._button("mute")
        self._mute.setMenu(self.sound_menu)
        self._mute.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        buttons.addWidget(self._mute)
        buttons.addWidget(self.sound)
        buttons.addWidget(self.reaction)
        buttons.addStretch(1)
        buttons.addWidget(self.oddities)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(4)
        layout.addWidget(self.seek_bar)
        layout.addLayout(numbers)
        layout.addLayout(buttons)

    def _button(self, action_id: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[action_id])
        button.setIconSize(QSize(scaled(22), scaled(22)))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[action_id].text())
        return button


def clock_words(camera: Camera | None, time_ns: int) -> str:
    """What the camera's own clock shows, as far as it is known."""
    if camera is None or camera.clock_start_utc_ns is None:
        return ""
    # To the millisecond, as time and bound beside it; a bound is never told smaller than it is.
    shown_ms = round(Fraction(camera.clock_start_utc_ns + time_ns, _MS)) % _DAY_MS
    bound = camera.clock_uncertainty_ns
    plus = f" ± {-(-bound // _MS) / 1000:.3f} s" if bound is not None else ""
    return f"camera clock {clock_text(shown_ms * _MS)} UTC{plus}"


def _head(sentence: str) -> str:
    """What comes before the explanation."""
    return sentence.split(": ")[0].split(";")[0].rstrip(".")
