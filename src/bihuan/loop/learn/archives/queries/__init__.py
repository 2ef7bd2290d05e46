"""Reading archives."""

from .lists import Filters, archive_of, filters_from, found_for

__all__ = ["Filters", "archive_of", "filters_from", "found_for"]
