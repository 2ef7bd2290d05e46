"""Writing findings."""

from .errors import FindingError
from .rounds import act_on, reopen, settle

__all__ = ["FindingError", "act_on", "reopen", "settle"]
