"""Writing of the plan: scopes, goals, channels."""

from .channels import change_channel
from .errors import PlanError
from .goals import revise_goal, set_goal, withdraw_goal
from .scopes import change_scope, create_scope, retire_scope

__all__ = ["PlanError", "change_channel", "change_scope", "create_scope", "retire_scope", "revise_goal", "set_goal",
           "withdraw_goal"]
