"""Setting up a channel: what its kind needs, secrets left empty stay as they were."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core.queries import unit_tree

from ..channels.robots import STARTS
from ..contracts import HOURS_FROM, HOURS_UNTIL, NOTICES
from ..models import Channel, Delivery
from ..sealing import masked

Kind = Channel.Kind
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
SECURITIES = [("starttls", "STARTTLS"), ("ssl", "SSL/TLS"), ("none", _("不加密（仅限内网）"))]
CONFIG = ("url", "secret", "host", "port", "user", "sender", "security")
# The settings that each kind has.
FIELDS = {
    Kind.MAIL: ("host", "port", "security", "user", "secret", "sender"),
    Kind.WECOM: ("url",), Kind.DINGTALK: ("url", "secret"), Kind.FEISHU: ("url", "secret"),
    Kind.WEBHOOK: ("url", "secret"),
}


class ChannelForm(forms.Form):
    """One form for every kind: fields that a kind does not have are taken out."""

    name = forms.CharField(label=_("名称"), max_length=80)
    url = forms.CharField(label=_("Webhook 地址"), max_length=1000, required=False,
                          widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    host = forms.CharField(label=_("邮件服务器"), max_length=200)
    port = forms.IntegerField(label=_("端口"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("加密"), choices=SECURITIES)
    user = forms.CharField(label=_("登录名"), max_length=200, required=False)
    secret = forms.CharField(label=_("密钥"), max_length=500, required=False,
                             widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    sender = forms.EmailField(label=_("发件人邮箱"))
    events = forms.MultipleChoiceField(
        label=_("自动发送的事件"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("这些通知会自动发到这个群，不必逐人选择。提醒规则还可以单独指定群。"))
    unit_code = forms.ChoiceField(label=_("只发这个单位的"), required=False)
    hours_from = forms.TimeField(label=_("发送时段开始"), widget=TIME, initial=HOURS_FROM)
    hours_until = forms.TimeField(label=_("发送时段结束"), widget=TIME, initial=HOURS_UNTIL,
                                  help_text=_("时段外只发送紧急通知，其余等到下一个时段。"))

    def __init__(self, *args: Any, kind: str, known: dict[str, Any], own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = () if kind == Kind.MAIL else ("hours_from", "hours_until")
        company = () if own or kind == Kind.MAIL else ("events", "unit_code")
        kept = {"name", *FIELDS[Kind(kind)], *group, *company}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self._explain(kind, known)
        if "events" in self.fields:
            self.fields["events"].choices = [(key, one.label) for key, one in NOTICES.items()]  # type: ignore[attr-defined]
            self.fields["unit_code"].choices = [  # type: ignore[attr-defined]
                ("", _("全部单位")), *((line.unit.code, "　" * line.depth + line.unit.name) for line in unit_tree())]

    def _explain(self, kind: str, known: dict[str, Any]) -> None:
        """Say what a secret is and which one is kept; a secret itself never reaches the page again."""
        names = {Kind.MAIL: _("密码或授权码"), Kind.DINGTALK: _("加签密钥"), Kind.FEISHU: _("签名校验密钥"),
                 Kind.WEBHOOK: _("签名密钥")}
        if "secret" in self.fields:
            self.fields["secret"].label = names[Kind(kind)]
        if "url" in self.fields:
            self.fields["url"].required = not known.get("url")
            self.fields["url"].help_text = STARTS.get(kind, "https://") + "…"
        for name in ("url", "secret"):
            if name in self.fields and known.get(name):
                self.fields[name].help_text = _("已保存 %(masked)s，留空则不变。") % {"masked": masked(known[name])}

    def config(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CONFIG if name in self.cleaned_data}

    def columns(self) -> dict[str, Any]:
        names = ("events", "unit_code", "hours_from", "hours_until")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class LogFilter(forms.Form):
    state = forms.ChoiceField(label=_("状态"), required=False)
    channel = forms.ChoiceField(label=_("渠道"), required=False)

    def __init__(self, *args: Any, channels: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("全部")), *Delivery.State.choices]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            ("", _("全部")), *((str(one.pk), one.name) for one in channels)]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        channel = self.cleaned_data.get("channel") or ""
        return {"state": self.cleaned_data.get("state") or "", "channel": int(channel) if channel else None}
