"""Writing: findings proposed, themes corrected, reports, shared pages and forms."""

from .findings import propose_finding, withdraw_finding
from .themes import ask_themes, correct_theme, find_run, undo_correction

__all__ = ["ask_themes", "correct_theme", "find_run", "undo_correction", "propose_finding", "withdraw_finding"]
