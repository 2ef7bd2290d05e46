"""The exports of the personnel, customer and sales systems."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .arrivals import SUMMER, SUMMER_ORDERS
from .hours import DAY
from .sheet import Sheet
from .world import World

ROLES = {"phone": "热线坐席", "chat": "在线坐席", "ticket": "工单专员", "complaint": "投诉专员", "callback": "回访专员",
         "department": "责任部门接口人"}
TECHNICAL = ("T14", "D03")
SKILLS = ("产品故障", "维修进度", "使用咨询", "安装预约")
KINDS = {"centre": "中心", "team": "班组", "vendor": "外包商", "department": "部门"}


def people_sheets(world: World, rng: np.random.Generator) -> list[Sheet]:
    """Return units, agents, memberships, customers, their tiers' history and the sales figures."""
    return [
        Sheet("组织架构.csv", "units", "units", "utf8", ["编号", "名称", "上级编号", "类型"], _units(world)),
        Sheet("坐席.csv", "agents", "agents", "gb", ["工号", "姓名", "员工编号", "入职日期", "离职日期"],
              _agents(world)),
        Sheet("岗位归属.csv", "memberships", "memberships", "gb", ["工号", "班组编号", "岗位", "开始日期", "结束日期"],
              _memberships(world)),
        Sheet("技能评定.csv", "skills", "skills", "utf8", ["工号", "技能", "等级", "评定日期", "评定方式"],
              _skills(world, np.random.default_rng([world.hours.days, 102]))),
        Sheet("客户.csv", "customers", "customers", "gb",
              ["客户编号", "姓名", "等级", "区域", "手机", "邮箱", "首次购买日期"], _customers(world)),
        Sheet("客户等级变更.csv", "customer_history", "customer_history", "utf8",
              ["客户编号", "项目", "取值", "生效时间", "失效时间"], _history(world)),
        Sheet("业务量.csv", "exposures", "exposures", "utf8",
              ["编号", "开始", "结束", "口径", "产品", "区域", "数量"], _exposures(world, rng)),
    ]


def _units(world: World) -> Iterator[tuple]:
    for unit in world.company.units:
        yield unit.id, unit.name, unit.parent, KINDS[unit.kind]


def _day(world: World, t: float | None) -> str | None:
    return None if t is None else world.hours.when(t).date().isoformat()


def _agents(world: World) -> Iterator[tuple]:
    for agent in world.agents.values():
        yield agent.id, agent.name, f"RX{agent.id[1:]}", _day(world, agent.hired), _day(world, agent.left)
    yield "BOT01", "小榕", None, None, None


def _memberships(world: World) -> Iterator[tuple]:
    skills = {unit.id: unit.skill for unit in world.company.units}
    for agent in world.agents.values():
        for unit, start, stop in agent.stays:
            begin = agent.hired if start is None else start
            yield agent.id, unit, ROLES[skills[unit]], _day(world, begin), _day(world, stop)


def _skills(world: World, rng: np.random.Generator) -> Iterator[tuple]:
    """Assess those who handle technical tickets once, half-way: nobody masters what came in last."""
    half = world.hours.days // 2
    for agent in world.agents.values():
        if agent.unit not in TECHNICAL or agent.hired > half * DAY:
            continue
        for place, topic in enumerate(SKILLS):
            level = 2 if topic == SKILLS[-1] else round(3.2 + agent.skill + rng.normal(0, 0.8))
            yield agent.id, topic, min(5, max(1, level)), _day(world, half * DAY), ("实操", "笔试")[place % 2]


def _customers(world: World) -> Iterator[tuple]:
    customers, end = world.customers, world.hours.end
    for who, number in enumerate(customers.ids):
        phone = customers.phones[who]
        email = f"u{phone[-8:]}@example.com" if who % 3 == 0 else None
        yield (number, customers.names[who], customers.tier(who, end), world.company.regions[customers.region[who]],
               phone, email, _day(world, customers.since[who]))


def _history(world: World) -> Iterator[tuple]:
    customers, end = world.customers, world.hours.end
    for who, number in enumerate(customers.ids):
        moments = [customers.since[who], customers.loyal_from[who], customers.vip_from[who]]
        for value, start, stop in zip(("新客户", "老客户", "VIP"), moments, [*moments[1:], np.inf]):
            if start < end:
                yield number, "tier", value, _second(world, start), _second(world, stop) if stop < end else None


def _second(world: World, t: float) -> str:
    return world.hours.when(t).isoformat(sep=" ")


def _exposures(world: World, rng: np.random.Generator) -> Iterator[tuple]:
    """Orders by month, product and region, and customers by month and region: what complaints are divided by."""
    hours, company = world.hours, world.company
    season = hours.season()
    number = 0
    for first, last in _months(world):
        days = float(season[first:last + 1].sum())
        span = (hours.names[first], f"{hours.names[last]} 23:59:59")
        for p, product in enumerate(company.products):
            for r, region in enumerate(company.regions):
                number += 1
                cooling = SUMMER_ORDERS if p == 0 and hours.dates[first].month in SUMMER else 1.0
                orders = rng.poisson(160 * days * cooling * company.product_share[p] * company.region_share[r])
                yield (f"E{number:06d}", *span, "订单", product, region, int(orders))
        for r, region in enumerate(company.regions):
            number += 1
            known = int(((world.customers.region == r) & (world.customers.since < last * DAY)).sum())
            yield (f"E{number:06d}", *span, "客户", None, region, known)


def _months(world: World) -> Iterator[tuple[int, int]]:
    """Yield the first and the last day number of each calendar month of the period."""
    days = world.hours.dates[:world.hours.days]
    first = 0
    for i, day in enumerate(days):
        if i + 1 == len(days) or days[i + 1].month != day.month:
            yield first, i
            first = i + 1


