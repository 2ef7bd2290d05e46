"""Links that many use: made, printed, switched."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.web import needs, refusals_on
from bihuan.loop.collect.surveys.contracts import WaveInfo

from .. import services
from ..codes import png, sheet, svg
from ..forms import SiteForm
from ..models import Site
from ..queries.sending import sites
from ..rights import SEND
from .common import page, wave_for


@needs(SEND)
def links(request: HttpRequest, number: int) -> HttpResponse:
    """The links of a wave; another is added."""
    wave = wave_for(request, number, SEND)
    form = SiteForm(request.POST if request.method == "POST" else None, anonymous=wave.anonymous)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            services.add_site(wave=wave.id, actor=request.user, **form.asked())
            messages.success(request, _("已添加。"))
            return redirect("answering:links", number)
    found = sites(wave.id)
    for site in found:
        site.address = address_of(request, site)  # type: ignore[attr-defined]
    return page(request, "answering/links.html", wave, "links", {"sites": found, "form": form}, form)


@require_POST
@needs(SEND)
def test(request: HttpRequest, number: int) -> HttpResponse:
    """Open the questionnaire as a customer would, without counting."""
    wave = wave_for(request, number, SEND)
    site = services.test_link(wave=wave.id, actor=request.user)
    return redirect("answering:answer", site.token)


@require_POST
@needs(SEND)
def switch(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    wave = wave_for(request, number, SEND)
    site = get_object_or_404(Site, pk=pk, wave_id=wave.id)
    services.switch_site(site=site, active=not site.is_active, actor=request.user)
    return redirect("answering:links", number)


@require_GET
@needs(SEND)
def code(request: HttpRequest, number: int, pk: int, kind: str) -> HttpResponse:
    """The QR code of a link: SVG, PNG, or a sheet to print and put up."""
    wave = wave_for(request, number, SEND)
    site = get_object_or_404(Site, pk=pk, wave_id=wave.id)
    address = address_of(request, site)
    if kind == "pdf":
        content = sheet(title=wave.title, name=site.name, place=site.place, address=address,
                        anonymous=wave.mode == "anonymous", language=get_language() or "zh-hans")
        media = "application/pdf"
    else:
        content, media = (svg(address), "image/svg+xml") if kind == "svg" else (png(address), "image/png")
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{_name(wave, site)}.{kind}"'
    return response


def address_of(request: HttpRequest, site: Site) -> str:
    """Return the whole address of a link."""
    path = reverse("answering:answer", args=[site.token])
    return settings.BIHUAN_ADDRESS + path if settings.BIHUAN_ADDRESS else request.build_absolute_uri(path)


def _name(wave: WaveInfo, site: Site) -> str:
    return f"qr-{wave.code}-{site.pk}"
