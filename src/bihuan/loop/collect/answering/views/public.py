"""The page that customers answer on: no log-in, no session, and in anonymous waves no cookie and no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from bihuan.engine.survey.questionnaire import check
from bihuan.loop.collect.surveys.contracts import WaveInfo

from .. import services
from ..asking import Sheet, kept_answers, merged, pages_of, place_of, typed_answers
from ..contracts import Door
from ..errors import Refused
from ..hot import find_door
from ..pace import UNKNOWN, seconds_to_wait
from ..queries.doors import device_answered, draft_of
from ..services.submit import Incomplete, Sent, full_quota, one_a_device
from ..tokens import Form, new_device, read_form
from ..waves import questions_of, standing, wave_of
from .shell import finished, language_of, show_sheet, show_thanks, tell

DEVICE, DEVICE_DAYS = "bihuan-device", 180
MOST_BYTES = 512 * 1024


@csrf_exempt
@never_cache
@gzip_page
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show a page of the questionnaire, or take what was typed. Only a POST that says so sends answers."""
    door = find_door(token)
    # A code on a wall is everybody's; a link of one's own, and guessed ones, are opened by one hand.
    wait = 0 if door is not None and door.kind == "shared" else seconds_to_wait(token if door else UNKNOWN)
    with translation.override(language_of(request, door)):
        if wait:
            response = finished(tell(request, "often", door=door), door)
            response["Retry-After"] = str(wait)
            return response
        if door is None:
            return finished(tell(request, "unknown"), None)
        wave = wave_of(door.wave)
        if request.method == "POST":
            return finished(_posted(request, door, wave), door)
        return finished(_opened(request, door, wave), door)


def _opened(request: HttpRequest, door: Door, wave: WaveInfo) -> HttpResponse:
    told = _not_now(request, door, wave)
    if told:
        return tell(request, told, door=door, wave=wave)
    if door.invitation and request.method == "GET" and not _is_prefetch(request) and not door.opened:
        services.note_opened(invitation=door.invitation)
    answers, page = draft_of(door.invitation) if door.invitation else ({}, "")
    pages = pages_of(questions_of(wave.version_id), answers, translation.get_language() or "zh-hans")
    if not pages:
        return tell(request, "planned", door=door, wave=wave)
    return show_sheet(request, door, wave, Sheet(pages, place_of(pages, page), answers))


def _not_now(request: HttpRequest, door: Door, wave: WaveInfo) -> str:
    """Return which page stands where the questions would, empty when they may be asked."""
    if not door.is_active:
        return "off"
    if door.is_test:
        return ""
    if door.answered:
        return "withdrawn" if door.withdrawn else "answered"
    state = standing(wave, timezone.now())
    if state != "open":
        return state
    device = _device(request, wave) if door.kind == "shared" and not door.is_kiosk and one_a_device(wave) else ""
    return "answered" if device and device_answered(wave.id, device) else ""


def _posted(request: HttpRequest, door: Door, wave: WaveInfo) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return tell(request, "large", door=door, wave=wave)
    if not door.is_active:
        return tell(request, "off", door=door, wave=wave)
    if door.answered:
        return show_thanks(request, door, wave, services.Submitted("repeated"))
    questions, language = questions_of(wave.version_id), translation.get_language() or "zh-hans"
    kept = kept_answers(request.POST.get("_kept", ""))
    pages = pages_of(questions, kept, language) or pages_of(questions, {}, language)
    if not pages:
        return tell(request, "planned", door=door, wave=wave)
    here = pages[place_of(pages, request.POST.get("_page", ""))]
    answers = merged(kept, typed_answers(here.items, request.POST))
    # What was typed decides which questions of this page are asked: read again what these say.
    pages = pages_of(questions, answers, language)
    answers = merged(answers, typed_answers(pages[place_of(pages, here.name)].items, request.POST))
    sheet = Sheet(pages_of(questions, answers, language), 0, answers)
    sheet = replace(sheet, at=place_of(sheet.pages, here.name))
    form = read_form(door.token, request.POST.get("_form", ""))
    if form is None:
        return show_sheet(request, door, wave, sheet, note=_("页面已过期，请再提交一次。您的答案还在。"), status=422)
    return _go(request, door, wave, sheet, form)


