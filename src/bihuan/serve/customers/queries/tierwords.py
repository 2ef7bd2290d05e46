"""Tiers as people type them, one a line: 金卡: cases(365) >= 10, complaints = 0."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.facts.privacy import load_rules, mask_text

from ..contracts import NUMBERS, TEXTS, Condition, Tier
from ..errors import Refused

LINE = re.compile(r"^(?P<name>[^:：]{1,40})[:：](?P<conditions>.*)$")
CONDITION = re.compile(r"^(?P<field>[^\s<>=()]+)(?:\((?P<window>\d{1,4})\))?\s*(?P<op>>=|<=|=|>|<)\s*(?P<value>.+)$")
WINDOWED = ("cases", "complaints")
ANYBODY = "*"
# What an own field of the customer file is called that tells who somebody is: a rule on it would find one person.
PERSONAL = re.compile(
    r"name|phone|mobile|tel|mail|address|wechat|qq|id_?(card|number|no)|passport|plate|birth|card"
    r"|姓名|名字|称呼|联系人|电话|手机|邮箱|邮件|地址|住址|微信|身份证|证件|护照|车牌|生日|出生|卡号|账号", re.I)
UNREADABLE = re.compile(r'[\\"*\[\]]')


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


def entered_tiers(text: str) -> tuple[Tier, ...]:
    """Return the tiers that somebody enters; refused too where a condition would find a person, not a group."""
    tiers, rules = read_tiers(text), load_rules(workspace.home())
    for one in (condition for tier in tiers for condition in tier.conditions):
        if not one.field.startswith("attributes."):
            continue
        if UNREADABLE.search(one.field):
            raise Refused("field_unread", name=one.field)
        if PERSONAL.search(one.field.partition(".")[2]) or (
                one.op == "=" and mask_text(one.value, rules) != one.value):
            raise Refused("field_personal", name=one.field)
    return tiers


def _condition(text: str, line: int) -> Condition:
    found = CONDITION.match(text)
    if found is None:
        raise Refused("tiers_unread", line=line, text=text[:60])
    field, window, value = found["field"], int(found["window"] or 0), found["value"].strip()
    own = re.fullmatch(r"attributes\..+", field)
    if not own and field not in (*NUMBERS, *TEXTS):
        raise Refused("field_unknown", line=line, name=field, known=_("、").join((*NUMBERS, *TEXTS)))
    numeric = field in NUMBERS or (own and found["op"] != "=")
    if (window and field not in WINDOWED) or (field in TEXTS and found["op"] != "=") or (
            numeric and not re.fullmatch(r"-?\d+(\.\d+)?", value)):
        raise Refused("tiers_unread", line=line, text=text[:60])
    return Condition(field, found["op"], value, window)
