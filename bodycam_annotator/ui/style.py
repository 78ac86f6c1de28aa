"""The style sheet: how Qt's own controls look in the colours of now."""

from bodycam_annotator.ui.colors import Colors


def style_sheet(c: Colors, *, size: int, arrow: str) -> str:
    """`size` is that of text, in pixels; what text lies in grows with it. `arrow` is the file of
    the sign on what can be opened, empty to have the style's own."""
    parts = (_window(c), _fields(c), _buttons(c), _lists(c), _places(c), _words(c, size))
    return "\n".join((*parts, _arrows(arrow) if arrow else ""))


def _window(c: Colors) -> str:
    return f"""
QMainWindow, QDialog {{ background: {c.panel}; }}
QMenuBar {{ background: {c.panel}; color: {c.text}; }}
QWidget#top {{ background: {c.panel}; border-bottom: 1px solid {c.line}; }}
QMenuBar::item {{ padding: 6px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.accent_dim}; }}
QMenu {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 16px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent_dim}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
QToolTip {{ background: {c.raised}; color: {c.text};
  border: 1px solid {c.edge}; padding: 4px 6px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
_Fitting > QScrollBar:vertical {{ width: 8px; }}
QScrollBar::handle {{ background: {c.edge}; border-radius: 3px; min-height: 24px;
  min-width: 24px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: transparent; border: none; width: 0; height: 0; }}
QProgressBar {{ background: {c.line}; border: none; border-radius: 3px; max-height: 6px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
MessageBar {{ background: {c.raised}; border-left: 3px solid {c.accent}; }}
MessageBar[tone="warn"] {{ border-left-color: {c.warn}; }}
MessageBar[tone="bad"] {{ border-left-color: {c.bad}; }}
"""


def _fields(c: Colors) -> str:
    return f"""
QLineEdit, QComboBox, QPlainTextEdit, QSpinBox {{ background: {c.ground}; color: {c.text};
  border: 1px solid {c.edge}; border-radius: 4px; padding: 5px 8px; min-height: 18px;
  selection-background-color: {c.accent_dim}; selection-color: {c.text}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QSpinBox:focus {{
  border: 1px solid {c.accent}; }}
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{
  color: {c.faint}; background: {c.panel}; border-color: {c.line}; }}
QLineEdit[tone="bad"] {{ border: 1px solid {c.bad}; }}
QComboBox QAbstractItemView {{ background: {c.raised}; color: {c.text};
  border: 1px solid {c.edge}; selection-background-color: {c.accent_dim};
  selection-color: {c.text}; outline: none; }}
QTableView QLineEdit, QTableView QComboBox {{ border-radius: 0; padding: 1px 4px; }}
QWidget[dense="true"] QLineEdit, QWidget[dense="true"] QComboBox {{ padding: 2px 6px; }}
QSlider {{ min-height: 24px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.edge}; }}
QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
  background: {c.muted}; }}
QSlider::handle:horizontal:hover {{ background: {c.text}; }}
QSlider::handle:horizontal:focus {{ background: {c.accent}; }}
"""


def _buttons(c: Colors) -> str:
    return f"""
QPushButton {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.edge};
  border-radius: 4px; padding: 6px 14px; outline: none; }}
QPushButton:hover {{ border-color: {c.muted}; }}
QPushButton:focus {{ border: 1px solid {c.accent}; }}
QPushButton:pressed {{ background: {c.accent_dim}; }}
QPushButton:disabled {{ color: {c.faint}; border-color: {c.line}; }}
QPushButton[primary="true"] {{ background: {c.accent}; color: {c.on_accent}; font-weight: 600;
  border-color: {c.accent}; }}
QPushButton[primary="true"]:hover {{ background: {c.accent_over}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {c.text}; padding: 5px 13px; }}
QPushButton[link="true"] {{ background: transparent; text-align: left;
  border: 1px solid transparent; padding: 4px; }}
QPushButton[link="true"]:hover {{ color: {c.accent}; }}
QPushButton[link="true"]:focus {{ border: 1px solid {c.accent}; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
  padding: 4px; color: {c.text}; }}
QToolButton:hover {{ background: {c.raised}; }}
QToolButton:checked {{ background: {c.accent_dim}; border: 1px solid {c.edge}; }}
QToolButton:pressed {{ background: {c.accent_dim}; }}
QToolButton:focus {{ border: 1px solid {c.accent}; }}
"""


def _lists(c: Colors) -> str:
    return f"""
QTableView, QListView, QTreeView {{ background: {c.panel}; alternate-background-color: {c.stripe};
  color: {c.text}; border: 1px solid transparent; gridline-color: transparent; outline: none; }}
QTableView:focus, QListView:focus, QTreeView:focus {{ border: 1px solid {c.accent}; }}
QTableView::item, QTreeView::item {{ padding: 0 6px; border: none; }}
QTableView::item:selected, QTreeView::item:selected {{ background: {c.accent_dim}; color: {c.text};
  border-top: 1px solid {c.accent}; border-bottom: 1px solid {c.accent}; }}
QHeaderView {{ background: {c.panel}; }}
QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none;
  border-bottom: 1px solid {c.line}; padding: 4px 9px; }}
"""


def _places(c: Colors) -> str:
    return f"""
QMainWindow::separator {{ background: {c.ground if c.is_dark else c.line};
  width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {c.accent}; }}
QSplitter::handle:vertical {{ background: {c.line}; margin: 3px 0; }}
QSplitter::handle:horizontal {{ background: {c.line}; margin: 0 3px; }}
QSplitter::handle:hover {{ background: {c.accent}; }}
QDockWidget > QWidget {{ background: {c.panel}; }}
QTabBar {{ background: {c.panel}; }}
QTabBar::tab {{ padding: 8px 12px; color: {c.muted}; background: transparent;
  border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:focus {{ background: {c.accent_dim}; }}
"""


def _words(c: Colors, size: int) -> str:
    return f"""
QLabel[muted="true"] {{ color: {c.muted}; }}
QLabel[tone="warn"] {{ color: {c.warn}; }}
QLabel[tone="bad"] {{ color: {c.bad}; }}
QLabel[heading="true"] {{ font-size: {round(size * 1.7)}px; font-weight: 600; }}
QLabel[section="true"] {{ color: {c.muted}; font-weight: 600; }}
QLabel[waiting="true"] {{ background: {c.ground}; border: 1px solid {c.accent};
  border-radius: 4px; padding: 4px 12px; }}
QLabel[key="true"] {{ background: {c.raised}; border: 1px solid {c.edge};
  border-radius: 4px; padding: 1px 6px; }}
"""


def _arrows(arrow: str) -> str:
    return f"""
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 16px; height: 16px; }}
QToolButton::menu-button {{ border: none; width: 16px; }}
QToolButton::menu-arrow {{ image: url("{arrow}"); width: 14px; height: 14px; }}
"""
