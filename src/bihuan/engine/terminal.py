"""What the commands say to people: on stderr, in the language of the terminal. stdout belongs to the answer."""

from __future__ import annotations

import os
import sys


def language() -> str:
    """Chinese ("zh") where the terminal's locale is Chinese, else English ("en")."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if asked.startswith("zh") else "en"


def say(chinese: str, english: str) -> None:
    """Say one sentence, at once: it may be about what takes long."""
    print(chinese if language() == "zh" else english, file=sys.stderr, flush=True)
