"""A sheet that its vendor leaves unanswered: told before its day, and counted as confirmed after it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.notifications.services import notify
from bihuan.core.rights import SystemActor

from .contracts import SOON_DAYS
from .models import Sheet
from .queries.sheets import about_sheet, sheet_name
from .rights import ANSWER

SYSTEM = SystemActor("evaluate.vendors")


def answer_by_of(sheet: Sheet, day: date) -> date | None:
    """Return until when a sheet sent on a day is to be answered; None where the contract sets no time."""
    days = sheet.contract.confirm_days
    return day + timedelta(days=days) if days else None


def watch_sheets(*, on: date | None = None) -> dict[str, int]:
    """Remind of sheets that wait for an answer and confirm those whose time is over; may be run again at any point."""
    day = on or timezone.localdate(timezone.now(), workspace.zone())
    counts = {"warned": 0, "deemed": 0}
    for pk in list(Sheet.objects.filter(state=Sheet.State.SENT, answer_by__isnull=False).values_list("pk", flat=True)):
        step = _step(pk, day)
        if step:
            counts[step] += 1
    return counts


@transaction.atomic
def _step(pk: int, day: date) -> str:
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("contract__owner").get(pk=pk)
    if sheet.state != Sheet.State.SENT or sheet.answer_by is None:
        return ""
    if sheet.warned_on is None:
        return _warn(sheet, day) if (sheet.answer_by - day).days <= SOON_DAYS else ""
    return _deem(sheet, day) if day > sheet.answer_by else ""


def _warn(sheet: Sheet, day: date) -> str:
    """Tell the vendor; whom nobody told in time gets as many days from now."""
    sheet.warned_on = day
    if sheet.answer_by is None or sheet.answer_by < day:
        sheet.answer_by = day + timedelta(days=SOON_DAYS)
    sheet.save(update_fields=["warned_on", "answer_by"])
    notify("vendor_sheet", title=lambda: _("{sheet} 考核单快到确认期限").format(sheet=sheet_name(sheet)),
           right=ANSWER, text=lambda: _("请于 {day}（含当日）前确认或申诉；到期未答复，按合同视为确认。").format(
               day=sheet.answer_by),
           about=about_sheet(sheet), key=f"vendor:{sheet.pk}:soon")
    return "warned"


def _deem(sheet: Sheet, day: date) -> str:
    sheet.state, sheet.deemed, sheet.answered_at = Sheet.State.CONFIRMED, True, timezone.now()
    sheet.save(update_fields=["state", "deemed", "answered_at"])
    audit.record("evaluate.vendor_sheet_deemed", sheet, actor=SYSTEM, answer_by=sheet.answer_by, day=day)
    notify("vendor_sheet", title=lambda: _("{sheet} 考核单到期视为确认").format(sheet=sheet_name(sheet)),
           right=ANSWER, text=lambda: _("{day} 之前没有答复，按合同视为确认。").format(day=sheet.answer_by),
           to=[sheet.contract.owner], about=about_sheet(sheet), key=f"vendor:{sheet.pk}:deemed")
    return "deemed"
