"""One's own tokens, and everybody's for those who manage them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.rights import can
from bihuan.core.web import answer, needs, page_of, refusals_on

from . import services
from .errors import Refused
from .forms import TokenForm
from .models import Token
from .queries import all_tokens, own_tokens
from .rights import MANAGE


@require_GET
@needs()
def token_list(request: HttpRequest) -> HttpResponse:
    return render(request, "tokens/token_list.html", {
        "page": page_of(request, own_tokens(request.user)), "everybodys": False,
        "can_lend": TokenForm(person=request.user).can_lend})


@require_GET
@needs(MANAGE)
def all_list(request: HttpRequest) -> HttpResponse:
    return render(request, "tokens/token_list.html", {
        "page": page_of(request, all_tokens()), "everybodys": True, "can_lend": False})


@never_cache
@needs()
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token and show its key, this once."""
    form = TokenForm(request.POST if request.method == "POST" else None, person=request.user)
    if not form.can_lend:
        raise Http404("token")
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            token, key = services.create_token(**form.asked(), actor=request.user)
            return render(request, "tokens/token_made.html", {"token": token, "key": key})
    return answer(request, "tokens/token_new.html", {"form": form}, form)


@require_POST
@needs()
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk)
    try:
        services.revoke_token(token=token, actor=request.user)
        messages.success(request, _("令牌“%(name)s”已吊销，立即失效。") % {"name": token.name})
    except Refused as error:
        messages.error(request, str(error))
    back_to_all = token.owner_id != request.user.pk and can(request.user, MANAGE)
    return redirect("tokens:all_list" if back_to_all else "tokens:token_list")
