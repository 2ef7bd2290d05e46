"""Reads a goal out of one sentence: 提升电话一次性解决率至90%, 降低投诉重复率20%."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bihuan.engine.indicators.contracts import Passport

CHANNEL_WORDS = (("在线", "online"), ("电话", "phone"), ("热线", "phone"), ("社交媒体", "social"), ("微信", "wechat"),
                 ("邮件", "email"), ("柜面", "counter"))
DOWN = re.compile(r"降低|减少|缩短|压缩|下降|降至|降到|控制")
UP = re.compile(r"提升|提高|增加|上升|升至|达到|增至")
AMOUNT = re.compile(r"(?P<to>至|到|为|在|达)?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|％|秒|分钟|分|小时|天)?"
                    r"(?P<within>以内|以下|以上)?")
SECONDS = {"秒": 1, "分钟": 60, "分": 60, "小时": 3600, "天": 86400}


@dataclass(frozen=True)
class Read:
    """What of a goal a sentence says; what it does not say is None. Shares are between 0 and 1, times in seconds."""

    indicator: str | None = None
    channel: str | None = None
    aim: str | None = None
    amount: float | None = None
    lacking: tuple[str, ...] = field(default=())


def read_sentence(text: str, passports: Mapping[str, Passport]) -> Read:
    """Return indicator, channel and target of a sentence; ``lacking`` names what it does not say.

    “至90%” is an absolute target; “20%” after 降低 or 提升 is a relative change.
    """
    indicator, name = _indicator(text, passports)
    rest = text.replace(name, " ") if name else text
    channel = next((code for word, code in CHANNEL_WORDS if word in rest), None)
    aim, amount = _amount(rest, passports[indicator] if indicator else None)
    lacking = [part for part, found in (("indicator", indicator), ("amount", amount)) if found is None]
    return Read(indicator, channel, aim, amount, tuple(lacking))


def _indicator(text: str, passports: Mapping[str, Passport]) -> tuple[str | None, str]:
    """The indicator whose longest name stands in the text, and that name."""
    found: tuple[str | None, str] = (None, "")
    folded = text.lower()
    for passport in passports.values():
        titles = [passport.title.get("zh", ""), *passport.aliases]
        for name in {part for title in titles for part in (title, re.sub(r"（.*?）", "", title)) if len(part) > 1}:
            if name.lower() in folded and len(name) > len(found[1]):
                start = folded.index(name.lower())
                found = (passport.name, text[start:start + len(name)])
    return found


def _amount(text: str, passport: Passport | None) -> tuple[str | None, float | None]:
    matches = list(AMOUNT.finditer(text))
    if not matches:
        return None, None
    last = matches[-1]
    number, unit = float(last["number"]), (last["unit"] or "").replace("％", "%")
    absolute = bool(last["to"] or last["within"])
    if unit in SECONDS:
        return "absolute", number * SECONDS[unit]
    if unit == "%" and not absolute:
        return "relative", (-number if _falls(text, passport) else number) / 100
    share = unit == "%" or (passport is not None and passport.unit == "%")
    return "absolute", number / 100 if share else number


def _falls(text: str, passport: Passport | None) -> bool:
    if DOWN.search(text):
        return True
    return not UP.search(text) and passport is not None and passport.direction == "down"
