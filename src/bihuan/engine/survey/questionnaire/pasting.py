"""Pasted text -> questions: numbered lines with their options below become items."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import contracts as c
from .contracts import Choice, Item, Page, Questionnaire, Text

SECTION = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分|[、.．：:])|[（(][一二三四五六七八九十]{1,3}[）)])"
                     r"\s*(?P<text>.+)$")
QUESTION = re.compile(r"^(?:[Qq]\s*)?\d{1,3}\s*[.．、:：)）]\s*(?P<text>.+)$")
OPTION = re.compile(r"^(?:(?=\d{1,2}\s*分[\s=＝:：、])|[A-Za-z]\s*[.．、:：)）]|[（(][A-Za-z\d]{1,2}[）)]|[①-⑳]|"
                    r"[○◯□☐●◉▢•·*-])\s*(?P<text>.+)$")
INLINE = re.compile(r"(?:(?<=\s)|^)(?:[A-H]\s*[.．、)）]|[○◯□☐])\s*")
KIND = re.compile(r"[\[【（(]\s*(?P<kind>单选|多选|不定项|排序|填空|问答|简答|开放|打分|评分|下拉)(?:题)?"
                  r"[^\]】）)]*[\]】）)]")
NEEDED = re.compile(r"[\[【（(]?\s*必[填答]\s*[\]】）)]?|\*\s*$|^\*\s*")
MOST = re.compile(r"(?:最多|至多)\s*(?:可)?选?\s*(?P<most>\d|[一二三四五六七八九])\s*[项个]")
SCALE = re.compile(r"(?P<low>\d{1,2})\s*分?\s*(?:[-–—~～至到])\s*(?P<high>\d{1,2})\s*分?")
BLANK = re.compile(r"[_＿]{3,}|…{2,}|\.{4,}")
RECOMMEND = re.compile(r"推荐")
SEVERAL = re.compile(r"可多选|哪些|多选|最多选")
KINDS = {"单选": c.RADIO, "多选": c.CHECKBOX, "不定项": c.CHECKBOX, "排序": c.RANKING, "填空": c.TEXT,
         "问答": c.COMMENT, "简答": c.COMMENT, "开放": c.COMMENT, "打分": c.RATING,
         "评分": c.RATING, "下拉": c.DROPDOWN}
DIGITS = {word: number for number, word in enumerate("一二三四五六七八九", 1)}
SATISFACTION, LIKELIHOOD = ("非常不满意", "非常满意"), ("非常不可能", "非常可能")


@dataclass
class _Draft:
    title: str
    options: list[str] = field(default_factory=list)


def from_text(text: str) -> Questionnaire:
    """Return a questionnaire of what was pasted. Lines before the first number are the title and the notice.

    The kind is taken from a mark such as 【多选题】, else from the words and options: scores make a rating, options
    without a mark a single choice, nothing below a number an open question.

    >>> found = from_text("1. 您对本次服务的总体评价是？（1-5分）\\n2、您希望我们先改进什么？")
    >>> [(item.name, item.type) for item in found.items()]
    [('q1', 'rating'), ('q2', 'comment')]
    """
    heads: list[str] = []
    pages: list[tuple[str, list[_Draft]]] = [("", [])]
    for line in (" ".join(line.split()) for line in text.splitlines()):
        drafts = pages[-1][1]
        if not line:
            continue
        if match := QUESTION.match(line):
            drafts.append(_Draft(match["text"]))
            _split_inline(drafts[-1])
        elif match := SECTION.match(line):
            pages.append((match["text"], []))
        elif match := OPTION.match(line):
            _add_options(drafts, line)
        elif drafts:
            _continue(drafts[-1], line)
        elif len(pages) == 1:
            heads.append(line)
    return _questionnaire(heads, [page for page in pages if page[1]])


def _questionnaire(heads: list[str], pages: list[tuple[str, list[_Draft]]]) -> Questionnaire:
    number, built = 0, []
    for place, (title, drafts) in enumerate(pages, 1):
        items = []
        for draft in drafts:
            number += 1
            items.append(_item(f"q{number}", draft))
        built.append(Page(f"page{place}", Text(title), elements=tuple(items)))
    return Questionnaire(Text(heads[0] if heads else ""), tuple(built), Text("\n".join(heads[1:])))


def _add_options(drafts: list[_Draft], line: str) -> None:
    if drafts:
        drafts[-1].options += _options_in(line)


def _continue(draft: _Draft, line: str) -> None:
    """A line without a mark: the rest of the title, or an option among options."""
    if draft.options:
        draft.options.append(line)
    elif not BLANK.fullmatch(line):
        draft.title += line


def _split_inline(draft: _Draft) -> None:
    """Options on the question's own line, as in "1. 性别 A. 男 B. 女"."""
    parts = INLINE.split(draft.title)
    if len(parts) > 2:
        draft.title, draft.options = parts[0].strip(), [part.strip() for part in parts[1:] if part.strip()]


