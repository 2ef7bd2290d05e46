"""What counts as personal data in a workspace: kinds switched on, and patterns of its own that cannot be made slow."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import re2

from bihuan.engine.home import Home, current_definitions, publish, read_definition

from .errors import PrivacyError

# Kind -> (Chinese, English) word of its placeholder, in the order in which overlapping finds are decided.
KINDS: dict[str, tuple[str, str]] = {
    "email": ("邮箱", "e-mail"),
    "id_card": ("身份证号", "identity card"),
    "bank_card": ("银行卡号", "bank card"),
    "mobile": ("手机号", "mobile"),
    "landline": ("电话号码", "telephone"),
    "plate": ("车牌号", "plate"),
    "wechat": ("微信号", "WeChat"),
    "qq": ("QQ号", "QQ"),
    "address": ("地址", "address"),
    "order": ("单号", "number"),
    "name": ("姓名", "name"),
}
OWN = "own"
LONGEST_PATTERN, MOST_PATTERNS = 200, 50
PART = "masking"


@dataclass(frozen=True)
class OwnPattern:
    """A workspace's pattern, such as of its order numbers. ``label`` stands in the placeholder.

    RE2 runs in time linear in the text whatever the pattern; it knows neither look-around nor back-references. With a
    group in the pattern only the group is masked, so that words around it can say what it is.
    """

    label: str
    pattern: str


@dataclass(frozen=True)
class Rules:
    """What is looked for. ``kinds`` are keys of KINDS; ``never`` are texts that are never masked (own hotlines)."""

    kinds: frozenset[str] = frozenset(KINDS)
    own: tuple[OwnPattern, ...] = ()
    never: frozenset[str] = frozenset()
    on_import: bool = False
    labels: dict[str, str] = field(default_factory=dict, compare=False)

    @cached_property
    def compiled(self) -> tuple[tuple[OwnPattern, Any], ...]:
        return tuple((own, compile_own(own)) for own in self.own)


DEFAULT = Rules()


def compile_own(own: OwnPattern) -> Any:
    """Return the pattern ready to search; PrivacyError ``bad_pattern`` says what is wrong with it."""
    if not own.pattern or len(own.pattern) > LONGEST_PATTERN:
        raise PrivacyError("bad_pattern", pattern=own.pattern[:40], problem=f"1–{LONGEST_PATTERN}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        found = re2.compile(own.pattern, options)
    except re2.error as error:
        problem = error.args[0] if error.args else "?"
        text = problem.decode() if isinstance(problem, bytes) else str(problem)
        raise PrivacyError("bad_pattern", pattern=own.pattern, problem=text) from None
    if found.search("") or found.groups > 1:
        raise PrivacyError("pattern_too_wide", pattern=own.pattern)
    return found


def rules_from(raw: dict[str, Any]) -> Rules:
    """Return checked rules from their published form: {"kinds", "own": [{"label", "pattern"}], "never", "on_import"}."""
    unknown = set(raw.get("kinds", ())) - set(KINDS)
    if unknown:
        raise PrivacyError("unknown_kind", kinds=", ".join(sorted(unknown)), known=", ".join(KINDS))
    own = tuple(OwnPattern(str(each["label"]), str(each["pattern"])) for each in raw.get("own", ()))
    if len(own) > MOST_PATTERNS:
        raise PrivacyError("too_many_patterns", most=MOST_PATTERNS)
    rules = Rules(frozenset(raw.get("kinds", KINDS)), own, frozenset(raw.get("never", ())),
                  bool(raw.get("on_import", False)))
    rules.compiled  # noqa: B018 a pattern that does not compile is refused here, not while masking
    return rules


def rules_to(rules: Rules) -> dict[str, Any]:
    """Return the published form of rules."""
    return {"kinds": sorted(rules.kinds), "never": sorted(rules.never), "on_import": rules.on_import,
            "own": [{"label": own.label, "pattern": own.pattern} for own in rules.own]}


def load_rules(home: Home) -> Rules:
    """Return the workspace's rules, the shipped ones while nothing was published."""
    return _kept(str(home.path), current_definitions(home).get(PART, ""))


def publish_rules(home: Home, rules: Rules) -> None:
    """Put rules in force for page, command and import alike."""
    publish(home, **{PART: rules_to(rules)})


@lru_cache(maxsize=8)
def _kept(path: str, file: str) -> Rules:
    from pathlib import Path

    return rules_from(read_definition(Home(Path(path)), PART) or {}) if file else DEFAULT
