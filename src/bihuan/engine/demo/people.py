"""Agents with their teams and leanings, and the customers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .hours import DAY, Hours
from .setting import Company, Scale

SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN_FIRST = "雨思欣浩子梓宇晨嘉若语佳文俊明志海晓小玉春秋立成国建安乐书一诗景奕芷婉静丽艳慧敏"
GIVEN_LAST = "涵琪怡轩豪航婷宁然悦萱妍彤杰涛磊鹏辉强伟娜燕芳霞兰梅菲瑶琳玲丹凡岚泽"
TIERS = ("新客户", "老客户", "VIP")
MOVED, LEFT, HIRED = "A1103", "V1101", "V1103"     # one changes team, one leaves, one is hired half-way


@dataclass(slots=True)
class Agent:
    """A person at work. ``skill`` shifts the log-odds of solving, ``pace`` multiplies time, ``warmth`` moods."""

    id: str
    name: str
    unit: str
    skill: float
    pace: float
    warmth: float
    hired: float
    left: float | None = None
    stays: list[tuple[str, float | None, float | None]] = field(default_factory=list)   # (unit, from, to)

    def unit_at(self, t: float) -> str:
        """Return the team the agent belongs to at ``t``."""
        for unit, start, stop in self.stays:
            if (start is None or t >= start) and (stop is None or t < stop):
                return unit
        return self.unit


@dataclass(frozen=True)
class Customers:
    """Columns of the customer table: all arrays have one entry a customer, in region order."""

    ids: list[str]
    names: list[str]
    phones: list[str]
    region: np.ndarray
    since: np.ndarray                  # seconds, negative before the period
    loyal_from: np.ndarray             # when 新客户 becomes 老客户
    vip_from: np.ndarray               # when VIP, infinity for most
    bounds: np.ndarray                 # customers of region r are bounds[r] .. bounds[r + 1] - 1

    def tier(self, who: int, t: float) -> str:
        """Return the tier of a customer at the time ``t``."""
        if t >= self.vip_from[who]:
            return TIERS[2]
        return TIERS[1] if t >= self.loyal_from[who] else TIERS[0]


def person_name(rng: np.random.Generator) -> str:
    """Return an invented Chinese name of two or three characters."""
    last = GIVEN_LAST[rng.integers(len(GIVEN_LAST))]
    first = GIVEN_FIRST[rng.integers(len(GIVEN_FIRST))] if rng.random() < 0.75 else ""
    return SURNAMES[rng.integers(len(SURNAMES))] + first + last


def phone_number(rng: np.random.Generator) -> str:
    """Return an invented mobile number."""
    return f"1{rng.choice(['39', '58', '66', '77', '86', '98'])}{rng.integers(10**8):08d}"


def make_agents(rng: np.random.Generator, company: Company, hours: Hours) -> dict[str, Agent]:
    """Return {id: agent}; ids begin with the unit's letter and number (``A1102`` is the second of T11)."""
    agents: dict[str, Agent] = {}
    for unit in company.units:
        letter = {"team": "A", "department": "D"}.get(unit.kind, "A") if unit.id[0] != "V" else "V"
        for number in range(1, unit.agents + 1):
            agent = Agent(
                id=f"{letter}{unit.id[1:]}{number:02d}", name=person_name(rng), unit=unit.id,
                skill=float(rng.normal(0, 0.10)), pace=float(np.exp(rng.normal(0, 0.07))),
                warmth=float(rng.normal(0, 0.12)), hired=-float(rng.integers(60, 1500)) * DAY,
            )
            agent.stays = [(unit.id, None, None)]
            agents[agent.id] = agent
    _change_staff(agents, hours)
    return agents


def _change_staff(agents: dict[str, Agent], hours: Hours) -> None:
    change = int(hours.days * 0.5) * DAY
    agents[MOVED].stays = [("T11", None, change), ("T12", change, None)]
    agents[LEFT].left = float(change)
    agents[LEFT].stays = [("V11", None, change)]
    agents[HIRED].hired = float(change)
    agents[HIRED].stays = [("V11", change, None)]


def make_customers(rng: np.random.Generator, company: Company, scale: Scale) -> Customers:
    """Return the customer table; tiers follow from how long and how much they have bought."""
    count = scale.customers
    region = np.sort(rng.choice(len(company.regions), size=count, p=company.region_share))
    span = scale.days * DAY
    since = rng.uniform(-1200 * DAY, span * 0.9, size=count)
    vip = rng.random(count) < 0.09
    loyal_from = since + 200 * DAY
    return Customers(
        ids=[f"K{100000 + i}" for i in range(count)],
        names=[person_name(rng) for _ in range(count)],
        phones=[phone_number(rng) for _ in range(count)],
        region=region, since=since, loyal_from=loyal_from,
        vip_from=np.where(vip, loyal_from + rng.uniform(30, 400, size=count) * DAY, np.inf),
        bounds=np.searchsorted(region, np.arange(len(company.regions) + 1)),
    )
