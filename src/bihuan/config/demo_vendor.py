"""The demonstration company's vendor: a contract, its monthly sheets, one confirmed and one appealed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import translation

from bihuan.core.models import Unit, User
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.vendors import services
from bihuan.loop.evaluate.vendors.contracts import Item, Terms
from bihuan.loop.evaluate.vendors.models import Contract, Sheet

TERMS = Terms(
    (Item("fcr", 50, ((0.85, 100), (0.80, 80), (0.70, 60))), Item("csat_mean", 30, ((4.3, 100), (4.0, 80), (3.5, 60))),
     Item("response_compliance", 20, ((0.95, 100), (0.90, 80), (0.80, 60)))),
    ((95, 1.05), (85, 1.0), (70, 0.97), (0, 0.93)))
MONTHS, CONFIRM_DAYS = 3, 5


def demo_vendor() -> int:
    """Settle the last months of the records with the vendor, once; returns how many sheets were made."""
    people = {user.username: user for user in User.objects.filter(username__in=("director", "vendor_manager"))}
    if Contract.objects.exists() or len(people) < 2 or engine.as_of() is None:
        return 0
    code = people["vendor_manager"].assignments.values_list("unit_code", flat=True).first() or ""
    if not Unit.objects.filter(code=code, kind=Unit.Kind.VENDOR).exists():
        return 0
    today = engine.today()
    place = today.year * 12 + today.month - 1 - MONTHS
    with translation.override("zh-hans"):
        services.save_contract(unit_code=code, title=f"{Unit.objects.get(code=code).name} 客服外包合同",
                               starts_on=date(place // 12, place % 12 + 1, 1), ends_on=None, terms=TERMS,
                               owner=people["director"], actor=people["director"],
                               confirm_days=CONFIRM_DAYS)
        made = services.make_due_sheets()
        with transaction.atomic():
            sheets = list(Sheet.objects.select_related("contract").order_by("month"))
            for sheet in sheets:
                services.send_sheet(sheet=sheet, actor=people["director"])
            for sheet, words in zip(sheets, ("", "满意度里有几件是物流原因，不是我方处理的工单。")):
                services.answer_sheet(sheet=sheet, appeal=words, actor=people["vendor_manager"])
    return made
