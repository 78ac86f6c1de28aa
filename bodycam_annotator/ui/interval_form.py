"""What is to be measured: a rule, and on each side a kind of tag, its edge and its camera."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QWidget

from bodycam_annotator.model.interval_words import attribute_words, pick_words
from bodycam_annotator.model.intervals import Edge, Pick, Question, Rule, Side, picks_of
from bodycam_annotator.model.project import Project
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ChoiceField
from bodycam_annotator.ui.theme import scaled

RULE_WORDS = {
    Rule.LAST_BEFORE_FIRST: "Last A before the first B",
    Rule.NEXT: "Each A to the next B",
    Rule.FIRST_TO_FIRST: "First A to the first B",
    Rule.SUCCESSIVE: "Each A to the next A (splits)",
    Rule.SELECTED: "The selected tags, one to the next",
}

_SIDE_WORDS = {
    Rule.SUCCESSIVE: ("From A", "To next A"),
    Rule.SELECTED: ("From", "To next"),
}


@dataclass(frozen=True, kw_only=True)
class _Row:
    words: PlainLabel
    kind: ChoiceField
    edge: ChoiceField
    camera: ChoiceField


class IntervalForm(QWidget):
    """Signals: `changed` when something else is to be measured; `left` by Enter or Escape."""

    changed = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._footage_id = ""
        self.rule = self._choice("What is measured")
        for rule, words in RULE_WORDS.items():
            self.rule.addItem(words, rule)
        self.start = self._row("A")
        self.end = self._row("B")
        self.start.edge.setCurrentIndex(1)
        self._rows = (self.start, self.end)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        for at, row in enumerate(self._rows):
            for column, part in enumerate((row.words, row.kind, row.edge, row.camera)):
                self._grid.addWidget(part, at, column)
        self.hint = PlainLabel()
        self.hint.setProperty("muted", True)
        self.hint.setWordWrap(True)
        self._grid.addWidget(self.hint, len(self._rows), 0, 1, 4)
        for field in (self.rule, *self._fields()):
            field.currentIndexChanged.connect(self._change)
            field.left.connect(self.left)
        self._show_what_counts()

    def show_project(self, project: Project | None, footage_id: str) -> None:
        """Keeps what is chosen as far as it is still there. `footage_id`: the one on screen."""
        for field in self._fields():
            field.blockSignals(True)
        self._show_kinds(project)
        self._show_cameras(project, footage_id)
        for field in self._fields():
            field.blockSignals(False)
        self._project, self._footage_id = project, footage_id
        self._show_what_counts()

    def question(self, tags: Iterable[str]) -> Question | None:
        """What is chosen; `tags` are the ids of the selected ones. None without any tags."""
        start, end = _side(self.start), _side(self.end)
        if start is None or end is None:
            return None
        return Question(rule=self._rule, start=start, end=end, tags=tuple(tags))

    @property
    def _rule(self) -> Rule:
        return Rule(self.rule.currentData())

    def _fields(self) -> list[ChoiceField]:
        return [field for row in self._rows for field in (row.kind, row.edge, row.camera)]

    def _show_kinds(self, project: Project | None) -> None:
        picks = picks_of(project) if project is not None else []
        words = [pick_words(project, pick) for pick in picks] if project is not None else []
        for row in self._rows:
            chosen = row.kind.currentData()
            if [row.kind.itemData(at) for at in range(row.kind.count())] == picks:
                continue
            row.kind.clear()
            for pick, shown in zip(picks, words, strict=True):
                row.kind.addItem(shown, pick)
            if chosen in picks:
                row.kind.setCurrentIndex(picks.index(chosen))
            elif row is self.end:
                row.kind.setCurrentIndex(_another_code(picks))

            _show_whole(row.kind)

    def _show_cameras(self, project: Project | None, footage_id: str) -> None:
        """Where nobody has chosen a camera, that on screen is meant."""
        every = list(project.footage) if project is not None else []
        for row in self._rows:
            chosen = row.camera.currentData()
            if chosen == self._footage_id or chosen not in every:
                chosen = footage_id
            row.camera.clear()
            for one in every:
                assert project is not None
                row.camera.addItem(project.camera_of(one).name, one)
            row.camera.setCurrentIndex(max(row.camera.findData(chosen), 0))

    def _change(self) -> None:
        self._show_what_counts()
        self.changed.emit()

    def _show_what_counts(self) -> None:
        """Only the choices that make a difference are there."""
        rule = self._rule
        for row, words in zip(self._rows, _SIDE_WORDS.get(rule, ("From A", "To B")), strict=True):
            row.words.setText(words)
            of_kinds = rule is not Rule.SELECTED and not (
                rule is Rule.SUCCESSIVE and row is self.end
            )
            row.kind.setVisible(of_kinds)
            row.camera.setVisible(of_kinds and row.camera.count() > 1)
            kind = self.start.kind if rule is Rule.SUCCESSIVE else row.kind
            is_mark = rule is not Rule.SELECTED and self._is_mark(kind.currentData())
            row.edge.setHidden(is_mark)
            row.words.setHidden(is_mark and not of_kinds)

            row.kind.setToolTip(row.kind.currentText())
        self._show_hint()

    def _show_hint(self) -> None:
        """Where kinds in brackets come from; a person cannot guess that from the names alone."""
        project, kinds = self._project, [row.kind for row in self._rows if not row.kind.isHidden()]
        words = ""
        if project is not None and kinds:
            picks = [kinds[0].itemData(at) for at in range(kinds[0].count())]
            chosen = [kind.currentData().code for kind in kinds if kind.currentData() is not None]
            words = attribute_words(project, picks, chosen)
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def _is_mark(self, pick: Pick | None) -> bool:
        if self._project is None or pick is None:
            return False
        tags = [tag for tag in self._project.standing_tags if pick.takes(tag)]
        return all(tag.start_ns == tag.end_ns for tag in tags)

    def _row(self, name: str) -> _Row:
        words = PlainLabel()
        words.setProperty("muted", True)
        row = _Row(
            words=words,
            kind=self._choice(f"Tags of side {name}"),
            edge=self._choice(f"Start or end of {name}", list(Edge)),
            camera=self._choice(f"Camera of {name}"),
        )
        words.setBuddy(row.kind)
        row.kind.setMinimumContentsLength(12)
        row.camera.setMaximumWidth(scaled(120))
        return row

    def _choice(self, name: str, choices: Iterable[StrEnum] = ()) -> ChoiceField:
        field = ChoiceField()
        field.setAccessibleName(name)
        field.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        field.setSizeAdjustPolicy(
            ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        field.setMinimumContentsLength(5)
        for choice in choices:
            field.addItem(str(choice), choice)
        return field


def _side(row: _Row) -> Side | None:
    pick, footage_id = row.kind.currentData(), row.camera.currentData()
    if pick is None or footage_id is None:
        return None
    edge = Edge.START if row.edge.isHidden() else Edge(row.edge.currentData())
    return Side(pick=pick, footage_id=str(footage_id), edge=edge)


def _show_whole(field: ChoiceField) -> None:
    """Its list is as wide as the longest of what is in it."""
    choices = field.view()
    assert choices is not None
    choices.setMinimumWidth(choices.sizeHintForColumn(0) + 2 * scaled(12))


def _another_code(picks: list[Pick]) -> int:
    """The first kind of the second code, so that two different ones are there to begin with."""
    return next((at for at, pick in enumerate(picks) if pick.code != picks[0].code), 0)
