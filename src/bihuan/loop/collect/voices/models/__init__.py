"""What the room keeps. None of it enters the records of service unless a service imports it."""

from .agencies import Access, Agency, Delivery
from .calls import OPEN, CallAttempt, CallTarget, Script
from .feedback import Feedback, FeedbackForm, GatheredUpTo
from .files import Attachment
from .followups import OPEN_FOLLOW_UPS, FollowStep, FollowUp, LowScoreRule
from .interviews import Guide, Interview, Passage
from .visits import Scenario, Visit

__all__ = ["OPEN", "OPEN_FOLLOW_UPS", "Access", "Agency", "Attachment", "CallAttempt", "CallTarget", "Delivery",
           "Feedback", "FeedbackForm", "FollowStep", "FollowUp", "GatheredUpTo", "Guide", "Interview", "LowScoreRule",
           "Passage", "Scenario", "Script", "Visit"]
