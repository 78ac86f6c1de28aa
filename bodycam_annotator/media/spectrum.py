"""How strong each frequency is, every few milliseconds.

Short-time Fourier transform with a Hann window (Harris 1978, "On the use of windows for harmonic
analysis with the discrete Fourier transform", Proc. IEEE 66(1)). Power is given against that of a
sine at full scale, which is 0 dBFS (AES17); noise spreads over the bins and lies lower.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from bodycam_annotator.media.sound_blocks import Samples

SHORTEST_WINDOW_S = 0.02
"""The window has the next power of two of samples: 21 to 41 ms, 47 to 24 Hz a bin."""

TOP_HZ = 8000.0
"""Nothing is kept above: speech has little there, and a shot is seen below as well."""

_AT_ONCE = 256


@dataclass(frozen=True)
class Spectrum:
    """Of sound at `rate` samples a second."""

    rate: int

    @property
    def window(self) -> int:
        """Samples."""
        return int(2 ** np.ceil(np.log2(max(16, SHORTEST_WINDOW_S * self.rate))))

    @property
    def top_hz(self) -> float:
        return min(TOP_HZ, self.rate / 2)

    @property
    def bins(self) -> int:
        """Frequencies from 0 to below `top_hz`, equally far from each other."""
        return max(1, round(self.top_hz * self.window / self.rate))

    def power(self, samples: Samples, *, hop: int) -> NDArray[np.float32]:
        """(n // hop, bins), each around the middle of the next `hop` samples; 1.0 is 0 dBFS.

        `samples`: (n,), or (channels, n), whose mean power it is: unlike the power of their mean,
        it is there where one channel is the other upside down. NaN, and what lies outside, counts
        as 0.
        """
        of_each = [self._power(one, hop=hop) for one in np.atleast_2d(samples)]
        total = of_each[0]
        for one in of_each[1:]:
            total += one
        return total / np.float32(len(of_each)) if len(of_each) > 1 else total

    def _power(self, samples: Samples, *, hop: int) -> NDArray[np.float32]:
        window, count = self.window, len(samples) // hop
        before = (window - hop) // 2
        padded = np.zeros(max(before, 0) + len(samples) + window, dtype=np.float32)
        padded[max(before, 0) : max(before, 0) + len(samples)] = np.nan_to_num(samples)
        frames = sliding_window_view(padded[max(-before, 0) :], window)[::hop][:count]
        hann = np.hanning(window + 1)[:-1]
        scaled = (hann * 2 / hann.sum()).astype(np.float32)
        power = np.empty((count, self.bins), dtype=np.float32)
        for at in range(0, count, _AT_ONCE):
            found = np.fft.rfft(frames[at : at + _AT_ONCE] * scaled)[:, : self.bins]
            power[at : at + _AT_ONCE] = found.real**2 + found.imag**2
        return power
