"""What the demonstration company calls technical support."""

from __future__ import annotations

from bihuan.core.models import Unit, User
from bihuan.loop.evaluate.support.models import Remit
from bihuan.loop.evaluate.support.services import set_remit

UNITS = ("T14", "D03")
LEFT_OUT = ("物流配送", "退换货", "退货运费", "发票", "价格保护")


def demo_support() -> bool:
    """Name the teams once; returns whether it did."""
    director = User.objects.filter(username="director").first()
    units = list(Unit.objects.filter(code__in=UNITS).values_list("code", flat=True))
    if Remit.objects.exists() or director is None or not units:
        return False
    set_remit(units=units, kinds=[], left_out=LEFT_OUT, least_level=3, actor=director)
    return True
