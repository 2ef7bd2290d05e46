"""Which clock a case runs on: its calendar, its promises, and the causes that stop each of its two clocks.

A policy is a list of rules. Every setting is taken from the first rule that matches the case and states it, so that
a rule on priority need not repeat what a rule on channels says. None as a promise means that none was given.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.home import Home, publish, read_definition

PRESET = Path(__file__).parent / "presets" / "policy.toml"
DIMENSIONS = ("channel", "kind", "unit", "tier", "priority", "topic", "product")
# Of these a workspace may have thousands of values: they are looked at only where some rule asks for them.
MANY = ("topic", "product")
CAUSES = ("customer", "third_party", "test")
STARTS = ("opened", "handover")


@dataclass(frozen=True)
class Terms:
    """What applies to one case, and (``rules``) the name of the rule each setting came from."""

    calendar: str = "always"
    first_response_target_s: int | None = None
    resolution_target_s: int | None = None
    first_response_from: str = "opened"          # opened | handover: after a bot, from the hand-over to people
    first_response_pauses: tuple[str, ...] = ()
    resolution_pauses: tuple[str, ...] = ()
    replied_pauses_resolution: bool = False      # an agent's reply waits for the customer until they write again
    rules: tuple[tuple[str, str], ...] = ()

    def rule_of(self, setting: str) -> str:
        return dict(self.rules).get(setting, "")


SETTINGS = tuple(field.name for field in fields(Terms) if field.name != "rules")


@dataclass(frozen=True)
class Rule:
    """One line of the policy: the values it asks for per dimension, folded to lower case, and what it states."""

    name: str
    when: tuple[tuple[str, frozenset[str]], ...]
    states: tuple[tuple[str, Any], ...]
    title_zh: str = ""
    title_en: str = ""

    def matches(self, case: Mapping[str, str | None]) -> bool:
        return all((case.get(dimension) or "").strip().lower() in values for dimension, values in self.when)


@dataclass(frozen=True)
class Policy:
    """The rules in order."""

    rules: tuple[Rule, ...]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What of a case its terms may depend on."""
        asked = {dimension for rule in self.rules for dimension, _ in rule.when}
        return tuple(name for name in DIMENSIONS if name not in MANY or name in asked)

    def terms(self, case: Mapping[str, str | None]) -> Terms:
        """Return the terms of a case given its channel, kind, unit, tier, priority, topic and product.

        >>> shipped_policy().terms({"channel": "phone", "kind": "contact"}).first_response_target_s
        60
        """
        found: dict[str, Any] = {}
        source: dict[str, str] = {}
        for rule in self.rules:
            if rule.matches(case):
                for setting, value in rule.states:
                    if setting not in found:
                        found[setting], source[setting] = value, rule.name
        return Terms(**found, rules=tuple(sorted(source.items())))

    def assign(self, cases: Sequence[Mapping[str, str | None]]) -> tuple[list[Terms], list[int]]:
        """Return the distinct terms and, per case, the index of its own: meant for distinct combinations of values."""
        index: dict[Terms, int] = {}
        return_index = [index.setdefault(self.terms(case), len(index)) for case in cases]
        return list(index), return_index

    def title(self, rule: str, lang: str = "zh") -> str:
        """Return a rule's words for people, its name when it has none."""
        for item in self.rules:
            if item.name == rule:
                return (item.title_en if lang.startswith("en") else item.title_zh) or rule
        return rule


def load_policy(home: Home) -> Policy:
    """Return the policy in force: the published part ``clock_policy``, else the shipped one."""
    published = read_definition(home, "clock_policy")
    return parse_policy(published) if published else shipped_policy()


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    return parse_policy(raw_shipped_policy())


def raw_shipped_policy() -> dict[str, Any]:
    """Return the shipped policy as a mapping, for the settings page to start from."""
    return tomllib.loads(PRESET.read_text(encoding="utf-8"))


def publish_policy(home: Home, policy: dict[str, Any]) -> None:
    """Publish the workspace's policy (the form of ``presets/policy.toml``); ClockError when it cannot be used."""
    parsed = parse_policy(policy)
    known = load_calendars(home)
    for rule in parsed.rules:
        calendar = dict(rule.states).get("calendar")
        if calendar is not None and calendar not in known:
            raise _unreadable(rule.name, f"日历“{calendar}”不存在，可用：{'、'.join(known)}",
                              f'there is no calendar "{calendar}"; there are: {", ".join(known)}')
    publish(home, clock_policy=policy)


def parse_policy(raw: dict[str, Any]) -> Policy:
    """Return the policy of a mapping with a list ``rule``; ClockError ``policy_unreadable`` names the rule."""
    rules = tuple(_parse_rule(item, number) for number, item in enumerate(raw.get("rule", ()), start=1))
    if not rules:
        raise _unreadable("-", "没有任何规则", "it has no rules")
    return Policy(rules)


def _parse_rule(raw: dict[str, Any], number: int) -> Rule:
    name = str(raw.get("name") or number)
    unknown = set(raw) - {"name", "title", "when", *SETTINGS}
    when = raw.get("when") or {}
    if unknown or set(when) - set(DIMENSIONS):
        words = ", ".join(sorted(unknown | (set(when) - set(DIMENSIONS))))
        raise _unreadable(name, f"不认识：{words}", f"not known: {words}")
    title = raw.get("title") or {}
    return Rule(
        name=name, title_zh=title.get("zh", ""), title_en=title.get("en", ""),
        when=tuple((dimension, frozenset(str(value).strip().lower() for value in values))
                   for dimension, values in when.items()),
        states=tuple((setting, _checked(setting, raw[setting], name)) for setting in SETTINGS if setting in raw),
    )


def _checked(setting: str, value: Any, rule: str) -> Any:
    """Return a setting's value in the type that ``Terms`` holds."""
    if setting.endswith("_pauses"):
        if set(value) - set(CAUSES):
            words = "、".join(CAUSES)
            raise _unreadable(rule, f"{setting} 只能包含 {words}", f"{setting} may only hold {words}")
        return tuple(value)
    if setting.endswith("_target_s"):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value <= 0):
            raise _unreadable(rule, f"{setting} 须为正整数秒", f"{setting} must be a positive whole number of seconds")
        return value
    if setting == "replied_pauses_resolution" and not isinstance(value, bool):
        raise _unreadable(rule, f"{setting} 须为 true 或 false", f"{setting} must be true or false")
    if setting == "first_response_from" and value not in STARTS:
        raise _unreadable(rule, f"{setting} 只能是 opened 或 handover", f"{setting} must be opened or handover")
    return value


def _unreadable(rule: str, zh: str, en: str) -> ClockError:
    return ClockError("policy_unreadable", rule=rule, zh=f"计时规则“{rule}”：{zh}。", en=f'Clock rule "{rule}": {en}.')
