"""Settings › members: which agent belongs to which unit, since when, and where before."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import members, queries
from ..forms.members import EndForm, MemberFilter, MoveForm, NewMemberForm
from ..services import members as services
from ..web import answer, needs, page_of, refusals_on

RIGHT = "core.manage_units"


@needs(RIGHT)
def member_list(request: HttpRequest) -> HttpResponse:
    form, everybody = MemberFilter(request.GET), members.members(now=timezone.now())
    return render(request, "core/member_list.html", {
        "form": form, "page": page_of(request, members.chosen(everybody, **form.chosen())),
        "names": queries.unit_names(), "is_empty": not everybody, "homeless": len(members.homeless(everybody))})


@needs(RIGHT)
def member_new(request: HttpRequest) -> HttpResponse:
    form = NewMemberForm(request.POST or None, initial={"unit": request.GET.get("unit", ""),
                                                        "first": timezone.localdate()})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.add_member(**form.cleaned_data, actor=request.user)
            return _saved(request, form.cleaned_data["agent"])
    return answer(request, "core/member_new.html", {"form": form}, form)


@needs(RIGHT)
def member(request: HttpRequest, agent: str) -> HttpResponse:
    form = MoveForm(request.POST or None, initial={"first": timezone.localdate()})
    if form.is_bound and form.is_valid():
        _known(agent)
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


def _page(request: HttpRequest, agent: str, form: MoveForm, refused: EndForm | None = None) -> HttpResponse:
    known, now = _known(agent), timezone.now()
    lines = []
    for stay in members.stays_of(agent):
        asked = refused if refused and _same(stay, refused) else EndForm(
            initial={"stay": stay.key, "unit": stay.unit, "last": stay.last or timezone.localdate()}, auto_id=False)
        lines.append({"stay": stay, "form": asked, "holds": stay.holds(now) and not stay.is_void})
    context = {"member": known, "lines": lines, "form": form, "names": queries.unit_names()}
    return answer(request, "core/member.html", context, form, *([refused] if refused else []))


def _known(agent: str) -> members.Member:
    found = members.find_member(agent, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _stay(request: HttpRequest, agent: str) -> members.Stay:
    """The stay that a form names by its unit and beginning; another tab may have changed it meanwhile."""
    told = EndForm(request.POST)
    found = next((stay for stay in members.stays_of(agent) if _same(stay, told)), None)
    if found is None:
        raise Http404
    return found


def _same(stay: members.Stay, form: EndForm) -> bool:
    return (stay.unit, stay.key) == (form.data.get("unit"), form.data.get("stay"))


def _saved(request: HttpRequest, agent: str) -> HttpResponseRedirect:
    messages.success(request, _("已保存。自己写明单位的记录仍算在所写的单位，其余按坐席当时的归属重新汇总。"))
    return redirect("core:member", agent)
