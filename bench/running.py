"""Runs a step as a process of its own and says what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


class Failed(Exception):
    """A part that could not be measured; the message says why. The other parts are."""


@dataclass
class Run:
    """What one step took: CPU and wall seconds, the largest memory in MB, and the numbers it printed."""

    cpu: float
    wall: float
    memory: float
    printed: list[float]


def run(step: str, *arguments: object, command: Sequence[str] | None = None) -> Run:
    """Run a step of ``bench.steps`` (or another command with the step's name and arguments) and wait for it."""
    started = time.monotonic()
    words = [*(command or (sys.executable, "-m", "bench.steps")), step, *map(str, arguments)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"the step {step} ended with {process.returncode}; its message stands above")
    return Run(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024,
               [float(word) for word in printed.splitlines()[-1].split()])


class Taken(dict[str, Run]):
    """What each step took; asking for a step that failed fails."""

    def __missing__(self, name: str) -> Run:
        raise Failed(f"the step {name} was not measured")

    def keep(self, name: str, one: Run) -> None:
        """Keep the cheapest run of each step."""
        self[name] = min(self.get(name, one), one, key=lambda each: each.cpu)


def in_turn(times: int, **steps: tuple[object, ...]) -> Taken:
    """Run the steps one after the other, ``times`` times round; one that fails is left out and not tried again."""
    found, left = Taken(), dict(steps)
    for _ in range(times):
        for name, arguments in list(left.items()):
            try:
                found.keep(name, run(name, *arguments))
            except Failed as failed:
                print(f"  {failed}", flush=True)
                del left[name]
                found.pop(name, None)
    return found
