"""Targets and bands: the list of all, and one indicator's history with the form for a new version."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.web import needs

from ..forms.targets import SCORES, TargetForm
from ..queries import engine
from ..queries.targets import history, scopes_for, target_groups
from ..queries.words import in_language
from ..services.targets import TargetError, set_target


@require_GET
@needs("evaluate.change_targets")
def targets(request: HttpRequest) -> HttpResponse:
    """List what judges every indicator now and from when."""
    return render(request, "indicators/target_list.html", {"groups": target_groups()})


@require_http_methods(["GET", "POST"])
@needs("evaluate.change_targets")
def target_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Show one indicator's targets through time and take a new version."""
    passport = engine.passports().get(name)
    if passport is None:
        raise Http404(name)
    initial = {"target": passport.target, "valid_from": engine.today()}
    initial |= {f"band_{band.score}": band.limit for band in passport.bands if band.score in SCORES}
    form = TargetForm(request.POST or None, passport=passport, scopes=scopes_for(request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_target(
                passport=passport, scope=form.scope_values(), target=form.cleaned_data["target"], bands=form.bands(),
                valid_from=form.cleaned_data["valid_from"], note=form.cleaned_data["note"], actor=request.user,
                bonus=form.bonus())
        except TargetError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存。新的目标与分档从生效日期起使用。"))
            return HttpResponseRedirect(reverse("indicators:target_edit", args=[name]))
    context = {"passport": passport, "title": in_language(passport.title), "form": form, "lines": history(passport)}
    return render(request, "indicators/target_edit.html", context, status=422 if form.errors else 200)
