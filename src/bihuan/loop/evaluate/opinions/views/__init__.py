from .analysis import agreement, analysis, answers, number, survey_list
from .cross import cross, finding_list, finding_withdraw, propose

__all__ = ["agreement", "analysis", "answers", "cross", "finding_list", "finding_withdraw", "number", "propose",
           "survey_list"]
