"""A SurveyJS document -> a questionnaire. What is not of the subset is kept beside and never shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import contracts as c
from .contracts import Item, Page, Questionnaire, Quota, Skip, Text, Variable
from .errors import Problem, QuestionnaireError
from .expressions import names_in
from .parts import NAME, Parts, word_of

MOST_ITEMS = 300

# What an element's own reading takes; everything else of it is kept in ``extra``.
COMMON = {"name", "type", "title", "description", "isRequired", "visibleIf", "dimension", "role"}
BY_TYPE: dict[str, set[str]] = {
    c.RATING: {"rateMin", "rateMax", "rateValues", "rateCount", "minRateDescription", "maxRateDescription", "metric",
               "reversed", "expects", "reasonBelow", "notApplicable"},
    c.RADIO: {"choices", "showOtherItem", "hasOther", "otherText", "showNoneItem", "hasNone", "noneText"},
    c.MATRIX: {"rows", "columns", "isAllRowRequired", "metric", "notApplicable"},
    c.RANKING: {"choices"}, c.COMMENT: set(), c.TEXT: {"inputType"}, c.HTML: {"html"}, c.PANEL: {"elements"},
}
BY_TYPE[c.DROPDOWN] = BY_TYPE[c.RADIO]
BY_TYPE[c.CHECKBOX] = BY_TYPE[c.RADIO] | {"maxSelectedChoices"}
OTHER_WORDS = Text("其他", (("en", "Other"),))
NONE_WORDS = Text("以上都不是", (("en", "None of the above"),))
NOT_APPLICABLE_WORDS = Text("不清楚 / 不适用", (("en", "Don't know / not applicable"),))


def read(document: Mapping[str, Any]) -> Questionnaire:
    """Return the questionnaire of a document. Raises QuestionnaireError with everything that is wrong.

    >>> read({"title": "t", "pages": [{"name": "p1", "elements": [{"type": "rating", "name": "q1"}]}]}).names
    ('q1',)
    """
    reader = _Reader()
    found = reader.questionnaire(document)
    if not reader.problems:
        reader.problems += _dangling(found)
    if reader.problems:
        raise QuestionnaireError(reader.problems)
    return found


class _Reader(Parts):
    """Goes through a document once."""

    def questionnaire(self, document: Any) -> Questionnaire:
        if not isinstance(document, Mapping):
            self.wrong("", "not_a_document")
            return Questionnaire(c.EMPTY)
        # A document without pages holds its elements itself: one page, as SurveyJS reads it.
        pages = document.get("pages")
        if pages is None:
            pages = [{"name": "page1", "elements": document.get("elements", [])}]
        known = {"title", "description", "locale", "pages", "elements", "completedHtml", "quotas", "triggers",
                 "consent", "reward", "variables"}
        triggers, foreign = self.skips(document.get("triggers"))
        extra = {key: value for key, value in document.items() if key not in known}
        if foreign:
            extra["triggers"] = foreign
        found = Questionnaire(
            title=self.text(document, "title", ""),
            description=self.plain(document, "description", ""),
            pages=tuple(self.page(one, place) for place, one in enumerate(self.listed(pages, "pages", ""))),
            completed=self.plain(document, "completedHtml", ""),
            consent=self.plain(document, "consent", "") or None, reward=self.plain(document, "reward", "") or None,
            quotas=self.quotas(document.get("quotas")), skips=triggers,
            variables=self.variables(document.get("variables")),
            locale=str(document.get("locale") or "zh-cn"), extra=extra)
        if (count := len(found.names)) > MOST_ITEMS:
            self.wrong("pages", "too_many", count=count, limit=MOST_ITEMS)
        return found

    def page(self, told: Any, place: int) -> Page:
        path = f"pages[{place}]"
        if not isinstance(told, Mapping):
            self.wrong(path, "not_a_list", key="elements")
            return Page("")
        known = {"name", "title", "description", "visibleIf", "elements"}
        return Page(
            name=self.name(told, path, page=True), title=self.text(told, "title", path),
            description=self.text(told, "description", path), visible_if=self.condition(told, "visibleIf", path),
            elements=self.elements(told, path, deep=False),
            extra={key: value for key, value in told.items() if key not in known})

    def elements(self, told: Mapping[str, Any], path: str, *, deep: bool) -> tuple[Item, ...]:
        listed = self.listed(told.get("elements", []), "elements", path)
        return tuple(self.item(one, f"{path}.elements[{place}]", deep=deep) for place, one in enumerate(listed))

    def item(self, told: Any, path: str, *, deep: bool) -> Item:
        kind = told.get("type") if isinstance(told, Mapping) else None
        if not isinstance(kind, str) or not kind:
            self.wrong(path, "unknown_type")
            return Item("", "")
        name = self.name(told, path)
        if kind not in c.TYPES:
            return Item(name, kind, title=self.text(told, "title", path), extra=dict(told))
        if kind == c.PANEL and deep:
            self.wrong(path, "too_deep", name)
        own = getattr(self, f"_{kind}")(told, path, name)
        return Item(
            name=name, type=kind, **{"title": self.text(told, "title", path), **own},
            description=self.text(told, "description", path),
            required=bool(told.get("isRequired") or told.get("isAllRowRequired")),
            visible_if=self.condition(told, "visibleIf", path, name), dimension=word_of(told.get("dimension")),
            role=self.one_of(told, "role", ("", *c.ROLES), path, name),
            extra={key: value for key, value in told.items() if key not in COMMON | BY_TYPE[kind]})

    # One function a type: what only it has.

    def _rating(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        metric = self.one_of(told, "metric", ("", *c.METRICS), path, name)
        low, high = self.scale(told, metric, path, name)
        if metric in c.SCALES and (low, high) != c.SCALES[metric]:
            self.wrong(path, "metric_scale", name, name=name, metric=metric, low=c.SCALES[metric][0],
                       high=c.SCALES[metric][1])
        if metric in c.SCALES and told.get("reversed"):
            self.wrong(path, "metric_reversed", name, name=name, metric=metric)
        return {
            "low": low, "high": high, "metric": metric, "reversed": bool(told.get("reversed")),
            "low_text": self.text(told, "minRateDescription", path),
            "high_text": self.text(told, "maxRateDescription", path), "expects": word_of(told.get("expects")),
            "reason_below": self.number(told, "reasonBelow", path, name),
            "not_applicable": self.offered(told, ("notApplicable",), "notApplicable", NOT_APPLICABLE_WORDS, path)}

    def _radiogroup(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {
            "choices": self.choices(told, "choices", path, name),
            "other": self.offered(told, ("showOtherItem", "hasOther"), "otherText", OTHER_WORDS, path),
            "none": self.offered(told, ("showNoneItem", "hasNone"), "noneText", NONE_WORDS, path)}

    _dropdown = _radiogroup

    def _checkbox(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        most = self.number(told, "maxSelectedChoices", path, name)
        return {**self._radiogroup(told, path, name), "most": most or None}

    def _ranking(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {"choices": self.choices(told, "choices", path, name)}

    def _matrix(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {
            "rows": self.choices(told, "rows", path, name), "columns": self.choices(told, "columns", path, name),
            "metric": self.one_of(told, "metric", ("", "rating"), path, name),
            "not_applicable": self.offered(told, ("notApplicable",), "notApplicable", NOT_APPLICABLE_WORDS, path)}

    def _comment(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {}

    def _text(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {"input_type": self.one_of(told, "inputType", ("", *c.INPUTS), path, name) or "text"}

    def _html(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {"title": self.plain(told, "html", path)}

    def _panel(self, told: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
        return {"elements": self.elements(told, path, deep=True)}

    def quotas(self, told: Any) -> tuple[Quota, ...]:
        found = []
        for place, one in enumerate(self.listed(told or [], "quotas", "")):
            path = f"quotas[{place}]"
            limit = one.get("limit") if isinstance(one, Mapping) else None
            if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1 or not one.get("expression"):
                self.wrong(path, "bad_quota", name=word_of(one.get("name")) if isinstance(one, Mapping) else "")
                continue
            found.append(Quota(word_of(one.get("name")) or f"quota{place + 1}", self.condition(one, "expression", path),
                               limit))
        return tuple(found)

    def skips(self, told: Any) -> tuple[tuple[Skip, ...], list[Any]]:
        """Return the skips, and the triggers of other kinds, which are kept and do nothing."""
        found, foreign = [], []
        for place, one in enumerate(self.listed(told or [], "triggers", "")):
            kind = one.get("type") if isinstance(one, Mapping) else None
            if kind not in ("skip", "complete") or not one.get("expression"):
                foreign.append(one)
                continue
            goto = word_of(one.get("gotoName")) if kind == "skip" else c.END
            found.append(Skip(self.condition(one, "expression", f"triggers[{place}]"), goto))
        return tuple(found), foreign

    def variables(self, told: Any) -> tuple[Variable, ...]:
        found = []
        for place, one in enumerate(self.listed(told or [], "variables", "")):
            name = word_of(one.get("name")) if isinstance(one, Mapping) else ""
            if not NAME.fullmatch(name):
                self.wrong(f"variables[{place}]", "bad_name", name, name=name)
                continue
            found.append(Variable(name, word_of(one.get("sample"))))
        return tuple(found)


def _dangling(found: Questionnaire) -> list[Problem]:
    """Conditions and targets that speak of what is not there."""
    names = set(found.names) | {variable.name for variable in found.variables}
    problems = []
    conditions = [(f"pages[{place}]", "", page.visible_if) for place, page in enumerate(found.pages)]
    conditions += [(item.name, item.name, item.visible_if) for item in found.items()]
    conditions += [(f"quotas[{place}]", "", quota.expression) for place, quota in enumerate(found.quotas)]
    conditions += [(f"triggers[{place}]", "", skip.expression) for place, skip in enumerate(found.skips)]
    for path, item, text in conditions:
        for name in names_in(text):
            if name.partition(".")[0] not in names:
                problems.append(Problem(path, "unknown_item", item, {"name": name}))
    targets = names | {page.name for page in found.pages}
    problems += [Problem(f"triggers[{place}]", "unknown_target", "", {"name": skip.goto})
                 for place, skip in enumerate(found.skips) if skip.goto and skip.goto not in targets]
    return problems
