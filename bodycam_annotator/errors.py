"""What can go wrong, in words a user can act on.

Exception
└── UserError            a person can mend it: the message says what, where and what to do
    ├── FootageError     the footage cannot be opened or read as video
    │   ├── FrameError   one frame cannot be decoded; the rest of the footage may be fine
    │   └── OutdatedError    the file has changed since it was opened, so no frame of it is known
    ├── ProjectError     the project cannot be opened, read or written
    │   ├── NotWrittenError  the disk or another program is in the way now; asked again it may go
    │   └── DamagedError     the file is not as it was written; a backup may be
    ├── EditError        an edit is refused; the project is unchanged
    ├── CodebookError    a codebook cannot be used as it is
    └── ExchangeError    a file cannot be imported or exported
        └── ColumnsError     a table does not say which of its columns are which
Cancelled                a job was stopped because somebody asked for it; not an error

Anything else that escapes is a bug of ours.
"""

from collections.abc import Sequence


class UserError(Exception):
    """A problem a person can mend. `str(error)` is one line, fit for a window or stderr."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class FootageError(UserError):
    """The footage cannot be opened or read as video."""


class FrameError(FootageError):
    """One frame cannot be decoded."""


class OutdatedError(FootageError):
    """The footage is not the file any more that was opened."""


class ProjectError(UserError):
    """The project cannot be opened, read or written."""


class NotWrittenError(ProjectError):
    """Nothing is known to be committed; the same edit can be tried again, and is never doubled."""


class DamagedError(ProjectError):
    """The project file is not as this program left it."""


class EditError(UserError):
    """An edit is refused; the project is as it was."""


class CodebookError(UserError):
    """A codebook cannot be used as it is."""


class ExchangeError(UserError):
    """A file cannot be imported or exported."""


class ColumnsError(ExchangeError):
    """A table lacks columns that are needed; `names` are those it has."""

    def __init__(self, message: str, names: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.names = tuple(names)


class Cancelled(Exception):
    """A job ended early because somebody asked for it."""
