"""The five parts of a bundle, each a folder of files that open with what every office has."""

from .base import Bundle, Parts
from .callbacks import write_callbacks
from .doing import write_measures, write_records
from .numbers import write_statistics
from .questionnaires import write_questionnaires
from .report import write_report
from .review import ReviewParts, write_answers, write_conclusion, write_course, write_numbers, write_review_measures

__all__ = [
    "Bundle", "Parts", "ReviewParts", "write_answers", "write_callbacks", "write_conclusion", "write_course",
    "write_measures", "write_numbers", "write_questionnaires", "write_records", "write_report",
    "write_review_measures", "write_statistics",
]
