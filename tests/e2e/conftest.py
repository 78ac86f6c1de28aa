"""The window and the hand of tests/ui, for the main job end to end."""

from tests.ui.conftest import _own_folders, footage, hand, window

__all__ = ["_own_folders", "footage", "hand", "window"]
