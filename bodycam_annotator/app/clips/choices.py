"""What is to be made of tags, and what shall be seen and heard in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_forms import FORMS, SLOWER, AnimationForm, ClipSettings, Make
from bodycam_annotator.publish.clip_look import ClipLook
from bodycam_annotator.publish.clip_names import DEFAULT, check_template
from bodycam_annotator.timing import NS

if TYPE_CHECKING:
    from bodycam_annotator.media.enhance import Look

CARD_NS = 3 * NS
FREEZE_NS = 2 * NS
LONGEST_STILL_NS = 60 * NS
MOST_THUMBS = 200

NOTHING = ClipLook(captions=False, banners=False, strip=False, stamp=False)


@dataclass(frozen=True, kw_only=True)
class ClipChoices:
    """`before_ns` and `after_ns` are handles; `name` is a template of `clip_names`.

    `look`: what is burned in; None for nothing. `subtitles`: whether what is said is a track of
    text in the clip too. `card_ns`: how long a title card is shown before, `freeze_ns` how long
    the tag's first frame is held behind, 0 for not at all. `slower`: how much slower the clip is
    shown again behind, each of 2, 4, 8. `enhancement`: what is done to the picture; then it is
    labelled. `thumbs`: pictures of a sheet. `streams`: the sound stream of a footage, by its id,
    where another than its first is wanted.
    """

    makes: tuple[Make, ...] = (Make.CLIP,)
    before_ns: int = 0
    after_ns: int = 0
    name: str = DEFAULT
    settings: ClipSettings = field(default_factory=ClipSettings)
    look: ClipLook | None = None
    subtitles: bool = True
    card_ns: int = 0
    freeze_ns: int = 0
    slower: tuple[int, ...] = ()
    enhancement: "Look | None" = None
    thumbs: int = 12
    preview: AnimationForm = AnimationForm.WEBP
    streams: Mapping[str, int] = field(default_factory=dict)

    def look_of(self, make: Make) -> ClipLook | None:
        """What of the look is drawn on a file of that kind; None for nothing."""
        look = self.look
        if look is None or make is Make.SOUND:
            return None
        if make is Make.STILL:
            # One frame is nowhere in a span, and is not held.
            return replace(look, strip=False, ring=None)
        if make is Make.PREVIEW:
            # Both are places in the footage's own pixels, of which a preview has fewer.
            return replace(look, inset=None, ring=None)
        if make is Make.SHEET:
            return NOTHING
        return look if self.freeze_ns else replace(look, ring=None)

    def ending(self, make: Make) -> str:
        """What the file's name ends with."""
        return {
            Make.CLIP: FORMS[self.settings.form].ending,
            Make.STILL: ".png",
            Make.SHEET: " sheet.png",
            Make.PREVIEW: f".{self.preview.value}",
            Make.SOUND: ".wav",
        }[make]

    def check(self) -> None:
        """Raises `ExchangeError`, in words, for what cannot be made or would not be said."""
        check_template(self.name)
        if not self.makes:
            raise ExchangeError("There is nothing to make: choose clips, stills or something else.")
        if min(self.before_ns, self.after_ns, self.card_ns, self.freeze_ns) < 0:
            raise ExchangeError("Handles, a card and a freeze cannot last less than nothing.")
        if max(self.card_ns, self.freeze_ns) > LONGEST_STILL_NS:
            raise ExchangeError(
                f"A card or a freeze can last {LONGEST_STILL_NS // NS} s at most; choose less."
            )
        if not set(self.slower) <= set(SLOWER[1:]):
            known = ", ".join(f"1/{one}" for one in SLOWER[1:])
            raise ExchangeError(f"Slow motion is one of {known}; choose of these.")
        if not 1 <= self.thumbs <= MOST_THUMBS:
            raise ExchangeError(f"A sheet has 1 to {MOST_THUMBS} pictures; choose as many.")
        self._check_labels()

    def _check_labels(self) -> None:
        if self.enhancement is not None and self.enhancement.needs_before:
            raise ExchangeError(
                "The difference to the frame before cannot be in a clip; choose another look."
            )
        if self.look is not None:
            return
        for there, what in (
            (self.enhancement is not None, "An enhanced picture"),
            (bool(self.slower), "Slow motion"),
            (bool(self.freeze_ns), "A freeze"),
            (bool(self.card_ns), "A title card"),
        ):
            if there:
                raise ExchangeError(
                    f"{what} has to say what it is, and nothing is to be burned into a plain clip; "
                    "leave out one of the two."
                )
