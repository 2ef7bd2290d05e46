"""The register of steps as pages show it: versions, duties with their gaps, and what changed between two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.engine.process.conformance import ModelStep
from bihuan.engine.process.register import LETTERS, Step
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import ProcessInfo
from ..models import Process, ProcessStep, ProcessVersion
from .address import around, comparable_on, write_state

__all__ = ["Process", "ProcessStep", "ProcessVersion"]
# A role that is accountable or responsible for more than this share of the steps carries too much of the process.
OVERLOAD, FEW = 0.5, 4


def process_for(user: User, pk: int) -> Process:
    """Return one process a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = Process.objects.for_user(user).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"process {pk}")
    return found


def version_of(process: Process, number: str | None) -> ProcessVersion | None:
    """Return the version asked for, else the one in force, else the newest."""
    versions = list(process.versions.all())
    if number:
        return next((one for one in versions if str(one.number) == number), None)
    return next((one for one in versions if one.state == ProcessVersion.State.CURRENT), versions[0])


def current_processes(user: User | None) -> list[ProcessInfo]:
    """Return the processes in force that a person may see, with their steps; all of them for nobody in particular."""
    seen = Process.objects.for_user(user) if user else Process.objects.all()
    rows = ProcessVersion.objects.filter(
        process__in=seen, state=ProcessVersion.State.CURRENT,
    ).select_related("process").prefetch_related("steps").order_by("process__name")
    return [row.info() for row in rows]


@dataclass(frozen=True)
class Since:
    """The page that sets a process since a day beside the weeks before it; without one, the day that data must reach.

    Neither where what held from the day was replaced within two weeks.
    """

    url: str = ""
    ready: date | None = None


def since_of(process_id: int, moment: datetime | date | None, until: datetime | date | None = None) -> Since:
    """Return how a process since a moment, until something newer held, compares with the same weeks before it."""
    if moment is None or engine.as_of() is None:
        return Since()
    day, end = _day(moment), None if until is None else _day(until)
    state = around(day, engine.today(), end)
    if state is None:
        return Since(ready=comparable_on(day, end))
    return Since(write_state(state, to=reverse("processes:process_compare", args=[process_id])))


def since_version(version: ProcessVersion) -> Since:
    """Return how a process since a version came into force, until the next one did, compares with before."""
    later = version.process.versions.filter(number__gt=version.number, published_at__isnull=False)
    return since_of(version.process_id, version.published_at,
                    later.order_by("number").values_list("published_at", flat=True).first())


def _day(moment: datetime | date) -> date:
    return workspace.day_of(moment) if isinstance(moment, datetime) else moment


def process_info(process_id: int) -> ProcessInfo | None:
    """Return a process as it is in force; None without a version in force."""
    row = ProcessVersion.objects.filter(process_id=process_id, state=ProcessVersion.State.CURRENT).select_related(
        "process").first()
    return row.info() if row else None


def owner_of(processes: list[ProcessInfo], activity: str) -> tuple[str, str]:
    """Return (step, accountable role) of an activity by the processes in force; empty texts when nobody has it."""
    for process in processes:
        for step in process.steps:
            if activity in step.activities or activity == step.name:
                return step.name, _("、").join(step.roles("A"))
    return "", ""


def model_of(steps: tuple[Step, ...]) -> tuple[ModelStep, ...]:
    """Return the steps as the engine replays them; a step without activities stands for the one of its name."""
    return tuple(ModelStep(one.name, one.activities or (one.name,), one.optional, one.repeatable, one.started_by)
                 for one in steps)


@dataclass(frozen=True)
class Duties:
    """The matrix of steps by roles; ``flags`` are its gaps and overloads in words, each with what it concerns."""

    roles: tuple[str, ...]
    rows: tuple[tuple[Step, tuple[str, ...]], ...]
    flags: tuple[tuple[str, str], ...]


def duties_of(steps: tuple[Step, ...]) -> Duties:
    """Return who does what at each step, and what is wrong with it."""
    roles = tuple(dict.fromkeys(role for step in steps for letter in LETTERS for role in step.roles(letter)))
    rows = tuple((step, tuple("/".join(letter for letter in LETTERS if role in step.roles(letter)) for role in roles))
                 for step in steps)
    flags: list[tuple[str, str]] = []
    for step in steps:
        accountable = step.roles("A")
        if not accountable:
            flags.append((step.name, _("没有最终负责（A）")))
        elif len(accountable) > 1:
            flags.append((step.name, _("最终负责（A）不止一个：{names}").format(names=_("、").join(accountable))))
        if not step.roles("R"):
            flags.append((step.name, _("没有人负责执行（R）")))
    for letter, text in (("A", _("在 {n} / {all} 个步骤中最终负责")), ("R", _("在 {n} / {all} 个步骤中负责执行"))):
        for role, n in Counter(role for step in steps for role in step.roles(letter)).most_common():
            if len(steps) >= FEW and n > OVERLOAD * len(steps):
                flags.append((role, text.format(n=n, all=len(steps)) + _("，负担过重")))
    return Duties(roles, rows, tuple(flags))


@dataclass(frozen=True)
class StepChange:
    """One step in two versions; ``kind`` added | removed | moved | changed, ``fields`` what differs."""

    kind: str
    name: str
    fields: tuple[str, ...] = ()


def changes_between(before: tuple[Step, ...], after: tuple[Step, ...]) -> list[StepChange]:
    """Return what happened to the steps from one version to another, in the order of the newer one."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    kept_before = [one.name for one in before if one.name in new]
    kept_after = [one.name for one in after if one.name in old]
    found = []
    for one in after:
        if one.name not in old:
            found.append(StepChange("added", one.name))
            continue
        fields = tuple(name for name in Step.__dataclass_fields__
                       if name != "number" and getattr(one, name) != getattr(old[one.name], name))
        if kept_before.index(one.name) != kept_after.index(one.name):
            found.append(StepChange("moved", one.name, fields))
        elif fields:
            found.append(StepChange("changed", one.name, fields))
    return found + [StepChange("removed", one.name) for one in before if one.name not in new]
