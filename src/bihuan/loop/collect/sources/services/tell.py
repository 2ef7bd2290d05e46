"""Telling those who keep the sources what needs them: once, and what to do about it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import separated
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.ui import formats

from ..models import ArrivedFile, Pull, Source
from ..rights import MANAGE


def pull_failed(source: Source) -> None:
    """A source that cannot be read: told once for each kind of trouble, however often it is tried."""
    since = source.trouble_since
    notify("import_problem", title=lambda: _("数据源“%(name)s”没有读到数据") % {"name": source.name},
           text=lambda: source.trouble_text, about=_about(source), right=MANAGE,
           key=f"source_failed:{source.pk}:{source.trouble.get('code')}:{since:%Y%m%dT%H%M%S}" if since else "")


def pull_refused(source: Source, pull: Pull) -> None:
    """Rows that were set aside by a pull."""
    counts = separated(refused=pull.quarantined, read=pull.read)
    notify("import_problem", title=lambda: _("数据源“%(name)s”：有未导入的行") % {"name": source.name},
           text=lambda: _(
               "%(refused)s 行未导入（共 %(read)s 行）。请在导入批次中下载未导入的行，改正后单独导入。") % counts,
           about=_about(source), right=MANAGE, key=f"source_refused:{pull.pk}")


def file_set_aside(source: Source, row: ArrivedFile) -> None:
    names = {"name": source.name, "file": row.name}
    notify("import_problem", title=lambda: _("“%(name)s”收到的文件待处理：%(file)s") % names,
           text=lambda: _("%(why)s 文件已移到 undecided 文件夹；改好后放回原文件夹，或在“数据导入”里为它选映射。") % {
               "why": row.trouble_text}, about=_about(source), right=MANAGE, key=f"source_file:{row.pk}")


def rows_refused(source: Source, row: ArrivedFile, beside: str) -> None:
    names, words = {"name": source.name, "file": row.name}, {
        **separated(refused=row.quarantined, read=row.read), "file": beside}
    notify("import_problem", title=lambda: _("“%(name)s”收到的文件有未导入的行：%(file)s") % names,
           text=lambda: _(
               "%(refused)s 行未导入（共 %(read)s 行）。未导入的行在 done/%(file)s，改正后放回文件夹即可补齐。")
           % words, about=_about(source), right=MANAGE, key=f"source_rows:{row.pk}")


def is_late(source: Source, since: datetime | None, late_by: float) -> bool:
    """Tell that a source is late; returns whether this silence had not been told before."""
    def text() -> str:
        last = since.astimezone(workspace.zone()).strftime("%Y-%m-%d %H:%M") if since else _("从未")
        words = _("最近一次完整读取：%(last)s。设定为最多 %(expected)s。") % {
            "last": last, "expected": formats.duration(source.expected_minutes * 60)}
        return words + source.trouble_text if source.trouble else words

    key = f"source_late:{source.pk}:{since:%Y%m%dT%H%M%S}" if since else f"source_late:{source.pk}:never"
    return notify("source_silent", text=text, about=_about(source), right=MANAGE, key=key, title=lambda: _(
        "数据源“%(name)s”已超时 %(late)s") % {"name": source.name, "late": formats.duration(late_by)}) is not None


def _about(source: Source) -> About:
    return About("source", str(source.pk), reverse("sources:source", args=[source.pk]))
