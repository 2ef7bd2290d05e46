"""Which responses count, and why the others do not. Nothing is altered: a response only gets its reasons."""

from __future__ import annotations

from collections import Counter

import numpy as np

from .contracts import Design, Responses

REASONS = {
    "late": ("截止后提交", "after the deadline"), "test": ("测试答卷", "a test"), "staff": ("内部人员", "by staff"),
    "withdrawn": ("已撤回", "withdrawn"),
    "incomplete": ("未答完", "incomplete"), "fast": ("作答过快", "too fast"),
    "straight": ("各题答案相同", "a straight line"), "device": ("同一设备重复", "a second one from the device"),
    "case": ("同一工单重复", "a second one about the case"),
    "customer": ("同一客户重复", "a second one of the customer"),
}


STATUSES = ("late", "test", "staff", "withdrawn")   # of the answers, as whoever took them in says


def judge(responses: Responses, design: Design) -> dict[str, np.ndarray]:
    """Return {reason: mask of the respondents it holds for}, in the order of ``REASONS``; a response may have several.

    Of several responses of one device, case or customer the first that has no other reason counts.
    """
    rules = design.rules
    found = {reason: _is(responses.status, reason, len(responses)) for reason in STATUSES}
    rated = np.column_stack([_on_scale(responses, design, name) for name in design.items]) if design.items else \
        np.empty((len(responses), 0))
    answered = ~np.isnan(rated)
    found["incomplete"] = _incomplete(responses, design, answered)
    fastest = rules.fastest_s
    found["fast"] = np.zeros(len(responses), bool) if responses.seconds is None or not fastest else \
        np.nan_to_num(responses.seconds, nan=np.inf) < fastest
    found["straight"] = _straight(rated, answered, rules.straight_items)
    good = ~np.logical_or.reduce(list(found.values()))
    for reason, keys, wanted in (("device", responses.devices, rules.one_per_device),
                                 ("case", responses.cases, rules.one_per_case),
                                 ("customer", _customers(responses, design), rules.one_per_customer)):
        found[reason] = _later(keys, good) if wanted and keys is not None else np.zeros(len(responses), bool)
        good = good & ~found[reason]
    return found


def is_valid(found: dict[str, np.ndarray]) -> np.ndarray:
    """Return the mask of the responses without any reason."""
    return ~np.logical_or.reduce(list(found.values()))


def count_reasons(found: dict[str, np.ndarray]) -> dict[str, int]:
    """Return how many responses each reason holds for; reasons of none are left out."""
    return {reason: int(mask.sum()) for reason, mask in found.items() if mask.any()}


def _is(status: np.ndarray | None, word: str, size: int) -> np.ndarray:
    return np.zeros(size, bool) if status is None else status == word


def _on_scale(responses: Responses, design: Design, item: str) -> np.ndarray:
    """Answers as they were ticked (a straight line shows on reversed items too); codes beyond the scale are none."""
    values = responses.item(item)
    return np.where((values >= design.scale[0]) & (values <= design.scale[1]), values, np.nan)


def _customers(responses: Responses, design: Design) -> np.ndarray | None:
    """Whose response each is; nobody's where it is judged by its case."""
    customers, cases = responses.customers, responses.cases
    if customers is None or cases is None or not design.rules.one_per_case:
        return customers
    return np.array([None if case else customer for customer, case in zip(customers, cases)], object)


def _incomplete(responses: Responses, design: Design, answered: np.ndarray) -> np.ndarray:
    """Whether too few were answered of the items of dimensions and of those asked for the headline numbers."""
    heads = [name for name in (design.overall, design.nps, design.ces) if name and name not in design.items]
    counted = np.column_stack([answered, *(~np.isnan(responses.item(name)) for name in heads)])
    if not counted.shape[1]:
        return np.zeros(len(responses), bool)
    return counted.mean(axis=1) < design.rules.answered_share


def _straight(rated: np.ndarray, answered: np.ndarray, fewest: int) -> np.ndarray:
    """Whether all answers of a respondent, at least ``fewest``, are one and the same."""
    if not fewest or rated.shape[1] == 0:
        return np.zeros(len(rated), bool)
    lowest, highest = np.where(answered, rated, np.inf).min(axis=1), np.where(answered, rated, -np.inf).max(axis=1)
    return (answered.sum(axis=1) >= fewest) & (lowest == highest)


def _later(keys: np.ndarray, good: np.ndarray) -> np.ndarray:
    """Whether an earlier good response has the same key; unknown keys are nobody's."""
    seen: Counter[str] = Counter()
    later = np.zeros(len(keys), bool)
    for index, key in enumerate(keys):
        if key is not None and key != "":
            later[index] = seen[key] > 0
            seen[key] += int(good[index])
    return later
