"""Settings › people: who has an account, and which roles they hold where."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import queries
from ..forms.lists import PeopleFilter
from ..forms.people import NewPersonForm, PersonForm, PostFormSet, post_forms
from ..models import User
from ..services import people as services
from ..web import answer, needs, page_of, refusals_on

RIGHT = "core.manage_people"


@needs(RIGHT)
def person_list(request: HttpRequest) -> HttpResponse:
    form = PeopleFilter(request.GET)
    page = page_of(request, queries.people(**form.chosen()))
    return render(request, "core/person_list.html", {
        "form": form, "page": page, "units": queries.unit_names()})


@needs(RIGHT)
def person_new(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    posts = post_forms(None, request.POST or None)
    if form.is_bound and form.is_valid() and posts.is_valid():
        with refusals_on(form):
            person = services.create_user(**form.cleaned_data, posts=posts.posts(), actor=request.user)
            return _show_link(request, person)
    return answer(request, "core/person_new.html", {"form": form, "posts": posts}, form, posts)


@needs(RIGHT)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = PersonForm(sent, person=found, initial={
        name: getattr(found, name) for name in ("display_name", "email", "agent_id", "language")})
    if sent is not None and form.is_valid():
        with refusals_on(form):
            services.update_user(user=found, **form.cleaned_data, actor=request.user)
            return _saved(request, found)
    return _person_page(request, found, form, post_forms(found))


@require_POST
@needs(RIGHT)
def person_roles(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    form = PersonForm(person=found, initial={
        name: getattr(found, name) for name in ("display_name", "email", "agent_id", "language")})
    posts = post_forms(found, request.POST)
    if posts.is_valid():
        with refusals_on(posts.forms[0]):
            services.set_assignments(user=found, posts=posts.posts(), actor=request.user)
            return _saved(request, found)
    return _person_page(request, found, form, posts)


@require_POST
@needs(RIGHT)
def person_password_link(request: HttpRequest, pk: int) -> HttpResponse:
    return _show_link(request, get_object_or_404(User, pk=pk))


@require_POST
@needs(RIGHT)
def person_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    found = get_object_or_404(User, pk=pk)
    form = PersonForm({}, person=found)
    with refusals_on(form):
        switch = services.deactivate_user if found.is_active else services.reactivate_user
        switch(user=found, actor=request.user)
        return _saved(request, found)
    messages.error(request, form.non_field_errors()[0])
    return redirect("core:person", pk=found.pk)


def _person_page(request: HttpRequest, found: User, form: PersonForm, posts: PostFormSet) -> HttpResponse:
    return answer(request, "core/person.html", {"person": found, "form": form, "posts": posts}, form, posts)


def _show_link(request: HttpRequest, person: User) -> HttpResponse:
    """Show the link once: it is stored nowhere, and ends when the password is set or after three days."""
    uid, token = services.first_password_link(user=person, actor=request.user)
    link = request.build_absolute_uri(reverse("core:first_password", args=[uid, token]))
    response = render(request, "core/person_link.html", {"person": person, "link": link})
    response["Cache-Control"] = "no-store"
    return response


def _saved(request: HttpRequest, person: User) -> HttpResponseRedirect:
    messages.success(request, _("已保存。"))
    return redirect("core:person", pk=person.pk)
