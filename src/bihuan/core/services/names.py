"""Whose a name in records is: said by a person for all records, past and to come, and taken back by a person.

The figures follow in the background; the rows stay as they came.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import audit, jobs, workspace
from ..errors import Refused
from ..rights import Actor, require
from .members import RIGHT
from .units import SOURCE, actor_name

if TYPE_CHECKING:
    from bihuan.engine.facts.people import Register


@transaction.atomic
def give_name(*, name: str, agent: str, actor: Actor) -> None:
    """Let whom the records call ``name`` be an agent of the register from now on, in old records too."""
    require(actor, RIGHT)
    register = _register()
    if name in register.ids:
        raise Refused("name_is_agent", name=name)
    if agent not in register.ids:
        raise Refused("name_no_agent", agent=agent)
    before = dict.fromkeys(one.agent for one in register.meanings([name]))
    _follow(actor)
    audit.record("core.name_given", ("agent", agent), actor=actor, name=name, before=audit.plain(", ".join(before)))
    _write(name, agent, actor)


@transaction.atomic
def take_name_back(*, name: str, actor: Actor) -> str:
    """Let a name mean what it means by itself again; returns whose it was, "" where nobody had said so."""
    require(actor, RIGHT)
    said = _register().said(name)
    if not said:
        return ""
    _follow(actor)
    newest = [*said.values()][-1]
    audit.record("core.name_taken_back", ("agent", newest), actor=actor, name=name)
    for spelling, agent in said.items():
        _write(spelling, agent, actor, undone=timezone.now())
    return newest


@transaction.atomic
def keep_colleague(*, name: str, actor: Actor) -> None:
    """Let a name that no register knows be somebody's of the company: it stays where names of customers go.

    Whoever calls this has checked the right. It is taken back as any name that was given is.
    """
    audit.record("core.name_kept", ("agent", name), actor=actor, name=name)
    _write(name, name, actor)


def _register() -> Register:
    from bihuan.engine.facts.people import read_register

    return read_register(workspace.home())


def _follow(actor: Actor) -> None:
    """Queue the figures; the worker finds the job only after the transaction, so after the link."""
    jobs.enqueue("core.follow_names", actor=actor, title=_("按选定的坐席重新计算指标"))


def _write(name: str, agent: str, actor: Actor, undone: datetime | None = None) -> None:
    """Keep one link a name, last inside the transaction: the lake knows no rollback."""
    import pyarrow as pa

    from bihuan.engine.facts import store
    from bihuan.engine.facts.people import CALLED
    from bihuan.engine.facts.schema import TIME

    mark = hashlib.sha256(name.encode()).hexdigest()[:24]
    row = {"id": f"{CALLED}:{mark}", "kind": CALLED, "case": name, "other": agent}
    moments = {"at": timezone.now(), "undone_at": undone}
    store.append(workspace.home(), "links", pa.table({
        **{key: pa.array([text], pa.string()) for key, text in row.items()},
        **{key: pa.array([moment and moment.astimezone(UTC)], TIME) for key, moment in moments.items()}}),
        actor=actor_name(actor), source=SOURCE)
