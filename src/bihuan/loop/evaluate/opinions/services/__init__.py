"""Writing: findings proposed, themes corrected, reports written and shared."""

from .findings import link_finding, propose_finding, take_finding, withdraw_finding
from .reports import FORMATS, note_opened, revoke_share, share_report, write_report
from .texts import EditedMeanwhile, save_text, write_forms_file
from .themes import (
    ask_due_themes,
    ask_themes,
    correct_theme,
    correct_theme_often,
    find_run,
    undo_correction,
)
from .working import ask_work, work_out

__all__ = [
    "FORMATS", "EditedMeanwhile", "ask_due_themes", "ask_themes", "ask_work", "correct_theme", "correct_theme_often",
    "find_run", "link_finding", "note_opened", "propose_finding", "revoke_share", "save_text", "share_report",
    "take_finding", "undo_correction", "withdraw_finding", "work_out", "write_forms_file", "write_report",
]
