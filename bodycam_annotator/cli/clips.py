"""Commands that make clips of tags and check them."""

from pathlib import Path
from typing import Annotated

import typer

from bodycam_annotator.cli.arguments import Project, span_of
from bodycam_annotator.cli.opening import opened
from bodycam_annotator.cli.output import say, show, working
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_forms import ClipSettings, Form, Quality, Speed
from bodycam_annotator.publish.clip_names import DEFAULT, FIELDS

Handle = Annotated[
    int | None,
    typer.Option(metavar="S", parser=span_of, help="Seconds more, as far as there is footage."),
]


def clips(
    project: Project,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", show_default=False)],
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="ID", help="Only this tag; once for each."),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", metavar="CODE", help="Only tags of this code; once for each."),
    ] = None,
    before: Handle = None,
    after: Handle = None,
    plain: Annotated[bool, typer.Option("--plain", help="Burn nothing into the picture.")] = False,
    form: Annotated[Form, typer.Option("--form", help="mp4, or for archives.")] = Form.MP4,
    quality: Annotated[Quality, typer.Option("--quality", help="Of mp4.")] = Quality.HIGH,
    speed: Annotated[Speed, typer.Option("--speed", help="Slower is smaller.")] = Speed.FAST,
    silent: Annotated[bool, typer.Option("--silent", help="Without the sound.")] = False,
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="TEMPLATE",
            help=f"What clips are called, of {', '.join(f'{{{one}}}' for one in FIELDS)}.",
        ),
    ] = DEFAULT,
) -> None:
    """Write a clip for each tag: exactly its frames and sound samples, and how it was made.

    Beside each lies its account; clips.json tells of all. Files of those names are replaced. What
    stops one clip does not stop the others.
    """
    from bodycam_annotator import app
    from bodycam_annotator.app.clips import ClipChoices, write_clips
    from bodycam_annotator.exchange.timeline import tags_by_start

    if not plain:
        raise ExchangeError("Nothing can be burned into clips yet; give --plain.")
    settings = ClipSettings(form=form, quality=quality, speed=speed, sound=not silent)
    with opened(project) as session:
        whole = session.project
        wanted = [
            one
            for one in tags_by_start(whole)
            if (not tag or one.id in tag) and (not code or one.code in code)
        ]
        missing = sorted({*(tag or ())} - {one.id for one in wanted})
        if missing:
            raise ExchangeError(f"There is no tag {', '.join(missing)} to make a clip of.")
        with working(f"Writing {len(wanted)} clips") as (report, asked):
            done = write_clips(
                whole,
                session.path,
                wanted,
                folder,
                ClipChoices(
                    before_ns=before or 0, after_ns=after or 0, name=name, settings=settings
                ),
                coder=app.coder_name(),
                progress=report,
                cancelled=asked,
            )
    for path in done.paths:
        show(str(path))
    for warning in done.warnings:
        say(f"warning: {warning}")
    if done.failed:
        for tag_id, why in done.failed.items():
            say(f"warning: no clip of tag {tag_id}: {why}")
        raise ExchangeError(f"{len(done.failed)} of {len(wanted)} clips were not made.")


def check_a_clip(clip: Path) -> None:
    """Says whether the clip is what the account beside it says; `ExchangeError` if not."""
    from bodycam_annotator.publish.clip_check import check_clip

    with working(f"Checking {clip.name}") as (report, asked):
        found = check_clip(clip, progress=report, cancelled=asked)
    if not found.is_sound:
        raise ExchangeError(" ".join(found.problems))
    source = "its footage too" if found.source_checked else "its footage was not at hand"
    show(f"{clip.name}: {found.frames} frames, as its account says; {source}")
