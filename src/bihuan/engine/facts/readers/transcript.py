"""Dialogues as plain text: a line an utterance and an empty line between dialogues, or a line a prefix of one.

Two layouts, each read into dialogues of the shape that the reader of ``sources/dialogues`` takes:

- **turns**: ``role<TAB>text[<TAB>act<TAB>votes]``, or ``角色：文本``; a line without a role goes on with the one above.
- **prefixes**: ``['user|||system', ...]<TAB>acts<TAB>label``: each line is the dialogue so far, at most its last turns,
  and judges its last one; the user text OVERALL judges the whole.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from statistics import fmean
from typing import Any

from ..sniffing import encoding_of, open_text
from .base import Reject

CUSTOMER = {"user", "customer", "client", "visitor", "caller", "客户", "顾客", "用户", "访客", "客戶", "顧客", "用戶",
            "訪客", "买家", "買家"}
HELPDESK = {"system", "agent", "assistant", "helpdesk", "operator", "support", "客服", "坐席", "座席", "机器人",
            "機器人", "商家", "卖家", "賣家"}
SPOKEN = re.compile(r"\s*([^\s:：\t]{1,12})\s*(\t|[:：])")
WHOLE = "OVERALL"
VOTES = re.compile(r"\d+(\.\d+)?(,\d+(\.\d+)?)*")
PREFIX = re.compile(r"\[['\"].*\|\|\|.*\]\t\[.*\]\t")
HEAD, LOOK_AT = 1 << 16, 400


def is_transcript(path: Path) -> bool:
    """Whether most of the file's first lines are utterances of both sides, or prefixes of dialogues."""
    return bool(_layout(path))


def _layout(path: Path) -> str:
    """prefixes, turns, or "" for another file; a damaged line among the others does not matter."""
    with open_text(path, encoding_of(path)) as file:
        head = file.read(HEAD)
    # The last line of the beginning may be cut.
    lines = head.lstrip("\ufeff").splitlines()[:-1 if len(head) == HEAD else None]
    said = [line for line in lines[:LOOK_AT] if line.strip()]
    if said and sum(bool(PREFIX.match(line)) for line in said) >= 0.5 * len(said):
        return "prefixes"
    roles = [role for line in said if (role := _role(line))]
    return "turns" if len(set(roles)) > 1 and len(roles) > 0.8 * len(said) else ""


def dialogues(path: Path, rejects: list[Reject]) -> Iterator[dict[str, Any]]:
    """``id``, ``turns`` of {user, system, satisfaction} and ``overall_satisfaction`` of every dialogue of the file.

    A dialogue has no number in such a file: it is known by what is said in it, so that parts of the file, or its
    dialogues in another order, are the same dialogues again.
    """
    seen: Counter[str] = Counter()
    with open_text(path, encoding_of(path)) as file:
        lines = enumerate((line.strip("\ufeff\r\n") for line in file), start=1)
        read = _of_prefixes if _layout(path) == "prefixes" else _of_turns
        for told in read(lines, rejects):
            name = blake2b(repr([(turn["user"], turn["system"]) for turn in told["turns"]]).encode(),
                           digest_size=8).hexdigest()
            seen[name] += 1
            yield {"id": name if seen[name] == 1 else f"{name}-{seen[name]}", **told}


def _role(line: str) -> str:
    """customer or agent where the line begins with a word for one; else ""."""
    found = SPOKEN.match(line)
    word = found.group(1).lower() if found else ""
    return "customer" if word in CUSTOMER else "agent" if word in HELPDESK else ""


def _of_turns(lines: Iterable[tuple[int, str]], rejects: list[Reject]) -> Iterator[dict[str, Any]]:
    told = _Dialogue()
    for number, line in lines:
        if not line.strip():
            yield from told.finished()
            told = _Dialogue()
        elif role := _role(line):
            told.say(role, *_parts(line))
        elif not told.go_on(line):
            rejects.append(Reject(number, (line.strip(),), "no_speaker"))
    yield from told.finished()


