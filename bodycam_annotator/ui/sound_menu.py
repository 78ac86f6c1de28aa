"""The menu on the sound button: which track is listened to, and which of its channels."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QWidget

from bodycam_annotator.media.audio import AudioTrack, Sound
from bodycam_annotator.media.playback import Channels

LONGEST = 40
"""Most letters of a title that a file gives a track."""


class SoundMenu(QMenu):
    """Signals: `track_asked` carries a stream's number, `channels_asked` a `Channels`."""

    track_asked = pyqtSignal(int)
    channels_asked = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sound", parent)
        self._groups: list[QActionGroup] = []
        self.show_sound(Sound(), "all")

    def show_sound(self, sound: Sound, channels: Channels) -> None:
        """What there is to choose from, and what is chosen."""
        self.clear()
        self._groups = []
        track = sound.track
        if track is None:
            self._say("No sound that can be decoded" if sound.streams else "No sound in this file")
            return
        tracks = self._group()
        for one in sound.tracks:
            action = self._choice(tracks, describe(one), checked=one.stream == track.stream)
            action.triggered.connect(lambda _=False, one=one: self.track_asked.emit(one.stream))
        for number in sound.undecodable:
            self._say(f"Sound: stream {number} cannot be decoded")
        if track.channels > 1:
            self.addSeparator()
            group = self._group()
            for text, which in choices(track):
                action = self._choice(group, text, checked=which == channels)
                action.triggered.connect(lambda _=False, w=which: self.channels_asked.emit(w))

    def _group(self) -> QActionGroup:
        group = QActionGroup(self)
        self._groups.append(group)
        return group

    def _choice(self, group: QActionGroup, text: str, *, checked: bool) -> QAction:
        action = QAction(plain_entry(text), self)
        action.setCheckable(True)
        action.setChecked(checked)
        group.addAction(action)
        self.addAction(action)
        return action

    def _say(self, text: str) -> None:
        action = QAction(text, self)
        action.setEnabled(False)
        self.addAction(action)


def describe(track: AudioTrack) -> str:
    """`Sound: stream 1 (aac, 2 channels, 48 kHz, eng)`."""
    what = [
        track.codec,
        "1 channel" if track.channels == 1 else f"{track.channels} channels",
        f"{track.rate / 1000:g} kHz",
    ]
    if track.language:
        what.append(track.language[:LONGEST])
    if track.title:
        what.append(f"“{track.title[:LONGEST]}”")
    return f"Sound: stream {track.stream} ({', '.join(what)})"


def choices(track: AudioTrack) -> list[tuple[str, Channels]]:
    """What can be listened to of a track of several channels."""
    if track.channels == 2:
        return [
            ("Both channels", "all"),
            ("Left channel only", 0),
            ("Right channel only", 1),
            ("Both mixed into one", "mix"),
        ]
    single: list[tuple[str, Channels]] = [
        (f"Channel {number + 1} only{_place(track, number)}", number)
        for number in range(track.channels)
    ]
    return [("All channels", "all"), *single, ("All mixed into one", "mix")]


def plain_entry(text: str) -> str:
    """`text` for a menu, in which `&` would mark a key and a tab a shortcut."""
    return "".join(sign for sign in text if sign.isprintable()).replace("&", "&&")


def _place(track: AudioTrack, number: int) -> str:
    """Where that channel sounds, if the file says so."""
    place = track.layout[number] if number < len(track.layout) else ""
    return f" ({place})" if place else ""
