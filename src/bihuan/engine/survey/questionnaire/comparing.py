"""What differs between two wordings of a questionnaire, and whether their answers can be put side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .contracts import Questionnaire
from .writing import write, write_item

# A change of these keeps two waves comparable; every other key of an item is what was asked or how it is counted.
HARMLESS = {"isRequired", "visibleIf", "description", "reasonBelow"}


@dataclass(frozen=True)
class Difference:
    """``kind`` added, removed, moved or changed. ``item`` is empty for the questionnaire itself. ``breaks``: whether
    the answers of the two can no longer be compared item by item."""

    kind: str
    item: str
    title: str
    key: str = ""
    before: Any = None
    after: Any = None
    breaks: bool = False

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """Both texts as pieces ("same", "gone" or "new", text); [] where they are no texts."""
        if not isinstance(self.before, str) or not isinstance(self.after, str):
            return []
        found = []
        for kind, a, b, x, y in SequenceMatcher(None, self.before, self.after, autojunk=False).get_opcodes():
            if kind == "equal":
                found.append(("same", self.before[a:b]))
                continue
            found += [("gone", self.before[a:b])] if b > a else []
            found += [("new", self.after[x:y])] if y > x else []
        return found


def differences(old: Questionnaire, new: Questionnaire) -> list[Difference]:
    """Return what differs, the questionnaire's own texts first, then item by item in the new order.

    A removed item, a reworded one and another scale end the comparison; an item more, or a translation, does not.
    """
    return [*_heads(old, new), *_removed(old, new), *_items(old, new), *_moved(old, new)]


def incomparable(old: Questionnaire, new: Questionnaire) -> list[Difference]:
    """Return the differences after which a trend over both would mix unlike things."""
    return [one for one in differences(old, new) if one.breaks]


def _heads(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    before, after = write(old), write(new)
    for key in dict.fromkeys([*before, *after]):
        if key != "pages" and before.get(key) != after.get(key):
            yield Difference("changed", "", "", key, before.get(key), after.get(key))
    ones, others = ({page["name"]: {**page, "elements": None} for page in told["pages"]} for told in (before, after))
    for name in dict.fromkeys([*ones, *others]):
        if name not in ones or name not in others:
            title = (others.get(name) or ones[name]).get("title", name)
            yield Difference("added" if name in others else "removed", name, _plain(title), "page")
        elif ones[name] != others[name]:
            for key in dict.fromkeys([*ones[name], *others[name]]):
                if ones[name].get(key) != others[name].get(key):
                    yield Difference("changed", name, _plain(others[name].get("title", name)), key,
                                     _plain(ones[name].get(key)), _plain(others[name].get(key)))


def _removed(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    for item in old.items():
        if new.item(item.name) is None:
            yield Difference("removed", item.name, item.title.default, breaks=item.asks)


def _items(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    for item in new.items():
        known = old.item(item.name)
        if known is None:
            # A further item does not change what the others measure.
            yield Difference("added", item.name, item.title.default)
            continue
        before, after = ({**write_item(one), "elements": None} for one in (known, item))
        for key in dict.fromkeys([*before, *after]):
            if before.get(key) != after.get(key):
                breaks = item.asks and key not in HARMLESS and _core(before.get(key)) != _core(after.get(key))
                yield Difference("changed", item.name, item.title.default, key, _plain(before.get(key)),
                                 _plain(after.get(key)), breaks)


def _moved(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    """The fewest items that, taken out and put in elsewhere, make the old order the new one."""
    here = [name for name in old.names if name in set(new.names)]
    there = [name for name in new.names if name in set(old.names)]
    kept = {there[place] for block in SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
            for place in range(block.b, block.b + block.size)}
    for name in there:
        if name not in kept:
            item = new.item(name)
            yield Difference("moved", name, item.title.default if item else "")


def _core(value: Any) -> Any:
    """What was asked in the first language: a translation added later changes no answer given before."""
    if isinstance(value, dict) and "default" in value:
        return value["default"]
    if isinstance(value, dict):
        return {key: _core(one) for key, one in value.items() if key != "dimension"}
    if isinstance(value, list):
        # Choices that are their own words are the same as ones written out.
        return [_core(one if isinstance(one, dict) else {"value": one, "text": one}) for one in value]
    return value


def _plain(value: Any) -> Any:
    return value["default"] if isinstance(value, dict) and set(value) == {"default"} else value
