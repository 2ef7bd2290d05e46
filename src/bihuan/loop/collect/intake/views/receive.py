"""Where other systems knock: no session, no cookie; the signature alone opens."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bihuan.core.tokens.errors import TooMany

from .. import services
from ..bodies import content_of
from ..errors import Busy, Refused
from ..models import Hook


@csrf_exempt
@require_POST
def receive(request: HttpRequest, address: str) -> HttpResponse:
    """Take one delivery. 404 unknown, 401 wrong signature, 429 too often, 503 later; else 200 with the receipt."""
    try:
        door = services.find_hook(address)
        body, _lines = content_of(request, lines=False)
        found = services.deliver(door=door, headers=request.headers, body=body)
    except Hook.DoesNotExist:
        return problem("unknown_hook", _("没有这个地址。"), 404)
    except TooMany as error:
        return problem(error.code, _("请求过于频繁，请按 Retry-After 稍后再试。"), 429, wait=error.wait)
    except Refused as error:
        return problem(error.code, str(error), error.status, wait=error.wait if isinstance(error, Busy) else None)
    return JsonResponse({"receipt": str(found.receipt.pk), "rows": found.receipt.rows, "repeated": found.repeated})


def problem(code: str, detail: str, status: int, *, wait: float | None = None) -> HttpResponse:
    """A refusal that is not the server's failure: it is answered, not logged, as an address may open something."""
    answer = JsonResponse({"code": code, "detail": detail}, status=status)
    if wait is not None:
        answer["Retry-After"] = str(max(1, math.ceil(wait)))
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
