"""Seeing more in a picture: light, local contrast, noise, edges and what moved. Display only.

In this order, as each step works best on what the one before leaves: the difference to the
picture before (instead of the picture), denoise, local contrast, sharpen (all three on the luma,
so that colours stay what they are), then gamma, contrast and brightness on every channel.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from bodycam_annotator.media.picture import Pixels

LIMITS: Final[dict[str, tuple[float, float]]] = {
    "brightness": (-100, 100),
    "contrast": (0.25, 4.0),
    "gamma": (0.25, 4.0),
    "local_contrast": (0.0, 10.0),
    "denoise": (0, 100),
    "sharpen": (0.0, 4.0),
}
"""The least and the most of every number in a `Look`."""

TILES = (8, 8)
"""Across and down: the regions whose contrast is evened out, Zuiderveld's own choice."""

AMPLIFIED = 4.0
"""How much brighter a difference is shown: one grey level of a noisy camera stays dark, a coat
passing before a wall does not."""

UNCOMPARED = 64
"""The grey of a difference where there is no picture before: neither moved nor still."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is done to a picture before it is shown; as made, nothing.

    Raises `ValueError` for a number outside of `LIMITS`.

    Attributes:
        brightness: percent of full range added.
        contrast: factor about middle grey.
        gamma: above 1 the dark parts are brightened, below 1 the bright parts darkened.
        local_contrast: clip limit of CLAHE; 0 is off.
        denoise: grey levels up to which a difference between neighbours is taken for noise.
        sharpen: share of what is finer than about two pixels that is added.
        difference: the picture shows what changed since the one before it.
    """

    brightness: int = 0
    contrast: float = 1.0
    gamma: float = 1.0
    local_contrast: float = 0.0
    denoise: int = 0
    sharpen: float = 0.0
    difference: bool = False

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            # Also refuses what is not a number at all.
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}, not {least} to {most}")

    @property
    def is_on(self) -> bool:
        """Whether anything is done."""
        return self != Look()

    @property
    def needs_before(self) -> bool:
        """Whether `enhance` wants the picture of the frame before."""
        return self.difference

    @property
    def words(self) -> str:
        """What is on, as it is said on the picture: "local contrast 3, gamma 1.8"."""
        said = ["difference to the frame before"] if self.difference else []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in LIMITS and value != field.default:
                sign = "+" if field.name == "brightness" else ""
                said.append(f"{field.name.replace('_', ' ')} {value:{sign}g}")
        return ", ".join(said)


PRESETS: Final[dict[str, Look]] = {
    "Night": Look(gamma=1.8, local_contrast=3.0, denoise=12),
    "Faint detail": Look(local_contrast=4.0, contrast=1.2, sharpen=1.0),
    "Glare": Look(gamma=0.5, local_contrast=2.0),
    "Steady noise": Look(denoise=40),
    "What moved": Look(difference=True, denoise=12, gamma=1.4),
}
"""Looks to begin with, by name."""


def enhance(bgra: Pixels, look: Look, *, before: Pixels | None = None) -> Pixels:
    """`bgra`, (height, width, 4), as `look` shows it; of the same shape, alpha is 255.

    `before` is the picture of the previous ordinal. Where a difference is asked for and there is
    none, or one of another size, the result is an even `UNCOMPARED` grey. `bgra` is never
    written to; a look that is not on gives `bgra` itself.
    """
    if not look.is_on:
        return bgra
    shown = bgra
    if look.difference:
        if before is None or before.shape != bgra.shape:
            return _even(bgra, UNCOMPARED)
        shown = _moved(bgra, before)
    if look.denoise or look.local_contrast or look.sharpen:
        shown = _on_luma(shown, look)
    table = _table(look.brightness, look.contrast, look.gamma)
    if table is not None:
        into = None if shown is bgra else shown
        shown = np.asarray(cv2.LUT(shown, table, into), dtype=np.uint8)
    return shown


def enhanced_by(bgra: Pixels, look: Look, *, before: Pixels | None) -> str:
    """What `enhance` does with these, in words."""
    if look.needs_before and (before is None or before.shape != bgra.shape):
        return "even grey, as there is no frame before to differ from"
    return look.words


def _even(like: Pixels, grey: int) -> Pixels:
    made = np.full_like(like, grey)
    made[..., 3] = 255
    return made


def _moved(bgra: Pixels, before: Pixels) -> Pixels:
    """The luma of every channel's change, amplified; equal pictures are black."""
    luma = cv2.cvtColor(cv2.absdiff(bgra, before), cv2.COLOR_BGRA2GRAY)
    bright = cv2.convertScaleAbs(luma, alpha=AMPLIFIED)
    return np.asarray(cv2.cvtColor(bright, cv2.COLOR_GRAY2BGRA), dtype=np.uint8)


def _on_luma(bgra: Pixels, look: Look) -> Pixels:
    """Denoise, local contrast and sharpen, each where it is on.

    Noise is smoothed by a bilateral filter (Tomasi and Manduchi, Bilateral Filtering for Gray
    and Color Images, ICCV 1998) five pixels wide, the width OpenCV recommends for real time; the
    colours, which carry no edges that the luma has not, by a Gaussian. Non-local means is better
    and a hundred times slower. Local contrast: Zuiderveld, Contrast Limited Adaptive Histogram
    Equalization, Graphics Gems IV, 1994. Sharpening is an unsharp mask.
    """
    parts = cv2.cvtColor(bgra, cv2.COLOR_BGR2YCrCb)
    luma = cv2.extractChannel(parts, 0)
    if look.denoise:
        luma = cv2.bilateralFilter(luma, 5, float(look.denoise), 2.0)
        parts = cv2.GaussianBlur(parts, (5, 5), 0)
    if look.local_contrast:
        luma = cv2.createCLAHE(look.local_contrast, TILES).apply(luma)
    if look.sharpen:
        coarse = cv2.GaussianBlur(luma, (5, 5), 0)
        luma = cv2.addWeighted(luma, 1.0 + look.sharpen, coarse, -look.sharpen, 0.0)
    # Splitting and merging all three takes twice as long as putting one back.
    cv2.insertChannel(luma, parts, 0)
    return np.asarray(cv2.cvtColor(parts, cv2.COLOR_YCrCb2BGR, dstCn=4), dtype=np.uint8)


@lru_cache(maxsize=8)
def _table(brightness: int, contrast: float, gamma: float) -> Pixels | None:
    """(256, 1, 4): what each value of each channel becomes; None when it stays what it is."""
    if (brightness, contrast, gamma) == (0, 1.0, 1.0):
        return None
    value = np.linspace(0.0, 1.0, 256) ** (1.0 / gamma)
    value = (value - 0.5) * contrast + 0.5 + brightness / 100.0
    table = np.full((256, 1, 4), 255, dtype=np.uint8)
    table[:, :, :3] = np.rint(np.clip(value, 0.0, 1.0) * 255.0).astype(np.uint8)[:, None, None]
    return table
