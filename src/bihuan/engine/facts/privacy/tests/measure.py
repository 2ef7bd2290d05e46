"""Recall and precision of masking on annotated sentences; ``python -m bihuan.engine.facts.privacy.tests.measure``.

A marked place counts as found when a find of its kind overlaps it; a find counts as right when it overlaps a marked
place of its kind. ``hidden`` is stricter where it matters: every letter and digit of a marked place is covered, by
whatever kind.
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.engine.facts.privacy import KINDS, Span, find

FOLDER = Path(__file__).parent / "sentences"
MARK = re.compile(r"\{([a-z_]+)\|([^{}]+)\}")


@dataclass
class Count:
    """Marked places, those found, those covered whole; finds, those that are right."""

    marked: int = 0
    found: int = 0
    hidden: int = 0
    finds: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def read(name: str) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Return (text, [(start, end, kind)]) of every sentence of a file."""
    sentences = []
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sentences.append(_unmarked(line))
    return sentences


def measure(name: str) -> dict[str, Count]:
    """Return the counts of each kind over a file."""
    counts: dict[str, Count] = defaultdict(Count)
    for text, marks in read(name):
        spans = find(text)
        for mark in marks:
            _judge_mark(counts[mark[2]], mark, spans, text)
        for span in spans:
            count = counts[span.kind]
            count.finds += 1
            if any(kind == span.kind and start < span.end and span.start < end for start, end, kind in marks):
                count.right += 1
            else:
                count.wrong.append(f"{span.value} < {text}")
    return counts


def _judge_mark(count: Count, mark: tuple[int, int, str], spans: list[Span], text: str) -> None:
    start, end, kind = mark
    count.marked += 1
    count.found += any(span.kind == kind and span.start < end and start < span.end for span in spans)
    covered = {place for span in spans for place in range(span.start, span.end)}
    if all(place in covered for place in range(start, end) if text[place].isalnum()):
        count.hidden += 1
    else:
        count.misses.append(f"{text[start:end]} < {text}")


def _unmarked(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    text, marks, last = "", [], 0
    for found in MARK.finditer(line):
        text += line[last:found.start()]
        marks.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        last = found.end()
    return text + line[last:], marks


def table(name: str) -> str:
    """Return the counts of a file as a Markdown table."""
    counts = measure(name)
    lines = ["| kind | marked | found | covered whole | finds | right | recall | precision |",
             "|---|---|---|---|---|---|---|---|"]
    for kind in [*KINDS, "all"]:
        of = [counts[kind]] if kind != "all" else list(counts.values())
        marked, found, hidden, finds, right = (
            sum(getattr(count, which) for count in of) for which in ("marked", "found", "hidden", "finds", "right"))
        lines.append(f"| {kind} | {marked} | {found} | {hidden} | {finds} | {right} | {_share(hidden, marked)} | "
                     f"{_share(right, finds)} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def speed(texts: list[str], *, names: bool) -> float:
    """Return texts masked a second, by this process's own time."""
    from bihuan.engine.facts.privacy import Rules, mask_text

    rules = Rules() if names else Rules(kinds=frozenset(set(KINDS) - {"name"}))
    mask_text("王小明", rules)
    started = time.process_time()
    for text in texts:
        mask_text(text, rules)
    return len(texts) / (time.process_time() - started)


def main() -> None:
    for name in ("tuning.txt", "held_out.txt", "other_writers.txt", "other_writers_held_out.txt", "third_writer.txt",
                 "third_writer_held_out.txt", "second_hand.txt", "second_hand_held_out.txt",
                 "third_hand.txt", "third_hand_held_out.txt", "third_hand_later.txt", "fourth_hand.txt", "fourth_hand_held_out.txt",
                 "everyday.txt"):
        if (FOLDER / name).exists():
            print(f"\n{name}: {len(read(name))} sentences\n\n{table(name)}")
            if "-v" in sys.argv:
                for kind, count in measure(name).items():
                    print(kind, "\n  missed", *count.misses, "\n  wrong", *count.wrong, sep="\n    ")
    texts = [text for text, _ in read("tuning.txt")] * 100
    print(f"\nspeed: {speed(texts, names=False):,.0f} a second without names, {speed(texts, names=True):,.0f} with")


if __name__ == "__main__":
    main()
