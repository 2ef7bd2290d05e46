"""Reading findings."""

from .findings import finding_for, finding_info, finding_told, findings_for

__all__ = ["finding_for", "finding_info", "finding_told", "findings_for"]
