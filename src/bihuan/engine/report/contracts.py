"""A report as a frozen value: numbers that no edit can alter, and sentences that refer to them.

In the text of a chapter a number stands as ``[[n7]]``; what it reads is kept in ``Report.numbers`` and nowhere else.
For editing, ``editable`` writes ``[[n7:84.1%]]`` so that people see what they move about; whatever they make of the
part behind the colon is thrown away. Numbers typed by hand are words of the author, and ``typed_numbers`` lists them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..indicators.contracts import Point, Result
from .errors import ReportError

TOKEN = re.compile(r"\[\[\s*([A-Za-z]\w*)\s*(?:[:：][^\]]*)?\]\]")
DIGITS = re.compile(r"\d[\d,.]*\s*%?")


@dataclass(frozen=True)
class Number:
    """One locked number: which part of which result, its raw value, and how it reads in the report's language."""

    key: str
    indicator: str
    part: str                            # value | interval | n | target | change | effect | needed | count
    value: float | None
    text: str
    group: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Chapter:
    """A titled text that people may edit; ``edited`` once somebody did."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    edited: bool = False


@dataclass(frozen=True)
class EvidenceRow:
    """One row behind a number: its id, when it counts, where it happened, and its own value."""

    row: str
    at: str | None = None
    unit: str | None = None
    channel: str | None = None
    value: float | None = None


@dataclass(frozen=True)
class Evidence:
    """The rows a low number rests on: the first ones, and how many there are in all.

    ``kind``: missed (did not count for a share that should be high), hit (counted for one that should be low),
    slowest, lowest, all.
    """

    kind: str
    count: int
    rows: tuple[EvidenceRow, ...] = ()


@dataclass(frozen=True)
class Change:
    """This period minus the one before; ``verdict`` better | worse | unclear (the interval holds 0) | changed."""

    difference: float
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True)
class Item:
    """One indicator in the report, with its trend, its evidence and the owner that people fill in."""

    key: str
    title: str
    result: Result
    previous: Result | None = None
    change: Change | None = None
    trend: tuple[Point, ...] = ()
    evidence: Evidence | None = None
    owner: str = ""


@dataclass(frozen=True)
class Relation:
    """Cases resolved at first contact against the others, in one group or (group None) within equal groups.

    ``difference`` of the mean satisfaction (resolved minus not), an association and no cause.
    """

    dimension: str
    group: str | None
    n_yes: int
    n_no: int
    mean_yes: float
    mean_no: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class PassportNote:
    """The definition of a number as it is printed at the end: name, version, words and the smallest n."""

    indicator: str
    title: str
    version: str
    sentence: str
    window: str
    minimum_n: int
    method: str
    source: str
    definition_hash: str
    direction: str = ""                  # up: more is better | down | none


@dataclass(frozen=True)
class Report:
    """The whole report, independent of Word, PDF or Excel. ``items`` are lowest first."""

    title: str
    lang: str
    period: str
    previous_period: str
    scope: str
    as_of: str
    start: str | None
    end: str | None
    items: tuple[Item, ...]
    missing: tuple[str, ...]             # titles of indicators without data in the period
    by: str
    breakdown: tuple[Result, ...]        # the items' indicators by dimension ``by``
    names: dict[str, str]                # words for group values (units, channels)
    chapters: tuple[Chapter, ...]
    numbers: dict[str, Number]
    relations: tuple[Relation, ...]
    passports: tuple[PassportNote, ...]

    @property
    def is_running(self) -> bool:
        """Whether the data reach no further than a day of the period: its numbers may still change."""
        return bool(self.end and self.as_of and self.as_of[:10] <= self.end)

    @property
    def fingerprint(self) -> str:
        """Return a hash over everything that people may not edit: all but the chapters' text and the owners."""
        content = asdict(replace(self, chapters=(), items=tuple(replace(item, owner="") for item in self.items)))
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def chapter(self, key: str) -> Chapter:
        """Return a chapter by key: ReportError ``unknown_part`` when there is none."""
        return next((chapter for chapter in self.chapters if chapter.key == key), None) or self._no_part(
            key, (chapter.key for chapter in self.chapters))

    def read(self, text: str) -> str:
        """Return a paragraph as it is printed, every reference replaced by its number."""
        return TOKEN.sub(lambda found: self.numbers[found[1]].text if found[1] in self.numbers else found[0], text)

    def editable(self, key: str) -> str:
        """Return a chapter's text for an edit field: one paragraph a line, references with what they read."""
        lines = "\n".join(self.chapter(key).paragraphs)
        return TOKEN.sub(lambda found: f"[[{found[1]}:{self.numbers[found[1]].text}]]", lines)

    def with_chapter(self, key: str, text: str) -> Report:
        """Return a copy with another text in one chapter; ReportError ``unknown_number`` for a foreign reference."""
        old = self.chapter(key)
        for found in TOKEN.finditer(text):
            if found[1] not in self.numbers:
                raise ReportError("unknown_number", chapter=old.title, key=found[1], known=", ".join(self.numbers))
        lines = tuple(TOKEN.sub(r"[[\1]]", line.strip()) for line in text.splitlines() if line.strip())
        new = old if lines == old.paragraphs else replace(old, paragraphs=lines, edited=True)
        return replace(self, chapters=tuple(new if chapter.key == key else chapter for chapter in self.chapters))

    def with_owner(self, key: str, owner: str) -> Report:
        """Return a copy with the owner of one item filled in."""
        if key not in {item.key for item in self.items}:
            self._no_part(key, (item.key for item in self.items))
        named = (replace(item, owner=owner.strip()) if item.key == key else item for item in self.items)
        return replace(self, items=tuple(named))

    def to_json(self) -> str:
        """Return the report as JSON text with its fingerprint, for ``from_json``."""
        return json.dumps({"fingerprint": self.fingerprint, "report": asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Return the report of ``to_json``; ReportError ``altered_numbers`` when its numbers were changed since."""
        stored = json.loads(text)
        report = _revive(stored["report"])
        if report.fingerprint != stored["fingerprint"]:
            raise ReportError("altered_numbers")
        return report

    def _no_part(self, key: str, known: Iterable[str]) -> Any:
        raise ReportError("unknown_part", key=key, known=", ".join(known))


def typed_numbers(text: str) -> list[str]:
    """Return the numbers in an edited text that are not references, so that a page can point at them.

    >>> typed_numbers("由 [[n1:84.1%]] 升至 92.5%，共 30 件")
    ['92.5%', '30']
    """
    return [found.strip() for found in DIGITS.findall(TOKEN.sub("", text))]


def _revive(raw: dict[str, Any]) -> Report:
    """Build the frozen parts back from what ``asdict`` made of them."""
    parts = dict(raw)
    parts["items"] = tuple(_revive_item(item) for item in raw["items"])
    parts["chapters"] = tuple(Chapter(**{**one, "paragraphs": tuple(one["paragraphs"])}) for one in raw["chapters"])
    parts["numbers"] = {key: Number(**number) for key, number in raw["numbers"].items()}
    parts["relations"] = tuple(Relation(**one) for one in raw["relations"])
    parts["passports"] = tuple(PassportNote(**one) for one in raw["passports"])
    parts["breakdown"] = tuple(map(_revive_result, raw["breakdown"]))
    parts["missing"] = tuple(raw["missing"])
    return Report(**parts)


def _revive_item(raw: dict[str, Any]) -> Item:
    evidence = raw["evidence"]
    return Item(**{
        **raw, "result": _revive_result(raw["result"]),
        "previous": _revive_result(raw["previous"]) if raw["previous"] else None,
        "change": Change(**raw["change"]) if raw["change"] else None,
        "trend": tuple(Point(**{**point, "result": _revive_result(point["result"])}) for point in raw["trend"]),
        "evidence": Evidence(evidence["kind"], evidence["count"], tuple(EvidenceRow(**row) for row in evidence["rows"]))
        if evidence else None,
    })


def _revive_result(raw: dict[str, Any]) -> Result:
    return Result(**{**raw, "bands_possible": tuple(raw["bands_possible"])})
