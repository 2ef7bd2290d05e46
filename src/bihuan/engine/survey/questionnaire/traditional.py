"""Simplified Chinese to traditional, as Taiwan writes it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """Return a text in traditional characters.

    >>> traditional("您对服务的评价是？")
    '您對服務的評價是？'
    """
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2tw")
