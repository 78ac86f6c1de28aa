"""A disk that is full for one file alone."""

import errno
import os
from pathlib import Path

import pytest


def leave_no_room_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full once a new file of that name is to be put in its place."""
    real = os.link

    def link(source: Path, target: Path) -> None:
        if Path(target).name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    def rename(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(os, "rename", rename)
