"""A version as its readers see it: on a page of its own, and beside the builder, where it follows what is typed."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bihuan.core.web import needs
from bihuan.engine.survey.questionnaire import Questionnaire, read, shown
from bihuan.engine.survey.questionnaire.editing import replace_item

from ..forms import ConditionForm, ItemForm
from ..models import READERS
from ..preview import typed
from ..queries.pages import dimension_choices
from .builder import LANGUAGES, version_for
from .editing import EDIT


@require_http_methods(["GET", "POST"])
@needs(*READERS)
def preview(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a version as its readers see it; answers decide what is shown and are kept nowhere."""
    survey, version = version_for(request, pk, number)
    language = request.POST.get("live-language") or request.GET.get("language", "zh-hans")
    language = language if language in dict(LANGUAGES) else "zh-hans"
    found = as_typed(read(version.document), request.POST)
    variables = {one.name: one.sample for one in found.variables}
    answers = typed(found, request.POST) if request.method == "POST" else {}
    context = {
        "survey": survey, "version": version, "pages": shown(found, answers, variables, language=language),
        "title": found.title.in_language(language), "notice": found.description.in_language(language),
        "consent": found.consent.in_language(language) if found.consent else "",
        "reward": found.reward.in_language(language) if found.reward else "", "language": language,
        "languages": LANGUAGES, "width": "desktop" if request.GET.get("width") == "desktop" else "phone"}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, f"surveys/{'_' if fragment else ''}preview.html", context)


def as_typed(found: Questionnaire, post: QueryDict) -> Questionnaire:
    """Return the questionnaire with the item that is open in the builder as it stands in its form, saved or not.

    What cannot stand, such as an empty title, leaves the item as it was saved.
    """
    name = post.get("edit-item", "")
    item = found.item(name) if name else None
    if item is None or not item.known:
        return found
    form = ItemForm(post, item=item, found=found, dimensions=dimension_choices(), prefix=EDIT)
    when = ConditionForm(post, found=found, text=item.visible_if, besides=name, prefix="when")
    if not form.is_valid():
        return found
    condition = when.expression if when.is_valid() else item.visible_if
    return replace_item(found, name, replace(form.changed, visible_if=condition))
