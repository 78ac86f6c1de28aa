"""Which track of the footage on screen is listened to, and which of its channels."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.media.audio import with_silence
from bodycam_annotator.media.playback import Channels
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.media.stored_index import remember_silence
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.sound_menu import SoundMenu
from bodycam_annotator.ui.workers import Job


@dataclass(frozen=True, kw_only=True)
class Choice:
    """None: the first track that can be decoded."""

    stream: int | None = None
    channels: Channels = "all"


class Listening(QObject):
    """Keeps what was chosen for each file as long as the window is open.

    Signals: `chosen` carries facts with another track listened to, `silence_known` facts in which
    a track has its silence.
    """

    chosen = pyqtSignal(object)
    silence_known = pyqtSignal(object)

    def __init__(
        self, player: Player, menu: SoundMenu, start_job: Callable[[Job], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._player, self._menu, self._start_job = player, menu, start_job
        self._choices: dict[Path, Choice] = {}
        self._facts: FootageFacts | None = None
        self._jobs: dict[tuple[Path, int], Job] = {}
        menu.track_asked.connect(self.choose_track)
        menu.channels_asked.connect(self.choose_channels)

    def open(self, facts: FootageFacts) -> FootageFacts:
        """The facts of footage that is about to be shown, as was chosen for it before."""
        choice = self._choices.get(facts.path, Choice())
        if choice.stream is not None:
            facts = facts.listening_to(choice.stream)
            self._look_for_silence(facts)
        self._player.channels = choice.channels
        self.show(facts)
        return facts

    def show(self, facts: FootageFacts) -> None:
        """What is known by now of the footage on screen."""
        self._facts = facts
        choice = self._choices.get(facts.path, Choice())
        self._menu.show_sound(facts.sound, choice.channels)

    def learn(self, facts: FootageFacts) -> FootageFacts:
        """What is known of the footage on screen, with the silence that `facts` tell of."""
        known = facts if self._facts is None else self._facts
        for track in facts.sound.tracks:
            if track.silent_spans is not None:
                known = known.knowing(track)
        self.show(known)
        return known

    def choose_track(self, stream: int) -> None:
        """Its channels are another track's: all of them are played again."""
        if self._facts is None or self._player.index is None:
            return
        self._choices[self._facts.path] = Choice(stream=stream)
        self.show(self._facts.listening_to(stream))
        self._player.listen(self._facts.audio)
        self.chosen.emit(self._facts)
        self._look_for_silence(self._facts)

    def choose_channels(self, channels: Channels) -> None:
        if self._facts is None or self._player.index is None:
            return
        before = self._choices.get(self._facts.path, Choice())
        self._choices[self._facts.path] = replace(before, channels=channels)
        self.show(self._facts)
        self._player.listen(self._facts.audio, channels=channels)

    def _look_for_silence(self, facts: FootageFacts) -> None:
        track, path = facts.audio, facts.path
        if track is None or track.silent_spans is not None or (path, track.stream) in self._jobs:
            return

        def work(progress: Progress, cancelled: Asked) -> FootageFacts:
            heard = with_silence(track, path, progress=progress, cancelled=cancelled)
            remember_silence(facts, heard, stream=facts.index.stream)
            return facts.knowing(heard)

        job = Job(f"Listening to stream {track.stream} of {path.name}", work, parent=self)
        job.done.connect(self.silence_known)
        job.ended.connect(lambda: self._jobs.pop((path, track.stream), None))
        self._jobs[path, track.stream] = job
        self._start_job(job)
