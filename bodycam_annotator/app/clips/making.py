"""Makes one file after another, with its account beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.drawing import (
    Drawing,
    DrawnCard,
    DrawnOverlay,
    DrawnSheet,
    Enhance,
)
from bodycam_annotator.app.clips.jobs import ClipJob
from bodycam_annotator.app.clips.segments import card_of, segments_of
from bodycam_annotator.app.clips.shown import burned_in, captions, clip_facts, coders, heading
from bodycam_annotator.app.originals import compare, look
from bodycam_annotator.errors import Cancelled, FootageError, UserError
from bodycam_annotator.media.enhance import enhance
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.sound_shape import stored_sound_shape
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.animated import write_preview
from bodycam_annotator.publish.clip_account import (
    Provenance,
    account_of,
    manifest_of,
    write_account,
    write_manifest,
)
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.publish.clip_look import ClipLook
from bodycam_annotator.publish.clip_plan import Segment
from bodycam_annotator.publish.clip_sound import UNHEARD, places_of
from bodycam_annotator.publish.clip_writer import Source, write_clip
from bodycam_annotator.publish.contact_sheet import SheetLayout, evenly, write_sheet
from bodycam_annotator.publish.other_accounts import (
    account_of_preview,
    account_of_sheet,
    account_of_sound,
    account_of_still,
)
from bodycam_annotator.publish.sound_file import write_sound
from bodycam_annotator.publish.stills import write_still

Account = dict[str, Any]


class Making:
    """Makes the files of one export.

    Attributes:
        paths: what was written.
        made: how many files, without their accounts.
    """

    def __init__(
        self,
        project: Project,
        path: Path,
        choices: ClipChoices,
        *,
        coder: str,
        compared: Mapping[str, Comparison],
        drawing: Drawing | None,
    ) -> None:
        self._project, self._path, self._choices = project, path, choices
        self._coder, self._compared, self._drawing = coder, compared, drawing
        self._sources: dict[tuple[str, bool], Source] = {}
        self._accounts: dict[str, Account] = {}
        self._undrawn: list[str] = []
        self.paths: list[Path] = []
        self.made = 0

    def make(self, job: ClipJob, *, progress: Progress, cancelled: Asked) -> list[str]:
        """Sentences on frames that are not in it as filmed, on sound that the footage does not
        have, and on what is not drawn in full.

        Raises `UserError` where it cannot be made, `Cancelled` when asked to stop.
        """
        making: Mapping[Make, Callable[[ClipJob, Progress, Asked], Account]] = {
            Make.CLIP: self._clip,
            Make.STILL: self._still,
            Make.SHEET: self._sheet,
            Make.PREVIEW: self._preview,
            Make.SOUND: self._sound,
        }
        self._refuse_other_footage(job, cancelled)
        self._undrawn = []
        account = making[job.make](job, progress, cancelled)
        try:
            self._refuse_other_footage(job, cancelled)
            beside = write_account(account, job.out)
        except (UserError, Cancelled):
            # Without an account that is true nobody could check it.
            with suppress(OSError):
                job.out.unlink()
            raise
        self._accounts[beside.name] = account
        self.paths += [job.out, beside]
        self.made += 1
        return [*_lost(account), *self._undrawn]

    def _refuse_other_footage(self, job: ClipJob, cancelled: Asked) -> None:
        """Raises `FootageError` where the footage is not, or not any more, what was tagged."""
        # Read again only where somebody may have touched it.
        now = compare(job.footage, project=self._path, cancelled=cancelled)
        if not now.verified:
            raise FootageError(f"{now.problem} Nothing of it is made.")

    def write_manifest(
        self, path: Path, *, not_made: Sequence[str], warnings: Sequence[str]
    ) -> Path | None:
        """Of all that was made, and of what was not; None when nothing was to be made."""
        if not self._accounts and not not_made:
            return None
        manifest = manifest_of(self._accounts, not_made=not_made, warnings=warnings)
        return write_manifest(manifest, path)

    def _clip(self, job: ClipJob, progress: Progress, cancelled: Asked) -> Account:
        overlay = self._overlay(job, self._choices.look_of(Make.CLIP))
        card = card_of(
            self._project,
            job,
            self._choices,
            coder=self._coder,
            compared=self._compared.get(job.footage.id),
            drawing=self._drawing,
        )
        segments = segments_of(job, self._choices, card)
        source = self._source(job, cancelled)
        written = write_clip(
            source,
            segments,
            job.out,
            self._choices.settings,
            overlay=overlay,
            captions=captions(job) if self._choices.subtitles else (),
            progress=progress,
            cancelled=cancelled,
        )
        written = replace(
            written,
            notes=(*written.notes, *_silent(segments, source), *self._not_drawn(card, overlay)),
        )
        return account_of(written, source, self._provenance(job, burned_in(self._choices)))

    def _still(self, job: ClipJob, progress: Progress, cancelled: Asked) -> Account:
        chosen = self._choices.look_of(Make.STILL)
        overlay = self._overlay(job, chosen)
        source = self._source(job, cancelled)
        made = write_still(source, job.moment, job.out, overlay=overlay, cancelled=cancelled)
        made = replace(made, notes=(*made.notes, *self._not_drawn(overlay)))
        return account_of_still(made, source, self._provenance(job, self._laid_over(chosen)))

    def _sheet(self, job: ClipJob, progress: Progress, cancelled: Asked) -> Account:
        chosen = self._choices.look_of(Make.SHEET)
        overlay = self._thumb_overlay(job, chosen)
        layout, text = SheetLayout(), None
        if chosen is not None and self._drawing is not None:
            facts = clip_facts(self._project, job, self._choices)
            lines = heading(self._project, job, self._choices)
            text = self._drawing.sheet(facts, lines, layout.thumb_width)
            layout = replace(layout, caption_height=text.height)
        source = self._source(job, cancelled)
        made = write_sheet(
            source,
            evenly(
                source.index, job.span, self._choices.thumbs, including=_moments(source.index, job)
            ),
            job.out,
            layout,
            overlay=overlay,
            captions=None if text is None else text.below,
            heading=None if text is None else text.above,
            progress=progress,
            cancelled=cancelled,
        )
        made = replace(made, notes=(*made.notes, *self._not_drawn(text, overlay)))
        return account_of_sheet(made, source, self._provenance(job, self._laid_over(chosen)))

    def _preview(self, job: ClipJob, progress: Progress, cancelled: Asked) -> Account:
        chosen = self._choices.look_of(Make.PREVIEW)
        overlay = self._overlay(job, chosen)
        source = self._source(job, cancelled)
        made = write_preview(
            source,
            job.span,
            job.out,
            self._choices.preview,
            overlay=overlay,
            progress=progress,
            cancelled=cancelled,
        )
        made = replace(made, notes=(*made.notes, *self._not_drawn(overlay)))
        return account_of_preview(made, source, self._provenance(job, self._laid_over(chosen)))

    def _sound(self, job: ClipJob, progress: Progress, cancelled: Asked) -> Account:
        source = self._source(job, cancelled, heard=True)
        start, end = _heard(job, self._choices)
        made = write_sound(source, start, end, job.out, progress=progress, cancelled=cancelled)
        return account_of_sound(made, source, self._provenance(job, {}))

    def _overlay(self, job: ClipJob, chosen: ClipLook | None) -> DrawnOverlay | None:
        if chosen is None or self._drawing is None:
            return None
        facts = clip_facts(self._project, job, self._choices)
        return self._drawing.overlay(facts, chosen, enhance=enhancing(self._choices))

    def _not_drawn(self, *drawn: DrawnCard | DrawnSheet | DrawnOverlay | None) -> list[str]:
        """Sentences on what found no room in the file that was just made."""
        self._undrawn = [note for one in drawn if one is not None for note in one.notes()]
        return self._undrawn

    def _thumb_overlay(self, job: ClipJob, chosen: ClipLook | None) -> DrawnOverlay | None:
        """Says that pictures are enhanced; how stands above them."""
        if chosen is None or self._drawing is None or self._choices.enhancement is None:
            return None
        facts = replace(clip_facts(self._project, job, self._choices), enhanced="")
        return self._drawing.overlay(facts, chosen, enhance=enhancing(self._choices))

    def _laid_over(self, chosen: ClipLook | None) -> dict[str, object]:
        """What lies over a still, sheet or preview."""
        if chosen is None:
            return {}
        enhancement = self._choices.enhancement
        done = None if enhancement is None else asdict(enhancement)
        return {**asdict(chosen), "enhanced": done}

    def _source(self, job: ClipJob, cancelled: Asked, *, heard: bool = False) -> Source:
        facts = job.facts
        heard = heard or self._choices.settings.sound
        key = job.footage.id, heard
        known = self._sources.get(key)
        if known is None:
            track = facts.audio if heard else None
            places = None
            if track is not None:
                shape = stored_sound_shape(facts.path, track)
                places = (
                    places_of(facts.path, track, cancelled=cancelled)
                    if shape is None
                    else shape.places
                )
            known = Source(path=facts.path, index=facts.index, track=track, places=places)
            self._sources[key] = known
        return known

    def _provenance(self, job: ClipJob, laid_over: Mapping[str, object]) -> Provenance:
        project, tag = self._project, job.piece.tag
        # Quick: tells whether anybody has touched the footage since it was read.
        compared = look(job.footage, project=self._path)
        label = project.incident.codebook if tag is None else tag.codebook
        book = project.codebooks.get(label)
        return Provenance(
            source_sha256=job.footage.sha256,
            source_verified_utc=compared.verified_utc,
            incident=project.incident.name,
            camera=project.camera_of(job.footage.id).name,
            asked={
                "start_ns": job.piece.start_ns,
                "end_ns": job.piece.end_ns,
                "before_ns": self._choices.before_ns,
                "after_ns": self._choices.after_ns,
            },
            tags=job.tags,
            burned_in=laid_over,
            coder=coders(job),
            made_by=self._coder,
            codebook=label.partition("@")[0],
            codebook_version=str(book.version) if book is not None else "",
            audit_head=project.audit_head,
            audit_entries=project.audit_entries,
        )


def enhancing(choices: ClipChoices) -> Enhance | None:
    """What the choices do to each picture; None for nothing."""
    if choices.enhancement is None or not choices.enhancement.is_on:
        return None
    return partial(_enhanced, choices)


def _enhanced(choices: ClipChoices, bgra: Pixels) -> Pixels:
    assert choices.enhancement is not None
    return enhance(bgra, choices.enhancement)


def _moments(index: FrameIndex, job: ClipJob) -> list[int]:
    """The frames that a sheet must not leave out."""
    every = job.piece.tag is None
    shown = [tag for tag in job.tags if every or tag.start_ns == tag.end_ns]
    return [
        job.moment,
        *(
            index.nearest(tag.start_ns) if tag.start_frame is None else tag.start_frame
            for tag in shown
        ),
    ]


def _heard(job: ClipJob, choices: ClipChoices) -> tuple[int, int]:
    """The piece's own times with its handles, as far as the footage goes; of a mark without
    handles, those of its frame."""
    index, piece, track = job.facts.index, job.piece, job.facts.audio
    if piece.start_ns == piece.end_ns and not choices.before_ns + choices.after_ns:
        return job.span.start_ns, job.span.end_ns
    begins = index.first_ns if track is None else min(index.first_ns, track.start_ns)
    ends = index.end_ns if track is None else max(index.end_ns, track.end_ns)
    return (
        max(piece.start_ns - choices.before_ns, min(begins, piece.start_ns)),
        min(piece.end_ns + choices.after_ns, max(ends, piece.end_ns)),
    )


def _silent(segments: Sequence[Segment], source: Source) -> Iterator[str]:
    if source.track is not None and any(segment != segments[0] for segment in segments):
        yield "A title card, a held frame and slow motion are without sound."


def _lost(account: Account) -> Iterator[str]:
    for key, what in (
        ("frames_left_out", "cannot be decoded"),
        ("frames_doubtful", "may be wrong in parts, as they build on damaged data"),
    ):
        if account[key]:
            yield f"{len(account[key])} of its frames {what} (first: frame {account[key][0]})."
    yield from (note for note in account["notes"] if note.startswith(UNHEARD))
