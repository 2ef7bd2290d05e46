"""Masking rules with a place to try them, the preferences, the vault's keys."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core import workspace
from bihuan.core.jobs import enqueue
from bihuan.core.web import answer, needs
from bihuan.engine.facts.privacy import load_rules, mask

from ..contracts import Preferences
from ..forms.settings import MaskingForm, PreferencesForm, TrialForm, kind_choices
from ..services.preferences import preferences, save_masking, save_preferences

RIGHT = "privacy.manage_rules"


@needs(RIGHT)
def masking(request: HttpRequest) -> HttpResponse:
    """The rules in force; sent, they are checked and put in force."""
    form = MaskingForm(request.POST if request.method == "POST" else None, initial=MaskingForm.of(
        load_rules(workspace.home())))
    if form.is_bound and form.is_valid():
        save_masking(rules=form.rules(), actor=request.user)
        messages.success(request, _("遮蔽规则已生效。"))
        return redirect("privacy:masking")
    return answer(request, "privacy/masking.html", {"form": form, "trial": TrialForm()}, form)


@require_POST
@needs(RIGHT)
def masking_trial(request: HttpRequest) -> HttpResponse:
    """Show what of a text the rules in force mask; the text is stored nowhere and leaves no line."""
    form, found = TrialForm(request.POST), None
    if form.is_valid():
        rules, lang = load_rules(workspace.home()), get_language() or "zh"
        text, labels = form.cleaned_data["text"], dict(kind_choices())
        tagged = mask(text, rules, lang=lang)
        found = {"tag": tagged.text, "partial": mask(text, rules, style="partial", lang=lang).text,
                 "spans": [(labels.get(span.kind, span.label), span.value) for span in tagged.spans]}
    response = render(request, "privacy/_trial.html", {"trial": form, "found": found},
                      status=200 if found is not None else 422)
    response["Cache-Control"] = "no-store"
    return response


@needs(RIGHT)
def limits(request: HttpRequest) -> HttpResponse:
    """Hours of contact, the term of an answer, limits of exports."""
    chosen: Preferences = preferences()
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=vars(chosen))
    if form.is_bound and form.is_valid():
        save_preferences(chosen=form.chosen(), actor=request.user)
        messages.success(request, _("已保存。"))
        return redirect("privacy:overview")
    return answer(request, "privacy/limits.html", {"form": form}, form)


@require_POST
@needs(RIGHT)
def rotate(request: HttpRequest) -> HttpResponse:
    job = enqueue("privacy.rotate", actor=request.user, title=_("更换主密钥"))
    return redirect("core:job", pk=job.pk)


@require_POST
@needs(RIGHT)
def sweep(request: HttpRequest) -> HttpResponse:
    job = enqueue("privacy.sweep", actor=request.user, title=_("清理到期的文件与个人信息"))
    return redirect("core:job", pk=job.pk)
