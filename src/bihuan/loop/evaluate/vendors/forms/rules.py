"""The rule table as rows of cells: an indicator a row, a coefficient a row; each refusal stands at its cell."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bihuan.core.languages import beside
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.ui import formats

from ..contracts import MOST_ITEMS, Item, Terms

ITEMS, COEFFICIENTS = "items", "coefficients"
# What one request may make the page draw; the service says how many may hold.
MOST_ROWS, MOST_STEPS = MOST_ITEMS + 3, 12
LEAST_STEPS = 3
NAME = re.compile(r"(items|coefficients)-(\d{1,3})-(indicator|weight|limit_\d{1,2}|points_\d{1,2}|least|coefficient)")
Row = dict[str, str]


def typed(data: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Return what was typed into the cells of both tables, their rows in order whatever their numbers."""
    found: dict[str, dict[int, Row]] = {ITEMS: {}, COEFFICIENTS: {}}
    for key in data:
        if match := NAME.fullmatch(key):
            table, number, cell = match.groups()
            found[table].setdefault(int(number), {})[cell] = str(data.get(key) or "")
    return {table: [rows[number] for number in sorted(rows)][:MOST_ROWS] for table, rows in found.items()}


def written(terms: Terms) -> dict[str, list[Row]]:
    """Return a rule table as its cells have it: limits of rates in percent."""
    known = engine.passports()
    items = []
    for one in terms.items:
        is_share = one.indicator in known and known[one.indicator].unit == "%"
        row = {"indicator": one.indicator, "weight": _plain(one.weight)}
        for place, (limit, points) in enumerate(one.steps):
            row[f"limit_{place}"] = f"{_plain(limit * 100)}%" if is_share else _plain(limit)
            row[f"points_{place}"] = _plain(points)
        items.append(row)
    return {ITEMS: items, COEFFICIENTS: [{"least": _plain(least), "coefficient": _plain(one)}
                                         for least, one in terms.coefficients]}


def _plain(number: float) -> str:
    return f"{number:.10g}"


def number(text: str, *, share: bool = False) -> float:
    """Return what a cell says; ValueError for no number. Where it may be a ``share``, "85%" is 0.85.

    "nan" and "inf" are none: every check of bounds lets them through.

    >>> number("85%", share=True), number("９０"), number("1,200")
    (0.85, 90.0, 1200.0)
    """
    folded = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    is_share = share and folded.endswith("%")
    found = float(folded[:-1] if is_share else folded)
    if not math.isfinite(found):
        raise ValueError(text)
    # Rounded where a float of a percentage ends in noise: 0.07 and not 0.07000000000000001.
    return round(found / 100, 12) if is_share else found


class Cell(forms.CharField):
    """A number as typed; empty is None, and what is no number is refused at the cell."""

    def __init__(self, label: str, width: str = "narrow", *, share: bool = False) -> None:
        self.share = share
        super().__init__(label=label, required=False, max_length=20, widget=forms.TextInput(attrs={
            "inputmode": "decimal", "autocomplete": "off", "class": f"form-control cell-{width}"}))

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            return number(text, share=self.share)
        except ValueError:
            raise forms.ValidationError(_("不是数字")) from None


class RowForm(forms.Form):
    """One row; a row whose cells are all empty says nothing and is left out."""

    use_required_attribute = False

    def is_blank(self) -> bool:
        return not any(str(value or "").strip() for value in self.data.values())

    def _need(self, cell: str, text: str) -> None:
        if self.cleaned_data.get(cell) in (None, "") and cell not in self.errors:
            self.add_error(cell, text)


