"""Traditional characters for what is written in simplified ones, as the interface's catalogue has them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """Return a text of ours in traditional characters; never for what people or other systems wrote.

    >>> traditional("一次性解决率"), traditional("FCR")
    ('一次性解決率', 'FCR')
    """
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2tw")
