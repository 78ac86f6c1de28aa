"""The codebook editor's parts and how they are arranged."""

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.ui.code_form import CodeForm
from bodycam_annotator.ui.code_list import CodeList
from bodycam_annotator.ui.code_preview import CodePreview
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import COLORS, icon

KEYS = (
    ("Ctrl+N", "add"),
    ("Ctrl+D", "duplicate"),
    ("Ctrl+Del", "remove"),
    ("Alt+Up", "up"),
    ("Alt+Down", "down"),
    ("Alt+Shift+Up", "group_up"),
    ("Alt+Shift+Down", "group_down"),
    ("Ctrl+S", "save"),
    ("Ctrl+Return", "save"),
)
"""Keys of the editor, and what each does."""

_UNSAVABLE = f"""QPushButton:disabled {{ background: {COLORS.raised};
  border-color: {COLORS.line}; color: {COLORS.muted}; }}"""


class CodebookPage(QDialog):
    """Codes to the left, the chosen one's fields and look to the right, buttons below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Codebook")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_parts()
        self._lay_out()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)
        screen = self.screen()
        most = screen.availableSize() if screen is not None else QSize(1120, 740)
        self.resize(QSize(1120, 740).boundedTo(most - QSize(32, 56)))

    def _follow_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        """A field that was added just now has its place only when the layout has been made."""
        if now is not None and self.form.isAncestorOf(now):
            QTimer.singleShot(0, self._show_focus)

    def _show_focus(self) -> None:
        now = self.focusWidget()
        if now is not None and self.form.isAncestorOf(now):
            self._area.ensureWidgetVisible(now)

    def tell(self, sentence: str, *, notes: list[str] | None = None, bad: bool = False) -> None:
        """A sentence above the buttons, with a list where there is one."""
        self._told.setText(f"✗ {sentence}" if bad else sentence)
        self._told.setStyleSheet(f"color: {COLORS.bad}" if bad else "")
        self._told.setVisible(bool(sentence))
        self.notes.setPlainText("\n".join(f"• {note}" for note in notes or ()))
        self.notes.setVisible(bool(notes))
        self.keep_both.hide()

    def _make_parts(self) -> None:
        self.name = TextField()
        self.name.setAccessibleName("Name of the codebook")
        self._version = PlainLabel()
        self._version.setProperty("muted", True)
        self.list = CodeList()
        self.list.setFixedWidth(300)
        self.form = CodeForm()
        self.preview = CodePreview()
        self._told = PlainLabel()
        self._told.setWordWrap(True)
        self._told.hide()
        self.keep_both = _button("Keep the codes before, too", "", "Add what was imported to them")
        self.keep_both.hide()
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(84)
        self.notes.setAccessibleName("What was not taken over")
        self.notes.hide()
        self._state = PlainLabel()
        self._state.setWordWrap(True)
        self.buttons = {
            "add": _button("&Add", "plus", "Add a code (Ctrl+N)"),
            "duplicate": _button("D&uplicate", "", "Duplicate the code (Ctrl+D)"),
            "remove": _button("&Remove", "", "Remove the code (Ctrl+Del)"),
            "import": _button("I&mport…", "", "A codebook’s TOML file, or a BORIS project"),
            "export": _button("&Export…", "", "As a TOML file"),
            "cancel": _button("Cancel", "", "Leave the codebook as it was (Esc)"),
            "save": _button("&Save", "", "Make the new version (Ctrl+S)"),
        }
        self.buttons["save"].setProperty("primary", True)
        self.buttons["save"].setStyleSheet(_UNSAVABLE)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        label = PlainLabel("C&odebook")
        label.setBuddy(self.name)
        head.addWidget(label)
        head.addWidget(self.name, 1)
        head.addWidget(self._version, 1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        left.addLayout(_row(*(self.buttons[name] for name in ("add", "duplicate", "remove"))))
        moving = PlainLabel("Alt+↑ ↓ moves a code, with Shift its group.")
        moving.setProperty("muted", True)
        left.addWidget(moving)
        self._area = area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(area, 1)
        right.addWidget(self.preview)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(left)
        middle.addLayout(right, 1)
        foot = _row(self.buttons["import"], self.buttons["export"])
        foot.addWidget(self._state, 1)
        foot.addWidget(self.buttons["cancel"])
        foot.addWidget(self.buttons["save"])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addLayout(middle, 1)
        told = _row(self._told, self.keep_both)
        told.setStretch(0, 1)
        layout.addLayout(told)
        layout.addWidget(self.notes)
        layout.addLayout(foot)


def ask_to_discard(changes: list[str], parent: QWidget) -> bool:
    answer = QMessageBox.question(
        parent,
        "Codebook",
        f"Discard your changes? {'; '.join(changes)}.",
        QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
        QMessageBox.StandardButton.Cancel,
    )
    return answer == QMessageBox.StandardButton.Discard


def _button(text: str, sign: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    if sign:
        button.setIcon(icon(sign))
    return button


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    return row
