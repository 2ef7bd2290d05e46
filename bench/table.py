"""The table that the bench prints: what was measured, beside what, and whether the goal is met."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.running import Failed

WIDTH = 66


@dataclass
class Table:
    """Prints its lines as they come and keeps what was missed, and which parts could not be measured."""

    missed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of its own: where it fails, the table says so and the others go on."""
        try:
            yield
        except Exception as error:  # whatever it is, what else was measured stands
            self.plain(name, f"FAILED: {error if isinstance(error, Failed) else repr(error)}")
            self.failed.append(name)

    def head(self, text: str) -> None:
        print(f"\n{text}\n  {'':<{WIDTH}} {'ours':>10} {'beside':>10} {'ratio':>8}  goal", flush=True)

    def at_most(self, name: str, ours: float, beside: float, goal: float | None) -> None:
        """Ours divided by the limit: the smaller the better."""
        self._line(name, ours, beside, ours / beside, goal, goal is None or ours / beside <= goal, "<=")

    def at_least(self, name: str, ours: float, beside: float, goal: float | None) -> None:
        """The peer's cost divided by ours: the greater the better."""
        self._line(name, ours, beside, beside / ours, goal, goal is None or beside / ours >= goal, ">=")

    def below(self, name: str, found: float, goal: float, unit: str) -> None:
        met = found < goal
        self._note(name, met)
        print(f"  {name:<{WIDTH}} {found:>7.2f} {unit:<2} {'':>10} {'':>8}  < {goal:g} {unit} {_said(met)}", flush=True)

    def share(self, name: str, found: float, goal: float | None) -> None:
        """A share of something: the greater the better."""
        met = goal is None or found >= goal
        self._note(name, met)
        aim = "" if goal is None else f">= {goal:g} {_said(met)}"
        print(f"  {name:<{WIDTH}} {'':>10} {'':>10} {found:>8.2f}  {aim}", flush=True)

    def plain(self, name: str, text: str) -> None:
        print(f"  {name:<{WIDTH}} {text}", flush=True)

    def end(self) -> int:
        """Say what was missed and what could not be measured; return the exit code."""
        print("\nEvery goal is met." if not self.missed else f"\n{len(self.missed)} goals missed:", flush=True)
        for name in self.missed:
            print(f"  {name}")
        if self.failed:
            print(f"Not measured: {', '.join(self.failed)}.", flush=True)
        return 1 if self.failed else 0

    def _line(self, name: str, ours: float, beside: float, ratio: float, goal: float | None, met: bool, sign: str) -> None:
        self._note(name, met)
        aim = "" if goal is None else f"{sign} {goal:g} {_said(met)}"
        print(f"  {name:<{WIDTH}} {ours:>8.2f} s {beside:>8.2f} s {ratio:>8.2f}  {aim}", flush=True)

    def _note(self, name: str, met: bool) -> None:
        if not met:
            self.missed.append(name)


def _said(met: bool) -> str:
    return "met" if met else "MISSED"
