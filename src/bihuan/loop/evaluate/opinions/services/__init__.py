"""Writing: findings proposed, themes corrected, reports, shared pages and forms."""

from .findings import propose_finding, withdraw_finding

__all__ = ["propose_finding", "withdraw_finding"]
