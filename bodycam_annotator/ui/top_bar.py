"""The line above everything: menus, running jobs, which incident and camera, saved or not."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QMenuBar, QSizePolicy, QWidget

from bodycam_annotator.model.project import Project
from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.job_bar import JobBar
from bodycam_annotator.ui.named_action import (
    FILE,
    HELP,
    MOVE,
    PANELS,
    PICTURE,
    PLAY,
    SOUND,
    TAG,
    THEME,
    TIMELINE,
    VIEW,
)
from bodycam_annotator.ui.plain import CutLabel, plain_tip
from bodycam_annotator.ui.text_field import ChoiceField
from bodycam_annotator.ui.theme import scaled, set_tone


class TopBar(QWidget):
    """Signals: `camera_asked` carries a footage id, `recent_asked` a path; `left` comes when the
    choice of the camera is left by a key."""

    left = pyqtSignal()
    camera_asked = pyqtSignal(str)
    recent_asked = pyqtSignal(object)

    def __init__(self, actions: Actions, jobs: JobBar, recent: Callable[[], list[Path]]) -> None:
        super().__init__()
        self.setObjectName("top")
        self._recent = recent
        # However long the names, the bar is as narrow as the window may be.
        self._incident = CutLabel(cut=Qt.TextElideMode.ElideMiddle, least=scaled(60))
        self._saved = CutLabel(cut=Qt.TextElideMode.ElideLeft, least=scaled(60))
        self._saved.setProperty("muted", True)
        self._cameras = ChoiceField()
        self._cameras.left.connect(self.left)
        self._cameras.setAccessibleName("Camera")
        self._cameras.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cameras.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._cameras.setMaximumWidth(scaled(160))
        self._cameras.activated.connect(
            lambda at: self.camera_asked.emit(str(self._cameras.itemData(at)))
        )
        self._bar = menus = self._menus(actions)
        menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        menus.setMinimumWidth(menus.sizeHint().width())
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(menus)
        row.addStretch(1)
        for part in (jobs, self._incident, self._cameras, self._saved):
            row.addWidget(part)

    def show_project(self, project: Project | None, footage_id: str) -> None:
        """`footage_id`: the one on screen."""
        for part in (self._incident, self._cameras, self._saved):
            part.setVisible(project is not None)
        self._cameras.clear()
        if project is None:
            return
        self._incident.say(f"{project.incident.name}  ▸")
        self._incident.setToolTip(plain_tip(project.incident.name))
        for footage in project.footage.values():
            self._cameras.addItem(project.camera_of(footage.id).name, footage.id)
        self._cameras.setCurrentIndex(self._cameras.findData(footage_id))

    def show_state(
        self,
        coder: str,
        *,
        failed: bool,
        waits: bool,
        pending: int,
        typing: bool,
        spans: int,
        left: int,
    ) -> None:
        """Who tags, and what is not in the project yet: edits, text being typed, open spans, what
        earlier sittings left."""
        if waits:
            state = f"{pending} edit{'s' * (pending != 1)} NOT saved{', typing …' * typing}"
        elif failed:
            state = "last edit NOT saved"
        elif pending:
            state = "saving …"
        elif typing:
            state = "typing …"
        elif spans:
            state = f"{spans} span{'s' * (spans > 1)} open"
        elif left:
            state = f"{left} thing{'s' * (left > 1)} not saved last time"
        else:
            state = "saved ✓"
        self._saved.setToolTip(
            "Every edit is written to the project file as it is made."
            if state == "saved ✓"
            else "Not all that is done here is in the project file yet."
        )
        set_tone(self._saved, "bad" if waits or failed else "")
        needed = self._saved.fontMetrics().horizontalAdvance(f"… · {state}") + 4
        self._saved.say(f"{coder} · {state}", least=needed)

    def ask_next_camera(self) -> None:
        if self._cameras.count() > 1:
            at = (self._cameras.currentIndex() + 1) % self._cameras.count()
            self.camera_asked.emit(str(self._cameras.itemData(at)))

    def choose_camera(self) -> None:
        if self._cameras.isVisible():
            self._cameras.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._cameras.showPopup()

    def tell_camera_keys(self, keys: str) -> None:
        self._cameras.setToolTip(f"Camera  ({keys})")

    def open_menus(self) -> None:
        """The first of them; arrows go on from there."""
        self._bar.setActiveAction(self._bar.actions()[0])

    def _menus(self, actions: Actions) -> QMenuBar:
        bar = QMenuBar()
        for name in (FILE, MOVE, PLAY, SOUND, TAG, TIMELINE, VIEW, PICTURE, PANELS, HELP):
            menu = bar.addMenu(name)
            assert menu is not None
            menu.addActions(actions.group(name))
            if name == VIEW:
                theme = menu.addMenu(THEME)
                assert theme is not None
                theme.addActions(actions.group(THEME))
            if name == FILE:
                recent = QMenu("Open recent", menu)
                recent.aboutToShow.connect(lambda menu=recent: self._fill_recent(menu))
                menu.insertMenu(actions["demo"], recent)
        return bar

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self._recent():
            action = menu.addAction(f"{path.name}   in {path.parent}".replace("&", "&&"))
            assert action is not None
            action.setToolTip(plain_tip(str(path)))
            action.triggered.connect(lambda _=False, path=path: self.recent_asked.emit(path))
        if menu.isEmpty():
            nothing = menu.addAction("Nothing yet")
            assert nothing is not None
            nothing.setEnabled(False)
