"""Writing causes."""

from .diagrams import Content, add_node, change_node, remove_node, stop_here
from .erasing import erase_customer
from .errors import CauseError
from .stated import confirm_cause, state_cause, withdraw_cause
from .taxonomy import load_causes, save_cause

__all__ = ["CauseError", "Content", "add_node", "change_node", "confirm_cause", "erase_customer", "load_causes",
           "remove_node", "save_cause", "state_cause", "stop_here", "withdraw_cause"]
