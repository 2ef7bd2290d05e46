"""The plan of each channel: what it is judged by, what is missing, and the form that changes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.rights import can
from bihuan.core.web import needs
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.goals.queries.channels import channel_labels, channel_plans, count_warning, plan_history
from bihuan.loop.plan.goals.services import PlanError, change_channel

from ..forms import ROWS, ChannelForm, ItemForm
from ..queries.channels import channels, indicator_choices

PERMISSION = "plan.change_channels"


@require_GET
@needs("evaluate.view_board")
def channel_list(request: HttpRequest) -> HttpResponse:
    """Show every channel with its indicators, their values of the last year and what is wrong."""
    context = {"channels": channels(request.user), "may_change": can(request.user, PERMISSION)}
    return render(request, "progress/channel_list.html", context)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def channel_edit(request: HttpRequest, channel: str) -> HttpResponse:
    """Change what a channel is judged by; a new version."""
    plan = next((one for one in channel_plans() if one.template.channel == channel), None)
    if plan is None:
        raise Http404(channel)
    data, choices = request.POST or None, indicator_choices()
    kept = [dict(vars(item)) for item in plan.items]
    size = max(ROWS, len(kept) + 2)
    rows = [ItemForm(data, prefix=f"row{place}", indicators=choices,
                     initial=kept[place] if place < len(kept) else {}) for place in range(size)]
    form = ChannelForm(data, initial={"base": plan.version.number if plan.version else 0})
    if request.method == "POST" and form.is_valid() and all(row.is_valid() for row in rows):
        items = [item for row in rows if (item := row.item())]
        try:
            change_channel(channel=channel, base=form.cleaned_data["base"], items=items, known=engine.passports(),
                           note=form.cleaned_data["note"], actor=request.user)
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            warning = count_warning(items)
            (messages.warning if warning else messages.success)(request, warning or _("已保存为新版本。"))
            return HttpResponseRedirect(reverse("progress:channel_list"))
    context = {"form": form, "rows": rows, "title": channel_labels()[channel], "plan": plan,
               "versions": plan_history(channel)}
    refused = bool(form.errors or any(row.errors for row in rows)) and request.method == "POST"
    return render(request, "progress/channel_edit.html", context, status=422 if refused else 200)
