"""The builder: a version's pages and items, and single acts on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs
from bihuan.engine.survey.lint import check_title, reordered
from bihuan.engine.survey.questionnaire import Item, Page, Questionnaire, Text, traditional
from bihuan.engine.survey.questionnaire import contracts as c
from bihuan.engine.survey.questionnaire.editing import (
    FRESH,
    add_item,
    add_page,
    duplicate,
    groups_of,
    move,
    move_page,
    place_item,
    remove,
    remove_page,
    replace_item,
)

from ..errors import SurveyRefused
from ..models import READERS, Survey, Version
from ..queries.minutes import measured_minutes
from ..queries.pages import dimension_names, draft_as_shown
from ..rights import WRITE, survey_for
from ..services import edit_draft, undo_edit
from .surveys import may_write

KINDS = {
    "csat": gettext_lazy("总体满意度"), "rating": gettext_lazy("评分题"), "nps": gettext_lazy("推荐意愿 NPS"),
    "ces": gettext_lazy("费力程度 CES"), c.RADIO: gettext_lazy("单选题"),
    c.CHECKBOX: gettext_lazy("多选题"), c.DROPDOWN: gettext_lazy("下拉题"), c.MATRIX: gettext_lazy("矩阵题"),
    c.RANKING: gettext_lazy("排序题"), c.COMMENT: gettext_lazy("开放题"),
    c.TEXT: gettext_lazy("填空题"), c.HTML: gettext_lazy("说明文字"), c.PANEL: gettext_lazy("分组")}

# What the live preview listens for.
FOLLOW = '{"questionnaireChanged": {"target": "body"}}'
LANGUAGES = (("zh-hans", "简体"), ("zh-hant", "繁體"), ("en", "English"))


def version_for(request: HttpRequest, pk: int, number: int, *permissions: str) -> tuple[Survey, Version]:
    """Return a survey and one of its versions that the person reaches; NotAllowed otherwise."""
    survey = survey_for(request.user, pk, *permissions)
    version = survey.versions.select_related("changed_by", "survey").filter(number=number).first()
    if version is None:
        raise NotAllowed(f"version {number}")
    return survey, version


@require_GET
@needs(*READERS)
def builder(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a version: to be changed while it is a draft."""
    survey, version = version_for(request, pk, number)
    return show(request, survey, version, measured=measured_minutes(survey))


def show(request: HttpRequest, survey: Survey, version: Version, *, error: Any = None, focus: str = "",
         status: int = 200, **more: Any) -> HttpResponse:
    """Render the builder, or what of it changes by an act; the preview beside it is told to follow."""
    draft, dimensions = draft_as_shown(version), dimension_names()
    context = {
        "survey": survey, "version": version, "draft": draft, "kinds": KINDS,
        "may_edit": version.is_draft and may_write(request, survey), "error": error, "focus": focus,
        "lines": [(page, [line_of(draft, item, dimensions) for item in page.elements]) for page in draft.found.pages],
        "whole": draft.hits_of(""), "lang": "en" if get_language() == "en" else "zh",
        "groups": [item for item in draft.found.items() if item.type == c.PANEL], "languages": LANGUAGES, **more}
    if request.headers.get("HX-Request") != "true":
        return render(request, "surveys/builder.html", context, status=status)
    answer = render(request, "surveys/_builder.html", context, status=status)
    answer["HX-Trigger"] = FOLLOW
    return answer


def line_of(draft: Any, item: Item, dimensions: dict[str, str]) -> dict[str, Any]:
    """An item as a line of the builder, those of a group below it."""
    return {"item": item, "hits": draft.hits_of(item.name), "kind": kind_of(item), "is_group": item.type == c.PANEL,
            "dimension": dimensions.get(item.dimension, item.dimension),
            "inner": [line_of(draft, one, dimensions) for one in item.elements]}


def kind_of(item: Item) -> str:
    if item.type == c.RATING and item.metric in c.SCALES:
        return str(KINDS[item.metric])
    return str(KINDS[item.type]) if item.type in KINDS else item.type


