"""What the demonstration company watches after its measures, and how it stands among others of its industry.

The other companies are invented; their files are made and taken in as everybody's.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone, translation

from bihuan.config.demo_department import TITLE
from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.benchmarks.contracts import Raw
from bihuan.engine.benchmarks.errors import BenchmarkError
from bihuan.engine.benchmarks.files import make, to_bytes
from bihuan.loop.diagnose.causes.queries import taxonomy
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.plans import services as plans
from bihuan.loop.improve.plans.models import Plan
from bihuan.loop.learn.benchmarks.models import BenchmarkFile
from bihuan.loop.learn.benchmarks.queries import periods
from bihuan.loop.learn.benchmarks.services import make_benchmark, take_benchmark
from bihuan.loop.verify.recurrence.models import Watch
from bihuan.loop.verify.recurrence.services import RecurrenceError, Told, start_watch

TYPE, LATE = "维修进度", "物流配送"     # complaints that the knowledge cards, and the department, are to prevent
# Each company's name and its shares with the records behind them.
OTHERS = (
    ("示例家电零售甲", {"fcr": (0.79, 41_000), "csat": (0.82, 9_400), "recurrence": (0.11, 38_000)}),
    ("示例家电零售乙", {"fcr": (0.74, 26_500), "csat": (0.78, 6_100), "recurrence": (0.14, 24_900)}),
    ("示例家电零售丙", {"fcr": (0.83, 17_800), "csat": (0.86, 3_900), "recurrence": (0.09, 16_200)}),
)


def demo_watch() -> bool:
    """Watch a type of complaint from the day on which a measure against its cause began, once.

    Of the measure that worked; in a company too small for a verdict, of what the logistics department changes.
    """
    people = {user.username: user for user in User.objects.filter(username__in=("director", "quality_manager"))}
    if len(people) < 2 or Watch.objects.exists():
        return False
    worked = Measure.objects.filter(verdict="effective").order_by("pk").first()
    with translation.override("zh-hans"):
        return (_watched(people, TYPE, "skill_gap", worked)
                or _watched(people, LATE, "logistics", Measure.objects.filter(title=TITLE).first()))


def _watched(people: dict[str, User], topic: str, code: str, measure: Measure | None) -> bool:
    cause = next((one.pk for one in taxonomy() if one.code == code), None)
    if measure is None or cause is None:
        return False
    try:
        start_watch(told=Told(topic, "", "", "cases", 365), cause=cause, measure=measure,
                    owner=people["quality_manager"], actor=people["director"])
    except RecurrenceError:
        return False                # a company in which nobody complained of it
    return True


def demo_benchmarks() -> int:
    """Take in the files of three companies of the industry and make one's own, once; returns how many were taken."""
    director = User.objects.filter(username="director").first()
    if director is None or engine.as_of() is None or BenchmarkFile.objects.exists():
        return 0
    passports, period = engine.passports(), periods()[0]
    with translation.override("zh-hans"), transaction.atomic():
        for place, (issuer, told) in enumerate(OTHERS):
            raws = [Raw(name, share, n, (n // 2, n // 3, n // 6)) for name, (share, n) in told.items()]
            file = make(raws, passports, industry="retail", period=period, issuer=issuer, epsilon=1.0,
                        dice=np.random.default_rng(place))
            take_benchmark(name=f"{issuer}.json", raw=to_bytes(file), actor=director)
        with suppress(BenchmarkError):      # too small a company: nothing of it may be told
            make_benchmark(industry="retail", period=period, issuer="示范公司", epsilon=1.0, actor=director,
                           indicators=tuple(OTHERS[0][1]))
    return len(OTHERS)


def demo_phases() -> bool:
    """Add to the plan of the logistics department what came before its trial and what is to follow, once."""
    plan, author = Plan.objects.order_by("pk").first(), User.objects.filter(username="quality_manager").first()
    if plan is None or author is None or plan.phases.count() != 1:
        return False
    now = timezone.localdate(timezone.now(), workspace.zone())
    with translation.override("zh-hans"), transaction.atomic():
        first = plans.save_phase(plan=plan, measures=[], actor=author, words=plans.Words(
            "选仓与备货", "直发仓合同、首批型号清单", plan.owner, now - timedelta(days=42), now - timedelta(days=15)))
        plans.finish_phase(phase=first, actor=author, on=now - timedelta(days=14),
                           delivered="合同已签，首批 12 个型号入库，清单在部门共享盘。")
        plans.save_phase(plan=plan, measures=[], actor=author, words=plans.Words(
            "推广到西北", "西北线路的转运方案和复评结论", plan.owner, now + timedelta(days=61),
            now + timedelta(days=180)))
    return True
