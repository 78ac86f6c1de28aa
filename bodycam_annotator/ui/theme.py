"""Colours, fonts and the style sheet: one neutral dark look, one accent."""

from dataclasses import dataclass

import qtawesome
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.config import assets_folder

UNIT = 4
"""Pixels: every margin, gap and height is a multiple of it."""


@dataclass(frozen=True, kw_only=True)
class Colors:
    """Contrast of `text` and `muted` on `panel` is at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

    ground: str = "#131518"
    panel: str = "#1A1D21"
    raised: str = "#24282D"
    line: str = "#363C43"
    text: str = "#E7EAED"
    muted: str = "#A0A8B0"
    accent: str = "#5AA9FF"
    accent_dim: str = "#23405F"
    warn: str = "#F0B44C"
    bad: str = "#FF7A6B"
    good: str = "#5CC98B"


COLORS = Colors()


def icon(name: str, *, color: str = COLORS.text) -> QIcon:
    """An icon of Material Design Icons, the one family used."""
    return QIcon(qtawesome.icon(f"mdi6.{name}", color=color, color_disabled=COLORS.line))


def figures(font: QFont) -> QFont:
    """`font` with digits of one width, so that running times do not jitter."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


def apply_theme(application: QApplication) -> None:
    for path in sorted((assets_folder() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    application.setStyle("Fusion")
    font = QFont("Inter")
    font.setPixelSize(13)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    application.setFont(figures(font))
    application.setPalette(_palette())
    application.setPalette(_tick_palette(), "QCheckBox")
    application.setStyleSheet(_STYLE)
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus, True)


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
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#69717A"))
    return palette


def _tick_palette() -> QPalette:
    """Fusion outlines a box in the window's colour made darker, which is not seen on dark."""
    palette = _palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(COLORS.muted).lighter(140))
    return palette


_STYLE = f"""
QMainWindow, QDialog {{ background: {COLORS.panel}; }}
QMenuBar {{ background: {COLORS.panel}; }}
QWidget#top {{ background: {COLORS.panel}; border-bottom: 1px solid {COLORS.line}; }}
QMenuBar::item {{ padding: 6px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {COLORS.raised}; }}
QMenu {{ background: {COLORS.raised}; border: 1px solid {COLORS.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 16px; border-radius: 4px; }}
QMenu::item:selected {{ background: {COLORS.accent_dim}; }}
QMenu::item:disabled {{ color: #69717A; }}
QMenu::separator {{ height: 1px; background: {COLORS.line}; margin: 4px 8px; }}
QToolTip {{ background: {COLORS.raised}; color: {COLORS.text};
  border: 1px solid {COLORS.line}; padding: 4px 6px; }}
QSplitter::handle {{ background: {COLORS.ground}; }}
QSplitter::handle:hover {{ background: {COLORS.accent_dim}; }}
QTabWidget::pane {{ border: none; }}
QTabBar {{ background: {COLORS.panel}; }}
QTabBar::tab {{ padding: 8px 12px; color: {COLORS.muted}; background: transparent;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {COLORS.text}; border-bottom: 2px solid {COLORS.accent}; }}
QTabBar::tab:hover {{ color: {COLORS.text}; }}
QTabBar::tab:focus {{ background: {COLORS.raised}; }}
QLineEdit, QComboBox, QPlainTextEdit, QSpinBox {{ background: {COLORS.ground};
  border: 1px solid {COLORS.line}; border-radius: 4px; padding: 5px 8px; min-height: 18px;
  selection-background-color: {COLORS.accent_dim}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QSpinBox:focus {{
  border: 1px solid {COLORS.accent}; }}
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{
  color: #69717A; background: {COLORS.panel}; }}
QComboBox QAbstractItemView {{ background: {COLORS.raised}; border: 1px solid {COLORS.line};
  selection-background-color: {COLORS.accent_dim}; outline: none; }}
QTableView QLineEdit, QTableView QComboBox {{ border-radius: 0; padding: 1px 4px; }}
QWidget[dense="true"] QLineEdit, QWidget[dense="true"] QComboBox {{ padding: 2px 6px; }}
QPushButton {{ background: {COLORS.raised}; border: 1px solid {COLORS.line}; border-radius: 4px;
  padding: 6px 14px; }}
QPushButton:hover {{ border-color: {COLORS.muted}; }}
QPushButton:focus {{ border: 1px solid {COLORS.accent}; }}
QPushButton:pressed {{ background: {COLORS.accent_dim}; }}
QPushButton:disabled {{ color: #69717A; }}
QPushButton[primary="true"] {{ background: {COLORS.accent}; color: #0B1622; font-weight: 600;
  border-color: {COLORS.accent}; }}
QPushButton[primary="true"]:hover {{ background: #7BBBFF; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {COLORS.text}; padding: 5px 13px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
  padding: 4px; }}
QToolButton:hover {{ background: {COLORS.raised}; }}
QToolButton:focus {{ border: 1px solid {COLORS.accent}; }}
QToolButton:checked, QToolButton:pressed {{ background: {COLORS.accent_dim}; }}
QTableView {{ background: {COLORS.panel}; alternate-background-color: #1E2226; border: none;
  gridline-color: transparent; outline: none; }}
QTableView::item {{ padding: 0 6px; border: none; }}
QTableView::item:selected {{ background: {COLORS.accent_dim}; color: {COLORS.text}; }}
QHeaderView::section {{ background: {COLORS.panel}; color: {COLORS.muted}; border: none;
  border-bottom: 1px solid {COLORS.line}; padding: 4px 9px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {COLORS.line}; border-radius: 4px; min-height: 24px;
  min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: #4A525B; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: transparent; border: none; width: 0; height: 0; }}
QProgressBar {{ background: {COLORS.ground}; border: none; border-radius: 3px; max-height: 6px; }}
QProgressBar::chunk {{ background: {COLORS.accent}; border-radius: 3px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLabel[muted="true"] {{ color: {COLORS.muted}; }}
QLabel[heading="true"] {{ font-size: 22px; font-weight: 600; }}
QLabel[section="true"] {{ color: {COLORS.muted}; font-weight: 600; }}
QLabel[waiting="true"] {{ background: {COLORS.ground}; border: 1px solid {COLORS.accent};
  border-radius: 4px; padding: 4px 12px; }}
QTreeView {{ background: {COLORS.ground}; border: 1px solid {COLORS.line}; border-radius: 4px;
  outline: none; }}
QTreeView::item {{ padding: 0 4px; }}
QTreeView::item:selected {{ background: {COLORS.accent_dim}; color: {COLORS.text}; }}
QLabel[key="true"] {{ background: {COLORS.raised}; border: 1px solid {COLORS.line};
  border-radius: 4px; padding: 1px 6px; }}
"""
