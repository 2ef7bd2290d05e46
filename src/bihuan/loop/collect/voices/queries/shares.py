"""A share of what is over by now, with its interval."""

from __future__ import annotations

from bihuan.engine.stats.proportions import wilson


class Share:
    """What counts ``done`` of those that are ``over`` has a share of them; None where none is over."""

    done: int
    over: int

    @property
    def share(self) -> float | None:
        return self.done / self.over if self.over else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.over:
            return None
        low, high = wilson(self.done, self.over)
        return float(low), float(high)
