"""The exports of the survey tool, the call-back team and the telephone system's log of agent states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .hours import DAY
from .records import Call
from .rosters import Duty
from .sheet import Sheet
from .surveys import CallBack, Invitation, ask_for_ratings, call_back
from .texts import Writer
from .world import World

SYSTEMS = {"HJ": "呼叫中心", "ZX": "在线客服", "GD": "工单系统", "TS": "投诉系统"}
SURVEY, CALL_BACK = "服务后评价", "投诉回访"
ANSWER_HEADER = ["编号", "来源系统", "记录编号", "客户编号", "工号", "问卷", "题目", "指标", "分值", "意见", "时间",
                 "渠道", "录入人"]
QUESTIONS = {"csat": "您对本次服务满意吗？（1-5）", "nps": "您有多大可能推荐我们？（0-10）",
             "ces": "解决问题容易吗？（1-7）", "callback": "您对投诉处理满意吗？（1-5）"}


def _record(number: str) -> list[str]:
    """Name the system a record lies in, and the record."""
    return [SYSTEMS[number[:2]], number]


def voice_sheets(world: World, writer: Writer, roster: list[list[Duty]], state_days: int) -> list[Sheet]:
    """Return invitations, answers (ratings and call-backs) and agent states of the last ``state_days`` days."""
    invitations = ask_for_ratings(world)
    return [
        Sheet("邀评记录.csv", "invitations", "invitations", "utf8",
              ["编号", "来源系统", "记录编号", "客户编号", "工号", "问卷", "渠道", "邀请时间", "状态", "作答时间"],
              (_invitation(world, one) for one in invitations)),
        Sheet("满意度评价.csv", "answers", "answers", "gb", ANSWER_HEADER,
              _answers(world, writer, invitations, call_back(world))),
        Sheet("坐席状态.csv", "agent_states", "agent_states", "utf8", ["工号", "状态", "开始", "结束"],
              _states(world, roster, state_days)),
    ]


def _invitation(world: World, one: Invitation) -> list[Any]:
    stamp = world.hours.stamp
    status = "发送失败" if one.status == "failed" else "已作答" if one.rating else "已发送"
    return [one.id, *_record(one.served.case), world.customers.ids[one.served.contact.customer], one.served.agent,
            SURVEY, one.served.contact.channel, stamp(one.at), status, stamp(one.rating.at) if one.rating else None]


def _answers(world: World, writer: Writer, invitations: list[Invitation], back: list[CallBack]) -> Iterator[list[Any]]:
    stamp, ids = world.hours.stamp, world.customers.ids
    for one in invitations:
        rating = one.rating
        if rating is None:
            continue
        about = [*_record(one.served.case), ids[one.served.contact.customer], one.served.agent, SURVEY]
        for metric in ("csat", "nps", "ces"):
            value = getattr(rating, metric)
            if value is not None:
                text = writer.comment(rating) if metric == "csat" else ""
                yield [f"{one.id}-{metric}", *about, QUESTIONS[metric], metric, value, text or None, stamp(rating.at),
                       one.served.contact.channel, None]
    for call in back:
        ticket = call.ticket
        yield [f"HF-{ticket.id}", *_record(ticket.id), ids[ticket.contact.customer], ticket.agent, CALL_BACK,
               QUESTIONS["callback"], "callback", call.score, None, stamp(call.at), "phone", call.agent]


def _states(world: World, roster: list[list[Duty]], state_days: int) -> Iterator[list[Any]]:
    """Each stretch of duty is filled with talk, hold, wrap and ring; the rest of it is availability."""
    calls: dict[tuple[str, int], list[Call]] = {}
    for call in world.records.calls:
        if call.agent is not None and call.assigned is not None:
            calls.setdefault((call.agent, int(call.assigned) // DAY), []).append(call)
    for day in range(max(0, world.hours.days - state_days), world.hours.days):
        until: dict[str, float] = {}
        for agent, start, stop in sorted(roster[day]):
            if agent in until and until[agent] < start:
                yield _state(world, agent, "break", until[agent], start)
            begin = max(start, until.get(agent, start))
            marks = list(_marks([call for call in calls.get((agent, day), []) if _in(call, start, stop)]))
            for state, since, to in _stretches(marks, begin, stop):
                yield _state(world, agent, state, since, to)
            until[agent] = max(begin, stop, marks[-1][1] if marks else 0.0)


def _in(call: Call, start: float, stop: float) -> bool:
    return call.assigned is not None and start <= call.assigned < stop


def _marks(calls: list[Call]) -> Iterator[tuple[str, float]]:
    """Yield (state, until) through the calls of one stretch of duty; "available" lasts until a call rings."""
    for call in calls:
        assert call.assigned is not None and call.answered is not None
        assert call.ended is not None and call.wrapped is not None
        yield from (("available", call.assigned), ("busy", call.answered))
        if call.held is not None and call.unheld is not None:
            yield from (("talk", call.held), ("hold", call.unheld))
        yield from (("talk", call.ended), ("wrap", call.wrapped))


def _stretches(marks: list[tuple[str, float]], at: float, stop: float) -> Iterator[tuple[str, float, float]]:
    """Turn marks into (state, from, to) without gaps; what is left until ``stop`` is availability."""
    for state, until in [*marks, ("available", stop)]:
        if int(until) > int(at):
            yield state, at, until
            at = until


def _state(world: World, agent: str, state: str, start: float, stop: float) -> list[Any]:
    return [agent, state, world.hours.stamp(start), world.hours.stamp(stop)]
