"""Every change the core makes: one function each, with the right it needs and the audit line it leaves."""

from .people import (
    assign_role,
    create_user,
    deactivate_user,
    first_password_link,
    reactivate_user,
    set_assignments,
    set_language,
    update_user,
)
from .roles import create_role, load_roles, switch_role, update_role
from .units import save_unit, sync_units
from .workspace import publish_workspace

__all__ = [
    "assign_role", "create_role", "create_user", "deactivate_user", "first_password_link", "load_roles",
    "publish_workspace", "reactivate_user", "save_unit", "set_assignments", "set_language", "switch_role",
    "sync_units", "update_role", "update_user",
]
