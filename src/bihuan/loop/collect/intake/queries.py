"""What the pages of the room read; bodies are never among it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum

from bihuan.core.languages import beside
from bihuan.core.tokens.contracts import TABLES

from .mappings import known_mappings, title_of
from .models import Hook, Receipt

State = Receipt.State


@dataclass(frozen=True)
class Waits:
    """What is not written yet: rows and requests, since when (None: nothing waits), and requests that failed."""

    rows: int
    requests: int
    since: datetime | None
    failed: int


def waits() -> Waits:
    """Return what is not written yet, in one question."""
    open_states = Q(state__in=(State.WAITING, State.WRITING))
    found = Receipt.objects.exclude(state=State.STORED).aggregate(
        rows=Sum("rows", filter=open_states), requests=Count("pk", filter=open_states),
        since=Min("received_at", filter=open_states), failed=Count("pk", filter=Q(state=State.FAILED)))
    return Waits(found["rows"] or 0, found["requests"], found["since"], found["failed"])


def hooks() -> QuerySet[Hook]:
    return Hook.objects.defer("sealed", "previous").order_by("-is_active", "name", "pk")


def pushes(*, hook: Hook | None = None) -> QuerySet[Receipt]:
    """Return what was received, newest first: of one webhook, or of all tokens."""
    found = Receipt.objects.defer("body").select_related("token__owner").order_by("-received_at")
    return found.filter(hook=hook) if hook else found.filter(token__isnull=False)


@dataclass(frozen=True)
class HookLine:
    """A webhook and the last thing it received, None when it received nothing within a week."""

    hook: Hook
    last: Receipt | None


def hook_lines() -> list[HookLine]:
    """Return every webhook with its last push, in two questions."""
    newest = Receipt.objects.filter(hook=OuterRef("pk")).order_by("-received_at").values("pk")[:1]
    found = list(hooks().annotate(last=Subquery(newest)))
    last = {one.pk: one for one in Receipt.objects.defer("body").filter(pk__in=[hook.last for hook in found])}
    return [HookLine(hook, last.get(hook.last)) for hook in found]


def readings() -> list[tuple[str, str]]:
    """Return what a webhook's bodies can be read as: the tables' own fields, then every mapping with its table."""
    own = [(f"{table}:", str(label)) for table, label in TABLES.items()]
    mapped = [(f"{table}:{one.name}", beside(title_of(one), TABLES[table]))
              for one in known_mappings().values() for table in one.tables[:1] if table in TABLES]
    return [*own, *sorted(mapped, key=lambda pair: pair[1])]


def hooks_reading(mapping: str) -> list[Hook]:
    """Return the webhooks whose bodies are read by a mapping."""
    return list(hooks().filter(mapping=mapping))
