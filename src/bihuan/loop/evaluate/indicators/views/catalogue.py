"""The catalogue of definitions, one indicator's page, and two definitions side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.patience import patient
from bihuan.core.rights import can
from bihuan.core.web import needs

from ..forms.board import read_state
from ..queries import engine
from ..queries.difference import difference_page
from ..queries.indicator import catalogue as definitions
from ..queries.indicator import indicator_page
from ..queries.rows import rows_question
from ..queries.words import in_language, said
from ..queries.worked import worked_example
from .board import filter_context
from .common import REFUSALS, refused

# The buttons of an indicator's page and the permission each needs.
ACTIONS = {"change": "evaluate.change_passports", "rows": "evaluate.view_rows", "targets": "evaluate.change_targets"}


@require_GET
@needs("evaluate.view_board")
@patient
def catalogue(request: HttpRequest) -> HttpResponse:
    """List every definition in force; everybody who sees numbers may read what they mean."""
    words = request.GET.get("q", "").strip()
    families = [
        (label, [(passport, in_language(passport.title), in_language(passport.sentence)) for passport in found
                 if _matches(passport, words)])
        for label, found in definitions()
    ]
    context = {"families": [one for one in families if one[1]], "words": words,
               "may_change": can(request.user, "evaluate.change_passports")}
    return render(request, "indicators/catalogue.html", context)


@require_GET
@needs("evaluate.view_board")
@patient
def indicator(request: HttpRequest, name: str) -> HttpResponse:
    """Show one indicator's definition and numbers for the period and filters of the address."""
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        page = indicator_page(name, state, request.user, agents=bool(request.GET.get("agents")))
    except REFUSALS as error:
        return refused(request, [said(error)])
    if page is None:
        raise Http404(name)
    context = {
        **filter_context(request, state), "page": page, "tabs": [], "with_agents": bool(request.GET.get("agents")),
        "may": {name: can(request.user, permission) for name, permission in ACTIONS.items()},
    }
    return render(request, "indicators/indicator.html", context)


@require_GET
@needs("evaluate.view_rows")
def worked(request: HttpRequest, name: str) -> HttpResponse:
    """Work one indicator's definition out on a few rows of the address: a fragment of its page."""
    state, problems = read_state(request.GET)
    if problems:
        return render(request, "indicators/_worked.html", {"problems": problems})
    try:
        question = rows_question(name, state, (), request.user)
        found = worked_example(question) if question else None
    except REFUSALS as error:
        return render(request, "indicators/_worked.html", {"problems": [said(error)]})
    if found is None:
        raise Http404(name)
    return render(request, "indicators/_worked.html", {"found": found})


@require_GET
@needs("evaluate.view_rows")
@patient
def definition_difference(request: HttpRequest, name: str) -> HttpResponse:
    """Show two definitions on the same rows and the cases on which they differ."""
    passport = engine.passports().get(name)
    if passport is None:
        raise Http404(name)
    state, problems = read_state(request.GET)
    if problems:
        return refused(request, problems)
    try:
        page = difference_page(passport, request.GET.get("with", ""), state, request.user)
    except REFUSALS as error:
        return refused(request, [said(error)])
    return render(request, "indicators/difference.html", {
        "page": page, "title": in_language(passport.title), "heading": _("口径差异"), "passport": passport})


def _matches(passport, words: str) -> bool:
    """Return whether a search word stands in a definition's names, synonyms or sentence."""
    texts = (passport.name, *passport.title.values(), *passport.aliases, *passport.sentence.values())
    return not words or any(words.casefold() in text.casefold() for text in texts)
