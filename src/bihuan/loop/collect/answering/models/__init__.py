"""Links and invitations, responses and their way into the lake, rewards, triggers."""

from .links import OneTimeToken, Site
from .responses import QuotaCount, Response, Writing
from .rewards import Reward
from .sending import Dispatch, Draft, Invitation
from .triggers import ColumnPlan, Decision, Rule

__all__ = ["ColumnPlan", "Decision", "Dispatch", "Draft", "Invitation", "OneTimeToken", "QuotaCount", "Response",
           "Reward", "Rule", "Site", "Writing"]
