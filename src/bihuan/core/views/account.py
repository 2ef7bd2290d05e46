"""A person's own account: language, password by a link, and the two pages that say what is not offered."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import queries
from ..forms.people import FirstPasswordForm
from ..services.people import set_language, set_own_password
from ..web import answer, needs


def signup_closed(request: HttpRequest) -> HttpResponse:
    return render(request, "account/signup_closed.html")


def password_help(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_help.html")


@needs()
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "core/account.html", {
        "languages": settings.LANGUAGES, "posts": queries.posts_of(request.user)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages; kept with the account, and in a cookie for the log-in page."""
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure()):
        following = "/"
    response = HttpResponseRedirect(following)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 24 * 3600, samesite="Lax")
        if request.user.is_authenticated:
            set_language(user=request.user, language=chosen)
    return response


def first_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Let the person who was given the link set their password; the link then ends."""
    person = queries.person_of_link(uid, token)
    if person is None:
        return render(request, "core/link_ended.html", status=410)
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid():
        set_own_password(user=person, password=form.cleaned_data["password"])
        messages.success(request, _("密码已设置，请登录。"))
        return redirect("account_login")
    response = answer(request, "core/first_password.html", {"form": form, "person": person}, form)
    response["Referrer-Policy"] = "same-origin"
    return response
