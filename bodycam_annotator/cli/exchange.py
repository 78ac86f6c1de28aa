"""Commands that take tags from other programs' files and write such files.

`app` brings the database along, so it is imported by what runs and not by what shows help.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bodycam_annotator.cli.arguments import Coder, Format, Json, Project
from bodycam_annotator.cli.opening import opened
from bodycam_annotator.cli.output import say, show, show_json, show_table, working
from bodycam_annotator.errors import ExchangeError

if TYPE_CHECKING:
    from bodycam_annotator.app import ImportPlan
    from bodycam_annotator.exchange.format import Format as ExchangeFormat

Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=THEIRS",
        help="Take a column of ours from one that the file calls otherwise, as in "
        "start_s=Onset (start_ms for milliseconds, start_frame for frames); #1 is the first column "
        "of a table without names; once for each.",
    ),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--code",
        metavar="THEIRS=CODE",
        help="Which code of the codebook is meant by what the file has for one; =CODE for a file "
        "that has none; once for each.",
    ),
]


def import_(
    project: Project,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    format_: Format = None,
    camera: Annotated[
        str | None,
        typer.Option("--camera", metavar="NAME", help="The camera that all its tags are of."),
    ] = None,
    columns: Columns = None,
    codes: Codes = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="E", help="What a table's text is in that is not UTF-8."
        ),
    ] = None,
    raw: Annotated[
        bool | None,
        typer.Option(
            "--raw/--defused",
            help="Whether texts are as written, or have apostrophes to take off before = + - @; "
            "the file's sidecar says it unless given.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")
    ] = False,
    coder: Coder = None,
) -> None:
    """Take tags from a file, all of them or none.

    One undo takes them back. A tag whose id the project has already is changed where it differs.
    What is no code of the codebook becomes one.
    """
    from bodycam_annotator import app

    named = [one for one in codes or () if not one.startswith("=")]
    constant = [one[1:] for one in codes or () if one.startswith("=") and one[1:]]
    choices = app.ImportChoices(
        format=format_,
        raw=raw,
        camera=camera,
        # Theirs may hold a = and ours may not.
        columns=dict(_parts(one, "--map", "COLUMN=THEIRS", one.find("=")) for one in columns or ()),
        codes=dict(_parts(one, "--code", "THEIRS=CODE", one.rfind("=")) for one in named),
        code=constant[-1] if constant else None,
        encoding=encoding,
    )
    with (
        opened(project, coder=coder) as session,
        working(f"Importing {file.name}") as (report, asked),
    ):
        plan = app.plan_import(session, file, choices, progress=report, cancelled=asked)
        if not dry_run:
            app.apply_import(session, plan)
    _tell_imported(plan, would=dry_run)


def _tell_imported(plan: "ImportPlan", *, would: bool) -> None:
    done = plan.report
    counts = f"{done.added} added, {done.changed} changed, {done.unchanged} already the same"
    show(f"Nothing is written. It would be: {counts}" if would else counts)
    if done.ignored:
        say(f"warning: columns that are not known were left out: {', '.join(done.ignored)}")
    for one in done.codes:
        if one.is_new:
            many = "s" * (one.tags != 1)
            say(
                f"warning: {one.said!r} is no code of the codebook; it becomes the new code "
                f"{one.code.id}, of kind {one.code.kind}, for {one.tags} tag{many}"
            )
    for notice in done.notices:
        say(f"warning: {notice}")


def export(
    project: Project,
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", show_default=False)],
    format_: Format = None,
    camera: Annotated[
        str | None,
        typer.Option("--camera", metavar="NAME", help="Only the tags of that camera."),
    ] = None,
    every_tag: Annotated[
        bool,
        typer.Option("--every-tag", help="Write all tags into captions, not utterances alone."),
    ] = False,
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
    names are replaced. What the format cannot carry is said.
    """
    from bodycam_annotator import app

    with (
        opened(project) as session,
        working(f"Writing {out.name}") as (report, asked),
    ):
        done = app.export(
            session,
            out,
            format=format_,
            every_tag=every_tag,
            camera=camera,
            raw=raw,
            quick=quick,
            progress=report,
            cancelled=asked,
        )
    for path in done.paths:
        show(str(path))
    if done.tags != done.of_tags:
        say(f"note: {done.tags} of {done.of_tags} tags are in it")
    if done.loses:
        say(f"note: what {done.format} cannot carry: bodycam-annotator formats {done.format}")
    for warning in done.warnings:
        say(f"warning: {warning}")
    say(f"audit head: {done.audit_head}, entry {done.audit_entries}")


def formats(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[F]", help="One of them, and what it cannot carry."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the formats there are, or say what one of them cannot carry."""
    from bodycam_annotator.exchange.formats import FORMATS

    if name is not None and name not in FORMATS:
        raise ExchangeError(f"The format {name!r} is not known; there is {', '.join(FORMATS)}.")
    chosen = list(FORMATS.values()) if name is None else [FORMATS[name]]
    if as_json:
        show_json([_described(one) for one in chosen])
        return
    rows = [[one.name, one.title, " ".join(one.endings), _ways(one)] for one in chosen]
    show_table(["name", "format", "endings", "ways"], rows, wide="format")
    if name is not None:
        for sentence in chosen[0].loses or ("Nothing is lost.",):
            show(f"- {sentence}")


def _ways(one: "ExchangeFormat") -> str:
    return " ".join(way for way, there in (("out", one.write), ("in", one.read)) if there)


def _described(one: "ExchangeFormat") -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "endings": list(one.endings),
        "export": one.write is not None,
        "import": one.read is not None,
        "loses": list(one.loses),
    }


def _parts(given: str, option: str, form: str, at: int) -> tuple[str, str]:
    """What is before and behind the `=` that is at `at`."""
    before, behind = given[: max(at, 0)], given[at + 1 :]
    if not before or not behind:
        raise typer.BadParameter(f"{given!r} is not {form}", param_hint=option)
    return before, behind
