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
effective (placebo test). Where there are no others, or they drift apart, and another event some weeks before the change
explains the movement as well, it is neither effective nor worse (``breaks.py``; yardsticks of the second rules on). Nor
is a guard harmed then: that it got worse leaves the verdict open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .breaks import FIRM_LIMIT, LIMIT, Other, other_event
from .contracts import FIRST_RULES, LEVEL, Estimate, Guard, GuardData, Need, Series, Verdict, Yardstick
from .onset import onset_of
from .synthetic import Placebo, placebo_of, pool_of
from .timeseries import cut, estimate, lay_out
from .waiting import as_long_again, need, still_needed
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
    asked: dict[str, Any] = {
        "change": yardstick.change, "worthwhile": yardstick.worthwhile, "better": better, "against": against,
        "grain": grain, "selected_from": among, "ramp": yardstick.ramp}
    found = estimate(series, **asked, donors=donors)
    placebo = _placebo(found, series, donors, yardstick)
    guarded = tuple(_guard(name, yardstick, told, grain, len(guards or ())) for name, told in (guards or {}).items())
    other = _other(found, series, yardstick.rules, asked, limit=LIMIT, donors=donors)
    word, reason = decide(found, yardstick.worthwhile, guarded, placebo, other)
    more = _more(word, reason, series, found, asked, donors)
    why = (*found.why, *(("selection_left_out",) if yardstick.selected_until else ()),
           *(("other_events_tried" if against is None else "other_events_tried_beside",) if other else ()))
    return Verdict(word, _turned(found.effect, better), *_ordered(found, better), yardstick.worthwhile, found.method,
                   why, found.assumptions, found.n_before, found.n_after, found.points_before, found.points_after,
                   reason, more, guarded, hash_of(yardstick), unit, grain,
                   {"autocorrelation": found.autocorrelation, "spread": found.spread} | _placebo_words(placebo)
                   | _other_words(other),
                   dict(found.weights), yardstick.ramp)


def _more(word: str, reason: str, series: Series, found: Estimate, asked: dict[str, Any],
          donors: Mapping[str, Series] | None) -> Need | None:
    """How many more weeks may tell; None where the verdict tells, or no number of weeks is known."""
    if reason in ("points_after", "still_growing"):
        ahead = {name: told for name, told in asked.items() if name != "better"}
        return still_needed(series, found, **ahead, donors=donors)
    if reason in ("moved_before", "guard_moved_before"):
        return as_long_again(series, found, grain=asked["grain"])
    return need(series, found, **asked) if word == "cannot_tell" and reason != "placebo_as_large" else None


def decide(found: Estimate, worthwhile: float, guards: tuple[Guard, ...] = (),
           placebo: Placebo | None = None, other: Other | None = None) -> tuple[str, str]:
    """Return the word and the reason for it."""
    if found.lacks:
        return "cannot_tell", found.lacks
    assert found.low is not None and found.high is not None
    moved_before = other is not None and other.decides
    if found.high < 0:
        return ("cannot_tell", "moved_before") if moved_before else ("worse", "interval_below_zero")
    if found.high < worthwhile:
        return "no_effect_shown", "smaller_than_worthwhile"
    if found.low > 0 and placebo is not None and placebo.decides and placebo.p > 1 - LEVEL + 1e-12:
        return "cannot_tell", "placebo_as_large"
    if found.low > 0 and any(one.state == "harmed" for one in guards):
        return "worse", "guard_harmed"
    if found.low > 0 and moved_before:
        return "cannot_tell", "moved_before"
    if found.low > 0 and any(one.state == "moved_before" for one in guards):
        return "cannot_tell", "guard_moved_before"
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


def _other(found: Estimate, series: Series, rules: int, asked: dict[str, Any], *, limit: float,
           donors: Mapping[str, Series] | None = None) -> Other | None:
    """How well another event explains the movement, for yardsticks whose rules ask for it.

    With others only where a straight drift between the two is continued; of those weighed the placebo test asks.
    """
    others = asked["against"] is not None
    if rules == FIRST_RULES or found.lacks or found.method == "synthetic_control" \
            or (others and "linear_trend" not in found.assumptions):
        return None
    change, better, against, grain = (asked[name] for name in ("change", "better", "against", "grain"))
    seen = cut(series, change, better=better, against=against, onset=onset_of(change, asked["ramp"], grain))
    laid = lay_out(seen, series, change=change, worthwhile=asked["worthwhile"], better=better, against=against,
                   donors=donors, grain=grain)
    return other_event(laid.seen, laid.model, grain, FIRM_LIMIT if others else limit)


def _other_words(other: Other | None) -> dict[str, float | None]:
    """``other_weeks``: how many weeks before the change the likeliest other event began."""
    return {} if other is None else {"other_odds": other.odds, "other_weeks": float(other.event.weeks)}


def _placebo_words(placebo: Placebo | None) -> dict[str, float | None]:
    if placebo is None:
        return {}
    return {"placebo_p": placebo.p, "placebo_least": placebo.least, "placebo_donors": placebo.donors}


def _guard(name: str, yardstick: Yardstick, told: GuardData, grain: str, count: int) -> Guard:
    """``worthwhile`` None: kept before guards had one, and judged as it was then: whatever was not harmed passed."""
    series, against, better, worthwhile = told
    asked: dict[str, Any] = {"change": yardstick.change, "worthwhile": worthwhile or 0.0, "better": better,
                             "against": against, "grain": grain, "ramp": yardstick.ramp}
    found = estimate(series, **asked, level=1 - (1 - LEVEL) / count)
    if found.low is None or found.high is None:
        return Guard(name, "cannot_tell", None, None, None, worthwhile)
    numbers = _turned(found.effect, better), *_ordered(found, better), worthwhile
    if found.high < 0:
        # Only a loss is asked for another event: it is what condemns a measure.
        other = _other(found, series, yardstick.rules, asked, limit=FIRM_LIMIT)
        state = "moved_before" if other is not None and other.decides else "harmed"
        return Guard(name, state, *numbers, **_other_words(other))
    kept = worthwhile is None or found.low > -worthwhile
    return Guard(name, "unharmed" if kept else "cannot_tell", *numbers)


def _turned(effect: float | None, better: int) -> float | None:
    return None if effect is None else better * effect


def _ordered(found: Estimate, better: int) -> tuple[float | None, float | None]:
    """The interval in the indicator's own unit."""
    if found.low is None or found.high is None:
        return None, None
    return (found.low, found.high) if better > 0 else (-found.high, -found.low)
