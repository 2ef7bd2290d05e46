"""Pages of goals and of channels."""

from .channels import channel_edit, channel_list
from .cycles import of_cycle
from .goals import goal, goal_edit, goal_list, goal_new, goal_preview, goal_withdraw
from .scopes import scope_preview

__all__ = ["channel_edit", "channel_list", "goal", "goal_edit", "goal_list", "goal_new", "goal_preview",
           "goal_withdraw", "of_cycle", "scope_preview"]
