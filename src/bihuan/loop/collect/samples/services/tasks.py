"""Tasks to reach customers: key accounts who have not answered, customers who never say anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import Actor, NotAllowed, can
from bihuan.engine.facts.privacy import load_rules, mask_text

from ..errors import Refused
from ..models import Draw, Task
from ..rights import DRAW, INTERVIEW, require_wave


@transaction.atomic
def assign_tasks(*, drawing: Draw, kind: str, customers: Sequence[str], owner: User, due: date,
                 actor: Actor) -> list[Task]:
    """Give one person the task to reach customers of a sample; who has one of the kind already keeps it.

    An open task that is assigned again changes its owner and its day. The owner is told once of all of them.
    """
    require_wave(actor, DRAW, drawing.wave_id)
    if not owner.is_active or not (can(owner, INTERVIEW) or can(owner, DRAW)):
        raise Refused("owner_wrong")
    listed = set(drawing.members.filter(customer__in=customers, is_removed=False).values_list("customer", flat=True))
    person = actor if isinstance(actor, User) else None
    found = []
    for customer in sorted(listed):
        task, _new = Task.objects.get_or_create(draw=drawing, customer=customer, kind=kind, defaults={
            "owner": owner, "due": due, "made_by": person})
        if task.state == Task.State.OPEN:
            task.owner, task.due = owner, due
            task.save(update_fields=["owner", "due"])
            found.append(task)
    if found:
        audit.record_bulk("collect.reach_assigned", (one.customer for one in found), drawing, actor=actor,
                          kind=audit.plain(kind), owner=owner.pk)
        notify("sample_task", title=lambda: _("%(count)d 位客户待触达") % {"count": len(found)},
               text=lambda: _("期限 %(day)s") % {"day": due.isoformat()}, to=[owner],
               about=About("samples.draw", str(drawing.pk), reverse("samples:my_tasks")),
               key=f"sample_task:{drawing.pk}:{kind}:{owner.pk}:{timezone.now().isoformat()}")
    return found


@transaction.atomic
def close_task(*, task: Task, state: str, note: str, actor: User) -> Task:
    """Say what came of a task: reached, not reached or refused, in words that are kept masked."""
    if task.owner_id != actor.pk:
        require_wave(actor, DRAW, task.draw.wave_id)
    elif not (can(actor, INTERVIEW) or can(actor, DRAW)):
        raise NotAllowed(INTERVIEW)
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.state != Task.State.OPEN:
        raise Refused("task_closed")
    if not note.strip():
        raise Refused("note_needed")
    task.state, task.done_at = state, timezone.now()
    task.note = mask_text(note.strip(), load_rules(workspace.home()))[:300]
    task.save(update_fields=["state", "note", "done_at"])
    audit.record("collect.reach_closed", task, actor=actor, customer=audit.plain(task.customer),
                 result=audit.plain(state))
    return task


@transaction.atomic
def note_reached(
    *, customer: str, note: str, actor: Actor, wave: int | None = None, owner: int | None = None,
) -> int:
    """Close the open tasks to reach a customer who was spoken to: of one wave, whoever has them, or of one owner.

    The caller has shown that the talk took place; returns how many were closed.
    """
    open_tasks = Task.objects.select_for_update().filter(customer=customer, state=Task.State.OPEN)
    if wave is not None:
        open_tasks = open_tasks.filter(draw__wave_id=wave)
    if owner is not None:
        open_tasks = open_tasks.filter(owner_id=owner)
    found = list(open_tasks)
    for task in found:
        task.state, task.done_at, task.note = Task.State.REACHED, timezone.now(), note[:300]
        task.save(update_fields=["state", "note", "done_at"])
        audit.record("collect.reach_closed", task, actor=actor, customer=audit.plain(customer),
                     result=audit.plain(Task.State.REACHED))
    return len(found)
