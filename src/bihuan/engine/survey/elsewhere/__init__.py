"""Answers that were collected elsewhere: which column is which item, and the mapping that brings them into a wave."""

from .columns import propose, roles_of
from .contracts import AT, CUSTOMER, ID, SECONDS, STATUS, WEIGHT, ColumnPlan, Target
from .mapping import mapping_text, offered

__all__ = ["AT", "CUSTOMER", "ID", "SECONDS", "STATUS", "WEIGHT", "ColumnPlan", "Target", "mapping_text", "offered",
           "propose", "roles_of"]
