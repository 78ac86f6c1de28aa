"""The colours, dark and light, and how far they stand out from each other."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache

from PyQt6.QtGui import QColor

READABLE, SEEN = 4.5, 3.0
"""The least contrast of text (WCAG 2.2, 1.4.3) and of signs and edges (1.4.11)."""


@dataclass(kw_only=True)
class Colors:
    """`line` parts what needs no parting; `edge` is seen: around fields, scroll bars, grooves.

    `faint` is for what cannot be used now. `on_accent` is text on `accent`.
    """

    is_dark: bool
    ground: str
    panel: str
    stripe: str
    raised: str
    line: str
    edge: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_dim: str
    accent_over: str
    on_accent: str
    warn: str
    bad: str
    good: str

    @property
    def grounds(self) -> tuple[str, ...]:
        """What text and signs may lie on, besides what is selected."""
        return self.ground, self.panel, self.stripe, self.raised


DARK = Colors(
    is_dark=True,
    ground="#131518",
    panel="#1A1D21",
    stripe="#1E2226",
    raised="#24282D",
    line="#363C43",
    edge="#727C87",
    text="#E7EAED",
    muted="#A8B0B8",
    faint="#757E88",
    accent="#62AEFF",
    accent_dim="#1F3A57",
    accent_over="#8AC3FF",
    on_accent="#0B1622",
    warn="#F0B44C",
    bad="#FF8576",
    good="#5CC98B",
)
LIGHT = Colors(
    is_dark=False,
    ground="#FFFFFF",
    panel="#F5F6F8",
    stripe="#ECEFF2",
    raised="#E7EAEE",
    line="#CBD1D8",
    edge="#77818B",
    text="#191D22",
    muted="#4F5862",
    faint="#767F89",
    accent="#0A5FBF",
    accent_dim="#CCE1F9",
    accent_over="#084C99",
    on_accent="#FFFFFF",
    warn="#7A4F00",
    bad="#B3261E",
    good="#176E3C",
)

COLORS = replace(DARK)
"""Those of now. Whoever paints reads them while painting, as they change under the window."""

ON_PICTURE = DARK
"""On and around the picture it is dark always, so that nothing outshines what it shows."""


def take_colors(colors: Colors) -> None:
    """From now on these are `COLORS`."""
    for field in fields(colors):
        setattr(COLORS, field.name, getattr(colors, field.name))


def contrast(one: str, other: str) -> float:
    """1 to 21, by the relative luminance of two sRGB colours (WCAG 2.2, contrast ratio)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def seen_color(color: str, *, least: float = SEEN) -> QColor:
    """A code's colour, made only so much lighter or darker as it takes to be seen on all grounds
    of now. `least` is `SEEN` for signs, `READABLE` for text."""
    return seen_in(COLORS, color, least=least)


def seen_in(theme: Colors, color: str, *, least: float = SEEN) -> QColor:
    """As `seen_color`, in that theme."""
    return QColor(_standing_out(color, theme.grounds, least, lighter=theme.is_dark))


@lru_cache(maxsize=512)
def _standing_out(color: str, grounds: tuple[str, ...], least: float, *, lighter: bool) -> str:
    hue, saturation, lightness, _ = QColor(color).getHslF()
    steps = 100
    for step in range(steps + 1):
        share = step / steps
        towards = lightness + share * (1 - lightness) if lighter else lightness * (1 - share)
        made = QColor.fromHslF(max(hue or 0.0, 0.0), saturation or 0.0, towards).name()
        if step == 0:
            made = QColor(color).name()
        if all(contrast(made, ground) >= least for ground in grounds):
            return made
    return "#FFFFFF" if lighter else "#000000"


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
