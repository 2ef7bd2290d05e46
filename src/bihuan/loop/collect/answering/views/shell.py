"""How the public pages are put together: language, looks and script inside, headers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from bihuan.core.privacy.services import stop_path
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..asking import LANGUAGES, Sheet
from ..assets import script, style
from ..contracts import CHANNELS, Door, Submitted
from ..tokens import new_form, read_form
from ..waves import questions_of

# Page that stands where questions would: title, text, status of the answer.
TOLD: dict[str, tuple[Any, Any, int]] = {
    "unknown": (_("这个链接打不开问卷"),
                _("链接不完整、已经用过，或已失效。请从收到的消息里重新打开完整的链接。"), 404),
    "off": (_("这个入口已停用"), _("请向工作人员索取新的链接或二维码。"), 410),
    "planned": (_("问卷还没有开始"), _("请在开始之后再打开这个链接。"), 200),
    "closed": (_("问卷已经结束"), _("感谢您的关注。这次调查已经截止，不再接收答卷。"), 410),
    "full": (_("这部分已经收满"), _("感谢您的参与。与您情况相同的答卷已经足够，您填写的内容没有保存。"), 200),
    "answered": (_("您已经答过了"), _("感谢您的参与。每人只需填写一次，您的答卷已经收到。"), 200),
    "withdrawn": (_("您的答卷已撤回"), _("您的答案已删除，不计入结果。"), 200),
    "often": (_("打开得太频繁"), _("请过几秒再打开。您填写的内容不会丢失。"), 429),
    "large": (_("内容太长"), _("请缩短文字后再提交。"), 413),
}
# What is said instead of the thanks where the answers do not simply count.
OUTCOMES: dict[str, Any] = {
    "late": _("调查已经截止。您的答案已收到，会单独存放，不计入结果。"),
    "test": _("这是试答，不计入结果。"),
    "staff": _("您以内部人员身份登录，这份答卷会单独存放，不计入客户的结果。"),
    "repeated": _("您的答卷之前已经收到，没有重复计算。"),
}
ERRORS: dict[str, Any] = {
    "required": _("请回答这一题。"), "reason": _("请说明原因。"), "range": _("请填写范围内的数值。"),
    "choice": _("请从选项中选择。"), "number": _("请填写数字。"), "date": _("请填写日期。"),
    "email": _("请填写邮箱地址。"), "phone": _("请填写电话号码。"), "too_many": _("选择的项数过多。"),
    "rows": _("请回答每一行。"), "empty": _("还没有作答。请至少回答一题。"),
    "places": _("每个名次只能用一次，并请排完全部选项。"), "other": _("请写明“其他”是什么。"),
    "long": _("文字太长，请缩短。"), "consent": _("请先阅读并同意。"),
}


def language_of(request: HttpRequest, door: Door | None) -> str:
    """Return the language of the page: the one just chosen, the one carried along, the link's own, the browser's."""
    for told in (request.POST.get("_speak"), request.POST.get("_lang"), request.GET.get("lang"),
                 door.language if door and request.method != "POST" else ""):
        if told in LANGUAGES:
            return str(told)
    found = translation.get_language_from_request(request)
    return found if found in LANGUAGES else settings.LANGUAGE_CODE


def show_sheet(request: HttpRequest, door: Door, wave: WaveInfo, sheet: Sheet, *, note: str = "",
               status: int = 200) -> HttpResponse:
    """Show one page of the questionnaire."""
    questions = questions_of(wave.version_id)
    field = request.POST.get("_form", "")
    language = translation.get_language() or settings.LANGUAGE_CODE
    return show(request, "answering/ask.html", door, wave, status=status, context={
        "sheet": sheet, "page": sheet.page, "note": note, "language_names": LANGUAGES.items(),
        "form_field": field if read_form(door.token, field) else new_form(door.token),
        "title": questions.title.in_language(language), "purpose": _in(questions.description, language),
        "consent": _in(questions.consent, language), "consented": bool(request.POST.get("_consent")),
        "reward": _in(questions.reward, language), "known": request.method == "POST" or bool(sheet.answers),
        "errors": [(name, _title(sheet, name), ERRORS.get(code, code)) for name, code in sheet.errors.items()],
        "items": [(item, ERRORS.get(item.error, item.error)) for item in sheet.page.items],
        "live": any(item.leads for item in sheet.page.items),
        "done_share": round(100 * sheet.at / len(sheet.pages)),
        "stop": stop_of(door),
    })


def show_thanks(request: HttpRequest, door: Door, wave: WaveInfo, done: Submitted) -> HttpResponse:
    """Say thanks, and what becomes of answers that do not simply count."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    thanks = _in(questions_of(wave.version_id).completed, language)
    return show(request, "answering/ask_thanks.html", door, wave, done=True, context={
        "thanks": thanks, "said": OUTCOMES.get(done.outcome, ""), "reward": done.reward,
        "may_withdraw": door.kind == "personal" and done.outcome in ("stored", "late", "repeated"),
        "form_field": new_form(door.token)})


def tell(request: HttpRequest, kind: str, *, door: Door | None = None, wave: WaveInfo | None = None) -> HttpResponse:
    """Show the page that stands where questions would."""
    title, text, status = TOLD[kind]
    done = kind not in ("planned", "large", "often")
    return show(request, "answering/ask_told.html", door, wave, status=status, done=done, context={
        "title": title, "text": text, "opens_at": wave.opens_at if wave and kind == "planned" else None,
        "may_withdraw": bool(door and door.kind == "personal" and kind == "answered"),
        "form_field": new_form(door.token) if door else ""})


def finished(response: HttpResponse, door: Door | None) -> HttpResponse:
    """Put the headers on: the address is told to nobody, and only the named websites may embed the page."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    told: dict[str, list[str]] = {}
    if door is not None and door.origins:
        told["frame-ancestors"] = list(door.origins)
    else:
        response["X-Frame-Options"] = "DENY"
    response._csp_replace = told or None  # type: ignore[attr-defined]
    return response


def show(request: HttpRequest, template: str, door: Door | None, wave: WaveInfo | None, *, status: int = 200,
          done: bool = False, context: dict[str, Any]) -> HttpResponse:
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    anonymous, kiosk = wave is not None and wave.mode == "anonymous", door is not None and door.is_kiosk
    return render(request, template, {
        "style": style(nonce), "script": script(nonce), "language": translation.get_language(), "door": door,
        "wave": wave, "anonymous": anonymous, "kiosk": kiosk, "done": done, "now": timezone.now(),
        "keep": not kiosk and not anonymous,
        "again": reverse("answering:answer", args=[door.token]) if done and kiosk and door else "", **context,
    }, status=status)


def stop_of(door: Door) -> str:
    """Return where a customer says that they want no more of these; only their own link knows who they are."""
    return stop_path(door.customer, CHANNELS[door.channel][1]) if door.customer and door.channel in CHANNELS else ""


def _in(text: Any, language: str) -> str:
    return text.in_language(language) if text else ""


def _title(sheet: Sheet, name: str) -> str:
    if name == "_consent":
        return str(_("同意"))
    return next((item.title for item in sheet.page.items if item.name == name), name)
