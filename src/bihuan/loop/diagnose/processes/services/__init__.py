"""Writing processes and their steps."""

from .cards import raise_card
from .errors import ProcessError
from .register import begin_draft, create_process, import_steps, move_step, publish, remove_step, save_step
from .watching import take_cards

__all__ = ["ProcessError", "begin_draft", "create_process", "import_steps", "move_step", "publish", "raise_card",
           "remove_step", "save_step", "take_cards"]
