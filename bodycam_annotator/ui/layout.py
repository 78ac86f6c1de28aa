"""How the parts of the window are arranged, and that arrangement kept from day to day."""

from collections.abc import Callable, Mapping, Sequence

from PyQt6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QHideEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import QApplication, QMainWindow, QTabBar, QTabWidget, QVBoxLayout, QWidget

from bodycam_annotator.ui.dock import Handle, Panel, soon
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.theme import scaled

_VERSION = 1
"""Of the arrangement that is kept: to be raised whenever there are other panels."""

_SIDES = {
    Qt.DockWidgetArea.RightDockWidgetArea: "at the right",
    Qt.DockWidgetArea.BottomDockWidgetArea: "below the picture",
    Qt.DockWidgetArea.LeftDockWidgetArea: "at the left",
    Qt.DockWidgetArea.TopDockWidgetArea: "above the picture",
}
_WAITS_MS = 50
_LOW = 900
"""Pixels, with usual text: what is lower has not room for pages and what lies below them."""

_FOOT = 0.26

_SMALLEST = QSize(1200, 700)
"""The smallest screen that the window is made for, less what the system takes of it."""

_ABOVE_LEAST = 192
"""Pixels with usual text: the height of a page before those below it get all they need."""

TIMELINE_LEAST, TIMELINE_MOST = 200, 420
"""Its height in pixels, until somebody has moved the divider."""


