"""Questionnaires: read, written, shown, checked, and turned into rows of answers. See docs/reference."""

from .checking import CODES, check
from .comparing import Difference, differences, incomparable
from .contracts import (
    Answered,
    Checked,
    Choice,
    Item,
    NotShown,
    Page,
    Questionnaire,
    Quota,
    ShownChoice,
    ShownItem,
    ShownPage,
    Skip,
    Text,
    Variable,
)
from .errors import Problem, QuestionnaireError
from .exploding import design_of, profile_of, rows, titles_of
from .expressions import holds, names_in
from .faults import faults
from .flow import walk
from .pasting import from_text
from .reading import read
from .showing import shown
from .traditional import traditional
from .writing import content_hash, not_shown, write, write_item

__all__ = [
    "CODES", "Answered", "Checked", "Choice", "Difference", "Item", "NotShown", "Page", "Problem", "Questionnaire",
    "QuestionnaireError", "Quota", "ShownChoice", "ShownItem", "ShownPage", "Skip", "Text", "Variable", "check",
    "content_hash", "design_of", "differences", "faults", "from_text", "holds", "incomparable", "names_in",
    "not_shown", "profile_of", "read", "rows", "shown", "titles_of", "traditional", "walk", "write", "write_item"]
