"""A report as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.charts.wording import labels_for
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.indicators.periods import is_over
from bihuan.engine.report.contracts import Item, Relation, typed_numbers
from bihuan.engine.report.contracts import Report as Content
from bihuan.loop.evaluate.indicators.contracts import BoardState
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.loop.evaluate.indicators.queries.periods import span_of
from bihuan.loop.evaluate.indicators.queries.scoping import query_of
from bihuan.loop.evaluate.indicators.queries.words import change_labels, dimension_labels, near_text
from bihuan.ui import formats


def is_over_by_now(content: Content) -> bool:
    """Return whether a report was made before its period was over, and the data reach beyond it by now."""
    if not content.is_running or content.end is None:
        return False
    return is_over(date.fromisoformat(content.end), engine.today() if engine.as_of() else None)


@dataclass(frozen=True)
class ChapterView:
    """A chapter as it is read, and the numbers in it that somebody typed by hand."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    edited: bool
    typed: tuple[str, ...]


@dataclass(frozen=True)
class ItemView:
    """One item with its words: band, change, trend."""

    item: Item
    band_label: str
    near: str
    change_label: str
    change_text: str
    trend: tuple[float | None, ...]


@dataclass(frozen=True)
class ReportPage:
    """The parts of a report's page; ``low`` are the items below 符合预期 or off their target, the lowest first."""

    content: Content
    low: tuple[ItemView, ...]
    others: tuple[ItemView, ...]
    chapters: tuple[ChapterView, ...]
    chart: dict[str, Any] | None
    relations: tuple[tuple[str, Relation], ...]      # with what the group is called


def query_for(state: BoardState) -> Query:
    """Return the engine's question for the period and filters of a new report."""
    span = span_of(state, engine.today())
    return query_of(state, span, (), by=(state.by,) if state.by else ())


def scope_to_write(user: User) -> Scope:
    """Return what a person may write reports about."""
    return scope_of(user, "evaluate.write_report")


def page_of(content: Content) -> ReportPage:
    """Return a stored report as its page shows it."""
    views = [_item(item) for item in content.items]
    low = tuple(view for view in views if _is_low(view.item))
    return ReportPage(
        content=content, low=low, others=tuple(view for view in views if not _is_low(view.item)),
        chapters=tuple(
            ChapterView(
                one.key, one.title, tuple(content.read(text) for text in one.paragraphs), one.edited,
                tuple(number for text in one.paragraphs for number in typed_numbers(text)) if one.edited else ())
            for one in content.chapters),
        chart=_chart(content),
        relations=tuple((_group_of(one), one) for one in content.relations),
    )


def _group_of(relation: Relation) -> str:
    if relation.dimension == "all":
        return _("全部（渠道和问题类型相同时）")
    label = dimension_labels().get(relation.dimension, relation.dimension)
    return _("{dimension}：{group}").format(
        dimension=label, group=group_label(relation.dimension, relation.group, names_of(relation.dimension)))


def _is_low(item: Item) -> bool:
    return (item.result.band is not None and item.result.band < 3) or item.result.target_met is False


def _item(item: Item) -> ItemView:
    result, change = item.result, item.change
    return ItemView(
        item=item, band_label=formats.band_labels()[result.band] if result.band else "", near=near_text(result),
        change_label=change_labels().get(change.verdict, "") if change else "",
        change_text=formats.signed(change.difference, result.unit) if change else "",
        trend=tuple(None if point.result.suppressed else point.result.value for point in item.trend),
    )


def _chart(content: Content) -> dict[str, Any] | None:
    """Return bars of the lowest item by the report's breakdown; None when it has none."""
    from bihuan.engine.charts.groups import grouped_bars

    for item in content.items:
        found = [one for one in content.breakdown if one.indicator == item.result.indicator and one.value is not None]
        if content.by and len(found) > 1:
            return grouped_bars(found, by=content.by, title=item.title, names=content.names,
                                target=item.result.target, labels=labels_for(content.lang))
    return None
