"""What complaints were put down to, by two reviewers each, and what customers were given beyond their due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .hours import HOUR
from .records import Ticket
from .sheet import Sheet
from .world import World

Closed = tuple[Ticket, float]                       # a complaint and when it was closed

SYSTEM = "投诉系统"
FEE, APPROVALS, PRICE, TERM = "七天无理由退货运费自理", "退换货两级审批", "价保期限 7 天", "维修时限 7 天"
# Topic -> (kind, clause, share): what a complaint about it mostly comes from; the rest is put down to the service.
MOSTLY: dict[str, tuple[str, str, float]] = {
    "退货运费": ("制度", FEE, 0.8), "退换货": ("制度", APPROVALS, 0.6), "价格保护": ("制度", PRICE, 0.7),
    "维修进度": ("制度", TERM, 0.4), "产品故障": ("产品", "", 0.8), "使用咨询": ("客户", "", 0.3)}
REVIEWERS = ("评议员甲", "评议员乙")
GIVEN = 0.3                                        # share of settled complaints that get something
# Clause of the compensation rules -> (usual amount, topics it is used for).
CLAUSES: dict[str, tuple[float, tuple[str, ...]]] = {
    "3.1": (35.0, ("物流配送", "安装预约", "维修进度")), "3.2": (120.0, ("产品故障", "退换货")),
    "3.3": (18.0, ("退货运费",))}


def settling_sheets(world: World, rng: np.random.Generator) -> list[Sheet]:
    """Return the attributions and the concessions of complaints that are settled."""
    settled = [(one, one.closed) for one in world.records.complaints
               if one.closed is not None and one.closed < world.hours.end]
    return [
        Sheet("投诉定责.csv", "attributions", "attributions", "utf8",
              ["编号", "来源系统", "记录编号", "责任", "份额", "条款", "评议人", "轮次", "时间"],
              _attributions(world, settled, rng)),
        Sheet("补偿让步.csv", "concessions", "concessions", "gb",
              ["编号", "来源系统", "记录编号", "工号", "金额", "币种", "条款", "批准人", "时间"],
              _concessions(world, settled, rng)),
    ]


def _topic(world: World, ticket: Ticket) -> str:
    return world.company.topics[ticket.contact.topic].name


def _attributions(world: World, settled: list[Closed], rng: np.random.Generator) -> Iterator[list[Any]]:
    """Each reviewer judges alone: the shares of one complaint sum to 1 for either."""
    for ticket, closed in settled:
        kind, clause, usual = MOSTLY.get(_topic(world, ticket), ("服务", "", 1.0))
        for place, reviewer in enumerate(REVIEWERS):
            share = 1.0 if usual == 1.0 else round(float(np.clip(usual + rng.choice((-0.2, 0.0, 0.0, 0.2)), 0, 1)), 1)
            at = world.hours.stamp(min(closed + (24 + 6 * place) * HOUR, world.hours.end - 1))
            parts = [(kind, clause, share), ("服务", "", round(1 - share, 1))]
            for number, (who, on, part) in enumerate(parts):
                if part > 0:
                    yield [f"DZ-{ticket.id}-{place}{number}", SYSTEM, ticket.id, who, part, on or None, reviewer, 1, at]


def _concessions(world: World, settled: list[Closed], rng: np.random.Generator) -> Iterator[list[Any]]:
    for ticket, closed in settled:
        chance, spread, signed, free = rng.random(4)
        clause = next((name for name, (_usual, topics) in CLAUSES.items() if _topic(world, ticket) in topics), None)
        if chance > GIVEN:
            continue
        usual = CLAUSES[clause][0] if clause else 50.0
        amount = round(usual * (0.5 + spread * 1.4) / 5) * 5
        agreed = f"{ticket.agent[:3]}01" if signed < 0.8 and f"{ticket.agent[:3]}01" != ticket.agent else None
        yield [f"BC-{ticket.id}", SYSTEM, ticket.id, ticket.agent, max(5, amount), "CNY",
               None if free < 0.05 else clause, agreed, world.hours.stamp(closed)]
