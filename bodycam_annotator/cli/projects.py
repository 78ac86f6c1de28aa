"""Commands on a project as a whole: make, exchange, verify.

`app` brings the database along, so it is imported by what runs and not by what shows help.
"""

from pathlib import Path
from typing import Annotated

import typer

from bodycam_annotator.cli.arguments import Coder, Format, Project, head_of
from bodycam_annotator.cli.opening import how_to_have_back, opened, way_out
from bodycam_annotator.cli.output import say, show, working
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


def import_(
    project: Project,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    format_: Format = None,
    raw: Annotated[
        bool | None,
        typer.Option(
            "--raw/--defused",
            help="Whether texts are as written, or have apostrophes to take off before = + - @; "
            "the file's sidecar says it unless given.",
            show_default=False,
        ),
    ] = None,
    coder: Coder = None,
) -> None:
    """Take tags from a file, all of them or none.

    One undo takes them back. A tag whose id the project has already is changed where it differs.
    """
    from bodycam_annotator import app

    with (
        opened(project, coder=coder) as session,
        working(f"Importing {file.name}") as (report, asked),
    ):
        choices = app.ImportChoices(format=format_, raw=raw)
        done = app.import_file(session, file, choices, progress=report, cancelled=asked)
    show(f"{done.added} added, {done.changed} changed, {done.unchanged} already the same")
    if done.ignored:
        say(f"warning: columns that are not known were left out: {', '.join(done.ignored)}")
    for code in done.codes:
        if code.is_new:
            say(
                f"warning: {code.said!r} ({code.tags} tags) is no code of the codebook; it is now "
                f"{code.code.id}, of kind {code.code.kind}"
            )
    for notice in done.notices:
        say(f"warning: {notice}")


def export(
    project: Project,
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", show_default=False)],
    format_: Format = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write text as it is, even what a spreadsheet would run.")
    ] = False,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Compare footage by size and date only; it is then not verified."
        ),
    ] = False,
) -> None:
    """Write the timeline, and beside it what produced it.

    All footage is hashed first, and compared with when the project took it up. Files of those
    names are replaced.
    """
    from bodycam_annotator import app

    with (
        opened(project) as session,
        working(f"Writing {out.name}") as (report, asked),
    ):
        done = app.export(
            session, out, format=format_, raw=raw, quick=quick, progress=report, cancelled=asked
        )
    for path in done.paths:
        show(str(path))
    for warning in done.warnings:
        say(f"warning: {warning}")
    say(f"audit head: {done.audit_head}, entry {done.audit_entries}")


def verify(
    project: Project,
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

    Every entry's hash, the tags against the log, and the hash of every footage.
    """
    from bodycam_annotator import app

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
