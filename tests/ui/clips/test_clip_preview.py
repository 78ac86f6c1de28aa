"""A preview shows what is then written: compared with the clip, picture by picture."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import DrawnCard
from bodycam_annotator.app.clips.jobs import ClipJob, piece_of, plan_jobs
from bodycam_annotator.app.clips.outlook import Held, look_ahead
from bodycam_annotator.app.clips.preview import (
    CARD,
    HELD,
    SHOWN,
    ClipPreview,
    Place,
    reader_of,
    slow,
)
from bodycam_annotator.app.clips.writing import write_clips
from bodycam_annotator.media.enhance import Look
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.image_files import read_still
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import index_footage
from bodycam_annotator.publish.clip_forms import ClipSettings, Form, Make
from bodycam_annotator.publish.clip_look import CardFacts, ClipLook, Corner, Inset
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.timing import NS, ticks_to_ns
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from tests.media_factory import Made
from tests.ui.clips.dialog_hand import MS, project_of

ARCHIVE = ClipSettings(form=Form.FFV1)
LOOK = ClipLook(inset=Inset(x=20, y=30, width=20, height=16), ring=(40, 50))
ALL = ClipChoices(
    settings=ARCHIVE,
    look=LOOK,
    before_ns=80 * MS,
    card_ns=NS,
    freeze_ns=NS,
    slower=(2, 8),
)
CHOICES = {
    "all": ALL,
    "plain": ClipChoices(settings=ARCHIVE),
    "enhanced": replace(ALL, card_ns=0, enhancement=Look(gamma=1.8, local_contrast=3.0)),
    "camera at the foot": replace(ALL, look=ClipLook(avoid_corner=Corner.BOTTOM_LEFT)),
}
FILES = ("steady.mp4", "turned_90.mp4", "mirrored_90.mp4", "ten_bit.mp4", "wide_pixels.mp4")


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    make_application()


def session_of(footage: Path, folder: Path) -> ProjectSession:
    return project_of(
        footage,
        folder,
        ("utterance", 200, 480, "Put your gun down"),
        ("weapon_visible", 320, 1000, ""),
    )


def job_of(session: ProjectSession, folder: Path, choices: ClipChoices) -> ClipJob:
    tag = min(session.project.standing_tags, key=lambda tag: tag.start_ns)
    jobs, _ = plan_jobs(session.project, session.path, [piece_of(tag)], folder, choices)
    return jobs[0]


def preview_of(
    session: ProjectSession, job: ClipJob, choices: ClipChoices, reader: FrameReader
) -> ClipPreview:
    return ClipPreview(
        session.project,
        session.path,
        job,
        choices,
        ClipDrawings(),
        reader=reader,
        shapes={},
        coder="Ada",
    )


def written(session: ProjectSession, job: ClipJob, folder: Path, choices: ClipChoices) -> Path:
    report = write_clips(
        session.project,
        session.path,
        [job.piece],
        folder,
        choices,
        coder="Ada",
        drawing=ClipDrawings(),
    )
    assert not report.not_made
    return report.paths[0]


def off(one: Pixels, other: Pixels) -> int:
    """Levels by which they differ at most."""
    assert one.shape == other.shape
    return int(np.abs(one[..., :3].astype(int) - other[..., :3].astype(int)).max())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("chosen", CHOICES)
def test_each_picture_is_that_of_the_clip(
    name: str, chosen: str, odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    choices = CHOICES[chosen]
    with session_of(odd_file(name).path, tmp_path) as session:
        job = job_of(session, tmp_path / "out", choices)
        with reader_of(job) as reader:
            preview = preview_of(session, job, choices, reader)
            assert not preview.problems
            count = len(preview.plan.frames)
            # Not in their order, as people look at them.
            order = [*range(count)][::-1]
            shown = {number: preview.picture(number) for number in order}
            places = [preview.place(number) for number in range(count)]
        clip = written(session, job, tmp_path / "out", choices)
    index = index_footage(clip)
    assert len(index) == count
    with FrameReader(clip, index) as reader:
        for number in range(count):
            there = reader.frame(number).bgra
            if places[number].part == CARD:
                # It tells the minute in which it was made.
                differ = np.abs(there.astype(int) - shown[number].astype(int)).max(axis=2) > 3
                assert differ.mean() < 0.02
            else:
                assert off(there, shown[number]) <= 2, places[number]


class Noting(ClipDrawings):
    """Draws, and keeps what cards were to say."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[CardFacts] = []

    def card(self, facts: CardFacts) -> DrawnCard:
        self.cards.append(replace(facts, made="", checked=facts.checked[:40]))
        return super().card(facts)


