"""The codebook editor: codes to the left, the chosen one's fields to the right, how it will look.

What is changed is a draft until it is saved, as a new version.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QFileDialog, QWidget

from bodycam_annotator.app.codebooks import (
    CODEBOOK_FILES,
    change_codebook,
    differences,
    import_codebook,
    next_version,
    numbered,
    tags_left_behind,
    write_codebook,
)
from bodycam_annotator.errors import UserError
from bodycam_annotator.model.codebook import Code, Codebook, Kind, same_content
from bodycam_annotator.model.codebook_draft import (
    Problem,
    joined,
    kinds_made,
    moved,
    moved_group,
    problems,
    with_code,
    with_copy,
    with_new,
    without,
)
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.codebook_page import KEYS, CodebookPage, ask_to_discard
from bodycam_annotator.ui.theme import COLORS


class CodebookEditor(CodebookPage):
    """Edits the codebook of `bridge`'s project. `taken` says by key what else it does.

    Signals: `said` carries a sentence on what was saved.

    Attributes: `draft` is the codebook as it would be saved.
    """

    said = pyqtSignal(str)

    def __init__(
        self, bridge: ProjectBridge, *, taken: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._taken = taken
        self._base = self.draft = bridge.project.codebook
        self._at = 0 if self.draft.codes else -1
        self._made: Mapping[str, Mapping[Kind, int]] = {}
        self._counted = ""
        self._joined: Codebook | None = None
        self._saving = False
        self._connect()
        self._refresh()
        self.list.setFocus()

    # What the buttons and keys do

    def add(self) -> None:
        self._go(*with_new(self.draft, self._at if self.draft.codes else -1))
        self.form.follow_name("id", "key")
        self.form.name.setFocus()

    def duplicate(self) -> None:
        if self.draft.codes:
            self._go(*with_copy(self.draft, self._at))
            self.form.follow_name("id", "key")
            self.form.name.setFocus()
            self.form.name.selectAll()

    def remove(self) -> None:
        if self.draft.codes:
            book = without(self.draft, self._at)
            self._go(book, min(self._at, len(book.codes) - 1))

    def move_code(self, by: int) -> None:
        if self.draft.codes:
            self._go(*moved(self.draft, self._at, by))

    def move_group(self, by: int) -> None:
        if self.draft.codes:
            self._go(*moved_group(self.draft, self._at, by))

    def save(self) -> None:
        """Makes a new version, or says what has to be mended first."""
        wrong = self._problems()
        if wrong:
            self._mend(wrong[0])
        elif not self._is_changed():
            self._done("Nothing was changed, so there is no new version of the codebook.")
        elif not self._saving:
            draft, since = self.draft, self._base.label
            self._saving = True
            self._refresh_foot(wrong)
            self._bridge.do(
                lambda project: change_codebook(project, draft, since=since), then=self._saved
            )

    def import_from(self, path: Path) -> None:
        """The file's codes take the place of the draft's, or are added if one wants both; Cancel
        keeps the codebook as it was."""
        try:
            book, notes = import_codebook(path)
        except UserError as error:
            self.tell(str(error), bad=True)
            return
        self._joined = joined(self.draft, book)
        self._go(book, 0)
        self.list.setFocus()
        count = len(book.codes)
        said = f"{count} code{'s' * (count != 1)} of {path.name}, in place of those before."
        self.tell(said, notes=notes)
        self.keep_both.show()

    def _keep_both(self) -> None:
        """What was imported is added to the codes that were there before."""
        if self._joined is not None:
            added = len(self.draft.codes)
            self._go(self._joined, len(self._joined.codes) - added)
            self.list.setFocus()

    def export_to(self, path: Path) -> None:
        wrong = self._problems()
        if wrong:
            self._mend(wrong[0])
            return
        try:
            book = numbered(self._bridge.project, self.draft)
            write_codebook(book, path)
        except UserError as error:
            self.tell(str(error), bad=True)
        else:
            self.tell(f"Wrote version {book.version} to {path}.")

    def reject(self) -> None:
        """Asks first where something would be lost."""
        if (
            self._saving
            or not self._is_changed()
            or ask_to_discard(differences(self._base, self.draft), self)
        ):
            super().reject()

    # How

    def _connect(self) -> None:
        does = {
            "add": self.add,
            "duplicate": self.duplicate,
            "remove": self.remove,
            "up": lambda: self.move_code(-1),
            "down": lambda: self.move_code(1),
            "group_up": lambda: self.move_group(-1),
            "group_down": lambda: self.move_group(1),
            "import": self._ask_import,
            "export": self._ask_export,
            "cancel": self.reject,
            "save": self.save,
        }
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, do=does[name]: do())
        for key, name in KEYS:
            QShortcut(QKeySequence(key), self).activated.connect(does[name])
        self.name.textEdited.connect(self._rename)
        self.list.chosen.connect(self._choose)
        self.form.changed.connect(self._take)
        self.keep_both.clicked.connect(self._keep_both)
        self._bridge.refused.connect(self._tell_refused)
        self._bridge.trouble.connect(self._leave_waiting)

    def _go(self, draft: Codebook, at: int) -> None:
        self.draft, self._at = draft, at
        self.form.follow_name()
        self.tell("")
        self._refresh()

    def _choose(self, at: int) -> None:
        self._at = at
        self.form.follow_name()
        self._refresh()

    def _rename(self, name: str) -> None:
        self.draft = replace(self.draft, name=name)
        self._refresh()

    def _take(self, code: Code) -> None:
        self.draft = with_code(self.draft, self._at, code)
        self._refresh()

    def _problems(self) -> list[Problem]:
        project = self._bridge.project
        if project.audit_head != self._counted:
            self._made = kinds_made(project.standing_tags, project.codebooks)
            self._counted = project.audit_head
        return problems(self.draft, now=self._base, made=self._made, taken=self._taken)

    def _is_changed(self) -> bool:
        return not same_content(self.draft, self._base)

    def _refresh(self) -> None:
        wrong = self._problems()
        places = {problem.at for problem in wrong if problem.at is not None}
        self.list.show_draft(self.draft, self._at, wrong=places)
        if self.name.text() != self.draft.name:
            self.name.show_text(self.draft.name)
        there = bool(self.draft.codes)
        self.form.setEnabled(there)
        self.preview.show_code(self.draft.codes[self._at] if there else None)
        if there:
            code = self.draft.codes[self._at]
            stored = self._base.find(code.id) is not None
            here = {one.field: one.sentence for one in reversed(wrong) if one.at == self._at}
            self.form.show_code(
                self.draft, self._at, taken=self._taken, fixed_id=stored, wrong=here
            )
        for name in ("duplicate", "remove"):
            self.buttons[name].setEnabled(there)
        self._refresh_foot(wrong)

    def _refresh_foot(self, wrong: list[Problem]) -> None:
        changes = differences(self._base, self.draft)
        self.buttons["save"].setEnabled(bool(changes) and not self._saving)
        self._state.setStyleSheet(f"color: {COLORS.bad}" if wrong else f"color: {COLORS.muted}")
        if self._saving:
            self._state.setText("Saving …")
        elif wrong:
            more = f" ({len(wrong) - 1} more)" if len(wrong) > 1 else ""
            at = wrong[0].at
            name = "" if at is None else f"{self.draft.codes[at].name or 'New code'}: "
            self._state.setText(f"✗ {name}{wrong[0].sentence}{more}")
        elif changes:
            left = tags_left_behind(self._bridge.project, self._base, self.draft)
            self._state.setText("; ".join([*changes, *left]) + ".")
        else:
            self._state.setText("Nothing is changed yet.")
        version = next_version(self._bridge.project, self.draft)
        makes = f"; saving makes {self.draft.id}@{version}" if changes else ""
        self._version.setText(f"{self._base.label} is in use{makes}.")
        self.buttons["save"].setText(f"&Save as version {version}" if changes else "&Save")

    def _mend(self, problem: Problem) -> None:
        if problem.at is not None:
            self._choose(problem.at)
            self.form.focus_on(problem.field)
        else:
            self.name.setFocus()
        self.tell(problem.sentence, bad=True)

    def _saved(self) -> None:
        if not self._saving:
            # It had to wait, and nobody has the editor before them any more.
            return
        label = self._bridge.project.incident.codebook
        changes = "; ".join(differences(self._base, self._bridge.project.codebook))
        self._done(f"The codebook is now {label}: {changes}. Earlier tags keep their version.")

    def _done(self, sentence: str) -> None:
        self.accept()
        self.said.emit(sentence)

    def _tell_refused(self, sentence: str) -> None:
        if self._saving:
            self._saving = False
            self.tell(f"{sentence} Export… keeps what you have changed in a file.", bad=True)
            self._refresh_foot(self._problems())

    def _leave_waiting(self, trouble: str) -> None:
        """The project cannot be written now: the edit waits there with others, and is told."""
        if self._saving and trouble:
            self._saving = False
            self.accept()

    def _ask_import(self) -> None:
        folder = str(self._bridge.session.path.parent)
        name, _ = QFileDialog.getOpenFileName(self, "Import a codebook", folder, CODEBOOK_FILES)
        if name:
            self.import_from(Path(name))

    def _ask_export(self) -> None:
        proposed = self._bridge.session.path.with_name(f"{self.draft.id}.toml")
        name, _ = QFileDialog.getSaveFileName(
            self, "Export the codebook", str(proposed), "Codebook (*.toml)"
        )
        if name:
            self.export_to(Path(name) if Path(name).suffix else Path(f"{name}.toml"))