def _options_in(line: str) -> list[str]:
    parts = [part.strip() for part in INLINE.split(line) if part.strip()]
    if len(parts) > 1:
        return parts
    match = OPTION.match(line)
    return [match["text"].strip()] if match else [line]


def _item(name: str, draft: _Draft) -> Item:
    marked = KIND.search(draft.title)
    required = bool(NEEDED.search(draft.title))
    most = MOST.search(draft.title)
    title = BLANK.sub("", NEEDED.sub("", KIND.sub("", draft.title))).strip(" ：:")
    kind = KINDS.get(marked["kind"], "") if marked else ""
    kind = kind or _guessed(title, draft.options)
    if kind == c.RATING:
        return _rating(name, title, draft.options, required)
    if kind in c.CHOOSING and draft.options:
        limit = most["most"] if most else ""
        other = next((one for one in draft.options if one.startswith("其他") or one.startswith("其它")), None)
        listed = [one for one in dict.fromkeys(draft.options) if one != other]
        return Item(
            name, kind, Text(title), required=required,
            choices=tuple(Choice(f"c{place}", Text(BLANK.sub("", one).strip())) for place, one in enumerate(listed, 1)),
            other=Text("其他") if other and kind != c.RANKING else None,
            most=DIGITS.get(limit) or int(limit) if kind == c.CHECKBOX and limit else None)
    return Item(name, c.TEXT if kind == c.TEXT else c.COMMENT, Text(title), required=required)


def _guessed(title: str, options: list[str]) -> str:
    if not options:
        return c.RATING if SCALE.search(title) else c.COMMENT
    if _scored(options):
        return c.RATING
    return c.CHECKBOX if SEVERAL.search(title) else c.RADIO


def _scored(options: list[str]) -> list[int] | None:
    """The scores of options such as "1分 非常不满意" where all have one and they are consecutive."""
    found = [re.match(r"(\d{1,2})\s*(?:分|[=＝:：、]|\s|$)", option) for option in options]
    numbers = sorted(int(match[1]) for match in found if match)
    if len(numbers) < 3 or len(numbers) < len(options) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    return numbers


def _rating(name: str, title: str, options: list[str], required: bool) -> Item:
    numbers = _scored(options)
    match = SCALE.search(title)
    low, high = (numbers[0], numbers[-1]) if numbers else (int(match["low"]), int(match["high"])) if match else (1, 5)
    if not low < high <= low + 10:
        low, high = 1, 5
    nps = (low, high) == c.SCALES["nps"] and bool(RECOMMEND.search(title))
    usual = LIKELIHOOD if nps else SATISFACTION if (low, high) == (1, 5) else ("", "")
    words = _anchors(title, options) or usual
    return Item(
        name, c.RATING, Text(re.sub(r"[（(][^（()）]*\d\s*分?\s*[-–—~～至到][^（()）]*[）)]", "", title).strip()),
        required=required, low=low, high=high, low_text=Text(words[0]), high_text=Text(words[1]),
        metric="nps" if nps else "rating")


def _anchors(title: str, options: list[str]) -> tuple[str, str] | None:
    """The words at both ends, from options "1分 很差" or from "1分=很差，5分=很好" in the title."""
    found = sorted((int(number), word.strip()) for option in options or [title]
                   for number, word in re.findall(r"(\d{1,2})\s*分?\s*[=＝:：、\s]\s*([^\s\d，,；;）)]+)", option))
    return (found[0][1], found[-1][1]) if len(found) > 1 else None
