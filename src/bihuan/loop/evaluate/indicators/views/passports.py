"""Defining an indicator without code: a form, a live preview, a published version."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.languages import named
from bihuan.core.web import needs
from bihuan.engine.indicators.contracts import Passport
from bihuan.engine.indicators.errors import IndicatorError

from ..forms.passport import OF_GRAIN, PassportForm
from ..queries import engine
from ..queries.definable import field_lines
from ..queries.preview import preview
from ..queries.words import in_language
from ..rights import reach
from ..services.passports import PassportError, publish_passport


@require_http_methods(["GET", "POST"])
@needs("evaluate.change_passports")
def passport_new(request: HttpRequest) -> HttpResponse:
    """Define an indicator of the workspace's own."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@needs("evaluate.change_passports")
def passport_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Publish a new version of a definition."""
    passport = engine.passports().get(name)
    if passport is None:
        raise Http404(name)
    return _edit(request, passport)


@require_POST
@needs("evaluate.change_passports")
def passport_preview(request: HttpRequest) -> HttpResponse:
    """Say what the definition in the form would give now, or where it is wrong: a fragment, nothing is stored."""
    form = PassportForm(request.POST, passport=engine.passports().get(request.POST.get("base", "")))
    changed = request.POST.get("shown") != form.kind_of_rows
    if changed:
        form.fit()
    result = None
    if form.is_valid():
        try:
            result = preview(form.definition(), reach(request.user, "evaluate.view_board"))
        except IndicatorError as error:
            form.lay(error)
    problems = [named(form.fields[name].label, text) if name in form.fields else text
                for name, texts in form.errors.items() for text in texts]
    return render(request, "indicators/_preview.html", {
        "result": result, "problems": problems, "changed": changed, "form": form,
        "lists": [form[name] for name in OF_GRAIN], "lines": field_lines(form.kind_of_rows)})


def _edit(request: HttpRequest, passport: Passport | None) -> HttpResponse:
    form = PassportForm(request.POST or None, passport=passport)
    if request.method == "POST" and form.is_valid():
        try:
            row = publish_passport(
                definition=form.definition(), note=form.cleaned_data["note"], actor=request.user,
                is_new=passport is None)
        except PassportError as error:
            form.add_error("name", str(error))
        except IndicatorError as error:
            form.lay(error)
        else:
            messages.success(request, _("已发布第 {n} 版口径。").format(n=row.version))
            return HttpResponseRedirect(reverse("indicators:indicator", args=[row.name]))
    title = in_language(passport.title) if passport else ""
    context = {"form": form, "passport": passport, "title": title, "lines": field_lines(form.kind_of_rows)}
    return render(request, "indicators/passport_form.html", context, status=422 if form.errors else 200)