@require_POST
@needs(WRITE)
def act(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Do one thing to a draft: the buttons of the builder."""
    survey, version = version_for(request, pk, number, WRITE)
    told, do = request.POST, request.POST.get("do", "")
    if do != "undo" and do not in ACTS:
        raise Http404(do)
    base = int(told["base"]) if told.get("base", "").isdecimal() else -1
    error, status = None, 200
    try:
        if do == "undo":
            version = undo_edit(version=version, base=base, actor=request.user)
        else:
            what, change = ACTS[do]
            version = edit_draft(version=version, base=base, what=f"{what} {told.get('name', '')}".strip(),
                                 change=lambda found: change(found, told), actor=request.user)
    except SurveyRefused as refused:
        version.refresh_from_db()
        error, status = refused, 422
    if request.headers.get("HX-Request") == "true":
        return show(request, survey, version, error=error, focus=told.get("name", ""), status=status)
    if error:
        return show(request, survey, version, error=error, status=status)
    return redirect("surveys:builder", pk, number)


def _rewritten(found: Questionnaire, told: QueryDict) -> Questionnaire:
    """Take over the linter's own wording of the rule named; the text is worked out here, never taken from the form."""
    item = found.item(told.get("name", ""))
    hits = check_title(item) if item else []
    better = next((hit.rewrite for hit in hits if hit.rule_id == told.get("rule")), None)
    if item is None or better is None:
        return found
    return replace_item(found, item.name, replace(item, title=Text(better)))


def _with_traditional(found: Questionnaire, told: QueryDict) -> Questionnaire:
    """Fill in traditional Chinese where there is none."""
    def filled(text: Text) -> Text:
        if not text or text.has("zh-hant"):
            return text
        return Text(text.default, tuple(sorted({**dict(text.others), "zh-tw": traditional(text.default)}.items())))

    def choice(one: c.Choice) -> c.Choice:
        return replace(one, text=filled(one.text))

    def item(one: Item) -> Item:
        return replace(one, title=filled(one.title), description=filled(one.description), low_text=filled(one.low_text),
                       high_text=filled(one.high_text), choices=tuple(map(choice, one.choices)),
                       rows=tuple(map(choice, one.rows)), columns=tuple(map(choice, one.columns)),
                       elements=tuple(map(item, one.elements)))

    def page(one: Page) -> Page:
        return replace(one, title=filled(one.title), description=filled(one.description),
                       elements=tuple(map(item, one.elements)))

    return replace(found, title=filled(found.title), description=filled(found.description),
                   completed=filled(found.completed), consent=filled(found.consent) if found.consent else None,
                   reward=filled(found.reward) if found.reward else None, pages=tuple(map(page, found.pages)))


def _added(found: Questionnaire, told: QueryDict) -> Questionnaire:
    kind = told.get("kind", "")
    return add_item(found, kind, told.get("page", ""), told.get("after", ""))[0] if kind in FRESH else found


def _grouped(found: Questionnaire, told: QueryDict) -> Questionnaire:
    """Put an item at the end of a group."""
    group = found.item(told.get("group", ""))
    return place_item(found, told["name"], group.name, len(group.elements)) if group and group.name in groups_of(
        found) else found


def _placed(found: Questionnaire, told: QueryDict) -> Questionnaire:
    place = told.get("place", "")
    return place_item(found, told["name"], told.get("page", ""), int(place)) if place.isdecimal() else found


Change = Callable[[Questionnaire, QueryDict], Questionnaire]
ACTS: dict[str, tuple[Any, Change]] = {
    "add": (gettext_lazy("添加题目"), _added),
    "up": (gettext_lazy("上移"), lambda found, told: move(found, told["name"], -1)),
    "down": (gettext_lazy("下移"), lambda found, told: move(found, told["name"], +1)),
    "place": (gettext_lazy("移动"), _placed),
    "group": (gettext_lazy("移入分组"), _grouped),
    "copy": (gettext_lazy("复制"), lambda found, told: duplicate(found, told["name"])[0]),
    "delete": (gettext_lazy("删除"), lambda found, told: remove(found, told["name"])),
    "page_add": (gettext_lazy("添加页"), lambda found, told: add_page(found)),
    "page_up": (gettext_lazy("页上移"), lambda found, told: move_page(found, told["name"], -1)),
    "page_down": (gettext_lazy("页下移"), lambda found, told: move_page(found, told["name"], +1)),
    "page_delete": (gettext_lazy("删除页"), lambda found, told: remove_page(found, told["name"])),
    "rewrite": (gettext_lazy("改写题目"), _rewritten),
    "reorder": (gettext_lazy("调整顺序"), lambda found, told: reordered(found)),
    "traditional": (gettext_lazy("补充繁体"), _with_traditional)}
