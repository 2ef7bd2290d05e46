"""The definitions in force: who is new, old or VIP, and which fields make a case a customer's."""

from __future__ import annotations

from typing import Any

from bihuan.core import workspace
from bihuan.engine.home import read_definition

from ..contracts import MATCHING_PART, TYPES_PART, Matching, Rule, Types
from ..models import RuleVersion


def types() -> Types:
    """Return the definition of customer types that is in force, the shipped one where none was set."""
    told = read_definition(workspace.home(), TYPES_PART)
    return types_of(told) if told else Types()


def matching() -> Matching:
    """Return the match rules in force."""
    told = read_definition(workspace.home(), MATCHING_PART)
    return matching_of(told) if told else Matching()


def types_of(told: dict[str, Any]) -> Types:
    return Types(**{**told, "vip_tiers": tuple(told.get("vip_tiers", ()))})


def matching_of(told: dict[str, Any]) -> Matching:
    return Matching(rules=tuple(Rule(**one) for one in told["rules"]), watch=told["watch"], version=told["version"])


def versions(kind: str) -> list[RuleVersion]:
    """Return every version of a definition, the newest first."""
    return list(RuleVersion.objects.filter(kind=kind).select_related("created_by"))


def rule_lines(matching: Matching) -> str:
    """Return match rules as people type them: one a line."""
    return "\n".join(rule_line(rule) for rule in matching.rules)


def rule_line(rule: Rule) -> str:
    source = f"{rule.source}: " if rule.source else ""
    how = "" if rule.how == "exact" else f" ({rule.how})"
    return f"{source}{rule.case_field} = {rule.customer_field}{how}"