def _go(request: HttpRequest, door: Door, wave: WaveInfo, sheet: Sheet, form: Form) -> HttpResponse:
    """Do what the pressed button says: look at the page again, go back, go on, or send."""
    wish = request.POST.get("_go", "next")
    if request.POST.get("_speak") or wish == "look":
        return show_sheet(request, door, wave, sheet)
    if wish == "back":
        return _turn(request, door, wave, sheet, -1)
    questions = questions_of(wave.version_id)
    errors = dict(check(questions, sheet.answers, page=sheet.page.name).errors)
    if questions.consent and not request.POST.get("_consent"):
        errors["_consent"] = "consent"
    if errors:
        return _refused(request, door, wave, sheet, errors)
    if not door.is_test and (quota := full_quota(wave, questions, sheet.answers)):
        services.turn_away(wave=wave.id, quota=quota)
        return tell(request, "full", door=door, wave=wave)
    if not sheet.is_last:
        return _turn(request, door, wave, sheet, +1)
    return _send(request, door, wave, sheet, form)


def _refused(request: HttpRequest, door: Door, wave: WaveInfo, sheet: Sheet, errors: Mapping[str, str]) -> HttpResponse:
    """Show the first page with something missing, what is missing beside each question."""
    pages = pages_of(questions_of(wave.version_id), sheet.answers, translation.get_language() or "zh-hans", errors)
    at = next((place for place, page in enumerate(pages) if any(item.error for item in page.items)), sheet.at)
    return show_sheet(request, door, wave, Sheet(pages, at, sheet.answers, errors), status=422)


def _turn(request: HttpRequest, door: Door, wave: WaveInfo, sheet: Sheet, step: int) -> HttpResponse:
    """Show the page before or after; a customer's own link can be taken up there on another device."""
    there = replace(sheet, at=max(0, min(sheet.at + step, len(sheet.pages) - 1)))
    if door.invitation and wave.mode != "anonymous" and standing(wave, timezone.now()) == "open":
        services.keep_draft(invitation=door.invitation, answers=sheet.answers, page=there.page.name)
    return show_sheet(request, door, wave, there)


def _send(request: HttpRequest, door: Door, wave: WaveInfo, sheet: Sheet, form: Form) -> HttpResponse:
    named = wave.mode != "anonymous"
    device = _device(request, wave) or (new_device(form) if named and door.kind == "shared" else "")
    sent = Sent(form, translation.get_language() or "zh-hans", device, named and _is_staff(request))
    try:
        done = services.submit(door=door, answers=sheet.answers, sent=sent)
    except Incomplete as refused:
        return _refused(request, door, wave, sheet, refused.checked.errors)
    except Refused:
        return tell(request, "planned", door=door, wave=wave)
    if done.outcome == "full":
        return tell(request, "full", door=door, wave=wave)
    response = show_thanks(request, door, wave, done)
    if named and door.kind == "shared" and not door.is_kiosk and not door.is_test:
        response.set_cookie(DEVICE, device, max_age=DEVICE_DAYS * 86400, path="/a/", httponly=True, samesite="Lax",
                            secure=request.is_secure())
    return response


def _device(request: HttpRequest, wave: WaveInfo) -> str:
    """Return what tells this device from others; in an anonymous wave nothing is even looked at."""
    told = request.COOKIES.get(DEVICE, "") if wave.mode != "anonymous" else ""
    return told if len(told) <= 40 else ""


def _is_staff(request: HttpRequest) -> bool:
    """Return whether somebody who is logged in answers: their answers count as the staff's. Asked of a session only
    where there is one."""
    user: Any = getattr(request, "user", None)
    return "sessionid" in request.COOKIES and bool(user and user.is_authenticated)


def _is_prefetch(request: HttpRequest) -> bool:
    """Return whether nobody looks at the page yet: a mail program or browser fetches it beforehand."""
    return any("prefetch" in request.headers.get(name, "").lower() or "preview" in request.headers.get(name, "").lower()
               for name in ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"))
