"""What the product does, for the window and the command line alike: projects, tags, files.

Media libraries are imported only by what reads footage, so that listing tags starts at once.
"""

from bodycam_annotator.app.copies import copy_project
from bodycam_annotator.app.deed_words import edit_words, sentence_words
from bodycam_annotator.app.exporting import Exported, export, export_project
from bodycam_annotator.app.footage import (
    OpenedFootage,
    find_footage,
    footage_path,
    footage_state,
    open_footage,
    refuse_what_is_no_file,
)
from bodycam_annotator.app.history import HistoryLine, lines_of, refuse_gaps
from bodycam_annotator.app.importing import (
    ImportChoices,
    ImportPlan,
    ImportReport,
    apply_import,
    import_file,
    plan_import,
)
from bodycam_annotator.app.measuring import export_intervals
from bodycam_annotator.app.originals import (
    Found,
    examine,
    find_nearby,
    follow,
    look,
    relink,
)
from bodycam_annotator.app.people import coder_name, set_coder_name
from bodycam_annotator.app.projects import (
    new_project,
    open_project,
    project_for_footage,
    project_path_for,
    read_codebook,
)
from bodycam_annotator.app.recovery import Recovery, find_recovery, recover, recovered_words
from bodycam_annotator.app.sample import demo_project
from bodycam_annotator.app.tagging import TagFields, check_attributes, make_tag
from bodycam_annotator.app.verification import FootageCheck, VerifyReport, verify

__all__ = [
    "Exported",
    "FootageCheck",
    "Found",
    "HistoryLine",
    "ImportChoices",
    "ImportPlan",
    "ImportReport",
    "OpenedFootage",
    "Recovery",
    "TagFields",
    "VerifyReport",
    "apply_import",
    "check_attributes",
    "coder_name",
    "copy_project",
    "demo_project",
    "edit_words",
    "examine",
    "export",
    "export_intervals",
    "export_project",
    "find_footage",
    "find_nearby",
    "find_recovery",
    "follow",
    "footage_path",
    "footage_state",
    "import_file",
    "lines_of",
    "look",
    "make_tag",
    "new_project",
    "open_footage",
    "open_project",
    "plan_import",
    "project_for_footage",
    "project_path_for",
    "read_codebook",
    "recover",
    "recovered_words",
    "refuse_gaps",
    "refuse_what_is_no_file",
    "relink",
    "sentence_words",
    "set_coder_name",
    "verify",
]
