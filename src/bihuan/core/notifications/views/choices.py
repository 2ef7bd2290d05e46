"""My notifications: which events by which channel, in which hours, and robots of one's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bihuan.core.web import answer, needs

from .. import services
from ..forms.choices import ChoicesForm, HoursForm
from ..queries.inbox import has_mail, own_channels
from ..queries.people import wishes_by_event


@needs()
def choices(request: HttpRequest) -> HttpResponse:
    own = list(own_channels(request.user))
    wishes = wishes_by_event(request.user)
    hours = next(iter(wishes.values())).hours
    sent = request.POST if request.method == "POST" else None
    form = ChoicesForm(sent, own=own, wishes=wishes)
    hours_form = HoursForm(sent, initial={
        "hours_from": hours.first, "hours_until": hours.last, "digest_at": hours.digest_at,
        "weekdays": [str(day) for day in hours.weekdays]})
    if sent is not None and form.is_valid() and hours_form.is_valid():
        services.save_choices(user=request.user, chosen=form.chosen())
        services.save_preference(user=request.user, **hours_form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("notifications:choices")
    return answer(request, "notifications/choices.html", {
        "form": form, "hours": hours_form, "own": own, "has_mail": has_mail()}, form, hours_form)


