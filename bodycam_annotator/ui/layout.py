"""How the parts of the window are arranged, and that arrangement kept from day to day."""

from collections.abc import Callable, Mapping, Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QApplication, QSplitter, QTabWidget, QVBoxLayout, QWidget

from bodycam_annotator.ui.settings import WindowSettings

TIMELINE_LEAST, TIMELINE_MOST = 200, 420
"""Its height in pixels, until somebody has moved the divider."""


class Desk(QSplitter):
    """Picture and panels side by side, the timeline below them across the whole width."""

    def __init__(self, player: QWidget, side: QWidget, timeline: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._touched: set[str] = set()
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.splitterMoved.connect(lambda: self._touched.add("columns"))
        self.splitterMoved.connect(lambda: self._touched.add("rows"))
        side.setMinimumWidth(360)
        _fill(self._columns, player, side, sizes=[796, 480])
        _fill(self, self._columns, timeline, sizes=[534, 228])

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Until somebody has moved a divider, the panels get a third of a wide window, and the
        timeline of a high one what it can use."""
        super().resizeEvent(event)
        if "columns" not in self._touched:
            side = max(480, self.width() // 3)
            self._columns.setSizes([self.width() - side, side])
        if "rows" not in self._touched:
            timeline = min(max(TIMELINE_LEAST, round(0.3 * self.height())), TIMELINE_MOST)
            self.setSizes([self.height() - timeline, timeline])

    def keep_shape(self, settings: WindowSettings) -> None:
        for name, splitter in self._splitters():
            if name in self._touched:
                settings.keep_shape(name, splitter.saveState())

    def restore_shape(self, settings: WindowSettings) -> None:
        for name, splitter in self._splitters():
            shape = settings.shape(name)
            if shape is not None:
                splitter.restoreState(shape)
                self._touched.add(name)

    def _splitters(self) -> tuple[tuple[str, QSplitter], ...]:
        return ("columns", self._columns), ("rows", self)


def column(*parts: QWidget, grows: QWidget) -> QWidget:
    """One above the other; `grows` gets the room that is left."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part in parts:
        layout.addWidget(part, 1 if part is grows else 0)
    return box


def tabs(**pages: QWidget) -> QTabWidget:
    """Tabs by title."""
    made = QTabWidget()
    bar = made.tabBar()
    assert bar is not None
    bar.setDrawBase(False)
    for title, page in pages.items():
        made.addTab(page, title)
    return made


def hide_beside(
    shown: QTabWidget,
    hidden: Mapping[QWidget, Sequence[QWidget]],
    *,
    leave: Callable[[], object],
) -> None:
    """While a page of `hidden` is the tab in front it has the room of those widgets too. `leave` is
    called when the focus would go with them: Qt would give it to any button, which Space would
    then press."""
    every = {other for others in hidden.values() for other in others}

    def arrange() -> None:
        page = shown.currentWidget()
        gone = hidden.get(page, ()) if page is not None else ()
        focus = QApplication.focusWidget()
        if focus is not None and any(other.isAncestorOf(focus) for other in gone):
            leave()
        for other in every:
            other.setVisible(other not in gone)

    shown.currentChanged.connect(lambda _: arrange())


def _fill(splitter: QSplitter, first: QWidget, second: QWidget, *, sizes: list[int]) -> None:
    splitter.addWidget(first)
    splitter.addWidget(second)
    splitter.setStretchFactor(0, 1)
    splitter.setHandleWidth(4)
    splitter.setChildrenCollapsible(False)
    splitter.setSizes(sizes)
