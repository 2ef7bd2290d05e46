"""The tables of the core: people and their rights, the audit chain, background jobs."""

from .audit import AuditEntry, AuditHead
from .jobs import Job, Schedule
from .people import Role, RoleAssignment, Unit, User

__all__ = ["AuditEntry", "AuditHead", "Job", "Role", "RoleAssignment", "Schedule", "Unit", "User"]
