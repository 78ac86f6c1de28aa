"""Which track of the footage on screen is listened to, and which of its channels."""

from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.playback import Channels
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.sound_menu import SoundMenu


@dataclass(frozen=True, kw_only=True)
class Choice:
    """None: the first track that can be decoded."""

    stream: int | None = None
    channels: Channels = "all"


class Listening(QObject):
    """Keeps what was chosen for each file as long as the window is open.

    Signals: `changed` carries facts with another track listened to, or more known of one.
    """

    changed = pyqtSignal(object)

    def __init__(self, player: Player, menu: SoundMenu, parent: QObject) -> None:
        super().__init__(parent)
        self._player, self._menu = player, menu
        self._choices: dict[Path, Choice] = {}
        self._facts: FootageFacts | None = None
        menu.track_asked.connect(self.choose_track)
        menu.channels_asked.connect(self.choose_channels)

    @property
    def chosen(self) -> dict[Path, int]:
        """The tracks that were chosen, by the file."""
        return {
            path: choice.stream
            for path, choice in self._choices.items()
            if choice.stream is not None
        }

    def open(self, facts: FootageFacts) -> FootageFacts:
        """The facts of footage that is about to be shown, as was chosen for it before."""
        choice = self._choices.get(facts.path, Choice())
        if choice.stream is not None:
            facts = facts.listening_to(choice.stream)
        self._player.channels = choice.channels
        self.show(facts)
        return facts

    def show(self, facts: FootageFacts) -> None:
        """What is known by now of the footage on screen."""
        self._facts = facts
        choice = self._choices.get(facts.path, Choice())
        self._menu.show_sound(facts.sound, choice.channels)

    def learn(self, track: AudioTrack) -> None:
        """That track of the footage on screen has been listened to."""
        if self._facts is not None:
            self.show(self._facts.knowing(track))
            self.changed.emit(self._facts)

    def choose_track(self, stream: int) -> None:
        """Its channels are another track's: all of them are played again."""
        if self._facts is None or self._player.index is None:
            return
        self._choices[self._facts.path] = Choice(stream=stream)
        self.show(self._facts.listening_to(stream))
        self._player.listen(self._facts.audio)
        self.changed.emit(self._facts)

    def choose_channels(self, channels: Channels) -> None:
        if self._facts is None or self._player.index is None:
            return
        before = self._choices.get(self._facts.path, Choice())
        self._choices[self._facts.path] = replace(before, channels=channels)
        self.show(self._facts)
        self._player.listen(self._facts.audio, channels=channels)
