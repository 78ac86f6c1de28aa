"""What `clips` says while it goes, and of what it came to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bodycam_annotator.app.clips.writing import Follower
from bodycam_annotator.cli.output import counted, say, show, were
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.publish.clip_account import sidecar_of

if TYPE_CHECKING:
    from bodycam_annotator.app.clips.jobs import ClipJob, NotMade
    from bodycam_annotator.app.clips.writing import ClipsReport


class Telling(Follower):
    """Shows each file and its account once they are there, and what is to be known of them."""

    def __init__(self, files: int) -> None:
        """`files`: how many are to be made."""
        self._files, self._made = files, 0
        self._jobs: Sequence[ClipJob] = ()
        self._manifest: Path | None = None

    def planned(self, jobs: "Sequence[ClipJob]", not_made: "Sequence[NotMade]") -> None:
        self._jobs = jobs

    def ended(self, number: int, why_not: str = "", notes: Sequence[str] = ()) -> None:
        if why_not:
            return
        out = self._jobs[number].out
        show(str(out))
        show(str(sidecar_of(out)))
        for note in notes:
            say(f"note: {out.name}: {note}")
        self._made += 1

    def listed(self, manifest: Path) -> None:
        self._manifest = manifest
        show(str(manifest))

    def stopped(self) -> None:
        """Says what there is of an export that somebody stopped."""
        made, every = self._made, counted(self._files, "file")
        said = f"none of {every} was made"
        if made:
            said = f"{made} of {every} {were(made)} made, {self._files - made} not"
        if self._manifest is not None:
            said += f"; {self._manifest} says which"
        elif made:
            said += "; no manifest of them could be written"
        say(f"stopped: {said}.")


def tell(done: "ClipsReport") -> None:
    """Raises `ExchangeError` where files were not made."""
    for warning in done.warnings:
        say(f"warning: {warning}")
    for why in done.not_made:
        say(f"warning: not made: {why}")
    if done.not_made:
        of = done.made + len(done.not_made)
        lacking = f"{len(done.not_made)} of {of} files were" if of > 1 else "The file was"
        raise ExchangeError(f"{lacking} not made.")
