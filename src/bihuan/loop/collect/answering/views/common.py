"""What the staff pages of a wave share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.core.rights import can, require
from bihuan.core.web import answer
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import wave_info

from ..elsewhere import IMPORT
from ..rights import SEND, VIEW

# Tab -> its page, what it is called, which permission it needs.
TABS = (
    ("send", _("邀请样本"), SEND), ("wave", _("回收"), SEND), ("dispatch", _("渠道与文字"), SEND),
    ("people", _("名单"), SEND), ("links", _("链接与二维码"), SEND), ("triggers", _("服务后邀评"), SEND),
    ("responses", _("答卷"), VIEW), ("elsewhere", _("导入答卷"), IMPORT), ("rewards", _("答谢"), SEND),
)


def wave_for(request: HttpRequest, number: int, permission: str) -> WaveInfo:
    """Return the wave of an address when the person may do this in its unit; 404 otherwise."""
    found = wave_info(number)
    if found is None:
        raise Http404(number)
    require(request.user, permission, found)  # type: ignore[arg-type]
    return found


def page(request: HttpRequest, template: str, wave: WaveInfo, tab: str, context: dict[str, Any],
         *forms: Any) -> HttpResponse:
    """Render one tab of a wave."""
    held = {permission for permission in (SEND, VIEW, IMPORT) if can(request.user, permission)}  # type: ignore[arg-type]
    tabs = [(reverse(f"answering:{name}", args=[wave.id]), label, name == tab)
            for name, label, permission in TABS if permission in held and (permission != IMPORT or SEND in held)]
    shown = {"wave": wave, "tabs": tabs, "anonymous": wave.mode == "anonymous", **context}
    return answer(request, template, shown, *forms)
