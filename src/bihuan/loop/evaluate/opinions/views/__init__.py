from .analysis import agreement, analysis, answers, number, survey_list
from .cross import cross, finding_list, finding_withdraw, propose
from .reports import report, report_file, report_share, share_revoke, shared_report
from .themes import theme_correct, theme_undo, themes, themes_ask

__all__ = [
    "agreement", "analysis", "answers", "cross", "finding_list", "finding_withdraw", "number", "propose", "report",
    "report_file", "report_share", "share_revoke", "shared_report", "survey_list", "theme_correct", "theme_undo",
    "themes", "themes_ask",
]
