"""What the dialog hands on when clips are asked for, and footage that takes long to make."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece, piece_of
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.publish.clip_look import ClipLook
from bodycam_annotator.ui.clip_rows import Row, State
from bodycam_annotator.ui.clips_dialog import ClipsAsk
from tests.media_factory import Clip, make, steady
from tests.ui.hand import Hand

PLAIN = ClipChoices()
LONG = ClipChoices(look=ClipLook(), slower=(2, 4, 8))
"""Of all of `long_footage` it makes thousands of pictures."""


def asked_for(*, pieces: Iterable[Piece], folder: Path, choices: ClipChoices = PLAIN) -> ClipsAsk:
    return ClipsAsk(pieces=tuple(pieces), folder=folder, choices=choices)


def wanted(tags: Sequence[Tag], folder: Path, choices: ClipChoices = PLAIN) -> ClipsAsk:
    return asked_for(pieces=map(piece_of, tags), folder=folder, choices=choices)


def long_footage(folder: Path) -> Path:
    """14 s."""
    folder.mkdir(exist_ok=True)
    path = folder / "long.mp4"
    make(Clip(pts=steady(350), width=640, height=360), path)
    return path


def whole_piece(hand: Hand) -> Piece:
    """From the first frame to the last."""
    index, footage = hand.window.player.index, hand.window.footage
    assert index is not None
    assert footage is not None
    return Piece(footage_id=footage.id, start_ns=index.first_ns, end_ns=index.end_ns)


def rows(hand: Hand) -> list[Row]:
    return hand.window.clipping.work.rows.rows


def states(hand: Hand) -> list[State]:
    return [row.state for row in rows(hand)]


def wait_until_through(hand: Hand) -> None:
    hand.wait(lambda: not hand.window.clipping.work.is_running and not hand.window.jobs.jobs)


def names(folder: Path) -> list[str]:
    """Without the accounts and the manifests."""
    return sorted(one.name for one in folder.iterdir() if one.suffix != ".json")
