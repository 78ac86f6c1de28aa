"""A panel of the window: it can be dragged to another side of the picture, or off the window."""

from enum import Enum

from PyQt6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QScrollArea,
    QScrollBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import COLORS, UNIT, icon, scaled

_GRIP = 3 * UNIT
_LOWEST = 112
"""Pixels with usual text: what can be scrolled has so much height at least."""


class Handle(Enum):
    """What a panel is dragged by: its tab, a strip at its left, or a line with its name."""

    TAB = "tab"
    STRIP = "strip"
    LINE = "line"


class Panel(QDockWidget):
    """What is in it is shown only while it is seen, in front of the others that it shares its
    place with.

    Attributes:
        content: what is in it.
        speaks: whether it says itself what it is, and so needs no name above it.

    Signals: `seen` when it came to the front or went behind; `moved` when it is at another place.
    """

    seen = pyqtSignal()
    moved = pyqtSignal()

    def __init__(
        self, name: str, content: QWidget, *, speaks: bool = False, scrolls: bool = False
    ) -> None:
        super().__init__(name)
        self.setObjectName(name)
        self.content = content
        self.speaks = speaks
        self.handle = Handle.TAB
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(_Fitting(content) if scrolls else content, 1)
        self.setWidget(holder)
        self._bar = _Bar(name)
        self._bar.dock.clicked.connect(lambda: self.setFloating(False))
        self.setTitleBarWidget(self._bar)
        self.show_handle(Handle.TAB)
        self.visibilityChanged.connect(self._show_content)
        self.topLevelChanged.connect(lambda _: self.moved.emit())
        self.dockLocationChanged.connect(lambda _: self.moved.emit())

    @property
    def need(self) -> int:
        """The height at which all of its content is seen."""
        wanted = self.sizeHint().height()
        if self.content.hasHeightForWidth() and self.content.isVisible():
            wanted = max(wanted, self.content.heightForWidth(self.content.width()))
        return wanted

    def show_handle(self, handle: Handle) -> None:
        self.handle = handle
        features = (
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        if handle is Handle.STRIP:
            features |= QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar
        if features != self.features():
            self.setFeatures(features)
        self._bar.show_handle(handle, floats=self.isFloating())

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Nothing is lost: what is closed goes back to where it was."""
        if event is not None and self.isFloating() and event.spontaneous():
            event.ignore()
            self.setFloating(False)
        else:
            super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """What floats has an edge, as nothing else parts it from what it lies on."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.setPen(QColor(COLORS.edge))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _show_content(self, visible: bool) -> None:
        self.content.setVisible(visible)
        self.seen.emit()


class _Fitting(QScrollArea):
    """Asks for all the room that its content needs, and can be scrolled where there is less."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = content
        self.setWidget(content)
        # Over the margin of the content, so that nothing in it is narrower while there is one.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.hide()
        place = self.verticalScrollBar()
        assert place is not None
        self._place = place
        place.rangeChanged.connect(self._show_bar)
        place.valueChanged.connect(self._bar.setValue)
        self._bar.valueChanged.connect(place.setValue)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        least = self._content.minimumSizeHint()
        return QSize(least.width(), min(least.height(), scaled(_LOWEST)))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        width = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - width, 0, width, self.height())

    def _show_bar(self, least: int, most: int) -> None:
        self._bar.setRange(least, most)
        self._bar.setPageStep(self.height())
        self._bar.setValue(self._place.value())
        self._bar.setVisible(most > least)
        self._bar.raise_()


class _Bar(QWidget):
    """Where a panel is taken hold of; dragging and double clicks are Qt's own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._handle = Handle.TAB
        self._name = PlainLabel(name)
        self._name.setProperty("section", True)
        self.dock = QToolButton()
        self.dock.setIcon(icon("dock-window"))
        self.dock.setIconSize(QSize(16, 16))
        self.dock.setToolTip("Put it back into the window")
        self.dock.setAccessibleName(f"Put {name} back into the window")
        self.dock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._name)
        row.addStretch(1)
        row.addWidget(self.dock)
        self.setToolTip(
            f"{name}: drag to another side or off the window; a double click does that too"
        )

    def show_handle(self, handle: Handle, *, floats: bool) -> None:
        self._handle = handle
        line = handle is Handle.LINE
        self._name.setVisible(line)
        self.dock.setVisible(line and floats)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(2 * UNIT, UNIT if line else 0, UNIT, UNIT if line else 0)
        self.setVisible(handle is not Handle.TAB)
        self.setCursor(
            Qt.CursorShape.ArrowCursor if handle is Handle.TAB else Qt.CursorShape.SizeAllCursor
        )
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._handle is Handle.TAB:
            return QSize(0, 0)
        return QSize(_GRIP, 0) if self._handle is Handle.STRIP else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._handle is not Handle.STRIP:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(COLORS.edge))
        middle = QPointF(self.rect().center()) + QPointF(0.5, 0.5)
        for row in range(-2, 3):
            painter.drawEllipse(middle + QPointF(0, row * 5), 1.25, 1.25)


def soon(timer: QTimer) -> None:
    """Once, when what is going on now is over."""
    if not timer.isActive():
        timer.start()
