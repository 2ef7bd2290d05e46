"""What the room keeps. None of it enters the records of service unless a service imports it."""

from .calls import OPEN, CallAttempt, CallTarget, Script
from .feedback import Feedback, FeedbackForm, GatheredUpTo
from .files import Attachment

__all__ = ["OPEN", "Attachment", "CallAttempt", "CallTarget", "Feedback", "FeedbackForm", "GatheredUpTo", "Script"]
