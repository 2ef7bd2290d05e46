"""How counts are written in sentences that are kept: in a job's result, in a notice."""

from __future__ import annotations


def separated(**counts: int) -> dict[str, str]:
    """Return counts for the places of a sentence, with separators of thousands.

    >>> separated(read=150000, refused=12)
    {'read': '150,000', 'refused': '12'}
    """
    return {name: f"{count:,}" for name, count in counts.items()}
