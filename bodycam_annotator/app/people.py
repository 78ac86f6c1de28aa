"""Who tags."""

import getpass

from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.config import settings_folder
from bodycam_annotator.errors import UserError

_MOST_CHARACTERS = 200


def coder_name() -> str:
    """The name this person has set, else their login name."""
    try:
        name = _file_text()
    except (OSError, UnicodeDecodeError):
        name = ""
    return name or _login_name()


def set_coder_name(name: str) -> None:
    """Keeps the name for all later projects. Raises `UserError` when it cannot be kept."""
    name = " ".join(name.split())
    if not name or len(name) > _MOST_CHARACTERS:
        raise UserError(f"A coder's name needs 1 to {_MOST_CHARACTERS} characters.")
    try:
        write_whole(settings_folder() / "coder", name.encode())
    except (OSError, UnicodeEncodeError) as error:
        raise UserError(f"The name {name!r} cannot be kept: {error}.") from error


def _file_text() -> str:
    text = (settings_folder() / "coder").read_text(encoding="utf-8")
    return " ".join(text[:_MOST_CHARACTERS].split())


def _login_name() -> str:
    try:
        return getpass.getuser() or "unknown"
    except (OSError, KeyError, ImportError):
        # An account without a name, as in some containers.
        return "unknown"
