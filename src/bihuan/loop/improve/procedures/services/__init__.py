"""Writing procedures and rules of escalation."""

from .errors import ProcedureError
from .procedures import approve, begin_version, create_procedure, refuse, submit, write
from .rules import save_rule

__all__ = ["ProcedureError", "approve", "begin_version", "create_procedure", "refuse", "save_rule", "submit", "write"]
