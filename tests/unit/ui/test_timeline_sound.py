"""The waveform's pixels from its peaks."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PyQt6.QtGui import QColor

from bodycam_annotator.ui.timeline.sound_image import waveform_image

ROWS = 101
MIDDLE = 50


def inked(peaks: list[tuple[float, float]]) -> NDArray[np.bool_]:
    """(ROWS, columns): where there is ink."""
    values = np.array(peaks, dtype=np.float32)
    image = waveform_image(values, ROWS, QColor("#ffffff"), QColor("#ff0000"))
    return np.array(
        [[image.pixelColor(x, y).alpha() > 0 for x in range(len(peaks))] for y in range(ROWS)]
    )


@pytest.mark.parametrize("level", [1.0, -1.0, 0.25])
@pytest.mark.parametrize("ground", [0.0, -0.04, 0.04])
def test_a_single_loud_sample_is_painted_in_its_own_column(level: float, ground: float) -> None:
    quiet = (ground, ground)
    ink = inked([quiet, quiet, (level, level), quiet, quiet])
    far = MIDDLE - round(np.sign(level) * np.sqrt(abs(level)) * MIDDLE)
    assert np.flatnonzero(ink[far]).tolist() == [2]
    beyond = np.abs(np.arange(ROWS) - MIDDLE) > np.sqrt(abs(ground)) * MIDDLE + 1
    assert ink[beyond].any(axis=0).tolist() == [False, False, True, False, False]


@pytest.mark.parametrize("seed", range(5))
def test_the_line_has_no_gaps_and_no_column_is_louder_than_it_is(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-1, 1, (40, 2)).astype(np.float32)
    values.sort(axis=1)
    ink = inked([(float(low), float(high)) for low, high in values])
    for one, other in zip(ink.T[:-1], ink.T[1:], strict=True):
        rows, after = np.flatnonzero(one), np.flatnonzero(other)
        assert rows[0] <= after[-1] + 1
        assert after[0] <= rows[-1] + 1
    heights = np.sqrt(np.abs(values).max(axis=1)) * MIDDLE
    loudest = [np.abs(np.flatnonzero(column) - MIDDLE).max() for column in ink.T]
    assert np.abs(heights - loudest).max() <= 1