def _parts(line: str) -> tuple[str, float | None]:
    """(Text, mean of the votes) of an utterance's line."""
    found = SPOKEN.match(line)
    rest = line[found.end():] if found else line
    if "\t" not in line:
        return rest.strip(), None
    text, *more = rest.split("\t")
    votes = more[-1].strip() if len(more) > 1 else ""
    return text.strip(), fmean(map(float, votes.split(","))) if VOTES.fullmatch(votes) else None


class _Dialogue:
    """Utterances as pairs of what the customer and the helpdesk said; the judgement is the customer's turn's."""

    def __init__(self) -> None:
        self.turns: list[dict[str, Any]] = []
        self.overall: float | None = None
        self._last = ""

    def say(self, role: str, text: str, judged: float | None) -> None:
        if role == "customer" and text == WHOLE:
            self.overall = judged
            return
        side = "user" if role == "customer" else "system"
        if side == "user" or not self.turns or self.turns[-1]["system"] is not None:
            self.turns.append({"user": None, "system": None, "satisfaction": None})
        self.turns[-1][side] = text
        if side == "user":
            self.turns[-1]["satisfaction"] = judged
        self._last = side

    def go_on(self, line: str) -> bool:
        """Take a line without a speaker as more of the utterance before it; False where there is none."""
        if not self._last:
            return False
        self.turns[-1][self._last] += "\n" + line.strip()
        return True

    def finished(self) -> Iterator[dict[str, Any]]:
        if self.turns:
            yield {"turns": self.turns, "overall_satisfaction": self.overall}


def _of_prefixes(lines: Iterable[tuple[int, str]], rejects: list[Reject]) -> Iterator[dict[str, Any]]:
    """Put the prefixes of a dialogue together again: each adds a turn, and the answer to the one before."""
    turns: list[dict[str, Any]] = []
    for number, line in lines:
        if not line.strip():
            continue
        said, label = _prefix(line)
        if not said:
            rejects.append(Reject(number, (line.strip(),), "broken_prefix"))
            continue
        *before, (last, answer) = said
        if not _follows(turns, before):
            yield from _put_together(turns, None)
            turns = [_turn(*pair) for pair in before]
        elif turns and before:
            turns[-1]["system"] = before[-1][1]
        if last == WHOLE:
            yield from _put_together(turns, label)
            turns = []
        else:
            turns.append(_turn(last, answer) | {"satisfaction": label})
    yield from _put_together(turns, None)


def _prefix(line: str) -> tuple[list[tuple[str, str]], float | None]:
    """(Pairs of user and system text, label); no pairs where the line is not such a prefix."""
    told, _, rest = line.partition("\t")
    label = rest.rpartition("\t")[2].strip()
    try:
        listed = ast.literal_eval(told)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [], None
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return [], None
    pairs = [(user.strip(), system.strip()) for user, _, system in (one.partition("|||") for one in listed)]
    return pairs, float(label) if VOTES.fullmatch(label) and "," not in label else None


def _turn(user: str, system: str) -> dict[str, Any]:
    return {"user": user, "system": system, "satisfaction": None}


def _follows(turns: list[dict[str, Any]], before: list[tuple[str, str]]) -> bool:
    """Whether a prefix goes on with the dialogue: it repeats the last turns, whose last answer was not known yet."""
    if not turns or not before or len(before) > len(turns):
        return False
    tail = turns[-len(before):]
    return all(turn["user"] == user for turn, (user, _) in zip(tail, before)) and all(
        turn["system"] == system for turn, (_, system) in zip(tail[:-1], before[:-1]))


def _put_together(turns: list[dict[str, Any]], overall: float | None) -> Iterator[dict[str, Any]]:
    if turns:
        yield {"turns": turns, "overall_satisfaction": overall}
