"""Has made, off the window's thread, what the timeline shows: sound, samples, small pictures."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.filmstrip import thumbnails
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.media.samples import LONGEST_NS, samples_between
from bodycam_annotator.media.sound_shape import SoundShape, sound_shape, stored_sound_shape
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.timeline.filmstrip import PICTURE_PX
from bodycam_annotator.ui.timeline.sound_track import Samples, Shades, shades_lacking
from bodycam_annotator.ui.timeline.view import TimelineView
from bodycam_annotator.ui.workers import Job, Work

QUIET_MS = 80
"""Nothing is asked for while the view still moves."""

AROUND_NS = 100_000_000
"""Samples are had for at least so much more on either side."""


class TimelineSources(QObject):
    """For the footage on screen. `start_job` shows a job to the person; small ones are not shown.

    Nothing is read before `begin`, so that the picture comes first. Signals: `heard` carries the
    `AudioTrack` that is listened to when all of it has been, with its silence.
    """

    heard = pyqtSignal(object)

    _pictured = pyqtSignal(object, int, object)

    def __init__(
        self, view: TimelineView, start_job: Callable[[Job], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._start_job = view, start_job
        self._facts: FootageFacts | None = None
        self._begun = False
        self._shape: SoundShape | None = None
        self._jobs: list[Job] = []
        self._reading: Job | None = None
        self._pictures: Job | None = None
        self._samples: Job | None = None
        self._shades: Job | None = None
        self._pictured_now: frozenset[int] = frozenset()
        self._lacking: set[int] = set()
        self._again = False
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(QUIET_MS)
        self._calm.timeout.connect(self._ask)
        view.wanted.connect(self._calm.start)
        self._pictured.connect(self._take_picture)

    def show(self, facts: FootageFacts) -> None:
        self.stop()
        self._facts = facts
        index = facts.index
        self._view.show_footage(
            index.first_ns,
            index.end_ns,
            index=index,
            audio=facts.audio,
            aspect=facts.width / max(facts.height, 1),
        )

    def show_missing(self, first_ns: int, end_ns: int) -> None:
        """Footage whose file is not there: its tags still are."""
        self.stop()
        self._view.show_footage(first_ns, end_ns)

    def listen_to(self, facts: FootageFacts) -> None:
        """What is known of the track that is listened to, or another track."""
        before, self._facts = self._facts, facts
        self._view.show_audio(facts.audio)
        if before is None or _stream(before) != _stream(facts):
            self._end(self._reading, self._samples)
            self._shape = None
            if self._begun:
                self._read_sound()

    @property
    def shape(self) -> SoundShape | None:
        """Of the sound of the footage on screen, once it has been read."""
        return self._shape

    def begin(self) -> None:
        """The first picture is on screen; to be called at every one."""
        if self._facts is not None and not self._begun:
            self._begun = True
            self._read_sound()
            self._ask()

    def stop(self) -> None:
        """Leaves the footage, without waiting for what is being read; see `wait`."""
        self._end(self._reading, self._pictures, self._samples, self._shades)
        self._calm.stop()
        self._facts = self._shape = None
        self._begun = self._again = False
        self._lacking = set()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing under way and nothing about to be asked for."""
        return not (self._jobs or self._calm.isActive())

    def wait(self) -> None:
        """Returns when nothing is read any more."""
        for job in self._jobs:
            job.wait()

    # Sound

    def _read_sound(self) -> None:
        facts, track = self._facts, None if self._facts is None else self._facts.audio
        if facts is None or track is None:
            return
        path = facts.path

        def stored(_progress: Progress, _cancelled: Asked) -> SoundShape | None:
            shape = stored_sound_shape(path, track)
            return None if shape is None else _ready(shape)

        job = self._job(f"Recalling {path.name}", stored)
        job.done.connect(lambda shape: self._take_stored(job, shape, path, track))
        job.failed.connect(lambda _: self._take_stored(job, None, path, track))
        self._reading = job
        job.start()

    def _take_stored(
        self, of: Job, shape: SoundShape | None, path: Path, track: AudioTrack
    ) -> None:
        if of is not self._reading:
            return
        if shape is not None:
            self._take_shape(of, shape, track)
            return

        def work(progress: Progress, cancelled: Asked) -> SoundShape:
            return _ready(sound_shape(path, track, progress=progress, cancelled=cancelled))

        job = Job(f"Listening to {path.name}", work, parent=self)
        job.done.connect(lambda made: self._take_shape(job, made, track))
        job.failed.connect(lambda _: self._tell(job, "the sound cannot be read"))
        job.ended.connect(lambda: self._tell(job, "reading the sound was stopped"))
        self._reading = job
        self._view.show_shape(None, "reading the sound …")
        self._start_job(job)

    def _take_shape(self, of: Job, shape: SoundShape, track: AudioTrack) -> None:
        if of is self._reading:
            self._reading, self._shape = None, shape
            self._view.show_shape(shape)
            self.heard.emit(shape.heard(track))
            self._ask()

    def _tell(self, of: Job, state: str) -> None:
        if of is self._reading:
            self._reading = None
            self._view.show_shape(None, state)

    # What is on screen

    def _ask(self) -> None:
        if self._facts is not None and self._begun:
            self._ask_pictures(self._facts)
            self._ask_samples(self._facts)
            self._ask_shades()

    def _ask_pictures(self, facts: FootageFacts) -> None:
        view, path, index = self._view, facts.path, facts.index
        missing = view.scene.film.missing(view.scale) if view.filmstrip else []
        wanted = [one for one in missing if one not in self._lacking]
        if not wanted or set(wanted) <= self._pictured_now:
            return
        if self._pictures is not None:
            # One at a time: what is wanted by then is asked for when it has stopped.
            self._pictures.cancel()
            self._again = True
            return
        height = round(PICTURE_PX * view.devicePixelRatioF())
        self._pictured_now = frozenset(wanted)

        def work(_progress: Progress, cancelled: Asked) -> None:
            for one in thumbnails(path, index, wanted, height=height, cancelled=cancelled):
                self._pictured.emit(path, *one)

        self._pictures = self._job(f"Small pictures of {path.name}", work)
        # Those that do not come cannot be decoded, and are not asked for again.
        self._pictures.done.connect(lambda _: self._lacking.update(wanted))
        self._pictures.ended.connect(self._end_pictures)
        self._pictures.start()

    def _end_pictures(self) -> None:
        self._pictures, self._pictured_now = None, frozenset()
        self._ask_again()

    def _ask_samples(self, facts: FootageFacts) -> None:
        shape, scale, path, track = self._shape, self._view.scale, facts.path, facts.audio
        held = self._view.scene.sound.samples
        columns = round(scale.width * self._view.devicePixelRatioF())
        if (
            shape is None
            or track is None
            or scale.length > LONGEST_NS
            or shape.waveform.is_exact(scale.start_ns, scale.end_ns, columns)
            or (held is not None and held.covers(scale.start_ns, scale.end_ns))
        ):
            return
        if self._samples is not None:
            self._samples.cancel()
            self._again = True
            return
        around = max(scale.length // 2, AROUND_NS, shape.spectrogram.margin_ns)
        around = min(around, (LONGEST_NS - scale.length) // 2)
        start, end, places = scale.start_ns - around, scale.end_ns + around, shape.places

        def work(_progress: Progress, cancelled: Asked) -> Samples:
            found = samples_between(path, track, start, end, places=places, cancelled=cancelled)
            return Samples(start, end, *found)

        self._samples = self._job(f"Samples of {path.name}", work)
        self._samples.done.connect(lambda samples: self._take_samples(shape, samples))
        self._samples.ended.connect(self._end_samples)
        self._samples.start()

    def _end_samples(self) -> None:
        self._samples = None
        self._ask_again()

    def _ask_shades(self) -> None:
        view, shape = self._view, self._shape
        scale, shown = view.scale, view.scene.sound
        size = shades_lacking(shown, scale, view.scene.rows.sound, view.devicePixelRatioF())
        exact = shown.exact(scale)
        if size is None or exact is None or shape is None:
            return
        if self._shades is not None:
            self._again = True
            return

        def work(_progress: Progress, _cancelled: Asked) -> Shades:
            levels = shape.spectrogram.image(scale.start_ns, scale.end_ns, *size, exact=exact)
            return Shades(scale, levels)

        self._shades = self._job("Spectrogram of what is on screen", work)
        self._shades.done.connect(lambda shades: self._take_shades(shape, shades))
        self._shades.ended.connect(self._end_shades)
        self._shades.start()

    def _end_shades(self) -> None:
        self._shades = None
        self._ask_again()

    def _take_shades(self, shape: SoundShape, shades: Shades) -> None:
        if self._shape is shape:
            self._view.show_shades(shades)

    def _ask_again(self) -> None:
        if self._again:
            self._again = False
            self._ask()

    def _take_picture(self, path: Path, ordinal: int, pixels: Pixels) -> None:
        if self._facts is not None and self._facts.path == path:
            self._view.show_picture(ordinal, pixels)

    def _take_samples(self, shape: SoundShape, samples: Samples) -> None:
        if self._shape is shape:
            self._view.show_samples(samples)
            self._ask_shades()

    # Jobs

    def _job(self, label: str, work: Work) -> Job:
        """Small work, of which nobody needs to be told; to be started when it is connected."""
        job = Job(label, work, parent=self)
        self._jobs.append(job)
        job.ended.connect(lambda: self._forget(job))
        return job

    def _forget(self, job: Job) -> None:
        job.wait()
        self._jobs.remove(job)
        job.deleteLater()

    def _end(self, *jobs: Job | None) -> None:
        for job in jobs:
            if job is not None:
                job.cancel()
        self._reading = None


def _ready(shape: SoundShape) -> SoundShape:
    """With what is made at the first look made already, and not in the window's thread."""
    wave = shape.waveform
    wave.peaks(wave.start_ns, wave.end_ns, 1)
    return shape


def _stream(facts: FootageFacts) -> int | None:
    return None if facts.audio is None else facts.audio.stream