class ItemForm(RowForm):
    """An indicator, its weight, and its steps from the best down."""

    def __init__(self, *args: Any, steps: int, choices: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["indicator"] = forms.CharField(label=_("指标"), required=False, widget=forms.Select(
            choices=[("", _("请选择")), *choices], attrs={"class": "form-select cell-wide"}))
        self.fields["weight"] = Cell(_("权重"))
        for place in range(steps):
            told = {"n": place + 1}
            self.fields[f"limit_{place}"] = Cell(_("第 %(n)s 档门槛") % told, "medium", share=True)
            self.fields[f"points_{place}"] = Cell(_("第 %(n)s 档得分") % told)
        self.places = range(steps)

    def steps(self) -> list[tuple[Any, Any]]:
        return [(self[f"limit_{place}"], self[f"points_{place}"]) for place in self.places]

    def clean(self) -> None:
        if self.is_blank():
            return
        self._need("indicator", _("请选择指标"))
        self._need("weight", _("请填权重"))
        used = [place for place in self.places
                if str(self.data.get(self.add_prefix(f"limit_{place}")) or "").strip()
                or str(self.data.get(self.add_prefix(f"points_{place}")) or "").strip()]
        if not used:
            self._need("limit_0", _("请至少写一档门槛和得分"))
        for place in used:
            self._need(f"limit_{place}", _("请填门槛"))
            self._need(f"points_{place}", _("请填得分"))

    def item(self) -> Item:
        told = self.cleaned_data
        pairs = tuple((told[f"limit_{place}"], told[f"points_{place}"]) for place in self.places
                      if told[f"limit_{place}"] is not None)
        return Item(told["indicator"], told["weight"], pairs)

    def cells(self) -> list[str]:
        """The cells of the steps that say something, in their order: where a refusal of the n-th step stands."""
        return [f"_{place}" for place in self.places if self.cleaned_data[f"limit_{place}"] is not None]


class CoefficientForm(RowForm):
    """From which score on which coefficient holds."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["least"] = Cell(_("最低得分"))
        self.fields["coefficient"] = Cell(_("系数"))

    def clean(self) -> None:
        if not self.is_blank():
            self._need("least", _("请填最低得分"))
            self._need("coefficient", _("请填系数"))


class RuleTable:
    """Both tables of a form, drawn and read.

    ``rows`` are the cells as typed or as kept; ``checked`` reads them, otherwise they are only shown, so that a row can
    be added without a word about what is not finished.
    """

    def __init__(self, rows: Mapping[str, list[Row]], *, checked: bool = False) -> None:
        choices, shown = indicator_choices(), {name: list(rows[name]) or [{}] for name in (ITEMS, COEFFICIENTS)}
        known = {name for name, _title in choices}
        absent = {row.get("indicator", "") for row in shown[ITEMS]} - known - {""}
        choices = [*choices, *((name, _("不在目录里的指标")) for name in sorted(absent))]
        steps = min(_steps(shown[ITEMS]), MOST_STEPS)
        self.items = [self._row(ItemForm, ITEMS, place, row, checked, steps=steps, choices=choices)
                      for place, row in enumerate(shown[ITEMS])]
        self.coefficients = [self._row(CoefficientForm, COEFFICIENTS, place, row, checked)
                             for place, row in enumerate(shown[COEFFICIENTS])]

    @staticmethod
    def _row(kind: Callable[..., Any], table: str, place: int, row: Row, checked: bool, **more: Any) -> Any:
        prefix = f"{table}-{place}"
        if checked:
            return kind({f"{prefix}-{cell}": text for cell, text in row.items()}, prefix=prefix, **more)
        return kind(initial=row, prefix=prefix, **more)

    def is_valid(self) -> bool:
        refused = [one for one in (*self.items, *self.coefficients) if not one.is_valid()]   # every row is looked at
        return not refused

    def terms(self) -> Terms:
        return Terms(tuple(one.item() for one in self._said(self.items)),
                     tuple((one.cleaned_data["least"], one.cleaned_data["coefficient"])
                           for one in self._said(self.coefficients)))

    def refuse(self, field: str, text: str) -> bool:
        """Put a refusal of the service ("items-2-limit-1": row, cell, step) at its cell; False where it names none."""
        table, _dash, rest = field.partition("-")
        if table not in (ITEMS, COEFFICIENTS) or not rest:
            return False
        place, cell, *step = rest.split("-")
        rows = getattr(self, table)
        row = (self._said(rows) or rows)[int(place)]
        row.add_error(cell + (row.cells()[int(step[0])] if step else ""), text)
        return True

    @staticmethod
    def _said(rows: list[Any]) -> list[Any]:
        return [one for one in rows if not one.is_blank()]


def _steps(rows: list[Row]) -> int:
    """How many steps a row of the page has: as many as the longest row."""
    return max([LEAST_STEPS, *(int(cell.partition("_")[2]) + 1 for row in rows for cell in row if "_" in cell)])


def reshaped(data: Mapping[str, Any]) -> dict[str, list[Row]] | None:
    """Return the rows with one more or one less, as a button of the table asks; None when none was pressed."""
    add, remove = str(data.get("add") or ""), str(data.get("remove") or "")
    if not add and not remove:
        return None
    rows = typed(data)
    if add in rows:
        # A row beyond the most that are read would be lost with what is typed into it.
        rows[add] = [*rows[add], {}][:MOST_ROWS]
    elif add == "steps" and rows[ITEMS]:
        rows[ITEMS][0].setdefault(f"limit_{_steps(rows[ITEMS])}", "")
    table, _dash, place = remove.partition("-")
    if table in rows and place.isdecimal() and int(place) < len(rows[table]):
        del rows[table][int(place)]
    return rows


def indicator_choices() -> list[tuple[str, str]]:
    """Return the indicators that have a good side, by name, with the unit of their limits."""
    found = []
    for one in engine.passports().values():
        if one.direction in ("up", "down"):
            unit = {"%": "%", "s": _("秒")}.get(one.unit, formats.unit_name(one.unit))
            found.append((one.name, beside(in_language(one.title), unit)))
    return sorted(found, key=lambda pair: pair[1])
