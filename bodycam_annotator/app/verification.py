"""Whether a project and its footage are as they were recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bodycam_annotator.app.originals import compare
from bodycam_annotator.app.people import coder_name
from bodycam_annotator.errors import ProjectError
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import ChainReport, verify_chain


@dataclass(frozen=True, kw_only=True)
class FootageCheck:
    """One footage: `why` is a sentence, empty when the file has the recorded hash, and
    `verified_utc` when its bytes had been read and had it, else None."""

    camera: str
    name: str
    why: str
    verified_utc: str | None


@dataclass(frozen=True, kw_only=True)
class VerifyReport:
    """The audit log's report and each footage's; footage is empty when the project is too damaged
    to say which it has."""

    chain: ChainReport
    footage: tuple[FootageCheck, ...]

    @property
    def sound(self) -> bool:
        return self.chain.sound and not any(check.why for check in self.footage)

    @property
    def problems(self) -> list[str]:
        """All that is wrong, as sentences."""
        whys = [self.chain.why, *(check.why for check in self.footage)]
        return [why for why in whys if why]


def verify(
    path: Path,
    *,
    head: str | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> VerifyReport:
    """Follows the audit log and reads all footage.

    `head` is an audit head noted earlier, as in an export's sidecar. Raises `ProjectError` when
    the file is no project, `Cancelled` when asked to stop.
    """
    if not path.is_file():
        raise ProjectError(f"There is no project {path}; check the name.")
    chain = verify_chain(path, head=head)
    try:
        session = ProjectSession.open(path, coder=coder_name())
    except ProjectError:
        if chain.sound:
            raise
        return VerifyReport(chain=chain, footage=())
    with session:
        every: Sequence[Footage] = list(session.project.footage.values())
        checks = tuple(
            _checked(session, footage, _part(progress, number, len(every)), cancelled)
            for number, footage in enumerate(every)
        )
    return VerifyReport(chain=chain, footage=checks)


def _checked(
    session: ProjectSession,
    footage: Footage,
    progress: Progress | None,
    cancelled: Asked | None,
) -> FootageCheck:
    found = compare(
        footage, project=session.path, anew=True, progress=progress, cancelled=cancelled
    )
    return FootageCheck(
        camera=session.project.camera_of(footage.id).name,
        name=PurePosixPath(footage.path).name,
        why=found.problem,
        verified_utc=found.verified_utc,
    )


def _part(progress: Progress | None, number: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda part: progress((number + part) / count)
