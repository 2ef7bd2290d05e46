"""Setting up a source: what its kind needs. A secret that is left empty stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.core import languages, workspace
from bihuan.engine.facts import presets
from bihuan.engine.facts.mapping import Mapping

from .connectors import CONNECTORS
from .models import Source
from .queries import SourceCode
from .timing import DAILY, RHYTHMS, cron_of, minutes_of, rhythm_of

Kind = Source.Kind
MAPPING = "mapping_"
FILES = "files"
EXPECTED = [(60, _("1 小时")), (240, _("4 小时")), (1440, _("1 天")), (2880, _("2 天")), (10080, _("7 天")),
            (44640, _("31 天"))]
AUTHS = [("bearer", "Authorization: Bearer"), ("header", _("自定义请求头")), ("basic", _("用户名与密码（Basic）")),
         ("none", _("不需要密钥"))]
PAGINGS = [("none", _("不分页，一次返回全部")), ("page", _("页码，每次加一")), ("offset", _("偏移量（跳过的行数）")),
           ("cursor", _("游标，取自上一页的答复")), ("link", _("下一页的完整地址"))]
SINCE_FORMATS = [("iso", "2026-03-01T00:00:00Z"), ("date", "2026-03-01"), ("seconds", _("自 1970 年起的秒数")),
                 ("milliseconds", _("自 1970 年起的毫秒数"))]
JSON_FIELDS = ("path", "records", "auth", "auth_header", "user", "secret", "paging", "page_param", "first_page",
               "size_param", "size", "next", "since_param", "since_format", "params", "per_minute")
TURN = ("rhythm", "at", "expected")
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.ZENDESK: ("name", "code", "address", "user", "secret", "start", *TURN),
    Kind.CHATWOOT: ("name", "code", "address", "account", "secret", "start", *TURN),
    Kind.ZAMMAD: ("name", "code", "address", "secret", "start", *TURN),
    Kind.JSON: ("name", "code", "address", *JSON_FIELDS, "start", *TURN),
    Kind.FOLDER: ("name", "code", "folder", "keep_days", "expected"),
}
CONFIG = ("address", "account", "user", "start", "folder", "keep_days", *JSON_FIELDS)
EXAMPLES = {Kind.ZENDESK: "https://公司.zendesk.com", Kind.CHATWOOT: "https://app.chatwoot.com",
            Kind.ZAMMAD: "https://help.example.com", Kind.JSON: "https://api.example.com/v1"}
USERS = {Kind.ZENDESK: (_("坐席邮箱"), _("令牌所属坐席的登录邮箱；用 OAuth 令牌时留空。")),
         Kind.JSON: (_("用户名"), _("只在“用户名与密码”时需要。"))}
SECRETS = {Kind.ZENDESK: _("API 令牌"), Kind.CHATWOOT: _("访问令牌（api_access_token）"), Kind.ZAMMAD: _("访问令牌"),
           Kind.JSON: _("密钥")}


class SourceForm(forms.Form):
    """One form for every kind: fields that a kind does not have are taken out, its streams' mappings are added."""

    name = forms.CharField(label=_("名称"), max_length=80)
    code = forms.SlugField(label=_("代号"), max_length=40, help_text=_(
        "小写字母、数字、“-”和“_”。记录的编号会以它开头，以后不能改。"))
    address = forms.CharField(label=_("地址"), max_length=300)
    account = forms.RegexField(r"^\d{1,12}$", label=_("账户编号"), help_text=_(
        "登录 Chatwoot 后，网址 /app/accounts/ 后面的数字。"))
    user = forms.CharField(label=_("用户名"), max_length=200, required=False)
    path = forms.CharField(label=_("路径"), max_length=300, help_text=_("接在地址后面，例如 tickets 或 api/orders。"))
    records = forms.CharField(label=_("记录所在的字段"), max_length=120, required=False, help_text=_(
        "例如 data.items；答复本身就是列表时留空。"))
    auth = forms.ChoiceField(label=_("密钥的传递方式"), choices=AUTHS)
    auth_header = forms.RegexField(r"^[A-Za-z0-9-]{1,60}$", label=_("请求头名称"), required=False, help_text=_(
        "只在“自定义请求头”时需要，例如 X-Api-Key。"))
    secret = forms.CharField(label=_("密钥"), max_length=2000, required=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "new-password"}))
    paging = forms.ChoiceField(label=_("分页方式"), choices=PAGINGS)
    page_param = forms.CharField(label=_("分页参数"), max_length=60, required=False, help_text=_(
        "页码、偏移量或游标的参数名；留空时用 page、offset、cursor。"))
    first_page = forms.IntegerField(label=_("首页页码"), min_value=0, max_value=1, required=False, initial=1)
    size_param = forms.CharField(label=_("每页条数的参数"), max_length=60, required=False)
    size = forms.IntegerField(label=_("每页条数"), min_value=1, max_value=10_000, required=False)
    next = forms.CharField(label=_("下一页所在的字段"), max_length=120, required=False, help_text=_(
        "游标或下一页地址在答复中的位置，例如 meta.next_cursor；地址在 Link 响应头里时留空。"))
    since_param = forms.CharField(label=_("只取变化的参数"), max_length=60, required=False, help_text=_(
        "例如 updated_since。留空则每次读取全部，已有的行不会重复导入。"))
    since_format = forms.ChoiceField(label=_("时间写法"), choices=SINCE_FORMATS)
    params = forms.CharField(label=_("其他参数"), max_length=1000, required=False, widget=forms.Textarea(
        attrs={"rows": 2}), help_text=_("每行一个，写成 名称=值。不要把密钥写在这里。"))
    per_minute = forms.IntegerField(label=_("每分钟最多请求"), min_value=1, max_value=6000, required=False, initial=60)
    folder = forms.CharField(label=_("文件夹"), max_length=400, required=False)
    keep_days = forms.IntegerField(
        label=_("已导入的文件保留几天"), min_value=1, max_value=3650, initial=30, help_text=_(
            "done 文件夹里的文件到期删除。原始文件含未遮蔽的个人信息，不宜久留。"))
    start = forms.DateField(label=_("从哪天起"), required=False, widget=forms.DateInput(
        format="%Y-%m-%d", attrs={"type": "date"}), help_text=_("只取这天以后有变化的记录；留空则取全部。"))
    rhythm = forms.ChoiceField(label=_("多久拉取一次"), choices=[(name, told[0]) for name, told in RHYTHMS.items()],
                               initial="60")
    at = forms.TimeField(label=_("每天几点"), required=False, initial=time(2, 0), widget=forms.TimeInput(
        format="%H:%M", attrs={"type": "time"}), help_text=_("只在“每天”时需要，按工作区时区。"))
    expected = forms.TypedChoiceField(label=_("数据最多可以多旧"), choices=EXPECTED, coerce=int, initial=1440,
                                      help_text=_("超过时标为过期，并通知管理数据源的人。"))

    def __init__(self, *args: Any, kind: str, source: Source | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**_known(source), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.kind, self.source = kind, source
        for name in [name for name in self.fields if name not in FIELDS[kind]]:
            del self.fields[name]
        if source is not None:
            del self.fields["code"]
        elif kind != Kind.JSON and not Source.objects.filter(code=kind).exists():
            # What the system's shipped mappings call it: files imported by hand and pulls give the same records.
            self.fields["code"].initial = kind
        self._explain()
        self._add_mappings()
        first = [name for name in FIELDS[kind] if name not in TURN]
        self.order_fields([*first, *(name for name in self.fields if name.startswith(MAPPING)), *TURN])

    def _explain(self) -> None:
        if "address" in self.fields:
            self.fields["address"].widget.attrs["placeholder"] = EXAMPLES[Kind(self.kind)]
            self.fields["secret"].label = SECRETS[Kind(self.kind)]
            kept = self.source is not None and bool(self.source.subject)
            self.fields["secret"].help_text = (
                _("已加密保存，页面上不再显示。留空则不变。") if kept else _("加密保存，保存后页面上不再显示。"))
        if "user" in self.fields:
            self.fields["user"].label, self.fields["user"].help_text = USERS[Kind(self.kind)]
        if "folder" in self.fields:
            inbox = workspace.home().path / "inbox"
            self.fields["folder"].help_text = _("留空则用 %(inbox)s/代号。") % {"inbox": inbox}

    def _add_mappings(self) -> None:
        """A choice of mapping for each stream: those made for the system first, then all others."""
        known = presets.all(workspace.home())
        chosen = dict(self.source.streams.values_list("name", "preset")) if self.source else None
        if self.kind == Kind.FOLDER:
            streams: dict[str, tuple[Any, tuple[str, ...]]] = {FILES: (_("文件的映射"), ())}
        else:
            streams = {name: (kind.label, kind.presets) for name, kind in CONNECTORS[self.kind].streams.items()}
        for name, (label, made) in streams.items():
            first = next((preset for preset in made if any(mapping.name == preset for mapping in known)), "")
            none = _("按表头自动识别") if self.kind == Kind.FOLDER else _("不拉取")
            self.fields[MAPPING + name] = forms.ChoiceField(
                label=label if self.kind == Kind.FOLDER else _("%(stream)s的映射") % {"stream": label}, required=False,
                choices=[("", none), *_titled(known, made)], initial=first if chosen is None else chosen.get(name, ""))

    def clean_secret(self) -> str:
        secret = self.cleaned_data["secret"].strip()
        if not secret.isascii() or not secret.isprintable():
            raise forms.ValidationError(_("密钥里有不能使用的字符。请重新复制。"))
        return secret

    def clean_params(self) -> dict[str, str]:
        lines = [line.strip() for line in self.cleaned_data["params"].splitlines() if line.strip()]
        if any("=" not in line for line in lines):
            raise forms.ValidationError(_("每行要写成 名称=值。"))
        return {name.strip(): value.strip() for name, value in (line.split("=", 1) for line in lines)}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("paging") == "cursor" and not told.get("next"):
            self.add_error("next", _("请写明下一个游标在答复中的位置。"))
        if told.get("auth") == "basic" and not told.get("user"):
            self.add_error("user", _("请填写用户名。"))
        return told

    def values(self) -> dict[str, Any]:
        """What ``services.save_source`` takes, but for the source and the actor."""
        told = self.cleaned_data
        config = {name: told[name] for name in CONFIG if name in told and name != "secret"
                  and told[name] not in (None, "")}
        if "start" in config:
            config["start"] = config["start"].isoformat()
        cron = cron_of(told["rhythm"], told.get("at")) if "rhythm" in told else "* * * * *"
        streams = {name.removeprefix(MAPPING): preset for name, preset in told.items()
                   if name.startswith(MAPPING) and preset}
        return {"kind": self.kind, "name": told["name"], "config": config, "secret": told.get("secret", ""),
                "code": self.source.code if self.source else told["code"], "streams": streams, "cron": cron,
                "expected_minutes": max(told["expected"], 2 * minutes_of(cron) if "rhythm" in told else 0)}


def _known(source: Source | None) -> dict[str, Any]:
    if source is None:
        return {}
    params = "\n".join(f"{name}={value}" for name, value in (source.config.get("params") or {}).items())
    known = {**source.config, "params": params, "name": source.name, "expected": source.expected_minutes}
    if not source.is_folder:
        known["rhythm"], known["at"] = rhythm_of(source.cron)
        known["rhythm"] = known["rhythm"] or DAILY
    return known


def _titled(known: list[Mapping], made: tuple[str, ...]) -> list[tuple[str, str]]:
    titled = [(mapping.name, languages.chosen(mapping.title) or mapping.name) for mapping in known]
    return sorted(titled, key=lambda pair: (made.index(pair[0]) if pair[0] in made else len(made), pair[1]))


class NamesForm(forms.Form):
    """What each system is called that records come from; an empty name is the code's own."""

    def __init__(self, *args: Any, codes: Sequence[SourceCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes
        for place, one in enumerate(codes):
            self.fields[f"name_{place}"] = forms.CharField(
                label=one.code, max_length=30, required=False, initial=one.name,
                widget=forms.TextInput(attrs={"placeholder": one.otherwise}))

    def lines(self) -> list[tuple[SourceCode, Any]]:
        return [(one, self[f"name_{place}"]) for place, one in enumerate(self.codes)]

    def names(self) -> dict[str, str]:
        """The names by code."""
        return {one.code: self.cleaned_data[f"name_{place}"].strip() for place, one in enumerate(self.codes)}
