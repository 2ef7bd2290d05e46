"""What the address of a process page says, and what its pages show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.engine.process.register import Step

# What an address may keep to: everything that a review's scope may, and the source. The first are always offered.
FILTERS = ("unit", "channel", "topic", "kind", "product", "region", "tier", "priority", "source")
OFFERED = ("unit", "channel", "topic", "kind", "source")
CLOCKS: dict[str, Any] = {"wall": _("自然时间"), "business": _("工作时间")}
MODES: dict[str, Any] = {"online": _("线上"), "offline": _("线下"), "both": _("线上线下")}
ARROWS = 20

TABS: dict[str, Any] = {
    "process_map": _("流程图"), "variants": _("路径"), "rework": _("返工与交接"), "bottlenecks": _("瓶颈"),
    "compare": _("两期对比"), "cards": _("问题卡"),
}


@dataclass(frozen=True)
class State:
    """Everything the address says; two equal states show the same numbers. Days are inclusive, None is open."""

    start: date | None = None
    end: date | None = None
    before_start: date | None = None     # of the period compared with
    before_end: date | None = None
    change: date | None = None           # between both periods: the day from which something new held
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    variant: str = ""                    # the key of one path
    clock: str = "wall"
    arrows: int = ARROWS

    def chosen(self, dimension: str) -> tuple[str, ...]:
        return dict(self.filters).get(dimension, ())

    def with_(self, **changes: Any) -> State:
        return replace(self, **changes)


@dataclass(frozen=True)
class ProcessInfo:
    """A process with the steps of one version."""

    id: int
    name: str
    unit_code: str
    version: int
    steps: tuple[Step, ...]
