"""The themes of a wave's open answers and their correction."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import NotAllowed, can
from bihuan.core.web import needs

from ..forms.themes import CorrectionForm
from ..queries.lake import wave_for
from ..queries.quotes import SIZE, moves_of, quotes_of
from ..queries.themes import correction_for, correction_rows, theme_page
from ..queries.within import scope_alone, scopes_for
from ..rights import ROWS, THEMES, VIEW
from ..services import ask_themes, correct_theme, correct_theme_often, undo_correction


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
    messages.success(request, _("已修订；以后各期也按此归类。"))
    return HttpResponseRedirect(reverse("opinions:themes", args=[code]))


@require_GET
@needs(ROWS)
def theme_quotes(request: HttpRequest, code: str) -> HttpResponse:
    """List all that was said about one theme."""
    wave, name, text = wave_for(request.user, code), request.GET.get("theme", ""), request.GET.get("q", "")[:100]
    found = quotes_of(request.user, wave, name, text=text, page=request.GET.get("page"))
    return render(request, "opinions/theme_quotes.html", {
        "wave": wave, "found": found, "text": text, "may_edit": can(request.user, THEMES)})


@require_POST
@needs(THEMES, ROWS)
def theme_move(request: HttpRequest, code: str) -> HttpResponse:
    """Move quotes of one theme to another."""
    wave, name = wave_for(request.user, code), request.POST.get("theme", "")
    answers = request.POST.getlist("answer")[:SIZE]
    if not can(request.user, ROWS):
        raise NotAllowed(ROWS)
    if answers and (to := request.POST.get("to")):
        moves = moves_of(request.user, wave, name, to, answers)
        correct_theme_often(wave=wave, corrections=moves, actor=request.user)
        messages.success(request, _("已移动 %(n)d 条；以后各期也按此归类。") % {"n": len(moves)})
    else:
        messages.error(request, _("请先勾选原话，再选移到哪个主题。"))
    # A theme whose last quotes went is gone: then the way leads back to all of them.
    left = any(line.name == name for line in theme_page(request.user, wave).lines)
    address = reverse("opinions:theme_quotes", args=[code]) + "?" + urlencode({"theme": name})
    return HttpResponseRedirect(address if left else reverse("opinions:themes", args=[code]))


@require_POST
@needs(THEMES)
def theme_undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a correction no longer hold."""
    wave = wave_for(request.user, code)
    undo_correction(correction=correction_for(wave, pk), actor=request.user)
    messages.success(request, _("修订已撤销。"))
    return HttpResponseRedirect(reverse("opinions:themes", args=[code]))


def _page(request: HttpRequest, code: str, form: CorrectionForm | None = None) -> HttpResponse:
    wave, state = wave_for(request.user, code), scope_alone(request.user, request.GET)
    # A correction is about the whole wave: within a scope there is only looking.
    whole, rows = not state.filters, correction_rows(wave)
    return render(request, "opinions/themes.html", {
        "wave": wave, "page": theme_page(request.user, wave, state), "form": form, "rows": rows,
        "dropped": [row for row in rows if row.change["kind"] == "drop" and row.undone_at is None],
        "state": state, "scopes": scopes_for(request.user, state), "may_edit": whole and can(request.user, THEMES),
        "may_rows": whole and can(request.user, ROWS)}, status=422 if form else 200)
