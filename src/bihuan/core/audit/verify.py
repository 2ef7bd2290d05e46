"""Checking the chain: edits, gaps, cut tails and rewrites, and things changed without an entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ..models import AuditEntry, AuditHead
from .chain import FIRST, entry_hash, head_line
from .digest import DELETED, state_hash

HEAD = re.compile(r"bihuan-audit (\d+) ([0-9a-f]{64})")


@dataclass(frozen=True)
class Fault:
    """``code``: edited | gap | cut | rewritten | unlogged | head_unreadable; ``seq`` None where no entry is meant."""

    code: str
    seq: int | None
    text: str


@dataclass(frozen=True)
class Verification:
    """What a check found; ``head`` is the line to keep for the next one."""

    entries: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


Progress = Callable[[int, int], None]
# (object id, content) of every thing of one kind whose state the log vouches for.
States = Callable[[], Iterable[tuple[str, Mapping[str, Any]]]]


def verify(head: str | None = None, *, progress: Progress | None = None) -> Verification:
    """Read the whole chain; with a ``head`` line kept earlier, also find a cut tail and a full rewrite.

    Without a kept line somebody who owns the database can rewrite everything from the start; the line is what makes
    that visible, so keep it elsewhere.
    """
    expected = _read_head(head) if head else None
    faults: list[Fault] = []
    if head and expected is None:
        faults.append(Fault("head_unreadable", None, _("这不是审计日志的链尾行：应形如“bihuan-audit 序号 哈希”。")))
    entries, last_states = _walk(faults, expected, progress)
    faults.extend(_check_states(last_states))
    return Verification(entries=entries, head=head_line(), faults=tuple(faults))


def _walk(faults: list[Fault], expected: tuple[int, str] | None,
          progress: Progress | None) -> tuple[int, dict[tuple[str, str], tuple[int, str]]]:
    # The end is read first: entries that others append meanwhile belong to the next check.
    end = AuditHead.objects.filter(pk=1).first() or AuditHead(seq=0, hash="")
    previous, seq, found = FIRST, 0, False
    states: dict[tuple[str, str], tuple[int, str]] = {}
    for entry in AuditEntry.objects.filter(seq__lte=end.seq).order_by("seq").iterator(chunk_size=2000):
        faults.extend(_check_entry(entry, after=seq, previous=previous))
        if expected and entry.seq == expected[0]:
            found = True
            if entry.hash != expected[1]:
                faults.append(Fault("rewritten", entry.seq, _("第 %(seq)d 条与留存的链尾行不符：日志被整体改写。") % {
                    "seq": entry.seq}))
        if entry.state_hash:
            states[entry.object_type, entry.object_id] = (entry.seq, entry.state_hash)
        previous, seq = entry.hash, entry.seq
        if progress and seq % 2000 == 0:
            progress(seq, end.seq)
    if (end.seq, end.hash or FIRST) != (seq, previous) or _beyond_the_end():
        faults.append(Fault("cut", seq, _("链尾记录与最后一条不符：末尾被截去或添加。")))
    if expected and expected[0] and not found:
        faults.append(Fault("cut", expected[0], _("留存的链尾行指向第 %(seq)d 条，日志中已没有：末尾被截去。") % {
            "seq": expected[0]}))
    return seq, states


def _check_entry(entry: AuditEntry, *, after: int, previous: str) -> Iterator[Fault]:
    if entry.seq != after + 1:
        yield Fault("gap", entry.seq, _("第 %(first)d 至 %(last)d 条缺失。") % {
            "first": after + 1, "last": entry.seq - 1})
    elif entry.previous_hash != previous:
        yield Fault("rewritten", entry.seq, _("第 %(seq)d 条与前一条不相接。") % {"seq": entry.seq})
    if entry.hash != entry_hash(entry):
        yield Fault("edited", entry.seq, _("第 %(seq)d 条写入后被改动。") % {"seq": entry.seq})


def _beyond_the_end() -> bool:
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    # Read after the entries: whoever appended one has moved the end in the same transaction.
    return last > (AuditHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0)


def _check_states(logged: dict[tuple[str, str], tuple[int, str]]) -> Iterator[Fault]:
    for kind, dotted in settings.BIHUAN_AUDITED_STATES.items():
        states: States = import_string(dotted)
        present = {key: state_hash(content) for key, content in states()}
        for key in sorted(present.keys() | {key for of, key in logged if of == kind}):
            seq, expected = logged.get((kind, key), (None, DELETED))
            if present.get(key, DELETED) != expected:
                yield Fault("unlogged", seq, _("%(kind)s %(key)s 的现状与日志中最后一次改动不符。") % {
                    "kind": kind, "key": key})


def _read_head(line: str) -> tuple[int, str] | None:
    match = HEAD.search(line)
    return (int(match[1]), match[2]) if match else None
