"""The fonts that are shipped, for the window and for what is drawn without one."""

from PyQt6.QtGui import QFont, QFontDatabase, QGuiApplication

from bodycam_annotator.config import assets_folder

_kept: list[QGuiApplication] = []
"""The application made here: it must outlive everything drawn."""


def load_fonts(application: QGuiApplication) -> None:
    """Once in an application, whoever asks first."""
    if application.property("fonts"):
        return
    for path in sorted((assets_folder() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    application.setProperty("fonts", True)


def figures(font: QFont) -> QFont:
    """`font` with digits of one width, so that running times do not jitter."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady


def text_font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Inter of that size; the system's fonts where a script is not in it."""
    font = QFont("Inter")
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    # Hinting would make the same text look different at every size.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return figures(font)


def drawing_application() -> QGuiApplication:
    """The application that text needs, with its fonts; without a screen where there is none yet."""
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        application = QGuiApplication(["bodycam-annotator", "-platform", "offscreen"])
        _kept[:] = [application]
    load_fonts(application)
    return application
