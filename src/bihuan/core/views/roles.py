"""Settings › roles: what each may do and how far it reaches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import queries
from ..errors import Refused
from ..fields import FIELDS
from ..forms.people import RoleForm
from ..models import Role
from ..rights import PERMISSIONS
from ..services.roles import create_role, switch_role, update_role
from ..web import answer, needs, refusals_on

RIGHT = "core.manage_people"


@needs(RIGHT)
def role_list(request: HttpRequest) -> HttpResponse:
    return render(request, "core/role_list.html", {
        "rows": [(role, [PERMISSIONS[key] for key in PERMISSIONS if key in role.permissions],
                  [FIELDS[name] for name in role.closed_fields]) for role in queries.roles()]})


@needs(RIGHT)
def role_new(request: HttpRequest) -> HttpResponse:
    """A role of the workspace's own: empty, or with ``?from=`` the copy of another."""
    base = Role.objects.filter(key=request.GET.get("from", "")).first()
    first = _content(base) | {"name": _("{role}（副本）").format(role=base.label)} if base else {"scope": "team"}
    form = RoleForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            made = create_role(**form.cleaned_data, actor=request.user)
            messages.success(request, _("已新建角色“{role}”，可以在人员页分配。").format(role=made.label))
            return redirect("core:role_list")
    return answer(request, "core/role.html", {"role": None, "form": form}, form)


@needs(RIGHT)
def role(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Role, key=key)
    form = RoleForm(request.POST if request.method == "POST" else None, initial=_content(found))
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            update_role(role=found, **form.cleaned_data, actor=request.user)
            messages.success(request, _("已保存，对持有此角色的人员立即生效。"))
            return redirect("core:role_list")
    return answer(request, "core/role.html", {"role": found, "form": form}, form)


@require_POST
@needs(RIGHT)
def role_switch(request: HttpRequest, key: str) -> HttpResponse:
    """Retire a role, or take it back into use."""
    found = get_object_or_404(Role, key=key)
    try:
        switch_role(role=found, is_retired=not found.is_retired, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("core:role_list")


def _content(role: Role) -> dict[str, Any]:
    return {name: getattr(role, name) for name in ("name", "description", "scope", "permissions", "closed_fields")}
