"""Settings › members: which agent belongs to which unit, since when, and where before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import members, queries
from ..forms.members import EndForm, MemberFilter, MoveForm, NameForm, NewMemberForm
from ..services import members as services
from ..services import names as services_names
from ..web import answer, needs, page_of, refusals_on

if TYPE_CHECKING:
    from bihuan.engine.facts.contracts import UnknownName

RIGHT = "core.manage_units"


@needs(RIGHT)
def member_list(request: HttpRequest) -> HttpResponse:
    form, everybody = MemberFilter(request.GET), members.members(now=timezone.now())
    unknown = members.unknown_names()
    return render(request, "core/member_list.html", {
        "form": form, "page": page_of(request, members.chosen(everybody, unknown, **form.chosen())),
        "names": queries.unit_names(), "is_empty": not everybody, "homeless": len(members.homeless(everybody, unknown)),
        "unknown": {one.name: one for one in unknown}})


@needs(RIGHT)
def member_new(request: HttpRequest) -> HttpResponse:
    form = NewMemberForm(request.POST or None, initial={
        "agent": request.GET.get("agent", ""), "unit": request.GET.get("unit", ""), "first": timezone.localdate()})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.add_member(**form.cleaned_data, actor=request.user)
            return _saved(request, form.cleaned_data["agent"])
    return answer(request, "core/member_new.html", {"form": form}, form)


@needs(RIGHT)
def member(request: HttpRequest, agent: str) -> HttpResponse:
    form = MoveForm(request.POST or None, initial={"first": timezone.localdate()})
    if form.is_bound:
        _known(agent)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.move_member(agent=agent, **form.cleaned_data, actor=request.user)
            return _saved(request, agent)
    return _page(request, agent, form)


@require_POST
@needs(RIGHT)
def stay_end(request: HttpRequest, agent: str) -> HttpResponse:
    stay, form = _stay(request, agent), EndForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.end_stay(agent=agent, stay=stay, last=form.cleaned_data["last"], actor=request.user)
            return _saved(request, agent)
    return _page(request, agent, MoveForm(initial={"first": timezone.localdate()}), refused=form)


@require_POST
@needs(RIGHT)
def stay_take_back(request: HttpRequest, agent: str) -> HttpResponse:
    services.take_back_stay(agent=agent, stay=_stay(request, agent), actor=request.user)
    return _saved(request, agent)


@require_POST
@needs(RIGHT)
def name_give(request: HttpRequest, name: str) -> HttpResponse:
    called = members.find_name(name)
    if called is None:
        raise Http404
    form = _name_form(called, request.POST)
    if form.is_valid():
        with refusals_on(form):
            services_names.give_name(name=name, agent=form.cleaned_data["agent"], actor=request.user)
            messages.success(request, _("已认定。指标正在后台按这位坐席重新计算。"))
            return redirect("core:member", form.cleaned_data["agent"])
    return _name_page(request, called, form)


@require_POST
@needs(RIGHT)
def name_take_back(request: HttpRequest, name: str) -> HttpResponse:
    agent = services_names.take_name_back(name=name, actor=request.user)
    if not agent:
        raise Http404
    messages.success(request, _("已撤回。这个写法重新按姓名判断，指标正在后台重新计算。"))
    return redirect("core:member", agent)


def _name_form(called: UnknownName, data: Any = None) -> NameForm:
    return NameForm(data, bearers=called.bearers, people=members.registered(now=timezone.now()))


def _name_page(request: HttpRequest, called: UnknownName, form: NameForm | None = None) -> HttpResponse:
    """The page of a mere name: whose it is; it belongs nowhere, and is made no agent in passing."""
    form = form or _name_form(called)
    return answer(request, "core/member_name.html", {"called": called, "form": form}, form)


def _page(request: HttpRequest, agent: str, form: MoveForm, refused: EndForm | None = None) -> HttpResponse:
    if called := members.find_name(agent):
        return _name_page(request, called)
    now, known = timezone.now(), _known(agent)
    lines = []
    for stay in members.stays_of(agent):
        asked = refused if refused and _same(stay, refused) else EndForm(
            initial={"stay": stay.key, "unit": stay.unit, "last": stay.last or timezone.localdate()}, auto_id=False)
        lines.append({"stay": stay, "form": asked, "holds": stay.holds(now) and not stay.is_void})
    context = {"member": known, "lines": lines, "form": form, "names": queries.unit_names(),
               "meanings": members.names_of(agent)}
    return answer(request, "core/member.html", context, form, *([refused] if refused else []))


def _known(agent: str) -> members.Member:
    """Who has that number; a name by which records call somebody is no agent, and only becomes one as 添加坐席 does."""
    found = members.find_member(agent, now=timezone.now())
    if found is None or members.find_name(agent):
        raise Http404
    return found


def _stay(request: HttpRequest, agent: str) -> members.Stay:
    """The stay that a form names by its unit and beginning; another tab may have changed it meanwhile."""
    told = EndForm(request.POST)
    _known(agent)
    found = next((stay for stay in members.stays_of(agent) if _same(stay, told)), None)
    if found is None:
        raise Http404
    return found


def _same(stay: members.Stay, form: EndForm) -> bool:
    return (stay.unit, stay.key) == (form.data.get("unit"), form.data.get("stay"))


def _saved(request: HttpRequest, agent: str) -> HttpResponseRedirect:
    messages.success(request, _("已保存。自己写明单位的记录仍算在所写的单位，其余按坐席当时的归属重新汇总。"))
    return redirect("core:member", agent)
