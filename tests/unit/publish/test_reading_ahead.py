"""Items that are made in a thread of their own come in order, and the thread ends in time."""

from collections.abc import Iterator
from threading import Event, active_count, current_thread

import pytest

from bodycam_annotator.publish.reading_ahead import ahead_of


def test_items_come_in_order_from_another_thread() -> None:
    makers = set()

    def items() -> Iterator[int]:
        for number in range(50):
            makers.add(current_thread().name)
            yield number

    with ahead_of(items(), depth=3, name="maker") as taken:
        assert list(taken) == list(range(50))
    assert makers == {"maker"}


def test_what_is_raised_is_raised_where_items_are_taken() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("broken")

    with (
        pytest.raises(KeyError, match="broken"),
        ahead_of(items(), depth=3, name="maker") as taken,
    ):
        assert [next(taken), next(taken)] == [1]


def test_no_more_than_some_are_made_before_they_are_taken_and_leaving_ends_it() -> None:
    made: list[int] = []
    enough = Event()

    def items() -> Iterator[int]:
        while True:
            made.append(len(made))
            if len(made) == 4:
                enough.set()
            yield made[-1]

    before = active_count()
    with ahead_of(items(), depth=3, name="maker") as taken:
        assert enough.wait(5)
        assert next(taken) == 0
    assert active_count() == before
    assert len(made) <= 6
