"""Settings › roles: what each may do and how far it reaches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from .. import queries
from ..forms.people import RoleForm
from ..models import Role
from ..rights import PERMISSIONS
from ..services.roles import update_role
from ..web import answer, needs, refusals_on

RIGHT = "core.manage_people"


@needs(RIGHT)
def role_list(request: HttpRequest) -> HttpResponse:
    return render(request, "core/role_list.html", {
        "rows": [(role, [PERMISSIONS[key] for key in PERMISSIONS if key in role.permissions])
                 for role in queries.roles()]})


@needs(RIGHT)
def role(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Role, key=key)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={
        name: getattr(found, name) for name in ("name", "description", "scope", "permissions")})
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            update_role(role=found, **form.cleaned_data, actor=request.user)
            messages.success(request, _("已保存，对持有此角色的人员立即生效。"))
            return redirect("core:role_list")
    return answer(request, "core/role.html", {"role": found, "form": form}, form)
