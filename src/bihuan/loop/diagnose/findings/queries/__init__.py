"""Reading findings."""

from .findings import finding_for, finding_info, findings_for

__all__ = ["finding_for", "finding_info", "findings_for"]
