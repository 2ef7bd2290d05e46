"""One problem, whole."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.core.web import answer, needs
from bihuan.loop.collect.surveys.queries import surveys_about

from ..forms import AnswerForm, AssignForm, IssueForm, JoinForm, ReasonForm, StatementForm
from ..models import VIEW, Finding
from ..queries.findings import finding_for, findings_for
from ..queries.lists import line_of, lines_of
from ..queries.problem import problem_of
from ..queries.trail import acts_of, sightings_chart
from ..queries.words import method_text, shown_title
from ..rights import may_work
from ..services.decide import may_answer

FORMS = {"reason": ReasonForm, "assign": AssignForm, "statement": StatementForm, "issue": IssueForm,
         "answer": AnswerForm}


@require_GET
@needs(VIEW)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show metric, verbatims, segments, steps, causes and measures of one problem on one page."""
    return show(request, finding_for(request.user, pk))


def show(request: HttpRequest, row: Finding, **sent: Any) -> HttpResponse:
    """Return the page; ``sent`` is a form that was refused, by its place on the page."""
    forms = {"reason": ReasonForm(), "assign": None, "statement": StatementForm(initial=_stated(row)),
             "issue": IssueForm(initial={"unit": row.suggested_unit}), "answer": AnswerForm(), "join": None, **sent}
    works, issue = may_work(request.user, row), getattr(row, "issue", None)
    if works and forms["assign"] is None:
        forms["assign"] = AssignForm(finding=row, initial={"owner": row.owner_id})
    members = lines_of(findings_for(request.user).filter(bundle=row))
    if works and forms["join"] is None and row.bundle_id is None and not members and row.is_open:
        forms["join"] = JoinForm(finding=row, user=request.user)
    names = unit_names()
    context = {
        "finding": row, "line": line_of(row, names), "method": method_text(row), "acts": acts_of(row),
        "problem": problem_of(row, request.user, request.GET.get("by", "")),
        "leader": findings_for(request.user).filter(pk=row.bundle_id).first(),
        "members": members,
        "sightings": row.sightings.order_by("-period"), "history": sightings_chart(row), "works": works,
        "surveys": surveys_about(request.user, f"finding:{row.pk}"), "survey_new": _survey_address(request, row),
        "issue": issue, "units": names, "forms": forms, "may_rows": can(request.user, "evaluate.view_rows"),
        "may_answer": issue is not None and may_answer(_person(request), row, issue)}
    return answer(request, "findings/finding.html", context, *sent.values())


def _survey_address(request: HttpRequest, row: Finding) -> str:
    """The form of a survey about this problem with what is known filled in; empty for who writes none."""
    if not can(request.user, "collect.write_surveys"):
        return ""
    title = shown_title(row)
    purpose = _("查明“{title}”的原因：这一时期（{period}）受影响的客户怎么看。").format(
        title=title, period=row.period or "—")
    return reverse("surveys:survey_new") + "?" + urlencode({
        "kind": "diagnostic", "subject": f"finding:{row.pk}", "about": f"{row.number} {title}"[:300],
        "purpose": purpose, "unit_code": row.unit_code, "title": _("专项调查：{title}").format(title=title)[:120]})


def _stated(row: Finding) -> dict[str, str]:
    return {"step": row.stated_step, "action": row.stated_action, "metric": row.stated_metric,
            "threshold": row.stated_threshold}


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
