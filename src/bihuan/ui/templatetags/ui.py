"""``{% load ui %}``: icons, numbers, charts, states and form fields, each drawn the same everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bihuan.core import languages, systems, web
from bihuan.engine.indicators.contracts import Result
from bihuan.ui import chart_table, formats, icons, sparks

register = template.Library()

register.filter("duration", formats.duration)
register.filter("closed_up", languages.closed_up)
register.filter("percent", formats.percent)
register.filter("plain", formats.plain)
register.filter("bytes", formats.size)
register.filter("figure", formats.figure)
register.filter("unit_name", formats.unit_name)
register.filter("source_name", systems.source_name)
register.filter("numbered", systems.numbered)

NOTHING_CHOSEN = BLANK_CHOICE_DASH[0][1]

# Characters that could end the script element or start markup inside it.
UNSAFE_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    return icons.icon(name, css=css, label=label)


@register.simple_tag(takes_context=True)
def may_open(context: template.Context, address: str) -> bool:
    """Whether the reader may follow a link that another room, or another person's work, put here."""
    return web.may_open(context["request"].user, address or "")


@register.filter
def local(moment: datetime | None) -> str:
    """Write a moment in the workspace's zone, to the minute; "—" when it is not known."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"


@register.filter
def pairs(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what a mapping holds, key and value.

    A template's ``mapping.items`` finds a key of that name first: of mappings whose keys come from outside or from
    the log, it gives anything.

    >>> pairs({"items": 4})
    [('items', 4)]
    """
    return list(given.items())


@register.inclusion_tag("ui/components/_number.html")
def number(result: Result, title: str, url: str = "") -> dict[str, Any]:
    """One big number with its n, interval and band; ``url`` leads to the rows behind it."""
    return {**_described(result), "title": title, "url": url}


@register.inclusion_tag("ui/components/_value.html")
def value(result: Result | None, url: str = "") -> dict[str, Any]:
    """A number inside a table: value above, n and interval below."""
    return {"none": True} if result is None else {**_described(result), "none": False, "url": url}


@register.inclusion_tag("ui/components/_value.html")
def difference(result: Result) -> dict[str, Any]:
    """A change or gap inside a table: with its sign, of shares in percentage points."""
    low, high = (formats.signed(end, result.unit) if end is not None else "" for end in (result.low, result.high))
    return {**_described(result), "none": False, "text": formats.signed(result.value, result.unit),
            "interval": formats.from_to(low, high) if low and high else ""}


@register.inclusion_tag("ui/components/_band.html")
def band(result: Result) -> dict[str, Any]:
    """The band from 1 to 5, with what it cannot be told from."""
    return _described(result)


def _ends(result: Result) -> tuple[float | None, float | None]:
    """The interval; that of a number of things in whole ones, outward, as there are no half complaints."""
    return formats.whole_ends(result.low, result.high) if _counts(result) else (result.low, result.high)


def _counts(result: Result) -> bool:
    """Whether it is a number of things; a mean of what each row has some of is told by its own n."""
    return result.unit == "count" and result.method == "poisson"


def _described(result: Result) -> dict[str, Any]:
    shown = not result.suppressed and not formats.nothing(result.value)
    # Of what is counted n is the value: said once.
    counted = shown and _counts(result) and result.value == result.n
    return {
        "result": result,
        "shown": shown,
        "counted": counted,
        "text": formats.figure(result.value, result.unit) if shown else "",
        "interval": formats.interval(*_ends(result), result.unit) if shown else "",
        "band_name": formats.band_label(result.band) if shown and result.band else "",
        "unsure": formats.not_distinguishable(result.band, result.bands_possible) if shown else "",
    }


