"""Find personal data in a text, put placeholders in its place, and put it back where somebody may see it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from .folding import fold
from .numbers import EMAIL, SEARCHES, Find
from .prefilter import ADDRESS_SIGNS, NAME_SIGNS, worth
from .rules import DEFAULT, KINDS, OWN, Rules

# What was masked before, here or by the source system, is left alone: 〔手机号〕, [姓名x], 138****1234; 〔2024〕 is a year.
MASKED = re.compile(r"〔(?!\d{4}〕)[^〔〕]{1,24}〕|\[(?!\d{4}\])[^\[\]\n]{1,40}\]|【已[^【】]{1,12}】|[0-9A-Za-z]{0,8}\*{2,}[0-9A-Za-z]{0,8}")
ORDER = {kind: place for place, kind in enumerate([OWN, *KINDS])}
# An address may hold what looks like an order number, an own pattern may hold anything.
STAR = "*"


@dataclass(frozen=True)
class Span:
    """A find: ``start``-``end`` in the original, ``at``-``until`` of its placeholder in the masked text."""

    start: int
    end: int
    kind: str
    label: str
    value: str
    at: int = 0
    until: int = 0


@dataclass(frozen=True)
class Masked:
    """A masked text and what was taken out of it, in the order of the text."""

    text: str
    spans: tuple[Span, ...]


def find(text: str, rules: Rules = DEFAULT, more: Iterable[Find] = ()) -> list[Span]:
    """Return the personal data of a text, in order and without overlaps; nothing inside older placeholders.

    ``more``: finds that the text alone does not tell, but its dialogue does.

    >>> [(span.kind, span.value) for span in find("我的手机是１３８-００１３-８０００")]
    [('mobile', '１３８-００１３-８０００')]
    """
    if not text:
        return []
    folded = fold(text)
    told = ((start, end, kind, "") for start, end, kind in more)
    found = sorted([*told, *_finds(folded, rules)], key=lambda each: (ORDER[each[2]], each[0] - each[1]))
    if not found:
        return []
    taken = [(older.start(), older.end()) for older in MASKED.finditer(folded)]
    spans: list[Span] = []
    for start, end, kind, label in found:
        if text[start:end] in rules.never or any(start < until and begin < end for begin, until in taken):
            continue
        taken.append((start, end))
        spans.append(Span(start, end, kind, label, text[start:end]))
    return sorted(spans, key=lambda span: span.start)


def mask(text: str, rules: Rules = DEFAULT, *, style: str = "tag", lang: str = "zh",
         more: Iterable[Find] = ()) -> Masked:
    """Return the text with placeholders and where they stand.

    ``tag``: 〔手机号〕, nothing of the value is left. ``partial``: 138****8000, as a person needs it who has to
    recognise a customer. Masking what is masked changes nothing.
    """
    parts: list[str] = []
    spans: list[Span] = []
    last = length = 0
    for span in find(text, rules, more):
        shown = _shown(span, style, lang)
        parts += [text[last:span.start], shown]
        length += span.start - last
        spans.append(Span(span.start, span.end, span.kind, span.label, span.value, length, length + len(shown)))
        length, last = length + len(shown), span.end
    return Masked("".join([*parts, text[last:]]), tuple(spans))


def mask_text(text: str, rules: Rules = DEFAULT, *, style: str = "tag", lang: str = "zh") -> str:
    """Return the masked text alone."""
    return mask(text, rules, style=style, lang=lang).text


def mask_many(texts: Iterable[str | None], rules: Rules = DEFAULT, *, style: str = "tag",
              lang: str = "zh") -> list[str | None]:
    """Return masked texts in order, None for None; equal texts are masked once."""
    known: dict[str, str] = {}
    masked: list[str | None] = []
    for text in texts:
        if text is None:
            masked.append(None)
            continue
        if text not in known:
            known[text] = mask(text, rules, style=style, lang=lang).text
        masked.append(known[text])
    return masked


def mask_field(value: str | None, kind: str, *, style: str = "partial", lang: str = "zh") -> str | None:
    """Mask a field that is known to hold one kind of personal data, whatever its form; None and empty stay.

    >>> mask_field("欧阳小明", "name"), mask_field("13800138000", "mobile"), mask_field("a@b.example", "email")
    ('欧阳**', '138****8000', 'a***@b.example')
    """
    if not value or MASKED.fullmatch(value):
        return value
    return _shown(Span(0, len(value), kind, "", value), style, lang)


def mask_file_name(name: str, rules: Rules = DEFAULT) -> str:
    """Mask a file's name and keep its ending; underscores and dashes part words there."""
    path = PurePath(name)
    stem = path.name[:-len(path.suffix)] if path.suffix else path.name
    spaced = re.sub(r"[_+]", " ", stem)
    parts, last = [], 0
    for span in find(spaced, rules):
        parts += [stem[last:span.start], _shown(span, "tag", "zh")]
        last = span.end
    return "".join([*parts, stem[last:], path.suffix])


