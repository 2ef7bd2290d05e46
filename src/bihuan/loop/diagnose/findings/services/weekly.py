"""The weekly pack: made and kept when a week is over, told of, and written as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor, require
from bihuan.engine.report.pdf import write_pdf
from bihuan.engine.report.word import write_word
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import VIEW, Finding, WeeklyPack
from ..queries.lists import last_search
from ..queries.weekly import KEPT, as_now, days_of, document_of, last_weeks, pack_of
from ..rights import WORK

WRITERS = {"docx": write_word, "pdf": write_pdf}
SYSTEM = SystemActor("findings.weekly")


@transaction.atomic
def keep_pack() -> WeeklyPack | None:
    """Make the pack of the last whole week of the data and tell those who work on findings; None when it is kept.

    May be run as often as wanted: a week is kept once, as it was then, when a search has gone through its last day.
    """
    week = last_weeks(1)[0]
    start, end = days_of(week)
    searched = last_search()
    if (not Finding.objects.exists() or WeeklyPack.objects.filter(week=week).exists()
            or searched is None or searched.as_of[:10] < end.isoformat()):
        return None
    found = as_now(Finding.objects.all(), start, end)
    more = {name: import_string(path)() for name, path in settings.BIHUAN_WEEKLY_KEPT.items()}
    pack = WeeklyPack.objects.create(week=week, as_of=engine.as_of(), parts={
        part: [{"id": row.pk} | {name: getattr(row, name) for name in KEPT} for row in rows]
        for part, rows in found.items()} | more)
    audit.record("diagnose.pack_kept", ("pack", week), actor=SYSTEM,
                 findings=sum(len(rows) for rows in found.values()))
    notify("weekly_pack", title=lambda: _("每周复盘材料 {week}").format(week=week),
           text=lambda: _("{start} 至 {end} 的异常、未结问题与待答复事项，按您负责的范围显示。").format(
               start=start, end=end),
           about=About("findings.weekly", week, f"{reverse('findings:weekly')}?week={week}"), right=WORK,
           key=f"weekly:{week}")
    return pack


@transaction.atomic
def export_pack(*, week: str, form: str, actor: User) -> tuple[str, bytes]:
    """Return the pack of a week as a Word or PDF file: (name, content)."""
    require(actor, VIEW)
    pack = pack_of(actor, week)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pack.{form}"
        WRITERS[form](document_of(pack, actor), path)
        content = path.read_bytes()
    audit.record("diagnose.pack_exported", ("pack", pack.week), actor=actor, form=audit.plain(form))
    return f"weekly-{pack.week}.{form}", content
