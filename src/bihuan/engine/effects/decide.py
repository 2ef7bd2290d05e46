"""From an effect and its interval to one of four words, by rules stated beforehand.

| the interval of the effect (plus is better) | verdict |
|---|---|
| lies above 0 and reaches the worthwhile change | effective |
| lies below 0 | worse |
| ends below the worthwhile change | no_effect_shown |
| anything else, or too few periods | cannot_tell |

An indicator that must not suffer and whose interval (all of them corrected together) lies below 0 turns effective into
worse: what is gained here is lost there. It is unharmed only where its interval rules out a loss that would matter (its
own worthwhile change); where it is neither, effective stays, with a reason that says so. Where those not touched were
weighed one by one and are enough for it, an effect that as many of them show without having been touched is not called
effective (placebo test).
"""

from __future__ import annotations

from collections.abc import Mapping

from .contracts import LEVEL, Estimate, Guard, GuardData, Series, Verdict, Yardstick
from .synthetic import Placebo, placebo_of, pool_of
from .timeseries import estimate
from .waiting import need, still_needed
from .yardstick import hash_of


def judge(
    yardstick: Yardstick, series: Series, *, against: Series | None = None, grain: str = "week", unit: str = "",
    guards: Mapping[str, GuardData] | None = None,
    donors: Mapping[str, Series] | None = None,
) -> Verdict:
    """Return the verdict on frozen data: the same yardstick and series always give the same one.

    ``guards``: indicator -> what it is judged by. ``donors``: the others one by one, where the yardstick tells them
    apart.
    """
    better = 1 if yardstick.direction == "up" else -1
    among = 1 if yardstick.selected_until else yardstick.selected_from
    asked = {"change": yardstick.change, "worthwhile": yardstick.worthwhile, "better": better, "against": against,
             "grain": grain, "selected_from": among, "ramp": yardstick.ramp}
    found = estimate(series, **asked, donors=donors)  # type: ignore[arg-type]
    placebo = _placebo(found, series, donors, yardstick)
    guarded = tuple(_guard(name, yardstick, told, grain, len(guards or ())) for name, told in (guards or {}).items())
    word, reason = decide(found, yardstick.worthwhile, guarded, placebo)
    more = None
    if reason in ("points_after", "still_growing"):
        ahead = {name: told for name, told in asked.items() if name != "better"}
        more = still_needed(series, found, **ahead, donors=donors)  # type: ignore[arg-type]
    elif word == "cannot_tell" and reason != "placebo_as_large":
        more = need(series, found, **asked)  # type: ignore[arg-type]
    why = (*found.why, *(("selection_left_out",) if yardstick.selected_until else ()))
    return Verdict(word, _turned(found.effect, better), *_ordered(found, better), yardstick.worthwhile, found.method,
                   why, found.assumptions, found.n_before, found.n_after, found.points_before, found.points_after,
                   reason, more, guarded, hash_of(yardstick), unit, grain,
                   {"autocorrelation": found.autocorrelation, "spread": found.spread} | _placebo_words(placebo),
                   dict(found.weights), yardstick.ramp)


def decide(found: Estimate, worthwhile: float, guards: tuple[Guard, ...] = (),
           placebo: Placebo | None = None) -> tuple[str, str]:
    """Return the word and the reason for it."""
    if found.lacks:
        return "cannot_tell", found.lacks
    assert found.low is not None and found.high is not None
    if found.high < 0:
        return "worse", "interval_below_zero"
    if found.high < worthwhile:
        return "no_effect_shown", "smaller_than_worthwhile"
    if found.low > 0 and placebo is not None and placebo.decides and placebo.p > 1 - LEVEL + 1e-12:
        return "cannot_tell", "placebo_as_large"
    if found.low > 0 and any(one.state == "harmed" for one in guards):
        return "worse", "guard_harmed"
    if found.low > 0:
        open_guard = any(one.state == "cannot_tell" and one.worthwhile is not None for one in guards)
        return "effective", "guard_not_judged" if open_guard else "interval_above_zero"
    return "cannot_tell", "interval_too_wide"


def _placebo(found: Estimate, series: Series, donors: Mapping[str, Series] | None,
             yardstick: Yardstick) -> Placebo | None:
    if found.method != "synthetic_control" or donors is None:
        return None
    pool = pool_of(series, donors, yardstick.change)
    return None if isinstance(pool, str) else placebo_of(pool)


def _placebo_words(placebo: Placebo | None) -> dict[str, float | None]:
    if placebo is None:
        return {}
    return {"placebo_p": placebo.p, "placebo_least": placebo.least, "placebo_donors": placebo.donors}


def _guard(name: str, yardstick: Yardstick, told: GuardData, grain: str, count: int) -> Guard:
    """``worthwhile`` None: kept before guards had one, and judged as it was then: whatever was not harmed passed."""
    series, against, better, worthwhile = told
    found = estimate(series, change=yardstick.change, worthwhile=worthwhile or 0.0, better=better, against=against,
                     grain=grain, level=1 - (1 - LEVEL) / count, ramp=yardstick.ramp)
    if found.low is None or found.high is None:
        return Guard(name, "cannot_tell", None, None, None, worthwhile)
    kept = worthwhile is None or found.low > -worthwhile
    return Guard(name, "harmed" if found.high < 0 else "unharmed" if kept else "cannot_tell",
                 _turned(found.effect, better), *_ordered(found, better), worthwhile)


def _turned(effect: float | None, better: int) -> float | None:
    return None if effect is None else better * effect


def _ordered(found: Estimate, better: int) -> tuple[float | None, float | None]:
    """The interval in the indicator's own unit."""
    if found.low is None or found.high is None:
        return None, None
    return (found.low, found.high) if better > 0 else (-found.high, -found.low)
