"""Derived facts: what the source rows say about each case, computed once per batch and kept in step."""

from bihuan.engine.facts.derive.compute import load_clock, prepare
from bihuan.engine.facts.derive.ledger import CaseLedger, case_ledger
from bihuan.engine.facts.derive.state import is_outdated
from bihuan.engine.facts.derive.upkeep import Refreshed, refresh

__all__ = ["CaseLedger", "Refreshed", "case_ledger", "is_outdated", "load_clock", "prepare", "refresh"]
