"""What the product does, for the window and the command line alike: projects, tags, files.

Media libraries are imported only by what reads footage, so that listing tags starts at once.
"""

from bodycam_annotator.app.exporting import export, footage_warnings
from bodycam_annotator.app.footage import (
    OpenedFootage,
    find_footage,
    footage_path,
    footage_state,
    open_footage,
    refuse_what_is_no_file,
)
from bodycam_annotator.app.importing import ImportReport, import_file
from bodycam_annotator.app.people import coder_name, set_coder_name
from bodycam_annotator.app.projects import (
    new_project,
    open_project,
    project_for_footage,
    project_path_for,
    read_codebook,
)
from bodycam_annotator.app.sample import demo_project
from bodycam_annotator.app.tagging import TagFields, check_attributes, make_tag
from bodycam_annotator.app.verification import FootageCheck, VerifyReport, verify

__all__ = [
    "FootageCheck",
    "ImportReport",
    "OpenedFootage",
    "TagFields",
    "VerifyReport",
    "check_attributes",
    "coder_name",
    "demo_project",
    "export",
    "find_footage",
    "footage_path",
    "footage_state",
    "footage_warnings",
    "import_file",
    "make_tag",
    "new_project",
    "open_footage",
    "open_project",
    "project_for_footage",
    "project_path_for",
    "read_codebook",
    "refuse_what_is_no_file",
    "set_coder_name",
    "verify",
]
