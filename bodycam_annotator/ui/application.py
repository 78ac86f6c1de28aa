"""Starting the window, on a screen or without one."""

import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.theme import apply_theme

_log = logging.getLogger(__name__)

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


NOISE = (
    "This plugin does not support",
    "pipewire-0.3",
    "pa_context_connect",
    "Using Qt multimedia",
)
"""What Qt says where there is no screen or no sound server; nobody can act on it."""


def make_application() -> QApplication:
    """The one QApplication, with the theme."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("Bodycam Annotator")
    application.setDesktopFileName("bodycam-annotator")
    # Its own choice is the window's; this is for what may be shown before there is one.
    if not application.property("themed"):
        apply_theme(application)
    return application


def run_window(paths: list[Path], *, demo: bool = False) -> int:
    """Shows the window until it is closed; returns the exit code."""
    log_qt()
    application = make_application()
    window = MainWindow()
    sys.excepthook = _tell_of_fault(window)
    # Python sees ^C only when it runs: a timer lets it.
    signal.signal(signal.SIGINT, lambda *_: window.close())
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, partial(_close_once, window))
    waker = QTimer(window)
    waker.start(200)
    window.show()
    if demo:
        window.open_demo()
    elif paths:
        window.open_paths(paths)
    return application.exec()


def _close_once(window: MainWindow, number: int, _: object) -> None:
    """A second one does not wait for the answer to what closing may ask."""
    before = signal.signal(number, signal.SIG_DFL)
    if not window.close():
        signal.signal(number, before)


def log_qt() -> None:
    """Qt's own messages go where ours go, less what nobody can act on."""
    qInstallMessageHandler(_log_qt)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    del context
    text = message or ""
    if any(noise in text for noise in NOISE):
        return
    grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    logging.getLogger("qt").log(logging.ERROR if grave else logging.WARNING, "%s", text)


def _what_of_tags(window: MainWindow) -> str:
    bridge = window.bridge
    if bridge is None or not bridge.unfinished:
        return "What was tagged is saved."
    return "Edits that are not saved yet are tried on."


def _tell_of_fault(window: MainWindow) -> Hook:
    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The window never closes on a fault of ours: what was tagged is saved, work goes on."""
        _log.critical("a bug of ours", exc_info=(kind, error, trace))
        window.messages.fail(
            f"This program has a fault: {error!r}. {_what_of_tags(window)} Please report it."
        )

    return tell
