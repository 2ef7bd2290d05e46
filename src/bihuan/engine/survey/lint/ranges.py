"""Ranges among the choices of an item, whatever words they are written in: 18-25岁, 半年到一年, 不到5次, 3次及以上,
较快（1-3分钟）, 每月3-4次, 2 hours or more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bihuan.engine.characters import simplified

from .rules import is_english

NUMBER = r"(?P<{0}>\d+(?:\.\d+)?|[半一二两三四五六七八九十]+)"
UNIT = r"(?P<{0}>个?半?[^\d\s及或以至到~—–不未内-]{{0,3}})"
LESS, MORE = "不到|不足|少于|低于|小于|未满|不满|<", "超过|多于|大于|高于|>|＞"
BETWEEN = re.compile(f"^{NUMBER.format('low')}{UNIT.format('one')}(?:及?以上)?(?:[-–—~至到]|(?={LESS}))"
                     f"(?P<open>{LESS})?{NUMBER.format('high')}{UNIT.format('other')}(?P<within>及?以[下内])?$")
BELOW = re.compile(f"^(?:(?P<open>{LESS}){NUMBER.format('high')}{UNIT.format('other')}"
                   f"|{NUMBER.format('soft')}{UNIT.format('unit')}(?P<closed>[及或]?)(?:以[下内]|之内|内))$")
ABOVE = re.compile(f"^(?:(?P<open>{MORE}){NUMBER.format('low')}{UNIT.format('other')}"
                   f"|{NUMBER.format('soft')}{UNIT.format('unit')}(?:(?P<closed>[及或])?以上|(?P<more>起|或更多|及更多)))$")
SINGLE = re.compile(f"^{NUMBER.format('low')}{UNIT.format('other')}$")
DIGITS = {"半": 0.5, "两": 2.0, **{sign: float(place) for place, sign in enumerate("一二三四五六七八九", 1)}}
MINUTES = {"秒": 1 / 60, "秒钟": 1 / 60, "分": 1, "分钟": 1, "小时": 60, "个小时": 60, "天": 1440, "日": 1440,
           "周": 10080, "月": 43200, "个月": 43200, "年": 518400}
PERIOD = re.compile("^(?:平均)?(每(?:半年|[天日周月季年])|每?半年(?=[0-9一二两三四五六七八九十])|[周月年]均)|"
                    "[/／每](周|月|年|天|日)$")
INCLUDED = re.compile(r"[（(]不?含[^（()）]*[)）]")
INSIDE = re.compile(r"[（(]([^（()）]*[0-9<>＞][^（()）]*)[)）]")
WORDS = {"seconds?": "秒", "min(?:ute)?s?": "分钟", "hours?|hrs?": "小时", "days?": "天", "weeks?": "周",
         "months?": "个月", "years?(?: old)?": "年", "times?": "次"}
# English told as the Chinese forms below; a number keeps its unit.
SPOKEN = ((r"(?<=\d),(?=\d{3})", ""), (r"(\d+)(\D*?) or (?:less|under|fewer|below|younger)", r"\1\2及以下"),
          (r"(\d+)(\D*?) or (?:more|over|above|older|longer)|(\d+)\+", r"\1\3\2及以上"),
          (r"(?:less|fewer|lower) than |under |below ", "不到"), (r"up to (\d+.*)", r"\1及以下"),
          (r"(?:more|greater|longer) than |over |above ", "超过"), (r"(?<=\d) to (?=\d)| to (?=\d)", "-"))
NARROW = str.maketrans("０１２３４５６７８９～", "0123456789~")
TOUCHING, CLOSED, SOFT = "open", "closed", "soft"


@dataclass(frozen=True)
class Range:
    """From ``low`` to ``high``; an end is closed (part of it), open (not) or soft: 以上 is used for both."""

    text: str
    low: float
    high: float
    low_end: str
    high_end: str
    unit: str
    single: bool = False
    low_unit: str = ""
    period: str = ""


def clash(texts: Sequence[str]) -> tuple[str, str] | None:
    """Return two neighbours that overlap or leave a gap.

    >>> clash(["20岁以下", "20-30岁", "30-40岁", "40岁以上"]), clash(["1次", "2-3次", "5次以上"])
    (('20-30岁', '30-40岁'), ('2-3次', '5次以上'))
    >>> clash(["不到半年", "半年以上不到一年", "一年以上"]), clash(["1-6个月", "1-2年"]), clash(["1周", "2周", "4周"])
    (None, ('1-6个月', '1-2年'), None)
    >>> clash(["10万元以下", "10万元（含）至30万元", "30万元（含）以上"])
    >>> clash(["每月3-4次", "每月4-6次", "半年1-2次"]), clash(["快（1-3分钟）", "一般（3-5分钟）"])
    (('每月3-4次', '每月4-6次'), ('快（1-3分钟）', '一般（3-5分钟）'))
    >>> clash(["18 to 25", "25 to 35", "over 35"]), clash(["10 minutes or less", "10-29 minutes", "30 or more"])
    (('18 to 25', '25 to 35'), ('10 minutes or less', '10-29 minutes'))
    >>> clash(["Under $30,000", "$30,000 to $59,999", "$60,000 or more"])
    """
    found = [one for text in texts if (one := read_range(text)) is not None]
    groups = [[one for one in found if one.period == period] for period in dict.fromkeys(one.period for one in found)]
    return next((met for group in groups if (met := _clash(group)) is not None), None)


def _clash(found: Sequence[Range]) -> tuple[str, str] | None:
    if not any(not one.single for one in found) or sum(one.low > 0 and one.high < 1e18 for one in found) < 1:
        return None
    units = {unit for one in found for unit in (one.unit, one.low_unit) if unit}
    if len(units) > 1 and not units <= set(MINUTES):
        return None
    scaled = len(units) > 1
    ordered = sorted(found, key=lambda one: (_low(one, scaled), _high(one, scaled)))
    return next(((one.text, other.text) for one, other in pairwise(ordered) if _clashes(one, other, scaled)), None)


def read_range(text: str) -> Range | None:
    """Return a choice as a range, None for words that are none; of words with a range in brackets that one."""
    plain = _in_chinese(text) if is_english(text) else simplified(text)
    outside, inside = re.sub(r"[（(][^（()）]*[)）]", "", plain), INSIDE.search(plain)
    return _read(text, inside[1] if inside and not re.search("[0-9０-９]", outside) else outside)


def _in_chinese(text: str) -> str:
    said = text.lower()
    for pattern, form in SPOKEN:
        said = re.sub(pattern, form, said)
    for words, unit in WORDS.items():
        said = re.sub(rf"\s*\b(?:{words})\b|(?<=\d)\s*(?:{words})(?=[及-])", unit, said)
    return said


def _read(text: str, words: str) -> Range | None:
    bare = re.sub(r"\s|[¥￥$£€]|^大?约", "", words).translate(NARROW)
    if period := PERIOD.search(bare):
        read = _read(text, PERIOD.sub("", bare))
        return None if read is None else replace(read, period=(period[1] or period[2]).removeprefix("每"))
    if met := BETWEEN.match(bare):
        # Of 10万(含)至30万 one end is told to belong to it: the other need not.
        told = SOFT if INCLUDED.search(text) else CLOSED
        ends = told, TOUCHING if met["open"] else told
        unit = _unit(met["other"])
        return Range(text, _number(met["low"], met["one"]), _number(met["high"], met["other"]), *ends, unit,
                     low_unit=_unit(met["one"]) if _unit(met["one"]) in MINUTES else unit)
    if met := BELOW.match(bare):
        end = TOUCHING if met["open"] else CLOSED if met["closed"] else SOFT
        unit = met["other"] or met["unit"] or ""
        return Range(text, float("-inf"), _number(met["high"] or met["soft"], unit), CLOSED, end, _unit(unit))
    if met := ABOVE.match(bare):
        end = TOUCHING if met["open"] else CLOSED if met["closed"] or met["more"] else SOFT
        unit = met["other"] or met["unit"] or ""
        return Range(text, _number(met["low"] or met["soft"], unit), float("inf"), end, CLOSED, _unit(unit))
    if met := SINGLE.match(bare):
        value = _number(met["low"], met["other"])
        return Range(text, value, value, CLOSED, CLOSED, _unit(met["other"]), single=True)
    return None


def _number(text: str, unit: str = "") -> float:
    half = 0.5 if "半" in unit else 0.0
    if text[:1].isdigit():
        return float(text) + half
    if "十" in text:
        tens, _, ones = text.partition("十")
        return DIGITS.get(tens, 1.0) * 10 + DIGITS.get(ones, 0.0) + half
    return sum(DIGITS[sign] for sign in text) + half


def _unit(text: str) -> str:
    return text.replace("半", "")


def _low(one: Range, scaled: bool) -> float:
    return one.low * MINUTES.get(one.low_unit or one.unit, 1) if scaled else one.low


def _high(one: Range, scaled: bool) -> float:
    return one.high * MINUTES.get(one.unit, 1) if scaled else one.high


def _clashes(one: Range, other: Range, scaled: bool) -> bool:
    """Whole numbers end one below the next; what is measured may touch; of two units the finer one is a step."""
    step = _low(other, scaled) - _high(one, scaled)
    most = float(min(MINUTES.get(part.unit, 1) for part in (one, other))) if scaled else 1.0
    touching = TOUCHING in (one.high_end, other.low_end)
    soft = SOFT in (one.high_end, other.low_end)
    whole = one.high == int(one.high) and other.low == int(other.low) if abs(step) < float("inf") else False
    fewest = 0.0 if touching or soft or not whole or one.unit != (other.low_unit or other.unit) else 1.0
    return step < fewest or step > (0.0 if touching and not soft and whole else most)
