"""How long work tells how far it is and asks whether to stop."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the share that is done, from 0 to 1."""

Asked = Callable[[], bool]
"""Whether somebody asked to stop; the work then raises `Cancelled`."""
