"""Whether a project and its footage are as they were recorded."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bodycam_annotator.app.originals import compare
from bodycam_annotator.errors import ProjectError
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.verification import ChainReport, examine


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
    """Follows the audit log and reads all footage; writes nothing.

    `head` is an audit head noted earlier, as in an export's sidecar. Raises `ProjectError` when
    the file is no project, `Cancelled` when asked to stop.
    """
    if not path.is_file():
        raise ProjectError(f"There is no project {path}; check the name.")
    path = path.absolute()
    chain, project = examine(path, head=head)
    if project is None:
        return VerifyReport(chain=chain, footage=())
    checks = []
    for number, footage in enumerate(project.footage.values()):
        part = _part(progress, number, len(project.footage))
        found = compare(footage, project=path, anew=True, progress=part, cancelled=cancelled)
        checks.append(
            FootageCheck(
                camera=project.camera_of(footage.id).name,
                name=PurePosixPath(footage.path).name,
                why=found.problem,
                verified_utc=found.verified_utc,
            )
        )
    return VerifyReport(chain=chain, footage=tuple(checks))


def _part(progress: Progress | None, number: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda part: progress((number + part) / count)
