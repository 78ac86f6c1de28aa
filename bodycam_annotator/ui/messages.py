"""Sentences for the person, in the window: what happened and what to do; nothing to click away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QToolButton, QWidget

from bodycam_annotator.ui.button_keys import ButtonKeys
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import icon, set_tone

INFORMED_MS = 12_000

MOST_STANDING = 8
"""Messages that wait behind the one shown; of more the oldest go."""

Offers = Mapping[str, Callable[[], object]]
"""What the person may do about it, by the words on the button."""


Holds = Callable[[], bool]
"""Whether it is still so."""

DEED, REFUSAL = "deed", "refusal"
"""What messages are about that are of what was done last, or why it was not: they go with the next
edit, and refusals when something else is selected."""


def _always() -> bool:
    return True


@dataclass(frozen=True)
class _Message:
    """`about`: what it speaks of, or empty. `stays` until the person has seen to it, or it `holds`
    no longer."""

    sentence: str
    sign: str
    tone: str
    stays: bool
    about: str = ""
    offers: Offers = field(default_factory=dict)
    holds: Holds = _always


class MessageBar(QWidget):
    """Shows the newest sentence.

    A warning or failure that is overtaken comes back when those after it are gone, until it is
    dismissed, one of its buttons pressed, or another takes its place that is `about` the same.

    It lies over the foot of the picture, or where there is none over the top of its parent, so
    that nothing moves under the pointer and neither tabs nor the camera's own stamp are covered.
    """

    _shown: _Message | None = None

    def __init__(self, parent: QWidget, picture: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        parent.installEventFilter(self)
        picture.installEventFilter(self)
        self._sign = PlainLabel()
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = PlainLabel()
        self._more.setProperty("muted", True)
        self._close = close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip("Dismiss")
        close.setAccessibleName("Dismiss the message")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.dismiss)
        self._keys = ButtonKeys(picture.setFocus, self)
        self._keys.guard(close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.addWidget(self._sign)
        layout.addWidget(self.text, 1)
        self._buttons = QHBoxLayout()
        layout.addLayout(self._buttons)
        layout.addWidget(self._more)
        layout.addWidget(close)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.setInterval(INFORMED_MS)
        self._going.timeout.connect(self.dismiss)
        self._shown: _Message | None = None
        self._standing: list[_Message] = []
        self.hide()

    @property
    def standing(self) -> list[str]:
        """Every sentence that is shown or will come back, oldest first."""
        shown = [self._shown] if self._shown is not None else []
        return [one.sentence for one in [*self._standing, *shown]]

    @property
    def subjects(self) -> set[str]:
        """What those sentences are about."""
        shown = [self._shown] if self._shown is not None else []
        return {one.about for one in [*self._standing, *shown]}

    def inform(self, sentence: str, *, about: str = "") -> None:
        """For what needs no doing; it goes by itself."""
        self._show(_Message(sentence, "information-outline", "", stays=False, about=about))

    def suggest(self, sentence: str, offers: Offers, *, about: str, holds: Holds = _always) -> None:
        """For what may be done as well; it goes by itself."""
        sign = "lightbulb-outline"
        self._show(
            _Message(sentence, sign, "", stays=False, about=about, offers=offers, holds=holds)
        )

    def hint(self, sentence: str, *, about: str = "", holds: Holds = _always) -> None:
        """For a key that did nothing, or more than meets the eye; it goes by itself."""
        sign, tone = "alert-outline", "warn"
        self._show(_Message(sentence, sign, tone, stays=False, about=about, holds=holds))

    def warn(
        self,
        sentence: str,
        offers: Offers | None = None,
        *,
        about: str = "",
        holds: Holds = _always,
    ) -> None:
        sign, tone = "alert-outline", "warn"
        self._show(
            _Message(
                sentence, sign, tone, stays=True, about=about, offers=offers or {}, holds=holds
            )
        )

    def fail(self, sentence: str, offers: Offers | None = None, *, about: str = "") -> None:
        sign, tone = "alert-circle-outline", "bad"
        self._show(_Message(sentence, sign, tone, stays=True, about=about, offers=offers or {}))

    def let_go(self) -> None:
        """What would go by itself goes now: it was of what was done before."""
        if self._shown is not None and not self._shown.stays:
            self.dismiss()

    def clear(self) -> None:
        """What it was about is not there any more."""
        self._leave()
        self._standing.clear()
        self._going.stop()
        self._shown = None
        self.hide()

    def withdraw(self, about: str) -> None:
        """What it warned of is over."""
        self._standing = [one for one in self._standing if one.about != about]
        if self._shown is not None and self._shown.about == about:
            self.dismiss()
        else:
            self._show_more()

    def look_again(self) -> None:
        """Something was edited: what does not hold any more goes."""
        self._standing = [one for one in self._standing if one.holds()]
        if self._shown is not None and not self._shown.holds():
            self.dismiss()
        else:
            self._show_more()

    def offer(self, name: str) -> QPushButton | None:
        """The button of that name, if the message shown has one."""
        buttons = (self._buttons.itemAt(at) for at in range(self._buttons.count()))
        widgets = [item.widget() for item in buttons if item is not None]
        return next((w for w in widgets if isinstance(w, QPushButton) and w.text() == name), None)

    def _show(self, new: _Message) -> None:
        before = [*self._standing, *([self._shown] if self._shown is not None else [])]
        kept = [
            one
            for one in before
            if one.stays
            and one.sentence != new.sentence
            and not (new.about and one.about == new.about)
        ]
        while len(kept) > MOST_STANDING:
            # What offers nothing to do goes first.
            kept.remove(next((one for one in kept if not one.offers), kept[0]))
        self._standing = kept
        self._draw(new)
        if not new.stays:
            self._going.start()

    def _draw(self, message: _Message) -> None:
        self._going.stop()
        self._shown = message
        self._show_offers(message.offers)
        self._draw_sign()
        self.text.setText(message.sentence)
        set_tone(self, message.tone)
        self._show_more()
        self.place()
        self.show()
        self.raise_()
        # New buttons have their width only then.
        QTimer.singleShot(0, self.place)

    def _draw_sign(self) -> None:
        if self._shown is not None:
            sign = icon(self._shown.sign, color=self._shown.tone or "accent")
            self._sign.setPixmap(sign.pixmap(18, 18))

    def changeEvent(self, event: QEvent | None) -> None:
        """The sign is a picture, which does not take up another theme by itself."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._draw_sign()

    def _show_more(self) -> None:
        count = len(self._standing)
        self._more.setVisible(bool(count))
        self._more.setText(f"+{count}")
        self._more.setToolTip(f"{count} more behind this one" if count else "")

    def begin(self) -> None:
        """Its buttons have the keyboard from now on: the first that does something, else that
        which dismisses it."""
        if self.isVisible():
            item = self._buttons.itemAt(0)
            first = item.widget() if item is not None else None
            (first or self._close).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def tell_key(self, key: str) -> None:
        """The key that dismisses it, for the button's tip."""
        self._close.setToolTip(f"Dismiss  ({key})")

    def dismiss(self) -> None:
        """What stands behind it comes back."""
        self._leave()
        if self._standing:
            self._draw(self._standing.pop())
        else:
            self.clear()

    def _leave(self) -> None:
        """Or Qt would give the focus of a button that goes to any other, which Space would then
        press."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self._picture.setFocus()

    def _show_offers(self, offers: Offers) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name, do in offers.items():
            button = QPushButton(name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._keys.guard(button)
            button.clicked.connect(self.dismiss)
            button.clicked.connect(lambda _=False, do=do: do())
            self._buttons.addWidget(button)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """Where the picture is now."""
        parent = self.parentWidget()
        if parent is None:
            return
        if self._picture.isVisible():
            width = self._picture.width()
            height = self.heightForWidth(width)
            foot = self._picture.mapTo(parent, QPoint(0, self._picture.height() - height))
            self.setGeometry(QRect(foot, QSize(width, height)))
        else:
            self.setGeometry(0, 0, parent.width(), self.heightForWidth(parent.width()))

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        return max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())


def counted(count: int, what: str) -> str:
    """`1 edit`, `2 edits`."""
    return f"{count} {what}{'s' * (count != 1)}"
