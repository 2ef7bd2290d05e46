"""A seeded crowd of facts with every column in use: for what must hold for all passports at once."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from bihuan.engine.indicators.tests.company import at, connection, told

TEAMS = {"T1": "Z1", "T2": "Z1", "T3": "Z2"}
AGENTS = {f"A{i}": f"T{i % 3 + 1}" for i in range(9)}
UNITS = [
    {"id": "V1", "name": "Vendor", "kind": "vendor", "parent": None},
    {"id": "Z1", "name": "Centre 1", "kind": "centre", "parent": "V1"},
    {"id": "Z2", "name": "Centre 2", "kind": "centre", "parent": "V1"},
    *({"id": team, "name": team, "kind": "team", "parent": centre} for team, centre in TEAMS.items()),
]
MEMBERSHIPS = [
    *({"agent": agent, "unit": team} for agent, team in AGENTS.items() if agent != "A0"),
    # A0 changes from T1 to T2 in the middle of February.
    {"agent": "A0", "unit": "T1", "valid_to": at("2024-02-15 00:00")},
    {"agent": "A0", "unit": "T2", "valid_from": at("2024-02-15 00:00")},
]


def crowd(size: int = 400, seed: int = 7) -> Any:
    """A connection with ``size`` cases of the first quarter of 2024, and answers, invitations, states, exposures."""
    dice = random.Random(seed)
    cases = [_case(dice, i) for i in range(size)]
    return connection(
        UNITS, MEMBERSHIPS, case=cases, answer=[_answer(dice, i, cases) for i in range(size // 2)],
        invitation=[_invitation(dice, i, cases) for i in range(size // 2)],
        agent_state=[_state(dice) for _ in range(size // 2)], exposure=[_exposure(dice, day) for day in range(90)])


def _moment(dice: random.Random) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(90 * 86400))


def _maybe(dice: random.Random, value: Any, chance: float = 0.9) -> Any:
    return value if dice.random() < chance else None


def _case(dice: random.Random, number: int) -> dict[str, Any]:
    opened, offered = _moment(dice), dice.random() < 0.7
    answered = offered and dice.random() < 0.8
    agent, solved = dice.choice(list(AGENTS)), dice.random() < 0.85
    seconds = dice.randrange(60, 20 * 86400)
    ended = opened + timedelta(seconds=seconds) if solved else None
    first = _maybe(dice, dice.randrange(1, 3 * 86400), 0.8)
    row = {
        "case": f"s:{number}", "external_id": str(number), "source": "s", "opened": opened, "agent": agent,
        "customer": _maybe(dice, f"C{dice.randrange(120)}"), "channel": dice.choice(["phone", "online", "email", None]),
        "kind": dice.choice(["contact", "contact", "complaint"]), "topic": dice.choice(["物流", "退款", "发票"]),
        "product": dice.choice(["P1", "P2"]), "region": dice.choice(["华东", "华南", None]), "tier": "VIP",
        "priority": dice.choice(["1", "2"]), "unit": _maybe(dice, dice.choice(list(TEAMS)), 0.3),
        "offered": offered or None, "answered": answered if offered else None,
        "wait_s": dice.randrange(90) if offered else None, "abandoned": (not answered) if offered else None,
        "answerer": _maybe(dice, dice.choice(list(AGENTS))) if answered else None,
        "responder": _maybe(dice, dice.choice(list(AGENTS))) if first else None, "first_response_s": first,
        "first_response_business_s": first, "first_response_target_s": _maybe(dice, 86400),
        "resolution_target_s": 7 * 86400,
        "asked_human": _maybe(dice, dice.random() < 0.5), "reached_human": dice.random() < 0.5,
        "talk_s": _maybe(dice, dice.randrange(600)), "handle_s": _maybe(dice, dice.randrange(900)), "ended_at": ended,
        "hold_s": dice.choice([0, 0, 40, None]), "wrap_s": _maybe(dice, dice.randrange(200)),
        "resolved_at": ended, "resolved": _maybe(dice, solved), "closed": solved, "is_open": not solved,
        "resolution_s": seconds if solved else None, "resolution_business_s": seconds // 2 if solved else None,
        "reopens": dice.choice([0, 0, 0, 1]), "transfers": dice.choice([0, 0, 1, 3]), "escalated": dice.random() < 0.1,
        "sla_met": _maybe(dice, dice.random() < 0.6),
    }
    for gap in ("next_contact_s", "next_any_contact_s", "next_complaint_s", "prev_complaint_s", "prev_contact_s"):
        row[gap] = _maybe(dice, dice.randrange(60 * 86400), 0.3)
    return told(row) | {"merged": dice.random() < 0.02}


def _about(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("case", "source", "customer", "channel", "kind", "topic", "product", "region",
                                         "tier", "priority", "unit", "agent")}


def _answer(dice: random.Random, number: int, cases: list[dict[str, Any]]) -> dict[str, Any]:
    metric = dice.choice(["csat", "nps", "ces", "callback"])
    return {**_about(dice.choice(cases)), "answer": f"a{number}", "metric": metric, "at": _moment(dice), "survey": "s1",
            "question": "q1", "value": float(dice.randrange(11) if metric == "nps" else dice.randrange(1, 6)),
            "status": dice.choice(["valid", "valid", "valid", "late", "test"])}


def _invitation(dice: random.Random, number: int, cases: list[dict[str, Any]]) -> dict[str, Any]:
    return {**_about(dice.choice(cases)), "invitation": f"i{number}", "survey": "s1", "at": _moment(dice),
            "status": dice.choice(["sent", "sent", "bounced"]), "answered": dice.random() < 0.3}


def _state(dice: random.Random) -> dict[str, Any]:
    return {"source": "s", "agent": dice.choice(list(AGENTS)), "channel": "phone", "start": _moment(dice),
            "state": dice.choice(["available", "talk", "hold", "wrap", "busy", "break"]),
            "seconds": dice.randrange(1, 3600)}


def _exposure(dice: random.Random, day: int) -> dict[str, Any]:
    return {"source": "s", "kind": dice.choice(["customer", "order"]), "channel": dice.choice(["phone", "online"]),
            "unit": dice.choice(list(TEAMS)), "start": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
            "count": float(dice.randrange(100, 1000))}
