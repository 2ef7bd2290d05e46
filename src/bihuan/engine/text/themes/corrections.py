"""What people changed about themes, applied to what was found: in the same wave and in the next one.

A correction names a theme by its terms, so that it finds the theme again in another wave, where the same words make a
theme of other texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..folding import fold
from .aspects import aspect_of
from .contracts import Theme, Themes
from .find import TERMS
from .telling import QUOTES, passage
from .words import topic_words

KINDS = ("rename", "merge", "split", "move", "flag", "drop")
ALIKE = 0.34          # share of the terms that two themes must have in common to be the same
SAME_TEXT = 0.6       # overlap of topic words from which a text follows one that was moved


@dataclass(frozen=True)
class Correction:
    """One change. ``terms`` is the theme meant, ``others`` the terms of those merged into it or moved to.

    ``rename``: to ``name``. ``merge``: the theme and ``others`` become ``name``. ``split``: texts with one of ``words``
    leave it for a theme ``name``. ``move``: the text of these topic ``words`` (and, in its own wave, of this ``text``
    key) goes to the theme of ``others``. ``flag``: it is urgent. ``drop``: it is
    no theme to be told of.
    """

    kind: str
    terms: tuple[str, ...]
    name: str = ""
    others: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Corrected:
    """A theme after the corrections; ``flagged``, ``named`` or ``dropped`` by a person."""

    theme: Theme
    flagged: bool = False
    named: bool = False
    dropped: bool = False


def apply_corrections(found: Themes, texts: Sequence[str | None], corrections: Sequence[Correction], *,
                      keys: Sequence[str] = ()) -> tuple[Corrected, ...]:
    """Return the themes with the corrections applied in order, the most frequent first, dropped ones among them: their
    texts have a theme, though it is not told of.

    ``keys`` name the texts, for moves of a text of this very wave. A correction whose theme is not found in these
    texts does nothing: the next wave may speak of other things.
    """
    themes = [Corrected(theme) for theme in found.themes]
    for one in corrections:
        themes = _STEPS[one.kind](themes, one, texts, keys)
    told = [replace(one, theme=_counted(one.theme, found.texts)) for one in themes if one.theme.members]
    return tuple(sorted(told, key=lambda one: -one.theme.count))


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of the shorter list's terms that both have.

    >>> likeness(("快递", "物流", "包装"), ("物流", "快递")), likeness(("快递",), ("客服",))
    (1.0, 0.0)
    """
    smaller = min(len(one), len(other))
    return len(set(one) & set(other)) / smaller if smaller else 0.0


def _place(themes: list[Corrected], terms: tuple[str, ...]) -> int | None:
    """The theme most like the terms, the one of all the same terms before one that only shares some; None for none.

    A known aspect leads its terms with its name: it is itself in every wave, whatever words follow, and no other is.
    What was dropped is out of the way of later corrections.
    """
    left = [at for at, one in enumerate(themes) if not one.dropped]
    if aspect_of(terms) is not None:
        return next((at for at in left if themes[at].theme.terms[:1] == terms[:1]), None)

    def order(at: int) -> tuple[float, float, int]:
        own = themes[at].theme.terms
        return len(set(own) & set(terms)) / max(len(set(own) | set(terms)), 1), likeness(own, terms), len(own)

    best = max(left, key=order, default=None)
    return best if best is not None and likeness(themes[best].theme.terms, terms) >= ALIKE else None


def _rename(themes: list[Corrected], one: Correction, texts: Sequence[str | None],
            keys: Sequence[str]) -> list[Corrected]:
    at = _place(themes, one.terms)
    if at is not None:
        themes[at] = replace(themes[at], named=True, theme=replace(themes[at].theme, name=one.name))
    return themes


def _flag(themes: list[Corrected], one: Correction, texts: Sequence[str | None],
          keys: Sequence[str]) -> list[Corrected]:
    at = _place(themes, one.terms)
    if at is not None:
        themes[at] = replace(themes[at], flagged=True)
    return themes


def _drop(themes: list[Corrected], one: Correction, texts: Sequence[str | None],
          keys: Sequence[str]) -> list[Corrected]:
    at = _place(themes, one.terms)
    if at is not None:
        themes[at] = replace(themes[at], dropped=True)
    return themes


