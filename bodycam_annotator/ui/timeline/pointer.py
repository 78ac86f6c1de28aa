"""What the mouse does on the timeline: seek, select, drag tags, pan, zoom."""

from enum import Enum, auto

from PyQt6.QtCore import QObject, QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QMouseEvent

from bodycam_annotator.ui.timeline.dragging import Drag, places_around, why_not
from bodycam_annotator.ui.timeline.scene import Scene
from bodycam_annotator.ui.timeline.tracks import Hit, Part

SNAP_PX = 8
"""How near an onset or an edge must be to be gone to."""

DRAG_PX = 4
"""So far a pressed mouse may move and still mean a click; Qt's own 10 are half a frame or more."""

PAN_EVERY_MS = 30

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_FREEING = Qt.KeyboardModifier.AltModifier | _SHIFT
"""While either is held, what is dragged snaps to nothing. Many window managers keep Alt with a drag
for themselves; Shift is free once a drag has begun, though not before: it selects."""


class _Doing(Enum):
    NOTHING = auto()
    SEEKING = auto()
    PRESSING = auto()
    """A tag is pressed, and not moved far enough for a drag."""
    DRAGGING = auto()
    SELECTING = auto()
    PANNING = auto()


class Pointer(QObject):
    """Signals: those of `TimelineView`; `panned` carries pixels, `scene_changed` asks for a
    repaint of what lies over the tracks, `tags_changed` of the tags as well."""

    seek = pyqtSignal(object)
    dragged = pyqtSignal(object)
    chosen = pyqtSignal(object)
    selected = pyqtSignal(object)
    moved = pyqtSignal(object, object)
    said = pyqtSignal(str)
    panned = pyqtSignal(float)
    scene_changed = pyqtSignal()
    tags_changed = pyqtSignal()

    def __init__(self, scene: Scene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self._doing = _Doing.NOTHING
        self._button = Qt.MouseButton.NoButton
        self._hit: Hit | None = None
        self._pressed = self._last = QPointF()
        self._keys = Qt.KeyboardModifier.NoModifier
        self._anchor: str | None = None
        self._went = False
        self._panning = QTimer(self)
        self._panning.setInterval(PAN_EVERY_MS)
        self._panning.timeout.connect(self._pan_on)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way that Esc would cancel."""
        return self._doing in (_Doing.DRAGGING, _Doing.SELECTING)

    def hit_at(self, place: QPointF) -> Hit | None:
        scene = self._scene
        at = scene.rows.at(place.y())
        if place.x() < scene.scale.left or at is None:
            return None
        lanes = scene.tracks.tracks[at[0]].lanes
        if at[1] >= len(lanes):
            return None
        return lanes[at[1]].hit(place.x(), scene.scale, scene.selected)

    # Buttons

    def press(self, event: QMouseEvent) -> None:
        if self._doing is not _Doing.NOTHING:
            if event.button() != self._button:
                return
            # Pressed anew, so it has been let go of where nobody saw it.
            self.cancel()
            self._doing = _Doing.NOTHING
        self._button = event.button()
        place = event.position()
        self._pressed = self._last = place
        self._keys, self._went = event.modifiers(), False
        if event.button() == Qt.MouseButton.MiddleButton:
            self._doing = _Doing.PANNING
        elif event.button() == Qt.MouseButton.LeftButton and place.x() >= self._scene.scale.left:
            self._press_left(place)

    def move(self, event: QMouseEvent) -> None:
        before, self._last = self._last, event.position()
        self._keys = event.modifiers()
        far = (self._last - self._pressed).manhattanLength() >= DRAG_PX
        if self._doing is _Doing.PANNING:
            self.panned.emit(before.x() - self._last.x())
        elif self._doing is _Doing.SEEKING:
            self._went = True
            self.dragged.emit(self._time_under())
        elif self._doing is _Doing.PRESSING and far:
            self._begin_drag()
        elif self._doing is _Doing.SELECTING and (far or self._went):
            self._went = True
            self._stretch()
        if self._doing is _Doing.DRAGGING:
            self.follow()
        if self.is_busy and not self._panning.isActive():
            self._panning.start()

    def release(self, event: QMouseEvent) -> None:
        """Only the button that began something ends it."""
        if self._doing is _Doing.NOTHING or event.button() != self._button:
            return
        doing, self._doing = self._doing, _Doing.NOTHING
        self._panning.stop()
        self._last = event.position()
        if doing is _Doing.SEEKING and self._went:
            self.seek.emit(self._time_under())
        elif doing is _Doing.PRESSING and self._hit is not None:
            self._choose(self._hit.tag.id)
        elif doing is _Doing.DRAGGING:
            self._let_go()
        elif doing is _Doing.SELECTING:
            self._select(event.modifiers())

    def cancel(self) -> None:
        """What is under way has never been begun."""
        if self.is_busy:
            self._doing = _Doing.NOTHING
            self._panning.stop()
            self._scene.drag = self._scene.rubber = None
            self.tags_changed.emit()

    def renew(self) -> None:
        """The tags have changed: what is dragged goes on from how they are now, or not at all."""
        drag, scene = self._scene.drag, self._scene
        if drag is None or drag.let_go:
            return
        tags = scene.tracks.tags
        why = why_not(drag.part, [one.tag for one in drag.held], tags)
        if why:
            self.cancel()
            self.said.emit(why)
            return
        held = [scene.held(tags[one.tag.id]) for one in drag.held]
        drag.renew(held, places_around(scene.places, held, tags.values()))
        self.follow()

    def follow(self) -> None:
        """The tag under the hand goes to where the pointer is at the scale that there is now."""
        drag, scale = self._scene.drag, self._scene.scale
        if drag is not None and not drag.let_go:
            time_ns = scale.time(self._last.x())
            drag.to(time_ns, within_ns=scale.ns(SNAP_PX), free=bool(self._keys & _FREEING))
            self.scene_changed.emit()

    def take_keys(self, keys: Qt.KeyboardModifier) -> None:
        """Alt or Shift is held or let go of without the mouse being moved."""
        self._keys = keys
        self.follow()

    # How

    def _press_left(self, place: QPointF) -> None:
        hit = self._hit = self.hit_at(place)
        keys = self._keys
        if keys & _SHIFT and self._scene.rows.tracks.holds(place.y()):
            self._doing = _Doing.SELECTING
        elif hit is not None and keys & _CTRL:
            self._toggle(hit.tag.id)
        elif hit is not None:
            self._doing = _Doing.PRESSING
        else:
            self._doing = _Doing.SEEKING
            self.seek.emit(self._time_under())

    def _begin_drag(self) -> None:
        scene, hit = self._scene, self._hit
        self._doing = _Doing.NOTHING
        if hit is None:
            return
        why = why_not(hit.part, [hit.tag], scene.tracks.tags)
        if why:
            self.said.emit(why)
            return
        if hit.tag.id not in scene.selected:
            self._anchor = hit.tag.id
            self.selected.emit((hit.tag.id,))
        along = scene.selected - {hit.tag.id} if hit.part is Part.BODY else frozenset()
        tags = scene.tracks.tags
        held = [scene.held(tags[one]) for one in (hit.tag.id, *sorted(along)) if one in tags]
        places = places_around(scene.places, held, tags.values())
        grabbed_ns = scene.scale.time(self._pressed.x())
        scene.drag = Drag(held[0], hit.part, held[1:], grabbed_ns, places)
        self._doing = _Doing.DRAGGING
        self.follow()
        self.tags_changed.emit()

    def _let_go(self) -> None:
        drag = self._scene.drag
        if drag is None:
            return
        self.follow()
        moves = drag.moves
        # It stays where it was put until the edit is made.
        drag.let_go = True
        if not moves:
            self._scene.drag = None
        self.tags_changed.emit()
        if moves:
            self.moved.emit(moves, drag.was)

    def _choose(self, tag_id: str) -> None:
        tag = self._scene.tracks.tags.get(tag_id)
        if tag is not None:
            self._anchor = tag_id
            self.chosen.emit(tag)

    def _toggle(self, tag_id: str) -> None:
        selected = self._scene.selected
        self._anchor = tag_id
        kept = [one for one in self._scene.tracks.tags if one in selected and one != tag_id]
        self.selected.emit(tuple(kept if tag_id in selected else [*kept, tag_id]))

    def _stretch(self) -> None:
        start, end = self._pressed, self._last
        self._scene.rubber = (start.x(), start.y(), end.x(), end.y())
        self.scene_changed.emit()

    def _select(self, keys: Qt.KeyboardModifier) -> None:
        scene = self._scene
        if scene.rubber is None:
            if self._hit is not None:
                self.selected.emit(self._up_to(self._hit))
            return
        left, top, right, bottom = scene.rubber
        scene.rubber = None
        found = self._inside(sorted((left, right)), sorted((top, bottom)))
        if keys & _CTRL:
            found = [one for one in scene.tracks.tags if one in scene.selected or one in found]
        self.selected.emit(tuple(found))
        self.scene_changed.emit()

    def _inside(self, xs: list[float], ys: list[float]) -> list[str]:
        scene = self._scene
        start, end = scene.scale.time(xs[0]), scene.scale.time(xs[1]) + 1
        found: set[str] = set()
        for number, track in enumerate(scene.tracks.tracks):
            for at, lane in enumerate(track.lanes):
                band = scene.rows.lane_of(number, at)
                if band.top < ys[1] and band.bottom > ys[0]:
                    found |= {lane.tags[k].id for k in lane.between(start, end)}
        return [one for one in scene.tracks.tags if one in found]

    def _up_to(self, hit: Hit) -> tuple[str, ...]:
        """From the tag that was clicked last to this one, all that are on their tracks."""
        tracks = self._scene.tracks
        anchor = tracks.tags.get(self._anchor or "")
        if anchor is None:
            self._anchor = hit.tag.id
            return (hit.tag.id,)
        groups = {tracks.place[anchor.id][0], tracks.place[hit.tag.id][0]}
        ordered = list(tracks.tags)
        first, last = sorted((ordered.index(anchor.id), ordered.index(hit.tag.id)))
        return tuple(one for one in ordered[first : last + 1] if tracks.place[one][0] in groups)

    def _time_under(self) -> int:
        """The last instant of the pixel, so that a frame is found where its first is painted."""
        first, end = self._scene.bounds
        return min(max(self._scene.scale.time(int(self._last.x()) + 1) - 1, first), end - 1)

    def _pan_on(self) -> None:
        """While something is dragged beyond the view, the view goes after it."""
        scale, x = self._scene.scale, self._last.x()
        beyond = min(x - scale.left, 0.0) + max(x - scale.right, 0.0)
        if beyond:
            self.panned.emit(min(max(beyond / 2, -60.0), 60.0))