def restore(masked: str, spans: Sequence[Span]) -> str:
    """Put what was taken out back into a masked text.

    >>> masked = mask("找王小明，13800138000")
    >>> restore(masked.text, masked.spans)
    '找王小明，13800138000'
    """
    parts, last = [], 0
    for span in spans:
        parts += [masked[last:span.at], span.value]
        last = span.until
    return "".join([*parts, masked[last:]])


def _finds(folded: str, rules: Rules) -> Iterable[tuple[int, int, str, str]]:
    for own, pattern in rules.compiled:
        for found in pattern.finditer(folded):
            group = 1 if pattern.groups else 0
            if found.start(group) >= 0 and found.end(group) > found.start(group):
                yield found.start(group), found.end(group), OWN, own.label
    for start, end, kind in _built_in(folded, rules):
        if kind in rules.kinds:
            yield start, end, kind, ""


def _built_in(folded: str, rules: Rules) -> Iterable[Find]:
    hits = worth(folded)
    for kind, search, signs in SEARCHES:
        if kind in rules.kinds and not hits.isdisjoint(signs):
            yield from search(folded)
    if "order" in rules.kinds and "spelt" in hits:
        from .spelt import spelt_orders

        yield from spelt_orders(folded)
    if "dictated" in hits:
        from .dictated import dictated

        yield from (found for found in dictated(folded) if found[2] in rules.kinds)
    # The patterns of addresses and names take 0.2 s to compile: whoever only imports this does not wait for them.
    if "address" in rules.kinds and not hits.isdisjoint(ADDRESS_SIGNS):
        from .addresses import addresses

        yield from addresses(folded, hits)
        if "place" in hits or "home" in hits:
            from .landmarks import landmarks

            yield from landmarks(folded, hits)
    if "name" in rules.kinds and not hits.isdisjoint(NAME_SIGNS):
        from .names import names

        yield from names(folded, hits)


def _shown(span: Span, style: str, lang: str) -> str:
    if style == "tag" or span.kind == OWN:
        return f"〔{span.label or KINDS[span.kind][0 if lang.startswith('zh') else 1]}〕"
    value = span.value
    if span.kind == "name":
        return _name(value)
    if span.kind == "email" and EMAIL.fullmatch(fold(value)):
        local, _, domain = fold(value).partition("@")
        return f"{local.strip()[:1]}***@{domain.strip()}" if domain else "***"
    if span.kind == "address":
        from .addresses import kept_region

        return value[:kept_region(value)] + "***"
    if span.kind == "plate":
        return value[:2] + "***" + value[-1:]
    return _number(fold(value), span.kind)


def _name(value: str) -> str:
    from .surnames import COMPOUND

    if value.isascii():
        return value[:1] + "**"
    return (value[:2] if value[:2] in COMPOUND and len(value) > 2 else value[:1]) + "**"


def _number(value: str, kind: str) -> str:
    """Keep the ends that a person needs to recognise a number, at most those the standards allow."""
    bare = "".join(each for each in value if each.isalnum())
    head, tail = {"mobile": (3, 4), "id_card": (3, 4), "bank_card": (0, 4), "order": (0, 4)}.get(kind, (0, 2))
    if kind == "mobile" and bare.startswith("86") and len(bare) > 11:
        bare = bare[2:]
    if len(bare) < head + tail + 3:
        return "***"
    return bare[:head] + "****" + bare[len(bare) - tail:]
