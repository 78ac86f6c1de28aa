"""The look of the window: which colours, the font, the icons. It can change while it is shown."""

import atexit
from enum import StrEnum
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import qtawesome
from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PyQt6.QtWidgets import QApplication, QWidget

from bodycam_annotator.ui.colors import COLORS, DARK, LIGHT, ON_PICTURE, Colors, take_colors
from bodycam_annotator.ui.fonts import figures, load_fonts
from bodycam_annotator.ui.style import style_sheet

__all__ = [
    "COLORS",
    "ON_PICTURE",
    "UNIT",
    "Theme",
    "apply_theme",
    "ask_system",
    "figures",
    "icon",
    "restyle",
    "scaled",
    "set_tone",
]

UNIT = 4
"""Pixels: every margin, gap and height is a multiple of it."""

_TEXT_PX = 13
_DPI = 96
_MOST = 2.0


class Theme(StrEnum):
    """What a person can choose."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"

    def colors(self, system: Qt.ColorScheme) -> Colors:
        """Dark too where the system does not say."""
        as_system = self is Theme.SYSTEM and system is Qt.ColorScheme.Light
        return LIGHT if self is Theme.LIGHT or as_system else DARK


def apply_theme(
    application: QApplication,
    theme: Theme = Theme.DARK,
    *,
    system: Qt.ColorScheme = Qt.ColorScheme.Unknown,
) -> None:
    """At once, in every window that is open. `system` is what the system has now."""
    colors = theme.colors(system)
    if not application.property("themed"):
        _prepare(application)
    elif colors == COLORS:
        return
    take_colors(colors)
    application.setPalette(_palette())
    application.setPalette(_tick_palette(), "QCheckBox")
    size = application.font().pixelSize()
    application.setStyleSheet(style_sheet(COLORS, size=size, arrow=_arrow(COLORS.muted)))


def ask_system(theme: Theme) -> None:
    """For what the system draws itself: the window's frame and its own dialogs."""
    hints = QGuiApplication.styleHints()
    if hints is None:
        return
    if theme is Theme.SYSTEM:
        hints.unsetColorScheme()
    elif theme is Theme.LIGHT:
        hints.setColorScheme(Qt.ColorScheme.Light)
    else:
        hints.setColorScheme(Qt.ColorScheme.Dark)


def icon(name: str, *, color: str = "text") -> QIcon:
    """Of Material Design Icons, the one family used. `color` names one of `COLORS`; it is looked
    up whenever the icon is painted."""
    return QIcon(_Engine(name, color))


def scaled(pixels: int) -> int:
    """What is so wide or high with text of the usual size, with text of the size that it has."""
    application = QApplication.instance()
    size = application.font().pixelSize() if isinstance(application, QApplication) else _TEXT_PX
    return round(pixels * max(size, _TEXT_PX) / _TEXT_PX)


def set_tone(widget: QWidget, tone: str) -> None:
    """Colours what it says: "warn", "bad", or empty for neither. Its words or sign say it too."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Style sheets do not see by themselves that a property has changed."""
    style = widget.style()
    assert style is not None
    style.unpolish(widget)
    style.polish(widget)


class _Engine(QIconEngine):
    """A sign in the colour that is right when it is painted."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        del state
        role = "faint" if mode is QIcon.Mode.Disabled else self._color
        color = getattr(COLORS, role)
        qtawesome.icon(f"mdi6.{self._name}", color=color).paint(painter, rect)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color)


@cache
def _arrow(color: str) -> str:
    """A file with the sign on what can be opened, as style sheets take pictures only from files;
    empty where none can be written."""
    try:
        folder = Path(mkdtemp(prefix="bodycam-annotator-"))
    except OSError:
        return ""
    atexit.register(rmtree, folder, ignore_errors=True)
    sign = qtawesome.icon("mdi6.chevron-down", color=color)
    for scale, name in ((1, "arrow.png"), (2, "arrow@2x.png"), (3, "arrow@3x.png")):
        if not sign.pixmap(QSize(16, 16) * scale).save(str(folder / name)):
            return ""
    return (folder / "arrow.png").as_posix()


def _prepare(application: QApplication) -> None:
    """What stays the same in every theme."""
    load_fonts(application)
    application.setStyle("Fusion")
    font = QFont("Inter")
    font.setPixelSize(round(_TEXT_PX * _text_scale()))
    font.setStyleHint(QFont.StyleHint.SansSerif)
    application.setFont(figures(font))
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, True)
    application.setProperty("themed", True)


def _text_scale() -> float:
    """How much larger than usual the system sets text, besides scaling everything."""
    screen = QGuiApplication.primaryScreen()
    return min(max(screen.logicalDotsPerInch() / _DPI, 1.0), _MOST) if screen else 1.0


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: COLORS.panel,
        QPalette.ColorRole.WindowText: COLORS.text,
        QPalette.ColorRole.Base: COLORS.ground,
        QPalette.ColorRole.AlternateBase: COLORS.panel,
        QPalette.ColorRole.Text: COLORS.text,
        QPalette.ColorRole.Button: COLORS.raised,
        QPalette.ColorRole.ButtonText: COLORS.text,
        QPalette.ColorRole.BrightText: COLORS.bad,
        QPalette.ColorRole.Highlight: COLORS.accent_dim,
        QPalette.ColorRole.HighlightedText: COLORS.text,
        QPalette.ColorRole.Link: COLORS.accent,
        QPalette.ColorRole.PlaceholderText: COLORS.muted,
        QPalette.ColorRole.ToolTipBase: COLORS.raised,
        QPalette.ColorRole.ToolTipText: COLORS.text,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.WindowText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(COLORS.faint))
    return palette


def _tick_palette() -> QPalette:
    """Fusion outlines a box in the window's colour made darker: made so that it is seen."""
    palette = _palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(COLORS.edge).lighter(140))
    return palette
