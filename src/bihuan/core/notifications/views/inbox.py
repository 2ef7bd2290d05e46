"""The inbox and the bell above every page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.web import needs, page_of

from .. import services
from ..models import Receipt
from ..queries.inbox import inbox as inbox_of
from ..queries.inbox import unread_count


@require_GET
@needs()
def inbox(request: HttpRequest) -> HttpResponse:
    """A person's own notices; "all" shows what was read too."""
    shows_all = request.GET.get("show") == "all"
    return render(request, "notifications/inbox.html", {
        "page": page_of(request, inbox_of(request.user, unread=not shows_all)), "shows_all": shows_all,
        "unread": unread_count(request.user)})


@require_GET
@needs()
def bell(request: HttpRequest) -> HttpResponse:
    """The bell as a fragment: asked for by htmx after a page is shown, so that no page waits for it."""
    return render(request, "notifications/_bell.html", {"count": unread_count(request.user)})


@require_POST
@needs()
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice of one's own as read and go where it leads."""
    receipt = get_object_or_404(Receipt.objects.select_related("notice"), pk=pk, user=request.user)
    services.mark_read(receipt=receipt, user=request.user)
    return redirect(receipt.notice.url or "notifications:inbox")


@require_POST
@needs()
def read_all(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(user=request.user)
    messages.success(request, _("已将 %(count)d 条通知标为已读。") % {"count": count})
    return redirect("notifications:inbox")
