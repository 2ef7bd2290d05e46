"""Writing of verdicts: reviews, verdicts from data, closing, promoting."""

from .closing import close_measure, look_again
from .errors import VerdictError
from .judging import compute_verdict, judge_due, open_reviews
from .promoting import adopt_promotion, promote_verdict
from .tables import follow_table

__all__ = ["VerdictError", "adopt_promotion", "close_measure", "compute_verdict", "follow_table", "judge_due",
           "look_again", "open_reviews", "promote_verdict"]
