"""Writing reviews of complaints."""

from .errors import ReviewError
from .files import export_list, export_review
from .opening import open_reviews, rule_now, save_rule, watch_reviews
from .writing import check_review, write_review

__all__ = ["ReviewError", "check_review", "export_list", "export_review", "open_reviews", "rule_now", "save_rule",
           "watch_reviews", "write_review"]
