"""Every address of the product, and the one that does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bihuan.config.urls import urlpatterns as product


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [path("bare/", bare), *product]
