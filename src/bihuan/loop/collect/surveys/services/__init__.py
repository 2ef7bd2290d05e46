"""Everything that changes surveys, one function each; other rooms enter by these names."""

from .dimensions import load_dimensions, move_dimension, save_dimension
from .editing import edit_draft, undo_edit
from .recurring import draft_due_waves
from .surveys import archive_survey, change_survey, copy_survey, create_survey
from .versions import draft_of, drop_draft, publish_version
from .waves import change_wave, close_wave, open_due_waves, open_wave, plan_wave

__all__ = [
    "archive_survey", "change_survey", "change_wave", "close_wave", "copy_survey", "create_survey", "draft_due_waves",
    "draft_of", "drop_draft", "edit_draft", "load_dimensions", "move_dimension", "open_due_waves", "open_wave",
    "plan_wave", "publish_version", "save_dimension", "undo_edit"]
