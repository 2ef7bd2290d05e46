"""The invented company's fixed nature (``company.toml``) and the sizes it can be generated in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("company.toml")


@dataclass(frozen=True)
class Scale:
    """How much is generated: ``days`` of history, mean new problems a day by door, number of customers.

    Rosters are fixed numbers of people, so the load a day should stay near the demo's; a smaller company is a
    shorter history. ``state_days`` is how long the telephone system keeps agent states.
    """

    days: int
    calls: float
    chats: float
    tickets: float
    customers: int
    state_days: int


SCALES = {
    "demo": Scale(days=731, calls=66, chats=25, tickets=14, customers=24_000, state_days=180),
    "half": Scale(days=365, calls=66, chats=25, tickets=14, customers=15_000, state_days=90),
    "quarter": Scale(days=182, calls=66, chats=25, tickets=14, customers=9_000, state_days=60),
    "small": Scale(days=28, calls=66, chats=25, tickets=14, customers=2_500, state_days=14),
}


@dataclass(frozen=True)
class Topic:
    """What a problem is about; see the comments in ``company.toml`` for each number."""

    name: str
    share: float
    base: float
    talk: float
    mood: float
    complain: float
    department: str
    steps: tuple[str, ...]
    hard: bool = False


@dataclass(frozen=True)
class Unit:
    """A centre, team, vendor or department; ``shifts`` are (from hour, to hour, people on duty)."""

    id: str
    name: str
    kind: str
    parent: str | None = None
    skill: str = ""
    agents: int = 0
    shifts: tuple[tuple[float, float, int], ...] = ()


@dataclass(frozen=True)
class Company:
    """Everything that is the same in every generated history."""

    name: str
    regions: tuple[str, ...]
    region_share: np.ndarray
    products: tuple[str, ...]
    product_share: np.ndarray
    topics: tuple[Topic, ...]
    units: tuple[Unit, ...]
    hours: dict[str, np.ndarray]
    weekdays: dict[str, np.ndarray]

    def topic(self, name: str) -> int:
        """Return the position of the topic of that name."""
        return next(i for i, topic in enumerate(self.topics) if topic.name == name)

    def teams(self, skill: str) -> list[Unit]:
        """Return the units that serve ``skill``."""
        return [unit for unit in self.units if unit.skill == skill]


def _shares(weights) -> np.ndarray:
    array = np.asarray(list(weights), dtype=float)
    return array / array.sum()


@cache
def company() -> Company:
    """Return the shipped company."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    units = tuple(Unit(**{**unit, "shifts": tuple(tuple(shift) for shift in unit.get("shifts", ()))})
                  for unit in raw["unit"])
    return Company(
        name=raw["name"],
        regions=tuple(raw["regions"]), region_share=_shares(raw["regions"].values()),
        products=tuple(raw["products"]), product_share=_shares(raw["products"].values()),
        topics=tuple(Topic(**{**topic, "steps": tuple(topic["steps"])}) for topic in raw["topic"]),
        units=units,
        hours={door: _shares(weights) for door, weights in raw["hours"].items()},
        weekdays={door: np.asarray(weights) for door, weights in raw["weekdays"].items()},
    )
