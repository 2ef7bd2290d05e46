"""Keep what was said findable."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import jobs, workspace
from bihuan.core.models import Job, User
from bihuan.core.rights import require
from bihuan.engine.text import search

from ..rights import VIEW

AT_ONCE = 20_000        # so many messages are indexed within a second or two


def ensure_index(*, actor: User) -> None:
    """Index new messages: few at once, many in the background. Safe to call before every search."""
    require(actor, VIEW)
    waiting = search.pending(workspace.home())
    if 0 < waiting <= AT_ONCE:
        search.build(workspace.home())
    elif waiting:
        _queue(actor)


def begin_index(*, actor: User) -> None:
    """Begin to index what is much before anybody searches: somebody opened the list."""
    require(actor, VIEW)
    if search.pending(workspace.home()) > AT_ONCE:
        _queue(actor)


@transaction.atomic
def _queue(actor: User) -> None:
    running = Job.objects.filter(kind="conversations.index", state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if not running.exists():
        jobs.enqueue("conversations.index", actor=actor, title=_("建立会话检索"))
