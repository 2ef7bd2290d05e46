"""Notes on a customer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from bihuan.core.web import needs

from .. import services
from ..forms import NoteForm
from ..models import Note
from .common import card_for, lives_at
from .customers import customer_page_of


@require_POST
@needs("serve.view_customers")
def note_add(request: HttpRequest, number: str) -> HttpResponse:
    card, form = card_for(request, number), NoteForm(request.POST)
    if form.is_valid():
        services.add_note(customer=number, actor=request.user, **form.cleaned_data)
        return redirect("customers:customer", number)
    return customer_page_of(request, card, status=422, note_form=form)


@require_POST
@needs("serve.view_customers")
def note_remove(request: HttpRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(Note, pk=pk, removed_at=None)
    card_for(request, lives_at(note.customer))
    services.remove_note(note=note, actor=request.user)
    return redirect("customers:customer", lives_at(note.customer))
