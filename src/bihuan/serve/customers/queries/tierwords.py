"""Tiers as people type them, one a line: 金卡: cases(365) >= 10, complaints = 0."""

from __future__ import annotations

import re

from ..contracts import NUMBERS, TEXTS, Condition, Tier
from ..errors import Refused

LINE = re.compile(r"^(?P<name>[^:：]{1,40})[:：](?P<conditions>.*)$")
CONDITION = re.compile(r"^(?P<field>[^\s<>=()]+)(?:\((?P<window>\d{1,4})\))?\s*(?P<op>>=|<=|=|>|<)\s*(?P<value>.+)$")
WINDOWED = ("cases", "complaints")
ANYBODY = "*"


def read_tiers(text: str) -> tuple[Tier, ...]:
    """Return the tiers of a text; refused with the number of the line that says nothing.

    >>> read_tiers("金卡: cases(365) >= 10")[0].conditions
    (Condition(field='cases', op='>=', value='10', window=365),)
    """
    tiers = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.match(line.strip())
        if found is None:
            raise Refused("tiers_unread", line=number, text=line.strip()[:60])
        parts = [part.strip() for part in re.split(r"[,，、]", found["conditions"]) if part.strip()]
        if not parts:
            raise Refused("tiers_unread", line=number, text=line.strip()[:60])
        conditions = () if parts == [ANYBODY] else tuple(_condition(part, number) for part in parts)
        tiers.append(Tier(found["name"].strip(), conditions))
    return tuple(tiers)


def _condition(text: str, line: int) -> Condition:
    found = CONDITION.match(text)
    if found is None:
        raise Refused("tiers_unread", line=line, text=text[:60])
    field, window, value = found["field"], int(found["window"] or 0), found["value"].strip()
    own = re.fullmatch(r"attributes\..+", field)
    if not own and field not in (*NUMBERS, *TEXTS):
        raise Refused("field_unknown", line=line, name=field, known="、".join((*NUMBERS, *TEXTS)))
    numeric = field in NUMBERS or (own and found["op"] != "=")
    if (window and field not in WINDOWED) or (field in TEXTS and found["op"] != "=") or (
            numeric and not re.fullmatch(r"-?\d+(\.\d+)?", value)):
        raise Refused("tiers_unread", line=line, text=text[:60])
    return Condition(field, found["op"], value, window)
