"""What a survey is to the engine: respondents by items, and what its design says about the items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

MINIMUM_VALID = 30  # below this a score is marked small (SPEC 44)


@dataclass(frozen=True)
class Rules:
    """When a response does not count. None or 0 switches a rule off.

    ``fastest_s`` seconds a response must take at least; ``straight_items`` rating items of which at least so many,
    all answered alike, make a straight line; ``answered_share`` of the items that must be answered. With
    ``one_per_case`` an answer about a case belongs to this contact: its customer may rate another one too.
    """

    fastest_s: float | None = None
    straight_items: int = 8
    answered_share: float = 0.5
    one_per_device: bool = True
    one_per_customer: bool = True
    one_per_case: bool = False


@dataclass(frozen=True)
class Design:
    """Which items mean what. ``scale``: lowest and highest rating, the highest the best except for ``reversed`` items.

    Items of a dimension may be patterns such as ``Q7*``.
    """

    scale: tuple[float, float] = (1, 5)
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)   # name -> items
    expectations: Mapping[str, str] = field(default_factory=dict)             # performance item -> expectation item
    reversed: frozenset[str] = frozenset()
    overall: str = ""
    nps: str = ""
    ces: str = ""
    segments: tuple[str, ...] = ()
    seconds: str = ""                                                         # the item that says how long it took
    device: str = ""
    weighted: bool = False                                                    # what the headline numbers rest on
    rules: Rules = Rules()
    minimum_n: int = 5                                                        # below this nothing is told of a group
    titles: Mapping[str, str] = field(default_factory=dict)                   # what items and dimensions are called
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)     # segment -> what its groups are called

    @property
    def items(self) -> tuple[str, ...]:
        """Every rating item of a dimension, once."""
        return tuple(dict.fromkeys(item for items in self.dimensions.values() for item in items))


@dataclass(frozen=True)
class Responses:
    """One response a row: ``values`` float64 (respondents x items), NaN where not answered; ``weights`` 1 each if none.

    ``segments`` has an object array of texts a name (None: unknown). ``seconds``, ``devices``, ``customers`` and
    ``cases`` are None where the source does not tell; ``status`` is "valid", or one of ``validity.STATUSES`` as the
    source says.
    """

    ids: np.ndarray
    items: tuple[str, ...]
    values: np.ndarray
    weights: np.ndarray
    segments: Mapping[str, np.ndarray] = field(default_factory=dict)
    seconds: np.ndarray | None = None
    devices: np.ndarray | None = None
    customers: np.ndarray | None = None
    status: np.ndarray | None = None
    cases: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def item(self, name: str) -> np.ndarray:
        """One item's answers; all NaN for an item nobody was asked."""
        if name not in self.items:
            return np.full(len(self), np.nan)
        return self.values[:, self.items.index(name)]

    def only(self, kept: np.ndarray) -> Responses:
        """The respondents of a boolean mask."""
        def cut(array: np.ndarray | None) -> np.ndarray | None:
            return None if array is None else array[kept]

        return Responses(self.ids[kept], self.items, self.values[kept], self.weights[kept],
                         {name: values[kept] for name, values in self.segments.items()}, cut(self.seconds),
                         cut(self.devices), cut(self.customers), cut(self.status), cut(self.cases))


@dataclass(frozen=True)
class Score:
    """A number with what it rests on; None for no data. ``small`` below ``MINIMUM_VALID`` answers."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    effective_n: float

    @property
    def small(self) -> bool:
        return self.n < MINIMUM_VALID
