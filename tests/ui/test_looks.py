"""Themes, contrast, and nothing cut: read from the window."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QColor, QGuiApplication
from PyQt6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollBar

from bodycam_annotator.config import default_codebook
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.code_panel import CodeButton
from bodycam_annotator.ui.colors import (
    COLORS,
    DARK,
    LIGHT,
    READABLE,
    SEEN,
    Colors,
    contrast,
    seen_color,
    take_colors,
)
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.theme import Theme, apply_theme, icon
from tests.ui.hand import Hand, Key, pixels_of
from tests.ui.seen import image_of

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"
DEFAULT = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
both = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])


@pytest.fixture
def colors_back() -> Iterator[None]:
    yield
    take_colors(DARK)


def test_contrast_is_as_the_standard_computes_it() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


@both
@pytest.mark.parametrize("role", ["text", "muted", "accent", "warn", "bad", "good"])
def test_words_are_readable_on_every_ground(colors: Colors, role: str) -> None:
    for ground in (*colors.grounds, colors.accent_dim):
        assert contrast(getattr(colors, role), ground) >= READABLE, ground


@both
def test_signs_edges_and_buttons_stand_out(colors: Colors) -> None:
    for role in ("edge", "faint"):
        for ground in colors.grounds:
            assert contrast(getattr(colors, role), ground) >= SEEN, (role, ground)
    for ground in (colors.accent, colors.accent_over):
        assert contrast(colors.on_accent, ground) >= READABLE
    assert contrast(colors.accent, colors.accent_dim) >= SEEN


@both
@pytest.mark.usefixtures("colors_back")
def test_any_codes_color_is_seen_and_can_be_read(colors: Colors) -> None:
    take_colors(colors)
    book = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
    awkward = ["#000000", "#FFFFFF", "#FFFF00", "#0000FF", "#1A1D21", "#808080"]
    for color in [*(code.color for code in book.codes), *awkward]:
        for least in (SEEN, READABLE):
            shown = seen_color(color, least=least).name()
            assert min(contrast(shown, ground) for ground in colors.grounds) >= least, color


def test_codes_colors_stay_as_they_were_chosen_where_they_are_seen() -> None:
    book = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
    assert all(seen_color(code.color) == QColor(code.color) for code in book.codes)


def test_another_theme_is_taken_up_at_once(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    window = hand.window
    for theme, colors in ((Theme.LIGHT, LIGHT), (Theme.DARK, DARK), (Theme.LIGHT, LIGHT)):
        window.actions_[f"theme_{theme}"].trigger()
        hand.rest()
        ruler = image_of(window.timeline).pixelColor(window.timeline.width() - 4, 4)
        assert ruler == QColor(colors.panel)
        panel = image_of(window.transport)
        assert panel.pixelColor(2, panel.height() - 3) == QColor(colors.panel)
        assert image_of(window.top).pixelColor(2, 2) == QColor(colors.panel)
        assert [one for one in Theme if window.actions_[f"theme_{one}"].isChecked()] == [theme]


def test_icons_take_up_the_theme(hand: Hand) -> None:
    sign = icon("play")
    for theme, colors in ((Theme.LIGHT, LIGHT), (Theme.DARK, DARK)):
        hand.window.actions_[f"theme_{theme}"].trigger()
        for mode, color in (("Normal", colors.text), ("Disabled", colors.faint)):
            image = sign.pixmap(QSize(64, 64), getattr(sign.Mode, mode)).toImage()
            assert image.pixelColor(32, 32) == QColor(color)


def test_icons_are_drawn_in_the_pixels_that_the_screen_has(hand: Hand) -> None:
    for scale in (1.0, 1.5, 2.0):
        assert icon("play").pixmap(QSize(16, 16), scale).width() == round(16 * scale)


def test_the_picture_lies_on_dark_in_every_theme(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    dark = pixels_of(hand.window.picture)
    hand.window.actions_["theme_light"].trigger()
    hand.rest()
    assert (pixels_of(hand.window.picture) == dark).all()
    assert hand.painted_barcode() == 0


def test_messages_take_up_the_theme(hand: Hand) -> None:
    hand.window.messages.warn("Something is so.")
    hand.window.actions_["theme_light"].trigger()
    hand.rest()
    image = image_of(hand.window.messages)
    assert image.pixelColor(1, image.height() // 2) == QColor(LIGHT.warn)
    assert image.pixelColor(image.width() - 2, 2) == QColor(LIGHT.raised)


def test_the_theme_is_remembered(hand: Hand, another: Callable[..., Hand]) -> None:
    hand.window.actions_["theme_light"].trigger()
    apply_theme(make_application(), Theme.DARK)
    again = another()
    assert again.window.actions_["theme_light"].isChecked()
    assert COLORS.ground == LIGHT.ground


def test_as_the_system_follows_the_system(hand: Hand) -> None:
    hints = QGuiApplication.styleHints()
    assert hints is not None
    hand.window.actions_["theme_system"].trigger()
    for scheme, colors in ((Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK)):
        hints.colorSchemeChanged.emit(scheme)
        assert colors == COLORS
    hand.window.actions_["theme_dark"].trigger()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert COLORS.is_dark


def test_a_theme_that_nobody_knows_is_the_dark_one(tmp_path: Path) -> None:
    settings = WindowSettings(tmp_path)
    assert settings.theme() is Theme.DARK
    settings.keep_theme(Theme.SYSTEM)
    assert WindowSettings(tmp_path).theme() is Theme.SYSTEM
    (tmp_path / "window.ini").write_text("[General]\ntheme=sepia\n", encoding="utf-8")
    assert WindowSettings(tmp_path).theme() is Theme.DARK


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (3840, 2160)])
def test_the_picture_and_the_timeline_get_the_room(
    size: tuple[int, int], hand: Hand, footage: FindFootage
) -> None:
    hand.window.resize(*size)
    hand.open(footage(LONG))
    hand.rest()
    window, (width, height) = hand.window, size
    assert (window.width(), window.height()) == size
    assert window.picture.width() >= 0.6 * width
    assert window.picture.height() >= 0.55 * height
    assert window.timeline.width() >= 0.98 * width
    assert window.timeline.height() >= 0.18 * height
    assert window.table.width() == pytest.approx(max(480, width / 3), abs=4)


@contextmanager
def text_of(larger: float) -> Iterator[None]:
    """Text so many times as large as usual."""
    application = make_application()
    font, usual = application.font(), application.font()
    font.setPixelSize(round(usual.pixelSize() * larger))
    application.setFont(font)
    try:
        yield
    finally:
        application.setFont(usual)


@pytest.mark.parametrize("larger", [1.0, 1.5])
@pytest.mark.parametrize("page", ["table", "transcript", "intervals", "history", "facts"])
def test_no_text_is_clipped(
    larger: float, page: str, another: Callable[..., Hand], footage: FindFootage
) -> None:
    with text_of(larger):
        hand = another(*((1920, 1200) if larger > 1 else (1280, 800)))
        hand.open(footage(LONG))
        hand.press(Key.Key_S)
        hand.window.desk.bring(getattr(hand.window, page))
        hand.rest()
        parts: list[QLabel | QPushButton | QLineEdit] = [
            *hand.window.findChildren(QLabel),
            *hand.window.findChildren(QPushButton),
            *hand.window.findChildren(QLineEdit),
        ]
        for part in parts:
            if part.isVisible() and part.text():
                assert not _is_clipped(part), (part, part.text(), part.geometry())


def _is_clipped(part: QLabel | QPushButton | QLineEdit) -> bool:
    metrics = part.fontMetrics()
    if part.contentsRect().height() < metrics.height():
        return True
    if isinstance(part, QLabel) and not part.wordWrap():
        return part.contentsRect().width() < metrics.horizontalAdvance(part.text().strip())
    return isinstance(part, QPushButton) and part.width() < part.minimumSizeHint().width()


@pytest.mark.parametrize(
    ("larger", "size"),
    [
        *((1.0, size) for size in ((1280, 680), (1280, 760), (1280, 800), (1920, 1080))),
        (1.5, (1920, 1080)),
    ],
)
def test_no_code_is_cut_on_its_button_while_a_tag_is_selected(
    larger: float, size: tuple[int, int], another: Callable[..., Hand], footage: FindFootage
) -> None:
    with text_of(larger):
        hand = another(*size)
        hand.open(footage(LONG))
        hand.press(Key.Key_S)
        buttons = hand.window.codes.findChildren(CodeButton)
        assert all(one.isVisible() for one in buttons)
        assert [one.shown for one in buttons] == [one.name for one in DEFAULT.codes]


def test_a_scroll_bar_takes_nothing_from_what_is_scrolled(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    window = hand.window
    seen: dict[int, set[tuple[int, int]]] = {}
    for height in (1000, 680, 1000, 680):
        window.resize(1280, height)
        hand.rest()
        bars = [one for one in window.desk.findChildren(QScrollBar) if one.isVisible()]
        seen.setdefault(height, set()).add((window.codes.width(), window.editor.width()))
        over = [one for one in bars if one.orientation() is Qt.Orientation.Vertical]
        assert bool(over) == (height == 680)
        for bar in over:
            right = bar.mapTo(window, bar.rect().topRight()).x()
            left = bar.mapTo(window, bar.rect().topLeft()).x()
            fields = [*window.codes.findChildren(CodeButton), window.editor.text]
            assert all(one.mapTo(window, one.rect().topRight()).x() < left for one in fields)
            assert right < window.width()
            before = [one.mapTo(window, QPoint()).y() for one in fields]
            bar.setValue(bar.maximum())
            assert [one.mapTo(window, QPoint()).y() for one in fields] != before
            bar.setValue(0)
            assert [one.mapTo(window, QPoint()).y() for one in fields] == before
    assert len(set.union(*seen.values())) == 1


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("reaction_ms", [0, 1000])
@pytest.mark.parametrize("heard", ["", "speech band, +30 dB"])
@pytest.mark.parametrize(
    "odd",
    [
        "No sound until 0:30.000: what was said cannot be assessed.",
        "No sound until 12:34:56.789: what was said cannot be assessed.",
        "No sound on this audio track for 12345.678 s: what was said cannot be assessed.",
        "The first frame's time in the file is 12345.678 s, not 0, and so on and on and on.",
    ],
)
def test_nothing_below_the_picture_is_cut(
    odd: str, heard: str, reaction_ms: int, width: int, hand: Hand, footage: FindFootage
) -> None:
    hand.window.resize(width, 800)
    hand.open(footage("silent_spans.mkv"))
    transport, player = hand.window.transport, hand.window.player
    player.set_muted(True)
    if heard:
        player.set_speech_band(True)
        player.set_gain(30.0)
    transport.show_reaction(reaction_ms)
    transport.show_oddities([odd, "Another."])
    hand.rest()
    short = odd.split(": ")[0].rstrip(".")
    assert transport.oddities.text() in (f"{short} +1", "2 oddities")
    if not heard and (width == 1920 or "until 0:30" in odd):
        assert transport.oddities.text() == f"{short} +1"
    assert odd in html.unescape(transport.oddities.toolTip())
    words = f"{heard} · " if heard else ""
    assert transport.sound.text() in (f"{words}sound off", f"{words}no sound")
    room = transport.oddities.width() - transport.oddities.iconSize().width() - 8
    assert transport.oddities.fontMetrics().horizontalAdvance(transport.oddities.text()) < room
    for label in transport.findChildren(QLabel):
        assert not label.isVisible() or not _is_clipped(label), label.text()
