"""All that people said about one theme, for those who may read single answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.text.folding import fold
from bihuan.engine.text.themes.corrections import Correction
from bihuan.engine.text.themes.words import topic_words

from ..contracts import Wave
from ..rights import ROWS, seen_by
from .theme_lines import Quote, ThemeLine
from .themes import ThemePage, corrections_of, counted, members_of, ready_run, theme_page

SIZE = 30


@dataclass(frozen=True)
class Quotes:
    """One page of a theme's quotes, masked; ``others`` are the themes that a quote may go to, ``whole`` how many
    quotes there are, found by the words looked for or not."""

    line: ThemeLine
    others: tuple[ThemeLine, ...]
    page: Page[Any]
    whole: int


def quotes_of(user: User, wave: Wave, name: str, *, text: str = "", page: str | None = None) -> Quotes:
    """Return the quotes of a theme that the person sees on the page of themes; NotAllowed for another."""
    themes = theme_page(user, wave)
    line = line_of(themes, name)
    said = _said(user, wave, name)
    wanted = fold(text.strip())
    kept = [quote for quote in said if wanted in fold(quote.text)] if wanted else said
    return Quotes(line, tuple(one for one in themes.lines if one.place != line.place),
                  Paginator(kept, SIZE).get_page(page), len(said))


def moves_of(user: User, wave: Wave, name: str, to: str, answers: Sequence[str]) -> list[Correction]:
    """Return the corrections that move quotes of one theme to another; NotAllowed for what the person does not see."""
    themes = theme_page(user, wave)
    own, other = line_of(themes, name), line_of(themes, to)
    texts = {quote.answer: quote.text for quote in _said(user, wave, name)}
    if own.place == other.place or not set(answers) <= texts.keys():
        raise NotAllowed(f"theme {name}")
    return [Correction("move", own.terms, "", (other.terms,), tuple(topic_words(texts[answer])), answer)
            for answer in dict.fromkeys(answers)]


def line_of(themes: ThemePage, name: str) -> ThemeLine:
    found = next((line for line in themes.lines if line.name == name), None)
    if found is None:
        raise NotAllowed(f"theme {name}")
    return found


def _said(user: User, wave: Wave, name: str) -> list[Quote]:
    run = ready_run(wave.code)
    if run is None:
        return []
    comments, found = counted(run, seen_by(user, ROWS), corrections_of(wave.family))
    members = members_of(found, name)
    rules = load_rules(workspace.home())
    return [Quote(comments[at].answer, mask_text(comments[at].text, rules)) for at in members]
