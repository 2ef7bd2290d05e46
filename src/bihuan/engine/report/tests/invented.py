"""An invented report for the tests of writers: every kind of item once, built by the room's own parts."""

from __future__ import annotations

from bihuan.engine.indicators.contracts import Band, Observation, Passport, Point, Result
from bihuan.engine.report.changes import compare
from bihuan.engine.report.contracts import Evidence, EvidenceRow, Item, Relation, Report
from bihuan.engine.report.definitions import passport_notes
from bihuan.engine.report.narrative import Findings, draft_chapters
from bihuan.engine.report.numbers import Numbers
from bihuan.engine.report.words import words_for

RATES = tuple(Band(score, limit, "least") for score, limit in ((2, 0.6), (3, 0.7), (4, 0.8), (5, 0.9)))
TIMES = tuple(Band(score, limit, "most") for score, limit in ((2, 180.0), (3, 120.0), (4, 60.0), (5, 30.0)))
NAMES = {"t1": "华东一组", "t2": "华南二组"}
EVIL = '=HYPERLINK("http://example.com","点我")'


def passport(name, zh, en, *, unit="%", direction="up", aggregation="rate", bands=RATES, **more):
    sentence = {"zh": f"{zh}的定义。", "en": f"Definition of {en}."}
    return Passport(name, {"zh": zh, "en": en}, sentence, "case", "opened", aggregation, unit=unit, direction=direction,
                    bands=bands, definition_hash="0123456789abcdef", **more)


PASSPORTS = {one.name: one for one in (
    passport("fcr", "一次性解决率（FCR）", "First contact resolution (FCR)", window=7 * 86400),
    passport("pickup", "电话接通时长", "Phone pick-up time", unit="s", direction="down", aggregation="mean",
             bands=TIMES),
    passport("closure_rate", "问题跟进闭环率", "Closure rate"),
    passport("csat_mean", "满意度均值", "Mean satisfaction", unit="score", aggregation="mean", bands=(), target=4.5),
    passport("overtime_rate", "超时率", "Overtime rate", direction="down", bands=()),
)}


def result(name, value, low, high, n, **more):
    return Result(name, "1", more.pop("period", "2024-03"), more.pop("group", {}), value, n, low, high,
                  unit=PASSPORTS[name].unit, as_of="2024-04-10T00:00:00Z", **more)


def trend(name, values, half):
    months = ("2023-10", "2023-11", "2023-12", "2024-01", "2024-02", "2024-03")
    middle = sum(values) / len(values)
    return tuple(
        Point(result(name, value, value - half, value + half, 300, period=month), middle, middle - 3 * half,
              middle + 3 * half, abs(value - middle) > 3 * half) for month, value in zip(months, values))


def items():
    fcr = result("fcr", 0.585, 0.55, 0.62, 800, numerator=468.0, band=1, band_certain=False, bands_possible=(1, 2),
                 target=0.85, target_met=False, immature=23, provisional=True)
    before = result("fcr", 0.66, 0.627, 0.692, 790, period="2024-02", band=2)
    pickup = result("pickup", 75.4, 70.0, 81.0, 900, band=3, band_certain=True, bands_possible=(3,))
    closure = result("closure_rate", 0.97, 0.95, 0.985, 500, band=5, band_certain=True, bands_possible=(5,),
                     numerator=485.0)
    evidence = Evidence("missed", 332, tuple(
        EvidenceRow(EVIL if place == 0 else f"desk:INC{place:04d}", f"2024-03-{place + 1:02d} 10:20", "t1", "phone")
        for place in range(20)))
    slow = Evidence("slowest", 900, (EvidenceRow("phone:C9", "2024-03-30 20:01", "t2", "phone", 412.0),))
    return (
        Item("i1", "", fcr, before, compare(fcr, before, "up"),
             trend("fcr", [0.66, 0.65, 0.67, 0.66, 0.585, 0.58], 0.02), evidence),
        Item("i2", "", pickup, result("pickup", 82.0, 76.0, 88.0, 880, period="2024-02", band=3), None,
             trend("pickup", [80.0, 82.0, 79.0, 85.0, 81.0, 75.4], 4.0), slow),
        Item("i3", "", closure, result("closure_rate", 0.93, 0.90, 0.95, 510, period="2024-02", band=4),
             compare(closure, result("closure_rate", 0.93, 0.90, 0.95, 510), "up")),
        Item("i4", "", result("csat_mean", 4.31, 4.2, 4.42, 240, target=4.5, target_met=False)),
        Item("i5", "", result("overtime_rate", None, None, None, 3, suppressed=True)),
    )


def observations():
    return [
        Observation("fcr", "team", "t1", 0.51, 0.66, -0.15, -0.21, -0.09, 0.0004, 410, 390, False, -0.14,
                    ("channel", "topic")),
        Observation("pickup", "channel", "phone", 60.0, 80.0, -20.0, -28.0, -12.0, 0.01, 300, 600, True),
        Observation("fcr", "tier", "VIP", 0.5, 0.66, -0.16, -0.3, -0.02, 0.04, 60, 740, False, explained_by_mix=True),
    ]


def breakdown():
    return (
        result("fcr", 0.51, 0.46, 0.56, 410, group={"team": "t1"}, band=1, band_certain=True, bands_possible=(1,)),
        result("fcr", 0.66, 0.61, 0.71, 390, group={"team": "t2"}, band=2, band_certain=False, bands_possible=(2, 3)),
        result("pickup", 90.0, 80.0, 100.0, 400, group={"team": "t1"}, band=3, band_certain=True, bands_possible=(3,)),
        result("pickup", 61.0, 55.0, 67.0, 500, group={"team": "t2"}, band=3, band_certain=False,
               bands_possible=(3, 4)),
    )


RELATIONS = (
    Relation("all", None, 150, 90, 4.6, 3.82, 0.71, 0.52, 0.90),
    Relation("channel", "phone", 100, 60, 4.62, 3.9, 0.72, 0.5, 0.94),
    Relation("topic", "物流", 50, 30, 4.5, 3.7, 0.8, 0.4, 1.2),
)


def report(lang="zh-hans"):
    """Return the invented report in a language."""
    words, numbers = words_for(lang), None
    numbers = Numbers(words)
    titled = tuple(Item(**{**vars(one), "title": words.of(PASSPORTS[one.result.indicator].title)}) for one in items())
    findings = Findings(titled, observations(), PASSPORTS, NAMES, "2024-02")
    return Report(
        title=words.say("服务质量评价报告"), lang=words.lang, period="2024-03", previous_period="2024-02",
        scope=words.say("全部"), as_of="2024-04-10 08:00", start="2024-03-01", end="2024-03-31", items=titled,
        missing=("NPS",), by="team", breakdown=breakdown(), names=NAMES,
        chapters=draft_chapters(findings, words, numbers), numbers=numbers.known, relations=RELATIONS,
        passports=passport_notes(titled, PASSPORTS, words),
    )
