"""Commands that make clips of tags, and check what was handed out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from bodycam_annotator.cli import clip_options as given
from bodycam_annotator.cli.arguments import Coder, Project
from bodycam_annotator.cli.clip_conflicts import given_in, notes_on
from bodycam_annotator.cli.opening import opened
from bodycam_annotator.cli.output import counted, say, show, were, working
from bodycam_annotator.cli.windows import Windows
from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.publish.clip_forms import (
    AnimationForm,
    ClipSettings,
    Form,
    Make,
    Quality,
    Speed,
)
from bodycam_annotator.publish.clip_look import ClipLook, Corner
from bodycam_annotator.publish.clip_names import DEFAULT

if TYPE_CHECKING:
    from bodycam_annotator.app.clips.choices import ClipChoices
    from bodycam_annotator.app.clips.jobs import Piece
    from bodycam_annotator.model.project import Project as WholeProject
    from bodycam_annotator.model.tag import Tag


def clips(
    context: typer.Context,
    project: Project,
    folder: given.Folder,
    tag: given.Tags = None,
    code: given.Codes = None,
    camera: given.OfCamera = None,
    together: given.Together = False,
    before: given.Before = None,
    after: given.After = None,
    plain: given.Plain = False,
    captions: given.Captions = True,
    banners: given.Banners = True,
    strip: given.Strip = True,
    stamp: given.Stamp = True,
    stamp_corner: given.StampCorner = None,
    camera_stamp: given.CameraStamp = Corner.TOP_RIGHT,
    card: given.Card = False,
    freeze: given.FreezeFor = None,
    point: given.Point = None,
    slow: given.Slow = None,
    inset: given.InsetOf = None,
    enhance: given.Enhance = None,
    make: given.Makes = None,
    subtitles: given.Subtitles = True,
    form: given.FormOf = Form.MP4,
    quality: given.QualityOf = Quality.HIGH,
    speed: given.SpeedOf = Speed.FAST,
    silent: given.Silent = False,
    thumbs: given.Thumbs = 12,
    animation: given.Animation = AnimationForm.WEBP,
    name: given.Name = DEFAULT,
    coder: Coder = None,
) -> None:
    """Write a clip for each tag: exactly its frames and sound samples, and how it was made.

    Beside each lies its account, with each frame's number and PTS; clips.json tells of all. What
    stops one clip does not stop the others. Stills, contact sheets, previews and sound are made
    the same way with --make.
    """
    from bodycam_annotator.app.clips.choices import CARD_NS, ClipChoices

    look = ClipLook(
        captions=captions,
        banners=banners,
        strip=strip,
        stamp=stamp,
        stamp_corner=stamp_corner,
        avoid_corner=camera_stamp,
        ring=None if point is None else (point.x, point.y),
        inset=inset,
    )
    choices = ClipChoices(
        makes=tuple(dict.fromkeys(make or [Make.CLIP])),
        before_ns=before or 0,
        after_ns=after or 0,
        name=name,
        settings=ClipSettings(form=form, quality=quality, speed=speed, sound=not silent),
        look=None if plain else look,
        subtitles=subtitles,
        card_ns=CARD_NS if card else 0,
        freeze_ns=freeze or 0,
        slower=tuple(sorted(set(slow or []))),
        enhancement=given.enhancement_of(enhance),
        thumbs=thumbs,
        preview=animation,
    )
    choices.check()
    if not plain and look.stamp and look.stamp_at is look.avoid_corner:
        raise ExchangeError(look.on_the_cameras)
    for note in notes_on(given_in(context), choices.makes, plain=plain):
        say(f"note: {note}")
    wanted = _Wanted(tag, code, camera, together=together)
    _write(cast(Windows, context.obj), project, folder, choices, wanted, coder)


def check_what_was_handed_out(file: Path, footage: Path | None = None) -> None:
    """Says whether the file is what the account beside it says, or the files of a manifest are;
    `ExchangeError` if not."""
    from bodycam_annotator.publish.export_check import check_made, check_manifest, is_manifest

    if file.is_dir():
        raise ExchangeError(f"{file} is a folder; give a file in it, or its clips.json.")
    with working(f"Checking {file.name}") as (report, asked):
        if is_manifest(file):
            every = check_manifest(file, progress=report, cancelled=asked)
            if not every.is_sound:
                raise ExchangeError(" ".join(every.problems))
            theirs = "its account" if every.files == 1 else "their accounts"
            said = f"{counted(every.files, 'file')} with {theirs}, as it says"
            if left := len(every.not_made):
                said += f"; it says too that {counted(left, 'file')} {were(left)} not made"
            show(f"{file.name}: {said}")
            return
        found = check_made(file, source=footage, progress=report, cancelled=asked)
    if not found.is_sound:
        raise ExchangeError(" ".join(found.problems))
    source = "its footage too" if found.source_checked else "its footage was not at hand"
    held = {
        "sound": counted(found.samples, "sample"),
        "still": counted(found.frames, "picture"),
    }.get(found.kind, counted(found.frames, "frame"))
    named = f"; written as {found.written_as[:80]!r}" if found.written_as else ""
    show(f"{file.name}: {held}, as its account says; {source}{named}")


class _Wanted:
    """Which tags were named."""

    def __init__(
        self,
        tags: Sequence[str] | None,
        codes: Sequence[str] | None,
        camera: str | None,
        *,
        together: bool,
    ) -> None:
        self._tags, self._codes, self._camera = tags, codes, camera
        self._together = together

    def pieces(self, project: "WholeProject") -> "list[Piece]":
        """As `of`; one for each footage where they are wanted together."""
        from bodycam_annotator.app.clips.jobs import piece_of, together

        tags = self.of(project)
        return together(project, tags) if self._together else list(map(piece_of, tags))

    def of(self, project: "WholeProject") -> "list[Tag]":
        """In the timeline's order. Raises `ExchangeError` for a tag, code or camera that is not
        there."""
        from bodycam_annotator.app.exporting import of_camera
        from bodycam_annotator.exchange.timeline import tags_by_start

        if self._camera is not None:
            project = of_camera(project, self._camera)
        every = tags_by_start(project)
        self._refuse("tag", self._tags, {one.id for one in every})
        known = {code.id for book in project.codebooks.values() for code in book.codes}
        used = sorted({one.code for one in every})
        self._refuse("code", self._codes, known, hint=f" Tags have {', '.join(used)}.")
        return [
            one
            for one in every
            if (not self._tags or one.id in self._tags)
            and (not self._codes or one.code in self._codes)
        ]

    def _refuse(
        self, what: str, named: Sequence[str] | None, known: set[str], *, hint: str = ""
    ) -> None:
        missing = sorted({*(named or ())} - known)
        if missing:
            listed = ", ".join(missing)
            raise ExchangeError(f"There is no {what} {listed} to make a clip of.{hint}")


def _write(
    windows: Windows,
    project: Path,
    folder: Path,
    choices: "ClipChoices",
    wanted: _Wanted,
    coder: str | None,
) -> None:
    from bodycam_annotator import app
    from bodycam_annotator.app.clips.writing import write_clips
    from bodycam_annotator.cli.clip_report import Telling, tell

    with opened(project) as session:
        whole = session.project
        pieces = wanted.pieces(whole)
        drawing = None if choices.look is None else windows.drawings()
        # Of each piece just these: what cannot be made of it is counted as not made.
        files = len(pieces) * len(choices.makes)
        follower = Telling(files)
        try:
            with working(f"Making {counted(files, 'file')}") as (report, asked):
                done = write_clips(
                    whole,
                    session.path,
                    pieces,
                    folder,
                    choices,
                    coder=coder or app.coder_name(),
                    drawing=drawing,
                    follower=follower,
                    progress=report,
                    cancelled=asked,
                )
        except (Cancelled, KeyboardInterrupt):
            follower.stopped()
            raise
    tell(done)
