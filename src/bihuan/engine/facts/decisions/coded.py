"""Decisions about words of other systems where a field has a fixed list of values: what "400热线" is for us."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from bihuan.engine.characters import fold

from ..binding import VOCABULARIES, Cell
from ..lake import quoted
from ..mapping.values import vocabulary
from .meanings import named
from .model import LIKELY, OPEN, SURE, Decision, Evidence, Option
from .sample import Sample

# So many words of a column are asked about, the most frequent first; of those that a mapping sends to "other" fewer.
ASKED, TOLD = 40, 6
EMPTY = "missing"
LATIN = 3      # letters in common that say something; of Chinese characters one does


class Coded(Sample):
    """Finds the words that a field's list of values does not know."""

    def _coded(self, cell: Cell, column: str) -> Iterator[Decision]:
        value = cell.value
        if value.among or value.default == "":
            return
        decided = dict(self.stage.bindings.known.decided(column, cell.field, cell.allowed))
        words = self._unknown(cell, column, set(decided))
        cap = ASKED if value.default is None else TOLD
        seen = self.evidence_of(column, [word for word, _ in words[:cap]])
        for word, times in words[:cap]:
            yield _word(cell, column, (word, times), decided.get(word.lower()), seen.get(word, ()))
        if rest := words[cap:]:
            yield _rest(cell, column, len(rest), sum(times for _, times in rest))

    def _conditions(self) -> Iterator[Decision]:
        """Words of columns that part the records (answered or not) and stand on neither side."""
        for column, sides in self.stage.sides.items():
            known = {word.lower() for side in sides for word in side}
            decided = dict(self.stage.bindings.known.words(column))
            words = [(word, times) for word, times in self._words_of(column) if word.lower() not in known]
            for word, times in words[:ASKED]:
                seen = self.evidence_of(column, [word]).get(word, ())
                yield _side(column, (word, times), decided.get(word.lower()), sides, seen)

    def _words_of(self, column: str) -> list[tuple[str, int]]:
        """(word, how many rows) of a column, without those that mean nothing, the most frequent first."""
        nothing = {"", *self.stage.nothing(column)}
        found = self.run(
            f"SELECT c, count(*) FROM (SELECT trim({quoted(column)}::VARCHAR) AS c FROM sampled) "
            f"WHERE c IS NOT NULL GROUP BY c ORDER BY count(*) DESC, c"
        )
        return [(word, int(times)) for word, times in found if word not in nothing]

    def _unknown(self, cell: Cell, column: str, decided: set[str]) -> list[tuple[str, int]]:
        """(word, how many rows) of those that mean nothing to us or are decided, the most frequent first."""
        known = {word for word, _ in cell.value.mapped} | set(cell.allowed)
        return [(word, times) for word, times in self._words_of(column)
                if word not in cell.value.missing and (word.lower() in decided or word.lower() not in known)]


def _word(cell: Cell, column: str, found: tuple[str, int], told: str | None, seen: tuple[Evidence, ...]) -> Decision:
    """``told`` is what somebody decided, "" for nothing, None while nobody did."""
    word, times = found
    default = cell.value.default
    chosen = (told or EMPTY) if told is not None else default or ""
    what = VOCABULARIES.get((cell.table, cell.field), cell.field)
    codes = _likeliest(word, what, cell.allowed)
    empty = (Option(EMPTY, "不导入这些行", "leave these rows out") if cell.required
             else Option(EMPTY, "没有说明，留空", "nothing: leave it empty"))
    return Decision(
        "coded_word",
        column,
        chosen,
        SURE if told is not None else OPEN if default is None else LIKELY,
        (f"“{word}”是什么意思", f'What "{word}" means'),
        (f"{times} 行这样写，不在已知的词中", f"{times} rows say so; it is no known word"),
        (*(Option(code, *named(what, code)) for code in codes), empty),
        seen,
        word,
        cell.field,
    )


def _side(column: str, found: tuple[str, int], told: str | None, sides: list[tuple[str, ...]],
          seen: tuple[Evidence, ...]) -> Decision:
    """Which of the words that part the records a word stands for; ``told`` is what somebody decided."""
    word, times = found
    likely = sorted(sides, key=lambda side: -max(_alike(fold(word), fold(one)) for one in side))
    same = [Option(side[0], f"和“{side[0]}”一样", f'the same as "{side[0]}"') for side in likely]
    return Decision(
        "when_word",
        column,
        (told or EMPTY) if told is not None else "",
        OPEN if told is None else SURE,
        (f"“{word}”是什么意思", f'What "{word}" means'),
        (f"{times} 行这样写；由这一列决定这一行算哪一种", f"{times} rows say so; the column tells what a row is"),
        (*same, Option(EMPTY, "都不是", "neither")),
        seen,
        word,
    )


def _rest(cell: Cell, column: str, words: int, rows: int) -> Decision:
    what = ("留空并列为问题单元格：这一列的词很多，可能对应错了字段",
            "bad cells: so many words may mean the wrong field")
    if cell.value.default is not None:
        name = named(VOCABULARIES.get((cell.table, cell.field), cell.field), cell.value.default)
        what = (f"按“{name[0]}”读", f'read as "{name[1]}"')
    return Decision(
        "coded_rest",
        column,
        "",
        LIKELY,
        ("较少见的词", "Rarer words"),
        (f"另有 {words} 种写法（{rows} 行）没有逐个列出，{what[0]}",
         f"{words} further words ({rows} rows) are not listed: {what[1]}"),
        field=cell.field,
    )


def _likeliest(word: str, what: str, allowed: tuple[str, ...]) -> list[str]:
    """The codes a word may mean, the most alike first; for a word like none of them "other" where there is one.

    >>> _likeliest("400热线", "channel", ("online", "phone", "other"))
    ['phone', 'online', 'other']
    """
    names = {code: [code.replace("_", " "), *named(what, code)] for code in allowed}
    for known, code in vocabulary(what if what in VOCABULARIES.values() else None).items():
        names.setdefault(code, []).append(known)
    scores = {code: max(_alike(fold(word), fold(name)) for name in names[code]) for code in allowed}
    order = {code: place for place, code in enumerate(allowed)}
    return sorted(allowed, key=lambda code: (-scores[code], code == "other" and any(scores.values()),
                                             code != "other", order[code]))


def _alike(word: str, known: str) -> float:
    """How much of a known word another one holds, and how much of it that is: 2 for the same, 0 for nothing."""
    longest = SequenceMatcher(None, word, known, autojunk=False).find_longest_match()
    common = word[longest.a:longest.a + longest.size].strip()
    if not common or (common.isascii() and len(common) < min(LATIN, len(known))):
        return 0.0
    return len(common) / len(known) + len(common) / len(word) + (common == known)
