"""Launches of the demonstration company: the new opening words and the knowledge cards, registered and accepted.

What they changed is computed from the records by the yardstick frozen with each, like everybody's.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation

from bihuan.config.demo_loop import PLANTED
from bihuan.core.models import Unit, User
from bihuan.engine.home import Home
from bihuan.loop.verify.launches import services
from bihuan.loop.verify.launches.models import Launch

# What was planted, its kind, title, what is new, the unit it is compared with, and what the department said.
TOLD = (
    ("measure_failed", "script", "热线一组新开场白上线", "开场白由 6 句改为 3 句，先问诉求再核身份。", "T12",
     "三句话说得顺，客户打断少了。"),
    ("measure_worked", "system", "在线一组知识卡片上线", "工作台按主题弹出 40 张知识卡片，以前要自己查文档。", "V12",
     "卡片能用，两张价格过期，已当天改好。"),
)


def demo_launches(home: Home) -> int:
    """Register the planted launches, once; returns how many."""
    file, director = home.path / PLANTED, User.objects.filter(username="director").first()
    if Launch.objects.exists() or director is None or not file.exists():
        return 0
    truths, made = json.loads(file.read_text(encoding="utf-8"))["truths"], 0
    with translation.override("zh-hans"), transaction.atomic():
        for truth, kind, title, what, against, said in TOLD:
            found = truths.get(truth) or {}
            unit = Unit.objects.filter(code=found.get("where", {}).get("unit", "")).first()
            if unit is None or not found.get("since"):
                continue
            day = date.fromisoformat(found["since"])
            try:
                launch = services.register_launch(owner=director, actor=director, told=services.Told(
                    kind, title, what, day, unit.code, "", "fcr", guards=("csat_mean",), against=against, weeks=16))
            except services.LaunchError:
                continue            # a company too small or too young to compare
            services.accept_launch(launch=launch, party="department", who=unit.name, accepted=True, note=said,
                                   said_on=day + timedelta(days=7), actor=director)
            made += 1
        services.judge_due_launches()
    return made
