"""Commands on a project as a whole: make, verify.

`app` brings the database along, so it is imported by what runs and not by what shows help.
"""

from pathlib import Path
from typing import Annotated

import typer

from bodycam_annotator.cli.arguments import Coder, Project, head_of
from bodycam_annotator.cli.clips import check_what_was_handed_out
from bodycam_annotator.cli.opening import how_to_have_back, way_out
from bodycam_annotator.cli.output import show, working
from bodycam_annotator.config import default_codebook
from bodycam_annotator.errors import ProjectError


def new(
    project: Project,
    footage: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOOTAGE...", help="Media files, one per camera.", show_default=False
        ),
    ],
    coder: Coder = None,
    codebook: Annotated[
        Path | None,
        typer.Option("--codebook", metavar="FILE", help="TOML; “Use of force” unless given."),
    ] = None,
    incident: Annotated[
        str | None,
        typer.Option("--incident", metavar="NAME", help="As the project is called unless given."),
    ] = None,
    camera: Annotated[
        list[str] | None,
        typer.Option("--camera", metavar="NAME", help="A camera's name; once for each footage."),
    ] = None,
) -> None:
    """Make a project from the footage of one incident.

    All of it is read and hashed; it stays where it is and is never changed.
    """
    from bodycam_annotator import app

    book = app.read_codebook(codebook or default_codebook())
    with working("Reading and hashing footage") as (report, asked):
        session = app.new_project(
            project,
            footage,
            coder=coder or app.coder_name(),
            codebook=book,
            incident_name=incident,
            camera_names=camera,
            progress=report,
            cancelled=asked,
        )
    session.close()
    show(f"{project}")


def verify(
    project: Annotated[
        Path | None,
        typer.Argument(metavar="[PROJECT]", help="The project.", show_default=False),
    ] = None,
    clip: Annotated[
        Path | None,
        typer.Option(
            "--clip",
            metavar="CLIP",
            help="A clip, still, sheet, preview or sound, held against its account; or clips.json, "
            "with all that it names.",
        ),
    ] = None,
    footage: Annotated[
        Path | None,
        typer.Option("--footage", metavar="FILE", help="What the clip is of; beside it if not."),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(
            "--head",
            metavar="HASH",
            parser=head_of,
            help="An audit head noted earlier; must be there.",
        ),
    ] = None,
) -> None:
    """Check the audit log, the tags and the footage; nothing is changed.

    Every entry's hash, the tags against the log, and the hash of every footage. A clip: its hash,
    its frames and their times, and the hash of its footage where that lies beside it.
    """
    from bodycam_annotator import app

    if (project is None) == (clip is None):
        raise typer.BadParameter("give a project, or a clip by --clip")
    if footage is not None and clip is None:
        raise typer.BadParameter("give the clip that is of it by --clip", param_hint="--footage")
    if clip is not None:
        check_what_was_handed_out(clip, footage)
    if project is None:
        return
    with way_out(project), working("Verifying") as (report, asked):
        found = app.verify(project, head=head, progress=report, cancelled=asked)
    chain = found.chain
    if chain.sound:
        show(f"Audit log: {chain.entries} entries, sound, head {chain.head}")
    for check in found.footage:
        if not check.why:
            show(
                f"{check.camera}: {check.name} is unchanged, verified against its SHA-256 at "
                f"{check.verified_utc}"
            )
    if not found.sound:
        advice = "" if chain.sound else how_to_have_back(project)
        raise ProjectError(" ".join([*found.problems, advice]))
