"""Whether a questionnaire asks well: wording, choices, scales, order, length. Rules are data in ``rules.toml``."""

from ..questionnaire.contracts import Questionnaire
from .checks import check_item
from .contracts import Hit
from .duration import Estimate, estimate
from .purpose import purpose_gaps
from .rules import Rule, rules
from .whole import check_whole, reordered
from .wording import check_title, check_words, rewritten

__all__ = ["Estimate", "Hit", "Rule", "check_title", "check_words", "estimate", "lint", "purpose_gaps", "reordered",
           "rewritten", "rules"]


def lint(found: Questionnaire) -> list[Hit]:
    """Return every hit: those of the whole first, then item by item in the order asked."""
    hits = check_whole(found)
    for item in found.items():
        if item.asks:
            hits += check_title(item) + check_item(item)
    return hits
