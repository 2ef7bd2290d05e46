"""Cases that belong to nobody known."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bihuan.core.patience import patient
from bihuan.core.rights import can
from bihuan.core.web import needs, refusals_on

from .. import services
from ..forms import ReasonForm
from ..queries.rules import matching, rule_line
from ..queries.unmatched import likely_same, proposals, unmatched_counts, unmatched_page
from ..rights import CHANGE, reach, sees_all
from .common import paged


@needs("serve.view_customers")
@patient
def unmatched_list(request: HttpRequest) -> HttpResponse:
    return _page(request, ReasonForm())


@require_POST
@needs("serve.change_customers")
def match(request: HttpRequest) -> HttpResponse:
    """Give every case with one proposal to the customer proposed."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            change = services.match_by_rules(reason=form.cleaned_data["reason"], actor=request.user)
        if form.is_valid():
            text = ngettext("已为 %(count)d 张工单归入客户。指标正在后台重新计算。",
                            "已为 %(count)d 张工单归入客户。指标正在后台重新计算。", change.cases)
            messages.success(request, text % {"count": change.cases})
            return redirect("customers:unmatched_list")
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: ReasonForm, status: int = 200) -> HttpResponse:
    scope, reason = reach(request.user), request.GET.get("reason", "")
    reason = reason if reason in ("missing", "unknown") else ""
    found, page = paged(request, lambda size, offset: unmatched_page(scope, size=size, offset=offset, reason=reason))
    return render(request, "customers/unmatched_list.html", {
        "rows": found.rows, "page": page, "counts": unmatched_counts(scope), "reason": reason, "form": form,
        "reasons": (("", _("全部")), ("missing", _("没有客户编号")), ("unknown", _("编号不在客户档案中"))),
        "rules": [rule_line(rule) for rule in matching().rules], "proposed": len(proposals(scope)),
        "same": likely_same(scope), "may_change": can(request.user, CHANGE) and sees_all(scope)}, status=status)
