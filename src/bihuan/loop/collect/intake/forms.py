"""Setting up a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from .models import Hook
from .queries import readings
from .schemes import SCHEMES

source_name = RegexValidator(r"^[\w.-]+$", _("只能用文字、数字、点、横线和下划线，不能有空格或冒号。"))
SECRET = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class HookForm(forms.Form):
    """What a webhook is called and how its bodies are read; signing is chosen once."""

    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：Zendesk 工单。"))
    scheme = forms.ChoiceField(label=_("签名方式"), widget=forms.RadioSelect)
    secret = forms.CharField(label=_("密钥"), max_length=300, required=False, widget=SECRET,
                             help_text=_("对方系统给出密钥时填写；通用和 GitHub 式可留空，由系统生成。"))
    reading = forms.ChoiceField(
        label=_("内容"), help_text=_("用本系统字段名的，选数据表；对方系统自己的格式，选映射。"))
    source = forms.CharField(
        label=_("来源标识"), max_length=40, validators=[source_name],
        help_text=_("写在推送来的编号前面，区分不同系统。与从该系统导入的文件用同一个标识，同一工单才会合在一起。"))

    def __init__(self, *args: Any, hook: Hook | None = None, **kwargs: Any) -> None:
        if hook is not None:
            kwargs["initial"] = {"name": hook.name, "source": hook.source, "reading": f"{hook.table}:{hook.mapping}"}
        super().__init__(*args, **kwargs)
        self.fields["reading"].choices = readings()  # type: ignore[attr-defined]
        if hook is not None:
            del self.fields["scheme"], self.fields["secret"]
        else:
            self.fields["scheme"].choices = [  # type: ignore[attr-defined]
                (key, f"{one.label} · {one.hint}") for key, one in SCHEMES.items()]
            self.initial.setdefault("scheme", "bihuan")

    def asked(self) -> dict[str, Any]:
        table, _colon, mapping = self.cleaned_data["reading"].partition(":")
        names = ("name", "scheme", "secret", "source")
        return {**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data},
                "table": table, "mapping": mapping}


class SecretForm(forms.Form):
    """Another secret: the other system's, or one that is drawn."""

    secret = forms.CharField(label=_("新密钥"), max_length=300, required=False, widget=SECRET)
    at_once = forms.BooleanField(label=_("旧密钥立即失效（密钥可能已泄露）"), required=False)

    def __init__(self, *args: Any, hook: Hook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = SCHEMES[hook.scheme].given
        self.fields["secret"].required = given
        self.fields["secret"].help_text = _("由对方系统给出。") if given else _("留空则由系统生成。")


class TrialForm(forms.Form):
    """A body as the other system would send it."""

    body = forms.CharField(label=_("样例正文（JSON）"), max_length=100_000, strip=False,
                           widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}))
