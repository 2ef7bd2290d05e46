"""The ledger of rewards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.web import needs, page_of, refusals_on

from .. import services
from ..errors import Refused
from ..forms import RewardForm
from ..models import Reward
from ..queries.sending import dispatch_of, rewards
from ..rights import SEND
from .common import page, wave_for


@needs(SEND)
def reward_list(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out rewards for codes, and see what was promised and given."""
    wave = wave_for(request, number, SEND)
    form = RewardForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.give_reward(wave=wave.id, actor=request.user, **form.cleaned_data)
            messages.success(request, _("已登记发放。"))
            return redirect("answering:rewards", number)
    state = request.GET.get("state", "")
    return page(request, "answering/reward_list.html", wave, "rewards", {
        "page": page_of(request, rewards(wave.id, state=state)), "form": form, "state": state,
        "states": Reward.State.choices, "dispatch": dispatch_of(wave.id)}, form)


@require_POST
@needs(SEND)
def reward_give(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    line = get_object_or_404(Reward, pk=pk, wave_id=wave.id)
    try:
        services.give_promised(reward=line, actor=request.user)
        messages.success(request, _("已登记发放。"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("answering:rewards", number)
