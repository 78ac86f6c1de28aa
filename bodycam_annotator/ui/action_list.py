"""Every named action of the window, in the order of the menus."""

from bodycam_annotator.ui.action_files import FILES
from bodycam_annotator.ui.action_moves import MOVES
from bodycam_annotator.ui.action_tags import TAGS
from bodycam_annotator.ui.action_views import VIEWS

ACTIONS = (*FILES, *MOVES, *TAGS, *VIEWS)
