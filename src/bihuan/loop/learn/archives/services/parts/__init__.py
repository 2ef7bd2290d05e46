"""The five parts of a bundle, each a folder of files that open with what every office has."""

from .base import Parts
from .callbacks import write_callbacks
from .doing import write_measures, write_records
from .numbers import write_statistics
from .questionnaires import write_questionnaires
from .report import write_report

__all__ = [
    "Parts", "write_callbacks", "write_measures", "write_questionnaires", "write_records", "write_report",
    "write_statistics",
]
