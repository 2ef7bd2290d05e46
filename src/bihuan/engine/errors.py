"""What the refusals of the engine's rooms share: a code, and a sentence in Chinese and English with the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class CodedError(Exception):
    """A refusal; ``code`` names the reason, ``params`` fill the sentence and ``text`` is the one for the person."""

    sentences: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    def text(self, language: str = "zh") -> str:
        """Return the sentence in Chinese ("zh...") or English."""
        return self.sentences[self.code][0 if language.startswith("zh") else 1].format(**self.params)

    def __str__(self) -> str:
        return self.text("en")