@pytest.mark.parametrize("other", [False, True])
def test_the_card_says_what_it_will_say_once_the_footage_was_read(
    other: bool, odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    footage = tmp_path / "X60A0001.mp4"
    data = odd_file("steady.mp4").path.read_bytes()
    footage.write_bytes(data)
    drawing = Noting()
    with session_of(footage, tmp_path) as session:
        # Of another date it is not known what it is until it is read; of another size it is.
        footage.write_bytes(data + b"\0" * other)
        os.utime(footage, ns=(1, 1))
        job = job_of(session, tmp_path / "out", ALL)
        with reader_of(job) as reader:
            preview = ClipPreview(
                session.project,
                session.path,
                job,
                ALL,
                drawing,
                reader=reader,
                shapes={},
                coder="Ada",
            )
            preview.picture(preview.number_of(Place(part=CARD)))
        write_clips(
            session.project,
            session.path,
            [job.piece],
            tmp_path / "out",
            ALL,
            coder="Ada",
            drawing=drawing,
        )
    shown, *made = drawing.cards
    assert made == ([] if other else [shown])
    assert shown.checked.startswith("the whole file was read") is not other


def test_a_still_is_the_file_to_the_last_pixel(
    odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    choices = replace(ALL, makes=(Make.STILL,), look=replace(LOOK, ring=None))
    with session_of(odd_file("turned_90.mp4").path, tmp_path) as session:
        job = job_of(session, tmp_path / "out", choices)
        with reader_of(job) as reader:
            preview = preview_of(session, job, choices, reader)
            assert len(preview.plan.frames) == 1
            shown = preview.picture(0)
        still = written(session, job, tmp_path / "out", choices)
    assert off(read_still(still.read_bytes()), shown) == 0


@pytest.mark.parametrize("make", SHOWN)
def test_parts_of_a_clip_are_found_by_what_they_are(
    make: Make, odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    choices = replace(ALL, makes=(make,))
    with session_of(odd_file("steady.mp4").path, tmp_path) as session:
        job = job_of(session, tmp_path / "out", choices)
        with reader_of(job) as reader:
            preview = preview_of(session, job, choices, reader)
            count = len(preview.plan.frames)
            for number in range(count):
                assert preview.number_of(preview.place(number)) == number
                assert preview.picture(number).ndim == 3
            frames = 9
            if make is Make.CLIP:
                assert count == 2 + 3 * frames
                assert preview.number_of(Place(part=CARD)) == 0
                assert preview.number_of(Place()) == 3
                assert preview.number_of(Place(part=HELD, ordinal=9)) == 1 + frames
                assert preview.number_of(Place(part=slow(8), ordinal=99)) == count - 1
            else:
                assert count == (1 if make is Make.STILL else frames)
                assert preview.number_of(Place(part=CARD)) == (0 if make is Make.STILL else 2)


@pytest.mark.parametrize(
    "name", ["steady.mp4", "ntsc.mp4", "variable_rate.mp4", "sound_longer.mkv"]
)
def test_what_files_hold_is_foreseen_as_it_is_planned(
    name: str, odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    choices = replace(ALL, makes=tuple(Make), thumbs=4)
    with session_of(odd_file(name).path, tmp_path) as session:
        pieces = list(map(piece_of, session.project.standing_tags))
        jobs, _ = plan_jobs(session.project, session.path, pieces, tmp_path / "out", choices)
        held = look_ahead(session.project, session.path, pieces, tmp_path / "out", choices).held
        plans = []
        for job in jobs:
            if job.make is Make.CLIP:
                with reader_of(job) as reader:
                    plans.append(preview_of(session, job, choices, reader).plan)
    lasts = sum(ticks_to_ns(plan.end, plan.time_base) for plan in plans)
    pictures = sum(len(plan.frames) for plan in plans)
    spans = [job.span for job in jobs if job.make is Make.CLIP]
    filmed = sum(span.end_ns - span.start_ns for span in spans)
    thumbs = sum(min(4, len(span)) for span in spans)
    clips = Held(files=2, pictures=pictures, lasts_ns=filmed * 11 + 4 * NS)
    assert held[Make.CLIP] == clips
    # Each time is rounded to whole ticks of the clip.
    assert lasts == pytest.approx(clips.lasts_ns, abs=MS)
    assert held[Make.STILL] == Held(files=2, pictures=2, lasts_ns=None)
    assert held[Make.SHEET] == Held(files=2, pictures=thumbs, lasts_ns=None)
    assert held[Make.PREVIEW].lasts_ns == filmed
    sound = None if jobs[0].facts.audio is None else Held(files=2, pictures=0, lasts_ns=None)
    assert held.get(Make.SOUND) == sound


def test_what_cannot_be_drawn_is_said_and_the_picture_still_shown(
    odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    wrong = replace(ALL, look=replace(LOOK, inset=Inset(x=0, y=0, width=200, height=100)))
    with session_of(odd_file("steady.mp4").path, tmp_path) as session:
        job = job_of(
            session, tmp_path / "out", replace(wrong, look=None, card_ns=0, freeze_ns=0, slower=())
        )
        with reader_of(job) as reader:
            preview = preview_of(session, job, wrong, reader)
            assert "or less zoom" in preview.problems[0]
            plain = preview_of(session, job, ClipChoices(before_ns=80 * MS), reader)
            number = preview.number_of(Place())
            assert off(preview.picture(number), plain.picture(plain.number_of(Place()))) <= 2


def test_notes_tell_what_was_not_drawn_in_full(
    odd_file: Callable[[str], Made], tmp_path: Path
) -> None:
    with session_of(odd_file("steady.mp4").path, tmp_path) as session:
        job = job_of(session, tmp_path / "out", ALL)
        long = replace(job.tags[0], text="Put your gun down " * 60)
        job = replace(job, tags=(long, *job.tags[1:]))
        with reader_of(job) as reader:
            preview = preview_of(session, job, ALL, reader)
            assert not preview.notes()
            preview.picture(preview.number_of(Place()))
            assert any("too long" in note for note in preview.notes())
