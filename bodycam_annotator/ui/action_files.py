"""What is opened, imported, exported."""

from bodycam_annotator.ui.named_action import FILE, Named

FILES = (
    Named(id="open", label="Open…", keys=("Ctrl+O",), group=FILE, icon="folder-open-outline"),
    Named(id="demo", label="Open the sample incident", keys=("Ctrl+Shift+O",), group=FILE),
    Named(
        id="import",
        label="Import tags…",
        keys=("Ctrl+Shift+I",),
        group=FILE,
        needs="project",
    ),
    Named(
        id="export",
        label="Export…",
        keys=("Ctrl+E",),
        group=FILE,
        icon="export-variant",
        needs="project",
    ),
    Named(
        id="clips",
        label="Clips and stills…",
        keys=("Ctrl+Shift+X",),
        group=FILE,
        needs="project",
    ),
    Named(
        id="copy",
        label="Save a copy of the project…",
        keys=("Ctrl+Shift+S",),
        group=FILE,
        needs="project",
    ),
    Named(
        id="save_frame",
        label="Save frame as PNG…",
        keys=("Ctrl+Shift+P",),
        group=FILE,
        needs="picture",
    ),
    Named(
        id="find_footage",
        label="Find the footage…",
        keys=("Alt+F",),
        group=FILE,
        needs="project",
    ),
    Named(id="coder", label="Coder’s name…", keys=("Ctrl+Shift+N",), group=FILE),
    Named(id="quit", label="Quit", keys=("Ctrl+Q",), group=FILE),
)