def _merge(themes: list[Corrected], one: Correction, texts: Sequence[str | None],
           keys: Sequence[str]) -> list[Corrected]:
    places = list(dict.fromkeys(at for terms in (one.terms, *one.others) if (at := _place(themes, terms)) is not None))
    if len(places) < 2:
        return themes
    parts = [themes[at] for at in places]
    members = tuple(dict.fromkeys(index for part in parts for index in part.theme.members))
    # Terms in turn from each, so that each part is found again by its own.
    turns = [part.theme.terms[place] for place in range(TERMS) for part in parts if place < len(part.theme.terms)]
    whole = replace(parts[0].theme, name=one.name or parts[0].theme.name, members=members,
                    terms=tuple(dict.fromkeys(turns))[:2 * TERMS],
                    quotes=tuple(quote for part in parts for quote in part.theme.quotes[:2])[:QUOTES],
                    quoted=tuple(at for part in parts for at in part.theme.quoted[:2])[:QUOTES])
    merged = Corrected(whole, any(part.flagged for part in parts), bool(one.name) or parts[0].named)
    return [merged if at == places[0] else part for at, part in enumerate(themes) if at not in places[1:]]


def _split(themes: list[Corrected], one: Correction, texts: Sequence[str | None],
           keys: Sequence[str]) -> list[Corrected]:
    at = _place(themes, one.terms)
    if at is None or not one.words:
        return themes
    wanted = [fold(word) for word in one.words]
    theme = themes[at].theme
    leaving = tuple(index for index in theme.members if any(word in fold(texts[index] or "") for word in wanted))
    if not leaving or len(leaving) == len(theme.members):
        return themes
    rest = tuple(term for term in theme.terms if term not in one.words) or theme.terms
    themes[at] = replace(themes[at], theme=_only(replace(theme, terms=rest), set(theme.members) - set(leaving), texts))
    new = replace(theme, name=one.name or "、".join(one.words), terms=tuple(one.words), members=leaving)
    return [*themes, Corrected(_only(new, set(leaving), texts), named=bool(one.name))]


def _move(themes: list[Corrected], one: Correction, texts: Sequence[str | None],
          keys: Sequence[str]) -> list[Corrected]:
    source, target = _place(themes, one.terms), _place(themes, one.others[0] if one.others else ())
    if source is None or target is None or source == target:
        return themes
    moved = set(one.words)
    leaving = {index for index in themes[source].theme.members
               if (keys and one.text and keys[index] == one.text) or _follows(texts[index] or "", moved)}
    if not leaving:
        return themes
    left, joined = themes[source].theme, themes[target].theme
    members = (*(index for index in joined.members if index not in leaving), *sorted(leaving))
    themes[source] = replace(themes[source], theme=_only(left, set(left.members) - leaving, texts))
    themes[target] = replace(themes[target], theme=replace(joined, members=members))
    return themes


def _follows(text: str, moved: set[str]) -> bool:
    own = set(topic_words(text)) if len(moved) > 1 else set()
    return bool(own) and len(own & moved) / len(own | moved) >= SAME_TEXT


def _only(theme: Theme, kept: set[int], texts: Sequence[str | None]) -> Theme:
    """The theme of some of its texts, the order kept; quotes are of those."""
    members = tuple(index for index in theme.members if index in kept)
    quoted = tuple(index for index in theme.quoted if index in kept) or tuple(
        {(texts[index] or "").strip(): index for index in reversed(members)}.values())[::-1][:QUOTES]
    return replace(theme, members=members, quoted=quoted,
                   quotes=tuple(passage(texts[index] or "", theme.terms) for index in quoted))


def _counted(theme: Theme, texts: int) -> Theme:
    return replace(theme, count=len(theme.members), share=len(theme.members) / texts if texts else 0.0)


Step = Callable[[list[Corrected], Correction, Sequence["str | None"], Sequence[str]], list[Corrected]]
_STEPS: dict[str, Step] = {"rename": _rename, "merge": _merge, "split": _split, "move": _move, "flag": _flag,
                          "drop": _drop}
