"""Colours of codes: which can be read on dark and on light, and a set to choose from."""

import colorsys
from collections.abc import Iterable
from dataclasses import dataclass

LEAST_CONTRAST = 3.0
"""To 1, between a sign and its ground (WCAG 2.2, success criterion 1.4.11)."""

DARK, LIGHT = "#24282D", "#F0F2F4"
"""The palest dark and the darkest light ground that a code's sign is drawn on."""

_INKS = ("#0B0C0E", "#FFFFFF")
_STEPS = 200


@dataclass(frozen=True, kw_only=True)
class Swatch:
    """A colour of the palette, `#RRGGBB`, and what to call it."""

    name: str
    color: str


PALETTE = tuple(
    Swatch(name=name, color=color)
    for name, color in (
        ("Vermilion", "#D55E00"),
        ("Sky blue", "#348CF4"),
        ("Bluish green", "#009E73"),
        ("Rose", "#DB319E"),
        ("Olive", "#8A9124"),
        ("Violet", "#8B49F6"),
        ("Ochre", "#88702D"),
        ("Steel blue", "#347C9D"),
        ("Magenta", "#CC13CF"),
        ("Forest green", "#53804E"),
        ("Orchid", "#BD6BCC"),
        ("Grey", "#727272"),
    )
)
"""The hues of Okabe and Ito (2008, “Color Universal Design”), and more between them, as light or
dark as both grounds need. They were chosen so that any two differ by 11.6 or more in CIELAB, also
to people without red, green or blue cones (simulated as by Machado, Oliveira and Fernandes 2009,
“A Physiologically-based Model for Simulation of Color Vision Deficiency”)."""


def luminance(color: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 black to 1 white (WCAG 2.2)."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in _shares(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (none) to 21 (black on white), as WCAG 2.2 has it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def is_readable(color: str, grounds: Iterable[str] = (DARK, LIGHT)) -> bool:
    return all(contrast(color, ground) >= LEAST_CONTRAST for ground in grounds)


def readable_on(color: str, *grounds: str) -> str:
    """The colour itself, or the nearest lightness of its hue that can be read on every ground.

    A theme asks with its own ground, as a codebook may have been made for the other one. Grounds
    that no colour can be read on, such as black and white with many greys between, give black or
    white, whichever is better on the worst of them.
    """
    if is_readable(color, grounds):
        return color
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(color))
    others = sorted((step / _STEPS for step in range(_STEPS + 1)), key=lambda x: abs(x - lightness))
    for other in others:
        shade = _hex(*colorsys.hls_to_rgb(hue, other, saturation))
        if is_readable(shade, grounds):
            return shade
    return max(_INKS, key=lambda ink: min(contrast(ink, ground) for ground in grounds))


def ink_on(color: str) -> str:
    """Near-black or white: what writing on that colour is read best in."""
    return max(_INKS, key=lambda ink: contrast(ink, color))


def next_color(used: Iterable[str]) -> str:
    """The colour of the palette that is used least, the earliest of these."""
    taken = [color.upper() for color in used]
    return min((swatch.color for swatch in PALETTE), key=taken.count)


def _shares(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(*shares: float) -> str:
    return "#" + "".join(f"{round(share * 255):02X}" for share in shares)
