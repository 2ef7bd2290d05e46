"""One step of a procedure, and how its fields are written into a cell or an attribute."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

LETTERS = "RACI"
MODES = ("", "online", "offline", "both")
SPLIT = re.compile(r"[、,，;；/\n]+")


class RegisterError(ValueError):
    """A file or a set of steps that cannot be used; the code names the reason, ``detail`` the place."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Step:
    """``activities`` are its names in the event log, ``started_by`` those that mark its beginning.

    ``minutes`` is the planned time (None: not stated), ``mode`` online | offline | both | "", ``duties`` the roles by
    letter, always R, A, C, I in this order.
    """

    number: int
    name: str
    activities: tuple[str, ...] = ()
    started_by: tuple[str, ...] = ()
    input: str = ""
    output: str = ""
    performer: str = ""
    minutes: float | None = None
    mode: str = ""
    optional: bool = False
    repeatable: bool = False
    duties: tuple[tuple[str, tuple[str, ...]], ...] = tuple((letter, ()) for letter in LETTERS)

    def roles(self, letter: str) -> tuple[str, ...]:
        return dict(self.duties).get(letter, ())


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a cell, each once.

    >>> names_in("客服、主管，客服")
    ('客服', '主管')
    """
    return tuple(dict.fromkeys(part.strip() for part in SPLIT.split(text or "") if part.strip()))


def as_data(step: Step) -> dict[str, Any]:
    """Return what a step says beyond its name, empty fields left out: for files that have no place for it."""
    data = asdict(step) | {"duties": {letter: list(roles) for letter, roles in step.duties if roles}}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()
            if name not in ("number", "name") and value not in ("", None, False, (), [], {})}


def from_data(number: int, name: str, data: dict[str, Any]) -> Step:
    """Return the step of ``as_data``. Raises RegisterError for a field that cannot be what it says."""
    try:
        minutes = data.get("minutes")
        duties = data.get("duties") or {}
        texts = {key: str(data.get(key) or "").strip() for key in ("input", "output", "performer")}
        step = Step(
            number, name.strip(), tuple(map(str, data.get("activities") or ())),
            tuple(map(str, data.get("started_by") or ())), texts["input"], texts["output"], texts["performer"],
            None if minutes is None else float(minutes), str(data.get("mode") or ""), bool(data.get("optional")),
            bool(data.get("repeatable")),
            tuple((letter, tuple(map(str, duties.get(letter, ())))) for letter in LETTERS))
    except (TypeError, ValueError, AttributeError) as error:
        raise RegisterError("bad_step", name) from error
    if not step.name or step.mode not in MODES or (step.minutes is not None and not 0 <= step.minutes < 1e7):
        raise RegisterError("bad_step", name)
    return step


def checked(steps: list[Step]) -> list[Step]:
    """Return the steps numbered from 1. Raises RegisterError for none, too many, or two of one name."""
    if not steps:
        raise RegisterError("no_steps")
    if len(steps) > 300:
        raise RegisterError("too_many_steps", str(len(steps)))
    seen: set[str] = set()
    for step in steps:
        if step.name in seen:
            raise RegisterError("same_name", step.name)
        seen.add(step.name)
    return [replace(step, number=place) for place, step in enumerate(steps, start=1)]
