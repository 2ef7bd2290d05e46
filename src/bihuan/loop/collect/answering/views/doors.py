"""Around the questionnaire: withdrawing one's answers, leaving a kiosk, reports of a gateway."""

from __future__ import annotations

import hmac
import json
import time

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.core.notifications.channels.webhook import signature
from bihuan.core.notifications.services import secret_of
from bihuan.core.tokens.limits import take

from .. import services
from ..hot import find_door
from ..queries.sending import gateway_channels
from ..tokens import read_form
from ..waves import wave_of
from .shell import finished, language_of, show, tell

TRIES, TOLERANCE_S, MOST_BYTES = 20, 300, 4096
STATUSES = ("delivered", "bounced")


@csrf_exempt
@never_cache
@gzip_page
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take a customer's own answers back; the signed field says that the page was ours."""
    door = find_door(token)
    with translation.override(language_of(request, door)):
        if door is None or door.invitation is None or not read_form(token, request.POST.get("_form", "")):
            return finished(tell(request, "unknown"), None)
        services.withdraw(invitation=door.invitation)
        return finished(tell(request, "withdrawn", door=door, wave=wave_of(door.wave)), door)


@csrf_exempt
@never_cache
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leave a kiosk with its digits; a few tries at a time."""
    door = find_door(token)
    if door is None or not door.is_kiosk or door.site is None:
        raise Http404(token)
    note, left = "", False
    with translation.override(language_of(request, door)):
        if request.method == "POST":
            if take(f"kiosk:{door.site}", limit=TRIES):
                note = _("尝试太多，请过几秒再试。")
            else:
                left = services.opens_kiosk(site=door.site, pin=request.POST.get("pin", ""))
                note = "" if left else _("退出密码不对。")
        return finished(show(request, "answering/ask_leave.html", door, wave_of(door.wave),
                              status=422 if note else 200, context={"note": note, "left": left}), door)


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take what a gateway reports of a message: {"reference", "status"}, signed as messages are."""
    stamp, told = request.headers.get("X-Bihuan-Timestamp", ""), request.headers.get("X-Bihuan-Signature", "")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return JsonResponse({"code": "too_large"}, status=413)
    fresh = stamp.isascii() and stamp.isdigit() and abs(time.time() - int(stamp[:12])) <= TOLERANCE_S
    secrets = [secret for channel in gateway_channels() if (secret := secret_of(channel))]
    if not fresh or not any(hmac.compare_digest(signature(secret, stamp, request.body).encode(), told.encode(
            "utf-8", "replace")) for secret in secrets):
        return JsonResponse({"code": "bad_signature"}, status=401)
    try:
        content = json.loads(request.body)
        reference, status = str(content["reference"]), str(content["status"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"code": "bad_report"}, status=422)
    if status not in STATUSES or not services.note_report(reference=reference, status=status):
        return JsonResponse({"code": "unknown_message"}, status=404)
    return JsonResponse({"taken": True})
