"""What is done to selected tags: fields, places, splitting, merging, removing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal

from bodycam_annotator.app import check_attributes
from bodycam_annotator.app.field_words import NAMES, short
from bodycam_annotator.app.reshaping import Edge, Place, extend, merge, moved_edges, split
from bodycam_annotator.errors import EditError, UserError
from bodycam_annotator.model.edits import Change, Edit, add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.model.timeline import in_order
from bodycam_annotator.ui.left_check import ATTRIBUTES, TEXT_FIELDS
from bodycam_annotator.ui.tags_on_screen import TagsOnScreen, tag_of

_LONGEST = 200

OPEN_SPAN = "End the open span first: it is no tag yet."


class SelectedTags(TagsOnScreen):
    """Edits of the selected tags. Each is made of the project as the edits before it leave it.

    Signals: `removed` carries how many tags were removed; `stranded` a tag, a field of
    `drafts.kept_text`, the text that could not go into it, and the sentence in which that was said.
    """

    removed = pyqtSignal(int)
    stranded = pyqtSignal(object, str, str, str)

    def remove(self) -> None:
        """The selected tags; a span that is still open stays, with what was typed into it."""
        selected = self.selected_tags()
        begun = [tag for tag in selected if self._is_open(tag)]
        ids = [tag.id for tag in selected if not self._is_open(tag)]
        if ids and self._bridge is not None:
            one = next(tag.code for tag in selected if tag.id == ids[0])
            what = f"{len(ids)} tags" if len(ids) > 1 else one
            self._bridge.do(
                lambda project: withdraw_tags(
                    tuple(tag_of(project, one) for one in ids), label=f"Remove {what}"
                ),
                speed=self._speed(),
                then=lambda: self.removed.emit(len(ids)),
            )
            self.select(tuple(span.id for span in begun))
        if begun:
            names = " and ".join(self._name(span) for span in begun)
            self.warned.emit(
                f"Not removed: the span of {names} is still open. End it or drop it first.",
                lambda: any(self._is_open(span) for span in begun),
            )

    def change(
        self,
        tag: Tag,
        *,
        what: str,
        over: str | None = None,
        **values: Any,  # noqa: ANN401 - Tag's fields
    ) -> None:
        """Edits fields of a tag; an edit that changes nothing is none. `over` is what a text was
        typed over: where that was changed since, it is said."""
        if self._bridge is None:
            return
        if self._is_open(tag):
            self._change_open(tag.code, values)
            return
        if not self._bridge.unfinished and over is None and _has(tag, values):
            return
        label = f"Change {what} of {tag.code}"
        text = str(values[what]) if what in TEXT_FIELDS else ""
        replaced: list[str] = []

        def make(project: Project) -> Edit:
            now = tag_of(project, tag.id)
            if _has(now, values):
                return Edit(label=label, changes=())
            if over is not None and getattr(now, what) != over:
                replaced.append(str(getattr(now, what)))
            return change_tag(now, label=label, **values)

        def then() -> None:
            if replaced:
                self.warned.emit(
                    _replaced_words(NAMES["tag"].get(what, what), replaced[0], text),
                    lambda: getattr(self._as_it_is(tag), what) == text,
                )

        self._do_typed(make, tag, what, text, then)

    def change_attribute(self, tag: Tag, name: str, value: str) -> None:
        """An empty value takes the attribute away. Refused, and said, where the tag's code has no
        such attribute by then."""
        if self._bridge is None:
            return
        if not self._bridge.unfinished and tag.attributes.get(name, "") == value:
            return

        def changed(now: Tag) -> dict[str, str]:
            kept = {key: text for key, text in now.attributes.items() if key != name}
            return {**kept, name: value} if value else kept

        if self._is_open(tag):
            self._change_open(tag.code, {"attributes": changed(self.open_spans[tag.code])})
            return

        def make(project: Project) -> Edit:
            now = tag_of(project, tag.id)
            label = f"Change {name} of {now.code}"
            if now.attributes.get(name, "") == value:
                return Edit(label=label, changes=())
            if value:
                check_attributes(project.codebooks[now.codebook].code(now.code), {name: value})
            return change_tag(now, label=label, attributes=changed(now))

        self._do_typed(make, tag, f"{ATTRIBUTES}{name}", value)

    def change_all(
        self,
        ids: Sequence[str],
        *,
        what: str,
        **values: Any,  # noqa: ANN401 - Tag's fields
    ) -> None:
        """The same fields of those tags, as one edit, and of open spans among them."""
        begun = [span for span in self.open_spans.values() if span.id in ids]
        tags = [one for one in ids if all(one != span.id for span in begun)]
        if self._bridge is None:
            return
        for span in begun:
            self._change_open(span.code, values)
        if not tags:
            return
        label = f"Change {what} of {len(tags)} tag{'s' * (len(tags) > 1)}"

        def make(project: Project) -> Edit:
            found = [tag_of(project, one) for one in tags]
            edits = [
                change_tag(tag, label=label, **values) for tag in found if not _has(tag, values)
            ]
            return Edit(label=label, changes=tuple(edit.changes[0] for edit in edits))

        self._bridge.do(make, speed=self._speed())

    def move(self, tag: Tag, start: str, end: str) -> None:
        """Moves a tag's edges to what was typed: a frame number or a time; empty leaves one.

        A typed time is kept exactly, also between frames.
        """
        if self._on is None or tag.footage_id != self._on.footage.id:
            self.said.emit("Show the tag’s own camera to move it.")
            return
        try:
            first, last = self._edge(start, ends=False), self._edge(end, ends=True)
        except (ValueError, UserError) as error:
            self.said.emit(str(error))
            self.selected_changed.emit()
            return
        self._move_edges(tag, start=first, end=last, what="place")

    def place(
        self,
        moves: Sequence[tuple[str, int, int]],
        *,
        was: Mapping[str, tuple[int, int]] | None = None,
        basis: Basis | None = None,
    ) -> None:
        """Moves tags of the footage on screen, by id, to a start and an end: one edit for all.

        Times are kept exactly. `was`: from where to where those lay who moves them; an edge that
        is not moved stays where it is by now, also where another session has put it. `basis` is
        given to those that have none. Refused as a whole, and said, where one of them cannot be
        or its moved edge has been changed since.
        """
        bridge, place = self._bridge, self._place(self.selected_tags())
        if bridge is None or place is None:
            return
        tags = bridge.project.tags
        where = {tag_id: (start, end) for tag_id, start, end in moves if tag_id in tags}
        if not where:
            return
        if any(tags[one].footage_id != place.footage_id for one in where):
            self.said.emit("Not moved: show the tag’s own camera first.")
            return
        what = f"{len(where)} tags" if len(where) > 1 else tags[next(iter(where))].code
        label, onsets = f"Move {what}", self._onsets()

        def make(project: Project) -> Edit:
            changes: list[Change] = []
            for tag_id, (start_ns, end_ns) in where.items():
                tag = tag_of(project, tag_id)
                if was is not None:
                    start_ns = _moved(tag.start_ns, start_ns, was[tag_id][0])
                    end_ns = _moved(tag.end_ns, end_ns, was[tag_id][1])
                first = tag.start_frame if start_ns == tag.start_ns else None
                rests_on = tag.basis or basis
                heard = onsets if rests_on in (Basis.HEARD, Basis.BOTH) else None
                values = place.of(tag, start_ns, end_ns, first=first, onsets=heard)
                changes += change_tag(tag, label=label, **values, basis=rests_on).changes
            return Edit(label=label, changes=tuple(changes))

        self._reshape(make, otherwise="Not moved: ")

    def split(
        self,
        *,
        texts: tuple[str, str] | None = None,
        over: Collection[str] = (),
        then: Callable[[], object] | None = None,
        refused: Callable[[], object] | None = None,
    ) -> None:
        """The selected span in two at the frame on screen; `texts` is that of each part, `over`
        what the tag may have had until then. `then` is called once it is on its way, `refused`
        when it is refused after that."""
        coder = self._bridge.coder if self._bridge else ""
        self._reshape_here(
            "Select one span to split it at the picture.",
            lambda tag, ordinal, place: split(
                tag, ordinal, place, coder=coder, texts=texts, over=over
            ),
            then=then,
            refused=refused,
        )

    def extend(self) -> None:
        """The selected span to the frame on screen."""
        self._reshape_here("Select one span to extend it to the picture.", extend)

    def merge(self) -> None:
        """The selected spans into one, from the first's start to the last's end."""
        tags = in_order(self.selected_tags())
        place, ids = self._place(tags), self.selected
        if place is None or self._refuse_open():
            return
        merging = self._reshape(lambda project: merge([tag_of(project, one) for one in ids], place))
        if tags and merging:
            self.select((tags[0].id,))

    def add_span(self, code: str, start_ns: int, end_ns: int, *, note: str) -> None:
        """A new tag of that stretch of the footage on screen, as somebody has confirmed it."""
        made = self._make(code, start_ns, end_ns, first=None)
        if made is not None and self._bridge is not None:
            tag = replace(made, note=note)
            self._bridge.do(lambda _: add_tags((tag,), label=f"Tag {code}"), speed=self._speed())
            self.select((tag.id,))

    # How

    def _change_open(self, code_id: str, values: Mapping[str, Any]) -> None:
        span = self.open_spans[code_id]
        changed = replace(span, **values)
        if changed == span:
            return
        if changed.code != code_id and changed.code in self.open_spans:
            self.said.emit(f"A span of {self._name(changed)} is open already; end that first.")
        else:
            # Which was begun first stays so.
            self.open_spans = {
                one.code: one
                for one in (changed if one is span else one for one in self.open_spans.values())
            }
            self.spans_changed.emit()
        self.selected_changed.emit()

    def _do_typed(
        self,
        make: Callable[[Project], Edit],
        tag: Tag,
        field: str,
        text: str,
        then: Callable[[], object] | None = None,
    ) -> None:
        """An edit that writes `text` into that field. Where it is refused the sentence has the
        text, so that it is not lost with it."""
        assert self._bridge is not None
        said: list[str] = []

        def worded(project: Project) -> Edit:
            try:
                return make(project)
            except UserError as error:
                if text:
                    name = NAMES["tag"].get(field, field.removeprefix(ATTRIBUTES))
                    said[:] = [
                        f"{error} Not saved, but kept aside: {name} “{short(text, most=_LONGEST)}”."
                    ]
                    raise EditError(said[0]) from error
                raise

        def refused() -> None:
            if said:
                self.stranded.emit(tag, field, text, said[0])
            self.selected_changed.emit()

        self._bridge.do(worded, speed=self._speed(), then=then, refused=refused)

    def _move_edges(
        self,
        tag: Tag,
        *,
        what: str,
        start: Edge | None = None,
        end: Edge | None = None,
        late_ns: int = 0,
    ) -> None:
        """Only the edges that are given, of the tag as it is by then."""
        place = self._place([tag], late_ns=late_ns)
        if place is None:
            return
        if self._is_open(tag):
            if not self._is_doubted():
                try:
                    values = moved_edges(self.open_spans[tag.code], place, start=start, end=end)
                except UserError as error:
                    self.said.emit(str(error))
                else:
                    self._change_open(tag.code, values)
            return
        label = f"Change {what} of {tag.code}"

        def make(project: Project) -> Edit:
            now = tag_of(project, tag.id)
            values = moved_edges(now, place, start=start, end=end)
            if _has(now, values):
                return Edit(label=label, changes=())
            return change_tag(now, label=label, **values)

        speed = self._marking_speed() if late_ns else self._speed()
        self._reshape(make, speed=speed)

    def _reshape_here(
        self,
        otherwise: str,
        make: Callable[[Tag, int, Place], Edit],
        *,
        then: Callable[[], object] | None = None,
        refused: Callable[[], object] | None = None,
    ) -> None:
        """The tag that is selected now, at the frame that is meant, once it is on screen."""
        if self._refuse_open():
            return
        tag = self._only(otherwise)
        if tag is None:
            return

        def now() -> None:
            late_ns, ordinal = self._late_ns(), self._meant()
            place = self._place([tag], late_ns=late_ns)
            if place is None or ordinal is None:
                return
            doing = self._reshape(
                lambda project: make(tag_of(project, tag.id), ordinal, place),
                speed=self._marking_speed(),
                refused=refused,
            )
            if doing and then is not None:
                then()

        self._player.when_settled(now)

    def _refuse_open(self) -> bool:
        """Whether an open span is among the selected; it is no tag yet, which is said."""
        found = any(self._is_open(tag) for tag in self.selected_tags())
        if found:
            self.said.emit(OPEN_SPAN)
        return found

    def _reshape(
        self,
        make: Callable[[Project], Edit],
        *,
        otherwise: str = "",
        speed: str = "",
        refused: Callable[[], object] | None = None,
    ) -> bool:
        """Whether it is on its way: refused as a whole, and said, where it cannot be."""
        if self._bridge is None or self._is_doubted():
            return False

        def worded(project: Project) -> Edit:
            try:
                return make(project)
            except UserError as error:
                raise EditError(f"{otherwise}{error}") from error

        if not self._bridge.unfinished:
            # What is under way may make room for it, or take it; then it is said afterwards.
            try:
                worded(self._bridge.project)
            except EditError as error:
                self.said.emit(str(error))
                self.selected_changed.emit()
                return False
        self._bridge.do(
            worded,
            speed=speed or self._speed(),
            refused=partial(self._tell_back, refused),
        )
        return True

    def _tell_back(self, refused: Callable[[], object] | None) -> None:
        """What is shown is as the project has it again."""
        self.selected_changed.emit()
        if refused is not None:
            refused()


def _has(tag: Tag, values: Mapping[str, Any]) -> bool:
    return all(getattr(tag, name) == value for name, value in values.items())


def _replaced_words(field: str, old: str, new: str) -> str:
    before = f"“{short(old, most=_LONGEST)}”" if old else "nothing"
    return (
        f"While you typed, the {field} was changed to {before}; it is now “"
        f"{short(new, most=_LONGEST)}”, as you typed it. Undo brings back the other."
    )


def _moved(now_ns: int, to_ns: int, was_ns: int) -> int:
    """Where an edge goes. Raises `EditError` when it is to be moved from where it is no more."""
    if to_ns == was_ns:
        return now_ns
    if now_ns != was_ns:
        raise EditError("The tag was changed meanwhile.")
    return to_ns
