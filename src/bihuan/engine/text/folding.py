"""Words of a query in texts, however either is written: see ``characters``."""

from __future__ import annotations

from bihuan.engine.characters import fold

__all__ = ["excerpt", "fold", "places", "terms"]


def terms(query: str) -> tuple[str, ...]:
    """Return the folded words of a query: parted by blanks, each to be found somewhere in the text.

    >>> terms(" 還有可能  退款 ")
    ('还有可能', '退款')
    """
    return tuple(dict.fromkeys(fold(query).split()))


def places(text: str, wanted: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where the words stand in a text, in order, touching and overlapping ones joined.

    >>> places("还有可能是定期检修", ("可能", "能是"))
    [(2, 5)]
    """
    folded, found = fold(text), []
    for word in wanted:
        at = folded.find(word) if word else -1
        while at >= 0:
            found.append((at, at + len(word)))
            at = folded.find(word, at + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def excerpt(text: str, wanted: tuple[str, ...], *, around: int = 30) -> list[tuple[str, bool]]:
    """Return the neighbourhood of the first find as (part, is found), the whole text when nothing was asked for."""
    found = places(text, wanted)
    begin = max(0, found[0][0] - around) if found else 0
    until = min(len(text), (found[0][1] if found else 0) + 3 * around)
    parts, last = [("…", False)] if begin else [], begin
    for start, end in found:
        if start >= until:
            break
        parts += [(text[last:start], False), (text[start:end], True)]
        last = end
    parts += [(text[last:max(until, last)], False), ("…" if max(until, last) < len(text) else "", False)]
    return [(part, hit) for part, hit in parts if part]
