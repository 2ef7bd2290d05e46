"""Tickets and complaints: a back office that works through steps, with pauses, approvals, departments and reopening."""

from __future__ import annotations

from .hours import DAY, HOUR
from .people import Agent
from .records import Contact, Step, Ticket
from .world import World

MINUTE = 60.0
TICKET_TEAM, COMPLAINT_TEAM, CALLBACK_TEAM = "T14", "T15", "T16"


class BackOffice:
    """The people of the ticket and the complaint team, each with the office second until which they are busy."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._busy: dict[str, float] = {}
        self._teams = {team: sorted(a.id for a in world.agents.values() if a.unit == team)
                       for team in (TICKET_TEAM, COMPLAINT_TEAM)}

    def take(self, contact: Contact) -> None:
        """Work one ticket or complaint through all its steps and record it."""
        world, team = self.world, COMPLAINT_TEAM if contact.complaint else TICKET_TEAM
        shelf = world.records.complaints if contact.complaint else world.records.tickets
        agent = self._next_agent(team)
        number = f"{'TS' if contact.complaint else 'GD'}{len(shelf) + 1:07d}"
        priority = _priority(world, contact)
        days = {"高": 1, "中": 2, "低": 3}[priority] + (3 if contact.complaint else 0)
        ticket = Ticket(number, contact, team, agent.id, priority, contact.at + days * DAY)
        shelf.append(ticket)
        Work(world, ticket, agent, self._busy).run()

    def _next_agent(self, team: str) -> Agent:
        """Whoever is free first, more or less: supervisors hand out by load, not by the second."""
        draws = self.world.draws
        chosen = min(self._teams[team], key=lambda name: self._busy.get(name, 0.0) + 2 * HOUR * draws.uniform())
        return self.world.agents[chosen]


def _priority(world: World, contact: Contact) -> str:
    if contact.complaint:
        return "高" if contact.attempt > 2 or world.draws.happens(0.25) else "中"
    chance = world.draws.uniform()
    return "高" if chance < 0.12 else "中" if chance < 0.6 else "低"


class Work:
    """One ticket on its way: ``at`` is the wall time reached so far."""

    def __init__(self, world: World, ticket: Ticket, agent: Agent, busy: dict[str, float]) -> None:
        self.world, self.ticket, self.agent, self.busy = world, ticket, agent, busy
        self.at = ticket.contact.at
        self.topic = world.topic(ticket.contact)
        self.parked = False

    def run(self) -> None:
        self._open()
        self._park()
        self._respond()
        for step in self.topic.steps:
            getattr(self, f"_{step}")()
        if self.ticket.contact.complaint:
            self._escalate()
        self._resolve()

    def _log(self, activity: str, kind: str, actor_kind: str = "agent", cause: str = "", actor: str = "",
             unit: str = "") -> None:
        who = actor or {"agent": self.agent.id, "customer": f"K{100000 + self.ticket.contact.customer}"}.get(
            actor_kind, "系统")
        self.ticket.steps.append(Step(self.at, activity, kind, who, actor_kind, unit or self.ticket.unit, cause))

    def _office(self, median: float, spread: float = 0.5) -> None:
        """Let office time pass: nights and holidays come on top."""
        hours = self.world.hours
        self.at = max(self.at, hours.to_wall(hours.to_work(self.at) + self.world.draws.lognormal(median, spread)))

    def _pass(self, median: float, spread: float = 0.5) -> None:
        """Let wall time pass; who is waited for does not keep the office's hours, but the office reads it then."""
        hours = self.world.hours
        self.at += self.world.draws.lognormal(median, spread)
        self.at = max(self.at, hours.to_wall(hours.to_work(self.at)))

    def _open(self) -> None:
        self._log("创建", "opened", "customer")
        self.at += 1 + 40 * self.world.draws.uniform()
        self._log("分派", "assigned", "system", actor=self.agent.id)

    def _park(self) -> None:
        truth = self.world.acting("parking_agent", self.at, agent=self.agent.id)
        if truth is not None and self.world.draws.happens(0.8):
            self._office(8 * MINUTE)
            self._log("等待客户", "pending", cause="customer")
            self._pass(truth.size * DAY, 0.3)
            self._log("恢复处理", "resumed")
            self.parked = True

    def _respond(self) -> None:
        """The first answer waits for the person's other work; a parked ticket is taken up when its time has come."""
        hours, busy = self.world.hours, self.busy
        effort = self.agent.pace * self.world.draws.lognormal(
            (40 if self.ticket.contact.complaint else 32) * MINUTE, 0.6)
        begin = max(hours.to_work(self.ticket.contact.at), busy.get(self.agent.id, 0.0))
        busy[self.agent.id] = begin + effort
        if self.parked:
            begin = hours.to_work(self.at)
        self.at = max(self.at + 60, hours.to_wall(begin + effort * 0.6))
        self.ticket.responded = self.at
        self._log("首次回复", "responded")

    def _answer(self) -> None:
        self._office(75 * MINUTE, 0.7)
        if self.topic.department and self.world.draws.happens(0.25):
            self._consult()
        self._log("答复客户", "replied")

    def _consult(self) -> None:
        clerk, department = f"D{self.topic.department[1:]}01", self.topic.department
        self._log("转派部门", "transferred", actor=clerk, unit=department)
        self._office(4 * HOUR, 0.6)
        self._log("部门反馈", "note", actor=clerk, unit=department)
        self._log("转回", "assigned", actor=self.agent.id)
        self._office(30 * MINUTE)

    def _ask(self) -> None:
        if self.world.draws.happens(0.6):
            self._wait("等待客户", "customer", 9 * HOUR, "客户补充资料", "customer")

    def _visit(self) -> None:
        if self.world.draws.happens(0.7):
            self._office(40 * MINUTE)
            self._wait("等待上门", "third_party", 1.1 * DAY, "上门完成", "system")

    def _carrier(self) -> None:
        self._office(30 * MINUTE)
        median = 0.8 * DAY * self.world.logistics(self.ticket.contact)
        self._wait("等待物流", "third_party", median, "物流反馈", "system")

    def _send_back(self) -> None:
        self._wait("等待客户寄回", "customer", 1.2 * DAY, "收到退件", "system")

    def _test(self) -> None:
        self._wait("送检", "test", 0.5 * DAY, "检测完成", "system")

    def _diagnose(self) -> None:
        if self.world.draws.happens(0.35):
            self._consult()

    def _wait(self, pending: str, cause: str, median: float, resumed: str, by: str) -> None:
        self._log(pending, "pending", cause=cause)
        self._pass(median)
        self._log(resumed, "resumed", by)

    def _approve(self) -> None:
        self._office(20 * MINUTE)
        self._log("提交审批", "other")
        self._office(2.2 * HOUR, 0.6)
        self._log("主管审批", "other", actor=f"{self.agent.id[:3]}01")
        second = self.world.acting("double_approval", self.at, topic=self.topic.name)
        if second is not None:
            self._pass(second.size * HOUR, 0.35)
            self._log("区域复核", "other", actor="D0501", unit="D05")

    def _refund(self) -> None:
        self._office(1.5 * HOUR)
        self._log("退款", "replied", actor="D0502", unit="D05")

    def _escalate(self) -> None:
        hot = 0.05 + 0.06 * (self.ticket.contact.attempt - 1) + (0.08 if self.ticket.priority == "高" else 0.0)
        if self.world.draws.happens(hot):
            self.ticket.escalated = True
            self._log("升级", "escalated", actor=f"{self.agent.id[:3]}01")
            self._office(3 * HOUR)

    def _resolve(self) -> None:
        """Solve, close after a day, and reopen when the customer says that it is not solved."""
        world, ticket = self.world, self.ticket
        for _ in range(3):
            ticket.solved = world.solves(ticket.contact, self.agent, extra=0.5)
            self._office(15 * MINUTE)
            self._log("解决", "resolved")
            ticket.resolved = self.at
            if ticket.solved or not world.draws.happens(0.35):
                break
            self._pass(0.5 * DAY)
            self._log("重新打开", "reopened", "customer")
            self._office(3 * HOUR, 0.6)
            self._log("再次答复", "replied")
        solved_at = self.at
        self.at += DAY * (0.7 + 0.6 * world.draws.uniform())
        self._log("关闭", "closed", "system")
        ticket.closed, ticket.status = self.at, "已关闭"
        slow = max((solved_at - ticket.contact.at) / DAY - 2.5, 0.0)
        world.finish(ticket.id, ticket.contact, self.agent.id, solved_at, ticket.solved, slow=slow)
