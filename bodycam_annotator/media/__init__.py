"""Reading footage exactly: what a file is, its frames by ordinal, its sound by sample."""

import os

import cv2  # noqa: F401 - imported first, so that what it does to Qt's environment can be undone

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    if "cv2" in os.environ.get(_name, ""):
        del os.environ[_name]

from bodycam_annotator.media.memory import keep_heaps_low  # noqa: E402

keep_heaps_low()