@register.inclusion_tag("ui/components/_chart.html")
def chart(option: dict[str, Any], label: str, size: str = "md", table: bool = True) -> dict[str, Any]:
    """Draw an ECharts option; ``label`` says what it shows, the figures follow as a table to fold out."""
    text = json.dumps(option, ensure_ascii=False, separators=(",", ":"), default=str).translate(UNSAFE_IN_SCRIPT)
    return {
        "id": f"chart-{get_random_string(8)}", "json": mark_safe(text), "label": label, "size": size,
        "twin": chart_table.twin(option) if table else None,
    }


@register.inclusion_tag("ui/components/_spark.html")
def spark(values: Sequence[float | None], label: str = "") -> dict[str, Any]:
    """A trend line for a table cell; its last value is marked."""
    ends = [place for place in sparks.places(values) if place]
    return {"lines": sparks.lines(values), "end": ends[-1] if ends else None, "label": label}


@register.inclusion_tag("ui/components/_pager.html", takes_context=True)
def pager(context: template.Context, page: Page) -> dict[str, Any]:
    """Links to the pages of a list; the rest of the address stays as it is."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return {"page": page, "numbers": numbers, "gap": page.paginator.ELLIPSIS, "query": query.urlencode()}


@register.inclusion_tag("ui/components/_empty.html")
def empty(title: str, text: str = "", icon: str = "inbox", url: str = "", label: str = "") -> dict[str, Any]:
    """What a list shows that has nothing: why, and the next step."""
    return {"title": title, "text": text, "icon": icon, "url": url, "label": label}


@register.inclusion_tag("ui/components/_notice.html")
def notice(text: str, title: str = "", tone: str = "note") -> dict[str, Any]:
    """A message that stays on the page; ``tone`` is note, good, fair or bad."""
    names = {"note": "info", "good": "check", "fair": "alert", "bad": "alert"}
    return {"text": text, "title": title, "tone": tone, "icon": names[tone]}


@register.inclusion_tag("ui/components/_notice.html")
def error_panel(title: str, text: str = "") -> dict[str, Any]:
    """What could not be done, and what to do about it."""
    return {"text": text, "title": title, "tone": "bad", "icon": "alert"}


@register.inclusion_tag("ui/components/_loading.html")
def loading(text: str = "") -> dict[str, Any]:
    return {"text": text}


@register.inclusion_tag("ui/components/_progress.html")
def progress(done: float | None, total: float | None, text: str = "") -> dict[str, Any]:
    """How far a job has come; without a total the bar only moves."""
    share = 100 * done / total if total and done is not None else None
    return {"done": done, "total": total, "share": share, "text": text}


@register.inclusion_tag("ui/components/_field.html")
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """One form field with label (its own unless another is given), help and errors; what was typed is kept."""
    return {"field": bound, "kind": _kind(bound), "widget": _widget(bound), "label": label or bound.label}


@register.inclusion_tag("ui/components/_fields.html")
def fields(form: Any) -> dict[str, Any]:
    """Every field of a form, its general errors first."""
    return {"form": form}


@register.inclusion_tag("ui/components/_cell.html")
def cell(bound: BoundField) -> dict[str, Any]:
    """One field in a cell of a table: its label is read out, the column's head shows it; its error stands below."""
    bound.field.widget.attrs["aria-label"] = bound.label
    return {"field": bound, "widget": _widget(bound)}


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "plain"


def _widget(bound: BoundField) -> SafeString:
    """Draw the field's own widget in the product's looks, marked when it was refused."""
    widget = bound.field.widget
    looks = {"choices": "", "check": "form-check-input"}.get(_kind(bound), "form-control")
    if isinstance(widget, Select) and looks == "form-control":
        looks = "form-select"
    parts = (widget.attrs.get("class", ""), looks, "is-invalid" if bound.errors else "")
    classes = " ".join(part for part in parts if part)
    drawn = bound.as_widget(attrs={"class": classes} if classes else {})
    # Django's row of dashes says nothing to people.
    return mark_safe(drawn.replace(f">{NOTHING_CHOSEN}<", f">{escape(_('请选择'))}<"))
