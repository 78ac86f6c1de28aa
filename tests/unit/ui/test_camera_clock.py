"""What is said of the clock that the camera shows."""

import pytest

from bodycam_annotator.model.incident import Camera
from bodycam_annotator.ui.transport import clock_words

DAY_NS = 24 * 60 * 60 * 1_000_000_000


def camera(start_ns: int | None, bound_ns: int | None) -> Camera:
    return Camera(
        id="c",
        incident_id="i",
        name="Camera 1",
        clock_start_utc_ns=start_ns,
        clock_uncertainty_ns=bound_ns,
    )


@pytest.mark.parametrize(
    ("start_ns", "bound_ns", "words"),
    [
        (0, 1_000_000, "camera clock 00:00:32.733 UTC ± 0.001 s"),
        (0, 500_000_000, "camera clock 00:00:32.733 UTC ± 0.500 s"),
        (0, 41_666, "camera clock 00:00:32.733 UTC ± 0.001 s"),
        (0, None, "camera clock 00:00:32.733 UTC"),
        (DAY_NS - 32_733_000_001, 0, "camera clock 00:00:00.000 UTC ± 0.000 s"),
        (None, None, ""),
    ],
)
def test_clock_and_bound_have_the_same_decimals(
    start_ns: int | None, bound_ns: int | None, words: str
) -> None:
    assert clock_words(camera(start_ns, bound_ns), 32_733_000_000) == words
