"""How the window looks: dark and light, at several sizes, its panels wherever they were put."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PyQt6.QtCore import QByteArray, QPoint, QSize, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QImage
from PyQt6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

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
from bodycam_annotator.ui.dock import Handle
from bodycam_annotator.ui.focus_line import FocusLine
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.theme import Theme, apply_theme, icon
from tests.ui.hand import Hand, Key, pixels_of

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
DEFAULT = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
both = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])


@pytest.fixture
def colors_back() -> Iterator[None]:
    yield
    take_colors(DARK)


@pytest.fixture
def another(qtbot: QtBot) -> Iterator[Callable[..., Hand]]:
    """Another window of the same person, at another time."""
    windows = []

    def make(width: int = 1280, height: int = 800) -> Hand:
        window = MainWindow()
        windows.append(window)
        window.resize(width, height)
        window.show()
        return Hand(window, qtbot)

    yield make
    for window in windows:
        window.close_project()
        window.close()
        window.deleteLater()


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def places(hand: Hand) -> dict[str, tuple[Qt.DockWidgetArea, bool]]:
    desk = hand.window.desk
    return {
        panel.windowTitle(): (desk.dockWidgetArea(panel), panel.isFloating())
        for panel in desk.panels.values()
    }


# Colours


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


# Themes


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


# Sizes


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


# Places


def test_at_first_all_panels_are_at_their_default_places(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    there = places(hand)
    assert there.pop("Timeline") == (BOTTOM, False)
    assert set(there.values()) == {(RIGHT, False)}
    assert set(there) == {
        *("Tags", "Transcript", "Intervals", "History", "Picture", "Footage"),
        *("Selected tag", "Codes"),
    }
    assert hand.window.desk.is_in_front(hand.window.table)
    assert not hand.window.desk.is_in_front(hand.window.history)


def test_what_is_brought_to_the_front_is_seen_and_the_others_are_not(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    pages = [window.table, window.transcript, window.intervals, window.history, window.seeing]
    for page in pages:
        window.desk.bring(page)
        assert [one for one in pages if one.isVisible()] == [page]


def test_a_panel_is_moved_floated_and_put_back_by_keys(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    window = hand.window
    ctrl_alt = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    hand.press(Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    hand.press(Key.Key_M, ctrl_alt)
    hand.press(Key.Key_M, ctrl_alt)
    assert places(hand)["Tags"] == (LEFT, False)
    assert "at the left" in window.messages.text.text()
    hand.press(Key.Key_F, ctrl_alt)
    assert places(hand)["Tags"][1]
    assert window.table.isVisible()
    hand.press(Key.Key_F, ctrl_alt)
    assert places(hand)["Tags"] == (LEFT, False)
    hand.press(Key.Key_D, ctrl_alt)
    assert places(hand)["Tags"] == (RIGHT, False)
    assert window.desk.is_in_front(window.table)


def test_default_places_put_all_back(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.rest()
    desk = hand.window.desk
    before, sizes = places(hand), {one: one.size() for one in desk.panels.values()}
    for content in (hand.window.codes, hand.window.timeline, hand.window.seeing):
        desk.bring(content)
        desk.move_on()
    for floating in (hand.window.editor, hand.window.history):
        desk.bring(floating)
        desk.float_or_dock()
    hand.rest()
    assert places(hand) != before
    hand.window.actions_["default_places"].trigger()
    hand.wait(lambda: places(hand) == before)
    front = [one for one in sizes if desk.is_in_front(one.content)]
    assert {one.windowTitle() for one in front} == {"Tags", "Selected tag", "Codes", "Timeline"}
    hand.wait(lambda: all(one.size() == sizes[one] for one in front))


def test_places_are_remembered_and_keep_their_share_of_another_screen(
    hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.open(path)
    desk = hand.window.desk
    desk.bring(hand.window.history)
    desk.move_on()
    desk.move_on()
    hand.rest()
    share = hand.window.history.width() / desk.width()
    before = places(hand)
    hand.window.close()
    again = another()
    again.window.resize(1920, 1080)
    again.open(path)
    again.rest()
    assert places(again) == before
    assert places(again)["History"] == (LEFT, False)
    wide = again.window.history.width() / again.window.desk.width()
    assert wide == pytest.approx(share, abs=0.05)


def test_what_was_a_wide_screen_leaves_the_picture_room_on_a_small_one(
    hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.window.resize(3840, 2160)
    hand.open(path)
    hand.window.desk.bring(hand.window.table)
    hand.window.desk.move_on()
    hand.window.desk.move_on()
    hand.rest()
    hand.window.close()
    again = another()
    again.window.showNormal()
    again.window.resize(1280, 800)
    again.open(path)
    again.rest()
    assert (again.window.width(), again.window.height()) == (1280, 800)
    assert again.window.picture.width() >= 320
    assert again.window.picture.height() >= 300
    assert again.window.table.isVisible()


@pytest.mark.parametrize("state", [b"", b"nonsense", None])
@pytest.mark.parametrize("shares", ['{"Tags": [0.3, 0.5]}', "[", '{"Tags": 3}', '{"Tags": [7, 1]}'])
def test_damaged_places_are_the_default_ones(
    state: bytes | None, shares: str, tmp_path: Path, another: Callable[..., Hand]
) -> None:
    make_application()
    settings = WindowSettings()
    if state is not None:
        settings._settings.setValue("places_of_panels/state", QByteArray(state))
    settings._settings.setValue("places_of_panels/shares", shares)
    hand = another()
    there = places(hand)
    assert there.pop("Timeline") == (BOTTOM, False)
    assert set(there.values()) == {(RIGHT, False)}


def test_history_takes_only_the_room_of_panels_at_its_side(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    window.desk.bring(window.history)
    assert not window.editor.isVisible()
    assert not window.codes.isVisible()
    window.desk.float_or_dock()
    hand.rest()
    window.desk.bring(window.table)
    assert window.history.isVisible()
    assert window.editor.isVisible()
    assert window.codes.isVisible()
    window.desk.bring(window.history)
    assert window.editor.isVisible()
    window.desk.float_or_dock()
    window.desk.bring(window.editor)
    assert window.editor.isVisible()
    assert not window.desk.is_in_front(window.history)


def test_fields_stay_beside_the_panel_of_the_picture_where_there_is_room(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    window.desk.bring(window.seeing)
    assert not window.editor.isVisible()
    window.resize(1920, 1080)
    hand.wait(window.editor.isVisible)
    window.resize(1280, 800)
    hand.wait(lambda: not window.editor.isVisible())


def test_what_can_be_taken_hold_of_says_what_it_is(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.rest()
    desk = hand.window.desk
    handles = {one.windowTitle(): one.handle for one in desk.panels.values()}
    assert handles["Tags"] is Handle.TAB
    assert handles["Timeline"] is handles["Codes"] is Handle.STRIP
    desk.bring(hand.window.table)
    desk.move_on()
    desk.move_on()
    hand.rest()
    tags = desk.panels[hand.window.table]
    assert tags.handle is Handle.LINE
    bar = tags.titleBarWidget()
    assert bar is not None
    assert [one.text() for one in bar.findChildren(QLabel) if one.isVisible()] == ["Tags"]


def test_floating_panels_go_and_come_with_the_footage(hand: Hand, footage: FindFootage) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.window.desk.bring(hand.window.seeing)
    hand.window.desk.float_or_dock()
    hand.rest()
    panel = hand.window.desk.panels[hand.window.seeing]
    assert panel.isVisible()
    hand.window.close_project()
    assert not panel.isVisible()
    hand.open(path)
    assert panel.isVisible()
    assert panel.isFloating()


def test_keys_work_while_a_panel_floats(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.window.desk.bring(hand.window.table)
    hand.window.desk.float_or_dock()
    hand.window.table.view.setFocus()
    hand.press(Key.Key_BracketLeft)
    assert hand.window.player.speed == 0.5


def test_it_is_seen_where_the_keys_go(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    line = hand.window.findChild(FocusLine)
    assert line is not None
    hand.window.picture.setFocus()
    assert image_of(line).pixelColor(5, 1) == QColor(COLORS.accent)
    hand.window.table.filter.setFocus()
    hand.rest()
    assert image_of(line).pixelColor(5, 1) == QColor(COLORS.panel)
    field = image_of(hand.window.table.filter)
    assert field.pixelColor(field.width() // 2, 0) == QColor(COLORS.accent)


def test_messages_lie_over_the_picture_wherever_it_is(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    window = hand.window
    window.desk.bring(window.table)
    window.desk.move_on()
    window.desk.move_on()
    window.messages.warn("Something is so.")

    def lies_over() -> bool:
        here = window.rect().topLeft()
        picture = window.picture.rect().translated(window.picture.mapTo(window, here))
        bar = window.messages.rect().translated(window.messages.mapTo(window, here))
        return picture.contains(bar) and bar.bottom() == picture.bottom()

    hand.wait(lies_over)


def many_codes(count: int) -> Codebook:
    codes = "".join(
        f'[[code]]\nid = "code_{at}"\nname = "Code {at}"\nkind = "interval"\ngroup = "some"\n'
        for at in range(count)
    )
    return Codebook.from_toml(f'id = "many"\nname = "Many"\nversion = 1\n{codes}')


@pytest.mark.parametrize("page", ["table", "transcript", "intervals", "history", "seeing", "facts"])
def test_no_panel_makes_the_window_outgrow_a_small_screen(
    page: str, hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_U)
    hand.press(Key.Key_U)
    window = hand.window
    window.transport.show_reaction(350)
    window.transport.show_oddities(["No sound from 00:00:00.000 to 00:00:10.027", "Odd: too"])
    window.desk.bring(getattr(window, page))
    hand.rest()
    least = window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 760
    window.codes.show_codebook(many_codes(60))
    hand.rest()
    assert window.minimumSizeHint().height() <= 760
    assert (window.width(), window.height()) == (1280, 800)


def test_all_panels_at_once_stay_within_a_small_screen(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    desk = hand.window.desk
    for panel in desk.panels.values():
        desk.addDockWidget(RIGHT, panel)
        panel.show()
    hand.rest()
    least = hand.window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 760
    assert (hand.window.width(), hand.window.height()) == (1280, 800)


def test_the_transport_keeps_to_the_width_of_a_small_window(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    transport = hand.window.transport
    before = transport.width()
    transport.show_reaction(1000)
    transport.show_oddities(["Timestamps go backward 1234 times; see the panel Footage", "b", "c"])
    hand.window.marks.mark_a(0)
    hand.window.marks.mark_b(20)
    hand.rest()
    assert hand.window.width() == 1280
    assert transport.width() == before
    assert transport.minimumSizeHint().width() <= transport.width()
    shown = [one for one in transport.findChildren(QWidget) if one.isVisible()]
    assert all(transport.rect().contains(one.geometry()) for one in shown)


@pytest.mark.parametrize("arranged", [False, True])
def test_what_lies_below_the_tags_takes_no_more_room_than_it_needs(
    arranged: bool, hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.press(Key.Key_S)
    hand.rest()
    if arranged:
        hand.window.desk.bring(hand.window.history)
        hand.window.desk.move_on()
        hand.window.desk.move_on()
        hand.window.desk.bring(hand.window.table)
    hand.rest()
    with_fields = hand.window.table.height()
    hand.window.close()
    again = another()
    again.open(path)
    again.window.tagger.select(())
    again.rest()
    window = again.window
    again.wait(lambda: window.codes.height() <= window.codes.sizeHint().height() + 2)
    again.wait(lambda: window.table.height() >= with_fields + 100)
    window.tagger.select((again.tags()[0].id,))
    again.wait(lambda: abs(window.table.height() - with_fields) <= 4)
    assert window.editor.height() >= window.editor.sizeHint().height()


def test_a_floating_panel_is_there_the_next_time_and_takes_the_keys(
    hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.window.desk.bring(hand.window.history)
    hand.window.desk.float_or_dock()
    hand.rest()
    assert hand.window.desk.is_in_front(hand.window.table)
    hand.window.close()
    again = another()
    again.open(path)
    again.rest()
    window = again.window
    panel = window.desk.panels[window.history]
    assert panel.isFloating()
    assert panel.isVisible()
    handle, owner = panel.windowHandle(), window.windowHandle()
    assert handle is not None
    assert handle.transientParent() is owner
    bar = panel.titleBarWidget()
    assert bar is not None
    assert [one.text() for one in bar.findChildren(QLabel) if one.isVisible()] == ["History"]
    assert image_of(panel).pixelColor(0, panel.height() // 2) == QColor(COLORS.edge)
    window.actions_["show_history"].trigger()
    again.wait(lambda: window.history.view.hasFocus())
    assert QApplication.activeWindow() is panel
