"""The themes of a wave's open answers and their correction."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import needs

from ..forms.themes import CorrectionForm
from ..queries.lake import wave_for
from ..queries.themes import correction_for, correction_rows, theme_page
from ..rights import THEMES, VIEW
from ..services import ask_themes, correct_theme, undo_correction


@require_GET
@needs(VIEW)
def themes(request: HttpRequest, code: str) -> HttpResponse:
    """Show the themes of a wave; while they are looked for, how far that is."""
    return _page(request, code)


@require_POST
@needs(THEMES)
def themes_ask(request: HttpRequest, code: str) -> HttpResponse:
    """Have the themes looked for."""
    ask_themes(wave=wave_for(request.user, code), actor=request.user)
    return HttpResponseRedirect(reverse("opinions:themes", args=[code]))


@require_POST
@needs(THEMES)
def theme_correct(request: HttpRequest, code: str) -> HttpResponse:
    """Correct a theme."""
    wave = wave_for(request.user, code)
    form = CorrectionForm(request.POST, page=theme_page(request.user, wave))
    if not form.is_valid():
        return _page(request, code, form)
    correct_theme(wave=wave, correction=form.correction(), actor=request.user)
    messages.success(request, _("已修订；以后的批次也按此归类。"))
    return HttpResponseRedirect(reverse("opinions:themes", args=[code]))


@require_POST
@needs(THEMES)
def theme_undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a correction no longer hold."""
    wave = wave_for(request.user, code)
    undo_correction(correction=correction_for(wave, pk), actor=request.user)
    messages.success(request, _("修订已撤销。"))
    return HttpResponseRedirect(reverse("opinions:themes", args=[code]))


def _page(request: HttpRequest, code: str, form: CorrectionForm | None = None) -> HttpResponse:
    wave = wave_for(request.user, code)
    return render(request, "opinions/themes.html", {
        "wave": wave, "page": theme_page(request.user, wave), "form": form, "rows": correction_rows(wave),
        "may_edit": can(request.user, THEMES)}, status=422 if form else 200)