class Desk(QMainWindow):
    """The picture, and around it the panels.

    By default `pages` are tabs at the right, with `below` under them, and `foot` lies below all.
    Each can be dragged elsewhere. While a page of `gone_beside` is in front and in the same place
    as them, it has the room of those panels too; one of `gone_if_low` where there is not enough.

    Signals: `arranged` when something is at another place; `said` carries a sentence for the
    person; `leaving` when what has the focus is about to be hidden.
    """

    arranged = pyqtSignal()
    said = pyqtSignal(str)
    leaving = pyqtSignal()

    def __init__(
        self,
        middle: QWidget,
        *,
        pages: Mapping[str, QWidget],
        below: Mapping[str, QWidget],
        foot: Mapping[str, QWidget],
        gone_beside: Mapping[QWidget, Sequence[QWidget]],
        gone_if_low: Mapping[QWidget, Sequence[QWidget]],
    ) -> None:
        super().__init__(flags=Qt.WindowType.Widget)
        self._pages = [Panel(name, page) for name, page in pages.items()]
        self._below = [Panel(name, part, speaks=True, scrolls=True) for name, part in below.items()]
        self._foot = [Panel(name, part, speaks=True) for name, part in foot.items()]
        self.panels = {one.content: one for one in (*self._pages, *self._below, *self._foot)}
        self._gone_beside = self._panels_of(gone_beside)
        self._gone_if_low = self._panels_of(gone_if_low)
        self._shares: dict[str, tuple[float, float]] | None = None
        self._at_hand = self._pages[0]
        self._is_placing = False
        self._is_rearranged = False
        self._settling = _timer(self, 0, self._settle)
        self._sizing = _timer(self, 0, self._size_panels)
        self.setCentralWidget(middle)
        self.setDocumentMode(True)
        self.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._place()
        self._pristine = self.saveState(_VERSION)
        self._follow()

    # Panels

    def bring(self, content: QWidget) -> None:
        """To the front, from behind others or from where it had given up its room."""
        panel = self.panels[content]
        for page, others in self._takers().items():
            if panel in others and panel in self._gone():
                self.bring(self._neighbour(page).content)
        panel.show()
        panel.raise_()
        if panel.isFloating():
            # Else keys would go on to the window.
            panel.activateWindow()
        self._at_hand = panel
        self._arrange()

    def is_in_front(self, content: QWidget) -> bool:
        """Whether it is not behind another panel, nor has given up its room."""
        panel = self.panels[content]
        if panel.isHidden():
            return False
        bar = self._bar_of(panel)
        return bar is None or bar.tabText(bar.currentIndex()) == panel.windowTitle()

    def place_default(self) -> None:
        """All panels back to where they were at first."""
        self._start_over()
        self.said.emit("All panels are at their default places.")

    def float_or_dock(self) -> None:
        """The panel that the keys are in, or were in last."""
        panel = self._at_hand
        neighbour = self._neighbour(panel)
        panel.setFloating(not panel.isFloating())
        if not panel.isFloating():
            # The keys were in a window that is gone.
            self.activateWindow()
        (neighbour if panel.isFloating() else panel).raise_()
        panel.raise_()
        self._arrange()
        name = panel.windowTitle()
        self.said.emit(f"{name} floats." if panel.isFloating() else f"{name} is in the window.")

    def move_on(self) -> None:
        """The panel that the keys are in, or were in last, to the next side of the picture."""
        panel = self._at_hand
        panel.setFloating(False)
        sides = list(_SIDES)
        at = self.dockWidgetArea(panel)
        side = sides[(sides.index(at) + 1) % len(sides)] if at in sides else sides[0]
        there = [
            one for one in self._pages if one is not panel and self.dockWidgetArea(one) == side
        ]
        if panel in self._pages and there:
            self.tabifyDockWidget(there[0], panel)
        else:
            self.addDockWidget(side, panel)
        panel.show()
        panel.raise_()
        self._is_rearranged = True
        self._arrange()
        self.said.emit(f"{panel.windowTitle()} is {_SIDES[side]}.")

    # Kept from day to day

    def keep_shape(self, settings: WindowSettings) -> None:
        """Only what somebody has arranged: else the default goes on to fit the window."""
        if self._shares is None:
            settings.forget_places()
            return
        self._show_gone()
        settings.keep_places(self.saveState(_VERSION), self._shares)

    def restore_shape(self, settings: WindowSettings) -> None:
        state, shares = settings.places()
        if state is None:
            return
        if self._take(state):
            self._shares = shares
            self._arrange()
        else:
            self._start_over()

    # Qt

    def minimumSizeHint(self) -> QSize:
        """However many panels are shown, the window stays on the screen that it fits."""
        return super().minimumSizeHint().boundedTo(_SMALLEST - QSize(0, scaled(40)))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Panels keep their share of the window, by default a third of its width."""
        super().resizeEvent(event)
        self._size_panels()
        soon(self._settling)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Only dividers let the mouse through to here."""
        super().mousePressEvent(event)
        self._shares = self._measured()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(event)
        self._shares = self._measured()
        soon(self._sizing)
        self.arranged.emit()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self._show_floating)
        # Tabs are there only then.
        QTimer.singleShot(0, self._arrange)
        if self._shares is not None and not self._fits():
            self._start_over()

    def _show_floating(self) -> None:
        """Anew, as what was shown before the window would fall behind it when that is clicked."""
        for panel in self.panels.values():
            if panel.isFloating() and self.isVisible():
                panel.hide()
                panel.show()
                panel.raise_()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """What floats goes and comes with the rest."""
        super().hideEvent(event)
        if event is not None and not event.spontaneous():
            for panel in self.panels.values():
                if panel.isFloating():
                    panel.hide()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """By default what lies below the tabs has just the room that it needs."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            soon(self._sizing)
        return super().eventFilter(watched, event)

    # Inside

    def _fits(self) -> bool:
        """Whether panels as they were put on another screen leave this window on this one. Where
        not even the default does, nothing would be won."""
        screen, least = self.screen(), super().minimumSizeHint()
        room = screen.availableSize() if screen is not None else least
        if room.width() < _SMALLEST.width() or room.height() < _SMALLEST.height():
            return True
        return least.width() <= room.width() and least.height() <= room.height()

    def _place(self) -> None:
        right = Qt.DockWidgetArea.RightDockWidgetArea
        above = self._pages[0]
        self.addDockWidget(right, above)
        for panel in self._below:
            self.addDockWidget(right, panel)
        for panel in self._pages[1:]:
            self.tabifyDockWidget(above, panel)
        for panel in self._foot:
            self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, panel)
        above.raise_()

    def _follow(self) -> None:
        for panel in self.panels.values():
            panel.seen.connect(lambda: soon(self._settling))
            panel.moved.connect(self._note_moved)
            panel.installEventFilter(self)
            holder = panel.widget()
            if panel not in self._pages and holder is not None:
                holder.installEventFilter(self)
        self.tabifiedDockWidgetActivated.connect(lambda _: self._arrange())
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    def _follow_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        del old
        for content, panel in self.panels.items():
            if new is not None and (new is content or content.isAncestorOf(new)):
                self._at_hand = panel

    def _note_moved(self) -> None:
        if not self._is_placing and self.isVisible():
            self._is_rearranged = True
        soon(self._settling)

    def _settle(self) -> None:
        """Nothing moves under a pointer that drags."""
        if QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._settling.setInterval(0)
            self._arrange()
        else:
            self._settling.start(_WAITS_MS)

    def _arrange(self) -> None:
        """Handles, and who has whose room."""
        if not self.isVisible():
            return
        if self._is_rearranged:
            self._is_rearranged = False
            self._shares = self._measured()
        gone = self._gone()
        focus = QApplication.focusWidget()
        if focus is not None and any(one.isAncestorOf(focus) for one in gone):
            self.leaving.emit()
        for panel in self._below:
            if panel.isHidden() != (panel in gone):
                panel.setVisible(panel not in gone)
        for bar in self._bars():
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for panel in self.panels.values():
            handle = self._handle_of(panel)
            if handle is not panel.handle or handle is Handle.LINE:
                panel.show_handle(handle)
        soon(self._sizing)
        self.arranged.emit()

    def _handle_of(self, panel: Panel) -> Handle:
        if panel.window() is not self.window():
            return Handle.LINE
        if self.tabifiedDockWidgets(panel):
            return Handle.TAB
        return Handle.STRIP if panel.speaks else Handle.LINE

    def _gone(self) -> set[Panel]:
        """Those that give up their room now."""
        return {
            other
            for page, others in self._takers().items()
            for other in others
            if self.is_in_front(page.content) and self._are_together(page, other)
        }

    def _takers(self) -> dict[Panel, list[Panel]]:
        """The pages that have others' room now, and whose."""
        low = self._gone_if_low if self.height() < scaled(_LOW) else {}
        return {**self._gone_beside, **low}

    def _panels_of(self, named: Mapping[QWidget, Sequence[QWidget]]) -> dict[Panel, list[Panel]]:
        return {self.panels[one]: [self.panels[other] for other in named[one]] for one in named}

    def _are_together(self, page: Panel, other: Panel) -> bool:
        if page.isFloating() or other.isFloating():
            return False
        return self.dockWidgetArea(page) == self.dockWidgetArea(other)

    def _show_gone(self) -> None:
        for panel in self._below:
            panel.show()

    def _neighbour(self, page: Panel) -> Panel:
        """One that shares its place with that page, and takes no other's room."""
        others = [one for one in self._pages if one in self.tabifiedDockWidgets(page)]
        return next((one for one in others if one not in self._takers()), self._pages[0])

    def _bar_of(self, panel: Panel) -> QTabBar | None:
        """The tabs among which it is. Qt keeps others for a while, with what was in them."""
        others = self.tabifiedDockWidgets(panel)
        names = {one.windowTitle() for one in (panel, *others)}
        for bar in self._bars() if others else []:
            if {bar.tabText(at) for at in range(bar.count())} == names:
                return bar
        return None

    def _bars(self) -> list[QTabBar]:
        """Of panels that share a place, here or floating. Looking further down would take long."""
        holders = {self, *(one.parentWidget() for one in self.panels.values())}
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return [
            bar
            for holder in holders
            if holder is not None
            for bar in holder.findChildren(QTabBar, options=direct)
        ]

    def _start_over(self) -> None:
        """What was kept does not fit here."""
        self._shares = None
        self._take(self._pristine)
        self._pages[0].raise_()
        self._arrange()

    def _take(self, state: QByteArray) -> bool:
        """Whether that could be taken up."""
        self._is_placing = True
        taken = self.restoreState(state, _VERSION)
        for panel in self.panels.values():
            panel.show()
        self._is_placing = self._is_rearranged = False
        return taken

    def _size_panels(self) -> None:
        if not self.isVisible():
            return
        docked = self._docked()
        if self._shares is None:
            self._size_by_default(docked)
        else:
            self._size_by_shares(docked, self._shares)
        self._size_below(docked)

    def _size_by_default(self, docked: Sequence[Panel]) -> None:
        """The panels get a third of a wide window, the foot not quite a third of a high one."""
        low = [one for one in self._foot if one in docked]
        if low:
            foot = round(_FOOT * self.height())
            self.resizeDocks(low, [foot] * len(low), Qt.Orientation.Vertical)
        front = next((one for one in self._pages if one in docked), None)
        if front is not None:
            width = max(scaled(480), self.width() // 3)
            self.resizeDocks([front], [width], Qt.Orientation.Horizontal)

    def _size_by_shares(
        self, docked: Sequence[Panel], shares: Mapping[str, tuple[float, float]]
    ) -> None:
        there = [one for one in docked if one.objectName() in shares]
        for along, at in ((Qt.Orientation.Horizontal, 0), (Qt.Orientation.Vertical, 1)):
            whole = self.width() if at == 0 else self.height()
            sizes = [max(round(shares[one.objectName()][at] * whole), 1) for one in there]
            if there:
                self.resizeDocks(there, sizes, along)

    def _size_below(self, docked: Sequence[Panel]) -> None:
        """What lies below a page has no more than it needs, and less only where somebody made it
        so or the page would have next to nothing."""
        self._activate()
        for page in (one for one in self._pages if one in docked):
            below = [
                one
                for one in self._below
                if one in docked and one.x() == page.x() and one.width() == page.width()
            ]
            if not below:
                continue
            bar = self._bar_of(page)
            whole = sum(one.height() for one in (page, *below)) + (bar.height() if bar else 0)
            needs = [self._need_of(one) for one in below]
            rest = max(whole - sum(needs), min(scaled(_ABOVE_LEAST), whole // 2))
            self.resizeDocks([page, *below], [rest, *needs], Qt.Orientation.Vertical)

    def _need_of(self, panel: Panel) -> int:
        share = (self._shares or {}).get(panel.objectName(), (1.0, 1.0))[1]
        return min(panel.need, round(share * self.height()))

    def _activate(self) -> None:
        """Has the sizes that were asked for taken up now."""
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def _docked(self) -> list[Panel]:
        """Those that are seen in the window."""
        return [
            one
            for one in self.panels.values()
            if one.window() is self.window() and self.is_in_front(one.content)
        ]

    def _measured(self) -> dict[str, tuple[float, float]]:
        """Tabs share one place, whichever is in front."""
        width, height = max(self.width(), 1), max(self.height(), 1)
        shares = dict(self._shares or {})
        for panel in self._docked():
            share = min(panel.width() / width, 1.0), min(panel.height() / height, 1.0)
            if panel in self._below and panel.height() >= panel.need:
                # It needs more when more is in it.
                share = share[0], 1.0
            for one in (panel, *self.tabifiedDockWidgets(panel)):
                shares[one.objectName()] = share
        return shares


def column(*parts: QWidget, grows: QWidget) -> QWidget:
    """One above the other; `grows` gets the room that is left."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part, 1 if part is grows else 0)
    return box


def _timer(parent: QObject, wait_ms: int, do: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(wait_ms)
    timer.timeout.connect(do)
    return timer
