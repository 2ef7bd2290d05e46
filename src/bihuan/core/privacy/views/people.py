"""Personal data of one customer: shown for a reason, asked for by the customer, left in peace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.queries import actor_names
from bihuan.core.web import answer, needs, page_of, refusals_on

from ..contracts import CHANNELS
from ..forms.registers import SearchForm
from ..forms.settings import AnswerForm, IdentityForm, ReasonForm, RequestForm, RevealForm
from ..models import SubjectRequest
from ..queries import registers as queries
from ..queries.people import is_held
from ..queries.proofs import proof_lines
from ..queries.strangers import strangers
from ..services import contact, requests, reveal
from ..services.files import own_data

HANDLE = "privacy.handle_requests"


@needs("core.reveal_personal")
def reveal_page(request: HttpRequest) -> HttpResponse:
    """Show who a customer is; found by number, or by what a caller says of themself."""
    form, revealed, found = RevealForm(request.POST if request.method == "POST" else None), None, None
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            told = form.cleaned_data
            if told["by"] == "customer":
                revealed = reveal.reveal_customer(
                    customer=told["value"].strip(), reason=told["reason"], actor=request.user)
            else:
                found = reveal.find_customers(field=told["by"], value=told["value"], reason=told["reason"],
                                              actor=request.user)
    response = answer(request, "privacy/reveal.html", {"form": form, "revealed": revealed, "found": found}, form)
    response["Cache-Control"] = "no-store"
    return response


@needs("privacy.read_registers")
def reveal_list(request: HttpRequest) -> HttpResponse:
    search = SearchForm(request.GET)
    return render(request, "privacy/reveal_list.html", {
        "search": search, "page": page_of(request, queries.reveals(search.chosen()))})


@needs(HANDLE)
def request_list(request: HttpRequest) -> HttpResponse:
    search = SearchForm(request.GET)
    state = request.GET.get("state", "open")
    return render(request, "privacy/request_list.html", {
        "search": search, "state": state, "page": page_of(request, queries.requests(state, search.chosen()))})


@needs(HANDLE)
def request_new(request: HttpRequest) -> HttpResponse:
    form = RequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = requests.open_request(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已登记，答复期限为 %(day)s。") % {"day": found.due_on.isoformat()})
        if not is_held(found.customer):
            messages.warning(request, _("记录与个人信息库中都没有这个客户编号，请先核对编号。"))
        return redirect("privacy:request", found.pk)
    return answer(request, "privacy/request_new.html", {"form": form}, form)


@needs(HANDLE)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _request_page(request, get_object_or_404(SubjectRequest, pk=pk))


@require_POST
@needs(HANDLE)
def request_verify(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = get_object_or_404(SubjectRequest, pk=pk), IdentityForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            requests.verify_identity(request=found, how=form.cleaned_data["how"], actor=request.user)
            return redirect("privacy:request", pk)
    return _request_page(request, found, identity=form)


@require_POST
@needs(HANDLE)
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SubjectRequest, pk=pk)
    form = AnswerForm(request.POST, kind=found.kind, strangers=strangers(found)[0])
    if form.is_valid():
        with refusals_on(form):
            done = requests.answer_request(request=found, outcome=form.cleaned_data["outcome"],
                                           corrections=form.corrections(), stay=form.cleaned_data.get("stay", ()),
                                           actor=request.user)
            messages.success(request, _("已办结。") if not done.is_open else _("删除已在后台开始，完成后自动办结。"))
            return redirect("privacy:request", pk)
    return _request_page(request, found, answering=form)


@require_POST
@needs(HANDLE)
def request_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = get_object_or_404(SubjectRequest, pk=pk), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            requests.refuse_request(request=found, reason=form.cleaned_data["reason"], actor=request.user)
            return redirect("privacy:request", pk)
    return _request_page(request, found, refusing=form)


@require_POST
@needs(HANDLE)
def request_data(request: HttpRequest, pk: int) -> HttpResponse:
    """Send everything held about the customer, for handing over to them; leaves a line."""
    found = get_object_or_404(SubjectRequest, pk=pk, kind=SubjectRequest.Kind.ACCESS,
                              state__in=(SubjectRequest.State.VERIFIED, SubjectRequest.State.DONE))
    requests.record_handover(request=found, actor=request.user)
    response = HttpResponse(own_data(found.customer), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="request-{found.pk}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a stop link: one click and nobody writes or calls any more. The link itself is the key."""
    told = contact.read_stop_token(token)
    done = bool(told and request.method == "POST" and contact.stop_by_token(token=token))
    channel = CHANNELS.get(told[1], "") if told else ""
    return render(request, "privacy/stop.html", {"valid": told is not None, "done": done, "channel": channel},
                  status=200 if told else 410)


def _request_page(request: HttpRequest, found: SubjectRequest, *, identity: IdentityForm | None = None,
                  answering: AnswerForm | None = None, refusing: ReasonForm | None = None) -> HttpResponse:
    forms = [form for form in (identity, answering, refusing) if form is not None]
    offered, more = strangers(found)
    lines = list(queries.history_of(found)[:50])
    context = {
        "found": found, "identity": identity or IdentityForm(),
        "answering": answering or AnswerForm(kind=found.kind, strangers=offered),
        "names_going": more, "refusing": refusing or ReasonForm(), "proof": proof_lines(found.proof), "history": lines,
        "names": actor_names({line.actor for line in lines})}
    return answer(request, "privacy/request.html", context, *forms)
