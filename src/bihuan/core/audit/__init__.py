"""The audit chain: ``record`` one act, ``record_bulk`` many at once, ``verify`` the whole."""

from .chain import head_line, record, record_bulk
from .digest import Plain, plain
from .verify import Fault, Verification, verify

__all__ = ["Fault", "Plain", "Verification", "head_line", "plain", "record", "record_bulk", "verify"]
