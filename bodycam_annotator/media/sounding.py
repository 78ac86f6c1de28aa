"""Which parts of a sound track are silent, stand out from its noise, or are clipped."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.media.audio import Span
from bodycam_annotator.media.sound_blocks import Block
from bodycam_annotator.model.sounds import uncovered
from bodycam_annotator.timing import NS

SILENCE = 1 / 32768
"""Below one step of 16-bit sound: no microphone that is on is this quiet."""

SHORTEST_SILENCE_NS = 200_000_000

RISES_DB = 9.0
FALLS_DB = 6.0
"""A sound begins this far above the noise, and lasts while it is that far above."""

LOWEST_FLOOR_DB = -75.0
"""Noise is never taken to be lower, so that dither is no sound."""

SMOOTH_S = 0.1
FLOOR_S = 5.0
"""The level is the mean power of that long; the noise, its minimum that long to either side."""

BIAS_DB = 2.0
"""By which the least of many levels of the same noise lies below their mean."""

PAUSE_S = 0.4
"""Shorter pauses, as between words, do not end a sound."""

CLIPPED_IN_A_ROW = 3

CLIPPED_PAUSE_S = 0.02
"""Clipped peaks closer than this are one span: a wave clips once or twice a period."""


def sounding_hops(power: NDArray[np.float32], *, hops_a_second: float) -> NDArray[np.int64]:
    """(n, 2): first hop and the one behind the last of each stretch that stands out from the noise.

    `power`: (hops,) of sound without gaps. The noise is the minimum of the smoothed power over
    some seconds, corrected for its bias (Martin 2001, "Noise power spectral density estimation
    based on optimal smoothing and minimum statistics", IEEE Trans. Speech Audio Proc. 9(5); here
    of the whole band, and looking ahead as well, which a recording allows). Two thresholds keep
    a sound at the edge from flickering, and pauses shorter than `PAUSE_S` are bridged.
    """
    if not len(power):
        return np.zeros((0, 2), dtype=np.int64)
    level = 10 * np.log10(_smoothed(power, max(1, round(SMOOTH_S * hops_a_second))) + 1e-12)
    floor = _least_around(level, max(1, round(FLOOR_S * hops_a_second))) + BIAS_DB
    over = level - np.maximum(floor, LOWEST_FLOOR_DB)
    lasting = _runs_of(over > FALLS_DB)
    begun = np.concatenate([[0], np.cumsum(over > RISES_DB)])
    lasting = lasting[begun[lasting[:, 1]] > begun[lasting[:, 0]]]
    return bridged(lasting, round(PAUSE_S * hops_a_second))


def bridged(spans: NDArray[np.int64], pause: int) -> NDArray[np.int64]:
    """(n, 2) rising spans, joined where less than `pause` lies between."""
    if not len(spans):
        return spans
    apart = spans[1:, 0] - spans[:-1, 1] >= pause
    first = np.concatenate([[True], apart])
    last = np.concatenate([apart, [True]])
    return np.stack([spans[first, 0], spans[last, 1]], axis=1)


def outside(spans: Iterable[Span], silent: Sequence[Span]) -> list[Span]:
    """What of `spans` lies in none of `silent`, which rise and are apart."""
    starts, ends = [start for start, _ in silent], [end for _, end in silent]
    left: list[Span] = []
    for start, end in spans:
        near = silent[bisect_right(ends, start) : bisect_left(starts, end)]
        left += uncovered((start, end), near)
    return left


class SilenceFinder:
    """Finds where no channel has a sound, or nothing was decoded, for `SHORTEST_SILENCE_NS`."""

    def __init__(self, rate: int) -> None:
        self._shortest = -(-SHORTEST_SILENCE_NS * rate // NS)
        self._found: list[Span] = []
        self._since: int | None = None
        self._end = 0

    def take(self, block: Block) -> None:
        """Blocks must come in order."""
        at = block.at
        if at > self._end and self._since is None:
            self._since = self._end
        loud = np.flatnonzero(np.abs(block.samples).max(axis=0) >= SILENCE) + at
        self._end = block.end
        if not len(loud):
            self._since = at if self._since is None else self._since
            return
        if self._since is None:
            self._since = at
        self._close(int(loud[0]))
        for place in np.flatnonzero(np.diff(loud) > self._shortest):
            self._since = int(loud[place]) + 1
            self._close(int(loud[place + 1]))
        if loud[-1] + 1 < block.end:
            self._since = int(loud[-1]) + 1

    def spans(self) -> tuple[Span, ...]:
        """Once, when all was taken, by sample number: the first silent one, and the next heard."""
        self._close(self._end)
        return tuple(self._found)

    def _close(self, end: int) -> None:
        since, self._since = self._since, None
        if since is not None and end - since >= self._shortest:
            self._found.append((since, end))


class ClipFinder:
    """Finds at least `CLIPPED_IN_A_ROW` successive samples of one channel at full scale."""

    def __init__(self, rate: int) -> None:
        self._pause = max(1, round(CLIPPED_PAUSE_S * rate))
        self._found: list[Span] = []
        self._open: dict[int, Span] = {}
        """By channel: samples at full scale with which the last block ended."""

    def take(self, block: Block) -> None:
        """Blocks must come in order."""
        before, self._open = self._open, {}
        if not any(at_end == block.at for _, at_end in before.values()):
            before = {}
        loud = np.abs(block.samples)
        if not before and float(loud.max(initial=0)) < block.full:
            return
        found: list[Span] = []
        for channel, values in enumerate(loud):
            runs = _runs_of(values >= block.full) + block.at
            carried = before.get(channel)
            for begin, end in runs.tolist():
                since = carried[0] if carried and begin == block.at else begin
                if end == block.end:
                    self._open[channel] = since, end
                if end - since >= CLIPPED_IN_A_ROW:
                    found.append((since, end))
        self._add(sorted(found))

    def spans(self) -> tuple[Span, ...]:
        """By sample number: the first at full scale, and the one behind the last."""
        return tuple(self._found)

    def _add(self, spans: Iterable[Span]) -> None:
        for begin, end in spans:
            if self._found and begin - self._found[-1][1] < self._pause:
                before = self._found.pop()
                begin, end = min(before[0], begin), max(before[1], end)
            self._found.append((begin, end))


def _smoothed(power: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """The mean of `width` around each; of fewer at the ends."""
    total = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    at = np.arange(len(power))
    first = np.maximum(at - width // 2, 0)
    end = np.minimum(at - width // 2 + width, len(power))
    mean = np.maximum(total[end] - total[first], 0) / (end - first)
    return np.asarray(mean, dtype=np.float64)


def _least_around(level: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The least within `reach` on either side (van Herk 1992: in blocks of the window's width)."""
    width = 2 * reach + 1
    length = -(-(len(level) + 2 * reach) // width) * width
    padded = np.full(length, np.inf)
    padded[reach : reach + len(level)] = level
    blocks = padded.reshape(-1, width)
    ahead = np.minimum.accumulate(blocks, axis=1).reshape(-1)
    behind = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].reshape(-1)
    return np.minimum(behind[: len(level)], ahead[width - 1 :][: len(level)])


def _runs_of(true: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n, 2): where it is true, from the first to behind the last of each run."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]])))
    return turns.reshape(-1, 2).astype(np.int64)
