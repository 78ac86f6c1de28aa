"""What the contract tests share: an index per odd file, and one memory of pictures seen."""

import pytest

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import index_footage
from tests.contract.eye import Eye, FindIndex, FindOdd
from tests.media_factory import Made


@pytest.fixture(scope="session")
def indexed(odd_file: FindOdd) -> FindIndex:
    """An odd file and what `index_footage` makes of it, once in a worker."""
    known: dict[str, tuple[Made, FrameIndex]] = {}

    def find(name: str) -> tuple[Made, FrameIndex]:
        if name not in known:
            made = odd_file(name)
            known[name] = (made, index_footage(made.path))
        return known[name]

    return find


@pytest.fixture(scope="session")
def eye() -> Eye:
    return Eye()
