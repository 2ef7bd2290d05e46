"""The forms behind the builder's buttons: an item, a page, the questionnaire's own texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core.rights import NotAllowed
from bihuan.core.web import needs
from bihuan.engine.survey.lint import check_title
from bihuan.engine.survey.questionnaire import Questionnaire, read
from bihuan.engine.survey.questionnaire.editing import replace_item

from ..errors import StaleEdit, SurveyRefused
from ..forms import ConditionForm, HeadForm, ItemForm, PageForm
from ..models import Survey, Version
from ..queries.pages import dimension_choices
from ..rights import WRITE
from ..services import edit_draft
from .builder import show, version_for

EDIT = "edit"        # before the names of an item's form where answers of the preview stand beside it

@require_http_methods(["GET", "POST"])
@needs(WRITE)
def item_edit(request: HttpRequest, pk: int, number: int, name: str) -> HttpResponse:
    """Change one item's texts, settings and condition: on a page, or in its line of the builder."""
    survey, version = version_for(request, pk, number, WRITE)
    found = read(version.document)
    item = found.item(name)
    if item is None or not item.known:
        raise NotAllowed(name)
    in_place = request.headers.get("HX-Request") == "true"
    form = ItemForm(request.POST or None, item=item, found=found, dimensions=dimension_choices(),
                    initial={"base": version.edits}, prefix=EDIT if in_place else None)
    when = ConditionForm(request.POST or None, found=found, text=item.visible_if, besides=name, prefix="when")
    error = None
    if request.method == "POST" and form.is_valid() and when.is_valid():
        changed = replace(form.changed, visible_if=when.expression)
        error = save(request, version, form, _("修改 {name}").format(name=name),
                     lambda now: replace_item(now, name, changed))
        if error is None:
            version.refresh_from_db()
            return show(request, survey, version, focus=changed.name) if in_place else redirect(
                "surveys:builder", pk, number)
    answer = editing(request, "item", survey, version, form, when, error, item=item, in_place=in_place,
                     hits=check_title(item))
    if in_place and request.method == "POST":
        answer["HX-Retarget"] = f"#edit-{name}"
    return answer


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def page_edit(request: HttpRequest, pk: int, number: int, name: str) -> HttpResponse:
    """Change a page's title, notice and condition."""
    survey, version = version_for(request, pk, number, WRITE)
    found = read(version.document)
    page = next((page for page in found.pages if page.name == name), None)
    if page is None:
        raise NotAllowed(name)
    first = page.elements[0].name if page.elements else ""
    form = PageForm(request.POST or None, page=page, initial={"base": version.edits})
    when = ConditionForm(request.POST or None, found=found, text=page.visible_if, besides=first, prefix="when")
    error = None
    if request.method == "POST" and form.is_valid() and when.is_valid():
        changed = replace(page, title=form.text("title", page.title), description=form.text("description",
                                                                                            page.description),
                          visible_if=when.expression)
        error = save(request, version, form, _("修改 {name}").format(name=name), lambda now: replace(
            now, pages=tuple(replace(changed,
                                     elements=one.elements) if one.name == name else one for one in now.pages)))
        if error is None:
            return redirect("surveys:builder", pk, number)
    return editing(request, "page", survey, version, form, when, error, page=page)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def head_edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Change the questionnaire's own texts."""
    survey, version = version_for(request, pk, number, WRITE)
    found = read(version.document)
    form = HeadForm(request.POST or None, found=found, initial={"base": version.edits})
    error = None
    if request.method == "POST" and form.is_valid():
        texts = {name: form.text(name, getattr(found, name)) for name in ("title", "description", "completed")}
        offered = {name: form.text(name, getattr(found, name)) or None for name in ("consent", "reward")}
        error = save(request, version, form, _("修改问卷文字"), lambda now: replace(now, **texts, **offered))
        if error is None:
            return redirect("surveys:builder", pk, number)
    return editing(request, "head", survey, version, form, None, error)


def save(request: HttpRequest, version: Version, form: Any, what: str,
         change: Callable[[Questionnaire], Questionnaire]) -> SurveyRefused | None:
    """Save one edit; what was refused is returned. A late one may be sent again: it then knows what it missed."""
    try:
        edit_draft(version=version, base=form.cleaned_data["base"], what=what, change=change, actor=request.user)
    except StaleEdit as error:
        form.data = form.data.copy()
        form.data[form.add_prefix("base")] = str(Version.objects.values_list("edits", flat=True).get(pk=version.pk))
        return error
    except SurveyRefused as error:
        return error
    if request.headers.get("HX-Request") != "true":
        messages.success(request, _("已保存。"))
    return None


def editing(request: HttpRequest, part: str, survey: Survey, version: Version, form: Any, when: ConditionForm | None,
            error: SurveyRefused | None, **more: Any) -> HttpResponse:
    if not version.is_draft:
        raise NotAllowed("published")
    refused = error is not None or (form.is_bound and not form.is_valid())
    context = {"survey": survey, "version": version, "form": form, "when": when, "error": error, "part": part,
               "lang": "en" if get_language() == "en" else "zh", **more}
    template = f"surveys/_{part}_edit.html" if more.get("in_place") else f"surveys/{part}_edit.html"
    return render(request, template, context, status=422 if refused else 200)
