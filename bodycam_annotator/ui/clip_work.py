"""Exports of clips, worked through one after another: each file keeps all cores busy."""

import time
from collections.abc import Callable, Collection, Sequence

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from bodycam_annotator.app.clips.writing import STOPPED
from bodycam_annotator.ui.clip_orders import Order
from bodycam_annotator.ui.clip_rows import ClipRows, Row, State
from bodycam_annotator.ui.messages import counted
from bodycam_annotator.ui.workers import Job

_TAKEN_MS = 100
"""How often the window takes up what the writing thread has told."""


class ClipWork(QObject):
    """The queue; its table is `rows`.

    Signals: `changed` when something in it has; `added` when there is a new `Order`; `ended`
    carries the one that is through, failed or was stopped while it ran.
    """

    changed = pyqtSignal()
    added = pyqtSignal()
    ended = pyqtSignal(object)

    def __init__(
        self, start_job: Callable[[Job], None], opens: Callable[[], object], parent: QObject
    ) -> None:
        """`opens` is called by a click on the line that shows running jobs."""
        super().__init__(parent)
        self.rows = ClipRows(self)
        self._start_job, self._opens = start_job, opens
        self._in_table: list[Order] = []
        self._waiting: list[Order] = []
        self._current: Order | None = None
        self._job: Job | None = None
        self._taking = QTimer(self)
        self._taking.setInterval(_TAKEN_MS)
        self._taking.timeout.connect(self._take)

    @property
    def orders(self) -> list[Order]:
        """What is not through yet, the one that is worked on first."""
        return [*([self._current] if self._current is not None else []), *self._waiting]

    @property
    def is_running(self) -> bool:
        return self._current is not None

    @property
    def left(self) -> int:
        """How many files are not made yet."""
        return sum(order.left for order in self.orders)

    def make(self, order: Order) -> None:
        """When those before it are through."""
        self.rows.add(order.rows)
        self._in_table.append(order)
        self._waiting.append(order)
        self._go_on()
        self.added.emit()
        self.changed.emit()

    @property
    def shown(self) -> Order | None:
        """What is worked on, else the last that is in the table."""
        last = self._in_table[-1] if self._in_table else None
        return last if self._current is None else self._current

    @property
    def row_at_work(self) -> Row | None:
        """The file that is being made."""
        rows = [] if self._current is None else self._current.rows
        return next((row for row in rows if row.state is State.MAKING and row.at >= 0), None)

    def take_unmade(self, rows: Collection[Row]) -> list[tuple[Order, list[Row]]]:
        """Those of them that were stopped or not made go from the table; by export."""
        wanted = {id(row) for row in rows if row.is_unmade and row.at >= 0}
        mine = [
            (order, [row for row in order.rows if id(row) in wanted])
            for order in self.orders_of(rows)
        ]
        self._keep([row for row in self.rows.rows if id(row) not in wanted])
        return mine

    def orders_of(self, rows: Collection[Row]) -> list[Order]:
        """Those to which the rows belong."""
        exports = {row.export for row in rows}
        return [
            order
            for order in self._in_table
            if any(row.export in exports for row in order.rows[:1])
        ]

    # Stopping

    def stop(self, rows: Collection[Row]) -> None:
        """Those that have not ended yet; the others go on."""
        wanted = {id(row) for row in rows if not row.has_ended}
        for order in self.orders:
            mine = [row for row in order.rows if id(row) in wanted]
            if mine and order.is_planned:
                order.told.skip([row.number for row in mine if row.number is not None])
                self._mark_stopped(mine)
                if not order.left and not order.has_begun and self._job is not None:
                    # Reading its footage would be for nothing.
                    self._job.cancel()
            elif mine:
                self._stop_order(order)
        self.changed.emit()

    def stop_all(self) -> None:
        """Files that are whole by then stay."""
        for order in self.orders:
            self._stop_order(order)
        self.changed.emit()

    def clear(self, rows: Collection[Row]) -> None:
        """Those of them that have ended go from the table."""
        gone = {id(row) for row in rows if row.has_ended}
        self._keep([row for row in self.rows.rows if id(row) not in gone])

    def _keep(self, rows: Collection[Row]) -> None:
        self.rows.keep(rows)
        self._in_table = [
            order
            for order in self._in_table
            if order is self._current or any(row.at >= 0 for row in order.rows)
        ]
        self.changed.emit()

    def _stop_order(self, order: Order) -> None:
        left = [row for row in order.rows if not row.has_ended]
        if order is self._current and self._job is not None:
            self._job.cancel()
            self._mark_stopped(left, now=not order.is_planned)
        else:
            self._waiting.remove(order)
            self._mark_stopped(left)

    def _mark_stopped(self, rows: Sequence[Row], *, now: bool = False) -> None:
        """`now`: something is done for them now, which takes a moment to stop."""
        for row in rows:
            if now or row.state is not State.WAITING:
                row.state = State.STOPPING
            else:
                row.end(State.STOPPED)
        self.rows.tell_changed(rows)

    # How far it is

    def words(self) -> str:
        """How far the export is that is shown; empty when there is none."""
        order = self.shown
        if order is None:
            return ""
        if order is not self._current:
            return _counts(order, of=0)
        return " · ".join(one for one in (self._words_of(order), self._behind()) if one)

    def share(self) -> float | None:
        """How far the export is that is worked on, from 0 to 1; None where that is not known."""
        if self._current is None or not self._current.has_begun:
            return None
        made, left, gone = self._current.pictures()
        return (made + gone) / max(made + left + gone, 1.0)

    def _words_of(self, order: Order) -> str:
        if not order.is_planned:
            return f"{_called(order)}: looking which frames they are …"
        if not order.has_begun:
            reading = "reading the footage, to compare it with what the project took up …"
            return f"{_called(order)}: {reading}"
        made, left, _ = order.pictures()
        when = order.time_left.words(made, left, time.monotonic())
        return " · ".join(one for one in (_counts(order, of=len(order.rows)), when) if one)

    def _behind(self) -> str:
        waiting = len(self._waiting)
        if not waiting:
            return ""
        return f"{counted(waiting, 'export')} {'waits' if waiting == 1 else 'wait'} behind"

    # Working

    def _go_on(self) -> None:
        if self._current is not None or not self._waiting:
            return
        order = self._current = self._waiting.pop(0)
        job = self._job = Job("Making clips", order.write, parent=self, opens=self._opens)
        job.done.connect(lambda report: setattr(order, "report", report))
        job.failed.connect(lambda sentence: setattr(order, "failure", sentence))
        job.ended.connect(lambda: self._end(order))
        self._taking.start()
        self._start_job(job)

    def _end(self, order: Order) -> None:
        self._take()
        self._taking.stop()
        left = [row for row in order.rows if not row.has_ended]
        for row in left:
            row.end(State.NOT_MADE if order.failure else State.STOPPED, order.failure)
        self.rows.tell_changed(left)
        self._current = self._job = None
        self.ended.emit(order)
        self._go_on()
        self.changed.emit()

    def _take(self) -> None:
        order = self._current
        if order is None:
            return
        said = order.told.take()
        if said.rows is not None:
            self.rows.exchange(order.rows[0], said.rows)
            order.rows = said.rows
        touched = [order.rows[number] for number, _ in said.events]
        for number, why in said.events:
            if why is None:
                order.has_begun = True
                order.time_left.begin(time.monotonic())
            _follow(order.rows[number], why, said.notes.get(number, ""))
        for number, share in said.shares.items():
            row = order.rows[number]
            if not row.has_ended:
                row.share = share
                touched.append(row)
        self.rows.tell_changed(touched)
        self.changed.emit()


def _follow(row: Row, why: str | None, notes: str) -> None:
    """`why` as in `Said.events`; `notes` are said of what was made."""
    if why is None:
        # One that was stopped a moment ago may be begun all the same, and is then left.
        row.state = State.MAKING if row.state is State.WAITING else State.STOPPING
    elif why == STOPPED:
        row.end(State.STOPPED)
    else:
        row.end(State.NOT_MADE if why else State.MADE, why or notes)


def _counts(order: Order, *, of: int) -> str:
    """`“handout”: 4 of 12 made, 1 not made, 2 stopped`."""
    made = order.count(State.MADE)
    told = [f"{made:,} of {of:,} made" if of else f"{made:,} made"]
    for state in (State.NOT_MADE, State.STOPPED):
        if number := order.count(state):
            told.append(f"{number:,} {state}")
    return f"{_called(order)}: {', '.join(told)}"


def _called(order: Order) -> str:
    """By its folder, as each export is proposed one of its own."""
    return f"“{order.folder.name or order.folder}”"
