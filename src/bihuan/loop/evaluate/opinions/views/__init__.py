from .analysis import agreement, analysis, answers, number, survey_list
from .cross import cross, finding_list, finding_withdraw, propose
from .path import wave_path
from .reports import report, report_file, report_share, share_revoke, shared_report
from .texts import forms_back, forms_file, forms_take, text
from .themes import theme_correct, theme_move, theme_quotes, theme_undo, themes, themes_ask
from .working import work_ask

__all__ = [
    "agreement", "analysis", "answers", "cross", "finding_list", "finding_withdraw", "forms_back", "forms_file",
    "forms_take", "number", "propose", "report", "report_file", "report_share", "share_revoke", "shared_report",
    "survey_list", "text", "theme_correct", "theme_move", "theme_quotes", "theme_undo", "themes", "themes_ask",
    "wave_path", "work_ask",
]
