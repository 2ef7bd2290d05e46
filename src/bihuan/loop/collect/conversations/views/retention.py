"""How long data are kept, what is due, and the proofs of what was deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.errors import told
from bihuan.core.rights import can
from bihuan.core.web import needs

from .. import services
from ..errors import Refused
from ..forms import RetentionForm
from ..queries.retention import count_strangers, deletions, terms


@require_http_methods(["GET", "POST"])
@needs("collect.manage_retention")
def retention(request: HttpRequest) -> HttpResponse:
    known = terms()
    form = RetentionForm(request.POST or None, months={term.kind: term.months for term in known})
    if request.method == "POST" and form.is_valid():
        services.save_terms(months=form.cleaned_data, actor=request.user)
        messages.success(request, _("保存期限已更新。到期数据在执行删除后才会消失。"))
        return redirect("conversations:retention")
    lines = [(term, form[term.kind]) for term in known]
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "conversations/retention.html", {
        "lines": lines, "form": form, "proofs": deletions(), "due": sum(term.due or 0 for term in known),
        "set": any(term.months for term in known), "strangers": count_strangers(known),
        "may_add": can(request.user, "core.manage_units")}, status=status)


@require_POST
@needs("collect.manage_retention")
def delete_due(request: HttpRequest) -> HttpResponse:
    """Start the deletion; its page shows how far it is."""
    try:
        job = services.start_deletion(actor=request.user)
    except Refused as refusal:
        messages.error(request, told(refusal))
        return redirect("conversations:retention")
    return redirect("core:job", job.pk)
