"""What the systems are called that records come from: in the lake they have codes, on pages names."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.engine.home import publish, read_definition
from bihuan.engine.report import naming

from . import workspace

# {code: name} of the workspace's own, published beside its other facts.
PART = naming.SYSTEMS
SHIPPED: dict[str, str | Promise] = {
    "files": _("导入的文件"), "calls": _("话务记录"), "zendesk": "Zendesk", "servicenow": "ServiceNow",
    "chatwoot": "Chatwoot", "zammad": "Zammad", "osticket": "osTicket", "qualtrics": "Qualtrics",
    "wecom": _("企业微信"), "feishu": _("飞书服务台"), "wenjuanxing": _("问卷星"),
}


def source_names() -> dict[str, str]:
    """Return {code: name}: those people gave, and those of systems that everybody knows."""
    shipped = {code: str(name) for code, name in SHIPPED.items()}
    return {**shipped, **own_names()}


def own_names() -> dict[str, str]:
    """Return {code: name} of those that people gave."""
    return dict(read_definition(workspace.home(), PART) or {})


def source_name(code: str) -> str:
    """Return what a system is called; one that has no name is called by its code."""
    return source_names().get(code, code)


def numbered(number: str, names: dict[str, str] | None = None) -> str:
    """Return a number of the lake for people: 呼叫中心 HJ001 for callcenter:HJ001, unchanged without a name."""
    return naming.numbered(number, source_names() if names is None else names)


def keep_names(names: dict[str, str]) -> None:
    """Publish the names people gave; the caller has checked the right and writes the audit line."""
    publish(workspace.home(), **{PART: names})
