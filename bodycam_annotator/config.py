"""Where things are: the files we ship, and the folders this person's settings live in."""

from pathlib import Path

import platformdirs

APP_NAME = "bodycam-annotator"


def assets_folder() -> Path:
    """Codebooks, icons and the sample: inside an installed package, else in the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "assets"
    return installed if installed.is_dir() else package.parent / "assets"


def default_codebook() -> Path:
    return assets_folder() / "codebooks" / "use_of_force.toml"


def sample_folder() -> Path:
    return assets_folder() / "sample"


def settings_folder() -> Path:
    """This person's settings (recent files, window layout); made when missing."""
    return platformdirs.user_config_path(APP_NAME, ensure_exists=True)


def cache_folder() -> Path:
    """What can be made again at any time; need not exist, or may not be writable."""
    return platformdirs.user_cache_path(APP_NAME)


def state_folder() -> Path:
    """What is not in a project yet, such as text being typed; need not exist."""
    return platformdirs.user_state_path(APP_NAME)


def documents_folder() -> Path:
    """Where a project goes when its footage's folder cannot be written."""
    return platformdirs.user_documents_path() / "Bodycam Annotator"
